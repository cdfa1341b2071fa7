//go:build linux

package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"leadimport/client/sandbox"
	"leadimport/importer/invariants"
)

// fileLimit is the environment variable that gives a process of this test
// binary a limit on the size of its files: what a full disk does to a write,
// short ones included, happens at an exact byte.
const fileLimit = "TEST_FILE_LIMIT"

func init() {
	text := os.Getenv(fileLimit)
	if text == "" {
		return
	}
	size, err := strconv.ParseUint(text, 10, 64)
	if err != nil {
		panic(err)
	}
	if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: size, Max: size}); err != nil {
		panic(err)
	}
}

// full is an import that runs into a full disk at a certain size of a file.
type full struct {
	wide    bool // the results file is the longer one, else the journal is
	workers int
	size    int
}

func (f full) String() string {
	return fmt.Sprintf("wide %v, %d workers, %d bytes", f.wide, f.workers, f.size)
}

// list is laid out before a front of its own.
func (f full) list(t *testing.T) (*front, *list) {
	// No look-up ever finds anything when there is one worker: whoever was
	// created is on record, in one file or the other, or is created twice.
	cfg, args := sandbox.Config{Lag: 24 * time.Hour}, []string{"--settle", "1s"}
	if f.workers > 1 {
		cfg.Lag, args = 0, []string{"--settle", "2s", "--timeout", "1s"}
	}
	door := newFront(t, cfg)
	rows := invariants.People(rand.New(rand.NewPCG(9, 9)), 16)
	l := newList(t, rows, door.url, append(args, "--resume", "--workers", fmt.Sprint(f.workers))...)
	if f.wide {
		lines := strings.Split(strings.TrimSpace(invariants.CSV(rows)), "\n")
		text := lines[0] + ",Note\n"
		for _, line := range lines[1:] {
			text += line + ",\"" + strings.Repeat("a line\n", 150) + "\"\n"
		}
		l.put(t, "leads.csv", text)
	}
	return door, l
}

// ends runs the import without a limit and returns where the records of its
// longer file end.
func (f full) ends(t *testing.T) (at []int) {
	_, l := f.list(t)
	if code, said := l.finish(t); code != exitOK {
		t.Fatalf("exit code %d: %s", code, said)
	}
	name, end := "leads.results.csv.journal", "\n"
	if f.wide {
		name, end = "leads.results.csv", "\"\n"
	}
	text, err := os.ReadFile(l.path(name))
	if err != nil {
		t.Fatal(err)
	}
	for n := range text {
		if strings.HasSuffix(string(text[:n]), end) {
			at = append(at, n)
		}
	}
	return at
}

// meet runs the import into its limit, then again without one. It reports
// whether the limit was met.
func (f full) meet(t *testing.T) bool {
	door, l := f.list(t)
	cmd := l.run()
	cmd.Env = append(cmd.Env, fmt.Sprintf("%s=%d", fileLimit, f.size))
	var stderr strings.Builder
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	code := wait(t, cmd)
	said := stderr.String()
	switch {
	case code == exitOK:
	case code != exitCannotWrite:
		t.Fatalf("exit code %d: %s", code, said)
	case strings.Count(said, "leadimport: ") != 1, !strings.Contains(said, "leads.results.csv"), !strings.Contains(said, "file too large"):
		t.Errorf("it says\n%s", said)
	}
	if again, said := l.finish(t); again != exitOK {
		t.Fatalf("resumed, the exit code is %d: %s", again, said)
	}
	door.judge(t, l)
	return code == exitCannotWrite
}

// TestDiskFull fills the disk at, just before and just after the ends of
// records.
func TestDiskFull(t *testing.T) {
	t.Parallel()
	var list []full
	for _, wide := range []bool{false, true} {
		f := full{wide: wide, workers: 1}
		ends := f.ends(t)
		for n := range 15 {
			f.workers = 1
			if n%5 == 3 {
				f.workers = 8
			}
			f.size = ends[n*len(ends)/15] + n%3 - 1
			list = append(list, f)
		}
	}
	var mu sync.Mutex
	var all sync.WaitGroup
	met := 0
	const lanes = 5 // each waits for --settle most of the time
	for lane := range lanes {
		all.Go(func() {
			for n := lane; n < len(list); n += lanes {
				t.Run(list[n].String(), func(t *testing.T) {
					if list[n].meet(t) {
						mu.Lock()
						met++
						mu.Unlock()
					}
				})
			}
		})
	}
	all.Wait()
	if t.Logf("%d of %d imports met their limit", met, len(list)); met < len(list)/2 {
		t.Error("most imports did not meet their limit")
	}
}
