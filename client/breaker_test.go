package client_test

import (
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"leadimport/client"
)

// outage is an API that fails from one time to another, since the start.
type outage struct {
	start    time.Time
	from, to time.Duration
	fail     step
	reads    bool // they fail, too

	creates atomic.Int64 // that it received while it failed
	probes  atomic.Int64
}

func (o *outage) answer(req *http.Request) (*http.Response, error) {
	time.Sleep(100 * time.Millisecond)
	since := time.Since(o.start)
	out := since >= o.from && since < o.to
	switch {
	case req.Method == "GET" && out:
		o.probes.Add(1)
		if o.reads {
			return o.fail(req)
		}
		fallthrough
	case req.Method == "GET":
		return says(200, `{"type":"admin","id":"1","name":"A"}`)(req)
	case out:
		o.creates.Add(1)
		return o.fail(req)
	}
	return says(200, contactBody)(req)
}

// run saves n leads, 64 at a time, until a call says that the run is over.
func (o *outage) run(t *testing.T, n int, retryFor time.Duration) (saved, doubts int, end error) {
	o.start = time.Now()
	c, _ := scripted(t, client.Version2, []step{o.answer}, func(cfg *client.Config) { cfg.RetryFor, cfg.Rate = retryFor, 100 })
	var wg sync.WaitGroup
	var mu sync.Mutex
	rows := make(chan int)
	for range 64 {
		wg.Go(func() {
			for range rows {
				_, err := c.Save(background, jane, nil)
				mu.Lock()
				switch kindOf(err) {
				case 0:
					saved++
				case client.Ambiguous:
					doubts++
				default:
					end = err
				}
				mu.Unlock()
			}
		})
	}
	for i := range n {
		rows <- i
	}
	close(rows)
	wg.Wait()
	return saved, doubts, end
}

func TestBreakerKeepsDoubtsFew(t *testing.T) {
	for _, tt := range []struct {
		name  string
		fail  step
		reads bool
		most  int // doubts: what was in flight, what opens it, and a trial now and then
	}{
		{"everything fails", says(503, "null"), true, 30},
		{"writes fail", says(503, "null"), false, 40},
		{"nothing connects", unreachable, true, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				o := &outage{from: 5 * time.Second, to: 2 * time.Minute, fail: tt.fail, reads: tt.reads}
				const n = 2000
				saved, doubts, end := o.run(t, n, 5*time.Minute)
				if end != nil || saved+doubts != n || doubts > tt.most || tt.most > 0 && doubts < 11 {
					t.Errorf("%d saved, %d in doubt, %v", saved, doubts, end)
				}
				if probes := o.probes.Load(); probes < 4 || probes > 15 {
					t.Errorf("%d probes in two minutes", probes)
				}
			})
		})
	}
}

func TestBreakerGivesUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := &outage{from: 5 * time.Second, to: time.Hour, fail: says(502, html), reads: true}
		start := time.Now()
		_, doubts, end := o.run(t, 2000, time.Minute)
		if kindOf(end) != client.Unavailable || codeOf(end) != "http_502" {
			t.Errorf("it ended with %v", end)
		}
		mustBeFit(t, end)
		if took := time.Since(start); took < time.Minute || took > 75*time.Second {
			t.Errorf("it took %v", took)
		}
		if doubts > 30 {
			t.Errorf("%d in doubt", doubts)
		}
	})
}

// Callers that go while the breaker is open leave the others a probe.
func TestBreakerOutlivesItsProbe(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var down atomic.Bool
		down.Store(true)
		c, _ := scripted(t, client.Version2, []step{func(req *http.Request) (*http.Response, error) {
			if down.Load() {
				return says(500, "null")(req)
			}
			if req.Method == "GET" {
				return says(200, `{"type":"admin","id":"1"}`)(req)
			}
			return says(200, contactBody)(req)
		}}, func(cfg *client.Config) { cfg.Rate = 1000 })
		for range 11 {
			if _, err := c.Save(background, jane, nil); kindOf(err) != client.Ambiguous {
				t.Fatal(err)
			}
		}
		ctx, cancel := timeout(200 * time.Millisecond)
		defer cancel()
		done := make(chan error)
		go func() { _, err := c.Save(ctx, jane, nil); done <- err }()
		synctest.Wait()
		go func() { _, err := c.Save(background, jane, nil); done <- err }()
		if err := <-done; err == nil || err != ctx.Err() {
			t.Errorf("the first ended with %v", err)
		}
		down.Store(false)
		if err := <-done; err != nil {
			t.Errorf("the second ended with %v", err)
		}
	})
}
