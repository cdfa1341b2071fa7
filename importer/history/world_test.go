package history

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"leadimport/importer/results"
)

// randomRun writes what some run may have left of a few keys.
func randomRun(t *testing.T, r *rand.Rand, path string) {
	t.Helper()
	s := begin(t, path, results.New, "Email")
	hour := r.IntN(50)
	statuses := results.Statuses
	for range r.IntN(12) {
		hour += r.IntN(2)
		at := noon.Add(time.Duration(hour) * time.Hour)
		key, id := fmt.Sprint("email:", r.IntN(4)), fmt.Sprint("65f", r.IntN(6))
		switch r.IntN(4) {
		case 0:
			must(t, s.Intent(results.Intent{Row: r.IntN(3) + 1, Number: r.IntN(2) + 1, Key: key, At: at, Deadline: at.Add(time.Minute), Lead: leadOf(key)}))
		default:
			l := results.Line{Row: r.IntN(3) + 1, Status: statuses[r.IntN(len(statuses))], Key: key, At: at, HTTPStatus: []int{0, 200, 422}[r.IntN(3)]}
			if r.IntN(3) > 0 && l.Status != results.Unresolved || l.Status == results.Created || l.Status == results.Updated {
				l.ID = id
			}
			if l.Status == results.Created || l.Status == results.Updated || l.Status == results.Unchanged {
				l.Hash = fmt.Sprint("h", r.IntN(3))
			}
			must(t, s.Settle(results.Outcome{Line: l, Number: r.IntN(3)}))
		}
	}
	if r.IntN(2) == 0 {
		must(t, s.Finish())
	}
	must(t, s.Close())
	if r.IntN(3) == 0 {
		undo(t, path, fmt.Sprint("65f", r.IntN(6)))
	}
	switch r.IntN(6) {
	case 0:
		must(t, os.Remove(path+".journal"))
	case 1:
		write(t, path, strings.ReplaceAll(read(t, path), ",", ";"))
	case 2:
		text := read(t, path)
		write(t, path, text[:len(text)-r.IntN(len(text)/2)])
	}
}

// TestOrderOfFilesDoesNotMatter lays many files and names them in any order.
func TestOrderOfFilesDoesNotMatter(t *testing.T) {
	worlds := 40
	if sparse {
		worlds = 10
	}
	for seed := range worlds {
		r := rand.New(rand.NewPCG(uint64(seed), 9))
		dir := quickDir(t)
		var paths []string
		for n := range 2 + r.IntN(4) {
			paths = append(paths, filepath.Join(dir, fmt.Sprint(n, ".csv")))
			randomRun(t, r, paths[n])
		}
		var first map[string]any
		for range 4 {
			h, err := tryOpen(t, "", paths...)
			if err != nil { // the results were cut within their header
				break
			}
			got := map[string]any{"keys": h.Keys(), "warnings": fmt.Sprint(h.Warnings())}
			name, _, _ := h.Newest()
			all, vanished := h.NewestKeys()
			got["newest"] = fmt.Sprint(name, all, vanished)
			for n := range 6 {
				owner, _ := h.Owner(fmt.Sprint("65f", n))
				got[fmt.Sprint("owner ", n)] = owner
			}
			for n := range 4 {
				k := find(t, h, fmt.Sprint("email:", n))
				got[fmt.Sprint("key ", n)] = k
				invariants(t, h, k)
			}
			if first == nil {
				first = got
			} else if !reflect.DeepEqual(first, got) {
				t.Errorf("seed %d: %v tell\n%+v and\n%+v", seed, paths, first, got)
			}
			r.Shuffle(len(paths), func(i, j int) { paths[i], paths[j] = paths[j], paths[i] })
		}
	}
}

// invariants are what holds of every key.
func invariants(t testing.TB, h *History, k Known) {
	t.Helper()
	if k.Line.ID == "" && !reflect.DeepEqual(k.Line, results.Line{}) {
		t.Errorf("a line without an id: %+v", k)
	}
	if h.undone[k.Line.ID] || k.Undone != "" && !h.undone[k.Undone] || k.Undone == k.Line.ID && k.Undone != "" {
		t.Errorf("%+v: an id that was taken back", k)
	}
	if k.Doubt != nil && k.Line.Hash != "" {
		t.Errorf("%+v: what is in doubt has a hash", k)
	}
	if _, ok := h.Owner(k.Line.ID); ok != (k.Line.ID != "") {
		t.Errorf("%+v: the id is nobody's", k)
	}
}

// TestCutAtEveryByte cuts the files of a run where a crash or a power cut may:
// nobody whom the files that are left tell of is new.
func TestCutAtEveryByte(t *testing.T) {
	dir := quickDir(t)
	whole := filepath.Join(dir, "whole.csv")
	s := begin(t, whole, results.New, "Email", "Note")
	type event struct {
		key              string
		id               string
		journal, results int
	}
	var events []event
	size := func(path string) int {
		info, err := os.Stat(path)
		must(t, err)
		return int(info.Size())
	}
	for n := 1; n <= 6; n++ {
		key := fmt.Sprint("email:", n)
		at := noon.Add(time.Duration(n) * time.Minute)
		must(t, s.Intent(results.Intent{Row: n, Number: 1, Key: key, At: at, Deadline: at.Add(time.Second), Lead: leadOf(key)}))
		events = append(events, event{key, "", size(whole + ".journal"), 0})
		if n%3 == 0 {
			continue // in doubt
		}
		id := fmt.Sprint("65f", n)
		must(t, s.Settle(results.Outcome{Line: results.Line{Row: n, Status: results.Created, ID: id, Key: key, At: at.Add(time.Second), HTTPStatus: 200}, Number: 1, Cells: []string{key, "two\nlines"}}))
		events = append(events, event{key, id, size(whole + ".journal"), size(whole)})
	}
	must(t, s.Close())
	journal, text := read(t, whole+".journal"), read(t, whole)
	path := filepath.Join(dir, "r.csv")
	look := func(j, r int) {
		write(t, path+".journal", journal[:j])
		write(t, path, text[:r])
		for _, own := range []string{path, ""} {
			var previous []string
			if own == "" {
				held[path].Close()
				if !strings.Contains(text[:r], "\n") {
					return // no results, to whom they are earlier ones
				}
				previous = []string{path}
			}
			h := open(t, own, previous...)
			known := map[string]string{}
			for _, e := range events {
				if e.journal <= j && (e.id != "" || known[e.key] == "") || e.id != "" && e.results <= r {
					known[e.key] = e.id + "?"
				}
			}
			for n := 1; n <= 6; n++ {
				key := fmt.Sprint("email:", n)
				k := find(t, h, key)
				got := ""
				if k.Line.ID != "" || k.Doubt != nil {
					got = k.Line.ID + "?"
				}
				if got != known[key] || k.Line.ID != "" && k.Doubt != nil {
					t.Fatalf("journal cut at %d of %d, results at %d of %d: %s is %+v, not %q", j, len(journal), r, len(text), key, k, known[key])
				}
			}
			h.Close()
		}
	}
	step := 1
	if sparse {
		step = 13
	}
	for n := 0; n <= len(journal); n += step {
		look(n, len(text))
	}
	for n := 0; n <= len(text); n += step {
		look(len(journal), n)
	}
	for n := 0; n <= len(text); n += 29 {
		look(len(journal)*n/len(text), n)
	}
}

// FuzzHistory reads arbitrary files: it may refuse them, but what it takes
// holds together.
func FuzzHistory(f *testing.F) {
	dir := quickDir(f)
	path := filepath.Join(dir, "r.csv")
	s := begin(f, path, results.New, "Email")
	settle(f, s, 1, results.Created, "email:a", "65f1", "h1", 1)
	settle(f, s, 2, results.Unresolved, "email:b", "", "", 1)
	must(f, s.Intent(results.Intent{Row: 3, Number: 1, Key: "email:c", At: noon, Deadline: noon, Lead: leadOf("c")}))
	must(f, s.Close())
	text, journal := read(f, path), read(f, path+".journal")
	undone := "import_row,import_id,undo_status,undo_error,undo_at\n1,65f1,taken,,2026-11-21T12:00:00Z\n"
	f.Add([]byte(text), []byte(journal), []byte(undone))
	f.Add([]byte(strings.ReplaceAll(text, ",", ";")), []byte(journal), []byte(""))
	f.Add([]byte(strings.ReplaceAll(text, "65f1", "5.81E+23")), []byte(""), []byte("x"))
	f.Add([]byte(text[:len(text)-9]), []byte(strings.Replace(journal, `{"journal":2,`, `{"journal":1,`, 1)), []byte(undone[:60]))
	f.Fuzz(func(t *testing.T, text, journal, undone []byte) {
		write(t, path, string(text))
		write(t, path+".journal", string(journal))
		write(t, path+".undo", string(undone))
		h, err := Open(Options{Previous: []string{path}})
		if err != nil {
			return
		}
		defer h.Close()
		all := bytes.Join([][]byte{text, journal}, nil)
		for _, key := range []string{"email:a", "email:b", "email:c"} {
			k, err := h.Find(key)
			if err != nil {
				continue // a cell of ours that is none, found as the line is read
			}
			invariants(t, h, k)
			if id := k.Line.ID; id != "" && !bytes.Contains(all, []byte(id)) && !bytes.ContainsAny(all, "\"\\'") {
				t.Errorf("%s has the id %q, which no file names", key, id)
			}
		}
		if h.Keys() < h.Vanished() {
			t.Errorf("%d of %d have vanished", h.Vanished(), h.Keys())
		}
		for _, kind := range h.Kinds() {
			if strings.Contains(kind, ":") {
				t.Errorf("kinds are %q", h.Kinds())
			}
		}
		if !slices.IsSorted(h.Kinds()) {
			t.Errorf("kinds are %q", h.Kinds())
		}
	})
}
