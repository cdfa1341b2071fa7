//go:build unix

package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"leadimport/client/sandbox"
	"leadimport/importer/invariants"
	"leadimport/importer/results"
)

// stopped is an import that is on its way when something happens to it, at
// its 50th write.
type stopped struct {
	*front
	*list
	stderr *strings.Builder
}

// slowly makes half of the answers late: much is in flight at any time.
var slowly = sandbox.Config{Faults: sandbox.Faults{Slow: 0.5, SlowBy: 300 * time.Millisecond}, Lag: 500 * time.Millisecond}

func newStopped(t *testing.T, cfg sandbox.Config, args ...string) *stopped {
	t.Helper()
	f := newFront(t, cfg)
	rows := invariants.People(rand.New(rand.NewPCG(5, 5)), 150)
	args = append([]string{"--resume", "--workers", "8", "--rate", "100000/s", "--timeout", "4s", "--settle", "5s", "--retry-for", "3s"}, args...)
	return &stopped{front: f, list: newList(t, rows, f.url, args...)}
}

// until runs the import until it ends, and has do happen on the way. It
// returns the exit code.
func (s *stopped) until(t *testing.T, do func(*os.Process)) int {
	t.Helper()
	cmd := s.list.run()
	s.stderr = &strings.Builder{}
	cmd.Stderr = s.stderr
	s.start(t, cmd, 50, do)
	return wait(t, cmd)
}

// start starts the import, and has do happen to it at the n-th write.
func (s *stopped) start(t *testing.T, cmd *exec.Cmd, n int, do func(*os.Process)) {
	t.Helper()
	started := make(chan struct{})
	s.on(n, func() {
		<-started
		do(cmd.Process)
	})
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	close(started)
}

// told checks that the import ended with code, and said why in one line.
func (s *stopped) told(t *testing.T, code, want int, why string) {
	t.Helper()
	if code != want {
		t.Fatalf("exit code %d, not %d: %s", code, want, s.stderr)
	}
	if n := strings.Count(s.stderr.String(), "leadimport: "); n != 1 || !strings.Contains(s.stderr.String(), why) {
		t.Errorf("%d lines say why it ended, and they should mention %q:\n%s", n, why, s.stderr)
	}
}

// begun checks that some of the rows are done, and that none is blamed for
// what was not its fault.
func (s *stopped) begun(t *testing.T) {
	t.Helper()
	lines := s.lines(t)
	if len(lines) < 10 || len(lines) >= len(s.rows) {
		t.Errorf("%d of %d rows have a line", len(lines), len(s.rows))
	}
	for _, line := range lines {
		// Whether an update was applied that got no answer is not known.
		if status := line["import_status"]; status != "created" && status != "updated" && line["import_error_code"] != "in_doubt" {
			t.Errorf("row %s is %s: %s", line["import_row"], status, line["import_error"])
		}
	}
}

// awaited checks that the import knows of every lead that it made: by its id,
// or, where the answer did not come within --timeout, as a row in doubt.
func (s *stopped) awaited(t *testing.T) {
	t.Helper()
	known := map[string]bool{}
	for _, line := range s.lines(t) {
		known[line["import_id"]] = true
	}
	made, knew := len(s.State().Contacts), len(known)
	journal, err := os.ReadFile(s.path("leads.results.csv.journal"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range bytes.Lines(journal) {
		var record struct{ Doubt *results.Doubt }
		if err := json.Unmarshal(line, &record); err != nil {
			t.Fatal(err)
		}
		if d := record.Doubt; d != nil {
			knew++
			if left := d.LastAt.Sub(d.Since); left > 100*time.Millisecond {
				t.Errorf("row %d was given up %v before its time was over", d.Row, left)
			}
		}
	}
	if made > knew {
		t.Errorf("%d leads were made, and only %d of them were awaited", made, knew)
	}
}

// resumed goes on to the end, and judges.
func (s *stopped) resumed(t *testing.T) string {
	t.Helper()
	s.on(0, nil)
	code, said := s.finish(t)
	if code != exitOK {
		t.Fatalf("resumed, the exit code is %d:\n%s", code, said)
	}
	s.judge(t, s.list)
	return said
}

func TestInterrupted(t *testing.T) {
	t.Parallel()
	for _, signal := range []syscall.Signal{syscall.SIGTERM, syscall.SIGINT} {
		t.Run(signal.String(), func(t *testing.T) {
			s := newStopped(t, slowly)
			code := s.until(t, func(p *os.Process) { p.Signal(signal) })
			s.told(t, code, exitInterrupted, "--resume")
			s.begun(t)
			s.awaited(t)
			if said := s.resumed(t); strings.Contains(said, "in doubt") {
				t.Errorf("nothing was on its way, and something is in doubt:\n%s", said)
			}
		})
	}
}

// TestInterruptedTwice: the second signal does not wait for anything.
func TestInterruptedTwice(t *testing.T) {
	t.Parallel()
	cfg := slowly
	cfg.Faults.Slow, cfg.Faults.SlowBy = 1, 900*time.Millisecond
	s := newStopped(t, cfg, "--limit", "40")
	s.rows = s.rows[:40]
	cmd := s.list.run()
	stderr, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	s.start(t, cmd, 20, func(p *os.Process) { p.Signal(os.Interrupt) })
	said := bufio.NewScanner(stderr)
	for said.Scan() && !strings.HasPrefix(said.Text(), "interrupted") {
	}
	cmd.Process.Signal(syscall.SIGTERM)
	io.Copy(io.Discard, stderr)
	if code := wait(t, cmd); code != exitInterrupted {
		t.Errorf("exit code %d", code)
	}
	made := len(s.State().Contacts)
	if said := s.resumed(t); !strings.Contains(said, "in doubt") {
		t.Errorf("%d leads had been made, and none of them was in doubt:\n%s", made, said)
	}
}

// TestAway: the API goes away in the middle. The run gives up after
// --retry-for, and goes on when the API is back.
func TestAway(t *testing.T) {
	t.Parallel()
	for _, how := range []string{"refused", "hung up"} {
		t.Run(how, func(t *testing.T) {
			s := newStopped(t, sandbox.Config{Lag: 500 * time.Millisecond})
			code := s.until(t, func(*os.Process) {
				if how == "refused" {
					s.shut()
				} else {
					s.set(false, true)
				}
			})
			s.told(t, code, exitUnavailable, "--resume")
			s.begun(t)
			s.set(false, false)
			if how == "refused" {
				if err := s.open(); err != nil {
					t.Fatal(err)
				}
			}
			s.resumed(t)
		})
	}
}

// TestTokenRevoked: within one round of workers nothing is sent any more, and
// no row is blamed.
func TestTokenRevoked(t *testing.T) {
	t.Parallel()
	s := newStopped(t, slowly)
	var before int
	code := s.until(t, func(*os.Process) { before = s.set(true, false) })
	after := s.set(false, false) - before
	s.told(t, code, exitUnauthorised, "revoked")
	if after > 2*8 {
		t.Errorf("%d requests followed that of the refusal, with 8 workers", after)
	}
	s.begun(t)
	s.resumed(t)
}

// TestClosedOutput: whoever reads what is printed may go away, or never have
// been there.
func TestClosedOutput(t *testing.T) {
	t.Parallel()
	t.Run("after a line", func(t *testing.T) {
		s := newStopped(t, sandbox.Config{}, "--log-level", "debug")
		cmd := s.list.run()
		out, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		cmd.Stdout, cmd.Stderr = w, w
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		w.Close()
		bufio.NewReaderSize(out, 16).ReadString('\n')
		out.Close()
		if code := wait(t, cmd); code != exitOK {
			t.Errorf("exit code %d", code)
		}
		s.judge(t, s.list)
	})
	t.Run("from the start", func(t *testing.T) {
		s := newStopped(t, sandbox.Config{})
		run := s.list.run()
		cmd := exec.Command("sh", append([]string{"-c", `exec "$@" <&- >&- 2>&-`, "sh"}, run.Args...)...)
		cmd.Dir, cmd.Env = run.Dir, run.Env
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		if code := wait(t, cmd); code != exitOK {
			t.Errorf("exit code %d", code)
		}
		s.judge(t, s.list)
	})
}

// TestHeld: a second run finds the results file taken, whatever it wants with
// it, and the first does not notice.
func TestHeld(t *testing.T) {
	t.Parallel()
	s := newStopped(t, sandbox.Config{}, "--timeout", "1m")
	code := s.until(t, func(p *os.Process) {
		for _, flag := range []string{"--resume", "--overwrite", "--resume=false"} {
			second := newList(t, s.rows, s.list.url)
			second.dir = s.dir
			code, said := second.finish(t, flag)
			if want := fmt.Sprint(p.Pid); code != exitHeld || !strings.Contains(said, want) {
				t.Errorf("%s: exit code %d, which should name process %s:\n%s", flag, code, want, said)
			}
		}
	})
	if code != exitOK {
		t.Errorf("exit code %d: %s", code, s.stderr)
	}
	s.judge(t, s.list)
}
