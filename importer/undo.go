package importer

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"leadimport/client"
	"leadimport/importer/history"
	"leadimport/importer/outcome"
	"leadimport/importer/restore"
	"leadimport/importer/results"
	"leadimport/mapping"
)

// UndoConfig is what takes back a run. All fields are required but Workers.
type UndoConfig struct {
	Store   *results.Store   // opened with Resume, not begun: it holds the lock
	History *history.History // of Store alone
	Path    string           // of the results file
	Client  *client.Client
	Version client.Version
	Workers int       // default 16
	Crash   func(any) // as Config.Crash
}

// touchedAfter is how much later than our last write a lead may have changed
// by itself: the API goes on for a while with what a write set off.
const touchedAfter = 60 * time.Second

// Undo is a prepared undo: what a run created and updated, and what has become
// of it.
type Undo struct {
	cfg        UndoConfig
	items      []*UndoItem
	updates    []*UndoUpdate
	attributes []string
	lost       bool // the record of an undo that was begun

	Created    int // leads that the run created, by its journal
	Updated    int // rows that updated a contact, and what was there before is not known
	Unresolved int // rows that may have created a lead nobody knows
	// Unwitnessed lines say created, and no journal tells that the run did it:
	// they are left alone (rule R11).
	Unwitnessed int
	Workspace   client.Workspace
}

// UndoItem is one lead that the run created.
type UndoItem struct {
	Row    int // 0: the list no longer had its row
	ID     string
	Status UndoStatus
	Reason string // why it is kept, or what failed
	begun  bool   // by an undo that was interrupted, which may have taken it
	last   time.Time
	what   string // content of the lead after our last write; blank: not known
}

// UndoUpdate is a contact that the run updated, and did not create.
type UndoUpdate struct {
	restore.Contact
	Status UndoStatus
	Reason string // why it is kept, or what failed
	begun  bool   // by an undo that was interrupted, which may have put it back
}

// UndoStatus is what becomes, or became, of a contact.
type UndoStatus string

// The outcomes of a contact in an undo: of leads that the run created, and of
// contacts that it updated.
const (
	UndoTake   UndoStatus = "take"   // is to be taken back
	UndoTaking UndoStatus = "taking" // is about to be
	UndoDone   UndoStatus = "taken"  // archived (2.x) or deleted (1.x), by this or an earlier undo
	UndoKeep   UndoStatus = "kept"   // somebody or something has touched it since
	UndoGone   UndoStatus = "gone"   // was not there any more
	UndoFail   UndoStatus = "failed"

	UndoRestore   UndoStatus = "restore"   // what the run changed is to be put back
	UndoRestoring UndoStatus = "restoring" // is about to be
	UndoRestored  UndoStatus = "restored"  // was, by this or an earlier undo
	UndoSame      UndoStatus = "same"      // nothing of it can be put back, or all is as it was
)

// PrepareUndo finds out what may be taken back. Nothing is changed. The error
// is a *StopError.
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
	if !u.cfg.History.Resumes() {
		return stop(NothingSent, "name the results file of a run", "%s: there are no results", u.cfg.Path)
	}
	var err error
	if u.Workspace, err = u.cfg.Client.Me(ctx); err != nil {
		return err
	}
	meta, _ := u.cfg.History.Meta()
	u.attributes = meta.Attributes
	if err := u.checkWorkspace(meta.Workspace); err != nil {
		return err
	}
	done, err := results.ReadUndone(u.cfg.Path)
	if err != nil {
		return err
	}
	byID, updated, err := u.witnessed()
	if err != nil {
		return err
	}
	unresolved := map[string]bool{}
	err = eachLine(u.cfg.Path, func(line results.Line) error {
		switch line.Status {
		case outcome.Created:
			if byID[line.ID] == nil {
				u.Unwitnessed++
			}
		case outcome.Updated:
			if byID[line.ID] == nil && updated[line.ID] == nil {
				u.Updated++
			}
		case outcome.Unresolved:
			u.Unresolved++
			unresolved[mapping.FoldKey(line.Key)] = true
		}
		return u.checkWorkspace(line.Workspace)
	})
	if err != nil {
		return err
	}
	u.lost = u.cfg.Store.Files() != nil && u.cfg.Store.Files().UndoneLost()
	err = u.cfg.History.OwnOpen(func(d results.Doubt) error {
		if d.ID == "" && !unresolved[mapping.FoldKey(d.Key)] {
			u.Unresolved++ // begun, and no line tells of it
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, item := range byID {
		if done[item.ID].Status == results.Taken {
			item.Status = UndoDone
		}
		item.begun = u.lost || done[item.ID].Status == results.Taking
		u.items = append(u.items, item)
	}
	now := time.Now()
	for _, c := range updated {
		if byID[c.ID] != nil || done[c.ID].Status == results.Taken {
			continue // the run made it
		}
		c.End(now)
		item := &UndoUpdate{Contact: *c, Status: UndoRestore}
		if done[item.ID].Status == results.Restored && !item.Again {
			item.Status = UndoRestored
		}
		item.begun = u.lost || done[item.ID].Status == results.Restoring
		u.updates = append(u.updates, item)
	}
	u.Created = len(u.items)
	slices.SortFunc(u.items, func(a, b *UndoItem) int {
		if a.Row != b.Row {
			return a.Row - b.Row
		}
		return strings.Compare(a.ID, b.ID)
	})
	slices.SortFunc(u.updates, func(a, b *UndoUpdate) int {
		return cmp.Or(a.Row-b.Row, strings.Compare(a.ID, b.ID))
	})
	if err := each(ctx, u.cfg.Workers, u.cfg.Crash, u.open(), u.examine); err != nil {
		return err
	}
	return each(ctx, u.cfg.Workers, u.cfg.Crash, u.openUpdates(), u.examineUpdate)
}

// eachLine reads a results file, when there is one.
func eachLine(path string, do func(results.Line) error) error {
	r, err := results.Read(path)
	if err != nil {
		if _, gone := os.Stat(path); errors.Is(gone, fs.ErrNotExist) {
			return nil // its journal tells
		}
		return err
	}
	defer r.Close()
	for {
		line, _, err := r.Next()
		if err == io.EOF {
			return nil
		}
		if err == nil {
			err = do(line)
		}
		if err != nil {
			return err
		}
	}
}

// witnessed are the leads that the journal saw the run create: by an answer, a
// stamp, or the evidence of a look-up. What results say alone was perhaps
// found, or is another run's. And those that it saw the run update.
func (u *Undo) witnessed() (map[string]*UndoItem, map[string]*restore.Contact, error) {
	byID := map[string]*UndoItem{}
	journal := restore.NewJournal()
	err := results.ReadJournal(u.cfg.Path, func(e results.Entry) error {
		journal.Take(e)
		var o results.Outcome
		switch {
		case e.Outcome != nil:
			o = *e.Outcome
		case e.Applied != nil:
			o = results.Outcome{Line: e.Applied.Line, UpdatedAt: e.Applied.UpdatedAt, Content: e.Applied.Content}
		default:
			return nil
		}
		l := o.Line
		item := byID[l.ID]
		seen := o.Content != "" || !o.UpdatedAt.IsZero() // a line that was only written again shows neither
		if item == nil && l.ID != "" && l.Status == outcome.Created && l.ErrorCode != outcome.Adopted && seen {
			item = &UndoItem{Row: l.Row, ID: l.ID, Status: UndoTake}
			byID[l.ID] = item
		}
		if item == nil {
			return nil
		}
		item.last = latest(item.last, o.UpdatedAt)
		if o.Content != "" {
			item.what = o.Content
		}
		return u.checkWorkspace(l.Workspace)
	})
	if errors.Is(err, fs.ErrNotExist) {
		err = nil
	}
	return byID, journal.Contacts, err
}

func (u *Undo) checkWorkspace(then string) error {
	if then != "" && then != u.Workspace.ID {
		return stop(NothingSent, "use the token of that workspace", "%s is of workspace %s, the token is of %s: ids mean nothing elsewhere",
			u.cfg.Path, then, u.Workspace.ID)
	}
	return nil
}

// open are the items that are still to be taken.
func (u *Undo) open() []*UndoItem {
	var list []*UndoItem
	for _, item := range u.items {
		if item.Status == UndoTake {
			list = append(list, item)
		}
	}
	return list
}

// examine decides whether a lead may be taken back: only while it still is
// what was sent.
func (u *Undo) examine(ctx context.Context, item *UndoItem) error {
	c, found, err := u.cfg.Client.Contact(ctx, item.ID)
	switch {
	case err != nil:
		return err
	case (!found || c.Archived) && item.begun:
		item.Status = UndoDone // by the undo that was interrupted
	case !found || c.Archived:
		item.Status, item.Reason = UndoGone, "it is not there any more"
	case c.ID != item.ID:
		item.Status, item.Reason = UndoKeep, "it was merged into "+c.ID
	case c.Role == "user":
		item.Status, item.Reason = UndoKeep, "it has become a user"
	case item.what != "" && contentOf(c, u.attributes) != item.what:
		item.Status, item.Reason = UndoKeep, "it is not any more what the run sent"
	case !item.begun && c.UpdatedAt.After(item.last.Add(touchedAfter)): // what undo did is a change, too
		item.Status = UndoKeep
		item.Reason = fmt.Sprintf("changed at %s, after the run", c.UpdatedAt.UTC().Format(time.RFC3339))
	}
	return nil
}

// Items are the leads that the run created, by row.
func (u *Undo) Items() []UndoItem {
	list := make([]UndoItem, len(u.items))
	for i, item := range u.items {
		list[i] = *item
	}
	return list
}

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

// Do takes back what is to be taken back: archives what was created in 2.x,
// deletes it in 1.x, and puts back what was updated. Each contact is read again
// right before, and is on record, durable, before and after: an undo that was
// interrupted goes on where it stopped, and what may have been taken is known.
// The error is a *StopError.
func (u *Undo) Do(ctx context.Context) error {
	record, err := results.OpenUndone(u.cfg.Path)
	if err != nil {
		return stopFor(err, false)
	}
	if err := u.cfg.Store.NoteUndo(); err != nil {
		record.Close()
		return stopFor(err, false)
	}
	add := func(row int, id, why string, status UndoStatus) error {
		return record.Add(results.Undone{Row: row, ID: id, Status: results.UndoneStatus(status), Error: why, At: time.Now()})
	}
	err = errors.Join(u.do(ctx, add), record.Close())
	if err != nil {
		return stopFor(err, true)
	}
	return nil
}

// do is Do with a record that is open; add writes a line of it.
func (u *Undo) do(ctx context.Context, add func(row int, id, why string, status UndoStatus) error) error {
	note := func(item *UndoItem, status UndoStatus) error { return add(item.Row, item.ID, item.Reason, status) }
	noteUpdate := func(item *UndoUpdate, status UndoStatus) error { return add(item.Row, item.ID, item.Reason, status) }
	for _, item := range u.items {
		if item.begun && item.Status == UndoDone { // found so by prepare
			if err := note(item, UndoDone); err != nil {
				return err
			}
		}
	}
	for _, item := range u.updates {
		status := item.Status
		if status == UndoKeep && u.lost {
			status = UndoRestoring // by an undo of which nothing is known, perhaps in part
		}
		if item.begun && (status == UndoRestored || status == UndoRestoring) {
			if err := noteUpdate(item, status); err != nil {
				return err
			}
		}
	}
	err := each(ctx, u.cfg.Workers, u.cfg.Crash, u.open(), func(ctx context.Context, item *UndoItem) error {
		if err := u.examine(ctx, item); err != nil {
			return err
		}
		if item.Status != UndoTake {
			return note(item, item.Status)
		}
		if err := note(item, UndoTaking); err != nil {
			return err
		}
		err := u.take(context.WithoutCancel(ctx), item.ID)
		var refused *client.Error
		switch {
		case errors.As(err, &refused) && refused.Kind == client.Refused && item.begun && (refused.Status == 404 || refused.Status == 410):
			item.Status = UndoDone
		case errors.As(err, &refused) && refused.Kind == client.Refused:
			item.Status, item.Reason = UndoFail, refused.Message
		case err != nil:
			return err
		default:
			item.Status = UndoDone
		}
		return note(item, item.Status)
	})
	if err != nil {
		return err
	}
	return each(ctx, u.cfg.Workers, u.cfg.Crash, u.openUpdates(), func(ctx context.Context, item *UndoUpdate) error {
		return u.restore(ctx, item, noteUpdate)
	})
}

func (u *Undo) take(ctx context.Context, id string) error {
	if u.cfg.Version.Family() == client.Leads {
		return u.cfg.Client.Delete(ctx, id)
	}
	return u.cfg.Client.Archive(ctx, id)
}

// examineUpdate decides whether a contact is restored.
func (u *Undo) examineUpdate(ctx context.Context, item *UndoUpdate) error {
	a, err := u.cfg.Client.Holds(ctx, client.Lead{ID: item.ID})
	c := a.Contact
	var no *client.Error
	gone := errors.As(err, &no) && no.Kind == client.Refused && (no.Status == 404 || no.Status == 410)
	switch {
	case gone && no.ContactID != "":
		item.Status, item.Reason = UndoKeep, "it was merged into "+no.ContactID
	case err != nil && !gone:
		return err
	case gone || c.Archived:
		item.Status, item.Reason = UndoGone, "it is not there any more"
	case c.ID != item.ID:
		item.Status, item.Reason = UndoKeep, "it was merged into "+c.ID
	default:
		item.Compare(c, u.cfg.Version, contentOf(c, u.attributes), u.attributes)
		item.decide()
	}
	return nil
}

// decide draws the conclusion from what the contact holds.
func (item *UndoUpdate) decide() {
	switch {
	case len(item.Restored) > 0:
		item.Status = UndoRestore
	case len(item.Touched) > 0:
		item.Status, item.Reason = UndoKeep, strings.Join(item.Touched, ", ")+" changed since"
	case item.begun && item.Until.IsZero():
		item.Status = UndoRestored // by the undo that was interrupted
	default:
		item.Status = UndoSame
	}
}

// restore puts back what the run changed of a contact: one update, on record
// before and after.
func (u *Undo) restore(ctx context.Context, item *UndoUpdate, note func(*UndoUpdate, UndoStatus) error) error {
	if err := u.examineUpdate(ctx, item); err != nil {
		return err
	}
	if item.Status != UndoRestore {
		if item.Status == UndoSame {
			return nil
		}
		return note(item, item.Status)
	}
	if err := note(item, UndoRestoring); err != nil {
		return err
	}
	_, err := u.cfg.Client.Save(ctx, client.Lead{ID: item.ID, Fields: item.Fields}, nil)
	var refused *client.Error
	switch {
	case errors.As(err, &refused) && refused.Kind == client.Refused && (refused.Status == 404 || refused.Status == 410):
		item.Status, item.Reason = UndoGone, "it is not there any more"
	case errors.As(err, &refused) && refused.Kind == client.Refused:
		item.Status, item.Reason = UndoFail, refused.Message
	case err != nil:
		return err
	default:
		item.Status = UndoRestored
		if !item.Until.IsZero() {
			return nil // not the last word: another undo looks again
		}
	}
	return note(item, item.Status)
}

// openUpdates are the contacts that are still to be restored.
func (u *Undo) openUpdates() []*UndoUpdate {
	return slices.DeleteFunc(slices.Clone(u.updates), func(item *UndoUpdate) bool { return item.Status != UndoRestore })
}

// Updates are the contacts that the run updated, by row.
func (u *Undo) Updates() []UndoUpdate {
	list := make([]UndoUpdate, len(u.updates))
	for i, item := range u.updates {
		list[i] = *item
	}
	return list
}

// CountUpdates is the number of updated contacts with a status.
func (u *Undo) CountUpdates(s UndoStatus) int {
	n := 0
	for _, item := range u.updates {
		if item.Status == s {
			n++
		}
	}
	return n
}
