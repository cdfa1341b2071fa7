package fate

import (
	"fmt"

	"leadimport/importer/outcome"
)

// Planned is what a plan says of a row that is applied now. The row goes the
// same way as in any run; right before something would be written, that is held
// against the plan, and what differs is left alone.
type Planned struct {
	Status outcome.Status // blank: in doubt, and the plan leaves what comes of it open
	// ID is that of the contact to be written to; blank: it is created, by this
	// row or an earlier one of its key.
	ID string
	// Before and After identify what the contact held when the plan was made,
	// and what it holds once the row is applied.
	Before, After string
}

// plannedCreate tells why nobody may be created; blank: the plan says so.
func (f *Facts) plannedCreate() (why string) {
	p := f.Planned
	switch {
	case p == nil || p.Status == "" || p.Status == outcome.Created:
		return ""
	case p.ID != "":
		return fmt.Sprintf("nobody is known to be this row's contact any more, and the plan updates %s", p.ID)
	case p.Status == outcome.Updated:
		return "the plan updates the lead that an earlier row of this key creates, and there is none"
	}
	return "nobody is known to be this row's contact any more, and the plan creates nobody"
}

// plannedUpdate tells why a contact that was read may not be written to; blank:
// the plan says so.
func (f *Facts) plannedUpdate(s State, e Event) (why string) {
	p := f.Planned
	switch {
	case p == nil || p.Status == "" || s.Created: // what is completed is this run's own
		return ""
	case p.Status == outcome.Created:
		return fmt.Sprintf("contact %s is known to be this row's now, and the plan creates one", e.Contact.ID)
	case p.Status != outcome.Updated && p.Status != outcome.Unchanged:
		return fmt.Sprintf("contact %s is known to be this row's now, and the plan writes to nobody", e.Contact.ID)
	case p.ID != "" && p.ID != e.Contact.ID:
		return fmt.Sprintf("contact %s is this row's now, and the plan updates %s", e.Contact.ID, p.ID)
	case s.Known.Sent && (s.ID == s.Known.ID || s.ID == "" && s.UserID == s.Known.UserID): // read for an earlier row, or written by it
		return ""
	case p.ID == "" && s.ID != f.Past.ID:
		return fmt.Sprintf("contact %s is known to be this row's now, and the plan updates a lead that it creates", e.Contact.ID)
	case e.Holds == p.Before:
		return ""
	case f.begun(s) && e.Holds == p.After:
		return ""
	}
	return fmt.Sprintf("contact %s was changed since the plan was made", e.Contact.ID)
}

// begun reports whether the planned update of a contact was begun by this run
// before it was interrupted, and may have been applied.
func (f *Facts) begun(s State) bool {
	return f.Planned != nil && f.Planned.Status == outcome.Updated && f.Past.Doubt != nil && f.Past.Doubt.UpdateOf == s.ID
}

// laterUpdate reports whether an update of another row of the key was begun and
// not decided: rows of a key go one after the other.
func (f *Facts) laterUpdate() bool {
	d := f.Past.Doubt
	return d != nil && d.UpdateOf != "" && d.Body != f.Body
}

// stale leaves a row out that the plan does not fit any more. The line names
// the contact only where earlier results do: a later run must not take the one
// that was found now for the row's.
func stale(f *Facts, s State, why string) (State, Action) {
	s.Known.Refused = true
	return done(s, Line{Status: outcome.Skipped, ID: f.Past.ID, UserID: f.Past.UserID, Code: outcome.Stale, Message: why})
}
