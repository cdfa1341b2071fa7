package results

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// TestLagIsKept: the longest lag that was seen is known to whoever reads the
// files of a run, be it interrupted, done or resumed.
func TestLagIsKept(t *testing.T) {
	path := filepath.Join(quickDir(t), "r.csv")
	lag := func(mode string, want time.Duration) {
		t.Helper()
		f, err := OpenFiles(path)
		must(t, err)
		defer f.Close()
		must(t, f.Read(Visitor{}))
		if f.Lag() != want {
			t.Errorf("%s: %v, not %v", mode, f.Lag(), want)
		}
	}
	s := begin(t, path, New, "Email")
	must(t, s.Lag(0))
	must(t, s.Settle(created(1, "65f1", "a@x.ie")))
	must(t, s.Lag(20*time.Second))
	must(t, s.Lag(time.Minute))
	must(t, s.Lag(5*time.Second))
	must(t, s.Close())
	if n := strings.Count(read(t, path+".journal"), `{"lag":`); n != 2 {
		t.Errorf("%d records", n)
	}
	lag("interrupted", time.Minute)

	s = begin(t, path, Resume, "Email")
	must(t, s.Lag(30*time.Second))
	must(t, s.Settle(created(1, "65f1", "a@x.ie")))
	must(t, s.Finish())
	must(t, s.Close())
	lag("done", time.Minute)

	text := read(t, path)
	must(t, os.WriteFile(path, []byte(text+"\n"), 0o600)) // so that the journal is read
	lag("changed", time.Minute)
	must(t, os.WriteFile(path, []byte(text), 0o600))

	s = begin(t, path, Resume, "Email")
	must(t, s.Settle(created(1, "65f1", "a@x.ie")))
	must(t, s.Finish())
	must(t, s.Close())
	lag("resumed", time.Minute)
}
