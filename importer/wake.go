package importer

import (
	"slices"
	"time"
)

// wake starts what is due now and sets the timer to what is due next.
func (l *loop) wake() {
	if l.stopped != nil || (len(l.delayed) == 0 && len(l.doubts) == 0 && len(l.tagging.batch) == 0) {
		return
	}
	now := time.Now()
	l.outage(now)
	next := now.Add(time.Hour)
	l.delayed = slices.DeleteFunc(l.delayed, func(w *row) bool {
		if due := w.lane.notBefore; due.After(now) {
			next = earliest(next, due)
			return false
		}
		l.parked--
		l.push(task{kind: save, row: w}) // only updates are held back
		return true
	})
	l.lookDue(now)
	next = l.tagDue(now, next)
	if len(l.doubts) > 0 && !l.looking {
		next = earliest(next, l.due)
	}
	if l.suspect >= suspects {
		next = earliest(next, now.Add(time.Second))
	}
	l.timer.Reset(max(next.Sub(now), time.Millisecond))
}

// outage stops a run whose first creates all ended in doubt and stay so.
func (l *loop) outage(now time.Time) {
	if l.proven || l.suspect < suspects || l.fresh > 0 {
		return
	}
	for w := range l.doubts {
		if w.doubt.suspect && now.Before(w.doubt.since.Add(l.job.cfg.RetryFor)) {
			return
		}
	}
	l.halt(stop(Unavailable, resumable, "the first %d creates all ended without a usable answer: the API is out of order", suspects))
}

func earliest(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
