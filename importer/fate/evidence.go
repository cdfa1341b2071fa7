package fate

import (
	"slices"
	"strings"
	"time"

	"leadimport/client"
)

// Class is what a contact that a look-up shows is to a row in doubt (rule R9).
type Class uint8

// The classes.
const (
	NotOurs Class = iota + 1 // surely made by somebody else
	Unclear                  // may be ours, may be somebody else's
	Ours                     // by time and content, and nobody else's
	Proved                   // by the stamp
)

var classNames = []string{"", "not ours", "unclear", "ours", "proved"}

func (c Class) String() string { return classNames[c] }

// Evidence is a contact that a look-up showed.
type Evidence struct {
	ID, UserID     string
	User, Archived bool
	Class          Class
	// Contested: another open row may own it, and is not decided yet.
	Contested bool
	Owner     int  // the row of this run that owns it; 0: none
	Elsewhere bool // another key of the history owns it
}

// Show is c without a verdict.
func Show(c client.Contact) Evidence {
	return Evidence{ID: c.ID, UserID: UserID(c), User: c.Role == "user", Archived: c.Archived}
}

// slack covers what the server's clock may be off against itself: another
// machine may write created_at than the one that writes Date. What lies within
// it is neither surely before nor surely ours.
const slack = 2 * time.Second

// Weigher holds contacts against what was sent.
type Weigher struct {
	Stamp      string   // the custom attribute that carries the stamp, with its prefix; blank: none
	Attributes []string // all that the mapping may send
}

// Sight is a contact as a look-up shows it, with what is known of it here.
type Sight struct {
	Contact client.Contact
	Owned   bool // by another row, or by another key of the history
	Rival   bool // another open row may own it
	Listed  bool // by leafing through what is new, not by an identity of the row
}

// Weigh tells what a contact is to a create in doubt.
func (w *Weigher) Weigh(d *Doubt, in Sight) Class {
	c := in.Contact
	name := strings.TrimPrefix(w.Stamp, client.CustomPrefix)
	if stamp, sent := d.Sent.Value(w.Stamp); sent && w.Stamp != "" && stamp.Text() != "" {
		switch c.Custom[name] {
		case stamp.Text():
			return Proved
		case nil, "":
			// Ours carried it. But not every answer shows custom attributes,
			// and a lead may have been merged since: it takes more than this.
		default:
			return NotOurs // another row's, or another run's
		}
	}
	switch {
	case in.Owned, slices.Contains(d.NotOurs, c.ID):
		return NotOurs
	case d.before(c.CreatedAt):
		return NotOurs
	case len(d.Sent.Fields) == 0:
		return Unclear // what was sent is not known
	}
	likeness := c.Compare(d.Sent, w.Attributes)
	switch {
	case likeness == client.Other && in.Listed:
		return NotOurs // one of all those who came in meanwhile
	case likeness != client.Exact && in.Rival && d.Inferred:
		return NotOurs // it is exactly what another row sent, or would have
	case likeness == client.Exact && d.within(c.CreatedAt) && !in.Rival:
		return Ours
	}
	return Unclear
}

// Answers reports whether a contact that the API answered a create with may be
// what was sent. The client has compared the stamp, the e-mail or else all that
// was sent (rule R4); without the first two, somebody who holds more than that
// is another row's, of which this one is a part.
func (w *Weigher) Answers(sent client.Lead, c client.Contact) bool {
	for _, name := range []string{w.Stamp, "email"} {
		if v, _ := sent.Value(name); v.Text() != "" {
			return true
		}
	}
	for _, name := range w.Attributes {
		if _, ours := sent.Value(name); ours {
			continue
		}
		if unset, shown := c.Shows(name, client.Value{}); shown && !unset {
			return false
		}
	}
	return true
}

// before reports whether a contact was surely created before the first intent,
// also if a clock was set since. With the server's clock unknown, time proves
// nothing.
func (d *Doubt) before(created time.Time) bool {
	from := d.Earliest()
	return !from.IsZero() && !created.IsZero() && created.Before(from)
}

// within reports whether a contact was created between the first intent and
// the last deadline.
func (d *Doubt) within(created time.Time) bool {
	return d.First.Known() && d.Last.Known() && !created.IsZero() &&
		!created.Before(d.First.Low.Truncate(time.Second)) && !created.After(d.Last.High)
}

// Fits reports whether c could be what an open create made: then no other row
// may take it for its own.
func (w *Weigher) Fits(d *Doubt, c client.Contact) bool {
	if len(d.Sent.Fields) == 0 || d.before(c.CreatedAt) {
		return false
	}
	if !c.CreatedAt.IsZero() && d.Last.Known() && c.CreatedAt.After(d.Last.High.Add(slack)) {
		return false
	}
	return c.Compare(d.Sent, w.Attributes) == client.Exact
}
