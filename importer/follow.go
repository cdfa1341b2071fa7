package importer

import (
	"fmt"
	"slices"
	"sync"
	"time"

	"leadimport/client"
	"leadimport/importer/fate"
	"leadimport/importer/outcome"
)

// The way of a row whose lead belongs to a company or gets a tag goes on
// behind its save: companies, then tags, then its line. What of it is still to
// come is in the journal (results.Applied), so that a resume goes on from
// there; all of it may be sent again, for a second time changes nothing. The
// lane of a shared key stays busy until the row's line is written.

// follower does what comes behind the saves. It belongs to the scheduler,
// which sends its tasks and takes the events of rows that are through.
type follower struct {
	job       *Job
	companies map[string]*company // by company_id
	tagging   tagging
	tasks     []*task
	ended     []ended
}

// ended is a row whose follow-up is over.
type ended struct {
	row    *row
	event  fate.Event
	answer client.Answer
	what   string        // what was refused
	err    *client.Error // why; nil: all went well
}

func newFollower(j *Job) *follower {
	return &follower{job: j, companies: map[string]*company{}, tagging: tagging{proven: j.cfg.Version.Family() == client.Leads}}
}

// advance does the next thing for a row, or ends it.
func (f *follower) advance(w *row) {
	switch {
	case f.job.attaches(w.lead) && w.follow.company < len(w.lead.Companies):
		f.attach(w)
	default:
		f.tag(w)
	}
}

// tag has a row's lead given the tags that it did not get by an earlier row of
// its key, all of them side by side.
func (f *follower) tag(w *row) {
	w.follow.tags = slices.DeleteFunc(tagsOf(f.job.tags, w.lead), func(name string) bool { return w.lane != nil && w.lane.tagged[client.TagKey(name)] })
	w.follow.untagged = len(w.follow.tags)
	for _, name := range w.follow.tags {
		f.tagging.add(name, w)
	}
	if w.follow.untagged == 0 {
		f.ended = append(f.ended, ended{row: w, event: fate.Event{Kind: fate.Followed}})
	}
}

// fail ends a row of which something was refused: its lead is there.
func (f *follower) fail(w *row, code, what string, e *client.Error, a client.Answer) {
	w.touched(a)
	f.ended = append(f.ended, ended{row: w, answer: a, what: what, err: e,
		event: fate.Event{Kind: fate.FollowFailed, Code: code, Message: what + ": " + e.Message}})
}

// took takes a task back that came behind a save. final tells that it is
// over; else the run ends, and the rows are on record as applied.
func (f *follower) took(t *task, e *client.Error, final bool) {
	switch t.kind {
	case saveCompany:
		f.companySaved(t, e, final)
	case attachCompany:
		f.companyAttached(t, e, final)
	case giveTags:
		f.tagged(t, e, final)
	}
}

// maxCompanies bounds the companies that a run remembers, about 200 bytes
// each. One that was forgotten is saved again, which changes nothing.
const maxCompanies = 10_000

// company is one that the run has saved, once, for all rows say the same of it
// (companies.saved); rows that come meanwhile wait for the answer.
type company struct {
	id      string        // the API's own; empty: not known yet
	refused *client.Error // why the API does not take it, for all its rows
	answer  client.Answer // that says so
	out     bool          // a save is out
	waiting []*row
}

// of returns the company of a company_id.
func (f *follower) of(companyID string) *company {
	if have := f.companies[companyID]; have != nil {
		return have
	}
	if len(f.companies) >= maxCompanies {
		for other, have := range f.companies {
			if !have.out {
				delete(f.companies, other)
				break
			}
		}
	}
	fresh := &company{}
	f.companies[companyID] = fresh
	return fresh
}

// attach makes a row's lead one of its next company's people, which is saved
// before if need be.
func (f *follower) attach(w *row) {
	next := w.lead.Companies[w.follow.company]
	c := f.of(next.CompanyID)
	switch {
	case c.out:
		c.waiting = append(c.waiting, w)
	case c.refused != nil:
		f.fail(w, outcome.CompanyFailed, "the company "+next.CompanyID, c.refused, c.answer)
	case c.id != "":
		f.tasks = append(f.tasks, &task{kind: attachCompany, row: w, firm: c.id})
	default:
		c.out = true
		f.tasks = append(f.tasks, &task{kind: saveCompany, row: w, company: next})
	}
}

// companySaved takes back the save of a company. Who waits for it goes on.
func (f *follower) companySaved(t *task, e *client.Error, final bool) {
	c := f.of(t.company.CompanyID)
	waiting := c.waiting
	c.out, c.waiting = false, nil
	if !final {
		return
	}
	t.row.attempts += t.answer.Attempts
	if e == nil {
		t.row.touched(t.answer)
		c.id = t.firm
		f.attach(t.row)
	} else {
		if e.Kind == client.Refused {
			c.refused, c.answer = e, t.answer
		}
		f.fail(t.row, outcome.CompanyFailed, "the company "+t.company.CompanyID, e, t.answer)
	}
	for _, w := range waiting {
		f.attach(w)
	}
}

// companyAttached takes back the attaching of a company.
func (f *follower) companyAttached(t *task, e *client.Error, final bool) {
	w := t.row
	if !final {
		return
	}
	w.attempts += t.answer.Attempts
	id := w.lead.Companies[w.follow.company].CompanyID
	if e != nil {
		if have := f.companies[id]; e.Status == 404 && have != nil && !have.out { // deleted since it was saved, perhaps
			delete(f.companies, id)
		}
		f.fail(w, outcome.CompanyFailed, "the company "+id, e, t.answer)
		return
	}
	w.touched(t.answer)
	w.follow.company++
	f.advance(w)
}

// tagWait is how long a row waits for others to be tagged with: a call tags as
// many leads as one.
const tagWait = time.Second

// tagging gives tags to leads, up to client.MaxTagged in a call.
type tagging struct {
	batches []*tagBatch
	of      map[string]*tagBatch // by client.TagKey
	alone   bool                 // the API takes leads one by one only
	proven  bool                 // a call with a list was seen to have tagged
	refused int                  // calls with a list that were refused before one was proven
	out     int                  // calls with a list that are out
}

// tagBatch are rows that wait for company to get one tag.
type tagBatch struct {
	tag   string
	rows  []*row
	since time.Time
}

func (g *tagging) add(tag string, w *row) {
	key := client.TagKey(tag)
	b := g.of[key]
	if b == nil {
		if g.of == nil {
			g.of = map[string]*tagBatch{}
		}
		b = &tagBatch{tag: tag, since: time.Now()}
		g.of[key] = b
		g.batches = append(g.batches, b)
	}
	b.rows = append(b.rows, w)
}

// due sends the batches that are full, and those that have waited long enough
// or when there is nothing else to do (quiet). It returns when to look again;
// the zero time: when something happens.
func (f *follower) due(now time.Time, quiet func() bool) (next time.Time) {
	g := &f.tagging
	idle := sync.OnceValue(quiet) // what is sent here is no reason for the others to wait
	g.batches = slices.DeleteFunc(g.batches, func(b *tagBatch) bool {
		for len(b.rows) > 0 {
			due := b.since.Add(tagWait)
			if !g.alone && len(b.rows) < client.MaxTagged && due.After(now) && !idle() {
				if next.IsZero() || due.Before(next) {
					next = due
				}
				return false
			}
			if !g.proven && !g.alone && g.out > 0 {
				return false // its answer decides how the others go
			}
			f.send(b, now)
		}
		delete(g.of, client.TagKey(b.tag))
		return true
	})
	return next
}

// send sends as many of a batch as go in a call.
func (f *follower) send(b *tagBatch, now time.Time) {
	g := &f.tagging
	n := min(len(b.rows), client.MaxTagged)
	rows := slices.Clone(b.rows[:n])
	b.rows = slices.Delete(b.rows, 0, n)
	b.since = now
	if g.alone {
		for _, w := range rows {
			f.tagAlone(b.tag, w)
		}
		return
	}
	g.out++
	f.tasks = append(f.tasks, &task{kind: giveTags, tag: b.tag, rows: rows, prove: !g.proven})
}

func (f *follower) tagAlone(tag string, w *row) {
	f.tasks = append(f.tasks, &task{kind: giveTags, tag: tag, rows: []*row{w}, alone: true})
}

// tagged takes back a call that gave a tag. A list that was refused is sent
// lead by lead: one that the API does not know fails the call for all.
func (f *follower) tagged(t *task, e *client.Error, final bool) {
	g := &f.tagging
	if !t.alone {
		g.out--
	}
	if !final {
		return
	}
	if e != nil && !t.alone {
		if !g.proven {
			g.refused++
		}
		g.alone = g.alone || e.Code == codeNotTagged || g.refused > 1
		for _, w := range t.rows {
			f.tagAlone(t.tag, w)
		}
		return
	}
	if e == nil && !t.alone {
		g.proven = true
	}
	for _, w := range t.rows {
		if t.alone {
			w.attempts += t.answer.Attempts
		}
		at := slices.IndexFunc(w.follow.tags, func(name string) bool { return client.TagKey(name) == client.TagKey(t.tag) })
		switch had := w.follow.refused; {
		case e == nil:
			w.touched(t.answer)
			if w.lane != nil {
				if w.lane.tagged == nil {
					w.lane.tagged = map[string]bool{}
				}
				w.lane.tagged[client.TagKey(t.tag)] = true
			}
		case had == nil || at < had.at:
			w.follow.refused = &refusal{at, e, t.answer}
		}
		if w.follow.untagged--; w.follow.untagged > 0 {
			continue
		}
		if no := w.follow.refused; no != nil {
			f.fail(w, outcome.TagFailed, fmt.Sprintf("the tag %q", w.follow.tags[no.at]), no.err, no.answer)
			continue
		}
		f.ended = append(f.ended, ended{row: w, event: fate.Event{Kind: fate.Followed}})
	}
}
