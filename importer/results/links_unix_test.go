//go:build unix

package results

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestHardLinks(t *testing.T) {
	dir := t.TempDir()
	path, other := filepath.Join(dir, "r.csv"), filepath.Join(dir, "other.csv")
	s := begin(t, path, New, "Email")
	must(t, s.Close())
	for _, linked := range []string{path, journalPath(path)} {
		must(t, os.Link(linked, other))
		for _, mode := range []Mode{Resume, Overwrite} {
			_, err := Open(path, mode)
			var l *LinkedError
			if !errors.As(err, &l) || l.Path != linked || l.Links != 2 || !strings.Contains(err.Error(), "copy it") {
				t.Errorf("%s, mode %d: %v", linked, mode, err)
			}
		}
		if linked == path {
			if _, err := OpenFiles(other); !errors.As(err, new(*LinkedError)) {
				t.Errorf("earlier results: %v", err)
			}
		}
		must(t, os.Remove(other))
		if exists(path + ".lock") {
			t.Error("the lock file is left")
		}
	}
	s, err := Open(path, Resume)
	must(t, err)
	must(t, s.Close())
}

// TestEarlierResultsOfARun refuses the results of a run that is still going.
func TestEarlierResultsOfARun(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.csv")
	s := begin(t, path, New, "Email")
	_, err := OpenFiles(path)
	var held *HeldError
	if !errors.As(err, &held) || held.Path != path || held.PID != os.Getpid() {
		t.Errorf("%v", err)
	}
	must(t, s.Close())
	must(t, os.WriteFile(path+".lock", []byte("\npid 1\n"), 0o600)) // of a run that was killed
	f, err := OpenFiles(path)
	must(t, err)
	f.Close()
	if !exists(path + ".lock") {
		t.Error("somebody's lock file was removed")
	}
	must(t, begin(t, path, Resume, "Email").Close())
}
