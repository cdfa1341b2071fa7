package importer_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"leadimport/client"
	"leadimport/client/sandbox"
	"leadimport/importer"
	"leadimport/importer/history"
	"leadimport/importer/invariants"
	"leadimport/importer/results"
)

// door stands before the sandbox and answers some requests itself.
type door struct {
	next http.RoundTripper
	// answer returns the status and the body of an answer, 0: the sandbox's.
	answer func(method, path, body string) (status int, text string)

	mu   sync.Mutex // held while answer runs
	seen []string   // method, path and body
	at   []time.Time
}

func (d *door) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	status, text := 0, ""
	d.mu.Lock()
	d.seen = append(d.seen, r.Method+" "+r.URL.Path+" "+string(body))
	d.at = append(d.at, time.Now())
	if d.answer != nil {
		status, text = d.answer(r.Method, r.URL.Path, string(body))
	}
	d.mu.Unlock()
	if status == 0 {
		return d.next.RoundTrip(r)
	}
	return &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(strings.NewReader(text)), ContentLength: int64(len(text)), Request: r}, nil
}

// count is how many requests began like this.
func (d *door) count(prefix string) (n int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, s := range d.seen {
		if strings.HasPrefix(s, prefix) {
			n++
		}
	}
	return n
}

func refusal(code, message string) string {
	return fmt.Sprintf(`{"type":"error.list","request_id":"r","errors":[{"code":%q,"message":%q}]}`, code, message)
}

// tagged is an import of n people with a tag, each with a company of their own
// and without shared keys, unless a test says otherwise.
type tagged struct {
	*testing.T
	scenario
	server   *sandbox.Server
	dir      string
	door     *door
	forecast importer.Forecast // of the last run
}

func newTagged(t *testing.T, version string, n int) *tagged {
	s := scenario{version: version, workers: 8, timeout: 10 * time.Second, settle: time.Minute, tags: []string{"newsletter"}}
	for i := range n {
		s.rows = append(s.rows, invariants.Row{Email: fmt.Sprintf("p%d@example.com", i), Name: fmt.Sprint("P", i), Score: fmt.Sprint(i)})
	}
	server, err := sandbox.New(sandbox.Config{Seed: 9, Limit: -1, Workspace: "tagged", Token: "simulated", Attributes: map[string]string{"score": "integer"}})
	if err != nil {
		t.Fatal(err)
	}
	return &tagged{T: t, scenario: s, server: server, dir: shm(t), door: &door{next: server.Transport()}}
}

// run runs the import once, resuming what is there.
func (g *tagged) run() error {
	g.text = invariants.CSV(g.rows)
	p := &process{dir: g.dir, next: g.door}
	err := g.live(g.T, p)
	g.forecast = p.forecast
	return err
}

// undo tells how many leads an undo would take back, and keep.
func (g *tagged) undo() (take, keep int) {
	g.Helper()
	store, err := results.Open(filepath.Join(g.dir, resultsName), results.Resume)
	if err != nil {
		g.Fatal(err)
	}
	defer store.Close()
	version, err := client.ParseVersion(g.version)
	if err != nil {
		g.Fatal(err)
	}
	api, err := client.New(client.Config{BaseURL: "https://sandbox.test", Version: version, Token: client.NewToken("simulated"), Transport: g.door})
	if err != nil {
		g.Fatal(err)
	}
	known, err := history.Open(history.Options{Own: store})
	if err != nil {
		g.Fatal(err)
	}
	defer known.Close()
	u, err := importer.PrepareUndo(context.Background(), importer.UndoConfig{Store: store, History: known, Path: filepath.Join(g.dir, resultsName), Client: api, Version: version})
	if err != nil {
		g.Fatal(err)
	}
	return u.Count(importer.UndoTake), u.Count(importer.UndoKeep)
}

// good runs the import to its end, and judges.
func (g *tagged) good() {
	g.Helper()
	if err := g.run(); err != nil {
		g.Fatal(err)
	}
	for _, v := range g.judge(g.T, filepath.Join(g.dir, resultsName), g.server) {
		g.Error(v)
	}
}

// stopped runs the import, which must stop for this reason.
func (g *tagged) stopped(want importer.Reason, why string) {
	g.Helper()
	err := g.run()
	var stop *importer.StopError
	if !errors.As(err, &stop) || stop.Reason != want || !strings.Contains(err.Error(), why) {
		g.Fatalf("the run ends with %v, not with %q", err, why)
	}
}

// column is one column of the results, by row.
func (g *tagged) column(name string) (list []string) {
	g.Helper()
	data, err := os.ReadFile(filepath.Join(g.dir, resultsName))
	if err != nil {
		g.Fatal(err)
	}
	lines, err := invariants.ReadResults(bytes.NewReader(data))
	if err != nil {
		g.Fatal(err)
	}
	for _, line := range lines {
		list = append(list, line[name])
	}
	return list
}

func each(t *testing.T, do func(t *testing.T, version string)) {
	for _, version := range []string{"1.4", "2.15"} {
		inBubble(t, version, func(t *testing.T) { do(t, version) })
	}
}

type answering func(*http.Request) (*http.Response, error)

func (f answering) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }
