package results

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// TestUndone cuts the record of an undo at every byte: what was taken before
// the cut is known, and the record goes on.
func TestUndone(t *testing.T) {
	dir := quickDir(t)
	path := filepath.Join(dir, "r.csv")
	ids := func() string {
		last, err := ReadUndone(path)
		must(t, err)
		maps.DeleteFunc(last, func(_ string, u Undone) bool { return u.Status != Taken })
		return fmt.Sprint(slices.Sorted(maps.Keys(last)))
	}
	if ids() != "[]" {
		t.Error("somebody was taken back before anything was")
	}
	u, err := OpenUndone(path)
	must(t, err)
	must(t, u.Add(Undone{Row: 1, ID: "65f1", Status: Taken, At: noon}))
	must(t, u.Add(Undone{ID: "65f2", Status: NotTaken, Error: "no,\n\"never\"\x1b", At: noon}))
	must(t, u.Add(Undone{Row: 3, ID: "65f3", Status: Taken, At: noon}))
	must(t, u.Close())
	whole := read(t, undonePath(path))
	want := "import_row,import_id,undo_status,undo_error,undo_at\n1,65f1,taken,,2026-11-21T12:00:00.123Z\n" +
		",65f2,failed,\"no, \"\"never\"\"\",2026-11-21T12:00:00.123Z\n3,65f3,taken,,2026-11-21T12:00:00.123Z\n"
	if whole != want {
		t.Errorf("the record is\n%s", whole)
	}
	for n := range len(whole) {
		must(t, os.WriteFile(undonePath(path), []byte(whole[:n]), 0o600))
		want := "[]"
		if strings.Count(whole[:n], "\n") > 1 {
			want = "[65f1]"
		}
		if got := ids(); got != want {
			t.Fatalf("cut at %d: %s", n, got)
		}
		u, err := OpenUndone(path)
		must(t, err)
		must(t, u.Add(Undone{Row: 9, ID: "65f9", Status: Taken, At: noon}))
		must(t, u.Close())
		if got := ids(); got != strings.Replace(strings.Replace(want, "]", " 65f9]", 1), "[ ", "[", 1) {
			t.Fatalf("cut at %d and continued: %s", n, got)
		}
	}
	// That of the version before has whole seconds.
	must(t, os.WriteFile(undonePath(path), []byte("import_row,import_id,undo_status,undo_error,undo_at\n1,65f1,taken,,2026-11-21T12:00:00Z\n"), 0o600))
	if ids() != "[65f1]" {
		t.Error("the record of the version before is not read")
	}
	for text, line := range map[string]int{"Email\na\n": 0, strings.Replace(want, "3,65f3", "x,65f3", 1): 4, strings.Replace(want, "1,65f1", "1,\"65\"f1", 1): 2} {
		must(t, os.WriteFile(undonePath(path), []byte(text), 0o600))
		_, err := ReadUndone(path)
		_, again := OpenUndone(path)
		var d *DamagedError
		if line == 0 && !errors.As(err, new(*PathError)) || line > 0 && (!errors.As(err, &d) || d.Line != line) || again == nil || read(t, undonePath(path)) != text {
			t.Errorf("%q: %v, %v", text, err, again)
		}
	}
}

func TestUndoneFromManySides(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.csv")
	u, err := OpenUndone(path)
	must(t, err)
	var all sync.WaitGroup
	for n := range 8 {
		all.Go(func() {
			for i := range 10 {
				id := fmt.Sprint(n, "-", i)
				if err := u.Add(Undone{Row: n + 1, ID: id, Status: Taken, At: noon}); err != nil {
					t.Error(err)
				}
				if taken, err := ReadUndone(path); err != nil || taken[id].Status != Taken {
					t.Errorf("%s is not on record: %v", id, err)
				}
			}
		})
	}
	all.Wait()
	must(t, u.Close())
	if err := u.Add(Undone{ID: "x"}); err == nil {
		t.Error("a line after the end")
	}
}

// TestUndoneSticks: that somebody was taken back, or restored, is not forgotten
// for what another undo says of them; and what was begun counts until it is
// done.
func TestUndoneSticks(t *testing.T) {
	for _, test := range []struct {
		all  []UndoneStatus
		want UndoneStatus
	}{
		{[]UndoneStatus{Taking, Taken, "gone"}, Taken},
		{[]UndoneStatus{Taking, NotTaken}, NotTaken},
		{[]UndoneStatus{Restoring, Restored, "gone"}, Restored},
		{[]UndoneStatus{Restoring, "kept"}, Restoring},
		{[]UndoneStatus{Restored, Restoring}, Restoring},
		{[]UndoneStatus{Restoring, NotTaken, Restoring, Restored}, Restored},
		{[]UndoneStatus{Restored, Taken, Restored}, Taken},
	} {
		path := filepath.Join(quickDir(t), "r.csv")
		u, err := OpenUndone(path)
		must(t, err)
		for _, s := range test.all {
			must(t, u.Add(Undone{Row: 1, ID: "65f1", Status: s, At: noon}))
		}
		must(t, u.Close())
		last, err := ReadUndone(path)
		must(t, err)
		if last["65f1"].Status != test.want {
			t.Errorf("%s: %s, not %s", test.all, last["65f1"].Status, test.want)
		}
	}
}
