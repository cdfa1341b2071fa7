package fate

import (
	"fmt"
	"slices"
	"strings"

	"leadimport/importer/outcome"
)

// A contact of earlier results is gone (rule R10): a visit made it a user, or it
// was merged, archived or deleted.

// maxLeft bounds how many contacts of a row may be gone one after the other,
// while it is on its way.
const maxLeft = 10

// vanished goes on with a row whose contact is not there any more by the id
// that history knows.
func vanished(f *Facts, s State, e Event) (State, Action) {
	s.refusal = e
	switch {
	case f.Policy.Gone == Skip:
		return missing(s, outcome.Skipped, outcome.Gone, ", and the mapping says gone: skip ("+e.Message+")")
	case f.CanTrace || f.Policy.TellsMerges || e.ContactID != "":
		s.Phase = Tracing
		return s, Action{Kind: Trace, ContactID: e.ContactID}
	}
	return traced(f, s, Event{})
}

// traced decides who the contact is now: whom the API says that it was merged
// into, else exactly one contact with the key's own identity.
func traced(f *Facts, s State, e Event) (State, Action) {
	s.left = append(slices.Clip(s.left), s.ID)
	var live []Evidence
	for _, c := range e.Found {
		switch {
		case slices.Contains(s.left, c.ID):
			if e.Merged {
				e.Message = "the API says that they were merged in a circle: " + strings.Join(append(slices.Clip(s.left), c.ID), " → ")
			}
		case e.Merged || c.Class != NotOurs && c.Owner == 0 && !c.Archived:
			live = append(live, c)
		}
	}
	switch {
	case len(live) == 0:
		why := ": deleted, archived, or merged into somebody with another identity (" + s.refusal.Message + ")"
		if e.Message != "" {
			why += "; " + e.Message
		}
		return missing(s, outcome.Skipped, outcome.Gone, why)
	case len(live) > 1:
		return missing(s, outcome.Failed, outcome.AmbiguousMatch, ", and several contacts have its identity: "+IDs(live))
	case len(s.left) > maxLeft:
		return missing(s, outcome.Skipped, outcome.Gone, ", nor is any of those who it was after that: "+strings.Join(s.left, " → "))
	}
	c := live[0]
	switch {
	case c.Owner != 0:
		return missing(s, outcome.Failed, outcome.MatchTaken,
			fmt.Sprintf(": it was merged into contact %s, which is that of %s, which has another key", c.ID, f.Policy.rowName(c.Owner)))
	case c.Elsewhere:
		return missing(s, outcome.Failed, outcome.MatchTaken,
			fmt.Sprintf(": it was merged into contact %s, which is that of another key in earlier results", c.ID))
	}
	s.ID, s.UserID = c.ID, ""
	s.Known.ID, s.Known.UserID = c.ID, c.UserID
	s.Created = false
	// What rows before this one have put into the contact that is gone, the one
	// that it is now need not have.
	s.Known.Refused = s.Known.Refused || s.Known.Rows > 0
	return update(f, s)
}

// missing ends a row whose contact is gone. The line keeps the id: without one
// the key would be unknown to the next run, and created.
func missing(s State, status outcome.Status, code, why string) (State, Action) {
	s.Known.Refused = true
	return done(s, Line{Status: status, ID: s.ID, UserID: s.UserID, Code: code, Message: "the lead of earlier results is no longer there" + why})
}
