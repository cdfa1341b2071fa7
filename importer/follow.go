package importer

import (
	"slices"
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
	case len(f.job.tags) > 0 && (w.lane == nil || !w.lane.tagged):
		f.tagging.add(w)
	default:
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

// company is one that the run has saved, once, with the first name that a row
// gives it; rows that come meanwhile wait for the answer.
type company struct {
	id      string // the API's own; empty: not known yet
	named   bool   // it was saved with a name
	out     bool   // a save is out
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
	case c.id != "" && (c.named || next.Name == ""):
		f.tasks = append(f.tasks, &task{kind: attachCompany, row: w, firm: c.id})
	default:
		c.out = true
		f.tasks = append(f.tasks, &task{kind: saveCompany, row: w, company: next})
	}
}

// companySaved takes back the save of a company. Who waits for it goes on; a
// refusal is that of one row, for the next may name the company differently.
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
		c.id, c.named = t.firm, c.named || t.company.Name != ""
		f.attach(t.row)
	} else {
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

// tagging gives the run's tags to leads, up to client.MaxTagged in a call.
type tagging struct {
	batch   []*row // that wait for company
	since   time.Time
	alone   bool // the API takes leads one by one only
	proven  bool // a call with a list was seen to have tagged
	refused int  // calls with a list that were refused before one was proven
	out     int  // calls with a list that are out
}

func (g *tagging) add(w *row) {
	if len(g.batch) == 0 {
		g.since = time.Now()
	}
	g.batch = append(g.batch, w)
}

// due sends the batches that are full, and the last one when it has waited
// long enough or there is nothing else to do (quiet). It returns when to look
// again; the zero time: when something happens.
func (f *follower) due(now time.Time, quiet func() bool) time.Time {
	g := &f.tagging
	for len(g.batch) > 0 {
		due := g.since.Add(tagWait)
		if !g.alone && len(g.batch) < client.MaxTagged && due.After(now) && !quiet() {
			return due
		}
		if !g.proven && g.out > 0 {
			return time.Time{} // its answer decides how the others go
		}
		n := min(len(g.batch), client.MaxTagged)
		rows := slices.Clone(g.batch[:n])
		g.batch = slices.Delete(g.batch, 0, n)
		g.since = now
		if g.alone {
			for _, w := range rows {
				f.tagAlone(w)
			}
			continue
		}
		g.out++
		f.tasks = append(f.tasks, &task{kind: giveTags, rows: rows, prove: !g.proven})
	}
	return time.Time{}
}

func (f *follower) tagAlone(w *row) {
	f.tasks = append(f.tasks, &task{kind: giveTags, rows: []*row{w}, alone: true})
}

// tagged takes back a call that gave tags. A list that was refused is sent
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
			f.tagAlone(w)
		}
		return
	}
	if e == nil && !t.alone {
		g.proven = true
	}
	for _, w := range t.rows {
		if e != nil {
			w.attempts += t.answer.Attempts
			f.fail(w, outcome.TagFailed, t.what, e, t.answer)
			continue
		}
		if t.alone {
			w.attempts += t.answer.Attempts
		}
		w.touched(t.answer)
		if w.lane != nil {
			w.lane.tagged = true
		}
		f.ended = append(f.ended, ended{row: w, event: fate.Event{Kind: fate.Followed}})
	}
}
