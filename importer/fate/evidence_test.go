package fate

import (
	"maps"
	"strings"
	"testing"
	"time"

	"leadimport/client"
	"leadimport/importer/outcome"
)

const stamp = client.CustomPrefix + "stamp"

// ann is what was sent, without a stamp.
var ann = client.Lead{Fields: []client.Field{
	{Name: "email", Value: client.String("Ann@Bücher.example")},
	{Name: "name", Value: client.String("Ann Smith")},
	{Name: "phone", Value: client.String("+353 87 555 1234")},
	{Name: client.CustomPrefix + "plan", Value: client.String("pro")},
}}

// nameless is what was sent of somebody without an e-mail or a phone.
var nameless = client.Lead{Fields: ann.Fields[1:2:2]}

func stamped(l client.Lead) client.Lead {
	l.Fields = append(l.Fields[:len(l.Fields):len(l.Fields)], client.Field{Name: stamp, Value: client.String("ours")})
	return l
}

// shown is ann as the API shows her, created seconds after the intent.
func shown(seconds float64) client.Contact {
	return client.Contact{ID: "c1", Role: "lead", Email: "Ann@Bücher.example", Name: "Ann Smith", Phone: "+353 87 555 1234",
		Custom: map[string]any{"plan": "pro"}, CreatedAt: at(seconds).Low.Truncate(time.Second)}
}

func other(change func(*client.Contact)) client.Contact {
	c := shown(5)
	c.Custom = maps.Clone(c.Custom)
	change(&c)
	return c
}

func carrying(stamp any, seconds float64) client.Contact {
	c := shown(seconds)
	c.Custom = map[string]any{"plan": "pro", "stamp": stamp}
	return c
}

// TestAnswers: without a stamp and an e-mail, who holds more than was sent is
// no answer to it.
func TestAnswers(t *testing.T) {
	w := Weigher{Stamp: stamp, Attributes: []string{"email", "phone", "name", client.CustomPrefix + "plan", client.CustomPrefix + "score"}}
	of := func(change func(*client.Contact)) client.Contact {
		c := client.Contact{ID: "c1", Name: "Ann Smith", Custom: map[string]any{"plan": nil, "size": "8"}}
		change(&c)
		return c
	}
	for _, tt := range []struct {
		name string
		sent client.Lead
		c    client.Contact
		want bool
	}{
		{"nothing more", nameless, of(func(*client.Contact) {}), true},
		{"custom attributes are not shown", nameless, of(func(c *client.Contact) { c.Custom = nil }), true},
		{"an e-mail", nameless, of(func(c *client.Contact) { c.Email = "ann@example.com" }), false},
		{"a phone", nameless, of(func(c *client.Contact) { c.Phone = "+353 1" }), false},
		{"a mapped attribute", nameless, of(func(c *client.Contact) { c.Custom["score"] = 5.0 }), false},
		{"more, of the same e-mail", ann, shown(5), true},
		{"more, of our stamp", stamped(nameless), carrying("ours", 5), true},
	} {
		if got := w.Answers(tt.sent, tt.c); got != tt.want {
			t.Errorf("%s: %t", tt.name, got)
		}
	}
}

// TestWeigh goes through rule R9 line by line.
func TestWeigh(t *testing.T) {
	intent := Doubt{Sent: ann, First: at(0), Last: at(30)}
	marked := Doubt{Sent: stamped(ann), First: at(0), Last: at(30)}
	clockless := Doubt{Sent: ann, FirstAt: start, LastAt: start.Add(30 * time.Second)}
	hourAhead := intent // the server's clock was an hour ahead at the intent, and was set right since
	hourAhead.Reckoned = at(-3600)
	hourBehind := intent
	hourBehind.Reckoned = at(3600)
	short := Doubt{Sent: nameless, First: at(0), Last: at(30)}
	with := func(d Doubt, change func(*Doubt)) Doubt { change(&d); return d }

	for _, tt := range []struct {
		name  string
		doubt Doubt
		sight Sight
		want  Class
	}{
		// Ours: the stamp.
		{"our stamp", marked, Sight{Contact: carrying("ours", 5)}, Proved},
		{"our stamp, whatever the clock says", marked, Sight{Contact: carrying("ours", -9999)}, Proved},
		{"our stamp, no clock known", with(marked, func(d *Doubt) { d.First, d.Last = client.Moment{}, client.Moment{} }), Sight{Contact: carrying("ours", 5)}, Proved},
		{"our stamp, content changed since", marked, Sight{Contact: func() client.Contact { c := carrying("ours", 5); c.Name = "Anna"; return c }()}, Proved},
		{"our stamp, another row says that it owns it", marked, Sight{Contact: carrying("ours", 5), Owned: true}, Proved},
		{"our stamp, a rival", marked, Sight{Contact: carrying("ours", 5), Rival: true}, Proved},
		{"our stamp, seen before the newest intent", with(marked, func(d *Doubt) { d.NotOurs = []string{"c1"} }), Sight{Contact: carrying("ours", 5)}, Proved},
		{"another's stamp", marked, Sight{Contact: carrying("theirs", 5)}, NotOurs},
		{"no stamp", marked, Sight{Contact: shown(5)}, Unclear},
		{"a blank stamp", marked, Sight{Contact: carrying("", 5)}, Unclear},
		{"a stamp that is null", marked, Sight{Contact: carrying(nil, 5)}, Unclear},
		{"no stamp, before the intent", marked, Sight{Contact: shown(-60)}, NotOurs},
		{"no stamp, owned", marked, Sight{Contact: shown(5), Owned: true}, NotOurs},
		{"no stamp, somebody else, listed", marked, Sight{Contact: other(func(c *client.Contact) { c.Email = "bob@x.example" }), Listed: true}, NotOurs},
		{"custom attributes are not shown", marked, Sight{Contact: other(func(c *client.Contact) { c.Custom = nil })}, Ours},
		{"none was sent, one is shown", intent, Sight{Contact: carrying("theirs", 5)}, Unclear},

		// Ours: time and content.
		{"created within", intent, Sight{Contact: shown(5)}, Ours},
		{"created within, listed", intent, Sight{Contact: shown(5), Listed: true}, Ours},
		{"first second that can be", intent, Sight{Contact: shown(0)}, Ours},
		{"within what clocks of one server may differ by", intent, Sight{Contact: shown(-2)}, Unclear},
		{"second before the first that can be", intent, Sight{Contact: shown(-3)}, NotOurs},
		{"last second that can be", intent, Sight{Contact: shown(31)}, Ours},
		{"second after the last that can be", intent, Sight{Contact: shown(32)}, Unclear},
		{"an hour after", intent, Sight{Contact: shown(3600)}, Unclear},
		{"no time of creation", intent, Sight{Contact: other(func(c *client.Contact) { c.CreatedAt = time.Time{} })}, Unclear},
		{"the deadline is not known", with(intent, func(d *Doubt) { d.Last = client.Moment{} }), Sight{Contact: shown(5)}, Unclear},
		{"no clock known", clockless, Sight{Contact: shown(5)}, Unclear},
		{"no clock known, long before", clockless, Sight{Contact: shown(-9999)}, Unclear},
		{"no clock known, owned", clockless, Sight{Contact: shown(5), Owned: true}, NotOurs},

		// Content.
		{"e-mail in another spelling", intent, Sight{Contact: other(func(c *client.Contact) { c.Email = "ann@xn--bcher-kva.example" })}, Ours},
		{"phone in another spelling", intent, Sight{Contact: other(func(c *client.Contact) { c.Phone = "00353875551234" })}, Ours},
		{"name trimmed", with(intent, func(d *Doubt) { d.Sent.Fields[1].Value = client.String(" Ann  Smith ") }), Sight{Contact: shown(5)}, Ours},
		{"another name", intent, Sight{Contact: other(func(c *client.Contact) { c.Name = "A. Smith" })}, Unclear},
		{"an attribute lacks", intent, Sight{Contact: other(func(c *client.Contact) { delete(c.Custom, "plan") })}, Unclear},
		{"an attribute more, of the mapping", intent, Sight{Contact: other(func(c *client.Contact) { c.Custom["seats"] = "5" })}, Unclear},
		{"an attribute more, of nobody's", intent, Sight{Contact: other(func(c *client.Contact) { c.Custom["theirs"] = "5" })}, Ours},
		{"became a user on a visit", intent, Sight{Contact: other(func(c *client.Contact) { c.Role = "user" })}, Ours},
		{"another e-mail, by identity", intent, Sight{Contact: other(func(c *client.Contact) { c.Email = "bob@x.example" })}, Unclear},
		{"another e-mail, listed", intent, Sight{Contact: other(func(c *client.Contact) { c.Email = "bob@x.example" }), Listed: true}, NotOurs},
		{"similar, listed", intent, Sight{Contact: other(func(c *client.Contact) { c.Name = "A. Smith" }), Listed: true}, Unclear},

		// Rows without e-mail or phone: part of another's attributes is not the same.
		{"the same name", short, Sight{Contact: client.Contact{ID: "c1", Name: "Ann Smith", CreatedAt: start}, Listed: true}, Ours},
		{"the same name and more", short, Sight{Contact: client.Contact{ID: "c1", Name: "Ann Smith", Phone: "+353 1", CreatedAt: start}, Listed: true}, NotOurs},
		{"less than was sent", Doubt{Sent: client.Lead{Fields: append(nameless.Fields, ann.Fields[3])}, First: at(0), Last: at(30)},
			Sight{Contact: client.Contact{ID: "c1", Name: "Ann Smith", Custom: map[string]any{}, CreatedAt: start}, Listed: true}, NotOurs},

		// Whose it may be, too.
		{"another open row could own it", intent, Sight{Contact: shown(5), Rival: true}, Unclear},
		{"owned", intent, Sight{Contact: shown(5), Owned: true}, NotOurs},
		{"seen before the newest intent", with(intent, func(d *Doubt) { d.NotOurs = []string{"x", "c1"} }), Sight{Contact: shown(5)}, NotOurs},
		{"another was seen before", with(intent, func(d *Doubt) { d.NotOurs = []string{"x"} }), Sight{Contact: shown(5)}, Ours},

		// A clock was set since the intent.
		{"the server's was ahead, created after it was set", hourAhead, Sight{Contact: shown(-3595)}, Unclear},
		{"the server's was ahead, created before it was set", hourAhead, Sight{Contact: shown(5)}, Ours},
		{"the server's was ahead, created long before", hourAhead, Sight{Contact: shown(-3603)}, NotOurs},
		{"a clock is ahead now, created at the intent", hourBehind, Sight{Contact: shown(5)}, Ours},
		{"a clock is ahead now, created after it was set", hourBehind, Sight{Contact: shown(3605)}, Unclear},
		{"a clock is ahead now, created before", hourBehind, Sight{Contact: shown(-3)}, NotOurs},

		// What was sent is not known.
		{"nothing is known of what was sent", with(intent, func(d *Doubt) { d.Sent = client.Lead{} }), Sight{Contact: shown(5)}, Unclear},
		{"nothing is known of what was sent, before", with(intent, func(d *Doubt) { d.Sent = client.Lead{} }), Sight{Contact: shown(-60)}, NotOurs},
		{"inferred", Doubt{Sent: ann, Inferred: true}, Sight{Contact: shown(5)}, Unclear},
		{"inferred, with a clock", with(intent, func(d *Doubt) { d.Inferred = true }), Sight{Contact: shown(5)}, Ours},
		{"inferred, owned", Doubt{Inferred: true}, Sight{Contact: shown(5), Owned: true}, NotOurs},
		{"inferred, our stamp", Doubt{Sent: stamped(ann), Inferred: true}, Sight{Contact: carrying("ours", 5)}, Proved},
	} {
		t.Run(tt.name, func(t *testing.T) {
			tt.doubt.Sent.Fields = append([]client.Field(nil), tt.doubt.Sent.Fields...)
			w := Weigher{Stamp: stamp, Attributes: []string{"email", "name", "phone", client.CustomPrefix + "plan", client.CustomPrefix + "seats", stamp}}
			if got := w.Weigh(&tt.doubt, tt.sight); got != tt.want {
				t.Errorf("%s, want %s", got, tt.want)
			}
		})
	}
}

// TestFits tells who may own a contact that another row found: whoever could
// have made it, so none of two may take it.
func TestFits(t *testing.T) {
	w := Weigher{Attributes: []string{"email", "name", "phone", client.CustomPrefix + "plan"}}
	for _, tt := range []struct {
		name    string
		doubt   Doubt
		contact client.Contact
		want    bool
	}{
		{"within", Doubt{Sent: ann, First: at(0), Last: at(30)}, shown(5), true},
		{"first second", Doubt{Sent: ann, First: at(0), Last: at(30)}, shown(-2), true},
		{"before", Doubt{Sent: ann, First: at(0), Last: at(30)}, shown(-3), false},
		{"last second", Doubt{Sent: ann, First: at(0), Last: at(30)}, shown(33), true},
		{"after", Doubt{Sent: ann, First: at(0), Last: at(30)}, shown(34), false},
		{"on its way, no deadline yet", Doubt{Sent: ann, First: at(0)}, shown(3600), true},
		{"no clock known", Doubt{Sent: ann}, shown(-3600), true},
		{"no time of creation", Doubt{Sent: ann, First: at(0), Last: at(30)}, other(func(c *client.Contact) { c.CreatedAt = time.Time{} }), true},
		{"the server's clock was ahead, created after it was set", Doubt{Sent: ann, First: at(0), Last: at(30), Reckoned: at(-3600)}, shown(-3595), true},
		{"somebody similar", Doubt{Sent: ann, First: at(0), Last: at(30)}, other(func(c *client.Contact) { c.Name = "A." }), false},
		{"what was sent is not known", Doubt{First: at(0), Last: at(30)}, shown(5), false},
	} {
		if got := w.Fits(&tt.doubt, tt.contact); got != tt.want {
			t.Errorf("%s: %t", tt.name, got)
		}
	}
}

func TestShow(t *testing.T) {
	got := Show(client.Contact{ID: "c1", ExternalID: "x", Role: "user", Archived: true})
	if want := (Evidence{ID: "c1", UserID: "x", User: true, Archived: true}); got != want {
		t.Errorf("%+v, want %+v", got, want)
	}
	if got := UserID(client.Contact{UserID: "u", ExternalID: "x"}); got != "u" {
		t.Errorf("user id %q", got)
	}
	if got := IDs([]Evidence{{ID: "b"}, {ID: "a"}, {ID: "b"}}); got != "a, b" {
		t.Errorf("ids %q", got)
	}
}

// TestConclusions is what one look-up lets a row in doubt come to.
func TestConclusions(t *testing.T) {
	c := func(class Class, id string) Evidence { return Evidence{ID: id, UserID: "u-" + id, Class: class} }
	contested := func(e Evidence) Evidence { e.Contested = true; return e }
	ours, unclear, not, proved := c(Ours, "o1"), c(Unclear, "x1"), c(NotOurs, "n1"), c(Proved, "p1")
	seen := func(list ...Evidence) Event { return Event{Kind: LookedUp, Found: list} }
	over := func(list ...Evidence) Event { return Event{Kind: LookedUp, Found: list, Over: true} }
	blind := func(list ...Evidence) Event { return Event{Kind: LookedUp, Found: list, Over: true, Blind: true} }
	inferred := sent.with(func(s *State) { s.Sends, s.Searched, s.Doubt = 0, false, Doubt{Inferred: true} })
	echo := sent.with(func(s *State) { s.Doubt.Echo = "e1" })
	user := Evidence{ID: "x1", User: true, Class: Unclear}

	created := func(id string) Line {
		return Line{Status: outcome.Created, ID: id, UserID: "u-" + id, Hash: "hash"}
	}
	unresolved := func(ids string) Line {
		return Line{Status: outcome.Unresolved, Code: outcome.InDoubt, Message: ids}
	}
	vanished := func(status outcome.Status, id, message string) Line {
		l := Line{Status: status, ID: id, Code: outcome.RowVanished, Message: message}
		if id != "" {
			l.UserID = "u-" + id
		}
		return l
	}

	for _, tt := range []struct {
		name   string
		facts  *Facts
		state  State
		event  Event
		action ActionKind
		line   Line // for Write; Message: its parts, separated by blanks
	}{
		// Before the wait is over, only a stamp decides.
		{"nothing yet", row(), sent, seen(), LookUp, Line{}},
		{"ours, yet somebody's own may come", row(), sent, seen(ours), LookUp, Line{}},
		{"not ours, early", row(), sent, seen(not), LookUp, Line{}},
		{"unclear, early", row(), sent, seen(unclear), LookUp, Line{}},
		{"several, early", row(), sent, seen(ours, unclear), LookUp, Line{}},
		{"blind, early", row(), sent, Event{Kind: LookedUp, Blind: true}, LookUp, Line{}},
		{"inferred and found, early", row(), inferred, seen(unclear), LookUp, Line{}},
		{"proved, early", row(), sent, seen(proved), Write, created("p1")},
		{"proved, early, among others", row(), sent, seen(ours, proved, unclear, not), Write, created("p1")},
		{"proved, early, while another row is open", row(), sent, seen(proved, contested(unclear)), Write, created("p1")},
		{"proved, blind", row(), sent, blind(proved), Write, created("p1")},
		{"proved twice, early", row(), sent, seen(proved, c(Proved, "p2")), LookUp, Line{}},

		// The wait is over.
		{"absent", row(), sent, over(), SendCreate, Line{}},
		{"only others", row(), sent, over(not, c(NotOurs, "n2")), SendCreate, Line{}},
		{"ours", row(), sent, over(ours), Write, created("o1")},
		{"ours and others", row(), sent, over(not, ours), Write, created("o1")},
		{"ours, companies to come", row(follows), sent, over(ours), Follow, created("o1")},
		{"ours, mended since", row(func(f *Facts) { f.Body = "now" }), sent, over(ours), Read, Line{}},
		{"ours, what was sent is not known", row(), sent.with(func(s *State) { s.Doubt.Body = "" }), over(ours), Read, Line{}},
		{"ours, mended since, only creates", row(onlyCreate, func(f *Facts) { f.Body = "now" }), sent, over(ours), Write,
			Line{Status: outcome.Created, ID: "o1"}},
		{"ours and unclear", row(), sent, over(ours, unclear), Write, unresolved("o1 x1")},
		{"two of ours", row(), sent, over(ours, c(Ours, "o2")), Write, unresolved("o1 o2")},
		{"one unclear", row(), sent, over(unclear), Write, unresolved("x1")},
		{"two unclear", row(), sent, over(unclear, not, c(Unclear, "x2")), Write, unresolved("x1 x2")},
		{"proved twice", row(), sent, over(proved, c(Proved, "p2")), Write, unresolved("p1 p2")},
		{"proved twice, and unclear", row(), sent, over(proved, c(Proved, "p2"), unclear), Write, unresolved("p1 p2 x1")},
		{"contested", row(), sent, over(contested(unclear)), LookUp, Line{}},
		{"ours, and another is contested", row(), sent, over(ours, contested(unclear)), LookUp, Line{}},

		// What was not answered by look-ups alone.
		{"blind", row(), sent, blind(), Write, unresolved("")},
		{"blind, only others", row(), sent, blind(not), Write, unresolved("")},
		{"blind, unclear", row(), sent, blind(unclear), Write, unresolved("x1")},
		{"blind, ours", row(), sent, blind(ours), Write, unresolved("o1")},
		{"blind, inferred, one", row(), inferred, blind(unclear), Write, unresolved("x1")},
		{"an echo, absent", row(), echo, over(), Write, unresolved("e1")},
		{"an echo, only others", row(), echo, over(not), Write, unresolved("e1")},
		{"an echo, ours", row(), echo, over(ours), Write, created("o1")},
		{"an echo, unclear", row(), echo, over(unclear), Write, unresolved("e1 x1")},
		{"an echo, several", row(), echo, over(ours, unclear), Write, unresolved("e1 o1 x1")},
		{"an echo that a look-up shows", row(), echo, over(c(Unclear, "e1")), Write, unresolved("e1")},
		{"lost as often as allowed", row(), sent.with(func(s *State) { s.Sends = 2 }), over(), SendCreate, Line{}},
		{"lost once too often", row(), sent.with(func(s *State) { s.Sends = 3 }), over(not), Write, unresolved("")},
		{"lost once too often, and found", row(), sent.with(func(s *State) { s.Sends = 3 }), over(ours), Write, created("o1")},

		// After the doubt it is a row like any other.
		{"absent, to be matched", row(canMatch), sent.with(func(s *State) { s.Searched = false }), over(), Match, Line{}},
		{"absent, was matched", row(canMatch), sent, over(), SendCreate, Line{}},
		{"absent, only updates", row(onlyUpdate), sent, over(), Write, Line{Status: outcome.Skipped, Code: outcome.OnlyUpdate}},

		// The journal is gone (rule R7).
		{"inferred, absent", row(), inferred, over(), SendCreate, Line{}},
		{"inferred, absent, to be matched", row(canMatch), inferred, over(), Match, Line{}},
		{"inferred, one", row(), inferred, over(unclear), Read, Line{}},
		{"inferred, one that fits", row(), inferred, over(ours), Read, Line{}},
		{"inferred, one, only creates", row(onlyCreate), inferred, over(unclear), Write,
			Line{Status: outcome.Skipped, ID: "x1", UserID: "u-x1", Code: outcome.OnlyCreate}},
		{"inferred, a user whom nothing forbids", row(skipUsers), inferred, over(user), Read, Line{}},
		{"inferred, a user whom match skips", row(canMatch, skipUsers), inferred, over(user), Write,
			Line{Status: outcome.Skipped, Code: outcome.MatchIsUser, Message: "x1"}},
		{"inferred, two", row(), inferred, over(unclear, c(Unclear, "x2")), Write, unresolved("x1 x2")},
		{"inferred, proved", row(), inferred, over(proved), Read, Line{}},
		{"inferred, blind", row(), inferred, blind(), Write, unresolved("")},

		// The row is gone.
		{"no row, early", row(orphan), sent, seen(ours), LookUp, Line{}},
		{"no row, absent", row(orphan), sent, over(not), Drop, Line{}},
		{"no row, absent, lost too often", row(orphan), sent.with(func(s *State) { s.Sends = 9 }), over(), Drop, Line{}},
		{"no row, ours", row(orphan), sent, over(ours), Write, vanished(outcome.Created, "o1", "")},
		{"no row, proved", row(orphan), sent, seen(proved), Write, vanished(outcome.Created, "p1", "")},
		{"no row, unclear", row(orphan), sent, over(unclear), Write, vanished(outcome.Unresolved, "", "x1")},
		{"no row, blind", row(orphan), sent, blind(), Write, vanished(outcome.Unresolved, "", "")},
		{"no row, an echo", row(orphan), echo, over(), Write, vanished(outcome.Unresolved, "", "e1")},
		{"no row, inferred, absent", row(orphan), inferred, over(), Drop, Line{}},
		{"no row, inferred, one", row(orphan), inferred, over(unclear), Write, vanished(outcome.Updated, "x1", "x1")},
		{"no row, inferred, one, matched", row(orphan, canMatch), inferred, over(unclear), Write, vanished(outcome.Updated, "x1", "x1")},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s, a := Next(tt.facts, tt.state, tt.event)
			if a.Kind != tt.action {
				t.Fatalf("%s, %+v; want %s", a.Kind, a.Line, tt.action)
			}
			message := a.Line.Message
			for _, part := range strings.Fields(tt.line.Message) {
				if !strings.Contains(message, part) {
					t.Errorf("message %q lacks %q", message, part)
				}
			}
			if a.Line.Message = tt.line.Message; a.Line != tt.line {
				t.Errorf("line %+v\nwant %+v", a.Line, tt.line)
			}
			if a.Kind == Read && tt.state.Doubt.Inferred && !s.Created && !s.Adopted {
				t.Error("found without a witness, and not adopted")
			}
			if a.Kind == Read && (s.ID == "" || s.Known.ID != s.ID) {
				t.Errorf("update of %q, known %q", s.ID, s.Known.ID)
			}
			if a.Line.Status == outcome.Unresolved && s.Known.Blocked != tt.facts.Row {
				t.Error("the key's next row would not wait")
			}
		})
	}
}
