package results

import (
	"path/filepath"
	"testing"
	"time"
)

func applied(row int, id, key string) Applied {
	return Applied{
		Line:   Line{Row: row, Status: Created, ID: id, HTTPStatus: 200, Attempts: 2, At: noon, Key: key, Ms: 12, Workspace: "ws"},
		Number: 1, Body: "00ff", UpdatedAt: noon, Skew: time.Second,
	}
}

// TestApplied follows rows between the answer to their save and their fate
// through an interruption, a resume, and a night whose predecessor was never
// resumed.
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
	n, err := s.WriteRejects(filepath.Join(dir, "rejects.csv"))
	if err != nil || n != 0 {
		t.Errorf("%d rejects, %v: a lead that is in place would be created again", n, err)
	}
	must(t, s.Settle(Outcome{Line: Line{Row: 3, Status: Invalid, At: noon}, Cells: []string{"c"}})) // mended for the worse
	must(t, s.Close())

	s, err = Open(path, Resume)
	must(t, err)
	defer s.Close()
	e := s.Earlier()
	for row, want := range map[int]bool{1: false, 2: true, 3: true, 4: true, 5: false} {
		a, ok := e.Applied(row)
		if ok != want {
			t.Errorf("row %d is applied: %v", row, ok)
		}
		if ok && (a.Line.Status != Created || a.Line.Row != row || a.Line.ID == "" || a.Body != "00ff" || a.Number != 1 || !a.UpdatedAt.Equal(noon) || a.Skew != time.Second) {
			t.Errorf("row %d: %+v", row, a)
		}
		if _, open := e.Doubt(row); open != (row == 5) {
			t.Errorf("row %d is in doubt: %v", row, open)
		}
	}
	count := 0
	e.EachApplied(func(Applied) { count++ })
	if count != 3 || e.Rows() != 5 || e.Missing(4) || e.Status(4) != "" {
		t.Errorf("%d applied, %d rows, row 4 is %q", count, e.Rows(), e.Status(4))
	}

	p, err := LoadPrevious([]string{path}, filepath.Join(dir, "own.csv"), nil)
	must(t, err)
	defer p.Close()
	for key, hash := range map[string]bool{"email:a": true, "email:b": false, "email:c": false, "email:d": false} {
		got, ok := find(t, p, key)
		if !ok || got.Unresolved || got.Line.ID != "65f"+key || (got.Line.Hash != "") != hash {
			t.Errorf("%s: %+v, %v", key, got, ok)
		}
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
