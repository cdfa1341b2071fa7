//go:build unix

package main

import (
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"leadimport/client/sandbox"
)

// hostile is what would clear the screen, set the window's title, ring, go
// back in the line, turn the text round, and end a line of a log.
const hostile = "\x1b[2J\x1b]0;owned\a\r\u009b31m\u202egnp\u2066.\u200f\x7f\u0085\u2028"

// hostileAPI refuses every write with such a text.
func hostileAPI(t *testing.T) string {
	t.Helper()
	server, err := sandbox.New(sandbox.Config{Token: processToken, Name: "S" + hostile, Region: "E" + hostile, Limit: -1})
	if err != nil {
		t.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	refusal, err := json.Marshal(map[string]any{
		"type": "error.list", "request_id": hostile,
		"errors": []map[string]string{{"code": "bad" + hostile, "message": "no: " + hostile}},
	})
	if err != nil {
		t.Fatal(err)
	}
	h := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodGet {
			server.ServeHTTP(w, r)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusUnprocessableEntity)
		w.Write(refusal)
	})}
	go h.Serve(l)
	t.Cleanup(func() { h.Close() })
	return "http://" + l.Addr().String()
}

// TestHostile: nothing that stands in a cell, a header, a name of a file or an
// answer commands the terminal, whatever is shown of it.
func TestHostile(t *testing.T) {
	t.Parallel()
	api := hostileAPI(t)
	dir := t.TempDir()
	put := func(name, text string) string {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		return name
	}
	// No line ends: in a cell they make lines, and those are shown as rows.
	cell := strings.NewReplacer("\r", "", "\u2028", "", "\u0085", "").Replace(hostile)
	list := put("le"+cell+"ads.csv", fmt.Sprintf(
		"Email,Na%[1]sme,%[1]s,Plan,When,MRR\njoe@example.com,%[1]s,x,pr%[1]so,3/4/2026,a\nno%[1]sbody,b,c,d,e%[1]s\nan\"n%[1]s@example.com,b,c,d,13/4/2026,f\n", cell))
	plain := put("plain.csv", fmt.Sprintf("Email,Na%[1]sme,Plan\njoe@example.com,%[1]s,x\nno%[1]sbody,b,c\nann@example.com,%[1]s,d\n", cell))
	rules := put("m"+cell+".yaml", fmt.Sprintf("attributes:\n  email: Email\n  custom_attributes.plan: {column: Plan, type: integer}\ntests:\n  - row: {Email: \"a\", Plan: \"%s\"}\n    lead: {email: b}\n", strings.ReplaceAll(cell, "\x1b", "\\e")))
	broken := put("broken.yaml", "attributes:\n  email: Em"+cell+"ail\n  nam"+cell+"e: x\n")
	bad := put("bad.csv", "\""+cell+"\n"+cell)
	twice := put("twice.csv", "Email,a"+cell+",a"+cell+"\nx@example.com,1,2\n")
	said := 0
	for _, args := range [][]string{
		{"check", list}, {"check", "--format", "json", list}, {"check", "--summary", "-", list},
		{"check", "--mapping", rules, list}, {"check", "--mapping", rules}, {"check", "--mapping", broken, list},
		{"check", plain}, {"check", twice}, {"check", bad}, {"check", "not" + cell + "there.csv"},
		{"run", "--sandbox", list}, {"run", "--sandbox", "--log-format", "json", "--log-level", "debug", "--summary", "-", plain},
		{"run", "--mapping", rules, plain},
		{"run", "--results", "r.csv", "--rejects", "rejects" + cell + ".csv", plain},
		{"run", "--results", "r.csv", plain}, {"run", "--resume", "--results", "r.csv", "--log-level", "debug", plain},
		{"run", "--api-url", api + "/" + cell, plain}, {"run", "--previous", cell + "/*.csv", plain}, {"run", "--duplicates", cell, plain},
		{"run", "--pushgateway", "http://127.0.0.1:1/\u202e", "--sandbox", "--overwrite", plain},
		{"run", "--" + cell, plain}, {cell},
		{"report", "r.csv"}, {"report", "--show-people", "r.csv"}, {"report", "--show-people", "--format", "json", "r.csv"},
		{"report", "--html", "p" + cell + ".html", "r.csv"}, {"report", cell},
		{"suggest", list}, {"suggest", plain}, {"suggest", bad},
		{"undo", "r.csv"}, {"undo", cell},
	} {
		cmd := program(dir, args...)
		cmd.Env = append(cmd.Env, "LEADIMPORT_API_URL="+api, "LEADIMPORT_RETRY_FOR=1s", "LEADIMPORT_SETTLE=100ms")
		out, err := cmd.CombinedOutput()
		if code := cmd.ProcessState.ExitCode(); code < 0 || code == exitUnexpected {
			t.Errorf("%q ends with %v: %q", args, err, out)
		}
		said += len(out)
		if found := obeyed(string(out)); found != nil {
			t.Errorf("%q: %q reach the terminal in\n%q", args, found, out)
		}
	}
	if said < 5000 {
		t.Errorf("only %d bytes were said in all", said)
	}
}
