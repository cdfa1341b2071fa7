package importer

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"sync"
	"time"

	"leadimport/client"
	"leadimport/importer/results"
)

// UndoConfig is what takes back a run. All fields are required but Workers.
type UndoConfig struct {
	Store   *results.Store // opened with Resume, not begun: it holds the lock
	Path    string         // of the results file
	Client  *client.Client
	Version client.Version
	Workers int       // default 16
	Crash   func(any) // as Config.Crash
}

// touchedAfter is how much later than our last write a lead may have changed
// by itself: the API goes on for a while with what a write set off.
const touchedAfter = 60 * time.Second

// Undo is a prepared undo: what a run created, and what has become of it.
type Undo struct {
	cfg   UndoConfig
	items []UndoItem

	Created    int // leads that the results say the run created
	Updated    int // rows that updated a lead: what was there before is not known
	Unresolved int // rows that may have created a lead nobody knows
	Workspace  client.Workspace
}

// UndoItem is one lead that the run created.
type UndoItem struct {
	Row    int
	ID     string
	Status UndoStatus
	Reason string // why it is kept, or what failed
	last   time.Time
}

// UndoStatus is what becomes, or became, of a lead.
type UndoStatus string

// The fates of a lead in an undo.
const (
	UndoTake UndoStatus = "take"  // is to be taken back
	UndoDone UndoStatus = "taken" // archived (2.x) or deleted (1.x), by this or an earlier undo
	UndoKeep UndoStatus = "kept"  // somebody or something has touched it since
	UndoGone UndoStatus = "gone"  // was not there any more
	UndoFail UndoStatus = "failed"
)

// PrepareUndo reads the results and looks at every lead that the run created.
// It changes nothing. The error is a *StopError.
func PrepareUndo(ctx context.Context, cfg UndoConfig) (*Undo, error) {
	if cfg.Workers <= 0 {
		cfg.Workers = 16
	}
	u := &Undo{cfg: cfg}
	if err := u.prepare(ctx); err != nil {
		return nil, stopFor(err, false)
	}
	return u, nil
}

func (u *Undo) prepare(ctx context.Context) error {
	earlier := u.cfg.Store.Earlier()
	if earlier == nil {
		return stop(NothingSent, "name the results file of a run", "%s: there are no results", u.cfg.Path)
	}
	var err error
	if u.Workspace, err = u.cfg.Client.Me(ctx); err != nil {
		return err
	}
	done, err := readUndone(undonePath(u.cfg.Path))
	if err != nil {
		return err
	}
	last := map[string]time.Time{}
	err = results.Outcomes(u.cfg.Path, func(o results.Outcome) error {
		if o.Line.ID != "" && o.UpdatedAt.After(last[o.Line.ID]) {
			last[o.Line.ID] = o.UpdatedAt
		}
		return nil
	})
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	written := map[string]time.Time{} // by our clock, for want of a journal
	err = earlier.EachLine(func(line results.Line, _ []string) error {
		if line.Workspace != "" && line.Workspace != u.Workspace.ID {
			return stop(NothingSent, "use the token of that workspace", "row %d is of workspace %s, the token is of %s: ids mean nothing elsewhere",
				line.Row, line.Workspace, u.Workspace.ID)
		}
		switch line.Status {
		case results.Created:
			u.Created++
			u.items = append(u.items, UndoItem{Row: line.Row, ID: line.ID, Status: UndoTake})
		case results.Updated:
			u.Updated++
		case results.Unresolved:
			u.Unresolved++
		}
		if line.At.After(written[line.ID]) {
			written[line.ID] = line.At
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := u.addApplied(earlier, last); err != nil {
		return err
	}
	slices.SortFunc(u.items, func(a, b UndoItem) int { return a.Row - b.Row })
	for i := range u.items {
		item := &u.items[i]
		if item.last = last[item.ID]; item.last.IsZero() {
			item.last = written[item.ID]
		}
		if done[item.ID] {
			item.Status = UndoDone
		}
	}
	return u.each(ctx, u.examine)
}

// addApplied takes in the leads that the run created and did not finish: they
// have no line yet, or a failed one.
func (u *Undo) addApplied(earlier *results.Earlier, last map[string]time.Time) (err error) {
	earlier.EachApplied(func(a results.Applied) {
		l := a.Line
		if l.Workspace != u.Workspace.ID {
			err = stop(NothingSent, "use the token of that workspace", "row %d is of workspace %s, the token is of %s: ids mean nothing elsewhere", l.Row, l.Workspace, u.Workspace.ID)
		}
		if l.Status == results.Created {
			u.Created++
			u.items = append(u.items, UndoItem{Row: l.Row, ID: l.ID, Status: UndoTake})
		} else {
			u.Updated++
		}
		if a.UpdatedAt.After(last[l.ID]) {
			last[l.ID] = a.UpdatedAt
		}
	})
	return err
}

// examine decides whether a lead may be taken back.
func (u *Undo) examine(ctx context.Context, item *UndoItem) error {
	c, found, err := u.cfg.Client.Contact(ctx, item.ID)
	switch {
	case err != nil:
		return err
	case !found || c.Archived:
		item.Status, item.Reason = UndoGone, "it is not there any more"
	case c.Role == "user":
		item.Status, item.Reason = UndoKeep, "it has become a user"
	case c.UpdatedAt.After(item.last.Add(touchedAfter)):
		item.Status = UndoKeep
		item.Reason = fmt.Sprintf("changed at %s, after the run", c.UpdatedAt.UTC().Format(time.RFC3339))
	}
	return nil
}

// Items are the leads that the run created, by row.
func (u *Undo) Items() []UndoItem { return slices.Clone(u.items) }

// Count is the number of leads with a status.
func (u *Undo) Count(s UndoStatus) int {
	n := 0
	for _, item := range u.items {
		if item.Status == s {
			n++
		}
	}
	return n
}

// Do takes back what is to be taken back: archives it in 2.x, deletes it in
// 1.x. Each lead is on record beside the results as soon as it is done, so
// that an undo that was interrupted goes on where it stopped; taking the same
// lead back twice is harmless. The error is a *StopError.
func (u *Undo) Do(ctx context.Context) error {
	record, err := openUndone(undonePath(u.cfg.Path))
	if err != nil {
		return stopFor(err, false)
	}
	var mu sync.Mutex
	err = u.each(ctx, func(ctx context.Context, item *UndoItem) error {
		err := u.take(ctx, item.ID)
		var refused *client.Error
		switch {
		case errors.As(err, &refused) && refused.Kind == client.Refused:
			item.Status, item.Reason = UndoFail, refused.Message
		case err != nil:
			return err
		default:
			item.Status = UndoDone
		}
		mu.Lock()
		defer mu.Unlock()
		return record.add(*item, time.Now())
	})
	if cerr := record.close(); err == nil {
		err = cerr
	}
	if err != nil {
		return stopFor(err, true)
	}
	return nil
}

func (u *Undo) take(ctx context.Context, id string) error {
	if u.cfg.Version.Family() == client.Leads {
		return u.cfg.Client.Delete(ctx, id)
	}
	return u.cfg.Client.Archive(ctx, id)
}

// each calls do for every item that is still to be taken, from several
// goroutines, and ends with the first error once what was begun has ended.
func (u *Undo) each(ctx context.Context, do func(context.Context, *UndoItem) error) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	work := make(chan *UndoItem)
	var workers sync.WaitGroup
	for range u.cfg.Workers {
		workers.Go(func() {
			defer caught(u.cfg.Crash)
			for item := range work {
				if err := do(ctx, item); err != nil {
					cancel(err)
				}
			}
		})
	}
	for i := range u.items {
		if u.items[i].Status != UndoTake {
			continue
		}
		select {
		case work <- &u.items[i]:
		case <-ctx.Done():
		}
		if ctx.Err() != nil {
			break
		}
	}
	close(work)
	workers.Wait()
	return context.Cause(ctx)
}
