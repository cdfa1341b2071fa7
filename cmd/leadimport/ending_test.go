//go:build linux

package main

import (
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"leadimport/client/sandbox"
	"leadimport/importer/invariants"
	"leadimport/importer/report"
	"leadimport/importer/results"
)

// told is what an import left for machines.
type told struct {
	report.Summary
	outcome string // of the metrics
	exit    string
}

// toldBy reads what an import wrote to summary.json and leads.prom.
func toldBy(t *testing.T, l *list) (m told) {
	t.Helper()
	text, err := os.ReadFile(l.path("summary.json"))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, &m.Summary); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	text, err = os.ReadFile(l.path("leads.prom"))
	if err != nil {
		t.Fatal(err)
	}
	find := func(pattern string) string {
		all := regexp.MustCompile(`(?m)`+pattern).FindAllStringSubmatch(string(text), -1)
		if len(all) != 1 {
			t.Fatalf("%s is %d times in\n%s", pattern, len(all), text)
		}
		return all[0][1]
	}
	m.outcome = find(`^leadimport_outcome\{.*outcome="(\w+)"\} 1$`)
	m.exit = find(`^leadimport_exit_code\{.*\} (\d+)$`)
	return m
}

var machines = []string{"--summary", "summary.json", "--metrics-file", "leads.prom"}

// TestEndings: each way in which a night may go wrong on its way is told apart
// by what is left for machines alone.
func TestEndings(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		outcome string
		code    int
		do      func(*stopped) func(*os.Process)
	}{
		{"interrupted", exitInterrupted, func(*stopped) func(*os.Process) {
			return func(p *os.Process) { p.Signal(syscall.SIGTERM) }
		}},
		{"unauthorised", exitUnauthorised, func(s *stopped) func(*os.Process) {
			return func(*os.Process) { s.set(true, false) }
		}},
		{"unavailable", exitUnavailable, func(s *stopped) func(*os.Process) {
			return func(*os.Process) { s.shut() }
		}},
	} {
		t.Run(test.outcome, func(t *testing.T) {
			s := newStopped(t, sandbox.Config{}, machines...)
			code := s.until(t, test.do(s))
			s.told(t, code, test.code, "")
			m := toldBy(t, s.list)
			if m.Outcome != test.outcome || m.outcome != test.outcome || m.ExitCode != code || m.exit != fmt.Sprint(code) {
				t.Errorf("the summary says %s, %d; the metrics say %s, %s; the exit code is %d", m.Outcome, m.ExitCode, m.outcome, m.exit, code)
			}
			done := m.Sum()
			if m.Rows != len(s.rows) || done < 10 || done >= m.Rows || done != len(s.lines(t)) || m.Error == "" || m.Calls < int64(done) {
				t.Errorf("%d rows, %d done, %d in the results, %d calls, error %q", m.Rows, done, len(s.lines(t)), m.Calls, m.Error)
			}
			if m.Responses[200] == 0 || m.Answers.P50 <= 0 || m.Answers.P99 < m.Answers.P50 || m.RowsPerSecond <= 0 || m.SendingSeconds <= 0 {
				t.Errorf("%v answers within %+v, %v rows a second in %v s", m.Responses, m.Answers, m.RowsPerSecond, m.SendingSeconds)
			}
		})
	}
}

// TestKilledIsTold: who is killed cannot say so, and must not leave the last
// run's summary for his own.
func TestKilledIsTold(t *testing.T) {
	t.Parallel()
	s := newStopped(t, sandbox.Config{}, machines...)
	s.put(t, "summary.json", `{"outcome":"ok"}`)
	s.until(t, func(p *os.Process) { p.Kill() })
	text, err := os.ReadFile(s.path("summary.json"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(text), `{"outcome":"running","rows":0,`) || !strings.Contains(string(text), `"exit_code":-1,`) {
		t.Errorf("the summary says %s", text)
	}
}

// TestLocked: a run that finds another one at work says so, and counts nothing.
func TestLocked(t *testing.T) {
	t.Parallel()
	l := newList(t, invariants.People(rand.New(rand.NewPCG(5, 5)), 3), "http://127.0.0.1:1", machines...)
	store, err := results.Open(l.path("leads.results.csv"), results.New)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	if code, said := l.finish(t, "--resume"); code != exitHeld {
		t.Fatalf("exit code %d: %s", code, said)
	}
	if m := toldBy(t, l); m.Outcome != "locked" || m.outcome != "locked" || m.exit != "7" || m.Rows != 0 {
		t.Errorf("the summary says %+v, the metrics %s, %s", m.Summary, m.outcome, m.exit)
	}
}

// TestDiskFullIsTold: a disk that is full for the results may be full for the
// summary, too. Then that is said, and the exit code is the run's own.
func TestDiskFullIsTold(t *testing.T) {
	t.Parallel()
	const stale = `{"outcome":"ok"}`
	for _, test := range []struct {
		size             int // of files at most
		rows             int
		summary, metrics bool // can be written
	}{
		{9000, 60, true, true},
		{3000, 60, true, false},
		{300, 60, false, false},
	} {
		t.Run(fmt.Sprint(test.size), func(t *testing.T) {
			door := newFront(t, sandbox.Config{})
			l := newList(t, invariants.People(rand.New(rand.NewPCG(9, 9)), test.rows), door.url, machines...)
			l.put(t, "summary.json", stale)
			l.put(t, "leads.prom", stale)
			cmd := l.run()
			cmd.Env = append(cmd.Env, fmt.Sprintf("%s=%d", fileLimit, test.size))
			var stderr strings.Builder
			cmd.Stderr = &stderr
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			code, said := wait(t, cmd), ""
			if said = stderr.String(); code != exitCannotWrite || strings.Count(said, "leadimport: ") != 1 {
				t.Fatalf("exit code %d: %s", code, said)
			}
			for _, file := range []struct {
				name, what string
				written    bool
			}{{"summary.json", "the summary could not be written", test.summary}, {"leads.prom", "the metrics could not be written", test.metrics}} {
				text, err := os.ReadFile(l.path(file.name))
				if err != nil {
					t.Fatal(err)
				}
				if written := string(text) != stale; written != file.written || written == strings.Contains(said, file.what) {
					t.Errorf("%s written: %v, and it says\n%s", file.name, written, said)
				}
				if file.written && !strings.Contains(string(text), "cannot_write") {
					t.Errorf("%s says\n%s", file.name, text)
				}
			}
			entries, err := os.ReadDir(l.dir)
			if err != nil {
				t.Fatal(err)
			}
			for _, e := range entries {
				if strings.HasPrefix(e.Name(), ".summary") || strings.HasPrefix(e.Name(), ".leads.prom") {
					t.Errorf("%s was left behind", e.Name())
				}
			}
		})
	}
}

// TestOnlyOneCannotBeWritten: every row is in, and whoever looks at the file
// has yesterday's. That is an exit code of its own, and the other one says so.
func TestOnlyOneCannotBeWritten(t *testing.T) {
	t.Parallel()
	for gone, other := range map[string]string{"--summary": "--metrics-file", "--metrics-file": "--summary"} {
		t.Run(gone, func(t *testing.T) {
			door := newFront(t, sandbox.Config{})
			l := newList(t, invariants.People(rand.New(rand.NewPCG(9, 9)), 3), door.url, gone, "out/a.prom", other, "b.prom")
			if err := os.Mkdir(l.path("out"), 0o700); err != nil {
				t.Fatal(err)
			}
			door.on(2, func() { os.RemoveAll(l.path("out")) })
			if code, said := l.finish(t); code != exitCannotWrite || !strings.Contains(said, "leadimport: writing out/a.prom: no such file or directory") {
				t.Fatalf("exit code %d: %s", code, said)
			}
			for _, line := range l.lines(t) {
				if line["import_status"] != "created" {
					t.Errorf("row %s is %s", line["import_row"], line["import_status"])
				}
			}
			text, err := os.ReadFile(l.path("b.prom"))
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range []string{`outcome="cannot_write"} 1`, `"outcome":"cannot_write"`} {
				if strings.Contains(string(text), want) {
					return
				}
			}
			t.Errorf("the other says\n%s", text)
		})
	}
}
