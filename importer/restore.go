package importer

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"leadimport/client"
	"leadimport/importer/fate"
	"leadimport/importer/outcome"
	"leadimport/importer/results"
)

// lateFor is how long after its deadline an update that had no answer may still
// be applied.
const lateFor = 10 * time.Minute

// UndoUpdate is a contact that the run updated, and did not create.
type UndoUpdate struct {
	Row    int // the last that updated it
	ID     string
	Status UndoStatus
	Reason string // why it is kept, or what failed
	// Restored are the attributes that are to be put back, or were. Touched hold
	// something else by now than what the run wrote.
	Restored, Touched []string
	Lost              []UndoLoss
	// Until is when the last update of the run that had no answer can be applied
	// no more; zero: all had one. What it writes then is put back by another undo.
	Until time.Time

	attributes []*written
	begun      bool // by an undo that was interrupted, which may have put it back
	again      bool // the run was resumed after an undo, and updated it once more
	attempts   int
	open       map[int]attempt // the newest of each row that has no answer
	fields     []client.Field  // what is sent
}

// UndoLoss is an attribute that the run changed and that cannot be put back.
type UndoLoss struct{ Attribute, Why string }

// attempt is one update of a contact that was about to be sent.
type attempt struct {
	number   int
	deadline time.Time
}

// written is what the run wrote to one attribute of a contact, in order.
type written struct {
	name   string
	hidden bool // what was there before is not known
	writes []write
	what   string // content of the contact when the last answer to them came; blank: not known
}

// write is what one attempt wrote. One that was answered was applied for sure.
type write struct {
	attempt       int
	before, after client.Value
	answered      bool
}

// updated are the contacts that the journal saw the run update, by id.
type updated struct {
	byID   map[string]*UndoUpdate
	byRow  map[int]*UndoUpdate // whose attempt has no answer
	names  map[string]string   // each name of an attribute once
	undone bool                // an undo has begun
}

func newUpdated() *updated {
	return &updated{byID: map[string]*UndoUpdate{}, byRow: map[int]*UndoUpdate{}, names: map[string]string{}}
}

// take takes in a record of the journal.
func (u *updated) take(e results.Entry) {
	switch {
	case e.Undo:
		u.undone = true
	case e.Intent != nil && e.Intent.ID != "" && e.Intent.Was != nil:
		u.wrote(results.Was{ID: e.Intent.ID, Row: e.Intent.Row, Changes: e.Intent.Was, Deadline: e.Intent.Deadline})
	case e.Was != nil:
		u.wrote(*e.Was)
	case e.Unsent != nil && u.byRow[e.Unsent.Row] != nil:
		delete(u.byRow[e.Unsent.Row].open, e.Unsent.Row)
	case e.Applied != nil:
		u.answered(e.Applied.Line, e.Applied.Doubtful, e.Applied.Content)
	case e.Outcome != nil:
		u.answered(e.Outcome.Line, e.Outcome.Doubtful, e.Outcome.Content)
	}
}

func (u *updated) wrote(w results.Was) {
	item := u.byID[w.ID]
	if item == nil {
		item = &UndoUpdate{ID: w.ID, Status: UndoRestore, open: map[int]attempt{}}
		u.byID[w.ID] = item
	}
	item.Row, item.again = w.Row, item.again || u.undone
	if before, open := item.open[w.Row]; open {
		item.late(before.deadline)
	}
	item.attempts++
	item.open[w.Row] = attempt{item.attempts, w.Deadline}
	u.byRow[w.Row] = item
	for _, c := range w.Changes {
		a := item.attribute(c.Name)
		if a == nil {
			name, known := u.names[c.Name]
			if !known {
				name = strings.Clone(c.Name)
				u.names[name] = name
			}
			a = &written{name: name}
			item.attributes = append(item.attributes, a)
		}
		if a.hidden = a.hidden || c.Hidden; !a.hidden {
			a.writes = append(a.writes, write{attempt: item.attempts, before: c.Before, after: c.After})
		}
	}
}

func (u *updated) answered(l results.Line, doubtful time.Time, content string) {
	item := u.byID[l.ID]
	if item == nil {
		return
	}
	if !doubtful.IsZero() {
		item.late(doubtful)
	}
	newest, open := item.open[l.Row]
	if !open || !l.Decides() {
		return
	}
	delete(item.open, l.Row)
	delete(u.byRow, l.Row)
	if l.Status != outcome.Created && l.Status != outcome.Updated {
		return
	}
	for _, a := range item.attributes {
		for i := len(a.writes) - 1; i >= 0 && a.writes[i].attempt >= newest.number; i-- {
			if a.writes[i].attempt == newest.number {
				a.writes[i].answered, a.what = true, content
			}
		}
	}
}

func (item *UndoUpdate) attribute(name string) *written {
	for _, a := range item.attributes {
		if a.name == name {
			return a
		}
	}
	return nil
}

func (item *UndoUpdate) late(ended time.Time) { item.Until = latest(item.Until, ended.Add(lateFor)) }

// end draws the conclusions that need the whole journal.
func (item *UndoUpdate) end(now time.Time) {
	for _, a := range item.open {
		item.late(a.deadline)
	}
	if item.open = nil; !now.Before(item.Until) {
		item.Until = time.Time{}
	}
}

// last is the write whose value the contact holds now, -1: none. Behind one
// that was answered, earlier ones are over: who brought their values back is
// somebody else. untouched says that the contact shows what it showed when the
// last of them was answered, spelled as the API likes.
func (a *written) last(now client.Contact, untouched bool) int {
	for i := len(a.writes) - 1; i >= 0; i-- {
		same, shown := now.Has(a.name, a.writes[i].after)
		if same && shown || untouched && a.writes[i].answered {
			return i
		}
		if a.writes[i].answered {
			break
		}
	}
	return -1
}

// before is what was there before write i, and before those of the run that it
// followed. What somebody else wrote in between is what is put back.
func (a *written) before(i int) client.Value {
	v := a.writes[i].before
	for i--; i >= 0; i-- {
		if client.SameValue(a.name, v, a.writes[i].after) {
			v = a.writes[i].before
		}
	}
	return v
}

// compare decides what of a contact is put back: each attribute that still
// holds what the run wrote.
func (item *UndoUpdate) compare(now client.Contact, version client.Version, attributes []string) {
	item.Restored, item.Touched, item.Lost, item.fields = nil, nil, nil, nil
	content := contentOf(now, attributes)
	lose := func(name, why string) { item.Lost = append(item.Lost, UndoLoss{name, why}) }
	for _, a := range item.attributes {
		if a.hidden {
			lose(a.name, "what was there before is not shown by the API")
			continue
		}
		has, shown := now.Value(a.name)
		if !shown {
			lose(a.name, "what is there now is not shown by the API")
			continue
		}
		i := a.last(now, a.what == content && isInContent(a.name, attributes))
		v := a.before(max(i, 0))
		if i < 0 {
			v = a.before(len(a.writes) - 1)
		}
		switch {
		case has == v || isBlank(has) && isBlank(v): // as before
		case i < 0:
			item.Touched = append(item.Touched, a.name)
		case a.name == fate.OptOut && v != client.Boolean(true):
			lose(a.name, "nobody is subscribed again: the person may have unsubscribed since")
		case isBlank(v) && !clears(version, a.name, has):
			lose(a.name, "it was not set, and API version "+version.String()+" does not unset it")
		default:
			item.Restored = append(item.Restored, a.name)
			item.fields = append(item.fields, client.Field{Name: a.name, Value: asSent(version, a.name, v)})
		}
	}
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

// isInContent reports whether contentOf looks at an attribute.
func isInContent(name string, attributes []string) bool {
	switch name {
	case "email", "phone", "name":
		return true
	}
	return strings.HasPrefix(name, client.CustomPrefix) && slices.Contains(attributes, name)
}

// clears reports whether an attribute that holds has can be unset. In 1.x the
// empty text does so, and numbers and yes or no take none.
func clears(v client.Version, name string, has client.Value) bool {
	a, err := v.Attribute(name)
	if err != nil || !a.Clearable {
		return false
	}
	custom := strings.HasPrefix(name, client.CustomPrefix)
	return !custom || v.Family() == client.Contacts || has == client.String(has.Text())
}

// asSent is a value that the API showed, in the type in which it takes it.
func asSent(version client.Version, name string, v client.Value) client.Value {
	if a, err := version.Attribute(name); err == nil && a.Type == client.TypeString && !v.IsNull() {
		return client.String(v.Text())
	}
	return v
}

// examineUpdate decides whether a contact is restored.
func (u *Undo) examineUpdate(ctx context.Context, item *UndoUpdate) error {
	c, found, err := u.cfg.Client.Contact(ctx, item.ID)
	switch {
	case err != nil:
		return err
	case !found && c.MergedInto != "":
		item.Status, item.Reason = UndoKeep, "it was merged into "+c.MergedInto
	case !found || c.Archived:
		item.Status, item.Reason = UndoGone, "it is not there any more"
	case c.ID != item.ID:
		item.Status, item.Reason = UndoKeep, "it was merged into "+c.ID
	default:
		item.compare(c, u.cfg.Version, u.attributes)
	}
	return nil
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
	_, err := u.cfg.Client.Save(ctx, client.Lead{ID: item.ID, Fields: item.fields}, nil)
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
