package client

import (
	"context"
	"math"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// gate keeps the pace that the API grants. Every request of every kind passes
// it, and reports back what its answer said.
//
// There is one queue, and only its head waits, for whatever is in the way when
// it looks: a pause, a token, a window that is used up. So
// nobody holds a right to send that was granted before things changed. One
// timer runs while somebody waits, and none otherwise.
type gate struct {
	rate  float64 // upper bound, requests per second
	share float64 // part of what is granted that is ours

	head    chan struct{} // held by the head of the queue
	changed chan struct{} // wakes the head: an answer came

	mu      sync.Mutex
	bucket  *rate.Limiter
	windows windows
	waiting int       // callers in the queue
	passed  time.Time // when the last request passed
	until   time.Time // nobody passes before
	// alone: one request at a time until an answer comes that is not a 429.
	// So it begins, and so it goes on after a pause: if the pause was too
	// short, one more 429 is all that it costs.
	alone    bool
	cut      float64       // part of the share that 429s leave, 1: all
	slack    float64       // requests that are left unused because of 429s
	cutAt    time.Time     // of the last 429 that counted
	inARow   int           // 429s, each the first of a pause
	mended   time.Time     // when cut last grew
	starving time.Time     // the first 429 since another answer; zero: none
	pace     float64       // requests per second, as last planned
	paused   time.Duration // all pauses, to the end of the last
}

// ticket is the right to send one request. It is given back by done or cancel.
type ticket struct{ flight *flight }

func newGate(perSecond, share float64) *gate {
	g := &gate{
		rate:    perSecond,
		share:   share,
		head:    make(chan struct{}, 1),
		changed: make(chan struct{}, 1),
		alone:   true,
		cut:     1,
	}
	g.windows.period = documentedPeriod
	g.pace = perSecond * share
	g.bucket = rate.NewLimiter(rate.Limit(g.pace), depth(g.pace))
	return g
}

// depth of the bucket: two, or what a timer that is 4 ms late would lose, which
// is more from 750 requests a second on.
func depth(pace float64) int { return max(2, int(pace/250)) }

// aloneFor is how long a lone request keeps the others waiting.
const aloneFor = 2 * time.Second

// pass waits until a request may be sent, and says how long that took. The
// error is that of ctx.
func (g *gate) pass(ctx context.Context) (t ticket, waited time.Duration, err error) {
	if err := ctx.Err(); err != nil {
		return ticket{}, 0, err
	}
	start := time.Now()
	g.mu.Lock()
	if g.waiting == 0 {
		if t, wait := g.try(start); wait <= 0 {
			g.mu.Unlock()
			return t, 0, nil
		}
	}
	g.waiting++
	g.mu.Unlock()
	defer func() {
		g.mu.Lock()
		g.waiting--
		g.mu.Unlock()
	}()
	select {
	case g.head <- struct{}{}:
	case <-ctx.Done():
		return ticket{}, time.Since(start), ctx.Err()
	}
	defer func() { <-g.head }()
	t, err = g.wait(ctx)
	return t, time.Since(start), err
}

// wait is the head's: it looks, waits for what is in the way, and looks
// again.
func (g *gate) wait(ctx context.Context) (ticket, error) {
	var timer *time.Timer
	for {
		g.mu.Lock()
		t, wait := g.try(time.Now())
		g.mu.Unlock()
		if wait <= 0 {
			return t, nil
		}
		if timer == nil {
			timer = time.NewTimer(wait)
			defer timer.Stop()
		} else {
			timer.Reset(wait)
		}
		select {
		case <-timer.C:
		case <-g.changed:
		case <-ctx.Done():
			return ticket{}, ctx.Err()
		}
	}
}

// try lets a request pass, or says how long to wait before looking again.
func (g *gate) try(now time.Time) (ticket, time.Duration) {
	if wait := g.until.Sub(now); wait > 0 {
		return ticket{}, wait
	}
	if wait := g.passed.Add(aloneFor).Sub(now); g.alone && g.windows.flights.n > 0 && wait > 0 {
		return ticket{}, wait
	}
	g.windows.foresee(now)
	g.mend(now)
	pace, wait := g.plan(now)
	if wait > 0 {
		return ticket{}, wait
	}
	if pace != g.pace {
		g.pace = pace
		g.bucket.SetLimitAt(now, rate.Limit(pace))
		if d := depth(pace); d != g.bucket.Burst() {
			g.bucket.SetBurstAt(now, d)
		}
	}
	if !g.bucket.AllowN(now, 1) {
		missing := 1 - g.bucket.TokensAt(now)
		wait := time.Duration(math.Ceil(missing / pace * 1e9))
		return ticket{}, min(max(wait, time.Microsecond), time.Second) // the plan may change
	}
	g.passed = now
	return ticket{g.windows.sent(now)}, 0
}

// cancel gives back a ticket for a request that was not sent.
func (g *gate) cancel(t ticket) { g.land(t, reply{}) }

// done takes in what came of a request.
func (g *gate) done(t ticket, r reply) { g.land(t, r) }

func (g *gate) land(t ticket, r reply) {
	l := readLimits(r)
	g.mu.Lock()
	defer g.mu.Unlock()
	f := g.windows.flights.land(t.flight)
	switch {
	case l.known:
		g.windows.learn(l, r, f)
	case r.sent && r.status != 429:
		g.windows.unlabelled(f)
	}
	switch {
	case r.status == 429:
		g.refused(l, r)
	case r.status != 0:
		g.alone, g.inARow, g.starving = false, 0, time.Time{}
	}
	if g.waiting > 0 {
		select {
		case g.changed <- struct{}{}:
		default:
		}
	}
}

// starved reports whether d has passed with no answer but 429s.
func (g *gate) starved(d time.Duration) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return !g.starving.IsZero() && time.Since(g.starving) > d
}

// granted is the pace that whole windows allow us, and whether an answer told
// of one.
func (g *gate) granted() (perSecond float64, known bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	share := g.share * g.cut
	if !g.windows.known() {
		return g.rate * share, false
	}
	w := g.windows.cur
	limit := w.limit / g.windows.period.Seconds()
	return min(g.rate, g.cut*max(0, min(g.share*limit, limit-g.windows.others))), true
}

// quota is what the last known window grants to all.
func (g *gate) quota() (requests int, per time.Duration, known bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.windows.known() || g.windows.cur.limit <= 0 {
		return 0, 0, false
	}
	return int(g.windows.cur.limit), g.windows.period, true
}

// pauseUntil lets nobody pass before until. mu is held.
func (g *gate) pauseUntil(now, until time.Time) {
	if !until.After(g.until) {
		return
	}
	g.paused += until.Sub(later(g.until, now))
	g.until = until
}

// pausedFor is how long pauses have kept everybody waiting.
func (g *gate) pausedFor() time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.paused - max(0, time.Until(g.until))
}
