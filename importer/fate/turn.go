package fate

import (
	"fmt"

	"leadimport/importer/outcome"
)

// turn decides what is done with a row whose turn has come. The order of the
// cases is the order in which one outranks the next: what is wrong with the
// row, what the policy leaves out, what is in already, what may be in already.
func turn(f *Facts, s State) (State, Action) {
	k := &s.Known
	switch {
	case f.Fault != nil:
		// It is none of the key's rows: the next one takes up what is open.
		s.Phase = Done
		return s, Action{Kind: Write, Line: Line{Status: outcome.Invalid, ID: k.ID, UserID: k.UserID,
			Code: f.Fault.Code, Message: f.Fault.Message, Hash: k.hash(k.Hash)}}
	case k.Rows > 0 && f.Policy.SkipDuplicates:
		return done(s, Line{Status: outcome.Skipped, ID: k.ID, UserID: k.UserID, Code: outcome.DuplicateKey,
			Message: "a row with this key came earlier in the file", Hash: k.hash(k.Hash)})
	case k.Rows > 0 && f.Policy.RejectDuplicates:
		return done(s, Line{Status: outcome.Invalid, Code: outcome.DuplicateKey, Message: "a row with this key came earlier in the file"})
	case k.Blocked != 0:
		return done(s, Line{Status: outcome.Failed, ID: k.ID, UserID: k.UserID, Code: outcome.WaitsForRow,
			Message: fmt.Sprintf("%s has the same key and is unresolved: resume when it is known", f.Policy.rowName(k.Blocked))})
	case f.Done && !k.Sent && f.Past.Doubt == nil && f.Past.Applied == nil:
		k.Hash = f.Hash
		if f.Settled.Stands() {
			s.Phase = Done
			k.Rows++
			return s, Action{Kind: Keep}
		}
		return done(s, Line{Status: outcome.Unchanged, ID: k.ID, UserID: k.UserID, Hash: f.Hash})
	case f.Planned != nil && f.Settled.Stands() && !k.Sent && f.Past.Applied == nil && f.laterUpdate():
		// It is not sent once more, as in other runs: the contact may hold what a
		// later row of the key says, which is not what the plan has seen.
		k.Hash = f.Hash
		s.Phase = Done
		k.Rows++
		return s, Action{Kind: Keep}
	}
	s.ID, s.UserID = f.ID, f.UserID
	if !s.IsUpdate() {
		s.ID = k.ID
	}
	// A row that an earlier run settled as created stays so, though it is sent
	// once more: what else was begun for its key may have changed the lead.
	s.Created = f.Settled == outcome.Created && s.ID != "" && s.ID == k.ID
	// What an earlier run left open belongs to the key, so the first of its
	// rows takes it up.
	if k.Rows == 0 && !k.Sent {
		if a := f.Past.Applied; a != nil {
			s.Created = s.Created || a.Created
			if a.Body == f.Body {
				return saved(f, s, k.ID, k.UserID)
			}
			return change(s) // it is this run's own, so no policy is against it
		}
		if d := f.Past.Doubt; d != nil {
			switch {
			case d.UpdateOf != "" && !s.IsUpdate():
				s.ID, k.ID, s.Searched = d.UpdateOf, d.UpdateOf, true
			case d.UpdateOf == "" && !s.IsUpdate():
				s.Doubt = *d
				s.Sends = d.Sends
				s.Phase = InDoubt
				return s, Action{Kind: LookUp}
			}
		}
	}
	if s.IsUpdate() {
		return update(f, s)
	}
	return create(f, s)
}

// hash is h unless something of what the key's rows ask for is missing.
func (k Known) hash(h string) string {
	if k.Refused {
		return ""
	}
	return h
}

// update saves a row to the contact that is known.
func update(f *Facts, s State) (State, Action) {
	if f.Policy.OnlyCreate {
		l := Line{ID: s.ID, UserID: s.UserID, Hash: s.Known.hash(s.Known.Hash)}
		if s.Created {
			l.Status, l.Hash = outcome.Created, ""
			return done(s, l)
		}
		if l.UserID == "" && s.ID == s.Known.ID {
			l.UserID = s.Known.UserID
		}
		l.Status, l.Code, l.Message = outcome.Skipped, outcome.OnlyCreate, "the contact exists, and --only create updates nobody"
		return done(s, l)
	}
	return change(s)
}

// change saves a row to the contact that is known, which is read first: rules
// say what may be overwritten, and undo needs to know what was.
func change(s State) (State, Action) {
	s.Phase = Reading
	return s, Action{Kind: Read}
}

// asRead goes on with a row once it is known what its contact holds.
func asRead(f *Facts, s State, e Event) (State, Action) {
	if f.lost(s, e.Contact) {
		return refused(f, s, gone(e))
	}
	if why := f.plannedUpdate(s, e); why != "" {
		return stale(f, s, why)
	}
	if s.same = e.Same && !f.begun(s); e.Same {
		return saved(f, s, e.Contact.ID, UserID(e.Contact))
	}
	s.Phase = Sending
	return s, Action{Kind: SendUpdate}
}

// create makes a new lead of a row, once match has looked for it in vain.
func create(f *Facts, s State) (State, Action) {
	switch {
	case f.CanMatch && !s.Searched:
		s.Phase = Matching
		return s, Action{Kind: Match}
	case f.Policy.OnlyUpdate:
		return refuse(s, outcome.Skipped, outcome.OnlyUpdate, "nobody is known to be this row's contact, and --only update creates nobody")
	}
	if why := f.plannedCreate(); why != "" {
		return stale(f, s, why)
	}
	s.Phase = Sending
	return s, Action{Kind: SendCreate}
}
