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
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"leadimport/client"
	"leadimport/client/sandbox"
	"leadimport/importer"
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
	u, err := importer.PrepareUndo(context.Background(), importer.UndoConfig{Store: store, Path: filepath.Join(g.dir, resultsName), Client: api, Version: version})
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

// TestTagsGoInLists: 50 leads a call, the last ones as soon as nothing else is
// to be sent.
func TestTagsGoInLists(t *testing.T) {
	each(t, func(t *testing.T, version string) {
		g := newTagged(t, version, 120)
		began := time.Now()
		g.good()
		if n := g.door.count("POST /tags"); n != 1+3 {
			t.Errorf("%d calls tagged 120 leads:\n%s", n, strings.Join(g.door.seen, "\n"))
		}
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("it took %v", took)
		}
		for _, s := range g.door.seen {
			if n := strings.Count(s, `"id"`); strings.HasPrefix(s, "POST /tags") && n > 50 {
				t.Errorf("%d leads in a list", n)
			}
		}
	})
}

// TestTagsDoNotWaitForOthers: while others are slow, a row waits a second for
// company and no longer.
func TestTagsDoNotWaitForOthers(t *testing.T) {
	inBubble(t, "", func(t *testing.T) {
		g := newTagged(t, "2.15", 4)
		var saved atomic.Int32
		g.door.next = answering(func(r *http.Request) (*http.Response, error) {
			if r.Method == http.MethodPost && r.URL.Path == "/contacts" {
				if saved.Add(1) > 2 {
					time.Sleep(5 * time.Second)
				}
			}
			return g.server.Transport().RoundTrip(r)
		})
		g.good()
		var first, list time.Time
		for i, s := range g.door.seen {
			switch {
			case strings.HasPrefix(s, "POST /contacts ") && first.IsZero():
				first = g.door.at[i]
			case strings.HasPrefix(s, "POST /tags ") && strings.Contains(s, "users") && list.IsZero():
				list = g.door.at[i]
			}
		}
		if wait := list.Sub(first); wait < time.Second || wait > 1500*time.Millisecond {
			t.Errorf("the first lead was tagged after %v", wait)
		}
	})
}

type answering func(*http.Request) (*http.Response, error)

func (f answering) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// TestListsThatAreNotTaken: an API of 2.x that refuses leads in a list, or
// takes the list and does nothing, gets each lead by itself.
func TestListsThatAreNotTaken(t *testing.T) {
	for _, answer := range []struct {
		status int
		text   string
		lists  int
	}{
		{404, refusal("not_found", "User Not Found"), 2},
		{200, `{"type":"tag","id":"17513","name":"newsletter"}`, 1},
	} {
		inBubble(t, answer.text, func(t *testing.T) {
			g := newTagged(t, "2.15", 180)
			g.door.answer = func(method, path, body string) (int, string) {
				if path == "/tags" && strings.Contains(body, "users") {
					return answer.status, answer.text
				}
				return 0, ""
			}
			g.good()
			if n := g.door.count(`POST /tags {"name":"newsletter","users"`); n != answer.lists {
				t.Errorf("%d lists were sent", n)
			}
		})
	}
}

// TestTagsThatMayNotBeRead: a token with the right to give tags and none to
// look at them does.
func TestTagsThatMayNotBeRead(t *testing.T) {
	inBubble(t, "", func(t *testing.T) {
		g := newTagged(t, "2.15", 60)
		g.door.answer = func(method, path, body string) (int, string) {
			if method == http.MethodGet && strings.HasSuffix(path, "/tags") {
				return 403, refusal("forbidden", "no such right")
			}
			return 0, ""
		}
		g.good()
		if n := g.door.count("POST /tags"); n != 3 {
			t.Errorf("%d calls tagged 60 leads", n)
		}
	})
}

// TestOneLeadIsRefused: the list that it is in fails, and only its row does.
// Resumed, it is not created again, and gets its tag when it can.
func TestOneLeadIsRefused(t *testing.T) {
	each(t, func(t *testing.T, version string) {
		g := newTagged(t, version, 60)
		bad := ""
		g.door.answer = func(method, path, body string) (int, string) {
			if bad == "" && strings.Contains(path, "/contacts") && method == http.MethodPost {
				return 0, ""
			}
			if strings.HasPrefix(path, "/tags") && strings.Contains(body, "users") && bad == "" {
				bad = strings.Split(strings.SplitAfter(body, `"id":"`)[7], `"`)[0]
			}
			if bad != "" && (path == "/tags" && strings.Contains(body, bad) || path == "/contacts/"+bad+"/tags" && method == http.MethodPost) {
				return 404, refusal("not_found", "User Not Found")
			}
			return 0, ""
		}
		if err := g.run(); err != nil {
			t.Fatal(err)
		}
		statuses := g.column("import_status")
		row := slices.Index(statuses, "failed")
		if row < 0 || slices.Contains(append(slices.Clone(statuses[:row]), statuses[row+1:]...), "failed") {
			t.Fatalf("not one row failed: %q", statuses)
		}
		if id, code, message := g.column("import_id")[row], g.column("import_error_code")[row], g.column("import_error")[row]; id != bad || code != "tag_failed" || message != `the tag "newsletter": User Not Found` || g.column("import_hash")[row] != "" {
			t.Errorf("%q, %q, %q", id, code, message)
		}
		bad = "nobody"
		g.good()
		if status := g.column("import_status")[row]; status != "created" {
			t.Errorf("resumed, the row is %s", status)
		}
	})
}

// TestCompanyIsRefused: the rows that name it fail, and no other.
func TestCompanyIsRefused(t *testing.T) {
	for _, refused := range []string{`POST /companies`, `/companies {"id"`} {
		inBubble(t, refused, func(t *testing.T) {
			g := newTagged(t, "2.15", 12)
			for i := range g.rows {
				g.rows[i].Company = []string{"good", "bad", ""}[i%3]
			}
			mended, id := false, ""
			g.door.answer = func(method, path, body string) (int, string) {
				switch {
				case mended || method != http.MethodPost || !strings.HasSuffix(path, "/companies"):
				case path == "/companies" && strings.Contains(body, `"bad"`) && strings.HasPrefix(refused, "POST"):
					return 400, refusal("bad_request", "bad 'name' parameter")
				case path != "/companies" && !strings.HasPrefix(refused, "POST") && id == "":
					id = body // of whichever company comes first
					fallthrough
				case path != "/companies" && body == id:
					return 400, refusal("contact_company_limit_exceeded", "Contact has reached the maximum of 1000 company associations")
				}
				return 0, ""
			}
			if err := g.run(); err != nil {
				t.Fatal(err)
			}
			failed := 0
			for i, status := range g.column("import_status") {
				if status != "failed" {
					continue
				}
				failed++
				if g.rows[i].Company == "" || g.column("import_error_code")[i] != "company_failed" || !strings.HasPrefix(g.column("import_error")[i], "the company ") || g.column("import_id")[i] == "" {
					t.Errorf("row %d failed: %s", i+1, g.column("import_error")[i])
				}
			}
			if failed != 4 {
				t.Errorf("%d rows failed: %q", failed, g.column("import_status"))
			}
			mended = true
			g.good()
		})
	}
}

// TestEverythingIsRefused: a company mapping that no company fits stops the
// run at the twentieth row, and loses nobody.
func TestEverythingIsRefused(t *testing.T) {
	inBubble(t, "", func(t *testing.T) {
		g := newTagged(t, "2.15", 300)
		for i := range g.rows {
			g.rows[i].Company = fmt.Sprint("c", i)
		}
		mended := false
		g.door.answer = func(method, path, body string) (int, string) {
			if path == "/companies" && !mended {
				return 400, refusal("bad_request", "bad 'name' parameter")
			}
			return 0, ""
		}
		g.stopped(importer.TooManyErrors, "for the first 20 rows")
		if n := len(g.server.State().Contacts); n > 60 {
			t.Errorf("%d leads were created before", n)
		}
		mended = true
		g.good()
		if n := len(g.server.State().Contacts); n != 300 {
			t.Errorf("there are %d leads", n)
		}
	})
}

// TestTagThatCannotBeMade: nobody is created, and no file is left.
func TestTagThatCannotBeMade(t *testing.T) {
	for status, want := range map[int]importer.Reason{400: importer.NothingSent, 401: importer.Unauthorised, 403: importer.Unauthorised} {
		inBubble(t, "", func(t *testing.T) {
			g := newTagged(t, "1.4", 3)
			g.door.answer = func(method, path, body string) (int, string) {
				if path == "/tags" {
					return status, refusal("x", "no such right")
				}
				return 0, ""
			}
			g.stopped(want, "no such right")
			if len(g.server.State().Contacts) != 0 {
				t.Error("somebody was created")
			}
			if _, err := os.Stat(filepath.Join(g.dir, resultsName)); err == nil {
				t.Error("there are results")
			}
			g.door.answer = nil
			g.good()
		})
	}
}

// TestTagsStopAndGoOn: the token loses a right, or the API goes away, between
// the saves and the tags. No row is blamed, and the resume creates nobody.
func TestTagsStopAndGoOn(t *testing.T) {
	for status, want := range map[int]importer.Reason{403: importer.Unauthorised, 503: importer.Unavailable} {
		each(t, func(t *testing.T, version string) {
			g := newTagged(t, version, 10)
			g.door.answer = func(method, path, body string) (int, string) {
				if strings.Contains(body, "users") || status == 503 && path == "/me" && strings.Contains(strings.Join(g.door.seen, " "), "users") {
					return status, refusal("x", "not now")
				}
				return 0, ""
			}
			g.stopped(want, "not now")
			if lines := g.column("import_row"); len(lines) != 0 {
				t.Errorf("rows %q have a line", lines)
			}
			g.door.answer = nil
			before := g.door.count("POST /contacts {")
			g.good()
			if n := g.door.count("POST /contacts {") - before; n != 0 {
				t.Errorf("%d leads were sent again", n)
			}
		})
	}
}

// TestTagsKeepTheirDay: a run that is resumed on another day gives the tag of
// the first, also when the mapping has another tag beside.
func TestTagsKeepTheirDay(t *testing.T) {
	each(t, func(t *testing.T, version string) {
		g := newTagged(t, version, 10)
		g.tags = []string{"import {date}"}
		g.door.answer = func(method, path, body string) (int, string) {
			if strings.Contains(body, "users") {
				return 403, refusal("x", "not now")
			}
			return 0, ""
		}
		g.stopped(importer.Unauthorised, "not now")
		time.Sleep(30 * time.Hour)
		g.door.answer = nil
		g.tags = []string{"import {date}", "of {date}"}
		g.good() // the judge knows the day on which time began
	})
}

// TestCompaniesAreSavedOnce: rows of one company wait for its first save.
func TestCompaniesAreSavedOnce(t *testing.T) {
	inBubble(t, "", func(t *testing.T) {
		g := newTagged(t, "2.15", 100)
		for i := range g.rows {
			g.rows[i].Company = fmt.Sprint("c", i%3)
		}
		g.good()
		if n := g.door.count("POST /companies"); n != 3 {
			t.Errorf("3 companies were saved %d times", n)
		}
		if n := g.door.count("POST /contacts/") - g.door.count("POST /contacts/search"); n != 100 {
			t.Errorf("100 leads were attached %d times", n)
		}
	})
}

// TestUndoAfterLateTags: a tag that a resume gave hours later is the run's own
// doing, and no reason to keep a lead.
func TestUndoAfterLateTags(t *testing.T) {
	each(t, func(t *testing.T, version string) {
		g := newTagged(t, version, 4)
		g.rows[3].Email = g.rows[0].Email
		g.door.answer = func(method, path, body string) (int, string) {
			if strings.Contains(body, "users") {
				return 403, refusal("x", "not now")
			}
			return 0, ""
		}
		g.stopped(importer.Unauthorised, "not now")
		if take, keep := g.undo(); take != 3 || keep != 0 {
			t.Errorf("unfinished: %d to be taken back, %d kept", take, keep)
		}
		time.Sleep(5 * time.Hour)
		g.door.answer = nil
		g.good()
		if take, keep := g.undo(); take != 3 || keep != 0 {
			t.Errorf("finished: %d to be taken back, %d kept", take, keep)
		}
	})
}

// TestForecastOfCalls holds what check says against what a run sends.
func TestForecastOfCalls(t *testing.T) {
	for _, n := range []int{1, 49, 50, 51, 101} {
		each(t, func(t *testing.T, version string) {
			g := newTagged(t, version, n)
			for i := range g.rows {
				g.rows[i].Company = []string{"a", "b", ""}[i%3]
			}
			g.tags = []string{"one", "two"}
			g.good()
			sent := 0
			for _, s := range g.door.seen {
				if strings.HasPrefix(s, "POST /contacts") && !strings.Contains(s, "/search") || strings.HasPrefix(s, "POST /tags") || strings.HasPrefix(s, "POST /companies") {
					sent++
				}
			}
			if f := g.forecast.Calls; f > sent || f < sent-4 {
				t.Errorf("%d rows: %d calls were foretold and %d sent", n, f, sent)
			}
		})
	}
}
