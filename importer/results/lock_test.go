package results

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

func init() {
	children["hold"] = func(args []string) {
		s, err := Open(args[0], New)
		if err == nil {
			err = s.Begin(Meta{}, []string{"Email"})
		}
		fmt.Println(err)
		io.Copy(io.Discard, os.Stdin) // until the parent lets go, or kills
		if args[1] == "close" {
			s.Close()
		}
		os.Exit(0)
	}
}

func TestLockAgainstAnotherProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.csv")
	for _, end := range []string{"close", "exit", "kill"} {
		os.Remove(path)
		os.Remove(journalPath(path))
		cmd := child("hold", path, end)
		in, err := cmd.StdinPipe()
		must(t, err)
		out, err := cmd.StdoutPipe()
		must(t, err)
		must(t, cmd.Start())
		line := make([]byte, 64)
		n, err := out.Read(line)
		must(t, err)
		if got := string(line[:n]); got != "<nil>\n" {
			t.Fatalf("the child has %q", got)
		}
		before := read(t, path) + read(t, journalPath(path))
		for _, mode := range []Mode{New, Resume, Overwrite} {
			_, err = Open(path, mode)
			var held *HeldError
			if !errors.As(err, &held) || held.PID != cmd.Process.Pid || held.Host == "" || time.Since(held.Since) > time.Minute {
				t.Errorf("mode %d: %v (%+v)", mode, err, held)
			}
		}
		if !strings.Contains(fmt.Sprint(err), fmt.Sprintf("process %d on ", cmd.Process.Pid)) {
			t.Errorf("the error does not name the holder: %v", err)
		}
		if read(t, path)+read(t, journalPath(path)) != before {
			t.Error("the holder's files were changed")
		}
		if end == "kill" {
			must(t, cmd.Process.Kill())
		}
		in.Close()
		cmd.Wait()
		if exists(path+".lock") == (end == "close") {
			t.Errorf("%s: lock file there: %v", end, exists(path+".lock"))
		}
		s, err := Open(path, Resume)
		if err != nil {
			t.Fatalf("after %s: %v", end, err)
		}
		must(t, s.Close())
	}
}

// TestLockExcludes has many at once take and release the lock: the file is
// removed and made anew under them all the time.
func TestLockExcludes(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.csv")
	var inside atomic.Int32
	var all sync.WaitGroup
	for range 3 {
		all.Go(func() {
			for mine := 0; mine < 100; {
				l, err := takeLock(path)
				if errors.As(err, new(*HeldError)) {
					continue
				}
				if err != nil {
					t.Error(err)
					return
				}
				if inside.Add(1) != 1 {
					t.Error("two hold the lock")
				}
				mine++
				for range 20 {
					runtime.Gosched() // so that a second one is seen
				}
				if inside.Add(-1) != 0 {
					t.Error("two held the lock")
				}
				if err := l.release(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
}
