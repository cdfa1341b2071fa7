package main

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"leadimport/client"
	"leadimport/client/sandbox"
	"leadimport/importer"
	"leadimport/importer/history"
	"leadimport/importer/results"
	"leadimport/importer/source"
	"leadimport/mapping"
)

// far is a transport whose answers take their time.
type far struct {
	rt   http.RoundTripper
	take time.Duration
}

func (f far) RoundTrip(r *http.Request) (*http.Response, error) {
	time.Sleep(f.take / 2)
	res, err := f.rt.RoundTrip(r)
	time.Sleep(f.take / 2)
	return res, err
}

// course is an import in virtual time whose estimates are held against what
// came.
type course struct {
	name    string
	rows    int
	head    int // rows at the head that are unchanged
	even    int // rows of which all but each n-th are unchanged; 0: none
	shared  int // rows that share a key with others; 0: none
	workers int
	take    time.Duration
	api     sandbox.Config
	other   float64 // requests per second of another program
	settle  time.Duration
	chance  bool // what comes cannot be known
}

// may is how much of the bound an estimate may be off.
func (c course) may() float64 {
	if c.chance {
		return 3
	}
	return 1
}

var courses = []course{
	{name: "plain", rows: 1200},
	{name: "slow limit", rows: 400, api: sandbox.Config{Limit: 83}},
	{name: "slow limit, far away", rows: 1200, take: 300 * time.Millisecond, api: sandbox.Config{Limit: 166}},
	{name: "head unchanged", rows: 1500, head: 1200, api: sandbox.Config{Limit: 166}},
	{name: "most unchanged", rows: 2000, even: 10, api: sandbox.Config{Limit: 166}},
	{name: "few workers", rows: 1000, workers: 4, take: 300 * time.Millisecond},
	{name: "429s", rows: 4000, workers: 16, api: sandbox.Config{Limit: 166, Faults: sandbox.Faults{RateLimited: 0.01}}},
	{name: "neighbour", rows: 3000, workers: 16, chance: true, other: 8, api: sandbox.Config{Limit: 166}},
	{name: "lost answers", rows: 3000, workers: 16, chance: true, api: sandbox.Config{Limit: 166, Lag: 20 * time.Second, Faults: sandbox.Faults{LostApplied: 0.02}}},
	{name: "shared keys", rows: 800, shared: 200, api: sandbox.Config{Limit: 166}},
}

// seen is an estimate on the way.
type seen struct {
	at   time.Time
	done float64 // of the rows
	work float64 // of the work
	left time.Duration
	ok   bool
}

func (c course) csv(changed bool) string {
	var b strings.Builder
	b.WriteString("Email,Name\n")
	for i := range c.rows {
		name, key := "Person", i
		if changed && i >= c.head && (c.even == 0 || i%c.even == 0) {
			name = "Other"
		}
		if i < c.shared {
			key = i % 7
		}
		fmt.Fprintf(&b, "p%d@example.com,%s %d\n", key, name, i)
	}
	return b.String()
}

// run imports the list and returns the estimates every 200 ms.
func (c course) run(t *testing.T) (list []seen, end time.Time) {
	if c.workers == 0 {
		c.workers = 64
	}
	if c.take == 0 {
		c.take = 20 * time.Millisecond
	}
	if c.settle == 0 {
		c.settle = 10 * time.Minute
	}
	c.api.Token, c.api.Seed = "virtual", 7
	server, err := sandbox.New(c.api)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	var others sync.WaitGroup
	defer others.Wait()
	defer cancel()
	if c.other > 0 {
		others.Go(func() {
			rng := rand.New(rand.NewPCG(1, 1))
			for ctx.Err() == nil {
				req, _ := http.NewRequest("GET", "https://sandbox.test/me", nil)
				req.Header.Set("Authorization", "Bearer virtual")
				if res, err := server.Transport().RoundTrip(req); err == nil {
					res.Body.Close()
				}
				time.Sleep(time.Duration(rng.ExpFloat64() / c.other * float64(time.Second)))
			}
		})
	}
	dir, err := os.MkdirTemp(memory(), "left")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	var previous []string
	if c.head > 0 || c.even > 0 {
		c.import1(t, server.Transport(), dir, "old", c.csv(false), nil, nil)
		previous = []string{filepath.Join(dir, "old.results.csv")}
		time.Sleep(time.Minute)
	}
	var l left
	c.import1(t, server.Transport(), dir, "new", c.csv(previous != nil), previous, func(api *client.Client, now time.Time, p importer.Progress) {
		l.limit, l.waited = api.Limit, func() time.Duration { return api.Stats().Waited }
		l.update(now, p)
		if n := len(list); n > 0 && now.Sub(list[n-1].at) < 200*time.Millisecond {
			return
		}
		d, ok := l.of(now, p)
		list = append(list, seen{now, float64(p.Totals.Sum()) / float64(p.Rows), float64(p.Worked) / float64(max(1, p.Work)), d, ok})
	})
	return list, time.Now()
}

func (c course) import1(t *testing.T, rt http.RoundTripper, dir, name, text string, previous []string, watch func(*client.Client, time.Time, importer.Progress)) {
	t.Helper()
	path := filepath.Join(dir, name+".csv")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	input, err := source.Open(path, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer input.Close()
	store, err := results.Open(filepath.Join(dir, name+".results.csv"), results.New)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	m := mapping.Infer(input.Header())
	version, _ := client.ParseVersion("2.15")
	api, err := client.New(client.Config{
		BaseURL: "https://sandbox.test", Version: version, Token: client.NewToken("virtual"),
		Workers: c.workers, Transport: far{rt, c.take},
	})
	if err != nil {
		t.Fatal(err)
	}
	known, err := history.Open(history.Options{Previous: previous, Self: filepath.Join(dir, name+".results.csv")})
	if err != nil {
		t.Fatal(err)
	}
	defer known.Close()
	job, err := importer.Prepare(t.Context(), importer.Config{
		Input: input, Mapping: m, Version: version, Client: api, Store: store, History: known,
		Workers: c.workers, Settle: c.settle,
	})
	if err != nil {
		t.Fatal(err)
	}
	if watch != nil {
		job.OnProgress(func(p importer.Progress) { watch(api, time.Now(), p) })
	}
	if _, err := job.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
}

// TestLeft: after a tenth of the rows, what is said to be left is right within
// 10 %, or when the end is near, within 2 % of the whole.
func TestLeft(t *testing.T) {
	t.Parallel()
	for _, c := range courses {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				list, end := c.run(t)
				whole := end.Sub(list[0].at)
				var worst, tenths string
				most := 0.0
				for _, s := range list {
					truth := end.Sub(s.at)
					off := math.Abs(float64(s.left - truth))
					share := off / max(0.1*float64(truth), 0.02*float64(whole))
					if s.done >= 0.1 && (share > most || !s.ok) {
						most = share
						worst = fmt.Sprintf("%v before the end it says %v", truth, s.left)
					}
					if passed := 1 - float64(truth)/float64(whole); int(10*passed) > strings.Count(tenths, " ") {
						tenths += fmt.Sprintf(" %+.1f%%", 100*float64(s.left-truth)/float64(truth))
					}
				}
				t.Logf("%v, off by%s, at most %.2f of what it may", whole, tenths, most)
				if most > c.may() || len(list) < 20 {
					t.Errorf("of %d estimates in %v the worst: %s", len(list), whole, worst)
				}
			})
		})
	}
}

// memory is a folder whose files are in memory, where there is one.
func memory() string {
	if info, err := os.Stat("/dev/shm"); err == nil && info.IsDir() {
		return "/dev/shm"
	}
	return ""
}
