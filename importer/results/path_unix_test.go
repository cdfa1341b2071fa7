//go:build unix

package results

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

func TestPathsThatCannotHoldResults(t *testing.T) {
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	must(t, os.Mkdir(in("folder"), 0o700))
	must(t, os.WriteFile(in("file"), nil, 0o600))
	must(t, os.WriteFile(in("leads.csv"), []byte("Email\na@x.ie\n"), 0o600))
	must(t, os.Symlink(in("file"), in("link")))
	must(t, os.Symlink(in("nowhere"), in("dangling")))
	must(t, syscall.Mkfifo(in("pipe"), 0o600))
	must(t, os.Mkdir(in("odd.csv.journal"), 0o700))
	must(t, os.Mkdir(in("locked.csv.lock"), 0o700))
	for name, says := range map[string]string{
		"folder": "is a folder", "none/r.csv": "no such folder", "file/r.csv": "is not a folder", "link": "symbolic link",
		"dangling": "symbolic link", "pipe": "is a pipe", "odd.csv": "odd.csv.journal: is a folder", "locked.csv": "is a folder",
		"../../../../../../../../dev/null": "is a device", "leads.csv": "is no results file",
	} {
		for _, mode := range []Mode{New, Resume, Overwrite} {
			_, err := Open(in(name), mode)
			if name == "leads.csv" {
				if mode == New {
					continue
				}
				says = "is not a results file"
			}
			var p *PathError
			if !errors.As(err, &p) || !strings.Contains(err.Error(), says) {
				t.Errorf("%s, mode %d: %v", name, mode, err)
			}
		}
		if _, err := os.Stat(in(name) + ".lock"); err == nil && name != "locked.csv" {
			t.Errorf("%s: a lock file is left", name)
		}
	}
	if got := read(t, in("leads.csv")); got != "Email\na@x.ie\n" {
		t.Errorf("somebody's leads are %q", got)
	}
}

func TestFolderThatIsNotWritable(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may write anywhere")
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "r.csv")
	must(t, begin(t, path, New, "Email").Close())
	must(t, os.Chmod(path, 0o400))
	if _, err := Open(path, Resume); !errors.As(err, new(*PathError)) || !strings.Contains(err.Error(), "cannot be written") {
		t.Errorf("a file that is not writable: %v", err)
	}
	must(t, os.Chmod(path, 0o600))
	must(t, os.Chmod(dir, 0o500))
	defer os.Chmod(dir, 0o700)
	if _, err := Open(path, Resume); !errors.As(err, new(*PathError)) || !strings.Contains(err.Error(), "not writable") {
		t.Errorf("a folder that is not writable: %v", err)
	}
}
