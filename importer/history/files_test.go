package history

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"leadimport/client"
	"leadimport/importer/results"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 123e6, time.UTC)

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func read(t testing.TB, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	must(t, err)
	return string(b)
}

func write(t testing.TB, path, text string) {
	t.Helper()
	must(t, os.WriteFile(path, []byte(text), 0o600))
}

// quickDir is a folder in memory where there is one: these tests ask what is
// read back, not whether fsync keeps its word.
func quickDir(t testing.TB) string {
	dir, err := os.MkdirTemp("/dev/shm", "history")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// begin starts or resumes a run.
func begin(t testing.TB, path string, mode results.Mode, header ...string) *results.Store {
	t.Helper()
	s, err := results.Open(path, mode)
	must(t, err)
	t.Cleanup(func() { s.Close() })
	must(t, s.Begin(results.Meta{Input: "leads.csv", KeyKind: "email"}, header))
	return s
}

// night writes the results of a run of the given lines, finished.
func night(t testing.TB, dir string, day int, lines ...results.Line) string {
	t.Helper()
	path := filepath.Join(dir, fmt.Sprintf("night-%d.csv", day))
	s := begin(t, path, results.New, "Email")
	for i, l := range lines {
		l.Row, l.At = i+1, noon.AddDate(0, 0, day)
		must(t, s.Settle(results.Outcome{Line: l, Cells: []string{l.Key}}))
	}
	must(t, s.Finish())
	must(t, s.Close())
	return path
}

// undo notes that ids of the results at path were taken back.
func undo(t testing.TB, path string, ids ...string) {
	t.Helper()
	u, err := results.OpenUndone(path)
	must(t, err)
	for _, id := range ids {
		must(t, u.Add(results.Undone{ID: id, Status: results.Taken, At: noon}))
	}
	must(t, u.Close())
}

// open reads earlier results, and those of the run at own unless it is blank.
func open(t testing.TB, own string, previous ...string) *History {
	t.Helper()
	h, err := tryOpen(t, own, previous...)
	must(t, err)
	return h
}

// held are the stores that open has opened.
var held = map[string]*results.Store{}

func tryOpen(t testing.TB, own string, previous ...string) (*History, error) {
	t.Helper()
	o := Options{Previous: previous, Self: own}
	if own != "" {
		if before := held[own]; before != nil {
			before.Close() // one run at a time
		}
		s, err := results.Open(own, results.Resume)
		must(t, err)
		held[own] = s
		t.Cleanup(func() { s.Close(); delete(held, own) })
		o.Own = s
	}
	h, err := Open(o)
	t.Cleanup(func() { h.Close() })
	return h, err
}

func find(t testing.TB, h *History, key string) Known {
	t.Helper()
	k, err := h.Find(key)
	must(t, err)
	return k
}

func leadOf(key string) client.Lead {
	return client.Lead{Fields: []client.Field{{Name: "email", Value: client.String(key)}}}
}

func TestNights(t *testing.T) {
	dir := t.TempDir()
	key := "email:joe@x.ie"
	const created, updated, failed, invalid, skipped, unresolved = results.Created, results.Updated, results.Failed, results.Invalid, results.Skipped, results.Unresolved
	one := results.Line{Status: created, ID: "65f1a9", UserID: "u-1", Key: key, Hash: "h1", Workspace: "ws"}
	for _, test := range []struct {
		name   string
		then   []results.Line // of the nights after the first, which created
		id     string
		hash   string
		status results.Status
		doubt  bool
	}{
		{"once", nil, "65f1a9", "h1", created, false},
		{"updated", []results.Line{{Status: updated, ID: "65f1a9", Key: key, Hash: "h2"}}, "65f1a9", "h2", updated, false},
		{"other id", []results.Line{{Status: updated, ID: "65f2", Key: key, Hash: "h2"}}, "65f2", "h2", updated, false},
		{"invalid without id", []results.Line{{Status: invalid, Key: key}}, "65f1a9", "h1", created, false},
		{"invalid with id", []results.Line{{Status: invalid, ID: "65f1a9", Key: key}}, "65f1a9", "h1", created, false},
		{"failed without id", []results.Line{{Status: failed, Key: key}}, "65f1a9", "", created, false},
		{"waited", []results.Line{{Status: failed, ErrorCode: results.WaitsForRow, Key: key}}, "65f1a9", "h1", created, false},
		{"failed with id", []results.Line{{Status: failed, ID: "65f1a9", Key: key}}, "65f1a9", "", failed, false},
		{"failed, then updated", []results.Line{{Status: failed, Key: key}, {Status: updated, ID: "65f1a9", Key: key, Hash: "h3"}}, "65f1a9", "h3", updated, false},
		{"skipped", []results.Line{{Status: skipped, ID: "65f1a9", Key: key}}, "65f1a9", "h1", created, false},
		{"gone", []results.Line{{Status: skipped, ErrorCode: results.Gone, ID: "65f1a9", Key: key}}, "65f1a9", "", skipped, false},
		{"in doubt", []results.Line{{Status: unresolved, Key: key}}, "65f1a9", "", created, true},
		{"in doubt with id", []results.Line{{Status: unresolved, ID: "65f1a9", Key: key}}, "65f1a9", "", unresolved, true},
		{"in doubt, then found", []results.Line{{Status: unresolved, Key: key}, {Status: updated, ID: "65f1a9", Key: key, Hash: "h4"}}, "65f1a9", "h4", updated, false},
		{"in doubt, then refused", []results.Line{{Status: unresolved, Key: key}, {Status: failed, HTTPStatus: 422, Key: key}}, "65f1a9", "", created, false},
		{"in doubt, then waited", []results.Line{{Status: unresolved, Key: key}, {Status: failed, ErrorCode: results.WaitsForRow, Key: key}}, "65f1a9", "", created, true},
		{"in doubt, then found, then waited", []results.Line{{Status: unresolved, Key: key}, {Status: updated, ID: "65f1a9", Key: key}, {Status: failed, ErrorCode: results.WaitsForRow, ID: "65f1a9", Key: key}}, "65f1a9", "", failed, false},
		{"in doubt, then left by policy", []results.Line{{Status: unresolved, Key: key}, {Status: skipped, Key: key}}, "65f1a9", "", created, true},
	} {
		t.Run(test.name, func(t *testing.T) {
			sub := filepath.Join(dir, test.name)
			must(t, os.Mkdir(sub, 0o700))
			paths := []string{night(t, sub, 1, one)}
			for i, l := range test.then {
				paths = append(paths, night(t, sub, i+2, l))
			}
			own := filepath.Join(sub, "own.csv")
			for range 2 { // the order of the files does not matter
				k := find(t, open(t, own, paths...), key)
				if k.Line.ID != test.id || k.Line.Hash != test.hash || k.Line.Status != test.status || k.Own || (k.Doubt != nil) != test.doubt {
					t.Errorf("%v: %+v", paths, k)
				}
				slices.Reverse(paths)
			}
		})
	}
}

func TestUnknownAndUnresolved(t *testing.T) {
	dir := t.TempDir()
	path := night(t, dir, 1,
		results.Line{Status: results.Unresolved, Key: "email:a"}, results.Line{Status: results.Failed, Key: "email:b"}, results.Line{Status: results.Invalid, Key: "email:c"},
		results.Line{Status: results.Created, ID: "65f1", Key: "row:00ff", Workspace: "ws"}, results.Line{Status: results.Updated, ID: "65f2", Key: "email:d", Workspace: "ws"})
	h := open(t, "", path)
	want := results.Doubt{Row: 1, Key: "email:a", Since: noon.AddDate(0, 0, 1)}
	if k := find(t, h, "email:a"); k.Line.ID != "" || k.Doubt == nil || !reflect.DeepEqual(*k.Doubt, want) {
		t.Errorf("an unresolved key is %+v", k)
	}
	for _, key := range []string{"email:b", "email:c", "email:never", ""} {
		if k := find(t, h, key); !reflect.DeepEqual(k, Known{}) {
			t.Errorf("%s is %+v", key, k)
		}
	}
	if h.Workspace() != "ws" || !slices.Equal(h.Kinds(), []string{"email", "row"}) || h.Keys() != 3 || h.Vanished() != 2 || h.OwnKinds() != nil {
		t.Errorf("workspace %q, kinds %q, %d keys, %d vanished", h.Workspace(), h.Kinds(), h.Keys(), h.Vanished())
	}
	if h.Asked("email:a") || h.Asked("email:never") {
		t.Error("keys of earlier results count as the run's own")
	}
	path2 := night(t, dir, 2, results.Line{Status: results.Updated, ID: "65f2", Key: "email:d"}, results.Line{Status: results.Created, ID: "65f3", Key: "email:e"})
	undo(t, path2, "65f3")
	h = open(t, "", path2, path)
	if all, vanished := h.NewestKeys(); all != 1 || vanished != 1 {
		t.Errorf("%d keys, %d vanished", all, vanished)
	}
	if k := find(t, h, "email:d"); !k.Newest || k.Own {
		t.Errorf("%+v", k)
	}
	if name, columns, ok := h.Newest(); !ok || name != path2 || !slices.Equal(columns, []string{"Email"}) {
		t.Errorf("%s, %q, %v", name, columns, ok)
	}
	if all, vanished := h.NewestKeys(); all != 1 || vanished != 0 || h.Keys() != 3 {
		t.Errorf("%d keys, %d vanished, %d in all", all, vanished, h.Keys())
	}
}

func TestNilHistory(t *testing.T) {
	var h *History
	k, err := h.Find("email:a")
	_, _, settled, err2 := h.Settled("email:a", "h")
	_, owned := h.Owner("65f1")
	_, whole := h.Meta()
	_, lost := h.Lost()
	never := func(results.Line, []string) error { t.Error("something is known"); return nil }
	if !reflect.DeepEqual(k, Known{}) || err != nil || settled || err2 != nil || owned || !whole || lost || h.Keys() != 0 || h.Vanished() != 0 || h.Resumes() || h.Asked("email:a") {
		t.Error("a history that is not there knows something")
	}
	must(t, h.Unasked(never))
	must(t, h.OwnOpen(func(results.Doubt) error { t.Error("a doubt"); return nil }))
	must(t, h.Close())
}

// A list that was imported before under another key, or whose owner changed.
func TestOwner(t *testing.T) {
	dir := t.TempDir()
	a := night(t, dir, 1, results.Line{Status: results.Created, ID: "65f1", Key: "email:a"}, results.Line{Status: results.Created, ID: "65f2", Key: "email:b"}, results.Line{Status: results.Created, ID: "65f3", Key: "email:c"})
	b := night(t, dir, 2, results.Line{Status: results.Updated, ID: "65f9", Key: "email:a"}, results.Line{Status: results.Updated, ID: "65f2", Key: "email:d"})
	undo(t, a, "65f3")
	own := filepath.Join(dir, "own.csv")
	s := begin(t, own, results.New, "Email")
	must(t, s.Settle(results.Outcome{Line: results.Line{Row: 1, Status: results.Created, ID: "65f4", Key: "email:e", At: noon}}))
	must(t, s.Intent(results.Intent{Row: 2, Number: 1, ID: "65f5", Key: "email:f", At: noon, Deadline: noon}))
	must(t, s.Close())
	for _, paths := range [][]string{{a, b}, {b, a}} {
		h := open(t, own, paths...)
		for id, key := range map[string]string{"65f1": "email:a", "65f9": "email:a", "65f2": "email:d", "65f3": "", "65f4": "email:e", "65f5": "email:f", "65f0": "", "": ""} {
			if got, ok := h.Owner(id); ok != (key != "") || ok && got != DigestOf(key) {
				t.Errorf("%s is not that of %q: %v", id, key, ok)
			}
		}
	}
}

func TestPaths(t *testing.T) {
	dir := t.TempDir()
	a := night(t, dir, 1, results.Line{Status: results.Created, ID: "1", Key: "email:a", Workspace: "ws"})
	own := night(t, dir, 2, results.Line{Status: results.Created, ID: "2", Key: "email:b", Workspace: "ws"})
	undo(t, a, "3")
	rejects := filepath.Join(dir, "rejects.csv")
	r, err := results.NewRejects(rejects, []string{"Email"}, false)
	must(t, err)
	must(t, r.Commit())
	h := open(t, own, filepath.Join(dir, "*"), a, own, filepath.Join(dir, "none*"))
	if len(h.earlier.files) != 1 || h.Keys() != 1 || len(h.Warnings()) != 0 {
		t.Errorf("%d files, %d keys, %q", len(h.earlier.files), h.Keys(), h.Warnings())
	}
	other := night(t, dir, 3, results.Line{Status: results.Created, ID: "3", Key: "email:c", Workspace: "elsewhere"})
	plain := filepath.Join(dir, "plain.csv")
	write(t, plain, "Email,import_id\na@x.ie,65f1\n")
	for path, says := range map[string]string{
		filepath.Join(dir, "none.csv"):  "no such file",
		filepath.Join(dir, "none2?["):   "not a pattern",
		filepath.Join(dir, "p?ain.csv"): "is not a results file",
		plain:                           "is not a results file",
		other:                           "ids mean nothing in another workspace",
		rejects:                         "holds rejects",
		a + ".journal":                  "lies beside results",
		a + ".undo":                     "lies beside results",
		dir:                             "is not a regular file",
	} {
		h, err := tryOpen(t, "", a, path)
		var p *results.PathError
		if !asError(err, &p) || !strings.Contains(err.Error(), says) || h != nil {
			t.Errorf("%s: %v", path, err)
		}
	}
	// The run itself is of one workspace, too.
	if _, err := tryOpen(t, own, other); err == nil || !strings.Contains(err.Error(), "ids mean nothing") {
		t.Errorf("%v", err)
	}
	mine, err := Open(Options{Previous: []string{a, other}, Mine: func(key string) bool { return key == "email:a" }})
	if err == nil || mine != nil {
		t.Error("a shard takes results of several workspaces")
	}
	mine, err = Open(Options{Previous: []string{a}, Mine: func(key string) bool { return key != "email:a" }})
	must(t, err)
	defer mine.Close()
	if k := find(t, mine, "email:a"); k.Line.ID != "" || mine.Keys() != 0 {
		t.Errorf("a shard remembers another's %+v", k)
	}
}

// TestRunsThatGoOn refuses results whose run is going on, and a second name.
func TestRunsThatGoOn(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "going.csv")
	s := begin(t, path, results.New, "Email")
	var held *results.HeldError
	for _, name := range []string{path, filepath.Join(dir, "*.csv")} {
		if _, err := tryOpen(t, "", name); !asError(err, &held) || held.Path != path {
			t.Errorf("%s: %v", name, err)
		}
	}
	must(t, s.Close())
	if h := open(t, "", path); len(h.earlier.files) != 1 {
		t.Error("the run has ended")
	}
	linked := filepath.Join(dir, "linked.csv")
	if err := os.Link(path, linked); err != nil {
		t.Skip(err)
	}
	var l *results.LinkedError
	if _, err := tryOpen(t, "", linked); !asError(err, &l) {
		t.Errorf("%v", err)
	}
}

func TestWarnings(t *testing.T) {
	dir := t.TempDir()
	a := night(t, dir, 1, results.Line{Status: results.Created, ID: "1", Key: "email:a"})
	b := night(t, dir, 2, results.Line{Status: results.Created, ID: "2", Key: "email:b"})
	must(t, os.Remove(a+".journal"))
	text := read(t, b+".journal")
	write(t, b+".journal", text[:strings.Index(text, "\n")+1])
	h := open(t, "", a, b)
	if w := h.Warnings(); len(w) != 2 || !strings.Contains(w[0], a+".journal is not there") || !strings.Contains(w[1], b+".journal was cut") {
		t.Errorf("%q", w)
	}
	if find(t, h, "email:a").Line.ID != "1" || find(t, h, "email:b").Line.ID != "2" {
		t.Error("what the results say is not used")
	}
	text = read(t, b)
	write(t, b, text+"2,created,3,,,,,,,2026-11-")
	if w := open(t, "", b).Warnings(); len(w) != 2 || !strings.Contains(w[1], "piece of a line") {
		t.Errorf("%q", w)
	}
	// Those of the run itself are for Meta and Lost to tell.
	if h := open(t, a); len(h.Warnings()) != 0 {
		t.Errorf("%q", h.Warnings())
	} else if _, ok := h.Meta(); ok || !h.Resumes() {
		t.Error("the journal of the run is lost, and nobody says so")
	} else if since, lost := h.Lost(); !lost || since.IsZero() {
		t.Error("nor since when")
	}
}

// TestSpreadsheets reads results that a spreadsheet saved again.
func TestSpreadsheets(t *testing.T) {
	lines := []results.Line{
		{Status: results.Created, ID: "5811b40d2bb5f9a1c4a1e2d3", Key: "email:a", Workspace: "ws", Hash: "h1"},
		{Status: results.Created, ID: "581100000000000000000e18", Key: "email:b", Workspace: "ws"},
		{Status: results.Unresolved, Key: "email:c", Workspace: "ws"},
		{Status: results.Updated, ID: "581123456789012345678901", Key: "email:d", Workspace: "ws"},
	}
	damage := strings.NewReplacer("581100000000000000000e18", "5,811E+38", "581123456789012345678901", "581123456789012000000000", "2026-11-22T12:00:00.123Z", "22/11/2026 12:00")
	for _, journal := range []bool{true, false} {
		for name, change := range map[string]func(string) string{
			"commas":     func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") },
			"semicolons": func(s string) string { return "\uFEFF" + strings.ReplaceAll(s, ",", ";") },
			"tabs":       func(s string) string { return strings.ReplaceAll(strings.ReplaceAll(s, ",", "\t"), "\n", "\r\n") },
		} {
			path := night(t, t.TempDir(), 1, lines...)
			text := change(read(t, path))
			if name == "commas" {
				text = strings.NewReplacer("581100000000000000000e18", `"5,811E+38"`, "2026-11-22T12:00:00.123Z", "2026-11-22 12:00", "581123456789012345678901", "581123456789012000000000").Replace(text)
			}
			write(t, path, damage.Replace(text))
			if !journal {
				must(t, os.Remove(path+".journal"))
			}
			h := open(t, "", path)
			a, b, c, d := find(t, h, "email:a"), find(t, h, "email:b"), find(t, h, "email:c"), find(t, h, "email:d")
			if a.Line.ID != lines[0].ID || a.Line.Hash != "h1" || c.Doubt == nil || h.Workspace() != "ws" || h.Keys() != 4 {
				t.Errorf("%s: %+v, %+v", name, a, c)
			}
			if journal && (b.Line.ID != lines[1].ID || d.Line.ID != lines[3].ID || b.Doubt != nil) {
				t.Errorf("%s: the journal knows %+v and %+v", name, b, d)
			}
			if !journal && (b.Line.ID != "" || b.Doubt == nil || b.Doubt.Key != "email:b" || b.Doubt.Row != 2 || d.Line.ID != "" || d.Doubt == nil) {
				t.Errorf("%s: what the spreadsheet made of ids is believed: %+v, %+v", name, b, d)
			}
			if w := h.Warnings(); len(w) == 0 || !strings.Contains(w[len(w)-1], "line 3: import_id is 5,811E+38; line 5: import_id is 581123456789012000000000;") {
				t.Errorf("%s: %q", name, w)
			}
		}
	}
}

// A time that has two readings is older than any.
func TestTimesWithTwoReadings(t *testing.T) {
	dir := t.TempDir()
	a := night(t, dir, 1, results.Line{Status: results.Created, ID: "1", Key: "email:a"}, results.Line{Status: results.Created, ID: "2", Key: "email:b"})
	b := night(t, dir, 2, results.Line{Status: results.Updated, ID: "3", Key: "email:a"})
	write(t, b, strings.Replace(read(t, b), "2026-11-23T12:00:00.123Z", "05/12/2026 12:00", 1))
	must(t, os.Remove(b+".journal"))
	if k := find(t, open(t, "", a, b), "email:a"); k.Line.ID != "1" {
		t.Errorf("%+v", k)
	}
	if k := find(t, open(t, "", b), "email:a"); k.Line.ID != "3" {
		t.Errorf("%+v", k)
	}
}
