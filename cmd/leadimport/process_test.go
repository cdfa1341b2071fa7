package main

import (
	"bufio"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"leadimport/importer/invariants"
)

// processToken is the access token of every import that a test runs as a
// process.
const processToken = "process-token"

// patience is how long a process may take that a test waits for: far longer
// than it needs on any machine, so that only one that hangs is late.
const patience = 2 * time.Minute

// list is a list of people in a folder of its own, to be imported by
// processes.
type list struct {
	dir  string
	rows []invariants.Row
	url  string   // of the API
	args []string // of run, but for what every import has
}

// newList lays a list out.
func newList(t testing.TB, rows []invariants.Row, url string, args ...string) *list {
	t.Helper()
	l := &list{dir: t.TempDir(), rows: rows, url: url, args: args}
	l.put(t, "leads.csv", invariants.CSV(rows))
	l.put(t, "leads.yaml", invariants.Mapping)
	return l
}

func (l *list) put(t testing.TB, name, text string) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(l.dir, name), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

// path of a file in the list's folder.
func (l *list) path(name string) string { return filepath.Join(l.dir, name) }

// run is the import as a process that is not started yet.
func (l *list) run(args ...string) *exec.Cmd {
	args = append(append([]string{"run", "--mapping", "leads.yaml", "--api-url", l.url}, l.args...), args...)
	return program(l.dir, append(args, "leads.csv")...)
}

// program is leadimport as a process that is not started yet.
func program(dir string, args ...string) *exec.Cmd {
	cmd := exec.Command("leadimport", args...) // the test binary by another name, see TestMain
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "INTERCOM_ACCESS_TOKEN="+processToken)
	cmd.WaitDelay = 10 * time.Second
	return cmd
}

// wait waits for a process and returns its exit code, -1 when it was killed.
func wait(t testing.TB, cmd *exec.Cmd) int {
	t.Helper()
	late := time.AfterFunc(patience, func() { cmd.Process.Kill() })
	err := cmd.Wait()
	if !late.Stop() {
		t.Errorf("%v does not end", cmd.Args)
	}
	if exit := new(exec.ExitError); err != nil && !errors.As(err, &exit) {
		t.Errorf("%v: %v", cmd.Args, err)
	}
	return cmd.ProcessState.ExitCode()
}

// finish runs the import to its end and returns its exit code and all that it
// said.
func (l *list) finish(t testing.TB, args ...string) (int, string) {
	t.Helper()
	cmd := l.run(args...)
	var out strings.Builder
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	code := wait(t, cmd)
	return code, out.String()
}

// lines are those of the results file.
func (l *list) lines(t testing.TB) []invariants.Line {
	t.Helper()
	f, err := os.Open(l.path("leads.results.csv"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines, err := invariants.ReadResults(f)
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

// sandboxProcess starts the sandbox in a process of its own and returns its
// address. It ends with the test.
func sandboxProcess(t testing.TB, args ...string) string {
	t.Helper()
	cmd := program(t.TempDir(), append([]string{"sandbox", "--listen", "127.0.0.1:0", "--token", processToken}, args...)...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait()
	})
	first, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatalf("the sandbox did not start: %v", err)
	}
	go io.Copy(io.Discard, out)
	for word := range strings.FieldsSeq(first) {
		if strings.HasPrefix(word, "http://") {
			return word
		}
	}
	t.Fatalf("the sandbox did not tell its address: %q", first)
	return ""
}

// stateOf is what a sandbox in another process holds, as JSON.
func stateOf(t testing.TB, url string) []byte {
	t.Helper()
	res, err := http.Get(url + "/_sandbox/state?token=" + processToken)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	state, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return state
}
