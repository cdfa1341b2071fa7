package sandbox

import (
	"slices"
	"strings"
	"time"
)

// contact is a lead or a user. Its slices are never changed in place: an
// update replaces them, so that a copy of the struct is a snapshot.
type contact struct {
	seq        int // order of requests; see older
	id         string
	userID     string // leads: made by the server, 1.x
	externalID string
	role       string // "user" or "lead"
	email      string // lower case
	phone      string
	name       string
	pseudonym  string
	avatar     string
	owner      int64
	userAgent  string
	lastIP     string
	made       string // API version that created it
	stranger   bool   // no request created it

	created, updated   time.Time
	signedUp, lastSeen time.Time

	unsubscribed bool
	verified     bool // the e-mail address; no answer shows it
	archived     bool
	blocked      bool
	gone         bool // deleted or merged

	custom    []attribute // by name
	tags      []tagging
	companies []*company
	notes     []*note
	consents  []consent

	changed time.Time  // when this state was written, true time
	past    []*contact // earlier states that the index may still show, oldest first
}

// attribute is the value of a custom attribute: string, bool, int64, float64,
// or nil for one that was cleared.
type attribute struct {
	name  string
	value any
}

// merge returns list with the changes in it. Both are sorted by name.
func merge(list, changes []attribute) []attribute {
	switch {
	case len(changes) == 0:
		return list
	case len(list) == 0:
		return changes
	}
	list = slices.Clone(list)
	for _, a := range changes {
		i, found := slices.BinarySearchFunc(list, a.name, func(b attribute, name string) int {
			return strings.Compare(b.name, name)
		})
		if found {
			list[i] = a
		} else {
			list = slices.Insert(list, i, a)
		}
	}
	return list
}

// lookup returns the value of a custom attribute.
func (c *contact) lookup(name string) (any, bool) {
	for _, a := range c.custom {
		if a.name == name {
			return a.value, true
		}
	}
	return nil, false
}

// seen is the state of c that search and lists show at a moment: the newest
// that is at least lag old; nil when there is none, or when c is gone by then.
func (c *contact) seen(at time.Time, lag time.Duration) *contact {
	if !c.changed.Add(lag).After(at) {
		if c.gone {
			return nil
		}
		return c
	}
	for i := len(c.past) - 1; i >= 0; i-- {
		if p := c.past[i]; !p.changed.Add(lag).After(at) {
			return p
		}
	}
	return nil
}

// keep remembers the present state of c, which is about to change, and
// forgets those that nobody can see any more.
func (c *contact) keep(at time.Time, lag time.Duration) {
	if lag == 0 {
		return
	}
	old := *c
	old.past = nil
	past := append(c.past, &old)
	for len(past) > 1 && !past[1].changed.Add(lag).After(at) {
		past = past[1:]
	}
	c.past = past
}

// domain is the part of the e-mail address after the @.
func (c *contact) domain() string {
	_, domain, _ := strings.Cut(c.email, "@")
	return domain
}
