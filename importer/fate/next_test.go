package fate

import (
	"fmt"
	"strings"
	"testing"

	"leadimport/client"
	"leadimport/importer/outcome"
)

// row is a row of which nothing special is known, changed by with.
func row(with ...func(*Facts)) *Facts {
	f := &Facts{Row: 7, Body: "body", Hash: "hash", Policy: &Policy{MatchBy: []string{"email"}, MaxResend: 2}}
	for _, change := range with {
		change(f)
	}
	return f
}

func policy(change func(*Policy)) func(*Facts) { return func(f *Facts) { change(f.Policy) } }

func follows(f *Facts)             { f.Follows = true }
func canMatch(f *Facts)            { f.CanMatch = true }
func canTrace(f *Facts)            { f.CanTrace = true }
func knows(id string) func(*Facts) { return func(f *Facts) { f.Past.ID = id } }
func archived(id string) Event     { e := answer(id); e.Contact.Archived = true; return e }
func inBefore(f *Facts)            { f.Done = true }
func mapsID(f *Facts)              { f.ID = "mapped" }
func mapsUserID(f *Facts)          { f.UserID = "u" }
func orphan(f *Facts)              { f.Row = 0 }
func faulty(f *Facts)              { f.Fault = &Fault{Code: "bad", Message: "no date"} }

func planned(p Planned) func(*Facts) { return func(f *Facts) { f.Planned = &p } }

var (
	planCreate = planned(Planned{Status: outcome.Created})
	planUpdate = planned(Planned{Status: outcome.Updated, ID: "k", Before: "before", After: "after"})
	planLater  = planned(Planned{Status: outcome.Updated, Before: "before", After: "after"}) // of a lead that it creates
	planSkip   = planned(Planned{Status: outcome.Skipped})
	planOpen   = planned(Planned{})
)

func staleLine(message string) Line {
	return Line{Status: outcome.Skipped, Code: outcome.Stale, Message: message}
}

func settled(status outcome.Status) func(*Facts) { return func(f *Facts) { f.Settled = status } }
func doubts(d Doubt) func(*Facts)                { return func(f *Facts) { f.Past.Doubt = &d } }
func applied(a Applied) func(*Facts)             { return func(f *Facts) { f.Past.Applied = &a } }

var (
	skipDuplicates   = policy(func(p *Policy) { p.SkipDuplicates = true })
	rejectDuplicates = policy(func(p *Policy) { p.RejectDuplicates = true })
	onlyCreate       = policy(func(p *Policy) { p.OnlyCreate = true })
	onlyUpdate       = policy(func(p *Policy) { p.OnlyUpdate = true })
	skipUsers        = policy(func(p *Policy) { p.User = Skip })
	refuseUsers      = policy(func(p *Policy) { p.User = Refuse })
	skipArchived     = policy(func(p *Policy) { p.Archived = Skip })
	skipGone         = policy(func(p *Policy) { p.Gone = Skip })
	refuseGone       = policy(func(p *Policy) { p.Gone = Refuse })
	tellsMerges      = policy(func(p *Policy) { p.TellsMerges = true })
	refuseArchived   = policy(func(p *Policy) { p.Archived = Refuse })
)

// begun is a create of an earlier process, with this row's values.
var begun = Doubt{Body: "body", Sends: 1}

// sent is a create of this run whose answer is lost.
var sent = State{Phase: InDoubt, Sends: 1, Searched: true, Doubt: begun}

func (s State) in(p Phase) State { s.Phase = p; return s }
func (s State) to(id string) State {
	s.ID, s.Known.ID = id, id
	return s
}
func (s State) with(change func(*State)) State { change(&s); return s }

func found1(class Class) []Evidence { return []Evidence{{ID: "c1", UserID: "u1", Class: class}} }

// steps is what each event makes of a row in each phase.
var steps = []struct {
	name  string
	facts *Facts
	state State
	event Event

	action     ActionKind
	phase      Phase
	line       Line   // for Write and Follow; Message: a part of it
	to         string // State.ID
	impossible bool
	check      func(t *testing.T, s State)
}{
	// New, Turn: what is wrong with the row, and what the policy leaves out.
	{name: "nothing is known", facts: row(), event: turnOf(Known{}), action: SendCreate, phase: Sending},
	{name: "cannot be imported", facts: row(faulty), event: turnOf(Known{ID: "k", Hash: "old"}), action: Write, phase: Done,
		line: Line{Status: outcome.Invalid, ID: "k", Code: "bad", Message: "no date", Hash: "old"}},
	{name: "cannot be imported, behind a row that was refused", facts: row(faulty), event: turnOf(Known{ID: "k", Rows: 2, Hash: "old", Refused: true}), action: Write, phase: Done,
		line: Line{Status: outcome.Invalid, ID: "k", Code: "bad"}},
	{name: "cannot be imported, and something was begun for its key", facts: row(faulty, doubts(begun)), event: turnOf(Known{}), action: Write, phase: Done,
		line: Line{Status: outcome.Invalid, Code: "bad"}, check: func(t *testing.T, s State) {
			if s.Known.Rows != 0 {
				t.Error("the next row of the key would not take up what was begun")
			}
		}},
	{name: "a second row, updates", facts: row(), event: turnOf(Known{ID: "k", Rows: 1, Sent: true}), action: Read, phase: Reading, to: "k"},
	{name: "a second row, whose first was left out", facts: row(), event: turnOf(Known{Rows: 1}), action: SendCreate, phase: Sending},
	{name: "a second row, skipped", facts: row(skipDuplicates), event: turnOf(Known{ID: "k", Rows: 1, Hash: "first"}), action: Write, phase: Done,
		line: Line{Status: outcome.Skipped, ID: "k", Code: outcome.DuplicateKey, Hash: "first"}},
	{name: "a second row, skipped, and the first was refused", facts: row(skipDuplicates), event: turnOf(Known{ID: "k", Rows: 1, Hash: "first", Refused: true}), action: Write, phase: Done,
		line: Line{Status: outcome.Skipped, ID: "k", Code: outcome.DuplicateKey}},
	{name: "the first row, where others are skipped", facts: row(skipDuplicates), event: turnOf(Known{}), action: SendCreate, phase: Sending},
	{name: "a second row, refused", facts: row(rejectDuplicates), event: turnOf(Known{ID: "k", Rows: 1}), action: Write, phase: Done,
		line: Line{Status: outcome.Invalid, Code: outcome.DuplicateKey}},
	{name: "the first row, where others are refused", facts: row(rejectDuplicates), event: turnOf(Known{}), action: SendCreate, phase: Sending},
	{name: "behind an unresolved row", facts: row(), event: turnOf(Known{Rows: 1, Blocked: 3, Refused: true}), action: Write, phase: Done,
		line: Line{Status: outcome.Failed, Code: outcome.WaitsForRow, Message: "row 3 "}},
	{name: "in, but behind an unresolved row", facts: row(inBefore, settled(outcome.Created)), event: turnOf(Known{ID: "k", Rows: 1, Blocked: 3}), action: Write, phase: Done,
		line: Line{Status: outcome.Failed, ID: "k", Code: outcome.WaitsForRow}},
	{name: "cannot be imported, and behind an unresolved row", facts: row(faulty), event: turnOf(Known{Rows: 1, Blocked: 3}), action: Write, phase: Done,
		line: Line{Status: outcome.Invalid, Code: "bad"}},

	// New, Turn: what is in already.
	{name: "in, by earlier results", facts: row(inBefore), event: turnOf(Known{ID: "k", UserID: "u", Hash: "hash"}), action: Write, phase: Done,
		line: Line{Status: outcome.Unchanged, ID: "k", UserID: "u", Hash: "hash"}},
	{name: "in, created by the same results", facts: row(inBefore, settled(outcome.Created)), event: turnOf(Known{ID: "k"}), action: Keep, phase: Done},
	{name: "in, updated by the same results", facts: row(inBefore, settled(outcome.Updated)), event: turnOf(Known{ID: "k"}), action: Keep, phase: Done},
	{name: "in, unchanged by the same results", facts: row(inBefore, settled(outcome.Unchanged)), event: turnOf(Known{ID: "k"}), action: Keep, phase: Done},
	{name: "in, and refused by the same results", facts: row(inBefore, settled(outcome.Failed)), event: turnOf(Known{ID: "k"}), action: Write, phase: Done,
		line: Line{Status: outcome.Unchanged, ID: "k", Hash: "hash"}},
	{name: "in, but this run has sent another row of the key", facts: row(inBefore, settled(outcome.Created)), event: turnOf(Known{ID: "k", Rows: 1, Sent: true}), action: Read, phase: Reading, to: "k",
		check: isCreated(true)},
	{name: "in, but a create is in doubt", facts: row(inBefore, doubts(begun)), event: turnOf(Known{}), action: LookUp, phase: InDoubt},
	{name: "in, but its companies are not", facts: row(inBefore, follows, applied(Applied{Body: "body", Created: true})), event: turnOf(Known{ID: "k"}), action: Follow, phase: FollowUp, to: "k",
		line: Line{Status: outcome.Created, ID: "k", Hash: "hash"}},
	{name: "settled, and another row of the key is new", facts: row(settled(outcome.Created)), event: turnOf(Known{ID: "k"}), action: Read, phase: Reading, to: "k", check: isCreated(true)},
	{name: "settled as updated, and another row of the key is new", facts: row(settled(outcome.Updated)), event: turnOf(Known{ID: "k"}), action: Read, phase: Reading, to: "k", check: isCreated(false)},
	{name: "settled as created, and taken back since", facts: row(settled(outcome.Created), canMatch), event: turnOf(Known{}), action: Match, phase: Matching, check: isCreated(false)},

	// A plan is applied: right before anything is written, it is held against it.
	{name: "planned create", facts: row(planCreate), event: turnOf(Known{}), action: SendCreate, phase: Sending},
	{name: "planned create, and match finds nobody", facts: row(planCreate, canMatch), state: State{Phase: Matching}, event: matchedBy(), action: SendCreate, phase: Sending},
	{name: "planned update, and nobody is found", facts: row(planUpdate, canMatch), state: State{Phase: Matching}, event: matchedBy(), action: Write, phase: Done,
		line: staleLine("the plan updates k"), check: isRefused},
	{name: "planned update of an earlier row's lead, which was not created", facts: row(planLater), event: turnOf(Known{Rows: 1, Refused: true}), action: Write, phase: Done,
		line: staleLine("an earlier row of this key creates"), check: isRefused},
	{name: "planned to be skipped, and nobody is found", facts: row(planSkip, canMatch), state: State{Phase: Matching}, event: matchedBy(), action: Write, phase: Done,
		line: staleLine("the plan creates nobody"), check: isRefused},
	{name: "planned to be skipped, and a policy still says so", facts: row(planSkip, canMatch, skipUsers), state: State{Phase: Matching}, event: matchedBy(Evidence{ID: "k", User: true}), action: Write, phase: Done,
		line: Line{Status: outcome.Skipped, Code: outcome.MatchIsUser}, check: isRefused},
	{name: "planned in doubt, and to be created", facts: row(planOpen), event: turnOf(Known{}), action: SendCreate, phase: Sending},
	{name: "planned update, not changed since", facts: row(planUpdate), state: State{Phase: Reading}.to("k"), event: shownHolding("k", "before"), action: SendUpdate, phase: Sending, to: "k"},
	{name: "planned update, changed since", facts: row(planUpdate), state: State{Phase: Reading}.to("k"), event: shownHolding("k", "other"), action: Write, phase: Done, to: "k",
		line: staleLine("contact k was changed since"), check: isRefused},
	{name: "planned update, changed to what it would become", facts: row(planUpdate), state: State{Phase: Reading}.to("k"), event: shownHolding("k", "after"), action: Write, phase: Done, to: "k",
		line: staleLine("contact k was changed since"), check: isRefused},
	{name: "planned update, changed by this run before it was interrupted", facts: row(planUpdate, doubts(Doubt{UpdateOf: "k"})), state: State{Phase: Reading}.to("k"), event: shownHolding("k", "after"), action: SendUpdate, phase: Sending, to: "k"},
	{name: "planned update, changed by this run, with nothing left to write", facts: row(planUpdate, doubts(Doubt{UpdateOf: "k"})), state: State{Phase: Reading}.to("k"),
		event: func() Event { e := holdsIt("k"); e.Holds = "after"; return e }(), action: Write, phase: Done, to: "k", line: Line{Status: outcome.Updated, ID: "k", UserID: "u1", Hash: "hash"}},
	{name: "planned and on record, and the update of a later row was begun", facts: row(planUpdate, settled(outcome.Updated), doubts(Doubt{UpdateOf: "k", Body: "later"})), event: turnOf(Known{ID: "k"}), action: Keep, phase: Done},
	{name: "planned and on record, and its own update was begun", facts: row(planUpdate, settled(outcome.Updated), doubts(Doubt{UpdateOf: "k", Body: "body"})), event: turnOf(Known{ID: "k"}), action: Read, phase: Reading, to: "k"},
	{name: "planned update, begun before an interruption, and changed", facts: row(planUpdate, doubts(Doubt{UpdateOf: "k"})), state: State{Phase: Reading}.to("k"), event: shownHolding("k", "other"), action: Write, phase: Done, to: "k",
		line: staleLine("contact k was changed since"), check: isRefused},
	{name: "planned update of one that earlier results know, changed since", facts: row(planUpdate, knows("k")), state: State{Phase: Reading}.to("k"), event: shownHolding("k", "other"), action: Write, phase: Done, to: "k",
		line: Line{Status: outcome.Skipped, ID: "k", Code: outcome.Stale}, check: isRefused},
	{name: "planned update, and it is another contact", facts: row(planUpdate), state: State{Phase: Reading}.to("m"), event: shownHolding("m", "before"), action: Write, phase: Done, to: "m",
		line: staleLine("contact m is this row's now, and the plan updates k"), check: isRefused},
	{name: "planned create, and somebody is found", facts: row(planCreate), state: State{Phase: Reading}.to("m"), event: shownAs("m"), action: Write, phase: Done, to: "m",
		line: staleLine("the plan creates one"), check: isRefused},
	{name: "planned create, whose own create was found", facts: row(planCreate), state: State{Phase: Reading, Created: true}.to("m"), event: shownAs("m"), action: SendUpdate, phase: Sending, to: "m"},
	{name: "planned to be skipped, and somebody is found", facts: row(planSkip), state: State{Phase: Reading}.to("m"), event: shownAs("m"), action: Write, phase: Done, to: "m",
		line: staleLine("the plan writes to nobody"), check: isRefused},
	{name: "planned update of an earlier row's lead", facts: row(planLater), state: State{Phase: Reading, Known: Known{Sent: true}}.to("m"), event: shownAs("m"), action: SendUpdate, phase: Sending, to: "m"},
	{name: "planned update of an earlier row's lead, after an interruption", facts: row(planLater, knows("m")), state: State{Phase: Reading}.to("m"), event: shownHolding("m", "before"), action: SendUpdate, phase: Sending, to: "m"},
	{name: "planned update of an earlier row's lead, and somebody else is found", facts: row(planLater), state: State{Phase: Reading}.to("m"), event: shownHolding("m", "before"), action: Write, phase: Done, to: "m",
		line: staleLine("contact m is known"), check: isRefused},
	{name: "planned unchanged, and it is", facts: row(planned(Planned{Status: outcome.Unchanged, ID: "k", Before: "before"})), state: State{Phase: Reading}.to("k"),
		event: func() Event { e := holdsIt("k"); e.Holds = "before"; return e }(), action: Write, phase: Done, to: "k", line: Line{Status: outcome.Unchanged, ID: "k", UserID: "u1", Hash: "hash"}},
	{name: "planned in doubt, and found", facts: row(planOpen), state: State{Phase: Reading}.to("m"), event: shownAs("m"), action: SendUpdate, phase: Sending, to: "m"},

	// New, Turn: whom it is saved to.
	{name: "known by history", facts: row(), event: turnOf(Known{ID: "k"}), action: Read, phase: Reading, to: "k", check: isCreated(false)},
	{name: "names its contact", facts: row(mapsID), event: turnOf(Known{}), action: Read, phase: Reading, to: "mapped"},
	{name: "names its contact by user_id", facts: row(mapsUserID), event: turnOf(Known{}), action: Read, phase: Reading},
	{name: "to be matched", facts: row(canMatch), event: turnOf(Known{}), action: Match, phase: Matching},
	{name: "known, not matched", facts: row(canMatch), event: turnOf(Known{ID: "k"}), action: Read, phase: Reading, to: "k"},
	{name: "known, only creates", facts: row(onlyCreate), event: turnOf(Known{ID: "k", UserID: "u", Hash: "old"}), action: Write, phase: Done,
		line: Line{Status: outcome.Skipped, ID: "k", UserID: "u", Code: outcome.OnlyCreate, Hash: "old"}, to: "k"},
	{name: "unknown, only creates", facts: row(onlyCreate), event: turnOf(Known{}), action: SendCreate, phase: Sending},
	{name: "to be matched, only creates", facts: row(onlyCreate, canMatch), event: turnOf(Known{}), action: Match, phase: Matching},
	{name: "known, only updates", facts: row(onlyUpdate), event: turnOf(Known{ID: "k"}), action: Read, phase: Reading, to: "k"},
	{name: "unknown, only updates", facts: row(onlyUpdate), event: turnOf(Known{}), action: Write, phase: Done,
		line: Line{Status: outcome.Skipped, Code: outcome.OnlyUpdate}, check: isRefused},
	{name: "to be matched, only updates", facts: row(onlyUpdate, canMatch), event: turnOf(Known{}), action: Match, phase: Matching},

	// New, Turn: what an earlier process left open.
	{name: "in doubt", facts: row(doubts(begun)), event: turnOf(Known{}), action: LookUp, phase: InDoubt, check: func(t *testing.T, s State) {
		if s.Sends != 1 || s.Doubt.Body != "body" {
			t.Errorf("sends %d, doubt %+v", s.Sends, s.Doubt)
		}
	}},
	{name: "in doubt, mended since", facts: row(doubts(Doubt{Body: "before"})), event: turnOf(Known{}), action: LookUp, phase: InDoubt},
	{name: "in doubt by inference", facts: row(doubts(Doubt{Inferred: true})), event: turnOf(Known{}), action: LookUp, phase: InDoubt},
	{name: "in doubt, to be matched", facts: row(canMatch, doubts(begun)), event: turnOf(Known{}), action: LookUp, phase: InDoubt},
	{name: "in doubt, only updates", facts: row(onlyUpdate, doubts(begun)), event: turnOf(Known{}), action: LookUp, phase: InDoubt},
	{name: "in doubt, and its contact is known by another file", facts: row(doubts(begun)), event: turnOf(Known{ID: "k"}), action: Read, phase: Reading, to: "k"},
	{name: "a second row, whose first took up the doubt", facts: row(doubts(begun)), event: turnOf(Known{ID: "k", Rows: 1}), action: Read, phase: Reading, to: "k"},
	{name: "a second row, whose first was not created after all", facts: row(doubts(begun)), event: turnOf(Known{Rows: 1}), action: SendCreate, phase: Sending},
	{name: "an update in doubt", facts: row(doubts(Doubt{UpdateOf: "k", Body: "body"}), canMatch), event: turnOf(Known{}), action: Read, phase: Reading, to: "k", check: func(t *testing.T, s State) {
		if s.Known.ID != "k" {
			t.Error("the next row of the key would be created")
		}
	}},
	{name: "an update in doubt, of another contact than is known", facts: row(doubts(Doubt{UpdateOf: "x"})), event: turnOf(Known{ID: "k"}), action: Read, phase: Reading, to: "k"},
	{name: "applied", facts: row(applied(Applied{Body: "body", Created: true})), event: turnOf(Known{ID: "k", UserID: "u"}), action: Write, phase: Done,
		line: Line{Status: outcome.Created, ID: "k", UserID: "u", Hash: "hash"}, to: "k"},
	{name: "applied, companies open", facts: row(follows, applied(Applied{Body: "body"})), event: turnOf(Known{ID: "k"}), action: Follow, phase: FollowUp,
		line: Line{Status: outcome.Updated, ID: "k", Hash: "hash"}, to: "k"},
	{name: "applied, mended since", facts: row(follows, applied(Applied{Body: "before", Created: true})), event: turnOf(Known{ID: "k"}), action: Read, phase: Reading, to: "k", check: isCreated(true)},
	{name: "applied, mended since, only creates", facts: row(follows, onlyCreate, applied(Applied{Body: "before", Created: true})), event: turnOf(Known{ID: "k"}), action: Read, phase: Reading, to: "k", check: isCreated(true)},
	{name: "a second row, whose first was applied, only creates", facts: row(onlyCreate, applied(Applied{Body: "first", Created: true})), event: turnOf(Known{ID: "k", Rows: 1, Sent: true, Hash: "first"}), action: Write, phase: Done,
		line: Line{Status: outcome.Skipped, ID: "k", Code: outcome.OnlyCreate, Hash: "first"}, to: "k"},
	{name: "a create whose row is gone", facts: row(orphan, doubts(begun)), event: turnOf(Known{}), action: LookUp, phase: InDoubt},

	// Matching.
	{name: "nobody matches", facts: row(canMatch), state: State{Phase: Matching}, event: Event{Kind: Matched}, action: SendCreate, phase: Sending},
	{name: "nobody matches, only updates", facts: row(canMatch, onlyUpdate), state: State{Phase: Matching}, event: Event{Kind: Matched}, action: Write, phase: Done,
		line: Line{Status: outcome.Skipped, Code: outcome.OnlyUpdate}, check: isRefused},
	{name: "one matches", facts: row(canMatch), state: State{Phase: Matching}, event: matchedBy(Evidence{ID: "c1", UserID: "u1"}), action: Read, phase: Reading, to: "c1", check: func(t *testing.T, s State) {
		if s.Known.ID != "c1" || s.Known.UserID != "u1" || s.Created || s.Adopted {
			t.Errorf("%+v", s)
		}
	}},
	{name: "one matches, only creates", facts: row(canMatch, onlyCreate), state: State{Phase: Matching}, event: matchedBy(Evidence{ID: "c1", UserID: "u1"}), action: Write, phase: Done,
		line: Line{Status: outcome.Skipped, ID: "c1", UserID: "u1", Code: outcome.OnlyCreate}, to: "c1"},
	{name: "one matches, only updates", facts: row(canMatch, onlyUpdate), state: State{Phase: Matching}, event: matchedBy(Evidence{ID: "c1"}), action: Read, phase: Reading, to: "c1"},
	{name: "a user matches", facts: row(canMatch), state: State{Phase: Matching}, event: matchedBy(Evidence{ID: "c1", User: true}), action: Read, phase: Reading, to: "c1"},
	{name: "a user matches, skipped", facts: row(canMatch, skipUsers), state: State{Phase: Matching}, event: matchedBy(Evidence{ID: "c1", User: true}), action: Write, phase: Done,
		line: Line{Status: outcome.Skipped, Code: outcome.MatchIsUser, Message: "c1"}, check: isRefused},
	{name: "a user matches, refused", facts: row(canMatch, refuseUsers), state: State{Phase: Matching}, event: matchedBy(Evidence{ID: "c1", User: true}), action: Write, phase: Done,
		line: Line{Status: outcome.Failed, Code: outcome.MatchIsUser, Message: "c1"}, check: isRefused},
	{name: "a lead matches, users refused", facts: row(canMatch, refuseUsers, refuseArchived), state: State{Phase: Matching}, event: matchedBy(Evidence{ID: "c1"}), action: Read, phase: Reading, to: "c1"},
	{name: "an archived one matches", facts: row(canMatch), state: State{Phase: Matching}, event: matchedBy(Evidence{ID: "c1", Archived: true}), action: Read, phase: Reading, to: "c1"},
	{name: "an archived one matches, skipped", facts: row(canMatch, skipArchived), state: State{Phase: Matching}, event: matchedBy(Evidence{ID: "c1", Archived: true}), action: Write, phase: Done,
		line: Line{Status: outcome.Skipped, Code: outcome.MatchIsArchived, Message: "c1"}, check: isRefused},
	{name: "an archived one matches, refused", facts: row(canMatch, refuseArchived), state: State{Phase: Matching}, event: matchedBy(Evidence{ID: "c1", Archived: true}), action: Write, phase: Done,
		line: Line{Status: outcome.Failed, Code: outcome.MatchIsArchived, Message: "c1"}, check: isRefused},
	{name: "an archived user matches, users refused", facts: row(canMatch, refuseUsers), state: State{Phase: Matching}, event: matchedBy(Evidence{ID: "c1", User: true, Archived: true}), action: Write, phase: Done,
		line: Line{Status: outcome.Failed, Code: outcome.MatchIsUser}, check: isRefused},
	{name: "another row's contact matches", facts: row(canMatch), state: State{Phase: Matching}, event: matchedBy(Evidence{ID: "c1", Owner: 3}), action: Write, phase: Done,
		line: Line{Status: outcome.Failed, Code: outcome.MatchTaken, Message: "row 3"}, check: isRefused},
	{name: "another key's contact matches", facts: row(canMatch), state: State{Phase: Matching}, event: matchedBy(Evidence{ID: "c1", Elsewhere: true}), action: Write, phase: Done,
		line: Line{Status: outcome.Failed, Code: outcome.MatchTaken, Message: "earlier results"}, check: isRefused},
	{name: "another row has claimed the person", facts: row(canMatch), state: State{Phase: Matching}, event: Event{Kind: Matched, By: "email", Taken: 3}, action: Write, phase: Done,
		line: Line{Status: outcome.Failed, Code: outcome.MatchTaken, Message: "row 3"}, check: isRefused},
	{name: "several match", facts: row(canMatch), state: State{Phase: Matching}, event: matchedBy(Evidence{ID: "c2"}, Evidence{ID: "c1"}), action: Write, phase: Done,
		line: Line{Status: outcome.Failed, Code: outcome.AmbiguousMatch, Message: "c1, c2"}, check: isRefused},
	{name: "the run ends", facts: row(canMatch), state: State{Phase: Matching}, event: Event{Kind: Unsent}, action: Nothing, phase: New},

	// Reading: what the contact holds is known before it is changed.
	{name: "read", facts: row(), state: State{Phase: Reading}.to("k"), event: shownAs("k"), action: SendUpdate, phase: Sending, to: "k"},
	{name: "read by user_id", facts: row(mapsUserID), state: State{Phase: Reading, UserID: "u"}, event: shownAs("c1"), action: SendUpdate, phase: Sending},
	{name: "read, and holds it already", facts: row(), state: State{Phase: Reading}.to("k"), event: holdsIt("k"), action: Write, phase: Done, to: "k",
		line: Line{Status: outcome.Unchanged, ID: "k", UserID: "u1", Hash: "hash"}},
	{name: "read, and holds it already, of a row that was created", facts: row(), state: State{Phase: Reading, Created: true}.to("k"), event: holdsIt("k"), action: Write, phase: Done, to: "k",
		line: Line{Status: outcome.Created, ID: "k", UserID: "u1", Hash: "hash"}},
	{name: "read, and holds it already, companies to come", facts: row(follows), state: State{Phase: Reading}.to("k"), event: holdsIt("k"), action: Follow, phase: FollowUp, to: "k",
		line: Line{Status: outcome.Unchanged, ID: "k", UserID: "u1", Hash: "hash"}},
	{name: "read, and archived, of history", facts: row(canTrace, knows("k")), state: State{Phase: Reading}.to("k"), event: func() Event { e := shownAs("k"); e.Contact.Archived = true; return e }(), action: Trace, phase: Tracing, to: "k"},
	{name: "read, and archived, by the row's own id", facts: row(mapsID, canTrace), state: State{Phase: Reading}.to("mapped"), event: func() Event { e := shownAs("mapped"); e.Contact.Archived = true; return e }(), action: SendUpdate, phase: Sending, to: "mapped"},
	{name: "read, and not there, of history", facts: row(canTrace), state: State{Phase: Reading}.to("k"), event: refusal(404), action: Trace, phase: Tracing, to: "k"},
	{name: "read, and not there, mapped", facts: row(mapsID, canTrace), state: State{Phase: Reading}.to("mapped"), event: refusal(404), action: Write, phase: Done, to: "mapped",
		line: Line{Status: outcome.Failed, ID: "mapped", Code: "no"}, check: isRefused},
	{name: "cannot be read", facts: row(canTrace), state: State{Phase: Reading}.to("k"), event: refusal(422), action: Write, phase: Done, to: "k",
		line: Line{Status: outcome.Failed, ID: "k", Code: "no", Message: "because"}, check: isRefused},
	{name: "the run ends before it is read", facts: row(), state: State{Phase: Reading}.to("k"), event: Event{Kind: Unsent}, action: Nothing, phase: New, to: "k"},

	// Sending, Answered.
	{name: "created", facts: row(), state: State{Phase: Sending}, event: answer("c1"), action: Write, phase: Done, to: "c1",
		line: Line{Status: outcome.Created, ID: "c1", UserID: "u1", Hash: "hash"}, check: func(t *testing.T, s State) {
			if want := (Known{ID: "c1", UserID: "u1", Rows: 1, Hash: "hash", Sent: true}); s.Known != want {
				t.Errorf("known %+v, want %+v", s.Known, want)
			}
		}},
	{name: "created, companies to come", facts: row(follows), state: State{Phase: Sending}, event: answer("c1"), action: Follow, phase: FollowUp, to: "c1",
		line: Line{Status: outcome.Created, ID: "c1", UserID: "u1", Hash: "hash"}},
	{name: "updated", facts: row(), state: State{Phase: Sending}.to("k"), event: answer("k"), action: Write, phase: Done, to: "k",
		line: Line{Status: outcome.Updated, ID: "k", UserID: "u1", Hash: "hash"}},
	{name: "updated, and merged into another meanwhile", facts: row(), state: State{Phase: Sending}.to("k"), event: answer("c1"), action: Write, phase: Done, to: "c1",
		line: Line{Status: outcome.Updated, ID: "c1", UserID: "u1", Hash: "hash"}},
	{name: "updated by user_id", facts: row(mapsUserID), state: State{Phase: Sending, UserID: "u1"}, event: answer("c1"), action: Write, phase: Done, to: "c1",
		line: Line{Status: outcome.Updated, ID: "c1", UserID: "u1", Hash: "hash"}},
	{name: "updated, of a row that was created", facts: row(), state: State{Phase: Sending, Created: true}.to("k"), event: answer("k"), action: Write, phase: Done, to: "k",
		line: Line{Status: outcome.Created, ID: "k", UserID: "u1", Hash: "hash"}},
	{name: "updated, of a row that was found", facts: row(), state: State{Phase: Sending, Adopted: true}.to("k"), event: answer("k"), action: Write, phase: Done, to: "k",
		line: Line{Status: outcome.Updated, ID: "k", UserID: "u1", Code: outcome.Adopted, Hash: "hash"}},
	{name: "updated, behind a row that was refused", facts: row(), state: State{Phase: Sending, Known: Known{Rows: 1, Refused: true}}.to("k"), event: answer("k"), action: Write, phase: Done, to: "k",
		line: Line{Status: outcome.Updated, ID: "k", UserID: "u1"}},
	{name: "updated, and archived, of history", facts: row(canTrace, knows("k")), state: State{Phase: Sending}.to("k"), event: archived("k"), action: Trace, phase: Tracing, to: "k"},
	{name: "updated, and archived, of history, no identity", facts: row(knows("k")), state: State{Phase: Sending}.to("k"), event: archived("k"), action: Write, phase: Done, to: "k",
		line: Line{Status: outcome.Skipped, ID: "k", Code: outcome.Gone, Message: "archived"}, check: isRefused},
	{name: "updated, and archived, as the mapping wants", facts: row(knows("k"), canMatch, canTrace), state: State{Phase: Sending}.to("k"), event: archived("k"), action: Write, phase: Done, to: "k",
		line: Line{Status: outcome.Updated, ID: "k", UserID: "u1", Hash: "hash"}},
	{name: "updated, and archived, by the row's own id", facts: row(mapsID, canTrace), state: State{Phase: Sending}.to("mapped"), event: archived("mapped"), action: Write, phase: Done, to: "mapped",
		line: Line{Status: outcome.Updated, ID: "mapped", UserID: "u1", Hash: "hash"}},
	{name: "answered with who holds more than was sent", facts: row(), state: State{Phase: Sending}, event: func() Event { e := answer("c1"); e.Foreign, e.Doubt = true, begun; return e }(), action: LookUp, phase: InDoubt, check: func(t *testing.T, s State) {
		if s.Doubt.Echo != "c1" || s.Sends != 1 || s.Created {
			t.Errorf("%+v", s)
		}
	}},
	{name: "answered with another row's contact", facts: row(), state: State{Phase: Sending}, event: func() Event { e := answer("c1"); e.Owner, e.Doubt = 3, begun; return e }(), action: LookUp, phase: InDoubt, check: func(t *testing.T, s State) {
		if s.Doubt.Echo != "c1" || s.Sends != 1 || s.Created {
			t.Errorf("%+v", s)
		}
	}},

	// Sending, Refused.
	{name: "create refused", facts: row(canTrace), state: State{Phase: Sending}, event: refusal(400), action: Write, phase: Done,
		line: Line{Status: outcome.Failed, Code: "no", Message: "because"}, check: isRefused},
	{name: "create refused, somebody has the identity", facts: row(), state: State{Phase: Sending}, event: conflict(), action: Inspect, phase: Inspecting},
	{name: "create not found", facts: row(canTrace), state: State{Phase: Sending}, event: refusal(404), action: Write, phase: Done,
		line: Line{Status: outcome.Failed, Code: "no"}, check: isRefused},
	{name: "update refused", facts: row(canTrace), state: State{Phase: Sending}.to("k"), event: refusal(422), action: Write, phase: Done, to: "k",
		line: Line{Status: outcome.Failed, ID: "k", Code: "no", Message: "because"}, check: isRefused},
	{name: "update refused, somebody has the identity", facts: row(), state: State{Phase: Sending}.to("k"), event: conflict(), action: Write, phase: Done, to: "k",
		line: Line{Status: outcome.Failed, ID: "k", Code: "conflict"}, check: isRefused},
	{name: "id of history not found", facts: row(canTrace), state: State{Phase: Sending}.to("k"), event: refusal(404), action: Trace, phase: Tracing, to: "k"},
	{name: "id of history gone", facts: row(canTrace), state: State{Phase: Sending}.to("k"), event: refusal(410), action: Trace, phase: Tracing, to: "k"},
	{name: "id of history gone, no identity", facts: row(), state: State{Phase: Sending}.to("k"), event: refusal(404), action: Write, phase: Done, to: "k",
		line: Line{Status: outcome.Skipped, ID: "k", Code: outcome.Gone, Message: "because"}, check: isRefused},
	{name: "id of history gone, merged", facts: row(), state: State{Phase: Sending}.to("k"), event: mergedAway("c1"), action: Trace, phase: Tracing, to: "k"},
	{name: "id of history gone, no identity, and the API tells", facts: row(tellsMerges), state: State{Phase: Sending}.to("k"), event: refusal(404), action: Trace, phase: Tracing, to: "k"},
	{name: "id of history gone, to be skipped", facts: row(canTrace, tellsMerges, skipGone), state: State{Phase: Sending}.to("k"), event: mergedAway("c1"), action: Write, phase: Done, to: "k",
		line: Line{Status: outcome.Skipped, ID: "k", Code: outcome.Gone, Message: "gone: skip (because)"}, check: isRefused},
	{name: "id of history gone, to be refused", facts: row(canTrace, tellsMerges, refuseGone), state: State{Phase: Sending}.to("k"), event: refusal(404), action: Write, phase: Done, to: "k",
		line: Line{Status: outcome.Failed, ID: "k", Code: "no", Message: "because"}, check: isRefused},
	{name: "id of history merged, to be refused", facts: row(canTrace, tellsMerges, refuseGone), state: State{Phase: Sending}.to("k"), event: mergedAway("c1"), action: Write, phase: Done, to: "k",
		line: Line{Status: outcome.Failed, ID: "k", Code: "no", Message: "because: it is c1 now"}, check: isRefused},
	{name: "updated, and archived, of history, to be skipped", facts: row(knows("k"), canTrace, skipGone), state: State{Phase: Sending}.to("k"), event: archived("k"), action: Write, phase: Done, to: "k",
		line: Line{Status: outcome.Skipped, ID: "k", Code: outcome.Gone, Message: "archived"}, check: isRefused},
	{name: "updated, and archived, of history, to be refused", facts: row(knows("k"), canTrace, refuseGone), state: State{Phase: Sending}.to("k"), event: archived("k"), action: Write, phase: Done, to: "k",
		line: Line{Status: outcome.Failed, ID: "k", Code: outcome.Gone, Message: "archived"}, check: isRefused},
	{name: "mapped id merged", facts: row(mapsID, canTrace, tellsMerges), state: State{Phase: Sending}.to("mapped"), event: mergedAway("c1"), action: Write, phase: Done, to: "mapped",
		line: Line{Status: outcome.Failed, ID: "mapped", Code: "no", Message: "because: it is c1 now"}, check: isRefused},
	{name: "mapped id not found, gone ones to be skipped", facts: row(mapsID, canTrace, skipGone), state: State{Phase: Sending}.to("mapped"), event: refusal(404), action: Write, phase: Done, to: "mapped",
		line: Line{Status: outcome.Failed, ID: "mapped", Code: "no"}, check: isRefused},
	{name: "create gone, gone ones to be skipped", facts: row(canTrace, skipGone), state: State{Phase: Sending}, event: refusal(410), action: Write, phase: Done,
		line: Line{Status: outcome.Failed, Code: "no"}, check: isRefused},
	{name: "update refused, gone ones to be skipped", facts: row(canTrace, skipGone), state: State{Phase: Sending}.to("k"), event: refusal(422), action: Write, phase: Done, to: "k",
		line: Line{Status: outcome.Failed, ID: "k", Code: "no"}, check: isRefused},
	{name: "mapped id not found", facts: row(mapsID, canTrace), state: State{Phase: Sending}.to("mapped"), event: refusal(404), action: Write, phase: Done, to: "mapped",
		line: Line{Status: outcome.Failed, ID: "mapped", Code: "no"}, check: isRefused},
	{name: "mapped id gone", facts: row(mapsID, canTrace), state: State{Phase: Sending}.to("mapped"), event: refusal(410), action: Write, phase: Done, to: "mapped",
		line: Line{Status: outcome.Failed, ID: "mapped", Code: "no"}, check: isRefused},
	{name: "mapped user_id not found", facts: row(mapsUserID, canTrace), state: State{Phase: Sending, UserID: "u"}, event: refusal(404), action: Write, phase: Done,
		line: Line{Status: outcome.Failed, UserID: "u", Code: "no"}, check: isRefused},

	// Sending, Lost and Unsent.
	{name: "create lost", facts: row(), state: State{Phase: Sending}, event: Event{Kind: Lost, Doubt: begun}, action: LookUp, phase: InDoubt, check: func(t *testing.T, s State) {
		if s.Sends != 1 || s.Doubt.Sends != 1 {
			t.Errorf("sends %d, %d", s.Sends, s.Doubt.Sends)
		}
	}},
	{name: "create lost, another's echo", facts: row(), state: State{Phase: Sending}, event: Event{Kind: Lost, Doubt: begun, ContactID: "e1"}, action: LookUp, phase: InDoubt, check: func(t *testing.T, s State) {
		if s.Doubt.Echo != "e1" {
			t.Errorf("echo %q", s.Doubt.Echo)
		}
	}},
	{name: "create lost again", facts: row(), state: State{Phase: Sending, Sends: 1, Doubt: Doubt{First: at(0), FirstAt: at(0).Low, Last: at(30), NotOurs: []string{"n"}}},
		event: Event{Kind: Lost, Doubt: Doubt{First: at(700), FirstAt: at(700).Low, Last: at(730), Since: at(730).Low, NotOurs: []string{"m"}}}, action: LookUp, phase: InDoubt, check: func(t *testing.T, s State) {
			if s.Sends != 2 || s.Doubt.First != at(0) || s.Doubt.FirstAt != at(0).Low || s.Doubt.Last != at(730) || s.Doubt.Since != at(730).Low {
				t.Errorf("the doubt does not span both attempts: %+v", s.Doubt)
			}
			if got := fmt.Sprint(s.Doubt.NotOurs); got != "[n m]" {
				t.Errorf("not ours: %s", got)
			}
		}},
	{name: "update lost", facts: row(), state: State{Phase: Sending}.to("k"), event: Event{Kind: Lost, Message: "timeout"}, action: Write, phase: Done, to: "k",
		line: Line{Status: outcome.Unresolved, ID: "k", Code: outcome.InDoubt, Message: "timeout"}, check: isBlocked},
	{name: "update by user_id lost", facts: row(mapsUserID), state: State{Phase: Sending, UserID: "u"}, event: Event{Kind: Lost}, action: Write, phase: Done,
		line: Line{Status: outcome.Unresolved, UserID: "u", Code: outcome.InDoubt}, check: isBlocked},
	{name: "the run ends before it is sent", facts: row(), state: State{Phase: Sending}, event: Event{Kind: Unsent}, action: Nothing, phase: New},
	{name: "the run ends before it is sent again", facts: row(), state: sent.in(Sending), event: Event{Kind: Unsent}, action: Nothing, phase: New},

	// Inspecting: a conflict names somebody.
	{name: "somebody has it, no match", facts: row(), state: inspecting(State{}), event: inspect(Unclear), action: Write, phase: Done,
		line: Line{Status: outcome.Failed, Code: "conflict", Message: "taken"}, check: isRefused},
	{name: "somebody has it, matched", facts: row(canMatch), state: inspecting(State{Searched: true}), event: inspect(Unclear), action: Read, phase: Reading, to: "c1", check: isCreated(false)},
	{name: "a user has it, refused", facts: row(canMatch, refuseUsers), state: inspecting(State{Searched: true}), event: Event{Kind: Inspected, Found: []Evidence{{ID: "c1", User: true, Class: Unclear}}}, action: Write, phase: Done,
		line: Line{Status: outcome.Failed, Code: outcome.MatchIsUser, Message: "c1"}, check: isRefused},
	{name: "an archived one has it, skipped", facts: row(canMatch, skipArchived), state: inspecting(State{Searched: true}), event: Event{Kind: Inspected, Found: []Evidence{{ID: "c1", Archived: true, Class: Unclear}}}, action: Write, phase: Done,
		line: Line{Status: outcome.Skipped, Code: outcome.MatchIsArchived, Message: "c1"}, check: isRefused},
	{name: "the conflict is with an archived one, skipped", facts: row(canMatch, skipArchived), state: inspecting(State{Searched: true}).with(func(s *State) { s.refusal.Code = "conflict_archived" }), event: Event{Kind: Inspected}, action: Write, phase: Done,
		line: Line{Status: outcome.Skipped, Code: outcome.MatchIsArchived, Message: "c1"}, check: isRefused},
	{name: "another row has it", facts: row(canMatch), state: inspecting(State{Searched: true}), event: Event{Kind: Inspected, Found: []Evidence{{ID: "c1", Owner: 3, Class: NotOurs}}}, action: Write, phase: Done,
		line: Line{Status: outcome.Failed, Code: outcome.MatchTaken, Message: "row 3"}, check: isRefused},
	{name: "another key has it", facts: row(canMatch), state: inspecting(State{Searched: true}), event: Event{Kind: Inspected, Found: []Evidence{{ID: "c1", Class: NotOurs, Elsewhere: true}}}, action: Write, phase: Done,
		line: Line{Status: outcome.Failed, Code: outcome.MatchTaken}, check: isRefused},
	{name: "who has it cannot be read, no match", facts: row(), state: inspecting(State{}), event: Event{Kind: Inspected}, action: Write, phase: Done,
		line: Line{Status: outcome.Failed, Code: "conflict"}, check: isRefused},
	{name: "ours without a doubt: something on the way sent it twice", facts: row(), state: inspecting(State{Doubt: sent.Doubt}), event: inspect(Ours), action: Write, phase: Done, to: "c1",
		line: Line{Status: outcome.Created, ID: "c1", UserID: "u1", Hash: "hash"}},
	{name: "unclear without a doubt", facts: row(), state: inspecting(State{Doubt: sent.Doubt}), event: inspect(Unclear), action: Write, phase: Done,
		line: Line{Status: outcome.Failed, Code: "conflict"}, check: isRefused},
	{name: "after a doubt, ours", facts: row(), state: inspecting(sent), event: inspect(Ours), action: Write, phase: Done, to: "c1",
		line: Line{Status: outcome.Created, ID: "c1", UserID: "u1", Hash: "hash"}},
	{name: "after a doubt, ours by the stamp", facts: row(canMatch), state: inspecting(sent), event: inspect(Proved), action: Write, phase: Done, to: "c1",
		line: Line{Status: outcome.Created, ID: "c1", UserID: "u1", Hash: "hash"}},
	{name: "after a doubt, ours, mended since", facts: row(func(f *Facts) { f.Body = "now" }), state: inspecting(sent), event: inspect(Ours), action: Read, phase: Reading, to: "c1", check: isCreated(true)},
	{name: "after a doubt, unclear, no match", facts: row(), state: inspecting(sent), event: inspect(Unclear), action: Write, phase: Done,
		line: Line{Status: outcome.Unresolved, Code: outcome.InDoubt, Message: "c1"}, check: isBlocked},
	{name: "after a doubt, unclear, matched", facts: row(canMatch), state: inspecting(sent), event: inspect(Unclear), action: Read, phase: Reading, to: "c1", check: isCreated(false)},
	{name: "after a doubt, not ours, no match", facts: row(), state: inspecting(sent), event: inspect(NotOurs), action: Write, phase: Done,
		line: Line{Status: outcome.Failed, Code: "conflict"}, check: isRefused},
	{name: "after a doubt, cannot be read", facts: row(), state: inspecting(sent), event: Event{Kind: Inspected}, action: Write, phase: Done,
		line: Line{Status: outcome.Unresolved, Code: outcome.InDoubt, Message: "c1"}, check: isBlocked},
	{name: "the run ends before the conflict is read", facts: row(), state: inspecting(State{}), event: Event{Kind: Unsent}, action: Nothing, phase: New},

	// Tracing: the id of history is gone.
	{name: "nobody has the identity", facts: row(canTrace), state: tracing, event: Event{Kind: Traced}, action: Write, phase: Done, to: "k",
		line: Line{Status: outcome.Skipped, ID: "k", Code: outcome.Gone, Message: "gone away"}, check: isRefused},
	{name: "one has it", facts: row(canTrace), state: tracing.with(func(s *State) { s.Created = true }), event: traceOf(Evidence{ID: "c1", UserID: "u1"}), action: Read, phase: Reading, to: "c1", check: func(t *testing.T, s State) {
		if s.Created || s.Known.ID != "c1" || s.Known.UserID != "u1" {
			t.Errorf("%+v", s)
		}
	}},
	{name: "a user has it, whom match would refuse", facts: row(canTrace, refuseUsers), state: tracing, event: traceOf(Evidence{ID: "c1", User: true}), action: Read, phase: Reading, to: "c1"},
	{name: "only an archived one has it", facts: row(canTrace), state: tracing, event: traceOf(Evidence{ID: "c1", Archived: true}), action: Write, phase: Done, to: "k",
		line: Line{Status: outcome.Skipped, ID: "k", Code: outcome.Gone}, check: isRefused},
	{name: "only the one that is gone has it", facts: row(canTrace), state: tracing, event: traceOf(Evidence{ID: "k"}), action: Write, phase: Done, to: "k",
		line: Line{Status: outcome.Skipped, ID: "k", Code: outcome.Gone}, check: isRefused},
	{name: "only another key's has it", facts: row(canTrace), state: tracing, event: traceOf(Evidence{ID: "c1", Class: NotOurs}), action: Write, phase: Done, to: "k",
		line: Line{Status: outcome.Skipped, ID: "k", Code: outcome.Gone}, check: isRefused},
	{name: "only another row's has it", facts: row(canTrace), state: tracing, event: traceOf(Evidence{ID: "c1", Owner: 3}), action: Write, phase: Done, to: "k",
		line: Line{Status: outcome.Skipped, ID: "k", Code: outcome.Gone}, check: isRefused},
	{name: "two have it", facts: row(canTrace), state: tracing, event: traceOf(Evidence{ID: "c2"}, Evidence{ID: "c1"}), action: Write, phase: Done, to: "k",
		line: Line{Status: outcome.Failed, ID: "k", Code: outcome.AmbiguousMatch, Message: "c1, c2"}, check: isRefused},
	{name: "two have it, one of them archived", facts: row(canTrace), state: tracing, event: traceOf(Evidence{ID: "c2", Archived: true}, Evidence{ID: "c1"}), action: Read, phase: Reading, to: "c1"},
	{name: "merged into somebody", facts: row(), state: tracing, event: merged(Evidence{ID: "c1", UserID: "u1", User: true}), action: Read, phase: Reading, to: "c1", check: isCreated(false)},
	{name: "merged into another row's", facts: row(canTrace), state: tracing, event: merged(Evidence{ID: "c1", Owner: 3, Class: NotOurs}), action: Write, phase: Done, to: "k",
		line: Line{Status: outcome.Failed, ID: "k", Code: outcome.MatchTaken, Message: "contact c1, which is that of row 3"}, check: isRefused},
	{name: "merged into another key's", facts: row(canTrace), state: tracing, event: merged(Evidence{ID: "c1", Elsewhere: true, Class: NotOurs}), action: Write, phase: Done, to: "k",
		line: Line{Status: outcome.Failed, ID: "k", Code: outcome.MatchTaken, Message: "another key in earlier results"}, check: isRefused},
	{name: "merged into whom only updates are not to reach", facts: row(canTrace, onlyCreate), state: tracing, event: merged(Evidence{ID: "c1", UserID: "u1"}), action: Write, phase: Done, to: "c1",
		line: Line{Status: outcome.Skipped, ID: "c1", UserID: "u1", Code: outcome.OnlyCreate}},
	{name: "merged back into whom it was", facts: row(canTrace), state: tracing.to("c1").with(func(s *State) { s.left = []string{"k"} }), event: merged(Evidence{ID: "k"}), action: Write, phase: Done, to: "c1",
		line: Line{Status: outcome.Skipped, ID: "c1", Code: outcome.Gone, Message: "merged in a circle: k → c1 → k"}, check: isRefused},
	{name: "who it was has the identity", facts: row(canTrace), state: tracing.to("c1").with(func(s *State) { s.left = []string{"k"} }), event: traceOf(Evidence{ID: "k"}), action: Write, phase: Done, to: "c1",
		line: Line{Status: outcome.Skipped, ID: "c1", Code: outcome.Gone, Message: "gone away"}, check: isRefused},
	{name: "gone as often as may be", facts: row(canTrace), state: tracing.with(func(s *State) { s.left = make([]string, maxLeft-1) }), event: merged(Evidence{ID: "c1"}), action: Read, phase: Reading, to: "c1"},
	{name: "gone too often", facts: row(canTrace), state: tracing.with(func(s *State) { s.left = make([]string, maxLeft) }), event: merged(Evidence{ID: "c1"}), action: Write, phase: Done, to: "k",
		line: Line{Status: outcome.Skipped, ID: "k", Code: outcome.Gone, Message: "nor is any of those who it was after that"}, check: isRefused},
	{name: "merged into nobody", facts: row(canTrace), state: tracing, event: Event{Kind: Traced, Message: "merged in a circle: k → c1 → k"}, action: Write, phase: Done, to: "k",
		line: Line{Status: outcome.Skipped, ID: "k", Code: outcome.Gone, Message: "(gone away); merged in a circle: k → c1 → k"}, check: isRefused},
	{name: "merged into nobody, one has the identity", facts: row(canTrace), state: tracing, event: func() Event { e := traceOf(Evidence{ID: "c2"}); e.Message = "merged in a circle"; return e }(), action: Read, phase: Reading, to: "c2"},
	{name: "merged, behind rows of its key", facts: row(canTrace), state: tracing.with(func(s *State) { s.Known.Rows = 1 }), event: merged(Evidence{ID: "c1"}), action: Read, phase: Reading, to: "c1", check: func(t *testing.T, s State) {
		if !s.Known.Refused {
			t.Error("what the first row says is taken to be in the other contact")
		}
	}},
	{name: "the run ends before it is traced", facts: row(canTrace), state: tracing, event: Event{Kind: Unsent}, action: Nothing, phase: New, to: "k"},

	// InDoubt; the conclusions have a table of their own.
	{name: "not over", facts: row(), state: sent, event: Event{Kind: LookedUp}, action: LookUp, phase: InDoubt},
	{name: "over, absent", facts: row(), state: sent, event: Event{Kind: LookedUp, Over: true}, action: SendCreate, phase: Sending},

	// FollowUp.
	{name: "all is in", facts: row(follows), state: State{Phase: FollowUp, line: Line{Status: outcome.Created, ID: "c1", Hash: "hash"}}.to("c1"), event: Event{Kind: Followed}, action: Write, phase: Done, to: "c1",
		line: Line{Status: outcome.Created, ID: "c1", Hash: "hash"}},
	{name: "a company is refused", facts: row(follows), state: State{Phase: FollowUp, line: Line{Status: outcome.Created, ID: "c1", Hash: "hash"}}.to("c1"),
		event: Event{Kind: FollowFailed, Code: outcome.CompanyFailed, Message: "company"}, action: Write, phase: Done, to: "c1",
		line: Line{Status: outcome.Failed, ID: "c1", Code: outcome.CompanyFailed, Message: "company"}, check: isRefused},
}

// Whatever is not in steps is impossible; it is listed here, and not derived,
// so that a new phase or event has to be thought about.
func init() {
	for _, pair := range []struct {
		phase Phase
		kinds []EventKind
	}{
		{New, []EventKind{Shown, Matched, Answered, Refused, Lost, Unsent, LookedUp, Inspected, Traced, Followed, FollowFailed}},
		{Matching, []EventKind{Turn, Shown, Answered, Refused, Lost, LookedUp, Inspected, Traced, Followed, FollowFailed}},
		{Reading, []EventKind{Turn, Matched, Answered, Lost, LookedUp, Inspected, Traced, Followed, FollowFailed}},
		{Sending, []EventKind{Turn, Matched, Shown, LookedUp, Inspected, Traced, Followed, FollowFailed}},
		{InDoubt, []EventKind{Shown, Turn, Matched, Answered, Refused, Lost, Unsent, Inspected, Traced, Followed, FollowFailed}},
		{Inspecting, []EventKind{Shown, Turn, Matched, Answered, Refused, Lost, LookedUp, Traced, Followed, FollowFailed}},
		{Tracing, []EventKind{Shown, Turn, Matched, Answered, Refused, Lost, LookedUp, Inspected, Followed, FollowFailed}},
		{FollowUp, []EventKind{Shown, Turn, Matched, Answered, Refused, Lost, Unsent, LookedUp, Inspected, Traced}},
		{Done, []EventKind{Shown, Turn, Matched, Answered, Refused, Lost, Unsent, LookedUp, Inspected, Traced, Followed, FollowFailed}},
	} {
		for _, kind := range pair.kinds {
			s := steps[0]
			s.name, s.state, s.event, s.impossible = fmt.Sprintf("impossible: %s, %s", pair.phase, kind), State{Phase: pair.phase}, Event{Kind: kind}, true
			steps = append(steps, s)
		}
	}
}

func turnOf(k Known) Event { return Event{Kind: Turn, Known: k} }

func matchedBy(list ...Evidence) Event { return Event{Kind: Matched, By: "email", Found: list} }

func traceOf(list ...Evidence) Event { return Event{Kind: Traced, Found: list} }

func merged(into Evidence) Event { return Event{Kind: Traced, Merged: true, Found: []Evidence{into}} }

// mergedAway is the answer that a contact was merged, with its Link.
func mergedAway(into string) Event {
	e := refusal(410)
	e.ContactID = into
	return e
}

func answer(id string) Event {
	return Event{Kind: Answered, Contact: client.Contact{ID: id, ExternalID: "u1"}}
}

func shownAs(id string) Event {
	return Event{Kind: Shown, Contact: client.Contact{ID: id, ExternalID: "u1"}}
}

func shownHolding(id, holds string) Event { e := shownAs(id); e.Holds = holds; return e }

func holdsIt(id string) Event { e := shownAs(id); e.Same = true; return e }

func refusal(status int) Event {
	return Event{Kind: Refused, Status: status, Code: "no", Message: "because"}
}

func conflict() Event {
	return Event{Kind: Refused, Status: 409, Code: "conflict", Message: "taken", ContactID: "c1"}
}

func inspecting(s State) State {
	s.Phase, s.refusal = Inspecting, conflict()
	return s
}

var tracing = State{Phase: Tracing, refusal: Event{Status: 404, Message: "gone away"}}.to("k")

func inspect(class Class) Event { return Event{Kind: Inspected, Found: found1(class)} }

func isCreated(want bool) func(*testing.T, State) {
	return func(t *testing.T, s State) {
		if s.Created != want {
			t.Errorf("created is %t", s.Created)
		}
	}
}

func isRefused(t *testing.T, s State) {
	if !s.Known.Refused {
		t.Error("the key's next row would be taken to cover this one")
	}
}

func isBlocked(t *testing.T, s State) {
	if s.Known.Blocked != 7 || !s.Known.Refused {
		t.Errorf("%+v", s.Known)
	}
}

func TestNext(t *testing.T) {
	for _, tt := range steps {
		t.Run(tt.name, func(t *testing.T) {
			if tt.impossible {
				defer func() {
					if r := recover(); r == nil || !strings.Contains(fmt.Sprint(r), tt.event.Kind.String()) {
						t.Errorf("panicked with %v", r)
					}
				}()
			}
			before := tt.state
			s, a := Next(tt.facts, tt.state, tt.event)
			if tt.impossible {
				t.Fatalf("became %s, %s", s.Phase, a.Kind)
			}
			if a.Kind != tt.action || s.Phase != tt.phase || s.ID != tt.to {
				t.Errorf("%s, %s, to %q; want %s, %s, to %q", a.Kind, s.Phase, s.ID, tt.action, tt.phase, tt.to)
			}
			message := a.Line.Message
			if a.Line.Message = tt.line.Message; a.Line != tt.line {
				t.Errorf("line %+v\nwant %+v", a.Line, tt.line)
			}
			if !strings.Contains(message, tt.line.Message) {
				t.Errorf("message %q\nlacks %q", message, tt.line.Message)
			}
			counts := s.Phase == Done && tt.facts.Fault == nil
			if grown := s.Known.Rows - max(before.Known.Rows, tt.event.Known.Rows); counts && grown != 1 || !counts && grown != 0 {
				t.Errorf("the key's rows grew by %d", grown)
			}
			if want := tt.event.ContactID; a.Kind != Inspect && a.Kind != Trace && a.ContactID != "" || a.Kind == Inspect && a.ContactID == "" || a.Kind == Trace && a.ContactID != want {
				t.Errorf("contact to look at: %q", a.ContactID)
			}
			if tt.check != nil {
				tt.check(t, s)
			}
		})
	}
}

// TestStepsAreComplete holds the table above against all there is.
func TestStepsAreComplete(t *testing.T) {
	type pair struct {
		phase Phase
		kind  EventKind
	}
	possible, impossible := map[pair]bool{}, map[pair]bool{}
	names := map[string]bool{}
	for _, s := range steps {
		p := pair{s.state.Phase, s.event.Kind}
		if s.impossible {
			impossible[p] = true
		} else {
			possible[p] = true
		}
		if names[s.name] {
			t.Errorf("two steps are called %q", s.name)
		}
		names[s.name] = true
	}
	for phase := range phaseNames {
		for kind := range eventNames {
			p := pair{Phase(phase), EventKind(kind)}
			if possible[p] == impossible[p] {
				t.Errorf("%s, %s: expected %t, impossible %t", p.phase, p.kind, possible[p], impossible[p])
			}
		}
	}
	// A phase, event or action that is added gets a name, too.
	if len(phaseNames) != int(Done)+1 || len(eventNames) != int(FollowFailed)+1 || len(actionNames) != int(Drop)+1 || len(classNames) != int(Proved)+1 {
		t.Error("something has no name")
	}
	seen := map[ActionKind]bool{Drop: true} // of the conclusions
	for _, s := range steps {
		seen[s.action] = true
	}
	for kind := range actionNames {
		if !seen[ActionKind(kind)] {
			t.Errorf("no step ends in %s", ActionKind(kind))
		}
	}
}
