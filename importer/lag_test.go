package importer_test

import (
	"fmt"
	"io"
	"net/http"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"leadimport/client/sandbox"
	"leadimport/importer"
	"leadimport/importer/invariants"
)

// observer stands before a sandbox whose index lags: each answer takes its
// time, and the answer to one create is lost.
type observer struct {
	next http.RoundTripper
	take time.Duration
	lose int // the create whose answer is lost; 0: none

	mu                    sync.Mutex
	calls, creates, looks int
}

func (o *observer) RoundTrip(r *http.Request) (*http.Response, error) {
	id, write := contactWrite(r, nil)
	o.mu.Lock()
	o.calls++
	switch {
	case write && id == "":
		o.creates++
	case o.creates > 0 && strings.Contains(r.URL.Path, "/contacts"): // before that, some are asked for that are there already
		o.looks++
	}
	lost := write && id == "" && o.creates == o.lose
	o.mu.Unlock()
	time.Sleep(o.take)
	res, err := o.next.RoundTrip(r)
	if lost && err == nil {
		res.Body.Close()
		return nil, io.EOF
	}
	return res, err
}

// people are rows with e-mails of their own, from the given number on.
func people(from, n int) (rows []invariants.Row) {
	for i := range n {
		rows = append(rows, invariants.Row{Email: fmt.Sprintf("p%d@example.com", from+i), Name: fmt.Sprint("Person ", from+i)})
	}
	return rows
}

// lagging is a series of imports into a workspace whose index lags.
type lagging struct {
	scenario
	t      *testing.T
	server *sandbox.Server
	rows   int // that were imported
}

func newLagging(t *testing.T, version string, stamp bool, lag time.Duration) *lagging {
	server, err := sandbox.New(sandbox.Config{
		Seed: 5, Limit: -1, Lag: lag, Workspace: "lag", Token: "simulated", Attributes: map[string]string{"score": "integer", "import_stamp": "string"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return &lagging{scenario: scenario{version: version, stamp: stamp, workers: 1, timeout: 10 * time.Second, settle: time.Minute}, t: t, server: server}
}

// run imports n new people, and returns what the run came to.
func (l *lagging) run(dir string, n int, o *observer, previous ...string) importer.Result {
	l.t.Helper()
	l.scenario.rows = people(l.rows, n)
	l.text = invariants.CSV(l.scenario.rows)
	l.rows += n
	o.next = l.server.Transport()
	p := &process{dir: dir, next: o, previous: previous}
	if err := l.live(l.t, p); err != nil {
		l.t.Fatal(err)
	}
	return p.result
}

// whole says whether everybody is there, once.
func (l *lagging) whole() {
	l.t.Helper()
	if n := len(l.server.State().Contacts); n != l.rows {
		l.t.Errorf("%d people came of %d rows", n, l.rows)
	}
}

var lags = []time.Duration{0, 20 * time.Second, 45 * time.Second, 2 * time.Minute, 10 * time.Minute, 30 * time.Minute}

// eachLag runs do in virtual time for every lag and way to look leads up.
func eachLag(t *testing.T, do func(l *lagging, lag time.Duration)) {
	for _, way := range []struct {
		version string
		stamp   bool
	}{{"1.4", false}, {"2.15", false}, {"2.15", true}} {
		for i, lag := range lags {
			if i%lagsEvery != 0 {
				continue
			}
			inBubble(t, fmt.Sprintf("%s stamp %v lag %v", way.version, way.stamp, lag), func(t *testing.T) {
				do(newLagging(t, way.version, way.stamp, lag), lag)
			})
		}
	}
}

// TestLagIsMeasured: a run in which nothing goes wrong sees how long leads take
// to show up, by one request in a hundred. The next one, of a single lead, of
// which the answer is lost, waits until it must have shown.
func TestLagIsMeasured(t *testing.T) {
	eachLag(t, func(l *lagging, lag time.Duration) {
		first, second := shm(l.t), shm(l.t)
		o := &observer{take: 2500 * time.Millisecond}
		r := l.run(first, 1500, o)
		if r.IndexLag < lag || r.IndexLag > 2*lag+10*time.Second {
			l.t.Errorf("it saw a lag of %v, and that is %v", r.IndexLag, lag)
		}
		if o.creates != 1500 || o.looks == 0 || o.looks > o.calls/100 {
			l.t.Errorf("of %d calls, %d were creates and %d look-ups", o.calls, o.creates, o.looks)
		}
		l.whole()
		r = l.run(second, 1, &observer{lose: 1}, filepath.Join(first, resultsName))
		if r.Totals.Of("created") != 1 {
			l.t.Errorf("the second run: %+v", r.Totals)
		}
		l.whole()
		// The third is told of the second alone, which had nobody to look for.
		l.run(shm(l.t), 1, &observer{lose: 1}, filepath.Join(second, resultsName))
		l.whole()
	})
}

// TestLagOfAResumedRun: what was seen is on record at once, for a run that is
// killed and goes on.
func TestLagOfAResumedRun(t *testing.T) {
	eachLag(t, func(l *lagging, lag time.Duration) {
		dir, grave := shm(l.t), shm(l.t)
		l.scenario.rows = people(0, 1500)
		l.text = invariants.CSV(l.scenario.rows)
		l.rows = 1500
		p := &process{dir: dir, grave: grave}
		o := &observer{next: l.server.Transport(), take: 2 * time.Second}
		creates := 0
		p.next = answering(func(r *http.Request) (*http.Response, error) {
			res, err := o.RoundTrip(r)
			if id, write := contactWrite(r, nil); write && id == "" {
				if creates++; creates == 1490 { // applied, and it dies before the answer is there
					p.mu.Lock()
					defer p.mu.Unlock()
					p.die()
				}
			}
			return res, err
		})
		if err := l.live(l.t, p); err == nil || !p.dead {
			l.t.Fatalf("the first run: %v", err)
		}
		if err := l.live(l.t, &process{dir: grave, next: l.server.Transport()}); err != nil {
			l.t.Fatal(err)
		}
		l.whole()
	})
}

// TestDoubtSeesTheLag: as long as leads that were created at the same time do
// not show, that another does not says nothing. So the first run makes no
// duplicate either, however small it is, and asks hardly more often.
func TestDoubtSeesTheLag(t *testing.T) {
	eachLag(t, func(l *lagging, lag time.Duration) {
		first := shm(l.t)
		o := &observer{lose: 3}
		r := l.run(first, 5, o)
		if lag > time.Minute && (r.IndexLag < lag || r.IndexLag > 2*lag+10*time.Second) {
			l.t.Errorf("it saw a lag of %v, and that is %v", r.IndexLag, lag)
		}
		l.t.Logf("%d look-ups, lag %v", o.looks, r.IndexLag)
		l.whole()
		l.run(shm(l.t), 1, &observer{lose: 1}, filepath.Join(first, resultsName))
		l.whole()
	})
}

// TestLagOfWhoIsGone: a lead that somebody deletes before it shows says nothing
// about the index, and makes nobody wait.
func TestLagOfWhoIsGone(t *testing.T) {
	for _, version := range []string{"1.4", "2.15"} {
		inBubble(t, version, func(t *testing.T) {
			l := newLagging(t, version, false, 20*time.Second)
			o := &observer{take: time.Second}
			l.scenario.rows = people(0, 1500)
			l.text = invariants.CSV(l.scenario.rows)
			time.AfterFunc(10*time.Second, func() {
				for _, c := range l.server.State().Contacts {
					if err := l.server.Delete(c.ID); err != nil {
						t.Error(err)
					}
				}
			})
			o.next = l.server.Transport()
			p := &process{dir: shm(t), next: o}
			if err := l.live(t, p); err != nil {
				t.Fatal(err)
			}
			if lag := p.result.IndexLag; lag > 40*time.Second {
				t.Errorf("it saw a lag of %v", lag)
			}
		})
	}
}
