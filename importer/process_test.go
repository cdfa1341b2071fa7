package importer_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"leadimport/importer"
	"leadimport/importer/invariants"
)

// process stands between a run and the network, and dies at its k-th request:
// just before it is sent, or when its answer has come. What it leaves is a
// copy of the files at that instant. It also watches what is sent.
type process struct {
	next  http.RoundTripper
	dir   string
	grave string
	ctx   context.Context
	kill  context.CancelFunc

	name     string   // of the results; default resultsName
	previous []string // results of earlier runs
	limit    int
	shard    importer.Shard
	watch    *watch         // nil: nobody looks
	happens  map[int]func() // what happens in the world right before a request

	forecast importer.Forecast
	result   importer.Result

	mu    sync.Mutex
	calls int
	at    int // 0: it lives
	after bool
	drain bool // it is not killed but told to end, and awaits what is in flight
	dead  bool

	announced []string // keys of creates that it died with
}

// roundTripTime is how long a request is on its way: no answer is there in the
// millisecond of its request, by which records are ordered.
const roundTripTime = 2 * time.Millisecond

var errDead = errors.New("the process is dead")

func (p *process) results() string {
	if p.name == "" {
		return filepath.Join(p.dir, resultsName)
	}
	return filepath.Join(p.dir, p.name)
}

func (p *process) RoundTrip(r *http.Request) (*http.Response, error) {
	p.mu.Lock()
	p.calls++
	mine := p.calls == p.at
	if mine && !p.after {
		p.die()
	}
	dead, happens := p.dead, p.happens[p.calls]
	p.mu.Unlock()
	if dead {
		p.unsent(r)
		return nil, errDead
	}
	if happens != nil {
		happens()
	}
	var seen *sent
	if p.watch != nil {
		seen = p.watch.begins(p, r)
	}
	time.Sleep(roundTripTime)
	ctx, cancel := context.WithCancel(r.Context())
	stop := context.AfterFunc(p.ctx, func() {
		p.mu.Lock()
		defer p.mu.Unlock()
		if p.dead {
			cancel()
		}
	})
	res, err := p.next.RoundTrip(r.WithContext(ctx))
	if err != nil {
		stop()
		cancel()
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if mine && p.after {
		p.die()
	}
	if p.dead {
		return nil, errDead
	}
	if seen != nil {
		p.watch.ends(seen, res, err)
	}
	return res, err
}

// unsent notes a create that the process had announced when it died.
func (p *process) unsent(r *http.Request) {
	if r.Body == nil {
		return
	}
	body, _ := io.ReadAll(r.Body)
	r.Body.Close()
	if id, write := contactWrite(r, body); write && id == "" {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.announced = append(p.announced, invariants.SentRow(body).Key())
	}
}

func (p *process) die() {
	if p.drain {
		p.kill()
		return
	}
	p.dead = true
	copyFiles(p.dir, p.grave)
	p.kill()
}

// copyFiles copies what a run leaves: its results and what lies beside them.
func copyFiles(from, to string) {
	files, err := filepath.Glob(filepath.Join(from, "*.results.csv*"))
	if err != nil {
		panic(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, ".lock") {
			continue
		}
		if data, err := os.ReadFile(file); err == nil {
			_ = os.WriteFile(filepath.Join(to, filepath.Base(file)), data, 0o600)
		}
	}
}

// watch holds what one process sends against the rules of sending: R1, R2, R3
// and R8, and counts it for the forecast.
type watch struct {
	workers int
	timeout time.Duration
	resumes bool // there may be doubts from before

	mu       sync.Mutex
	flight   int
	keys     map[string]bool // in flight
	creates  int             // in flight
	proved   bool            // a create was answered
	unproved int             // creates sent before one was
	writes   int             // that were sent
	reads    int
	wrong    []error
}

// sent is a write in flight.
type sent struct {
	key    string
	create bool
}

func (w *watch) report(invariant, format string, args ...any) {
	w.wrong = append(w.wrong, fmt.Errorf(invariant+": "+format, args...))
}

// begins sees a request right before its first byte.
func (w *watch) begins(p *process, r *http.Request) *sent {
	var body []byte
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
		r.Body.Close()
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	id, write := contactWrite(r, body)
	if !write {
		if r.Method == http.MethodGet && r.URL.Path == "/contacts" || r.URL.Path == "/contacts/search" {
			w.reads++
			w.proved = w.proved || w.resumes || w.unproved > 0 // who was in doubt and is found proves as much as an answer
		}
		return nil
	}
	w.writes++
	s := &sent{key: id, create: id == ""}
	if s.create {
		s.key = invariants.SentRow(body).Key()
		w.creates++
		w.intent(p, body)
		if !w.proved {
			if w.unproved++; w.creates > 1 {
				w.report("canary (R8)", "a second create was sent before the first was answered")
			} else if w.unproved > 3+8 { // three rows; each may be refused by the rate limit meanwhile
				w.report("canary (R8)", "%d creates were sent, and none had an answer", w.unproved)
			}
		}
	}
	w.flight++
	if w.flight > w.workers {
		w.report("workers (R2)", "%d writes are in flight, with %d workers", w.flight, w.workers)
	}
	if w.keys[s.key] {
		w.report("lanes (R2)", "two writes of %s are in flight", s.key)
	}
	w.keys[s.key] = true
	return s
}

// contactWrite tells which contact a request creates or updates.
func contactWrite(r *http.Request, body []byte) (id string, write bool) {
	switch {
	case r.Method == http.MethodPost && r.URL.Path == "/contacts":
		var c struct{ ID string }
		_ = json.Unmarshal(body, &c)
		return c.ID, true // 1.x updates by the same call
	case r.Method == http.MethodPut:
		id, ok := strings.CutPrefix(r.URL.Path, "/contacts/")
		return id, ok && !strings.Contains(id, "/")
	}
	return "", false
}

// intent demands a record of a create in the journal, written before now and
// not long before (write-ahead, R1 and R3).
func (w *watch) intent(p *process, body []byte) {
	row := invariants.SentRow(body)
	data, _ := os.ReadFile(p.results() + ".journal")
	var at time.Time
	for line := range bytes.Lines(data) {
		if !bytes.HasPrefix(line, []byte(`{"intent"`)) {
			continue
		}
		var e struct {
			Intent struct {
				At   time.Time
				Lead struct{ Fields [][2]any }
			}
		}
		if json.Unmarshal(line, &e) != nil {
			continue
		}
		fields := map[string]string{}
		for _, f := range e.Intent.Lead.Fields {
			fields[fmt.Sprint(f[0])] = fmt.Sprint(f[1])
		}
		if row == (invariants.Row{Email: fields["email"], Phone: fields["phone"], Name: fields["name"], Score: fields["custom_attributes.score"]}) {
			at = e.Intent.At
		}
	}
	switch {
	case at.IsZero():
		w.report("write-ahead (R1)", "a create was sent without an intent: %+v", row)
	case time.Since(at) > w.timeout/2:
		w.report("write-ahead (R3)", "a create was sent %v after its intent: %+v", time.Since(at), row)
	}
}

// ends sees the answer.
func (w *watch) ends(s *sent, res *http.Response, err error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.flight--
	delete(w.keys, s.key)
	if s.create {
		w.creates--
		w.proved = w.proved || err == nil && res.StatusCode == http.StatusOK
	}
}
