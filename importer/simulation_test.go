package importer_test

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"leadimport/client"
	"leadimport/client/sandbox"
	"leadimport/importer"
	"leadimport/importer/history"
	"leadimport/importer/invariants"
	"leadimport/importer/results"
	"leadimport/importer/source"
	"leadimport/mapping"
)

var (
	simulations = flag.Int("simulations", defaultSimulations, "imports that TestSimulation runs")
	simSeed     = flag.Uint64("simulation-seed", 0, "run only this simulation")
)

// scenario is one import from its first run to its end, through faults and
// crashes, all of it drawn from the seed.
type scenario struct {
	seed    uint64
	rows    []invariants.Row
	text    string // the rows as CSV
	version string
	stamp   bool
	workers int
	crashes int
	faults  sandbox.Faults
	lag     time.Duration
	timeout time.Duration
	settle  time.Duration
	tags    []string
	match   bool
	before  []invariants.Before // without ids
	canary  int                 // creates after which each of the first lives stops; 0: none

	forgot bool // a crash took the journal along
}

func newScenario(seed uint64) scenario {
	rng := rand.New(rand.NewPCG(seed, 1))
	s := scenario{
		seed:    seed,
		version: []string{"1.4", "2.15"}[rng.IntN(2)],
		stamp:   rng.IntN(3) == 0,
		workers: []int{1, 2, 8, 64}[rng.IntN(4)],
		crashes: rng.IntN(4),
		lag:     time.Duration(rng.IntN(20)) * time.Second,
		timeout: 10 * time.Second,
		settle:  60 * time.Second,
	}
	share := rng.Float64() * 0.05
	s.faults = sandbox.Faults{
		LostApplied: share, LostUnapplied: share, LateApplied: share / 2, LateBy: 8 * time.Second,
		Error408: share / 2, Error500: share, Error502: share / 2, Error503: share / 2, Error504: share,
		RateLimited: share, Truncated: share / 2, Foreign: share / 2, Slow: share, SlowBy: 9 * time.Second,
		Unreachable: share, ReadFailed: share / 2, NoRateHeaders: 0.05,
	}
	s.rows = invariants.People(rng, 10+rng.IntN(40))
	s.tags = [][]string{nil, {"newsletter"}, {"newsletter", "import {date}"}}[rng.IntN(3)]
	if rng.IntN(2) == 0 {
		invariants.Employ(rng, s.rows, 1+rng.IntN(8))
	}
	s.populate(rand.New(rand.NewPCG(seed, 3)))
	if c := rand.New(rand.NewPCG(seed, 4)); c.IntN(4) == 0 {
		s.canary = 1 + c.IntN(6)
	}
	s.text = invariants.CSV(s.rows)
	return s
}

// mapping is that of every simulated list.
func (s scenario) mapping(t testing.TB) *mapping.Mapping {
	text := invariants.Mapping
	if s.stamp {
		text += "stamp: custom_attributes.import_stamp\n"
	}
	if len(s.tags) > 0 {
		text += `tags: ["` + strings.Join(s.tags, `", "`) + "\"]\n"
	}
	if slices.ContainsFunc(s.rows, func(r invariants.Row) bool { return r.Company != "" }) {
		text += invariants.CompanyMapping
	}
	if s.match {
		text += s.matchBy()
	}
	m, err := mapping.Parse("m.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// process stands between a run and the network, and dies at its k-th request:
// just before it is sent, or when its answer has come. What it leaves is a
// copy of the files at that instant.
type process struct {
	next  http.RoundTripper
	dir   string
	grave string
	ctx   context.Context
	kill  context.CancelFunc

	forecast importer.Forecast

	mu    sync.Mutex
	calls int
	at    int // 0: it lives
	after bool
	drain bool // it is not killed but told to end, and awaits what is in flight
	dead  bool
}

// roundTripTime is how long a request is on its way: no answer is there in the
// millisecond of its request, by which records are ordered.
const roundTripTime = 2 * time.Millisecond

var errDead = errors.New("the process is dead")

func (p *process) RoundTrip(r *http.Request) (*http.Response, error) {
	time.Sleep(roundTripTime)
	p.mu.Lock()
	p.calls++
	mine := p.calls == p.at
	if mine && !p.after {
		p.die()
	}
	dead := p.dead
	p.mu.Unlock()
	if dead {
		return nil, errDead
	}
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
	return res, err
}

func (p *process) die() {
	if p.drain {
		p.kill()
		return
	}
	p.dead = true
	for _, name := range []string{"leads.results.csv", "leads.results.csv.journal"} {
		if data, err := os.ReadFile(filepath.Join(p.dir, name)); err == nil {
			_ = os.WriteFile(filepath.Join(p.grave, name), data, 0o600)
		}
	}
	p.kill()
}

// simulate imports the list through all its crashes and returns what it did
// wrong.
func simulate(t *testing.T, s scenario) []error {
	rng := rand.New(rand.NewPCG(s.seed, 2))
	server, err := sandbox.New(sandbox.Config{
		Seed: s.seed | 1, Lag: s.lag, Limit: 200, Workspace: "simulate", Token: "simulated",
		Attributes: map[string]string{"score": "integer", "import_stamp": "string"},
	})
	if err != nil {
		t.Fatal(err)
	}
	s.before = s.seedServer(t, server)
	root, err := os.MkdirTemp(memory(), "simulation")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(root) })
	dir := filepath.Join(root, "0")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	for life := 1; life < 60; life++ {
		p := &process{next: server.Transport(), dir: dir, grave: filepath.Join(root, fmt.Sprint(life))}
		if err := os.Mkdir(p.grave, 0o700); err != nil {
			t.Fatal(err)
		}
		if life <= s.crashes {
			p.at, p.after = 3+rng.IntN(len(s.rows)*2), rng.IntN(2) == 0
			p.drain = rng.IntN(4) == 0
		}
		if life > 3 {
			s.canary = 0 // the bird lives: now all of the list
		}
		err := s.live(t, p)
		switch {
		case p.dead:
			dir = p.grave
			if rng.IntN(8) == 0 {
				loseJournal(t, dir)
				s.forgot = true
			} else if hasJournal(dir) { // else there is nothing besides
				tearTail(t, rng, filepath.Join(dir, "leads.results.csv"))
			}
		case errors.Is(err, errCanary): // to be resumed
		case err == nil:
			return s.judge(t, filepath.Join(dir, "leads.results.csv"), server)
		default:
			var stopped *importer.StopError
			if errors.As(err, &stopped) && stopped.Reason == importer.Interrupted {
				continue
			}
			if !errors.As(err, &stopped) || stopped.Reason != importer.Unavailable {
				t.Fatalf("seed %d: %v", s.seed, err)
			}
			time.Sleep(time.Minute) // as a cron job or a Pod would come again
		}
	}
	t.Fatalf("seed %d: the import does not come to an end", s.seed)
	return nil
}

// memory is a folder whose files are in memory, where there is one: thousands
// of imports need no disk to be slow.
func memory() string {
	if info, err := os.Stat("/dev/shm"); err == nil && info.IsDir() {
		return "/dev/shm"
	}
	return ""
}

// judge reads the results and what the API holds, and compares.
func (s scenario) judge(t testing.TB, path string, server *sandbox.Server) []error {
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines, err := invariants.ReadResults(f)
	if err != nil {
		t.Fatal(err)
	}
	state, err := json.Marshal(server.State())
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range lines {
		if line["import_status"] == "unresolved" {
			if !s.forgot {
				unresolved.Add(1)
			} else {
				// Without the journal every row may have been sent, and one
				// of the people from before may look like it.
				line["import_attempts"] = "unknown"
			}
		}
	}
	imported.Add(int64(len(lines)))
	var before []invariants.Before
	if s.match {
		before = append([]invariants.Before{}, s.before...)
	}
	tags := slices.Clone(s.tags)
	for i := range tags { // virtual time begins at the start of a day: no first run ends on another
		tags[i] = strings.ReplaceAll(tags[i], "{date}", "2000-01-01")
	}
	return append(invariants.ViolationsAmong(before, s.rows, lines, state), invariants.Belongings(s.rows, lines, state, tags)...)
}

// imported and unresolved count the rows of all simulations of a test run.
var imported, unresolved atomic.Int64

// live is one process.
func (s scenario) live(t *testing.T, p *process) error {
	p.ctx, p.kill = context.WithCancel(context.Background())
	defer p.kill()
	input := filepath.Join(p.dir, "leads.csv")
	if err := os.WriteFile(input, []byte(s.text), 0o600); err != nil {
		t.Fatal(err)
	}
	store, err := results.Open(filepath.Join(p.dir, "leads.results.csv"), results.Resume)
	if err != nil {
		t.Fatalf("seed %d: %v", s.seed, err)
	}
	defer store.Close()
	known, err := history.Open(history.Options{Own: store})
	if err != nil {
		t.Fatalf("seed %d: %v", s.seed, err)
	}
	defer known.Close()
	file, err := source.Open(input, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	version, err := client.ParseVersion(s.version)
	if err != nil {
		t.Fatal(err)
	}
	m := s.mapping(t)
	api, err := client.New(client.Config{
		BaseURL: "https://sandbox.test", Version: version, Token: client.NewToken("simulated"),
		Workers: s.workers, Timeout: s.timeout, Stamp: m.Stamp(), Transport: p,
	})
	if err != nil {
		t.Fatal(err)
	}
	job, err := importer.Prepare(p.ctx, importer.Config{
		Input: file, Mapping: m, Version: version, Client: api, Store: store, History: known,
		Workers: s.workers, Timeout: s.timeout, Settle: s.settle, Canary: s.canary,
	})
	if err != nil {
		return err
	}
	p.forecast = job.Forecast()
	res, err := job.Run(p.ctx)
	if res.Canary {
		return errCanary
	}
	return err
}

// errCanary is the end of a life that created as many leads as it was to try.
var errCanary = errors.New("as many leads as asked for were created")

// tearTail cuts into the last records of a file, as a crash of the machine may.
func tearTail(t *testing.T, rng *rand.Rand, path string) {
	info, err := os.Stat(path)
	if err != nil || rng.IntN(2) == 0 {
		return
	}
	if err := os.Truncate(path, max(0, info.Size()-rng.Int64N(300))); err != nil {
		t.Fatal(err)
	}
}

func TestSimulation(t *testing.T) {
	if *simSeed != 0 {
		runSimulation(t, *simSeed)
		return
	}
	const groups = 4
	t.Cleanup(func() {
		rows, open := imported.Load(), unresolved.Load()
		t.Logf("%d rows, %d unresolved", rows, open)
		if open*200 > rows {
			t.Errorf("%d of %d rows are unresolved: more than 0.5 %%", open, rows)
		}
	})
	for g := range groups {
		t.Run(fmt.Sprint(g), func(t *testing.T) {
			t.Parallel()
			for seed := uint64(g + 1); seed <= uint64(*simulations); seed += groups {
				if runSimulation(t, seed); t.Failed() {
					return
				}
			}
		})
	}
}

func runSimulation(t *testing.T, seed uint64) {
	synctest.Test(t, func(t *testing.T) {
		s := newScenario(seed)
		for _, v := range simulate(t, s) {
			t.Errorf("seed %d (-simulation-seed %d): %v", seed, seed, v)
		}
	})
}

// TestSimulationWithoutTheWait shows that the simulation can find something:
// an importer that takes a look-up's "not found" at its word at once.
func TestSimulationWithoutTheWait(t *testing.T) {
	for seed := uint64(1); seed <= 100; seed++ {
		found := false
		synctest.Test(t, func(t *testing.T) {
			s := newScenario(seed)
			s.settle = time.Nanosecond
			s.lag = 20 * time.Second
			for _, v := range simulate(t, s) {
				found = found || strings.HasPrefix(v.Error(), "no duplicate")
			}
		})
		if found {
			return
		}
	}
	t.Error("no duplicate in 100 simulations without the wait: the simulation cannot find any")
}
