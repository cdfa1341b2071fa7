package importer

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"leadimport/client"
	"leadimport/importer/results"
)

// maxRecreate bounds how often the create of one row may end in doubt, turn
// out not to have been applied, and be sent again.
const maxRecreate = 8

// enterDoubt takes up a row whose create may or may not have been applied. It
// blocks no row of another key (R5).
func (l *loop) enterDoubt(w *row) {
	d := w.doubt
	err := l.store.Doubt(results.Doubt{
		Row: w.number, Number: w.intents, Key: string(w.key), Body: d.body,
		First: d.first, Last: d.last, Since: d.since, Skew: d.skew,
	})
	if err != nil {
		l.halt(stopFor(err, l.sent))
		return
	}
	d.pause = min(max(l.job.cfg.Settle/40, 200*time.Millisecond), 5*time.Second)
	d.next = time.Now().Add(d.pause)
	if end := d.since.Add(l.job.cfg.Settle); d.next.After(end) {
		d.next = end
	}
	l.doubts[w] = struct{}{}
	l.pulse.doubt(d)
	l.parked++
	l.until = latest(l.until, d.since.Add(l.job.cfg.Settle))
	l.due = earliest(l.due, d.next)
	if !l.proven && d.answer.Attempts > 0 {
		d.suspect = true
		l.suspect++
	}
}

// leaveDoubt takes a row off the list of those in doubt.
func (l *loop) leaveDoubt(w *row) {
	delete(l.doubts, w)
	l.pulse.decided(w.doubt)
	l.parked--
	if len(l.doubts) == 0 {
		l.until = time.Time{}
	}
	if w.doubt.suspect {
		l.suspect--
	}
}

// lookDue sends a look-up for the rows whose time has come, all in one task.
// One look-up is out at a time: more would take requests from the rows that
// wait to be sent.
func (l *loop) lookDue(now time.Time) {
	if l.looking || len(l.doubts) == 0 || l.due.After(now) {
		return
	}
	var rows []*row
	for w := range l.doubts {
		if !w.doubt.next.After(now) {
			rows = append(rows, w)
		}
	}
	l.dueAgain()
	if len(rows) == 0 {
		return
	}
	// In file order, so that the same file and the same faults make the same run.
	slices.SortFunc(rows, func(a, b *row) int { return a.number - b.number })
	l.looking = true
	l.others = slices.Insert(l.others, 0, task{kind: look, rows: rows[:min(len(rows), maxLook)]})
}

// dueAgain finds out when the next look-up is.
func (l *loop) dueAgain() {
	l.due = time.Now().Add(time.Hour)
	for w := range l.doubts {
		l.due = earliest(l.due, w.doubt.next)
	}
}

// maxLook bounds the rows of one look-up: two requests of 15 e-mails in 2.x.
const maxLook = 30

// looked decides the rows that a look-up was about.
func (l *loop) looked(t task) {
	l.looking = false
	if t.err != nil {
		l.halt(stopFor(t.err, l.sent))
		return
	}
	for i, w := range t.rows {
		l.decide(w, t.found[i])
	}
	l.dueAgain()
}

// decide draws the conclusion of one look-up for one row (R9).
func (l *loop) decide(w *row, f finding) {
	d := w.doubt
	var ours, others []client.Contact
	for _, c := range f.contacts {
		switch {
		case l.owned.has(c.ID) || !d.inWindow(c, l.job.cfg.Settle):
		case f.proof || carries(c, w.lead):
			ours = append(ours, c)
		default:
			others = append(others, c)
		}
	}
	// What was sent then is not what the row says now: its attributes cannot
	// tell, its identity must.
	if changed := d.body != "" && d.body != hexDigest(w.digest); changed && len(ours) == 0 && f.byIdentity {
		ours, others = others, nil
	}
	settled := !f.began.Before(d.since.Add(l.job.cfg.Settle))
	switch {
	case len(ours) == 1 && (settled || w.lane == nil || !l.mayPredate(w)):
		l.leaveDoubt(w)
		l.found(w, ours[0], f)
	case !settled:
		d.pause = min(d.pause*8/5, max(l.job.cfg.Settle/8, time.Second), 30*time.Second)
		d.next = time.Now().Add(d.pause)
		if end := d.since.Add(l.job.cfg.Settle); d.next.After(end) && time.Now().Before(end) {
			d.next = end
		}
	case len(ours)+len(others) > 0:
		l.leaveDoubt(w)
		l.undecided(w, append(ours, others...))
	case d.echo != "" && !l.owned.has(d.echo) && d.inWindow(d.answer.Contact, l.job.cfg.Settle):
		l.leaveDoubt(w)
		l.unresolved(w, "in_doubt", "created perhaps as "+d.echo+", which does not carry what was sent", d.answer)
	case f.blind:
		l.leaveDoubt(w)
		l.unresolved(w, "in_doubt", "created perhaps, and there is nothing to look it up by", d.answer)
	case w.recreate >= maxRecreate:
		l.leaveDoubt(w)
		l.unresolved(w, "in_doubt", fmt.Sprintf("its create was lost %d times in a row", w.recreate+1), d.answer)
	default:
		l.leaveDoubt(w)
		l.resolved++
		w.recreate++
		w.doubt = nil
		l.create(w)
	}
}

// undecided settles a row in doubt of which too many may be the lead.
func (l *loop) undecided(w *row, list []client.Contact) {
	w.rivals = ids(list)
	if l.mayPredate(w) {
		w.doubt = nil
		l.create(w) // its look-up decides
		return
	}
	l.indistinct(w)
}

func (l *loop) indistinct(w *row) {
	var a client.Answer
	if w.doubt != nil {
		a = w.doubt.answer
	}
	l.unresolved(w, "in_doubt", "created perhaps, and these cannot be told apart: "+w.rivals, a)
}

// found settles a row whose create turned out to have been applied.
func (l *loop) found(w *row, c client.Contact, f finding) {
	l.resolved++
	d := w.doubt
	if l.mayPredate(w) {
		w.doubt, w.matched = nil, true
		l.adopt(w, c, "was found", d.answer)
		return
	}
	l.proven = true
	if d.body != "" && d.body != hexDigest(w.digest) {
		// The row was mended after the interruption: it was created as it
		// was, and is updated to what it is.
		l.owned.add(c.ID, w.number)
		w.lead.ID, w.adopted = c.ID, true
		w.doubt = nil
		l.push(task{kind: save, row: w})
		return
	}
	a := d.answer
	a.Contact = c
	l.saved(w, results.Created, a)
}

func ids(list []client.Contact) string {
	names := make([]string, len(list))
	for i, c := range list {
		names[i] = c.ID
	}
	slices.Sort(names)
	return strings.Join(names, ", ")
}
