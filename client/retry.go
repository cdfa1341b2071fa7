package client

import (
	"context"
	"time"

	"github.com/cenkalti/backoff/v4"
)

// The shortest and the longest pause between two attempts of a call, before
// the jitter.
const (
	firstPause = 500 * time.Millisecond
	lastPause  = 30 * time.Second
)

// retry is the back-off of one call: exponential, with full jitter, and over
// when RetryFor is spent. Time at the gate is not: a row is not to blame for
// the pace. Its zero value is ready; it begins with the first failure. Not
// for use from two goroutines (nor is backoff's).
type retry struct {
	backoff *backoff.ExponentialBackOff
	waited  time.Duration // at the gate
}

// Now is the clock of the back-off: it stands still at the gate.
func (r *retry) Now() time.Time { return time.Now().Add(-r.waited) }

// paused stops the clock for d.
func (r *retry) paused(d time.Duration) { r.waited += d }

// next is how long to wait before another attempt after failure e. ok is false
// when the time is spent.
func (r *retry) next(c *Client, retryFor time.Duration, e *Error) (pause time.Duration, ok bool) {
	longest := min(lastPause, max(retryFor/8, firstPause))
	if r.backoff == nil {
		// Full jitter: the pause lies anywhere between 0 and the interval.
		// backoff draws from the interval ± its factor, so with a factor of
		// 1 half of ours as its interval does that.
		r.backoff = backoff.NewExponentialBackOff(
			backoff.WithInitialInterval(firstPause/2),
			backoff.WithMultiplier(2),
			backoff.WithRandomizationFactor(1),
			backoff.WithMaxInterval(longest/2),
			backoff.WithMaxElapsedTime(retryFor),
			backoff.WithClockProvider(r),
		)
	}
	pause = r.backoff.NextBackOff()
	if pause == backoff.Stop {
		return 0, false
	}
	if c.totals.manyRetries() {
		pause = longest/2 + pause%(longest/2+1)
	}
	c.log.Debug().Str("code", e.Code).Int("status", e.Status).Dur("pause", pause).Msg("trying again")
	return pause, true
}

// sleep waits for d, or until ctx ends.
func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
