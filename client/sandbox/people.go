package sandbox

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"time"
)

// people holds the contacts of the workspace.
type people struct {
	lag    time.Duration
	all    []*contact // by creation; those gone too: the index shows them for a while
	byID   map[string]*contact
	email  map[string][]*contact // under every address that a visible state has
	owner  map[string]*contact   // by user_id: a lead's own, a user's external one
	merged map[string]string     // ids of contacts that were merged, to the ids of the users
	live   int
	made   int

	// stamps index custom attributes that searches asked for: look-ups by a
	// stamp must not scan a million contacts.
	stamps map[string]map[any][]*contact
}

func newPeople(lag time.Duration) people {
	return people{
		lag:    lag,
		byID:   map[string]*contact{},
		email:  map[string][]*contact{},
		owner:  map[string]*contact{},
		merged: map[string]string{},
		stamps: map[string]map[any][]*contact{},
	}
}

// older orders contacts by creation, as the server's clock tells it: lists
// follow created_at, which a clock that is put back repeats.
func older(a, b *contact) int {
	return cmp.Or(a.created.Compare(b.created), cmp.Compare(a.seq, b.seq))
}

// add takes in a new contact, created at the time of q.
func (p *people) add(c *contact, q *request) {
	p.made++
	c.seq = p.made
	c.created, c.updated, c.changed = q.now, q.now, q.at
	i := len(p.all)
	for i > 0 && older(c, p.all[i-1]) < 0 {
		i--
	}
	p.all = slices.Insert(p.all, i, c)
	p.byID[c.id] = c
	p.live++
	p.index(c, nil)
}

// change lets edit alter c and keeps the indexes right.
func (p *people) change(c *contact, q *request, edit func()) {
	old := *c
	email, key := c.email, c.key()
	c.keep(q.at, p.lag)
	edit()
	c.updated, c.changed = q.now, q.at
	if p.lag == 0 && c.email != email {
		p.email[email] = without(p.email[email], c)
		if len(p.email[email]) == 0 {
			delete(p.email, email)
		}
	}
	if k := c.key(); k != key && p.owner[key] == c {
		delete(p.owner, key)
	}
	p.index(c, &old)
}

// remove deletes c for good. Lists and search show it until the index has
// caught up.
func (p *people) remove(c *contact, q *request) {
	c.keep(q.at, p.lag)
	c.gone, c.changed = true, q.at
	delete(p.byID, c.id)
	if p.owner[c.key()] == c {
		delete(p.owner, c.key())
	}
	p.live--
}

// index puts c where its present state belongs; old is its state before, nil
// for a new contact. Lists of stamps may name a contact twice.
func (p *people) index(c, old *contact) {
	if c.email != "" && (old == nil || !slices.Contains(p.email[c.email], c)) {
		p.email[c.email] = append(p.email[c.email], c)
	}
	if key := c.key(); key != "" {
		p.owner[key] = c
	}
	for name, values := range p.stamps {
		v, _ := c.lookup(name)
		if old != nil {
			if was, _ := old.lookup(name); was == v {
				continue
			}
		}
		if v != nil {
			values[v] = append(values[v], c)
		}
	}
}

// key is the user_id that 1.x knows c by.
func (c *contact) key() string {
	if c.role == "lead" {
		return c.userID
	}
	return c.externalID
}

// stamped is a superset of the contacts whose custom attribute name has value
// in some visible state.
func (p *people) stamped(name string, value any) []*contact {
	values, ok := p.stamps[name]
	if !ok {
		values = map[any][]*contact{}
		for _, c := range p.all {
			for _, state := range append(c.past, c) {
				if v, _ := state.lookup(name); v != nil {
					values[v] = append(values[v], c)
				}
			}
		}
		p.stamps[name] = values
	}
	return values[value]
}

// other picks a contact that is not c and does not have that e-mail address;
// nil when it finds none.
func (p *people) other(rng *rand.Rand, c *contact, email string) *contact {
	for range 4 {
		if len(p.all) == 0 {
			return nil
		}
		if o := p.all[rng.IntN(len(p.all))]; o != c && !o.gone && (email == "" || o.email != email) {
			return o
		}
	}
	return nil
}

// rival is the user who has that e-mail address or external id already: only
// users are unique, archived ones too (error 409 conflict).
func (p *people) rival(self *contact, email, externalID string) *contact {
	if externalID != "" {
		if c := p.owner[externalID]; c != nil && c != self && c.role == "user" {
			return c
		}
	}
	if email != "" {
		for _, c := range p.email[email] {
			if c != self && !c.gone && c.role == "user" && c.email == email {
				return c
			}
		}
	}
	return nil
}

func without(list []*contact, c *contact) []*contact {
	for i, have := range list {
		if have == c {
			return append(list[:i:i], list[i+1:]...)
		}
	}
	return list
}
