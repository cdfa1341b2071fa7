package openapi

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"leadimport.local/client/sandbox"
)

// watched is a sandbox behind a judging proxy.
type watched struct {
	server *sandbox.Server
	url    string

	mu     sync.Mutex
	faults []error
}

func watch(t *testing.T, cfg sandbox.Config) *watched {
	t.Helper()
	j := judge(t)
	s, err := sandbox.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	api := httptest.NewServer(s)
	t.Cleanup(api.Close)
	target, err := url.Parse(api.URL)
	if err != nil {
		t.Fatal(err)
	}
	w := &watched{server: s}
	front := httptest.NewServer(j.Proxy(target, func(err error) {
		w.mu.Lock()
		defer w.mu.Unlock()
		w.faults = append(w.faults, err)
	}))
	t.Cleanup(front.Close)
	w.url = front.URL
	return w
}

// found are the exchanges that the description does not allow.
func (w *watched) found() []error {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.faults
}

func TestProxyPassesAndJudges(t *testing.T) {
	w := watch(t, sandbox.Config{})
	post := func(body string) (int, error) {
		req, _ := http.NewRequest("POST", w.url+"/contacts", strings.NewReader(body))
		req.Header.Set("Authorization", "Bearer "+w.server.Token())
		req.Header.Set("Content-Type", "application/json")
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			return 0, err
		}
		defer resp.Body.Close()
		_, err = io.ReadAll(resp.Body)
		return resp.StatusCode, err
	}
	if status, err := post(`{"role":"lead","email":"joe@example.com"}`); status != 200 || err != nil || len(w.found()) != 0 {
		t.Fatal(status, err, w.found())
	}
	if status, err := post(`{"role":"lead","email":7}`); status != 400 || err != nil || len(w.found()) != 1 {
		t.Errorf("%d %v: %d faults were found, want the request's", status, err, len(w.found()))
	}
	for _, faults := range []sandbox.Faults{{LostApplied: 1}, {Truncated: 1}, {Error502: 1}, {RateLimited: 1}} {
		w.server.SetFaults(faults)
		post(`{"role":"lead","email":"joe@example.com"}`)
	}
	if n := len(w.found()); n != 1 {
		t.Errorf("%d faults: broken answers are the network's, not the API's: %v", n, w.found())
	}
}

// TestBinary runs the built program through the proxy: every request that it
// sends, and every answer that it relies on, is within the description.
func TestBinary(t *testing.T) {
	w := watch(t, sandbox.Config{})
	dir := t.TempDir()
	binary := filepath.Join(dir, "leadimport")
	build := exec.Command("go", "build", "-o", binary, "./cmd/leadimport")
	build.Dir = "../.."
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("building leadimport: %v\n%s", err, out)
	}
	file := filepath.Join(dir, "leads.csv")
	rows := "Email,First name,Last name,Phone,Plan,Seats,Signed up at\n" +
		"joe@example.com,Joe,Bloggs,+353871234567,pro,3,2026-01-31\n" +
		"ann@example.com,Ann,Ó Briain,,free,10,2025-12-01\n" +
		"joe@example.com,Joseph,Bloggs,+353871234567,pro,4,2026-01-31\n" +
		",Nobody,Known,+353871111111,,,\n"
	if err := os.WriteFile(file, []byte(rows), 0o600); err != nil {
		t.Fatal(err)
	}
	run := func(args ...string) {
		t.Helper()
		cmd := exec.Command(binary, append(args, file, "--api-url", w.url, "--api-version", "2.15", "--create-attributes")...)
		cmd.Env = append(os.Environ(), "INTERCOM_ACCESS_TOKEN="+w.server.Token())
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("leadimport %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
	run("run")
	run("run", "--overwrite", "--previous", filepath.Join(dir, "leads.results.csv"))
	// A plan is as good as a company here.
	belong := filepath.Join(dir, "m.yaml")
	text := "attributes: {email: Email, phone: Phone}\ntags: [newsletter]\ncompanies: {company_id: Plan, name: Plan}\n"
	if err := os.WriteFile(belong, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	run("run", "--overwrite", "--mapping", belong, "--tag", "import {date}")
	for _, err := range w.found() {
		t.Error(err)
	}
	st := w.server.State()
	if st.Counters.Applied["create"] == 0 || st.Counters.Applied["attach"] == 0 || st.Counters.Applied["company"] == 0 {
		t.Errorf("the run created or attached nobody: %v", st.Counters.Applied)
	}
	if len(st.Tags) != 2 || st.Tags[1].People == 0 {
		t.Errorf("the run tagged nobody: %v", st.Tags)
	}
}
