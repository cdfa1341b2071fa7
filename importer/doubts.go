package importer

import (
	"slices"
	"time"

	"github.com/cenkalti/backoff/v4"

	"leadimport/client"
	"leadimport/importer/fate"
	"leadimport/mapping"
)

// doubts are the rows of which it is not known whether they were created. They
// block no row of another key (rule R5): each is looked up at growing
// intervals until fate has decided.
type doubts struct {
	lag     *fate.Lag // says how long the wait is
	rows    map[*row]*watch
	looking bool // a look-up is out
	// rivals are all creates that may have made a contact that a look-up shows,
	// by key: those in doubt, those that the files tell of and no row has taken
	// up yet, and those that ended unresolved.
	rivals map[mapping.Key]*rival
}

// watch is when a row in doubt is looked up.
type watch struct {
	next    time.Time
	backoff *backoff.ExponentialBackOff
	// absent and shown are when the last look-up began that did not show its
	// lead, and the first one that did.
	absent, shown time.Time
}

type rival struct {
	doubt *fate.Doubt
	given bool // up: it ended unresolved
}

func newDoubts(lag *fate.Lag, open map[mapping.Key]*fate.Doubt) *doubts {
	d := &doubts{lag: lag, rows: map[*row]*watch{}, rivals: map[mapping.Key]*rival{}}
	for key, doubt := range open {
		d.rivals[key] = &rival{doubt: doubt}
	}
	return d
}

// add takes up a row in doubt, or has it looked up again.
func (d *doubts) add(w *row, now time.Time, server client.Moment) {
	wait, seen := d.lag.Wait(), d.rows[w]
	if seen == nil {
		if w.state.Doubt.Taken.IsZero() {
			w.state.Doubt.Taken = now
		}
		seen = &watch{backoff: backoff.NewExponentialBackOff(
			backoff.WithInitialInterval(min(max(wait/40, 200*time.Millisecond), 5*time.Second)),
			backoff.WithMultiplier(1.6),
			backoff.WithRandomizationFactor(0),
			backoff.WithMaxElapsedTime(0),
		)}
		d.rows[w] = seen
	}
	w.state.Doubt.Reckon(now, server)
	d.rivals[w.key] = &rival{doubt: &w.state.Doubt}
	seen.backoff.MaxInterval = min(max(wait/8, time.Second), max(30*time.Second, wait/40))
	seen.next = now.Add(seen.backoff.NextBackOff())
	if end := w.state.Doubt.Until(now, server, wait); seen.next.After(end) && now.Before(end) {
		seen.next = end
	}
}

// remove takes a row out, whatever was decided. unresolved: nobody knows what
// it made, so it stays somebody who may own what is found.
func (d *doubts) remove(w *row, unresolved bool) {
	delete(d.rows, w)
	if unresolved {
		doubt := w.state.Doubt
		d.rivals[w.key] = &rival{doubt: &doubt, given: true}
	} else {
		delete(d.rivals, w.key)
	}
}

// due are the rows to look up now, in file order, so that the same file and
// the same faults make the same run; none while a look-up is out, which would
// take requests from the rows that wait to be sent.
func (d *doubts) due(now time.Time) []*row {
	if d.looking {
		return nil
	}
	var list []*row
	for w, seen := range d.rows {
		if !seen.next.After(now) {
			list = append(list, w)
		}
	}
	slices.SortFunc(list, func(a, b *row) int { return a.number - b.number })
	return list[:min(len(list), maxLook)]
}

// asks reports whether it matters to rows that are due whether other leads show:
// the wait of one is over, or one has shown.
func (d *doubts) asks(rows []*row, now time.Time, server client.Moment) bool {
	return slices.ContainsFunc(rows, func(w *row) bool {
		return !d.rows[w].shown.IsZero() || w.state.Doubt.Over(now, server, d.lag.Wait())
	})
}

// see notes what a look-up that began at the given time has shown.
func (x *watch) see(began time.Time, found []fate.Evidence) {
	ours := slices.ContainsFunc(found, func(e fate.Evidence) bool { return e.Class == fate.Ours || e.Class == fate.Proved })
	switch {
	case !ours:
		x.absent, x.shown = began, time.Time{}
	case x.shown.IsZero():
		x.shown = began
	}
}

// maxLook bounds the rows of one look-up: two requests of 15 e-mails in 2.x.
const maxLook = 30

// next is when the next row is due; the zero time when none is.
func (d *doubts) next() (next time.Time) {
	if d.looking {
		return next
	}
	for _, seen := range d.rows {
		if next.IsZero() || seen.next.Before(next) {
			next = seen.next
		}
	}
	return next
}

// until is when the last row in doubt is decided, by our clock.
func (d *doubts) until(now time.Time, server client.Moment) (until time.Time) {
	for w := range d.rows {
		until = latest(until, w.state.Doubt.Until(now, server, d.lag.Wait()))
	}
	return until
}

// contest tells whether another create may have made c, and whether it is
// still open.
func (d *doubts) contest(w *row, c client.Contact, weigh *fate.Weigher, now time.Time, server client.Moment) (any, open bool) {
	for key, r := range d.rivals {
		if key != w.key && weigh.Fits(r.doubt, c) {
			any = true
			open = open || !r.given && !r.doubt.Over(now, server, d.lag.Wait())
		}
	}
	return any, open
}
