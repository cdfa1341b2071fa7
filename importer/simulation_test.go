package importer_test

import (
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"leadimport/client/sandbox"
	"leadimport/importer"
	"leadimport/importer/invariants"
)

var (
	simulations = flag.Int("simulations", defaultSimulations, "worlds that TestSimulation draws")
	simSeed     = flag.Uint64("simulation-seed", 0, "run only this simulation; add -count, for goroutines take turns as they like")
	without     = flag.String("without", "", "leave these out of the simulation, to find out what a violation needs: "+strings.Join(features, ", "))
	simTrace    = flag.String("simulation-keep", "", "a folder to which the files of a simulation are copied after each life")
)

// features are what a world may have, by the names that -without takes.
var features = []string{"faults", "crashes", "clocks", "strangers", "rewrite", "pages", "edits", "limit", "shards", "losses", "undo", "night", "people", "match", "tags", "companies", "canary", "stamp", "newest", "gone"}

// simulation is a world and the imports in it, drawn from a seed: what the
// section "What proves it" of the guarantee asks for.
type simulation struct {
	scenario
	crashes   int           // of each import
	skew      time.Duration // the server's clock minus ours
	clocks    bool          // it is set while imports run
	strangers float64
	rewrite   sandbox.Rewrite
	maxPage   int
	edits     bool // the list is edited between two starts
	limit     int  // of the first lives; 0: none
	shards    int  // of the first night; 0: none
	losses    bool // a crash may take the journal or the results along
	undo      bool // the first import is taken back
	nights    int
	people    bool // something happens to people between the nights

	mergedWrites bool // writes to a merged contact tell it
	busy         bool // there were people before
	history      []string
	fresh        int
}

func (s *simulation) rng(stream uint64) *rand.Rand { return rand.New(rand.NewPCG(s.seed, stream)) }

// newSimulation draws a world. Each feature has a stream of its own, so that
// leaving one out changes nothing of the others.
func newSimulation(seed uint64) *simulation {
	s := &simulation{scenario: scenario{seed: seed, timeout: 10 * time.Second, settle: time.Minute}}
	base := s.rng(1)
	s.version = []string{"1.4", "2.15"}[base.IntN(2)]
	s.workers = []int{1, 2, 8, 64}[base.IntN(4)]
	s.lag = time.Duration(base.IntN(20)) * time.Second
	draw := func(feature string, chance float64, do func(*rand.Rand)) {
		rng := s.rng(100 + uint64(slices.Index(features, feature)))
		if rng.Float64() < chance && !slices.Contains(strings.Split(*without, ","), feature) {
			do(rng)
		}
	}
	draw("faults", 0.8, func(rng *rand.Rand) {
		share := rng.Float64() * []float64{0.012, 0.05}[rng.IntN(2)]
		s.faults = sandbox.Faults{
			LostApplied: share, LostUnapplied: share, LateApplied: share, LateBy: time.Duration(5+rng.IntN(16)) * time.Second,
			Error408: share / 2, Error500: share, Error502: share / 2, Error503: share / 2, Error504: share, Error4xx: share / 2,
			RateLimited: share, Truncated: share / 2, Slow: share, SlowBy: time.Duration(7+rng.IntN(9)) * time.Second,
			Unreachable: share, ReadFailed: share / 2, NoRateHeaders: 0.05,
		}
		if rng.IntN(3) == 0 {
			s.faults.Foreign = 0.01 + share/2
		}
	})
	draw("rewrite", 0.3, func(rng *rand.Rand) {
		s.rewrite = sandbox.Rewrite{Punycode: rng.IntN(2) == 0, Unicode: rng.IntN(2) == 0, NFC: rng.IntN(2) == 0, NFD: rng.IntN(2) == 0, Blanks: rng.IntN(2) == 0, Phone: rng.IntN(2) == 0}
	})
	s.rows = drawList(s.rng(2), 6+base.IntN(25), s.rewrite != sandbox.Rewrite{})
	draw("crashes", 0.8, func(rng *rand.Rand) { s.crashes = 1 + rng.IntN(3) })
	draw("clocks", 0.5, func(rng *rand.Rand) {
		s.skew = time.Duration(rng.IntN(7201)-3600) * time.Second
		if rng.IntN(2) == 0 { // where it matters most
			s.skew = time.Duration(rng.IntN(21)-10) * time.Second
		}
		s.clocks = rng.IntN(2) == 0
	})
	draw("strangers", 0.3, func(rng *rand.Rand) { s.strangers = rng.Float64() * 0.3 })
	draw("pages", 0.2, func(rng *rand.Rand) { s.maxPage = 16_000 + rng.IntN(30_000) })
	draw("edits", 0.6, func(*rand.Rand) { s.edits = true })
	draw("limit", 0.2, func(rng *rand.Rand) { s.limit = 1 + rng.IntN(len(s.rows)) })
	draw("shards", 0.15, func(*rand.Rand) { s.shards = 2 })
	draw("losses", 0.25, func(*rand.Rand) { s.losses = true })
	if s.shards > 0 { // without its journal, a shard takes a twin's lead of the other for its own
		s.losses = false
	}
	draw("night", 0.6, func(*rand.Rand) { s.nights = 1 })
	s.nights++
	draw("undo", 0.25, func(*rand.Rand) { s.undo = true })
	draw("people", 0.5, func(*rand.Rand) { s.people = true })
	draw("match", 0.35, func(*rand.Rand) { s.match, s.busy = true, true })
	if s.match { // two programs that run at once match the same contact, and cannot see each other
		s.shards = 0
	}
	draw("tags", 0.3, func(rng *rand.Rand) {
		s.tags = [][]string{{"newsletter"}, {"newsletter", "import {date}"}}[rng.IntN(2)]
	})
	draw("companies", 0.3, func(rng *rand.Rand) { invariants.Employ(rng, s.rows, 1+rng.IntN(8)) })
	draw("canary", 0.15, func(rng *rand.Rand) { s.canary = 1 + rng.IntN(6) })
	draw("stamp", 0.4, func(*rand.Rand) { s.stamp = true })
	draw("newest", 0.5, func(rng *rand.Rand) {
		if s.version == "2.15" {
			s.version, s.mergedWrites = "2.17", rng.IntN(2) == 0
		}
	})
	draw("gone", 0.3, func(rng *rand.Rand) { s.gone = []string{"skip", "fail"}[rng.IntN(2)] })
	return s
}

// String says what was drawn, in the names of -without.
func (s *simulation) String() string {
	return fmt.Sprintf("seed %d: version %s, %d workers, %d rows, lag %v, %d crashes, %d nights, skew %v (set: %v), strangers %.2f, rewrite %+v, max page %d, edits %v, limit %d, shards %d, losses %v, undo %v, people %v, match %v, tags %q, canary %d, stamp %v, gone %q, merged writes %v, faults %+v\n\t%s",
		s.seed, s.version, s.workers, len(s.rows), s.lag, s.crashes, s.nights, s.skew, s.clocks, s.strangers, s.rewrite, s.maxPage, s.edits, s.limit, s.shards, s.losses, s.undo, s.people, s.match, s.tags, s.canary, s.stamp, s.gone, s.mergedWrites, s.faults,
		strings.Join(s.history, "\n\t"))
}

// note keeps what happened, for whoever reads a violation.
func (s *simulation) note(format string, args ...any) {
	s.history = append(s.history, time.Now().Format("15:04:05.000 ")+fmt.Sprintf(format, args...))
}

// simulate lives through all nights and returns what was done wrong.
func simulate(t *testing.T, s *simulation) []error {
	w := newWorld(t, s)
	root, err := os.MkdirTemp(memory(), "night")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(root) })
	if s.busy {
		w.populate(t, s)
	}
	if err := w.SetFaults(s.faults); err != nil {
		t.Fatal(err)
	}
	if err := w.SetStrangers(s.strangers); err != nil {
		t.Fatal(err)
	}
	h := &household{simulation: s, T: t, world: w, root: root, chance: s.rng(4), taken: map[string]bool{}, announced: map[string]bool{}}
	for n := range s.nights {
		h.night(n)
		if n+1 == s.nights {
			break
		}
		if s.undo {
			h.takeBack()
		}
		time.Sleep(time.Hour)
		if s.people {
			w.happen(t, h.nights[n].Lines, h.nights[n].Rows)
			time.Sleep(time.Minute)
		}
		if s.edits {
			h.edit()
		}
	}
	time.Sleep(time.Hour) // nothing is on its way any more
	return h.judge()
}

// household is where imports are run night after night.
type household struct {
	*simulation
	*testing.T
	world  *world
	root   string
	dirs   int
	chance *rand.Rand
	shape  int // of the export

	done   []string // results of the nights before
	nights []invariants.Night
	taken  map[string]bool
	wrong  []error

	announced map[string]bool // keys of creates that a process died with before it sent them
}

func (h *household) newDir() string {
	h.dirs++
	dir := filepath.Join(h.root, fmt.Sprint(h.dirs))
	if err := os.Mkdir(dir, 0o700); err != nil {
		h.Fatal(err)
	}
	return dir
}

func (h *household) edit() {
	rows, what := edit(h.chance, h.rows, &h.fresh)
	h.rows = rows
	if h.chance.IntN(4) == 0 {
		h.shape = h.chance.IntN(3)
		what = append(what, fmt.Sprintf("shape %d", h.shape))
	}
	h.note("the list is edited: %s", strings.Join(what, ", "))
}

// night is an import of the list, in one piece or in shards, with the results
// of the nights before.
func (h *household) night(n int) {
	night := invariants.Night{Began: time.Now(), Faults: h.faults != sandbox.Faults{}, Heavy: h.faults.LostApplied > 0.015 || len(h.tags) > 0 || h.canary > 0}
	dir := h.newDir()
	var lines []invariants.Line
	if h.shards > 0 && n == 0 {
		edits := h.edits
		h.edits = false // what one shard has seen the other must see, too
		for i := range h.shards {
			name := fmt.Sprintf("leads.%d.results.csv", i)
			dir = h.importList(&night, dir, name, importer.Shard{Index: i, Of: h.shards})
			lines = append(lines, readLines(h.T, filepath.Join(dir, name))...)
		}
		h.edits = edits
		slices.SortStableFunc(lines, func(a, b invariants.Line) int {
			x, y := rowOf(a), rowOf(b)
			if x == 0 || y == 0 {
				return y - x // behind
			}
			return x - y
		})
		for i := range h.shards {
			h.done = append(h.done, filepath.Join(dir, fmt.Sprintf("leads.%d.results.csv", i)))
		}
	} else {
		dir = h.importList(&night, dir, resultsName, importer.Shard{})
		lines = readLines(h.T, filepath.Join(dir, resultsName))
		h.done = append(h.done, filepath.Join(dir, resultsName))
	}
	night.Rows, night.Lines, night.Ended = h.rows, lines, time.Now()
	h.nights = append(h.nights, night)
}

// importList starts an import until it is done, through its crashes. It
// returns the folder in which it ended.
func (h *household) importList(night *invariants.Night, dir, name string, shard importer.Shard) string {
	calm := true
	limit, canary := h.limit, h.canary
	previous := slices.Clone(h.done)
	for life := 1; life < 60; life++ {
		p := &process{
			next: h.world.Transport(), dir: dir, grave: h.newDir(), name: name, previous: previous, shard: shard, limit: limit,
			watch:   &watch{workers: h.workers, timeout: h.timeout, keys: map[string]bool{}, resumes: life > 1 || len(previous) > 0},
			happens: map[int]func(){},
		}
		if life <= h.crashes {
			p.at, p.after = 3+h.chance.IntN(len(h.rows)*2), h.chance.IntN(2) == 0
			p.drain = h.chance.IntN(4) == 0
			calm = false
		}
		if life > 3 {
			limit, canary, p.limit = 0, 0, 0 // now all of the list
		}
		if h.clocks {
			p.happens[3+h.chance.IntN(len(h.rows)*2)] = h.world.correct(h.T, []time.Duration{0, h.skew, time.Duration(h.chance.IntN(121)-60) * time.Second}[h.chance.IntN(3)], h.faults)
		}
		if h.chance.IntN(4) == 0 {
			p.happens[3+h.chance.IntN(len(h.rows))] = func() { h.other(p) }
		}
		s := h.scenario
		s.canary, s.text = canary, export(h.rows, h.shape)
		night.Starts = append(night.Starts, time.Now())
		err := s.live(h.T, p)
		h.note("life %d (limit %d, canary %d, killed at %d, after %v, drained %v): dead %v, %v, %d calls", life, p.limit, canary, p.at, p.after, p.drain, p.dead, err, p.calls)
		h.keep(p)
		h.wrong = append(h.wrong, p.watch.wrong...)
		for _, key := range p.announced {
			h.announced[key] = true
		}
		var stopped *importer.StopError
		switch {
		case p.dead:
			dir = p.grave
			h.crashed(night, dir, name)
			time.Sleep(time.Duration(h.chance.IntN(4)) * 30 * time.Second)
		case errors.Is(err, errCanary): // to be resumed
		case err == nil && p.limit > 0 && p.limit < len(h.rows):
			if life >= 3 || h.chance.IntN(2) == 0 {
				limit = 0
			}
			life = max(life, 1)
		case err == nil:
			if calm && life == 1 && h.calm() {
				h.wrong = append(h.wrong, p.foreseen(h.nights)...)
			}
			return dir
		case errors.As(err, &stopped) && stopped.Reason == importer.Interrupted:
		case errors.As(err, &stopped) && stopped.Reason == importer.Unavailable:
			time.Sleep(time.Minute) // as a cron job or a Pod would come again
		case errors.As(err, &stopped) && stopped.Reason == importer.NothingSent && h.faults.Foreign > 0:
			time.Sleep(time.Minute) // three answers in a row were somebody else's
		default:
			h.Fatalf("%v\n%v", err, h.simulation)
		}
		calm = false
		if h.edits && h.chance.IntN(2) == 0 {
			h.edit()
		}
	}
	h.Fatalf("the import does not come to an end\n%v", h.simulation)
	return ""
}

// keep copies the files of a life for whoever wants to read them.
func (h *household) keep(p *process) {
	if *simTrace == "" {
		return
	}
	to := filepath.Join(*simTrace, fmt.Sprintf("life-%02d", h.dirs))
	if err := os.MkdirAll(to, 0o700); err != nil {
		h.Fatal(err)
	}
	from := p.dir
	if p.dead {
		from = p.grave
	}
	copyFiles(from, to)
	if err := os.WriteFile(filepath.Join(to, "leads.csv"), []byte(export(h.rows, h.shape)), 0o600); err != nil {
		h.Fatal(err)
	}
}

// crashed does to files what crashes, and people who tidy up, do.
func (h *household) crashed(night *invariants.Night, dir, name string) {
	path := filepath.Join(dir, name)
	if h.losses && h.chance.IntN(2) == 0 {
		lost := path
		text, err := os.ReadFile(path)
		if alone := h.chance.IntN(3) > 0; (alone || night.Forgot) && err == nil && strings.Contains(string(text), "\n") {
			lost += ".journal" // where a crash has cut the header off the results, or both are lost in turn, nothing would be known then
			night.Forgot = true
		}
		if err := os.Remove(lost); err != nil && !errors.Is(err, os.ErrNotExist) {
			h.Fatal(err)
		}
		h.note("%s is lost", filepath.Base(lost))
		return
	}
	if _, err := os.Stat(path + ".journal"); err == nil && !night.Forgot {
		tearTail(h.T, h.chance, path)
	}
}

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

func (h *household) truth() *invariants.Truth {
	truth, err := invariants.ReadTruth(stateOf(h.T, h.world.Server), h.world.skip)
	if err != nil {
		h.Fatal(err)
	}
	return truth
}

// judge compares all that was written down with what the API holds.
func (h *household) judge() []error {
	w := invariants.World{
		Truth: h.truth(), Before: h.world.before, Moved: h.world.moved, Taken: h.taken, Nights: h.nights, Announced: h.announced,
		Settle: h.settle, Timeout: h.timeout, Stamp: h.stamp, Match: h.match, Search: h.version != "1.4", Gone: h.gone,
		Clocks: h.world.clocks, Foreign: h.faults.Foreign > 0,
	}
	wrong := append(h.wrong, w.Violations()...)
	if !h.edits && !h.people && !h.undo && !h.losses {
		last := h.nights[len(h.nights)-1]
		wrong = append(wrong, invariants.Belongings(last.Rows, last.Lines, stateOf(h.T, h.world.Server), h.tagNames())...)
	}
	count := h.world.State().Counters
	if tooMany := count.RateLimited - count.Faults["rate-limited"]; tooMany*100 > count.Requests+int64(300*h.dirs) {
		wrong = append(wrong, fmt.Errorf("thrift: %d of %d requests were too many", tooMany, count.Requests))
	}
	for _, night := range h.nights {
		imported.Add(int64(len(night.Rows)))
		for _, line := range night.Lines {
			if line["import_status"] == "unresolved" {
				unresolved.Add(1)
			}
		}
	}
	return wrong
}

// imported and unresolved count the rows of all simulations of a test run.
var imported, unresolved atomic.Int64

func TestSimulation(t *testing.T) {
	if *simSeed != 0 {
		runSimulation(t, *simSeed)
		return
	}
	const groups = 4
	var failed atomic.Bool
	t.Cleanup(func() { t.Logf("%d rows, %d unresolved", imported.Load(), unresolved.Load()) })
	for g := range groups {
		t.Run(fmt.Sprint(g), func(t *testing.T) {
			t.Parallel()
			for seed := uint64(g + 1); seed <= uint64(*simulations) && !failed.Load(); seed += groups {
				if runSimulation(t, seed); t.Failed() {
					failed.Store(true)
				}
			}
		})
	}
}

func runSimulation(t *testing.T, seed uint64) {
	synctest.Test(t, func(t *testing.T) {
		s := newSimulation(seed)
		wrong := simulate(t, s)
		for _, v := range wrong {
			t.Errorf("-simulation-seed %d: %v", seed, v)
		}
		if len(wrong) > 0 || *simSeed != 0 && testing.Verbose() {
			t.Log(s)
		}
	})
}
