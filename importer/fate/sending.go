package fate

import (
	"slices"

	"leadimport/client"
	"leadimport/importer/outcome"
)

// answered takes in a complete, valid answer that shows what was sent.
func answered(f *Facts, s State, e Event) (State, Action) {
	if !s.IsUpdate() {
		if e.Owner != 0 || e.Foreign {
			// The contact is another row's, by its own acknowledged answer or by
			// what it holds, so this is no answer to us.
			e.ContactID = e.Contact.ID
			return lost(f, s, e)
		}
		s.Created = true
	}
	if f.lost(s, e.Contact) {
		return refused(f, s, gone(e))
	}
	return saved(f, s, e.Contact.ID, UserID(e.Contact))
}

// lost reports whether the contact that history knows has gone: nobody sees an
// archived one (rule R10).
func (f *Facts) lost(s State, c client.Contact) bool {
	return c.Archived && f.isKnown(s) && !(f.CanMatch && f.Policy.Archived == Take)
}

// gone is an answer with an archived contact, as the API says it of others.
func gone(e Event) Event {
	e.Status, e.Code, e.Message = 410, outcome.Gone, "it is archived"
	return e
}

// isKnown reports whether the row is saved to the contact that history knows.
func (f *Facts) isKnown(s State) bool {
	return s.ID != "" && s.ID == f.Past.ID && !f.NamesContact() && f.Past.Applied == nil
}

// UserID is what results show as import_user_id: the user_id of 1.x, the
// external_id of 2.x.
func UserID(c client.Contact) string {
	if c.UserID != "" {
		return c.UserID
	}
	return c.ExternalID
}

// saved ends a row that the API holds, or goes on with what belongs to it.
func saved(f *Facts, s State, id, userID string) (State, Action) {
	s.ID, s.UserID = id, userID
	k := &s.Known
	k.ID, k.UserID, k.Hash, k.Sent = id, userID, f.Hash, true
	l := Line{Status: outcome.Updated, ID: id, UserID: userID, Hash: k.hash(f.Hash)}
	switch {
	case s.Created:
		l.Status = outcome.Created
	case s.Adopted:
		l.Code, l.Message = outcome.Adopted, "found, and updated: who created it is not known"
	case s.same:
		l.Status = outcome.Unchanged
	}
	if f.Follows {
		s.Phase, s.line = FollowUp, l
		return s, Action{Kind: Follow, Line: l}
	}
	return done(s, l)
}

// refused takes in the API's no to a row.
func refused(f *Facts, s State, e Event) (State, Action) {
	gone := e.Status == 404 || e.Status == 410
	switch {
	case !s.IsUpdate() && e.ContactID != "":
		if s.Sends == 0 {
			s.Doubt = e.Doubt
		} else {
			s.Doubt.Last, s.Doubt.LastAt = e.Doubt.Last, e.Doubt.LastAt
		}
		s.Phase, s.refusal = Inspecting, e
		return s, Action{Kind: Inspect, ContactID: e.ContactID}
	case gone && s.IsUpdate() && !f.NamesContact() && f.Policy.Gone != Refuse:
		return vanished(f, s, e)
	case e.Status == 410 && e.ContactID != "":
		e.Message += ": it is " + e.ContactID + " now"
	}
	s.Known.Refused = true
	return done(s, Line{Status: outcome.Failed, ID: s.ID, UserID: s.UserID, Code: e.Code, Message: e.Message})
}

// lost takes in that a save may have been applied. A create is in doubt. An
// update is sent again by the client, so here the time for that is over.
func lost(f *Facts, s State, e Event) (State, Action) {
	if s.IsUpdate() {
		return unresolved(f, s, "the update may or may not have been applied: "+e.Message)
	}
	before := s.Doubt
	s.Doubt = e.Doubt
	if s.Sends > 0 { // an attempt before this one may turn up late
		s.Doubt.First, s.Doubt.FirstAt, s.Doubt.Reckoned = client.Earlier(before.First, e.Doubt.First), before.FirstAt, before.Reckoned
		s.Doubt.Last = client.Later(before.Last, e.Doubt.Last)
	}
	s.Doubt.NotOurs = slices.Concat(before.NotOurs, e.Doubt.NotOurs)
	s.Doubt.Echo = e.ContactID
	s.Sends++
	s.Doubt.Sends = s.Sends
	s.Phase = InDoubt
	return s, Action{Kind: LookUp}
}
