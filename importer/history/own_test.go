package history

import (
	"fmt"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"leadimport/client"
	"leadimport/importer/results"
)

// settle writes a line of the key at a minute.
func settle(t testing.TB, s *results.Store, row int, status results.Status, key, id, hash string, minute int) {
	t.Helper()
	l := results.Line{Row: row, Status: status, ID: id, Key: key, Hash: hash, At: noon.Add(time.Duration(minute) * time.Minute)}
	must(t, s.Settle(results.Outcome{Line: l, Cells: []string{key, "note"}}))
}

// TestSettled finds the lines of rows that share a key, wherever they are, and
// not one whose row was sent again since.
func TestSettled(t *testing.T) {
	dir := t.TempDir()
	for _, journal := range []string{"whole", "gone", "alone"} {
		path := filepath.Join(dir, journal+".csv")
		s := begin(t, path, results.New, "Email", "Note")
		settle(t, s, 1, results.Created, "email:a", "65f1", "h1", 1)
		settle(t, s, 2, results.Updated, "email:a", "65f1", "h12", 1) // within one millisecond
		settle(t, s, 3, results.Unchanged, "email:a", "65f1", "h123", 2)
		settle(t, s, 4, results.Created, "email:b", "65f2", "h4", 3)
		settle(t, s, 4, results.Updated, "email:b", "65f2", "h4 mended", 4)
		settle(t, s, 5, results.Failed, "email:c", "65f3", "", 5)
		settle(t, s, 6, results.Skipped, "email:d", "65f4", "h6", 6)
		settle(t, s, 7, results.Created, "email:e", "65f5", "h7", 7)
		must(t, s.Close())
		undo(t, path, "65f5")
		text, notes := read(t, path), read(t, path+".journal")
		write(t, filepath.Join(dir, "r.csv.undo"), read(t, path+".undo"))
		path = filepath.Join(dir, "r.csv")
		write(t, path, text)
		write(t, path+".journal", notes)
		switch journal {
		case "gone":
			write(t, path+".journal", "")
		case "alone":
			write(t, path, "")
		}
		h := open(t, path)
		for _, test := range []struct {
			key, hash string
			row       int
		}{
			{"email:a", "h1", 1}, {"email:a", "h12", 2}, {"email:a", "h123", 3}, {"email:a", "h2", 0}, {"email:a", "", 0},
			{"email:b", "h4 mended", 4}, {"email:b", "h4", 0}, {"email:c", "", 0}, {"email:d", "h6", 0}, {"email:e", "h7", 0}, {"email:f", "h1", 0},
		} {
			l, p, ok, err := h.Settled(test.key, test.hash)
			if err != nil || ok != (test.row > 0) || ok && (l.Row != test.row || l.Hash != test.hash || p.InJournal() != (journal == "alone")) {
				t.Errorf("journal %s, %s %s: row %d, %v, %v", journal, test.key, test.hash, l.Row, ok, err)
			}
			if !ok {
				continue
			}
			if again, cells, err := h.files.Line(p); err != nil || again != l || journal != "alone" && !slices.Equal(cells, []string{test.key, "note"}) {
				t.Errorf("%s %s: %+v, %q, %v", test.key, test.hash, again, cells, err)
			}
		}
		must(t, held[path].Close())
		delete(held, path)
	}
}

// TestWhatNobodyAsksFor keeps what the run knew of keys that the list has no
// more, through two resumes.
func TestWhatNobodyAsksFor(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "r.csv")
	s := begin(t, path, results.New, "Email", "Note")
	settle(t, s, 1, results.Created, "email:a", "65f1", "h1", 1)
	settle(t, s, 2, results.Created, "email:b", "65f2", "h2", 1)
	settle(t, s, 3, results.Unresolved, "email:c", "", "", 1)
	settle(t, s, 4, results.Failed, "email:d", "", "", 1)
	settle(t, s, 5, results.Failed, "email:e", "65f5", "", 1)
	settle(t, s, 6, results.Created, "email:f", "65f6", "h6", 1)
	settle(t, s, 6, results.Unresolved, "email:f", "", "", 2)
	settle(t, s, 7, results.Created, "email:g", "65f7", "h7", 1)
	settle(t, s, 8, results.Unresolved, "email:h", "", "", 1)
	settle(t, s, 8, results.Updated, "email:h", "65f8", "", 2)
	must(t, s.Close())
	undo(t, path, "65f7")
	later := night(t, dir, 1, results.Line{Status: results.Updated, ID: "65f2", Key: "email:b", Hash: "h9"})
	want := "[2 created email:b 65f2 note 3 unresolved email:c  note 5 failed email:e 65f5 note 6 created email:f 65f6 note 6 unresolved email:f  note 8 updated email:h 65f8 note]"
	for range 2 {
		h := open(t, path, later)
		s := held[path]
		find(t, h, "email:a")
		var got []string
		must(t, s.Begin(results.Meta{}, []string{"Note", "Email", "import_id"}))
		must(t, h.Unasked(func(l results.Line, cells []string) error {
			got = append(got, fmt.Sprint(l.Row, " ", l.Status, " ", l.Key, " ", l.ID, " ", cells[0]))
			if !strings.HasPrefix(cells[1], "email:") {
				t.Errorf("row %d has the cells %q", l.Row, cells)
			}
			l.Row, l.ErrorCode = 0, results.RowVanished
			return s.Settle(results.Outcome{Line: l, Cells: cells})
		}))
		slices.Sort(got)
		if fmt.Sprint(got) != want {
			t.Errorf("got\n%v, not\n%v", got, want)
		}
		if l, p, ok, err := h.Settled("email:a", "h1"); !ok || err != nil {
			t.Errorf("%+v, %v, %v", l, ok, err)
		} else {
			must(t, s.Keep(1, p, nil))
		}
		must(t, s.Finish())
		must(t, s.Close())
		if text := read(t, path); strings.Count(text, "\n,") != 6 || strings.Count(text, "\n") != 8 {
			t.Errorf("finished as\n%s", text)
		}
		list := []string{"0 created email:b 65f2 note", "0 created email:f 65f6 note", "0 failed email:e 65f5 note", "0 unresolved email:c  note", "0 unresolved email:f  note", "0 updated email:h 65f8 note"}
		want = fmt.Sprint(list)
	}
}

// TestOwnOpen tells what the run itself has begun, wherever the rows are now.
func TestOwnOpen(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "r.csv")
	s := begin(t, path, results.New, "Email")
	for row, key := range map[int]string{1: "email:a", 2: "email:b", 3: "email:c", 4: "email:d"} {
		must(t, s.Intent(results.Intent{Row: row, Number: 1, Key: key, At: noon, Deadline: noon.Add(time.Minute), Lead: leadOf(key)}))
	}
	settle(t, s, 2, results.Unresolved, "email:b", "", "", 1)
	must(t, s.Settle(results.Outcome{Line: results.Line{Row: 3, Status: results.Created, ID: "65f3", Key: "email:c", At: noon.Add(time.Minute)}, Number: 1}))
	must(t, s.Finish())
	must(t, s.Close())
	later := night(t, dir, 1, results.Line{Status: results.Updated, ID: "65f4", Key: "email:d"})
	h := open(t, path, later)
	var got []string
	must(t, h.OwnOpen(func(d results.Doubt) error {
		got = append(got, d.Key)
		if !reflect.DeepEqual(d.Lead, leadOf(d.Key)) || d.Number != 1 {
			t.Errorf("%+v", d)
		}
		find(t, h, d.Key)
		return nil
	}))
	if !slices.Equal(got, []string{"email:a", "email:b"}) {
		t.Errorf("open are %v", got)
	}
	stop := fmt.Errorf("stop")
	if err := h.OwnOpen(func(results.Doubt) error { return stop }); err != stop {
		t.Errorf("%v", err)
	}
	// An earlier run that ended is asked for its open intents, too.
	must(t, held[path].Close())
	delete(held, path)
	if k := find(t, open(t, "", path), "email:a"); k.Doubt == nil || !reflect.DeepEqual(k.Doubt.Lead, leadOf("email:a")) {
		t.Errorf("%+v", k)
	}
}

func TestAppliedAndLate(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "r.csv")
	s := begin(t, path, results.New, "Email")
	moment := client.Moment{Low: noon, High: noon.Add(time.Second)}
	applied := results.Applied{Line: results.Line{Row: 1, Status: results.Created, ID: "65f1", Key: "email:a", At: noon}, Number: 1, Body: "00ff", UpdatedAt: noon}
	must(t, s.Intent(results.Intent{Row: 1, Number: 1, Key: "email:a", At: noon, Deadline: noon}))
	hashed := applied
	hashed.Line.Hash = "h"
	must(t, s.Applied(hashed)) // what is not finished must not look unchanged
	gone := applied
	gone.Line.Row, gone.Line.ID, gone.Line.Key = 3, "65f3", "email:c"
	must(t, s.Applied(gone))
	must(t, s.Settle(results.Outcome{Line: results.Line{Row: 2, Status: results.Updated, ID: "65f2", Key: "email:b", At: noon, HTTPStatus: 200}, Doubtful: noon, DoubtfulServer: moment}))
	must(t, s.Close())
	undo(t, path, "65f3")
	h := open(t, path)
	k := find(t, h, "email:a")
	if k.Applied == nil || !reflect.DeepEqual(*k.Applied, applied) || k.Line.ID != "65f1" || k.Line.Hash != "" || k.Doubt != nil {
		t.Errorf("%+v", k)
	}
	if k := find(t, h, "email:b"); k.Late != moment || !k.LateAt.Equal(noon) {
		t.Errorf("%+v", k)
	}
	if k := find(t, h, "email:c"); k.Applied != nil || k.Line.ID != "" || k.Undone != "65f3" {
		t.Errorf("%+v", k)
	}
	must(t, held[path].Close())
	delete(held, path)
	h = open(t, "", path)
	if k := find(t, h, "email:a"); k.Applied != nil || k.Line.ID != "65f1" || k.Line.Hash != "" {
		t.Errorf("%+v", k)
	}
	if k := find(t, h, "email:b"); k.Late != moment {
		t.Errorf("%+v", k)
	}
}

// TestManyAsk asks from many sides while the run begins to write.
func TestManyAsk(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.csv")
	s := begin(t, path, results.New, "Email", "Note")
	const keys = 50
	for n := range keys {
		settle(t, s, n+1, results.Created, fmt.Sprint("email:", n), fmt.Sprint("65f", n), fmt.Sprint("h", n), n)
	}
	must(t, s.Close())
	h := open(t, path)
	must(t, held[path].Begin(results.Meta{}, []string{"Note"}))
	var all sync.WaitGroup
	for range 4 {
		all.Go(func() {
			for n := range keys {
				key := fmt.Sprint("email:", n)
				k, err := h.Find(key)
				_, _, ok, err2 := h.Settled(key, fmt.Sprint("h", n))
				owner, _ := h.Owner(k.Line.ID)
				if err != nil || err2 != nil || !ok || k.Line.ID != fmt.Sprint("65f", n) || owner != DigestOf(key) || !h.Asked(key) {
					t.Errorf("%s: %+v, %v, %v, %v", key, k, ok, err, err2)
				}
			}
		})
	}
	for n := range keys {
		settle(t, held[path], keys-n, results.Updated, fmt.Sprint("email:", n), fmt.Sprint("65f", n), "new", n+1)
	}
	all.Wait()
}
