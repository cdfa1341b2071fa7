package results

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"time"

	"github.com/gofrs/flock"
)

// lock keeps a second run out. It is a file of its own that is never renamed:
// a lock on the results file would stay behind on the old file when the
// results are replaced.
type lock struct {
	flock *flock.Flock
	path  string
}

// takeLock locks results+".lock", or returns a *HeldError that names who has it.
func takeLock(results string) (*lock, error) {
	path := results + ".lock"
	if err := checkRegular(path); err != nil {
		return nil, err
	}
	// The holder before us removes the file as it lets go. When we opened it
	// just before, our lock is on a file that nobody else will find.
	for range 100 {
		l := flock.New(path, flock.SetFlag(os.O_CREATE|os.O_RDWR))
		got, err := l.TryLock()
		if err != nil {
			return nil, lockError(path, err)
		}
		if !got {
			return nil, heldBy(results, path)
		}
		mine, err := l.Stat()
		if err == nil {
			if there, err := os.Lstat(path); err == nil && os.SameFile(mine, there) {
				writeHolder(path)
				return &lock{flock: l, path: path}, nil
			}
		}
		l.Close()
	}
	return nil, heldBy(results, path)
}

// checkHeld returns a *HeldError when a run has the lock of results. It leaves
// nothing behind.
func checkHeld(results string) error {
	path := results + ".lock"
	if !exists(path) {
		return nil
	}
	l := flock.New(path, flock.SetFlag(os.O_RDONLY))
	got, err := l.TryRLock()
	defer l.Close()
	switch {
	case errors.Is(err, fs.ErrNotExist): // it has ended meanwhile
		return nil
	case err != nil:
		return &PathError{Path: path, Problem: fmt.Sprintf("cannot tell whether the run has ended: %v", rootCause(err)), Err: err}
	case !got:
		return heldBy(results, path)
	}
	return nil
}

func lockError(path string, err error) error {
	switch {
	case errors.Is(err, fs.ErrPermission):
		return &PathError{Path: filepath.Dir(path), Problem: "the folder is not writable: name a results file in a folder that is", Err: err}
	case errors.Is(err, fs.ErrNotExist):
		return &PathError{Path: filepath.Dir(path), Problem: "there is no such folder: create it, or name another results file", Err: err}
	}
	return &PathError{Path: path, Problem: fmt.Sprintf("cannot lock: %v: name a results file on a disk that allows it", rootCause(err)), Err: err}
}

// release removes the file while the lock is still held, so that nobody can
// have it opened and locked in between; Windows removes no file that is open.
func (l *lock) release() error {
	if runtime.GOOS == "windows" {
		err := l.flock.Close()
		os.Remove(l.path) // in the way of nobody when it fails: another run has it
		return err
	}
	err := os.Remove(l.path)
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return errors.Join(err, l.flock.Close())
}

// writeHolder says in the lock file who holds it. The first byte is left to
// the lock itself: Windows lets nobody read the byte that is locked. It is a
// courtesy to the next run, and a full disk does not matter.
func writeHolder(path string) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return
	}
	defer f.Close()
	host, err := os.Hostname()
	if err != nil {
		host = "an unknown host"
	}
	text := fmt.Sprintf("\npid %d\nhost %s\nsince %s\n", os.Getpid(), host, time.Now().UTC().Format(time.RFC3339))
	f.Truncate(0)
	if runtime.GOOS != "windows" {
		f.WriteAt([]byte(text[:1]), 0)
	}
	f.WriteAt([]byte(text[1:]), 1)
}

func heldBy(results, path string) *HeldError {
	e := &HeldError{Path: results}
	f, err := os.Open(path)
	if err != nil {
		return e
	}
	defer f.Close()
	f.Seek(1, 0)
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		word, rest, _ := strings.Cut(lines.Text(), " ")
		switch word {
		case "pid":
			e.PID, _ = strconv.Atoi(rest)
		case "host":
			e.Host = rest
		case "since":
			e.Since, _ = time.Parse(time.RFC3339, rest)
		}
	}
	return e
}
