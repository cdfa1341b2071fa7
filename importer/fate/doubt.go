package fate

import (
	"slices"
	"time"

	"leadimport/client"
	"leadimport/importer/outcome"
)

// Doubt is what is known of creates whose answers are not.
type Doubt struct {
	Sent client.Lead // as it was sent, stamp included, or would have been; without fields: not known
	Body string      // digest of the row's values that were sent; blank: not known
	// UpdateOf: not a create, but an update of that contact.
	UpdateOf string
	// First and Last bound the time in which the server may have created it, by
	// its own clock: the oldest intent without an outcome, the deadline of the
	// newest. FirstAt and LastAt are the same by ours.
	First, Last     client.Moment
	FirstAt, LastAt time.Time
	// Since is the end of the newest attempt, by our clock, SinceServer by the
	// server's: the wait counts from here (rule R6). Taken is when this process
	// took the doubt up, with its monotonic reading; Since itself for its own.
	Since       time.Time
	SinceServer client.Moment
	Taken       time.Time
	// Reckoned is what the server's clock showed at FirstAt, reckoned back from
	// what it showed since, at the earliest. It is before First when a clock was
	// set in between.
	Reckoned client.Moment
	// Inferred: the journal does not tell all that was begun, so there may have
	// been a create that no intent tells of (rule R7).
	Inferred bool
	// Echo is the contact that an answer named without showing what was sent.
	Echo string
	// NotOurs are contacts that look-ups showed before the newest intent.
	NotOurs []string
	Sends   int // creates that are in doubt
}

// misset is how far a clock may have been set that nobody can confirm.
const misset = time.Hour

// Over reports whether the wait of a doubt is over. Time that passed in this
// process counts for certain, by the monotonic clock, which nobody sets. A
// wait that another process began is over when both the server's clock and
// ours say so, whichever of them was set meanwhile; so a restart does not
// begin it anew, and a wrong clock makes it at most as long again.
func (d *Doubt) Over(now time.Time, server client.Moment, wait time.Duration) bool {
	if now.Sub(d.Taken) >= wait {
		return true
	}
	return !d.own() && !now.Before(d.end(now, server, wait))
}

// Reckon takes in what the server's clock shows now. It reports whether the
// clock was set back, which a later process must know.
func (d *Doubt) Reckon(now time.Time, server client.Moment) bool {
	if d.FirstAt.IsZero() || !server.Known() {
		return false
	}
	before := d.Earliest()
	if then := server.Add(d.FirstAt.Sub(now)); !d.Reckoned.Known() || then.Low.Before(d.Reckoned.Low) {
		d.Reckoned = then
	}
	return before.Sub(d.Earliest()) > slack
}

// Earliest is before everything that was created for the doubt, by the server's
// clock; zero: that is not known.
func (d *Doubt) Earliest() time.Time {
	if !d.First.Known() {
		return time.Time{}
	}
	from := d.First.Low
	if d.Reckoned.Known() && d.Reckoned.Low.Before(from) {
		from = d.Reckoned.Low
	}
	return from.Add(-slack).Truncate(time.Second)
}

// own reports whether this process began the wait.
func (d *Doubt) own() bool { return d.Taken.Equal(d.Since) }

// end is when the wait that another process began is over, by our clock.
func (d *Doubt) end(now time.Time, server client.Moment, wait time.Duration) time.Time {
	end := d.Since.Round(0).Add(wait)
	if !d.SinceServer.Known() || !server.Known() {
		return end.Add(misset)
	}
	if by := now.Add(d.SinceServer.High.Add(wait).Sub(server.Low)); by.After(end) {
		return by
	}
	return end
}

// Until is when the wait will be over, by our clock.
func (d *Doubt) Until(now time.Time, server client.Moment, wait time.Duration) time.Time {
	until := d.Taken.Add(wait)
	if end := d.end(now, server, wait); !d.own() && end.Before(until) {
		return end
	}
	return until
}

// lookedUp draws the conclusion of one look-up (rule R9).
func lookedUp(f *Facts, s State, e Event) (State, Action) {
	d := &s.Doubt
	var ours, proved, others []Evidence
	contested := false
	for _, c := range e.Found {
		switch c.Class {
		case Proved:
			proved = append(proved, c)
		case Ours:
			ours = append(ours, c)
		case Unclear:
			others = append(others, c)
		}
		contested = contested || c.Contested
	}
	switch {
	case len(proved) == 1:
		return found(f, s, proved[0]) // the stamp is nobody else's
	case !e.Over || contested && len(proved) == 0:
		// Somebody's own sign-up may be indexed before ours, and while another
		// open row may own what was found, nothing is decided.
		return s, Action{Kind: LookUp}
	}
	all := slices.Concat(proved, ours, others)
	names := IDs(all)
	if d.Echo != "" {
		names = IDs(append(all, Evidence{ID: d.Echo}))
	}
	switch {
	case e.Blind && len(all) > 0: // what was not read may fit as well
		return unresolved(f, s, "created perhaps as one of these, or as one that the API did not show: "+names)
	case len(ours) == 1 && len(all) == 1:
		return found(f, s, ours[0])
	case d.Inferred && len(all) == 1 && f.Row == 0:
		return done(s, Line{Status: outcome.Updated, ID: all[0].ID, UserID: all[0].UserID, Code: outcome.RowVanished,
			Message: "found as " + all[0].ID + ": who created it is not known, and the list no longer has its row"})
	case d.Inferred && len(all) == 1:
		s.Adopted, s.Searched = true, true
		if !f.CanMatch { // no policy of the mapping's concerns it
			s.ID = all[0].ID
			s.Known.ID, s.Known.UserID = all[0].ID, all[0].UserID
			return update(f, s)
		}
		return adopt(f, s, all[0], "was found")
	case len(all) == 1 && names == all[0].ID:
		return unresolved(f, s, "created perhaps as "+names+", which may be somebody else's")
	case len(all) > 0:
		return unresolved(f, s, "created perhaps, and these cannot be told apart: "+names)
	case d.Echo != "":
		return unresolved(f, s, "created perhaps as "+names+", which does not carry what was sent")
	case e.Blind:
		return unresolved(f, s, "created perhaps, and there is nothing to look it up by")
	case f.Row == 0:
		s.Phase = Done
		return s, Action{Kind: Drop}
	case s.Sends > f.Policy.MaxResend:
		return unresolved(f, s, "its create was lost again and again")
	}
	s.Phase = New
	return create(f, s)
}

// found ends the doubt about a row whose create turned out to have been
// applied.
func found(f *Facts, s State, c Evidence) (State, Action) {
	s.Created = true
	if f.Row == 0 {
		return done(s, Line{Status: outcome.Created, ID: c.ID, UserID: c.UserID, Code: outcome.RowVanished,
			Message: "created by an interrupted run, and the list no longer has its row"})
	}
	if s.Doubt.Body != f.Body {
		// The row was mended since, or it is not known what was sent: it was
		// created as it was, and is updated to what it is.
		s.ID, s.UserID = c.ID, ""
		s.Known.ID, s.Known.UserID = c.ID, c.UserID
		return update(f, s)
	}
	return saved(f, s, c.ID, c.UserID)
}

// unresolved ends a row whose fate cannot be found out.
func unresolved(f *Facts, s State, message string) (State, Action) {
	s.Known.Blocked, s.Known.Refused = f.Row, true
	l := Line{Status: outcome.Unresolved, ID: s.ID, UserID: s.UserID, Code: outcome.InDoubt, Message: message}
	if f.Row == 0 {
		l.Code = outcome.RowVanished
	}
	return done(s, l)
}
