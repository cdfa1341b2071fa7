package fate

import (
	"fmt"
	"slices"
	"strings"

	"leadimport/importer/outcome"
)

// matched decides what a row is after match looked it up.
func matched(f *Facts, s State, e Event) (State, Action) {
	switch {
	case e.Taken != 0:
		return refuse(s, outcome.Failed, outcome.MatchTaken,
			fmt.Sprintf("%s has the same %s and another key: one contact cannot be both", f.Policy.rowName(e.Taken), e.By))
	case len(e.Found) == 0:
		return create(f, s)
	case len(e.Found) > 1:
		return refuse(s, outcome.Failed, outcome.AmbiguousMatch,
			fmt.Sprintf("%d contacts have this %s: %s", len(e.Found), e.By, IDs(e.Found)))
	}
	return adopt(f, s, e.Found[0], "matches by "+e.By)
}

// adopt makes a row an update of the one contact that was found for it, unless
// the mapping's policy, or another row, is against it. how says how it was
// found.
func adopt(f *Facts, s State, c Evidence, how string) (State, Action) {
	what := fmt.Sprintf("contact %s, which %s, ", c.ID, how)
	switch {
	case c.Archived && f.Policy.Archived != Take:
		return f.Policy.Archived.leave(s, outcome.MatchIsArchived, what+"is archived")
	case c.User && f.Policy.User != Take:
		return f.Policy.User.leave(s, outcome.MatchIsUser, what+"is a user")
	case c.Owner != 0:
		return refuse(s, outcome.Failed, outcome.MatchTaken, fmt.Sprintf("%sis that of %s, which has another key", what, f.Policy.rowName(c.Owner)))
	case c.Elsewhere:
		return refuse(s, outcome.Failed, outcome.MatchTaken, what+"is that of another key in earlier results")
	}
	s.ID = c.ID
	s.Known.ID, s.Known.UserID = c.ID, c.UserID
	return update(f, s)
}

// leave leaves a row out, or refuses it. The line does not name the contact as
// the row's: by that id a later run would update it, policy or no policy.
func (t Treatment) leave(s State, code, message string) (State, Action) {
	if t == Skip {
		return refuse(s, outcome.Skipped, code, message)
	}
	return refuse(s, outcome.Failed, code, message)
}

func refuse(s State, status outcome.Status, code, message string) (State, Action) {
	s.Known.Refused = true
	return done(s, Line{Status: status, Code: code, Message: message})
}

// inspected decides what becomes of a create that was refused because somebody
// has the row's identity (rule R13): ours by the evidence, else a match like
// any other, where the mapping matches at all.
func inspected(f *Facts, s State, e Event) (State, Action) {
	no := s.refusal
	c := Evidence{ID: no.ContactID, User: true, Class: Unclear} // for want of more
	if len(e.Found) == 1 {
		c = e.Found[0]
	}
	if c.ID != "" {
		c.Archived = c.Archived || no.Code == "conflict_archived"
		switch {
		case c.Class == Ours || c.Class == Proved:
			return found(f, s, c)
		case s.Sends > 0 && c.Class == Unclear && !f.CanMatch:
			return unresolved(f, s, "its create was refused, and this may be what an earlier attempt made: "+c.ID)
		case f.CanMatch:
			return adopt(f, s, c, "has the row's identity")
		}
	}
	s.Known.Refused = true
	return done(s, Line{Status: outcome.Failed, Code: no.Code, Message: no.Message})
}

// IDs lists the ids of contacts, sorted, for a message.
func IDs(list []Evidence) string {
	names := make([]string, len(list))
	for i, c := range list {
		names[i] = c.ID
	}
	slices.Sort(names)
	return strings.Join(slices.Compact(names), ", ")
}
