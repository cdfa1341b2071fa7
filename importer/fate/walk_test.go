package fate

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"leadimport/client"
	"leadimport/importer/outcome"
)

// eventsOf are representative events that can happen to a row in a phase.
func eventsOf(f *Facts, s State) []Event {
	var list []Event
	add := func(e ...Event) { list = append(list, e...) }
	switch s.Phase {
	case Matching:
		add(Event{Kind: Matched}, Event{Kind: Unsent}, Event{Kind: Matched, By: "email", Taken: 3},
			matchedBy(Evidence{ID: "m1"}), matchedBy(Evidence{ID: "m1", User: true}), matchedBy(Evidence{ID: "m1", Archived: true}),
			matchedBy(Evidence{ID: "m1", Owner: 3}), matchedBy(Evidence{ID: "m1", Class: NotOurs}), matchedBy(Evidence{ID: "m1"}, Evidence{ID: "m2"}))
	case Reading:
		id := s.ID
		if id == "" {
			id = "a1"
		}
		add(shownAs(id), holdsIt(id), refusal(422), refusal(404), Event{Kind: Unsent})
	case Sending:
		id := s.ID
		if id == "" {
			id = "a1"
		}
		add(Event{Kind: Answered, Contact: client.Contact{ID: id}, Doubt: Doubt{Body: f.Body}}, refusal(422), refusal(404), mergedAway("t2"), conflict(), Event{Kind: Unsent},
			Event{Kind: Lost, Doubt: Doubt{Body: f.Body}}, Event{Kind: Lost, ContactID: "e1", Doubt: Doubt{Body: f.Body}})
		if !s.IsUpdate() {
			add(Event{Kind: Answered, Contact: client.Contact{ID: id}, Owner: 3, Doubt: Doubt{Body: f.Body}},
				Event{Kind: Answered, Contact: client.Contact{ID: id}, Foreign: true, Doubt: Doubt{Body: f.Body}})
		}
	case InDoubt:
		sets := [][]Evidence{nil, {{ID: "n1", Class: NotOurs}}, {{ID: "x1", Class: Unclear}}, {{ID: "x1", Class: Unclear}, {ID: "x2", Class: Unclear}},
			{{ID: "x1", Class: Unclear, Contested: true}}, {{ID: "x1", Class: Unclear, User: true}}, {{ID: "p1", Class: Proved}}, {{ID: "p1", Class: Proved}, {ID: "p2", Class: Proved}}}
		if !s.Doubt.Inferred { // of what was sent nothing is known, so nothing can be the same
			sets = append(sets, []Evidence{{ID: "o1", Class: Ours}}, []Evidence{{ID: "o1", Class: Ours}, {ID: "n1", Class: NotOurs}},
				[]Evidence{{ID: "o1", Class: Ours}, {ID: "x1", Class: Unclear}}, []Evidence{{ID: "o1", Class: Ours}, {ID: "o2", Class: Ours}})
		}
		for _, found := range sets {
			for _, over := range []bool{false, true} {
				for _, blind := range []bool{false, true} {
					add(Event{Kind: LookedUp, Found: found, Over: over, Blind: blind})
				}
			}
		}
	case Inspecting:
		add(Event{Kind: Unsent}, Event{Kind: Inspected}, inspect(Unclear), inspect(NotOurs), Event{Kind: Inspected, Found: []Evidence{{ID: "c1", Owner: 3, Class: NotOurs}}},
			Event{Kind: Inspected, Found: []Evidence{{ID: "c1", User: true, Class: Unclear}}})
		if s.Sends > 0 {
			add(inspect(Ours), inspect(Proved))
		}
	case Tracing:
		add(Event{Kind: Unsent}, Event{Kind: Traced}, traceOf(Evidence{ID: "t1"}), traceOf(Evidence{ID: "t1"}, Evidence{ID: "t2"}),
			traceOf(Evidence{ID: "t1", Owner: 3}), traceOf(Evidence{ID: "t1", Class: NotOurs}), traceOf(Evidence{ID: "t1", Archived: true}),
			merged(Evidence{ID: "t1"}), merged(Evidence{ID: "t1", Owner: 3, Class: NotOurs}), merged(Evidence{ID: "t1", Elsewhere: true, Class: NotOurs}), Event{Kind: Traced, Message: "in a circle"})
	case FollowUp:
		add(Event{Kind: Followed}, Event{Kind: FollowFailed, Code: outcome.TagFailed})
	}
	return list
}

// happened is one event on the way of a row.
type happened struct {
	before State
	event  Event
	after  State
	action Action
}

func (h happened) String() string {
	e := h.event
	text := fmt.Sprintf("%s: %s", h.before.Phase, e.Kind)
	for _, c := range e.Found {
		text += fmt.Sprintf(" %s %s", c.ID, c.Class)
	}
	return fmt.Sprintf("%s over=%t blind=%t owner=%d status=%d contact=%s%s ─► %s %s %+v", text, e.Over, e.Blind, e.Owner, e.Status, e.ContactID, e.Contact.ID, h.after.Phase, h.action.Kind, h.action.Line)
}

// worlds are the facts and the knowledge that the walks begin with.
func worlds() []struct {
	name  string
	facts *Facts
	known Known
} {
	type world = struct {
		name  string
		facts *Facts
		known Known
	}
	var list []world
	for _, past := range []struct {
		name  string
		with  func(*Facts)
		known Known
	}{
		{"new", func(*Facts) {}, Known{}},
		{"known", canTrace, Known{ID: "k", Hash: "old"}},
		{"known, no identity", func(*Facts) {}, Known{ID: "k", Hash: "old"}},
		{"second", func(*Facts) {}, Known{Rows: 1, Refused: true}},
		{"third", func(*Facts) {}, Known{ID: "k", Rows: 2, Sent: true}},
		{"behind", func(*Facts) {}, Known{Rows: 1, Blocked: 3}},
		{"faulty", faulty, Known{}},
		{"in", inBefore, Known{ID: "k"}},
		{"settled", func(f *Facts) { f.Done, f.Settled = true, outcome.Created }, Known{ID: "k"}},
		{"settled, sent again", settled(outcome.Created), Known{ID: "k"}},
		{"settled, taken back", settled(outcome.Created), Known{}},
		{"mapped", mapsID, Known{}},
		{"in doubt", doubts(begun), Known{}},
		{"in doubt, mended", doubts(Doubt{Body: "before", Sends: 1}), Known{}},
		{"inferred", doubts(Doubt{Inferred: true}), Known{}},
		{"update in doubt", doubts(Doubt{UpdateOf: "k", Body: "body"}), Known{}},
		{"applied", applied(Applied{Body: "body", Created: true}), Known{ID: "k"}},
		{"applied, mended", applied(Applied{Body: "before", Created: true}), Known{ID: "k"}},
		{"update applied", applied(Applied{Body: "before"}), Known{ID: "k"}},
		{"gone", func(f *Facts) { orphan(f); doubts(begun)(f) }, Known{}},
		{"gone, inferred", func(f *Facts) { orphan(f); doubts(Doubt{Inferred: true, Sends: 1})(f) }, Known{}},
	} {
		for _, p := range []struct {
			name string
			with func(*Facts)
		}{
			{"", func(*Facts) {}}, {", follows", follows}, {", matched", canMatch},
			{", matched, users skipped, archived refused", func(f *Facts) { canMatch(f); skipUsers(f); refuseArchived(f) }},
			{", only create", func(f *Facts) { canMatch(f); onlyCreate(f) }}, {", only update", onlyUpdate},
			{", gone ones skipped", skipGone}, {", gone ones refused", refuseGone}, {", merges told", tellsMerges},
			{", duplicates skipped", skipDuplicates}, {", duplicates refused", rejectDuplicates},
		} {
			f := row(past.with, p.with, policy(func(p *Policy) { p.MaxResend = 1 }))
			if f.Row == 0 && (f.Follows || f.CanMatch) {
				continue // these are of a row
			}
			list = append(list, world{past.name + p.name, f, past.known})
		}
	}
	return list
}

// TestWalk follows every row along every way that events can take it, and holds
// each way against what the guarantee promises.
func TestWalk(t *testing.T) {
	const depth = 9
	ways, ends := 0, map[outcome.Status]int{}
	for _, w := range worlds() {
		var walk func(way []happened, s State)
		walk = func(way []happened, s State) {
			if s.Phase == Done || s.Phase == New || len(way) == depth {
				ways++
				checkWay(t, w.facts, w.known, way)
				ends[way[len(way)-1].action.Line.Status]++
				return
			}
			for _, e := range eventsOf(w.facts, s) {
				after, a := Next(w.facts, s, e)
				if e.Kind == LookedUp && a.Kind == LookUp {
					if !reflect.DeepEqual(s, after) {
						t.Errorf("a look-up that decides nothing changed %+v to %+v", s, after)
					}
					continue // from here it goes on as if nothing had been
				}
				walk(append(way[:len(way):len(way)], happened{s, e, after, a}), after)
				if t.Failed() {
					return
				}
			}
		}
		e := turnOf(w.known)
		s, a := Next(w.facts, State{}, e)
		walk([]happened{{State{}, e, s, a}}, s)
		if t.Failed() {
			t.Fatalf("in the world: %s", w.name)
		}
	}
	t.Logf("%d ways, which end as %v", ways, ends)
	for _, status := range outcome.Statuses {
		if ends[status] == 0 {
			t.Errorf("no way ends as %s", status)
		}
	}
}

// checkWay holds one way of a row against the guarantee.
func checkWay(t *testing.T, f *Facts, known Known, way []happened) {
	t.Helper()
	fail := func(format string, args ...any) {
		t.Helper()
		var text strings.Builder
		for _, h := range way {
			fmt.Fprintf(&text, "\n\t%s", h)
		}
		t.Errorf(format+"%s", append(args, text.String())...)
	}
	// witness: a create of this key was seen to be applied, as one of these ids.
	witness := map[string]bool{}
	if a := f.Past.Applied; a != nil && a.Created || f.Settled == outcome.Created {
		witness[known.ID] = true
	}
	open := f.Past.Doubt != nil && f.Past.Doubt.UpdateOf == "" // a create may have been applied
	sent := 0
	adopted := false
	for i, h := range way {
		e, a, l := h.event, h.action, h.action.Line
		for _, c := range e.Found {
			if h.before.Phase == InDoubt && e.Over && c.Class == Ours || c.Class == Proved ||
				h.before.Phase == Inspecting && c.Class == Ours && h.before.Sends > 0 {
				witness[c.ID] = true
			}
		}
		switch e.Kind {
		case Answered:
			if h.before.IsUpdate() || e.Owner != 0 || e.Foreign {
				if h.before.Created {
					witness[e.Contact.ID] = true // the same lead, under the id that it has now
				}
			} else {
				witness[e.Contact.ID] = true
				open = false
			}
		case LookedUp:
			all := slices.ContainsFunc(e.Found, func(c Evidence) bool { return c.Class != NotOurs })
			if open && (a.Kind == SendCreate || a.Kind == Match || a.Kind == Drop) {
				if !e.Over || e.Blind || all || h.before.Doubt.Echo != "" {
					fail("%s although it may have been created", a.Kind)
				}
				open = false
			}
			if h.before.Doubt.Inferred && a.Kind == Read && !slices.ContainsFunc(e.Found, func(c Evidence) bool { return c.Class == Proved }) {
				adopted = true
			}
		case Traced:
			adopted = adopted && h.after.Adopted
		}
		if e.Kind == Lost && !h.before.IsUpdate() || e.Kind == Answered && (e.Owner != 0 || e.Foreign) {
			open = true
		}
		if a.Kind == SendCreate {
			if sent++; open {
				fail("created while a create is in doubt")
			}
			if h.after.IsUpdate() || f.Row == 0 || f.Policy.OnlyUpdate || f.NamesContact() {
				fail("created against the policy or without a row")
			}
		}
		if a.Kind == SendUpdate && (!h.after.IsUpdate() || f.Row == 0) {
			fail("an update of nobody, or without a row")
		}
		if a.Kind == Trace && (f.Policy.Gone != Take || f.NamesContact()) {
			fail("looked for who is gone, against the policy")
		}
		if (e.Kind == Refused || e.Kind == Traced) && h.before.IsUpdate() && (a.Kind == SendCreate || a.Kind == Match) {
			fail("created again")
		}
		if a.Kind == Drop && f.Row != 0 {
			fail("a row was dropped")
		}
		if (a.Kind == Write) != (l.Status != "") && a.Kind != Follow {
			fail("a line without a status, or a status without a line")
		}
		ended := a.Kind == Write || a.Kind == Keep || a.Kind == Drop
		if ended != (h.after.Phase == Done) || ended && i != len(way)-1 {
			fail("done is not the end")
		}
		if a.Kind != Write {
			continue
		}
		if grown := h.after.Known.Rows - known.Rows; f.Fault == nil && grown != 1 {
			fail("the key's rows grew by %d", grown)
		}
		if l.Status == outcome.Created && !witness[l.ID] {
			fail("created without a witness")
		}
		if (l.Status == outcome.Created || l.Status == outcome.Updated) && l.ID == "" {
			fail("no id")
		}
		if l.Status == outcome.Updated && adopted && l.Code != outcome.Adopted {
			fail("found without a witness, and not called so")
		}
		if l.Status == outcome.Unresolved {
			may := map[string]bool{h.before.Doubt.Echo: true, e.ContactID: !h.before.IsUpdate(), h.before.ID: true}
			for _, c := range e.Found {
				may[c.ID] = c.Class != NotOurs
			}
			for id, it := range may {
				if it && id != "" && l.ID != id && !strings.Contains(l.Message, id) {
					fail("unresolved, and %s is not named", id)
				}
			}
			if h.after.Known.Blocked != f.Row {
				fail("the key's next row would not wait")
			}
			if f.Past.Doubt == nil && sent == 0 && !slices.ContainsFunc(way, func(h happened) bool { return h.action.Kind == SendUpdate }) {
				fail("unresolved, and nothing was sent")
			}
		}
		if l.Status == outcome.Invalid && (sent > 0 || open && f.Fault == nil) {
			fail("invalid, and something was sent")
		}
		if open && l.Status == outcome.Created && !witness[l.ID] {
			fail("another than the open create")
		}
		if l.Hash != "" && (l.Status == outcome.Failed || l.Status == outcome.Unresolved || h.after.Known.Refused) {
			fail("a digest of what is not known")
		}
		for _, e := range []EventKind{Turn, Answered, Lost, LookedUp, Followed} {
			if !panics(func() { Next(f, h.after, Event{Kind: e}) }) {
				fail("%s after the end", e)
			}
		}
	}
	if f.Policy.OnlyCreate && f.Past.Applied == nil && f.ID == "" &&
		slices.ContainsFunc(way, func(h happened) bool { return h.action.Kind == SendUpdate && f.Past.Doubt == nil }) {
		fail("updated with --only create")
	}
	if sent > f.Policy.MaxResend+2 {
		fail("sent %d times", sent)
	}
}

func panics(f func()) (did bool) {
	defer func() { did = recover() != nil }()
	f()
	return false
}

// TestExpect: a forecast is what the row comes to when every answer is good.
func TestExpect(t *testing.T) {
	for _, w := range worlds() {
		answers := map[ActionKind][]Event{
			Match:  {{Kind: Matched}, matchedBy(Evidence{ID: "m1"}), matchedBy(Evidence{ID: "m1", User: true}), matchedBy(Evidence{ID: "m1"}, Evidence{ID: "m2"})},
			LookUp: {{Kind: LookedUp, Over: true}, {Kind: LookedUp, Over: true, Found: []Evidence{{ID: "o1", Class: Ours}}}, {Kind: LookedUp, Over: true, Found: []Evidence{{ID: "x1", Class: Unclear}}}},
		}
		for _, match := range answers[Match] {
			for _, looked := range answers[LookUp] {
				x, after := Expect(w.facts, w.known, func(_ State, a Action) (Event, bool) {
					switch a.Kind {
					case Match:
						return match, true
					case LookUp:
						return looked, true
					}
					return Event{}, false
				})
				// The same way, by hand.
				var want Expectation
				s, a := Next(w.facts, State{}, turnOf(w.known))
				for s.Phase != Done {
					var e Event
					switch a.Kind {
					case Match:
						e, want.Looks = match, true
					case Read:
						want.Reads = !s.Known.Sent
						e = Event{Kind: Shown, Contact: client.Contact{ID: s.ID, UserID: s.UserID}}
						want.ID = s.ID
					case LookUp:
						e, want.Looks = looked, true
					case SendCreate:
						e, want.Goes = Event{Kind: Answered, Contact: client.Contact{ID: "a1"}}, true
					case SendUpdate:
						e, want.Goes = Event{Kind: Answered, Contact: client.Contact{ID: s.ID}}, true
					case Follow:
						e, want.Follows = Event{Kind: Followed}, true
					}
					s, a = Next(w.facts, s, e)
				}
				want.Status, want.Code, want.Message = a.Line.Status, a.Line.Code, a.Line.Message
				if !want.Goes {
					want.ID = a.Line.ID
				}
				if a.Kind == Keep {
					want.Kept, want.Status = true, w.facts.Settled
				}
				if x != want {
					t.Errorf("%s: %+v, want %+v", w.name, x, want)
				}
				if after.Rows != s.Known.Rows || (after.ID == "") != (s.Known.ID == "") || after.Hash != s.Known.Hash ||
					after.Sent != s.Known.Sent || after.Refused != s.Known.Refused || after.Blocked != s.Known.Blocked {
					t.Errorf("%s: the key is %+v afterwards, want %+v", w.name, after, s.Known)
				}
			}
		}
	}
}

// TestExpectInDoubt: the outcome of a row in doubt is not foretold, but that of
// the rows behind it is: as if it came out well.
func TestExpectInDoubt(t *testing.T) {
	for name, look := range map[string]func(State, Action) (Event, bool){
		"no answer": func(State, Action) (Event, bool) { return Event{}, false },
		"not over":  func(State, Action) (Event, bool) { return Event{Kind: LookedUp}, true },
		"contested": func(State, Action) (Event, bool) {
			return Event{Kind: LookedUp, Over: true, Found: []Evidence{{ID: "x1", Class: Unclear, Contested: true}}}, true
		},
	} {
		open := look
		look = func(s State, a Action) (Event, bool) {
			if a.Kind != LookUp {
				return Event{}, false
			}
			return open(s, a)
		}
		x, after := Expect(row(doubts(begun)), Known{}, look)
		if want := (Expectation{Looks: true}); x != want {
			t.Errorf("%s: %+v", name, x)
		}
		x, _ = Expect(row(doubts(begun)), after, look)
		if want := (Expectation{Goes: true, Status: outcome.Updated, ID: Unnamed}); x != want {
			t.Errorf("%s, the next row: %+v", name, x)
		}
		x, _ = Expect(row(doubts(begun), skipDuplicates), after, look)
		if x.Status != outcome.Skipped || x.Goes {
			t.Errorf("%s, the next row, skipped: %+v", name, x)
		}
	}
	// What cannot be told apart before the wait is over will hardly be later.
	two := Event{Kind: LookedUp, Found: []Evidence{{ID: "x1", Class: Unclear}, {ID: "x2", Class: Unclear}}}
	x, after := Expect(row(doubts(begun)), Known{}, func(State, Action) (Event, bool) { return two, true })
	if x.Status != outcome.Unresolved || !x.Looks || x.Goes || after.Blocked == 0 {
		t.Errorf("two alike: %+v, %+v", x, after)
	}
	// Nobody was asked whom match finds.
	x, after = Expect(row(canMatch), Known{}, func(State, Action) (Event, bool) { return Event{}, false })
	if want := (Expectation{Looks: true}); x != want || after.Rows != 1 {
		t.Errorf("%+v, rows %d", x, after.Rows)
	}
}
