package restore

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"leadimport/client"
	"leadimport/importer/outcome"
	"leadimport/importer/results"
)

// TestChanges: an update keeps what it overwrites, spelled as the API shows it,
// and says of what it does not see that it does not know.
func TestChanges(t *testing.T) {
	yes := true
	before := client.Contact{
		ID: "65f1", Email: "ann@example.org", Phone: "+353 1 234", Name: "Ann  Lee", OwnerID: "7", Unsubscribed: &yes,
		Custom: map[string]any{"n": 5.0, "text": "5", "none": nil, "long": 12345678901234567890.0, "list": []any{"a"}, "same": true},
	}
	sent := client.Lead{ID: "65f1"}
	add := func(name string, v client.Value) {
		sent.Fields = append(sent.Fields, client.Field{Name: name, Value: v})
	}
	add("email", client.String("ann@example.org"))
	add("phone", client.String("+3531234"))
	add("name", client.String("Ann Lee"))
	add("avatar", client.String("https://example.org/a.png"))
	add("owner_id", client.Value{})
	add("unsubscribed_from_emails", client.Boolean(false))
	add("custom_attributes.n", client.Integer(5))
	add("custom_attributes.text", client.Integer(6))
	add("custom_attributes.none", client.String(""))
	add("custom_attributes.new", client.Float(0.5))
	add("custom_attributes.long", client.Integer(1))
	add("custom_attributes.list", client.String("a"))
	add("custom_attributes.same", client.Boolean(true))
	text, err := json.Marshal(Changes(before, sent))
	want := `[["phone","+353 1 234","+3531234"],["name","Ann  Lee","Ann Lee"],["avatar"],["owner_id",7,null],["unsubscribed_from_emails",true,false],` +
		`["custom_attributes.text","5",6],["custom_attributes.new",null,0.5],["custom_attributes.long"],["custom_attributes.list"]]`
	if err != nil || string(text) != want {
		t.Errorf("%s, %v\nwant %s", text, err, want)
	}
	if none := Changes(before, client.Lead{ID: "65f1"}); none == nil || len(none) > 0 {
		t.Errorf("that nothing is changed is known: %v", none)
	}
}

// TestWhatUndoPutsBack goes through journals of one contact and one attribute.
// A word is a record: A>B writes B over A, which row 1 does unless a number
// stands before it; ok is the answer to the last row, undo an undo.
func TestWhatUndoPutsBack(t *testing.T) {
	value := func(text string) client.Value {
		if text == "-" {
			return client.Value{}
		}
		return client.String(text)
	}
	for _, test := range []struct{ journal, now, want string }{
		{"A>B ok", "B", "A"},
		{"A>B ok", "A", "same"},
		{"A>B ok", "C", "touched"},
		{"A>B", "B", "A"}, // killed, and applied
		{"A>B", "A", "same"},
		{"->B ok", "B", "-"},
		{"->B ok", "-", "same"},
		{"A>- ok", "-", "A"},
		{"A>B ok 2:B>C ok", "C", "A"},       // rows that share a key
		{"A>B ok 2:B>C", "B", "A"},          // the second was not applied
		{"A>B ok 2:B>C", "A", "same"},       // and somebody else was before us
		{"A>B ok 2:B>C ok", "B", "touched"}, // somebody wanted the first
		{"A>B A>B ok", "B", "A"},            // tried again
		{"A>B A>B A>C ok", "C", "A"},        // resumed with a list that was mended
		{"A>B B>C ok", "C", "A"},            // the same, and the first was applied
		{"A>B ok D>C ok", "C", "D"},         // a colleague was in between
		{"A>B ok 2:D>C", "D", "same"},       // the same, and what we sent was not applied
		{"A>B ok A>B ok", "B", "A"},         // a colleague had put A back
		{"A>B ok 2:B>A ok 3:A>B ok", "B", "A"},
		{"A>B ok 2:B>A ok", "A", "same"},
		{"A>B ok undo A>C ok", "C", "A"}, // resumed after an undo
		{"A>B ok undo", "B", "A"},
	} {
		j := NewJournal()
		row := 1
		for _, word := range strings.Fields(test.journal) {
			switch before, after, writes := strings.Cut(word, ">"); {
			case writes:
				if n, rest, ok := strings.Cut(before, ":"); ok {
					fmt.Sscan(n, &row)
					before = rest
				}
				j.Take(results.Entry{Intent: &results.Intent{Row: row, ID: "65f1", Was: []results.Change{{Name: "name", Before: value(before), After: value(after)}}}})
			case word == "undo":
				j.Take(results.Entry{Undo: true})
			default:
				j.Take(results.Entry{Outcome: &results.Outcome{Line: results.Line{Row: row, ID: "65f1", Status: outcome.Updated}}})
			}
		}
		item := j.Contacts["65f1"]
		item.End(time.Now())
		now := value(test.now)
		version, err := client.ParseVersion("2.15")
		if err != nil {
			t.Fatal(err)
		}
		item.Compare(client.Contact{ID: "65f1", Name: now.Text()}, version, "", nil)
		got := "same"
		switch {
		case len(item.Fields) > 0:
			if got = item.Fields[0].Value.Text(); got == "" {
				got = "-"
			}
		case len(item.Touched) > 0:
			got = "touched"
		}
		if got != test.want {
			t.Errorf("%s, now %s: %s, not %s", test.journal, test.now, got, test.want)
		}
		if again := strings.Contains(test.journal, "undo ") != item.Again; again {
			t.Errorf("%s: updated again: %v", test.journal, item.Again)
		}
	}
}

// TestUndoKnowsItsOwnSpelling: what the API spells otherwise than it was sent is
// known by what the answer showed; but only of the attributes that were sent
// then.
func TestUndoKnowsItsOwnSpelling(t *testing.T) {
	version, err := client.ParseVersion("2.15")
	if err != nil {
		t.Fatal(err)
	}
	attributes := []string{"name", "custom_attributes.a"}
	kept := client.Contact{ID: "65f1", Name: "Ann Le", Custom: map[string]any{"a": "y"}} // cut by the API; a was a colleague's
	j := NewJournal()
	write := func(changes ...results.Change) {
		j.Take(results.Entry{Intent: &results.Intent{Row: 1, ID: "65f1", Was: changes}})
	}
	write(results.Change{Name: "custom_attributes.a", Before: client.Value{}, After: client.String("x")})
	write(results.Change{Name: "name", Before: client.String("A"), After: client.String("Ann Lee")})
	j.Take(results.Entry{Outcome: &results.Outcome{Line: results.Line{Row: 1, ID: "65f1", Status: outcome.Updated}, Content: "0a"}})
	item := j.Contacts["65f1"]
	item.Compare(kept, version, "0a", attributes)
	if !reflect.DeepEqual(item.Restored, []string{"name"}) || !reflect.DeepEqual(item.Touched, []string{"custom_attributes.a"}) {
		t.Errorf("restored %q, touched %q", item.Restored, item.Touched)
	}
	kept.Name = "Ann L"
	if item.Compare(kept, version, "0b", attributes); len(item.Restored) > 0 {
		t.Errorf("restored %q, which somebody has changed", item.Restored)
	}
}

// TestUndoOfLateUpdates: an update that had no answer may still come.
func TestUndoOfLateUpdates(t *testing.T) {
	noon := time.Now()
	intent := func(n int) results.Entry {
		return results.Entry{Intent: &results.Intent{Row: 1, Number: n, ID: "65f1", Deadline: noon, Was: []results.Change{}}}
	}
	answer := results.Entry{Outcome: &results.Outcome{Line: results.Line{Row: 1, ID: "65f1", Status: outcome.Updated}}}
	doubtful := results.Entry{Outcome: &results.Outcome{Line: results.Line{Row: 1, ID: "65f1", Status: outcome.Updated}, Doubtful: noon}}
	unsent := results.Entry{Unsent: &results.Unsent{Row: 1, Number: 1}}
	for name, test := range map[string]struct {
		journal []results.Entry
		late    bool
	}{
		"answered": {[]results.Entry{intent(1), answer}, false},
		"killed":   {[]results.Entry{intent(1)}, true},
		"resumed":  {[]results.Entry{intent(1), intent(2), answer}, true},
		"doubtful": {[]results.Entry{intent(1), doubtful}, true},
		"unsent":   {[]results.Entry{intent(1), unsent}, false},
	} {
		j := NewJournal()
		for _, e := range test.journal {
			j.Take(e)
		}
		item := j.Contacts["65f1"]
		item.End(noon.Add(LateFor - time.Second))
		if item.Until.IsZero() == test.late {
			t.Errorf("%s: until %v", name, item.Until)
		}
		if item.End(noon.Add(LateFor)); !item.Until.IsZero() {
			t.Errorf("%s: for ever", name)
		}
	}
}
