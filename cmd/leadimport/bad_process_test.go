//go:build linux

package main

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// badProcess is what needs a process of its own: streams that are closed or
// full, limits, and a user who may not do everything.
type badProcess struct {
	name  string
	shell string // run by sh in a folder with leads.csv, m.yaml, r.csv; $X is the program
	user  bool   // as somebody who is not root
	code  int
	say   string
}

// TestBadProcesses tries them.
func TestBadProcesses(t *testing.T) {
	self, err := exec.LookPath("leadimport")
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range []badProcess{
		{"a full standard output", `$X cat leads.csv >/dev/full`, false, exitCannotWrite, "standard output…no space left"},
		{"a full standard output of check", `INTERCOM_ACCESS_TOKEN= $X check leads.csv >/dev/full`, false, exitOK, ""},
		{"a full standard output of version", `$X version >/dev/full`, false, exitCannotWrite, "standard output…no space left"},
		{"a full standard output of report", `$X report r.csv >/dev/full`, false, exitCannotWrite, "standard output…no space left"},
		{"a full standard output of suggest", `INTERCOM_ACCESS_TOKEN= $X suggest leads.csv >/dev/full`, false, exitCannotWrite, "standard output…no space left"},
		{"a full standard output of JSON", `$X cat --format json leads.csv >/dev/full`, false, exitCannotWrite, "standard output…no space left"},
		{"a reader who goes", `$X cat leads.csv | true; i=0; while [ $i -lt 40000 ]; do echo "$i,a@example.com,some text that fills a pipe"; i=$((i+1)); done >big.csv; { $X cat big.csv 2>e; echo $? >code; } | head -n 1 >/dev/null; cat e >&2; exit $(cat code)`, false, exitOK, ""},
		{"no standard input", `INTERCOM_ACCESS_TOKEN= $X check --results r2.csv - <&-`, false, exitUsage, "standard input: "},
		{"a folder as standard input", `INTERCOM_ACCESS_TOKEN= $X check --results r2.csv - <.`, false, exitUsage, "standard input: …directory"},
		{"a temporary folder that is not there", `TMPDIR=/nowhere INTERCOM_ACCESS_TOKEN= $X check --results r2.csv - <leads.csv`, false, exitUsage, "standard input: making a temporary copy (set TMPDIR"},
		{"a pipe as the file", `mkfifo p; $X cat p`, false, exitUsage, "p: is a pipe"},
		{"a pipe as the mapping", `mkfifo p; $X run --sandbox --mapping p leads.csv`, false, exitUsage, "p:1:1: the mapping file is empty"},
		{"a pipe as the token", `mkfifo p; $X run --token-file p leads.csv`, false, exitUsage, "--token-file: p is empty"},
		{"a pipe as results", `mkfifo p; $X run --sandbox --results p leads.csv`, false, exitUsage, "p: is a pipe"},
		{"a pipe as rejects", `mkfifo p; $X run --sandbox --rejects p leads.csv`, false, exitUsage, "p: is a pipe"},
		{"a pipe as previous", `mkfifo p; $X run --api-url http://127.0.0.1:1 --previous p leads.csv`, false, exitUsage, "p: is not a regular file"},
		{"a pipe to report", `mkfifo p; $X report p`, false, exitUsage, "p: is not a regular file"},
		{"a pipe to undo", `mkfifo p; $X undo p`, false, exitUsage, "p: is a pipe"},
		{"a pipe as the lock", `mkfifo leads.sandbox.results.csv.lock; $X run --sandbox leads.csv`, false, exitUsage, "leads.sandbox.results.csv.lock: is a pipe"},
		{"files that may not grow", `ulimit -f 0; $X run --sandbox leads.csv`, false, exitCannotWrite, "leads.sandbox.results.csv…file too large"},
		{"a summary that may not grow", `$X run --sandbox --summary s.json leads.csv && ulimit -f 0 && INTERCOM_ACCESS_TOKEN= $X check --summary s.json leads.csv`, false, exitCannotWrite, "s.json…file too large"},
		{"a page that may not grow", `ulimit -f 0; $X report --html p.html r.csv`, false, exitCannotWrite, "p.html…file too large"},
		{"held by another run", `flock -x leads.sandbox.results.csv.lock $X run --sandbox leads.csv`, false, exitHeld, "leads.sandbox.results.csv is held by another process"},
		{"a list that may not be read", `chmod 000 leads.csv; $X run --sandbox --results own/r.csv leads.csv`, true, exitUsage, "leads.csv: may not be read: permission denied"},
		{"a mapping that may not be read", `chmod 000 m.yaml; $X run --sandbox --results own/r.csv --mapping m.yaml leads.csv`, true, exitUsage, "--mapping: m.yaml: permission denied"},
		{"a token that may not be read", `chmod 000 m.yaml; $X run --results own/r.csv --token-file m.yaml leads.csv`, true, exitUsage, "--token-file: m.yaml: permission denied"},
		{"previous results that may not be read", `chmod 000 r.csv; $X run --results own/r.csv --previous r.csv leads.csv`, true, exitUsage, "r.csv: permission denied"},
		{"results that may not be read", `chmod 000 r.csv; $X report r.csv`, true, exitUsage, "r.csv: permission denied"},
		{"a folder that may not be written", `$X run --sandbox leads.csv`, true, exitUsage, "the folder is not writable"},
		{"rejects where nothing may be written", `$X run --sandbox --results own/r.csv --rejects rejects.csv leads.csv`, true, exitUsage, "--rejects: rejects.csv…permission denied"},
		{"a summary where nothing may be written", `$X run --sandbox --results own/r.csv --summary s.json leads.csv`, true, exitUsage, "--summary: s.json…permission denied"},
		{"metrics where nothing may be written", `$X run --sandbox --results own/r.csv --metrics-file m.prom leads.csv`, true, exitUsage, "--metrics-file: m.prom…permission denied"},
		{"a page where nothing may be written", `$X report --html p.html r.csv`, true, exitCannotWrite, "p.html…permission denied"},
		{"a folder that may not be looked into", `mkdir shut; chmod 000 shut; $X cat shut/leads.csv`, true, exitUsage, "shut/leads.csv: may not be read: permission denied"},
		{"results in a folder that may not be looked into", `mkdir shut; chmod 000 shut; $X run --sandbox --results shut/r.csv leads.csv`, true, exitUsage, "shut…permission denied"},
	} {
		t.Run(b.name, func(t *testing.T) {
			t.Parallel()
			b.try(t, self)
		})
	}
}

func (b badProcess) try(t *testing.T, self string) {
	dir, err := os.MkdirTemp("/tmp", "bad")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	for name, text := range map[string]string{
		"leads.csv": goodList, "m.yaml": "attributes:\n  email: Email\n", "r.csv": resultsHeader + resultsLine1 + resultsLine2,
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	program := filepath.Join(dir, "leadimport") // by that name, see TestMain
	if err := os.Link(self, program); err != nil {
		data, err := os.ReadFile(self)
		if err == nil {
			err = os.WriteFile(program, data, 0o755)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	shell := b.shell
	if b.user {
		if os.Getuid() != 0 {
			t.Skip("only root can be somebody else")
		}
		if err := os.Mkdir(filepath.Join(dir, "own"), 0o755); err != nil {
			t.Fatal(err)
		}
		before, run, changed := strings.Cut(shell, "; $X")
		if !changed {
			before, run = "true", strings.TrimPrefix(shell, "$X")
		}
		for strings.Contains(run, "; ") {
			t.Fatal("too many commands")
		}
		shell = before + "; chown 65534 own; chmod 755 .; exec setpriv --reuid 65534 --regid 65534 --clear-groups $X" + run
	}
	cmd := exec.Command("sh", "-c", shell)
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "X="+program, "TMPDIR="+dir, "INTERCOM_ACCESS_TOKEN="+canaryToken, "LEADIMPORT_RETRY_FOR=100ms")
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.WaitDelay = time.Second
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	late := time.AfterFunc(patience, func() { syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) })
	err = cmd.Wait()
	if exit := new(exec.ExitError); err != nil && !errors.As(err, &exit) || !late.Stop() {
		t.Fatalf("%v: %s", err, stderr.String())
	}
	if b.code == exitOK || b.code < 0 { // something else than a failure: no panic, no hang
		if code := cmd.ProcessState.ExitCode(); b.code == exitOK && code != 0 || goWords.MatchString(stderr.String()) {
			t.Errorf("exit code %d: %s", code, stderr.String())
		}
		return
	}
	bad{code: b.code, do: "cat"}.judge(t, cmd.ProcessState.ExitCode(), "", stderr.String(), strings.Split(b.say, "…"))
}
