package client

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cenkalti/backoff/v4"
)

// breaker stops creates and updates while most of them fail, so that an
// outage does not put one lead after the other in doubt. It finds out with a
// read when the API answers again, then lets one call try alone; when that
// goes well everybody goes on.
type breaker struct {
	away time.Duration // how long the API may be away
	open atomic.Bool

	mu      sync.Mutex
	failed  [20]bool // the last answers to writes, a ring
	next    int
	count   int       // of failed
	since   time.Time // the first failure after the last success
	pauses  backoff.BackOff
	pause   time.Duration // before the next probe
	probing bool          // somebody probes, or has the trial
	changed chan struct{} // closed when it is worth looking again
	last    error         // why the last probe or trial failed
	opened  time.Time     // when it last opened
	was     time.Duration // open, before that
}

// The pauses between probes.
const (
	firstProbe = 500 * time.Millisecond
	lastProbe  = 30 * time.Second
)

func newBreaker(away time.Duration) *breaker {
	return &breaker{away: away, changed: make(chan struct{})}
}

// isOpen reports whether writes have to enter first.
func (b *breaker) isOpen() bool { return b.open.Load() }

// enter waits until a write may be sent. With trial the caller is the one who
// tries, and has to record what came of it, or give the trial back. The error
// is ctx's, or an *Error of kind Unavailable when the API is away for too
// long. probe is one request that changes nothing; one caller makes it.
func (b *breaker) enter(ctx context.Context, probe func(context.Context) error) (trial bool, err error) {
	for {
		b.mu.Lock()
		if !b.open.Load() {
			b.mu.Unlock()
			return false, nil
		}
		left := b.away - time.Since(b.since)
		if left <= 0 {
			defer b.mu.Unlock()
			return false, b.gone()
		}
		changed, pause, mine := b.changed, b.pause, !b.probing
		b.probing = true
		b.mu.Unlock()
		if !mine {
			timer := time.NewTimer(left)
			select {
			case <-changed:
			case <-timer.C:
			case <-ctx.Done():
				timer.Stop()
				return false, ctx.Err()
			}
			timer.Stop()
			continue
		}
		if err := sleep(ctx, min(pause, left)); err != nil {
			b.giveBack()
			return false, err
		}
		err := probe(ctx)
		if err == nil {
			return true, nil
		}
		if ctx.Err() != nil {
			b.giveBack()
			return false, ctx.Err()
		}
		b.put(err)
		if e, ok := err.(*Error); ok && (e.Kind == Unauthorised || e.Kind == Misdirected) {
			return false, err
		}
	}
}

// gone is the error of a call for which the API was away too long.
func (b *breaker) gone() error {
	e := &Error{Kind: Unavailable, Code: "unavailable", Hint: "run again with --resume when the API answers"}
	e.Message = "the API has been unavailable for " + b.away.String()
	if last, ok := b.last.(*Error); ok {
		e.Status, e.Code, e.RequestID, e.Err = last.Status, last.Code, last.RequestID, last
		e.Message += ": " + last.Message
	}
	return e
}

// put notes a probe or a trial that failed: the next comes later.
func (b *breaker) put(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.last = err
	b.pause = b.pauses.NextBackOff()
	b.handOver()
}

// giveBack lets another caller probe.
func (b *breaker) giveBack() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.handOver()
}

// handOver ends this caller's probe or trial, and wakes the others. mu is held.
func (b *breaker) handOver() {
	b.probing = false
	close(b.changed)
	b.changed = make(chan struct{})
}

// record takes in what an attempt at a write came to. opened reports that it
// was the one too many.
func (b *breaker) record(trial bool, v verdict, e *Error) (opened bool) {
	bad := v == ambiguous || v == notApplied
	if v == limited || v == stop {
		return false // says nothing of whether the API works
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if trial {
		if bad {
			b.last = e
			b.pause = b.pauses.NextBackOff()
		} else {
			b.failed, b.count, b.since = [20]bool{}, 0, time.Time{}
			b.open.Store(false)
			b.was += time.Since(b.opened)
		}
		b.handOver()
		return false
	}
	if b.failed[b.next] {
		b.count--
	}
	if b.failed[b.next] = bad; bad {
		b.count++
	}
	b.next = (b.next + 1) % len(b.failed)
	if !bad && !b.open.Load() {
		b.since = time.Time{}
	} else if bad && b.since.IsZero() {
		b.since = time.Now()
	}
	if !bad || b.open.Load() || b.count <= len(b.failed)/2 {
		return false
	}
	b.pauses = backoff.NewExponentialBackOff(
		backoff.WithInitialInterval(firstProbe),
		backoff.WithMultiplier(2),
		backoff.WithRandomizationFactor(0),
		backoff.WithMaxInterval(lastProbe),
		backoff.WithMaxElapsedTime(0),
	)
	b.pause, b.last = b.pauses.NextBackOff(), e
	b.opened = time.Now()
	b.open.Store(true)
	return true
}

// openFor is how long it has been open, all in all.
func (b *breaker) openFor() time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.open.Load() {
		return b.was + time.Since(b.opened)
	}
	return b.was
}
