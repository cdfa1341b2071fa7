package invariants

import (
	"slices"
	"strings"
	"time"
)

// What cannot be known, and what may be done about it.

// resembles reports whether a look-up for a row may show a contact: by the
// strongest identity that the row has.
func (t *tribunal) resembles(c Contact, row Row) bool {
	a, b := row.fold(), c.Row().fold()
	switch {
	case a.Email != "":
		return a.Email == b.Email
	case a.Phone != "" && a.Phone == b.Phone:
		return true
	}
	return a.Name != "" && a.Name == b.Name
}

// meant reports whether a row's person may be a contact whom a match found:
// by e-mail, else by phone, else by everything.
func (t *tribunal) meant(row Row, c Contact) bool {
	a, b := row.fold(), c.Row().fold()
	return a.Email != "" && a.Email == b.Email || a.Phone != "" && a.Phone == b.Phone || a.isIn(b)
}

// mayAdopt reports whether a row may be an update of somebody whom the program
// did not make.
func (t *tribunal) mayAdopt(key string) bool {
	return t.Match || t.forgot() || t.movedOf(key) || t.unsure[key]
}

// cannotTell reports whether a stranger cannot be told from what was sent.
func (t *tribunal) cannotTell(c Contact) bool { return !t.Stamp && t.Double(c.ID) }

// Double reports whether somebody who was not made by the program is the same
// in everything as what it sent to no avail. Without a stamp nothing tells that
// this is not its lead, if it signed up while the request was on its way; nor
// does the role, for a lead may have become a user since.
func (t *Truth) Double(id string) bool {
	c := t.Contacts[id]
	for _, list := range t.Creates {
		for _, sent := range list {
			was, is := sent.Row.fold(), c.Row().fold()
			// What it was before a later row of its key was saved to it nobody knows.
			same := was == is || was.Email != "" && was.Email == is.Email && t.updated(id, sent.At)
			if c.Stranger && same && !sent.Applied {
				return true
			}
		}
	}
	return false
}

// updated reports whether the program has updated a contact since.
func (t *Truth) updated(id string, since time.Time) bool {
	return slices.ContainsFunc(t.Changes, func(c Change) bool {
		return c.Kind == "update" && c.ID == id && c.Applied && c.At.After(since)
	})
}

// several reports whether more than one contact is the row's person.
func (t *tribunal) several(row Row) bool {
	n := 0
	for _, c := range t.Contacts {
		if t.meant(row, c) {
			n++
		}
	}
	return n > 1
}

// excuse is why a row may be unresolved though the API answers again; empty:
// there is no reason.
func (t *tribunal) excuse(night *Night, row Row, key string, line Line) string {
	switch {
	case t.forgot():
		return "nobody knows what was sent"
	case night.Faults && strings.Contains(line["import_error"], "the update may or may not have been applied"):
		return "an update got no answer in time"
	case t.Foreign && strings.Contains(line["import_error"], "does not carry what was sent"):
		return "an answer named somebody else"
	case t.Stamp:
		return t.excuseStamped(row, key)
	}
	for id, c := range t.Contacts {
		made, ours := t.Made[id]
		switch {
		case ours && made.Row.Key() == key:
			for _, sent := range t.Creates[key] {
				if sent.ID == id && sent.AppliedAt.Sub(sent.At) >= t.Timeout {
					return "it was applied after its deadline"
				}
			}
		case t.resembles(c, row):
			return "somebody else resembles it"
		}
	}
	for other, list := range t.Creates {
		for _, c := range list {
			if other != key && t.resembles(Contact{Email: c.Row.Email, Phone: c.Row.Phone, Name: c.Row.Name}, row) {
				return "another row resembles it"
			}
		}
	}
	if t.Clocks {
		return "the server's clock was set"
	}
	return ""
}

// excuseStamped is for leads whose stamp tells them from all others. Where the
// stamp cannot be searched, somebody without one may come in their stead.
func (t *tribunal) excuseStamped(row Row, key string) string {
	if len(t.Nights) > 1 {
		return "the stamp is that of another night"
	}
	if t.Search || slices.ContainsFunc(t.Creates[key], func(c Create) bool { return c.Applied && t.alive(c.ID) }) {
		return ""
	}
	for id, c := range t.Contacts {
		if _, ours := t.Made[id]; !ours && t.resembles(c, row) {
			return "it was never applied, and somebody else resembles it"
		}
	}
	return ""
}
