package history

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"leadimport/importer/results"
)

// taking leaves an undo of results that was interrupted before it heard of the
// lead with that id.
func taking(t *testing.T, path, id string) {
	t.Helper()
	s, err := results.Open(path, results.Resume)
	must(t, err)
	defer s.Close()
	h, err := Open(Options{Own: s, Undoing: true})
	must(t, err)
	defer h.Close()
	r, err := results.OpenUndone(path)
	must(t, err)
	must(t, s.NoteUndo())
	must(t, r.Add(results.Undone{Row: 1, ID: id, Status: results.Taking, At: noon}))
	must(t, r.Close())
}

func finished(t *testing.T, name string) string {
	path := filepath.Join(t.TempDir(), name)
	s := begin(t, path, results.New, "Email", "Note")
	settle(t, s, 1, results.Created, "email:a", "65f1", "0a", 1)
	must(t, s.Finish())
	must(t, s.Close())
	return path
}

// TestInterruptedUndo: whether a lead is gone that an undo was about to take is
// asked, and where the API does not tell, nobody guesses.
func TestInterruptedUndo(t *testing.T) {
	path := finished(t, "r.csv")
	taking(t, path, "65f1")
	for _, test := range []struct {
		gone, known bool
		id, undone  string
	}{{true, true, "", "65f1"}, {false, true, "65f1", ""}} {
		h, err := Open(Options{Previous: []string{path}, Gone: func(string) (bool, bool, error) { return test.gone, test.known, nil }})
		must(t, err)
		if k := find(t, h, "email:a"); k.Line.ID != test.id || k.Undone != test.undone {
			t.Errorf("gone %t: %+v", test.gone, k)
		}
		h.Close()
	}
	_, err := Open(Options{Previous: []string{path}, Gone: func(string) (bool, bool, error) { return false, false, nil }})
	if err == nil || !strings.Contains(err.Error(), "leadimport undo --yes "+path) {
		t.Errorf("nobody knows: %v", err)
	}
	// Of another it is known that it was taken, and the API shows that.
	undo(t, path, "65f2")
	h, err := Open(Options{Previous: []string{path}, Gone: func(id string) (bool, bool, error) { return id == "65f2", id == "65f2", nil }})
	must(t, err)
	defer h.Close()
	if k := find(t, h, "email:a"); k.Line.ID != "65f1" {
		t.Errorf("it is there: %+v", k)
	}
}

// TestLostUndo: that an undo has begun stands in the journal, so that a record
// which is gone or cut is found out: nobody of that run counts as unchanged. An
// undo writes it again.
func TestLostUndo(t *testing.T) {
	for name, spoil := range map[string]func(path string) error{
		"gone":  os.Remove,
		"empty": func(path string) error { return os.Truncate(path, 0) },
		"cut":   func(path string) error { return os.Truncate(path, 10) },
	} {
		path := finished(t, "r.csv")
		taking(t, path, "65f1")
		must(t, spoil(path+".undo"))
		h := open(t, "", path)
		if k := find(t, h, "email:a"); k.Line.ID != "65f1" || k.Line.Hash != "" || len(h.Warnings()) != 1 {
			t.Errorf("%s: %+v, warnings %q", name, k, h.Warnings())
		}
		h.Close()
		taking(t, path, "65f1") // again
		if entries := strings.Count(read(t, path+".journal"), `"undo"`); entries != 1 {
			t.Errorf("%s: %d notes in the journal", name, entries)
		}
	}
}

// TestUndoSavedBySpreadsheet reads a record with semicolons.
func TestUndoSavedBySpreadsheet(t *testing.T) {
	path := finished(t, "r.csv")
	undo(t, path, "65f1")
	text := strings.ReplaceAll(read(t, path+".undo"), ",", ";")
	write(t, path+".undo", "\ufeff"+strings.ReplaceAll(text, "\n", "\r\n"))
	h := open(t, "", path)
	defer h.Close()
	if k := find(t, h, "email:a"); k.Undone != "65f1" {
		t.Errorf("%+v", k)
	}
}

// TestLinks: what belongs to earlier results lies beside the file, not beside a
// symbolic link to it.
func TestLinks(t *testing.T) {
	path := finished(t, "r.csv")
	undo(t, path, "65f1")
	link := filepath.Join(t.TempDir(), "latest.csv")
	if err := os.Symlink(path, link); err != nil {
		t.Skip(err)
	}
	h := open(t, "", link)
	if k := find(t, h, "email:a"); k.Undone != "65f1" || len(h.Warnings()) > 0 {
		t.Errorf("%+v, %q", k, h.Warnings())
	}
	h.Close()
	s, err := results.Open(path, results.Resume) // a run holds it
	must(t, err)
	defer s.Close()
	var held *results.HeldError
	if _, err := Open(Options{Previous: []string{link}}); !errors.As(err, &held) {
		t.Errorf("held: %v", err)
	}
}

// restored leaves an undo of results that has put back what the run changed of
// the contact with that id, or was about to.
func restored(t *testing.T, path, id string, status results.UndoneStatus, at time.Time) {
	t.Helper()
	s, err := results.Open(path, results.Resume)
	must(t, err)
	defer s.Close()
	h, err := Open(Options{Own: s, Undoing: true})
	must(t, err)
	defer h.Close()
	r, err := results.OpenUndone(path)
	must(t, err)
	must(t, s.NoteUndo())
	must(t, r.Add(results.Undone{Row: 1, ID: id, Status: status, At: at}))
	must(t, r.Close())
}

// TestRestored: who was restored is known by the id, and is sent again: by the
// run itself and by later ones, until it was. Neither a clock that was set back
// before the undo nor what another file says of them changes that.
func TestRestored(t *testing.T) {
	know := func(when string, h *History, hash string) {
		t.Helper()
		if k := find(t, h, "email:a"); k.Line.ID != "65f1" || k.Line.Hash != hash || k.Undone != "" {
			t.Errorf("%s: %+v", when, k)
		}
		h.Close()
	}
	for _, status := range []results.UndoneStatus{results.Restoring, results.Restored} {
		for _, at := range []time.Duration{-time.Hour, time.Hour} {
			path := filepath.Join(t.TempDir(), "r.csv")
			s := begin(t, path, results.New, "Email", "Note")
			settle(t, s, 1, results.Updated, "email:a", "65f1", "0a", 1)
			must(t, s.Finish())
			must(t, s.Close())
			next := filepath.Join(t.TempDir(), "next.csv")
			s = begin(t, next, results.New, "Email", "Note")
			settle(t, s, 1, results.Unchanged, "email:a", "65f1", "0a", 2)
			must(t, s.Finish())
			must(t, s.Close())
			know("before", open(t, "", path), "0a")

			restored(t, path, "65f1", status, noon.Add(at))
			know("undone", open(t, "", path), "")
			know("to be resumed", open(t, path), "")
			must(t, held[path].Close())
			want := ""
			if at < 0 {
				want = "0a" // the line is younger
			}
			know("said by another night", open(t, "", path, next), want)

			s = begin(t, path, results.Resume, "Email", "Note")
			must(t, s.Intent(results.Intent{Row: 1, Number: 1, Key: "email:a", ID: "65f1", At: noon, Deadline: noon.Add(time.Minute), Was: []results.Change{}}))
			settle(t, s, 1, results.Updated, "email:a", "65f1", "0b", 100)
			must(t, s.Finish())
			must(t, s.Close())
			know("resumed", open(t, "", path), "0b")
		}
	}
}

// TestRestoredBeforeItsTags: a row that was updated and whose tags are open is
// sent again when the update was undone.
func TestRestoredBeforeItsTags(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.csv")
	s := begin(t, path, results.New, "Email", "Note")
	must(t, s.Applied(results.Applied{Line: results.Line{Row: 1, Status: results.Updated, ID: "65f1", Key: "email:a", At: noon}, Number: 1, Body: "0a"}))
	must(t, s.Close())
	h := open(t, path)
	if k := find(t, h, "email:a"); k.Applied == nil || k.Line.ID != "65f1" {
		t.Errorf("before: %+v", k)
	}
	h.Close()
	must(t, held[path].Close())
	restored(t, path, "65f1", results.Restored, noon.Add(time.Minute))
	h = open(t, path)
	defer h.Close()
	if k := find(t, h, "email:a"); k.Applied != nil || k.Line.ID != "65f1" {
		t.Errorf("undone: %+v", k)
	}
}
