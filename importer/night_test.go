package importer_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"leadimport/client/sandbox"
	"leadimport/importer"
	"leadimport/importer/history"
	"leadimport/importer/invariants"
	"leadimport/importer/results"
)

// calm reports whether nothing can go wrong and nobody else writes: then what
// Prepare counted is what Run did.
func (h *household) calm() bool {
	return h.faults == sandbox.Faults{} && h.strangers == 0 && !h.clocks && !h.people && h.maxPage == 0
}

// foreseen compares the forecast of a life in which nothing went wrong with
// what it did.
func (p *process) foreseen(nights []invariants.Night) (wrong []error) {
	f, got := p.forecast, p.result.Totals
	did := map[string]int{}
	for _, s := range results.Statuses {
		did[string(s)] = got.Of(s)
	}
	check := func(what string, want, got int) {
		if want != got {
			wrong = append(wrong, fmt.Errorf("forecast: %d %s were counted, and it came to %d (%+v)", want, what, got, did))
		}
	}
	check("unchanged", f.Unchanged, did["unchanged"])
	check("skipped", f.Skip, did["skipped"])
	check("invalid", f.Invalid, did["invalid"])
	check("failed", f.Fail, did["failed"])
	check("sent", f.Create+f.Update, did["created"]+did["updated"])
	check("writes", f.Create+f.Update, p.watch.writes)
	if len(nights) == 0 {
		check("created", f.Create, did["created"])
	}
	if f.LookUp > 0 {
		check("look-ups", f.LookUps, p.watch.reads)
	}
	return wrong
}

// other is a second program that would read the results of this run, or write
// them: the lock tells it to wait (R12).
func (h *household) other(p *process) {
	if _, err := os.Stat(p.results()); err != nil {
		return // it has not begun yet
	}
	var held *results.HeldError
	if _, err := history.Open(history.Options{Previous: []string{p.results()}}); !errors.As(err, &held) {
		h.wrong = append(h.wrong, fmt.Errorf("locks (R12): the results of a run that is going on were read: %v", err))
	}
	if store, err := results.Open(p.results(), results.Resume); !errors.As(err, &held) {
		h.wrong = append(h.wrong, fmt.Errorf("locks (R12): the results of a run that is going on were opened: %v", err))
		if err == nil {
			store.Close()
		}
	}
}

// takeBack undoes the last import, now and then while an agent works, and
// interrupted.
func (h *household) takeBack() {
	path := h.done[len(h.done)-1]
	if h.shards > 0 {
		path = h.done[h.chance.IntN(len(h.done))]
	}
	if h.people { // right after the import
		h.world.happen(h.T, h.nights[0].Lines, h.nights[0].Rows)
	}
	before := h.truth()
	for life := 0; ; life++ {
		p := &process{next: h.world.Transport(), dir: filepath.Dir(path), grave: h.newDir(), name: filepath.Base(path)}
		if life == 0 && h.crashes > 0 {
			p.at, p.after = 2+h.chance.IntN(2*len(h.rows)), true
		}
		undone, err := h.undoOnce(p, path)
		h.keep(p)
		if p.dead {
			h.note("undo is killed at %d", p.at)
			path = h.moved(p, path)
			continue
		}
		h.note("undo: %v", err)
		if err == nil {
			h.examine(undone, before)
			return
		}
		if life > 20 {
			h.Fatalf("the undo does not come to an end: %v\n%v", err, h.simulation)
		}
		time.Sleep(time.Minute)
	}
}

// moved goes on with the files as the dead process left them.
func (h *household) moved(p *process, path string) string {
	for i, done := range h.done {
		h.done[i] = filepath.Join(p.grave, filepath.Base(done))
	}
	return filepath.Join(p.grave, filepath.Base(path))
}

func (h *household) undoOnce(p *process, path string) (*importer.Undo, error) {
	p.ctx, p.kill = context.WithCancel(context.Background())
	defer p.kill()
	store, err := results.Open(path, results.Resume)
	if err != nil {
		h.Fatal(err)
	}
	defer store.Close()
	known, err := history.Open(history.Options{Own: store})
	if err != nil {
		h.Fatal(err)
	}
	defer known.Close()
	u, err := importer.PrepareUndo(p.ctx, importer.UndoConfig{
		Store: store, History: known, Path: path, Client: h.client(h.T, p, ""), Version: h.apiVersion(h.T), Workers: 1 + h.workers%8,
	})
	if err != nil {
		return nil, err
	}
	return u, u.Do(p.ctx)
}

// examine holds what was taken against what might be: what the run made, and
// nobody has touched. before is the truth as it was then.
func (h *household) examine(u *importer.Undo, before *invariants.Truth) {
	truth := h.truth()
	for _, c := range truth.Changes {
		if !c.Applied || c.Kind != "archive" && c.Kind != "delete" || c.ID == "" {
			continue
		}
		if _, ours := truth.Made[c.ID]; !ours && (h.stamp || !before.Double(c.ID)) {
			h.wrong = append(h.wrong, fmt.Errorf("no theft (R11): undo took %s, whom the program did not make", c.ID))
		}
		if h.world.edited[c.ID] {
			h.wrong = append(h.wrong, fmt.Errorf("no theft (R11): undo took %s, whom somebody has changed since", c.ID))
		}
		h.taken[c.ID] = true
	}
	for _, item := range u.Items() {
		if item.Status == importer.UndoDone && !h.taken[item.ID] {
			h.wrong = append(h.wrong, fmt.Errorf("undo: %s is said to be taken, and is not", item.ID))
		}
	}
}
