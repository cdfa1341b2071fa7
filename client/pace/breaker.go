package pace

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cenkalti/backoff/v4"
)

// Breaker stops creates and updates while most of them fail, so that an
// outage does not put one lead after the other in doubt. It finds out with a
// read when the API answers again, then lets one call try alone; when that
// goes well everybody goes on. Its methods may be called from any goroutine; none
// but Enter waits.
type Breaker struct {
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

// NewBreaker returns a breaker that gives up when the API has been away for so
// long.
func NewBreaker(away time.Duration) *Breaker {
	return &Breaker{away: away, changed: make(chan struct{})}
}

// Open reports whether writes have to enter first.
func (b *Breaker) Open() bool { return b.open.Load() }

// Enter waits until a write may be sent. With trial the caller is the one who
// tries, and has to record what came of it, or give the trial back. The error
// is ctx's, an *AwayError when the API is away for too long, or that of a probe
// that was final. probe is one request that changes nothing; one caller at a
// time makes it, on its own goroutine. final says that waiting is of no use.
func (b *Breaker) Enter(ctx context.Context, probe func(context.Context) (final bool, err error)) (trial bool, err error) {
	for {
		b.mu.Lock()
		if !b.open.Load() {
			b.mu.Unlock()
			return false, nil
		}
		left := b.away - time.Since(b.since)
		if left <= 0 {
			defer b.mu.Unlock()
			return false, &AwayError{Away: b.away, Last: b.last}
		}
		changed, pause, mine := b.changed, b.pause, !b.probing
		b.probing = true
		b.mu.Unlock()
		if mine {
			changed, left = nil, min(pause, left)
		}
		timer := time.NewTimer(left)
		select {
		case <-changed:
		case <-timer.C:
		case <-ctx.Done():
			timer.Stop()
			if mine {
				b.GiveBack()
			}
			return false, ctx.Err()
		}
		timer.Stop()
		if !mine {
			continue
		}
		final, err := probe(ctx)
		if err == nil {
			return true, nil
		}
		if ctx.Err() != nil {
			b.GiveBack()
			return false, ctx.Err()
		}
		b.put(err)
		if final {
			return false, err
		}
	}
}

// AwayError is the end of a call for which the API was away too long.
type AwayError struct {
	Away time.Duration // the time that was given to it
	Last error         // why the last probe or trial failed
}

func (e *AwayError) Error() string { return "the API has been unavailable for " + e.Away.String() }

// Unwrap is the last failure.
func (e *AwayError) Unwrap() error { return e.Last }

// put notes a probe or a trial that failed: the next comes later.
func (b *Breaker) put(err error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.last = err
	b.pause = b.pauses.NextBackOff()
	b.handOver()
}

// GiveBack ends a trial that came to nothing: it lets another caller probe.
func (b *Breaker) GiveBack() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.handOver()
}

// handOver ends this caller's probe or trial, and wakes the others. mu is held.
func (b *Breaker) handOver() {
	b.probing = false
	close(b.changed)
	b.changed = make(chan struct{})
}

// Record takes in what an attempt at a write came to: err is what shows that
// the API does not work, nil that it does. An attempt that tells neither is not
// recorded. opened reports that this was the failure too many.
func (b *Breaker) Record(trial bool, err error) (opened bool) {
	bad := err != nil
	b.mu.Lock()
	defer b.mu.Unlock()
	if trial {
		if bad {
			b.last = err
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
	b.pause, b.last = b.pauses.NextBackOff(), err
	b.opened = time.Now()
	b.open.Store(true)
	return true
}

// OpenFor is how long it has been open, all in all.
func (b *Breaker) OpenFor() time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.open.Load() {
		return b.was + time.Since(b.opened)
	}
	return b.was
}
