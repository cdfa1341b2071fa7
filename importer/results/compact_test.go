package results

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"leadimport/client"
)

// TestFinishedJournalIsSmall: when a run is done, its journal costs at most 160 bytes
// a row, and still tells all that an undo, a later night and a resume ask for.
func TestFinishedJournalIsSmall(t *testing.T) {
	path := filepath.Join(quickDir(t), "r.csv")
	s := begin(t, path, New, "Email")
	const rows = 2000
	want := map[string]Outcome{}
	for n := 1; n <= rows; n++ {
		key := fmt.Sprintf("email:person%06d@example.com", n)
		at := noon.Add(time.Duration(n) * time.Second)
		must(t, s.Intent(Intent{Row: n, Number: 1, Key: key, Body: "0123456789abcdef0123456789abcdef", At: at, Deadline: at.Add(time.Minute), Lead: leadOf(n)}))
		o := Outcome{Number: 1, Cells: []string{key}, UpdatedAt: at.Truncate(time.Second), Content: fmt.Sprintf("%024x", n), Line: Line{
			Row: n, Status: []Status{Created, Updated, Unchanged}[n%3], ID: fmt.Sprintf("5811b40d2bb5f9a1%08x", n), Key: key, HTTPStatus: 200, Attempts: 1,
			RequestID: "b1d5e4c0-7b7f-4a0e-9e41-0a6f1b0c2d3e", At: at, Hash: fmt.Sprintf("%032x", n), Ms: 120, Workspace: "abc123",
		}}
		must(t, s.Settle(o))
		want[key] = o
	}
	long, err := os.Stat(path + ".journal")
	must(t, err)
	must(t, s.Finish())
	must(t, s.Close())
	short, err := os.Stat(path + ".journal")
	must(t, err)
	if long.Size() < 500*rows || short.Size() > 160*rows+1000 {
		t.Errorf("%d bytes a row before, %d after", long.Size()/rows, short.Size()/rows)
	}
	n := 0
	must(t, ReadJournal(path, func(e Entry) error {
		if e.Outcome == nil {
			return nil
		}
		n++
		got, full := *e.Outcome, want[e.Outcome.Line.Key]
		full.Number, full.Cells = 0, nil
		full.Line.HTTPStatus, full.Line.Attempts, full.Line.RequestID, full.Line.Ms, full.Line.Workspace = 0, 0, "", 0, ""
		if !reflect.DeepEqual(got, full) {
			t.Fatalf("%+v, not %+v", got, full)
		}
		return nil
	}))
	if n != rows {
		t.Errorf("%d outcomes", n)
	}
}

// TestFinishedJournalKeepsWhatIsOpen: all that was sent for a key that is not
// decided stays, and what failed stays as it was.
func TestFinishedJournalKeepsWhatIsOpen(t *testing.T) {
	path := filepath.Join(quickDir(t), "r.csv")
	s := begin(t, path, New, "Email")
	intent := func(row int, key string) {
		must(t, s.Intent(Intent{Row: row, Number: 1, Key: key, At: noon, Deadline: noon.Add(time.Minute), Lead: leadOf(row)}))
	}
	line := func(row int, status Status, key, id string) Line {
		return Line{Row: row, Status: status, Key: key, ID: id, At: noon, HTTPStatus: 200}
	}
	intent(1, "email:a")
	must(t, s.Settle(Outcome{Number: 1, Line: line(1, Created, "email:a", "65f1"), Content: "ab", Doubtful: noon}))
	intent(2, "email:b")
	must(t, s.Settle(Outcome{Number: 1, Line: line(2, Unresolved, "email:b", "")}))
	refused := line(3, Failed, "email:c", "")
	refused.HTTPStatus, refused.ErrorCode, refused.Error = 422, "parameter_invalid", "no"
	intent(3, "email:c")
	must(t, s.Settle(Outcome{Number: 1, Line: refused}))
	must(t, s.Applied(Applied{Line: line(4, Created, "email:d", "65f4"), Content: "cd", Number: 1}))
	must(t, s.Settle(Outcome{Number: 1, Line: line(4, Updated, "email:d", "65f4")}))
	must(t, s.Finish())
	must(t, s.Close())

	var outcomes []Outcome
	var intents []Intent
	var applied []Applied
	must(t, ReadJournal(path, func(e Entry) error {
		switch {
		case e.Outcome != nil:
			outcomes = append(outcomes, *e.Outcome)
		case e.Intent != nil:
			intents = append(intents, *e.Intent)
		case e.Applied != nil:
			applied = append(applied, *e.Applied)
		}
		return nil
	}))
	if len(outcomes) != 4 || outcomes[0].Doubtful.IsZero() || outcomes[1].Line.Status != Unresolved || outcomes[2].Line.Error != "no" {
		t.Errorf("%+v", outcomes)
	}
	if len(intents) != 2 || intents[1].Key != "email:b" || !reflect.DeepEqual(intents[1].Lead, leadOf(2)) {
		t.Errorf("%+v", intents)
	}
	if len(applied) != 1 || applied[0].Line.Status != Created || applied[0].Content != "cd" {
		t.Errorf("%+v: that the run made the lead is known no more", applied)
	}
	f, err := OpenFiles(path)
	must(t, err)
	defer f.Close()
	must(t, f.Read(Visitor{}))
	var open []string
	must(t, f.Doubts(func(d Doubt, _ time.Time) error { open = append(open, d.Key); return nil }))
	f.EachLate(func(key string, l Late) { open = append(open, "late "+key) })
	if want := []string{"email:b", "late email:a"}; !reflect.DeepEqual(open, want) {
		t.Errorf("open are %q, not %q", open, want)
	}
}

// TestFinishedJournalKeepsWhatWas: of the intent of an update a journal that is
// cut down keeps what undo needs, in order, however often it is cut down; of
// creates nothing.
func TestFinishedJournalKeepsWhatWas(t *testing.T) {
	path := filepath.Join(quickDir(t), "r.csv")
	changes := []Change{
		{Name: "name", Before: client.String("Ann \"<é>\""), After: client.String("Anna")},
		{Name: "custom_attributes.n", Before: client.Value{}, After: client.Float(2.5)},
		{Name: "avatar", Hidden: true},
	}
	late := noon.Add(time.Minute).Truncate(time.Second)
	want := []Was{{"65f1", 1, changes, late}, {"65f1", 1, changes[:1], late}, {"65f2", 2, []Change{}, late}}
	s := begin(t, path, New, "Email")
	for n, w := range want {
		key := fmt.Sprint("email:", w.Row)
		must(t, s.Intent(Intent{Row: w.Row, Number: n + 1, Key: key, ID: w.ID, At: noon, Deadline: late, Was: w.Changes}))
		must(t, s.Settle(Outcome{Number: n + 1, Line: Line{Row: w.Row, Status: Updated, Key: key, ID: w.ID, At: noon, HTTPStatus: 200}}))
	}
	must(t, s.Intent(Intent{Row: 3, Number: 1, Key: "email:3", ID: "65f3", At: noon, Deadline: noon.Add(time.Minute)})) // by a version that did not ask
	must(t, s.Settle(Outcome{Number: 1, Line: Line{Row: 3, Status: Updated, Key: "email:3", ID: "65f3", At: noon, HTTPStatus: 200}}))
	must(t, s.Finish())
	must(t, s.Close())
	for range 2 {
		var got []Was
		must(t, ReadJournal(path, func(e Entry) error {
			if e.Was != nil {
				got = append(got, *e.Was)
			}
			if e.Intent != nil {
				t.Errorf("an intent is left: %+v", *e.Intent)
			}
			return nil
		}))
		if !reflect.DeepEqual(got, want) {
			t.Fatalf("%+v, not %+v", got, want)
		}
		s := begin(t, path, Resume, "Email")
		must(t, s.Finish())
		must(t, s.Close())
	}
}
