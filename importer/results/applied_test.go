package results

import (
	"path/filepath"
	"slices"
	"testing"
	"time"

	"leadimport/client"
)

func applied(row int, id, key string) Applied {
	return Applied{
		Line:   Line{Row: row, Status: Created, ID: id, HTTPStatus: 200, Attempts: 2, At: noon, Key: key, Ms: 12, Workspace: "ws"},
		Number: 1, Body: "00ff", UpdatedAt: noon, Doubtful: noon, DoubtfulServer: client.Moment{Low: noon, High: noon.Add(time.Second)},
	}
}

// TestApplied follows rows between the answer to their save and their outcome
// through an interruption.
func TestApplied(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "r.csv")
	s := begin(t, path, New, "Email")
	for row, key := range map[int]string{1: "email:a", 2: "email:b", 3: "email:c", 4: "email:d", 5: "email:e"} {
		must(t, s.Intent(Intent{Row: row, Number: 1, Key: key, At: noon, Deadline: noon.Add(30 * time.Second)}))
	}
	for row, key := range map[int]string{1: "email:a", 2: "email:b", 3: "email:c", 4: "email:d"} {
		must(t, s.Applied(applied(row, "65f"+key, key)))
	}
	must(t, s.Settle(created(1, "65femail:a", "a"))) // all of it was done
	failed := Outcome{Line: Line{Row: 2, Status: Failed, ID: "65femail:b", ErrorCode: TagFailed, HTTPStatus: 404, At: noon, Key: "email:b", Workspace: "ws"}, Cells: []string{"b"}, Number: 1}
	must(t, s.Settle(failed))
	waits := Outcome{Line: Line{Row: 6, Status: Failed, ErrorCode: WaitsForRow, At: noon, Key: "email:e"}, Cells: []string{"e"}}
	must(t, s.Settle(waits))
	n, err := s.WriteRejects(filepath.Join(dir, "rejects.csv"))
	if err != nil || n != 0 {
		t.Errorf("%d rejects, %v: a lead that is in place, or that its key waits for, would be created again", n, err)
	}
	must(t, s.Settle(Outcome{Line: Line{Row: 3, Status: Invalid, At: noon, Key: "email:c"}, Cells: []string{"c"}})) // mended for the worse
	must(t, s.Close())

	s, err = Open(path, Resume)
	must(t, err)
	defer s.Close()
	e := whatIsFound(t, s)
	got := map[int]bool{}
	e.EachApplied(func(key string, p Place) {
		a, err := e.Applied(p)
		want := applied(a.Line.Row, "65f"+key, key)
		if err != nil || a != want {
			t.Errorf("%s: %+v, %v", key, a, err)
		}
		got[a.Line.Row] = true
	})
	if len(got) != 3 || !got[2] || !got[3] || !got[4] {
		t.Errorf("applied are %v", got)
	}
	// A save of theirs may still come late: what is sent next for their keys waits.
	var late []string
	e.EachLate(func(key string, l Late) { late = append(late, key) })
	slices.Sort(late)
	if want := []string{"email:b", "email:c", "email:d"}; !slices.Equal(late, want) {
		t.Errorf("late are %q, not %q", late, want)
	}
	if len(e.doubts) != 1 || e.doubts[5].Key != "email:e" {
		t.Errorf("in doubt are %v", e.doubts)
	}
}

func TestAppliedNeedsAnID(t *testing.T) {
	s := begin(t, filepath.Join(t.TempDir(), "r.csv"), New, "Email")
	for _, a := range []Applied{applied(1, "", "email:a"), applied(0, "65f1", "email:a"), {Line: Line{Row: 1, ID: "65f1", Status: Failed}}} {
		if err := s.Applied(a); err == nil {
			t.Errorf("%+v was taken", a)
		}
	}
	must(t, s.Applied(applied(1, "65f1", "email:a")))
	must(t, s.Discard())
	if !exists(s.path) {
		t.Error("a run that created a lead was discarded")
	}
}
