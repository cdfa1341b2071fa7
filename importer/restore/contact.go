package restore

import (
	"slices"
	"strings"
	"time"

	"leadimport/client"
	"leadimport/importer/fate"
	"leadimport/importer/outcome"
	"leadimport/importer/results"
)

// LateFor is how long after its deadline an update that had no answer may still
// be applied.
const LateFor = 10 * time.Minute

// Contact is a contact that the run updated.
type Contact struct {
	Row int // the last that updated it
	ID  string
	// Restored are the attributes that are to be put back. Touched hold something
	// else by now than what the run wrote.
	Restored, Touched []string
	Lost              []Loss
	Fields            []client.Field // what puts Restored back
	// Until is when the last update of the run that had no answer can be applied
	// no more; zero: all had one. What it writes then is put back by another undo.
	Until time.Time
	Again bool // the run was resumed after an undo, and updated it once more

	attributes []*written
	attempts   int
	open       map[int]attempt // the newest of each row that has no answer
}

// Loss is an attribute that the run changed and that cannot be put back.
type Loss struct{ Attribute, Why string }

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

// Journal takes in the records of a journal, in order, and tells the contacts
// that it saw the run update.
type Journal struct {
	Contacts map[string]*Contact // by id

	byRow  map[int]*Contact  // whose attempt has no answer
	names  map[string]string // each name of an attribute once
	undone bool              // an undo has begun
}

// NewJournal is one that has no records yet.
func NewJournal() *Journal {
	return &Journal{Contacts: map[string]*Contact{}, byRow: map[int]*Contact{}, names: map[string]string{}}
}

// Take takes in the next record.
func (j *Journal) Take(e results.Entry) {
	switch {
	case e.Undo:
		j.undone = true
	case e.Intent != nil && e.Intent.ID != "" && e.Intent.Was != nil:
		j.wrote(results.Was{ID: e.Intent.ID, Row: e.Intent.Row, Changes: e.Intent.Was, Deadline: e.Intent.Deadline})
	case e.Was != nil:
		j.wrote(*e.Was)
	case e.Unsent != nil && j.byRow[e.Unsent.Row] != nil:
		delete(j.byRow[e.Unsent.Row].open, e.Unsent.Row)
	case e.Applied != nil:
		j.answered(e.Applied.Line, e.Applied.Doubtful, e.Applied.Content)
	case e.Outcome != nil:
		j.answered(e.Outcome.Line, e.Outcome.Doubtful, e.Outcome.Content)
	}
}

func (j *Journal) wrote(w results.Was) {
	item := j.Contacts[w.ID]
	if item == nil {
		item = &Contact{ID: w.ID, open: map[int]attempt{}}
		j.Contacts[w.ID] = item
	}
	item.Row, item.Again = w.Row, item.Again || j.undone
	if before, open := item.open[w.Row]; open {
		item.waitFor(before.deadline)
	}
	item.attempts++
	item.open[w.Row] = attempt{item.attempts, w.Deadline}
	j.byRow[w.Row] = item
	for _, c := range w.Changes {
		a := item.attribute(c.Name)
		if a == nil {
			name, known := j.names[c.Name]
			if !known {
				name = strings.Clone(c.Name)
				j.names[name] = name
			}
			a = &written{name: name}
			item.attributes = append(item.attributes, a)
		}
		if a.hidden = a.hidden || c.Hidden; !a.hidden {
			a.writes = append(a.writes, write{attempt: item.attempts, before: c.Before, after: c.After})
		}
	}
}

func (j *Journal) answered(l results.Line, doubtful time.Time, content string) {
	item := j.Contacts[l.ID]
	if item == nil {
		return
	}
	if !doubtful.IsZero() {
		item.waitFor(doubtful)
	}
	newest, open := item.open[l.Row]
	if !open || !l.Decides() {
		return
	}
	delete(item.open, l.Row)
	delete(j.byRow, l.Row)
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

func (item *Contact) attribute(name string) *written {
	for _, a := range item.attributes {
		if a.name == name {
			return a
		}
	}
	return nil
}

func (item *Contact) waitFor(ended time.Time) {
	if until := ended.Add(LateFor); until.After(item.Until) {
		item.Until = until
	}
}

// End draws the conclusions that need the whole journal.
func (item *Contact) End(now time.Time) {
	for _, a := range item.open {
		item.waitFor(a.deadline)
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

// Compare decides what of a contact is put back: each attribute that still
// holds what the run wrote. content identifies what the contact shows of
// attributes, as the journal's outcomes do.
func (item *Contact) Compare(now client.Contact, version client.Version, content string, attributes []string) {
	item.Restored, item.Touched, item.Lost, item.Fields = nil, nil, nil, nil
	lose := func(name, why string) { item.Lost = append(item.Lost, Loss{name, why}) }
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
		i := a.last(now, content != "" && a.what == content && isInContent(a.name, attributes))
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
			item.Fields = append(item.Fields, client.Field{Name: a.name, Value: asSent(version, a.name, v)})
		}
	}
}

// isInContent reports whether the content of a contact tells of an attribute.
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
