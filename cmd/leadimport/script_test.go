package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// The test binary is leadimport itself when a script runs it by that name.
func TestMain(m *testing.M) {
	// Most of these tests wait for other processes, or for the pace of an
	// import. -parallel on the command line comes later and wins.
	if err := flag.Set("test.parallel", "6"); err != nil {
		panic(err)
	}
	testscript.Main(m, map[string]func(){"leadimport": main, "leadimport-crashing": crashing})
}

func TestScripts(t *testing.T) {
	t.Parallel()
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			env.Setenv("INTERCOM_ACCESS_TOKEN", "")
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"sandbox":  startSandbox,
			"state":    fetchState,
			"exitcode": exitCodeOf,
			"redirect": startRedirect,
			"api":      callAPI,
			"gateway":  startGateway,
			"pushed":   lastPush,
		},
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
	})
}

// startSandbox is the script command "sandbox [FLAG...]": it starts the
// sandbox in a process of its own, on a free port, sets URL and
// INTERCOM_ACCESS_TOKEN, and stops it at the end of the script.
func startSandbox(ts *testscript.TestScript, neg bool, args []string) {
	if neg {
		ts.Fatalf("sandbox cannot be negated")
	}
	self, err := exec.LookPath("leadimport")
	ts.Check(err)
	cmd := exec.Command(self, append([]string{"sandbox", "--listen", "127.0.0.1:0", "--token", "script-token"}, args...)...)
	out, err := cmd.StdoutPipe()
	ts.Check(err)
	cmd.Stderr = os.Stderr
	ts.Check(cmd.Start())
	ts.Defer(func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait()
	})
	first, err := bufio.NewReader(out).ReadString('\n')
	ts.Check(err)
	go io.Copy(io.Discard, out)
	for _, word := range strings.Fields(first) {
		if strings.HasPrefix(word, "http://") {
			ts.Setenv("URL", word)
			ts.Setenv("INTERCOM_ACCESS_TOKEN", "script-token")
			return
		}
	}
	ts.Fatalf("the sandbox did not tell its address: %q", first)
}

// fetchState is "state FILE": what the sandbox holds, one contact a line.
func fetchState(ts *testscript.TestScript, _ bool, args []string) {
	res, err := http.Get(ts.Getenv("URL") + "/_sandbox/state?token=script-token")
	ts.Check(err)
	defer res.Body.Close()
	var state struct {
		Contacts []json.RawMessage
		Counters json.RawMessage
	}
	var raw map[string]json.RawMessage
	ts.Check(json.NewDecoder(res.Body).Decode(&raw))
	ts.Check(json.Unmarshal(raw["contacts"], &state.Contacts))
	var b bytes.Buffer
	for _, c := range state.Contacts {
		var line bytes.Buffer
		ts.Check(json.Compact(&line, c))
		b.Write(append(line.Bytes(), '\n'))
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), b.Bytes(), 0o600))
}

// callAPI is "api METHOD PATH [BODY]": a request to the sandbox, as somebody
// else at the same workspace makes it. PATH and BODY may be @FILE, which holds
// them. The answer goes to standard output.
func callAPI(ts *testscript.TestScript, neg bool, args []string) {
	body := ""
	if len(args) > 2 {
		body = args[2]
		if file, ok := strings.CutPrefix(body, "@"); ok {
			body = ts.ReadFile(file)
		}
	}
	path := args[1]
	if file, ok := strings.CutPrefix(path, "@"); ok {
		path = ts.ReadFile(file)
	}
	req, err := http.NewRequest(args[0], ts.Getenv("URL")+path, strings.NewReader(body))
	ts.Check(err)
	req.Header.Set("Authorization", "Bearer "+ts.Getenv("INTERCOM_ACCESS_TOKEN"))
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Intercom-Version", "2.15")
	res, err := http.DefaultClient.Do(req)
	ts.Check(err)
	defer res.Body.Close()
	answer, err := io.ReadAll(res.Body)
	ts.Check(err)
	if failed := res.StatusCode >= 300; failed != neg {
		ts.Fatalf("%s: %s", res.Status, answer)
	}
	fmt.Fprintf(ts.Stdout(), "%s\n", answer)
}

// exitCodeOf is "exitcode N COMMAND...": the command must end with that code,
// with one line on standard error when it failed, and no stack trace.
func exitCodeOf(ts *testscript.TestScript, _ bool, args []string) {
	want, rest := args[0], args[1:]
	err := ts.Exec(rest[0], rest[1:]...)
	got := "0"
	if err != nil {
		exit, ok := err.(*exec.ExitError)
		if !ok {
			ts.Fatalf("%v", err)
		}
		got = exit.ProcessState.String()
		got = strings.TrimPrefix(got, "exit status ")
	}
	stderr := ts.ReadFile("stderr")
	if got != want {
		ts.Fatalf("exit code %s, want %s\nstderr: %s", got, want, stderr)
	}
	var said int
	for _, line := range strings.Split(stderr, "\n") {
		if strings.HasPrefix(line, "leadimport: ") {
			said++
		}
		if strings.HasPrefix(line, "goroutine ") || strings.HasPrefix(line, "panic:") {
			ts.Fatalf("a stack trace: %s", stderr)
		}
	}
	if failed := want != "0" && want != "3"; failed && said != 1 {
		ts.Fatalf("%d lines of error, want 1: %s", said, stderr)
	}
}

// startRedirect is "redirect STATUS": a server that answers everything with
// a redirect to the sandbox; sets REDIRECT.
func startRedirect(ts *testscript.TestScript, _ bool, args []string) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	target := ts.Getenv("URL")
	status := http.StatusTemporaryRedirect
	if len(args) > 0 && args[0] == "302" {
		status = http.StatusFound
	}
	srv := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		http.Redirect(w, r, target+r.URL.RequestURI(), status)
	})}
	go srv.Serve(l)
	ts.Defer(func() { srv.Close() })
	ts.Setenv("REDIRECT", "http://"+l.Addr().String())
}
