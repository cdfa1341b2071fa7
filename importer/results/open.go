package results

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strconv"
	"time"

	"leadimport/client"
)

// openIntents follows a journal record by record, and keeps what was begun and
// is not decided, by key. The store follows its own in the same way.
type openIntents struct {
	doubts  map[string]*openIntent
	applied map[string]openApplied
	late    map[string]Late
}

// openIntent is a Doubt whose lead is not looked into yet.
type openIntent struct {
	Doubt
	lead json.RawMessage
	at   time.Time // of the newest intent
}

// openApplied is where the record of a row stands whose lead the API has, and
// of which something is still to be sent.
type openApplied struct {
	place Place
	row   int
}

// Late is when an attempt ended that may still be applied.
type Late struct {
	Server client.Moment
	At     time.Time
}

func newOpenIntents() *openIntents {
	return &openIntents{doubts: map[string]*openIntent{}, applied: map[string]openApplied{}, late: map[string]Late{}}
}

// size is how much the results file does not tell.
func (t *openIntents) size() int { return len(t.doubts) + len(t.late) }

// nameOf is the key, or a stand-in for records without one: no key has a #
// before its kind.
func nameOf(key string, row int) string {
	if key == "" {
		return "#" + strconv.Itoa(row)
	}
	return key
}

// doubt finds the open intent of a key. Records of version 1 may name the row
// alone.
func (t *openIntents) doubt(key string, row int) (string, *openIntent) {
	name := nameOf(key, row)
	if d := t.doubts[name]; d != nil || key != "" || len(t.doubts) == 0 {
		return name, d
	}
	for name, d := range t.doubts {
		if d.Row == row {
			return name, d
		}
	}
	return name, nil
}

// intent adds an intent; raw is its lead.
func (t *openIntents) intent(in *Intent, raw json.RawMessage) {
	name := nameOf(in.Key, in.Row)
	end := in.Server.Add(in.Deadline.Sub(in.At))
	d := &openIntent{lead: raw, at: in.At, Doubt: Doubt{
		Row: in.Row, Number: in.Number, Key: in.Key, Body: in.Body, ID: in.ID, Lead: in.Lead,
		First: in.Server, FirstAt: in.At, Last: end, LastAt: in.Deadline, Since: in.Deadline, SinceServer: end,
	}}
	if open := t.doubts[name]; open != nil {
		d.NotOurs, d.Reckoned = open.NotOurs, open.Reckoned
		if !open.FirstAt.IsZero() {
			d.First, d.FirstAt = client.Earlier(open.First, d.First), open.FirstAt
			d.Last = client.Later(open.Last, d.Last)
		}
	}
	t.doubts[name] = d
}

// note takes a Doubt into account. What it does not say the intent said.
func (t *openIntents) note(d Doubt) {
	name, open := t.doubt(d.Key, d.Row)
	noted := &openIntent{Doubt: d, at: d.FirstAt}
	if noted.at.IsZero() {
		noted.at = d.Since
	}
	if open != nil {
		noted.at = open.at
		if d.FirstAt.IsZero() {
			noted.First, noted.FirstAt = open.First, open.FirstAt
		}
		if len(d.Lead.Fields) == 0 {
			noted.Lead, noted.lead = open.Lead, open.lead
		}
		if d.NotOurs == nil {
			noted.NotOurs = open.NotOurs
		}
	}
	t.doubts[name] = noted
}

func (t *openIntents) unsent(u Unsent) {
	if name, open := t.doubt(u.Key, u.Row); open != nil && u.Number >= open.Number {
		delete(t.doubts, name)
	}
}

// apply takes in an Applied that stands at p: its intents are answered.
func (t *openIntents) apply(p Place, o *outcomeRecord) {
	name, open := t.doubt(o.Key, o.Row)
	if open != nil && o.Number >= open.Number {
		delete(t.doubts, name)
	}
	name = nameOf(o.Key, o.Row)
	t.applied[name] = openApplied{p, o.Row}
	if !o.Doubtful.IsZero() {
		t.late[name] = Late{o.DoubtfulServer, o.Doubtful}
	}
}

func (t *openIntents) settle(o *outcomeRecord) {
	switch o.Status {
	case Unresolved, Invalid:
		return
	}
	name, open := t.doubt(o.Key, o.Row)
	answered := o.Decides() || o.Status == Skipped && o.Number > 0
	witnessed := o.Status == Created || o.Status == Updated
	if open != nil && answered && (o.Number >= open.Number || witnessed) {
		delete(t.doubts, name)
	}
	name = nameOf(o.Key, o.Row)
	if a, ok := t.applied[name]; ok && o.Status != Failed && (o.Status != Skipped || a.row == o.Row) {
		delete(t.applied, name)
	}
	switch {
	case !o.Doubtful.IsZero():
		t.late[name] = Late{o.DoubtfulServer, o.Doubtful}
	case o.HTTPStatus != 0 && !o.InPlace():
		delete(t.late, name) // it was sent after the wait
	}
}

// line takes in a line of the results file. The journal is written first, so
// it tells as much, but for what a power cut took of its end.
func (t *openIntents) line(l Line) {
	if len(t.doubts) == 0 || !l.Decides() {
		return
	}
	name := nameOf(l.Key, l.Row)
	if d := t.doubts[name]; d != nil && l.At.After(d.at) {
		delete(t.doubts, name)
	}
}

// record takes one record of a journal into account; p is its place.
func (t *openIntents) record(p Place, en entry) {
	switch {
	case en.Intent != nil:
		t.intent(&en.Intent.Intent, bytes.Clone(en.Intent.Lead))
	case en.Doubt != nil:
		t.note(en.Doubt.Doubt)
	case en.Unsent != nil:
		t.unsent(*en.Unsent)
	case en.Applied != nil:
		t.apply(p, en.Applied)
	case en.Outcome != nil:
		t.settle(en.Outcome)
	}
}

// doubtOf looks into the lead.
func (d *openIntent) doubtOf() (Doubt, error) {
	if len(d.lead) > 0 {
		if err := json.Unmarshal(d.lead, &d.Lead); err != nil {
			return Doubt{}, fmt.Errorf("row %d: the lead of its intent cannot be read: %w", d.Row, err)
		}
		d.lead = nil
	}
	return d.Doubt, nil
}
