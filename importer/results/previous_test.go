package results

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"testing"
)

// night writes the results of a run of the given lines, finished.
func night(t testing.TB, dir string, day int, lines ...Line) string {
	t.Helper()
	path := filepath.Join(dir, fmt.Sprintf("night-%d.csv", day))
	s := begin(t, path, New, "Email")
	for i, l := range lines {
		l.Row, l.At = i+1, noon.AddDate(0, 0, day)
		must(t, s.Settle(Outcome{Line: l, Cells: []string{l.Key}}))
	}
	must(t, s.Finish())
	must(t, s.Close())
	return path
}

func find(t *testing.T, p *Previous, key string) (PreviousEntry, bool) {
	t.Helper()
	e, ok, err := p.Find(key)
	must(t, err)
	return e, ok
}

func TestPreviousNights(t *testing.T) {
	dir := t.TempDir()
	key := "email:joe@x.ie"
	one := Line{Status: Created, ID: "65f1a9", UserID: "u-1", Key: key, Hash: "h1", Workspace: "ws"}
	for _, test := range []struct {
		name   string
		then   []Line // of the nights after the first, which created
		id     string
		hash   string
		status Status
	}{
		{"once", nil, "65f1a9", "h1", Created},
		{"updated", []Line{{Status: Updated, ID: "65f1a9", Key: key, Hash: "h2"}}, "65f1a9", "h2", Updated},
		{"invalid without id", []Line{{Status: Invalid, Key: key}}, "65f1a9", "h1", Created},
		{"invalid with id", []Line{{Status: Invalid, ID: "65f1a9", Key: key}}, "65f1a9", "h1", Created},
		{"failed without id", []Line{{Status: Failed, Key: key}}, "65f1a9", "", Created},
		{"failed with id", []Line{{Status: Failed, ID: "65f1a9", Key: key}}, "65f1a9", "", Failed},
		{"failed, then updated", []Line{{Status: Failed, Key: key}, {Status: Updated, ID: "65f1a9", Key: key, Hash: "h3"}}, "65f1a9", "h3", Updated},
		{"skipped", []Line{{Status: Skipped, ID: "65f1a9", Key: key}}, "65f1a9", "h1", Created},
		{"gone", []Line{{Status: Skipped, ErrorCode: Gone, ID: "65f1a9", Key: key}}, "65f1a9", "", Skipped},
		{"in doubt", []Line{{Status: Unresolved, Key: key}}, "65f1a9", "", Created},
	} {
		t.Run(test.name, func(t *testing.T) {
			sub := filepath.Join(dir, test.name)
			must(t, os.Mkdir(sub, 0o700))
			paths := []string{night(t, sub, 1, one)}
			for i, l := range test.then {
				paths = append(paths, night(t, sub, i+2, l))
			}
			for range 2 { // the order of the files does not matter
				p, err := LoadPrevious(paths, filepath.Join(sub, "own.csv"), nil)
				must(t, err)
				defer p.Close()
				e, ok := find(t, p, key)
				if !ok || e.Line.ID != test.id || e.Line.Hash != test.hash || e.Line.Status != test.status || e.Unresolved {
					t.Errorf("%v: %+v, %v", paths, e, ok)
				}
				slices.Reverse(paths)
			}
		})
	}
}

func TestPreviousUnknownAndUnresolved(t *testing.T) {
	dir := t.TempDir()
	path := night(t, dir, 1,
		Line{Status: Unresolved, Key: "email:a"}, Line{Status: Failed, Key: "email:b"}, Line{Status: Invalid, Key: "email:c"},
		Line{Status: Created, ID: "65f1", Key: "row:00ff", Workspace: "ws"}, Line{Status: Updated, ID: "65f2", Key: "email:d", Workspace: "ws"})
	p, err := LoadPrevious([]string{path}, "", nil)
	must(t, err)
	defer p.Close()
	if e, ok := find(t, p, "email:a"); !ok || !e.Unresolved || e.Line.ID != "" || !e.Doubt.Since.Equal(noon.AddDate(0, 0, 1)) {
		t.Errorf("an unresolved key is %+v, %v", e, ok)
	}
	for _, key := range []string{"email:b", "email:c", "email:never"} {
		if e, ok := find(t, p, key); ok {
			t.Errorf("%s is %+v", key, e)
		}
	}
	if p.Workspace() != "ws" || !slices.Equal(p.Kinds(), []string{"email", "row"}) || p.Keys() != 3 || p.Vanished() != 2 {
		t.Errorf("workspace %q, kinds %q, %d keys, %d vanished", p.Workspace(), p.Kinds(), p.Keys(), p.Vanished())
	}
}

// A run that was killed and never resumed leaves leads that no line tells of.
func TestPreviousOfACrashedRun(t *testing.T) {
	c := crash(t)
	path := c.lay(t, t.TempDir(), len(c.journal), int(c.settled[0].results)+20)
	p, err := LoadPrevious([]string{path}, "", nil)
	must(t, err)
	defer p.Close()
	for row, id := range map[int]string{1: "65f1a9", 2: "65f1aa", 3: "65f1a9b", 6: "65f1ab"} {
		if e, ok := find(t, p, fmt.Sprint("email:", row)); !ok || e.Line.ID != id {
			t.Errorf("row %d: %+v, %v", row, e, ok)
		}
	}
	for _, row := range []int{5, 7, 8} {
		if e, ok := find(t, p, fmt.Sprint("email:", row)); !ok || !e.Unresolved || e.Doubt.Row != row || e.Doubt.First.IsZero() {
			t.Errorf("row %d: %+v, %v", row, e, ok)
		}
	}
}

func TestPreviousPaths(t *testing.T) {
	dir := t.TempDir()
	a := night(t, dir, 1, Line{Status: Created, ID: "1", Key: "email:a", Workspace: "ws"})
	own := night(t, dir, 2, Line{Status: Created, ID: "2", Key: "email:b", Workspace: "ws"})
	p, err := LoadPrevious([]string{filepath.Join(dir, "*"), a, own, filepath.Join(dir, "none*")}, own, nil)
	must(t, err)
	defer p.Close()
	if len(p.files) != 1 || p.Keys() != 1 {
		t.Errorf("%d files, %d keys", len(p.files), p.Keys())
	}
	if _, err := LoadPrevious([]string{filepath.Join(dir, "none.csv")}, own, nil); !errors.As(err, new(*PathError)) {
		t.Errorf("a missing file: %v", err)
	}
	other := night(t, dir, 3, Line{Status: Created, ID: "3", Key: "email:c", Workspace: "elsewhere"})
	if _, err := LoadPrevious([]string{a, other}, "", nil); !errors.As(err, new(*PathError)) {
		t.Errorf("two workspaces: %v", err)
	}
	plain := filepath.Join(dir, "plain.csv")
	must(t, os.WriteFile(plain, []byte("Email,import_id\na@x.ie,65f1\n"), 0o600))
	if _, err := LoadPrevious([]string{plain}, "", nil); !errors.As(err, new(*PathError)) {
		t.Errorf("no results: %v", err)
	}
}

// TestPreviousMemory holds the promise of at most 64 bytes for each key.
func TestPreviousMemory(t *testing.T) {
	const rows = 20_000
	path := filepath.Join(quickDir(t), "big.csv")
	s := begin(t, path, New, "Email")
	for row := 1; row <= rows; row++ {
		must(t, s.Settle(created(row, "5811b40d2bb5f9a1c4a1e2d3", fmt.Sprintf("jane%d@example.com", row))))
	}
	must(t, s.Finish())
	must(t, s.Close())
	s = nil
	before := heap()
	p, err := LoadPrevious([]string{path}, "", nil)
	must(t, err)
	defer p.Close()
	each := float64(heap()-before) / rows
	t.Logf("%.1f bytes a key", each)
	if each > 64 {
		t.Errorf("%.1f bytes a key", each)
	}
	for row := 1; row <= rows; row += 7 {
		if e, ok := find(t, p, fmt.Sprintf("email:jane%d@example.com", row)); !ok || e.Line.Row != row {
			t.Fatalf("row %d: %+v, %v", row, e, ok)
		}
	}
	runtime.KeepAlive(p)
}

func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func BenchmarkPreviousLoad(b *testing.B) {
	const rows = 20_000
	path := filepath.Join(b.TempDir(), "big.csv")
	s := begin(b, path, New, "Email", "First name", "Last name", "Company", "Plan")
	for row := 1; row <= rows; row++ {
		must(b, s.Settle(created(row, "5811b40d2bb5f9a1c4a1e2d3", fmt.Sprintf("jane%d@example.com", row), "Jane", "Doe", "Acme, Inc.", "pro")))
	}
	must(b, s.Finish())
	must(b, s.Close())
	b.ReportAllocs()
	for b.Loop() {
		p, err := LoadPrevious([]string{path}, "", nil)
		must(b, err)
		p.Close()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/rows, "ns/row")
}

func BenchmarkPreviousFind(b *testing.B) {
	const rows = 20_000
	path := filepath.Join(b.TempDir(), "big.csv")
	s := begin(b, path, New, "Email")
	keys := make([]string, rows)
	for i := range keys {
		o := created(i+1, "5811b40d2bb5f9a1c4a1e2d3", fmt.Sprintf("jane%d@example.com", i))
		keys[i] = o.Line.Key
		must(b, s.Settle(o))
	}
	must(b, s.Finish())
	must(b, s.Close())
	p, err := LoadPrevious([]string{path}, "", nil)
	must(b, err)
	defer p.Close()
	for i := 0; b.Loop(); i++ {
		if _, ok, err := p.Find(keys[i%rows]); !ok || err != nil {
			b.Fatal(ok, err)
		}
	}
}
