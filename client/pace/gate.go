package pace

import (
	"context"
	"math"
	"net/http"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// Gate keeps the pace that the API grants. Every request of every kind passes
// it, and reports back what its answer said. Its methods may be called from
// any goroutine; none but Pass waits.
//
// There is one queue, and only its head waits, for whatever is in the way when
// it looks: a pause, a token, a window that is used up. So
// nobody holds a right to send that was granted before things changed. One
// timer runs while somebody waits, and none otherwise.
type Gate struct {
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

// Reply is what the gate wants to know of a request that is over. The zero
// value is that of one that was not sent.
type Reply struct {
	Sent    bool // a byte may have been sent
	Status  int  // of HTTP; 0: no answer
	Header  http.Header
	Started time.Time // when it was sent, by our clock
	Ended   time.Time // when its answer was complete, or given up
}

// Ticket is the right to send one request. It is given back once, by Done or
// Cancel.
type Ticket struct{ flight *flight }

// New returns a gate that lets at most perSecond requests a second pass, above
// 0, and takes share, above 0 and at most 1, of what the API grants.
func New(perSecond, share float64) *Gate {
	g := &Gate{
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

// Pass waits until a request may be sent, and says how long that took. The
// error is that of ctx; then there is no ticket to give back.
func (g *Gate) Pass(ctx context.Context) (t Ticket, waited time.Duration, err error) {
	if err := ctx.Err(); err != nil {
		return Ticket{}, 0, err
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
		return Ticket{}, time.Since(start), ctx.Err()
	}
	defer func() { <-g.head }()
	t, err = g.wait(ctx)
	return t, time.Since(start), err
}

// wait is the head's: it looks, waits for what is in the way, and looks
// again.
func (g *Gate) wait(ctx context.Context) (Ticket, error) {
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
			return Ticket{}, ctx.Err()
		}
	}
}

// try lets a request pass, or says how long to wait before looking again.
func (g *Gate) try(now time.Time) (Ticket, time.Duration) {
	if wait := g.until.Sub(now); wait > 0 {
		return Ticket{}, wait
	}
	if wait := g.passed.Add(aloneFor).Sub(now); g.alone && g.windows.flights.n > 0 && wait > 0 {
		return Ticket{}, wait
	}
	g.windows.foresee(now)
	g.mend(now)
	pace, wait := g.plan(now)
	if wait > 0 {
		return Ticket{}, wait
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
		return Ticket{}, min(max(wait, time.Microsecond), time.Second) // the plan may change
	}
	g.passed = now
	return Ticket{g.windows.sent(now)}, 0
}

// Cancel gives back a ticket for a request that was not sent.
func (g *Gate) Cancel(t Ticket) { g.land(t, Reply{}) }

// Done takes in what came of a request that was sent, or was to be.
func (g *Gate) Done(t Ticket, r Reply) { g.land(t, r) }

func (g *Gate) land(t Ticket, r Reply) {
	l := readLimits(r)
	g.mu.Lock()
	defer g.mu.Unlock()
	f := g.windows.flights.land(t.flight)
	switch {
	case l.known:
		g.windows.learn(l, r, f)
	case r.Sent && r.Status != 429:
		g.windows.unlabelled(f)
	}
	switch {
	case r.Status == 429:
		g.refused(l, r)
	case r.Status != 0:
		g.alone, g.inARow, g.starving = false, 0, time.Time{}
	}
	if g.waiting > 0 {
		select {
		case g.changed <- struct{}{}:
		default:
		}
	}
}

// Starved reports whether d has passed with no answer but 429s.
func (g *Gate) Starved(d time.Duration) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return !g.starving.IsZero() && time.Since(g.starving) > d
}

// Granted is the pace that whole windows allow us, in requests per second, and
// whether an answer told of one.
func (g *Gate) Granted() (perSecond float64, known bool) {
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

// Quota is what the last known window grants to all: requests in a stretch of
// time. known is false before any answer has told.
func (g *Gate) Quota() (requests int, per time.Duration, known bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.windows.known() || g.windows.cur.limit <= 0 {
		return 0, 0, false
	}
	return int(g.windows.cur.limit), g.windows.period, true
}

// pauseUntil lets nobody pass before until. mu is held.
func (g *Gate) pauseUntil(now, until time.Time) {
	if !until.After(g.until) {
		return
	}
	g.paused += until.Sub(later(g.until, now))
	g.until = until
}

// Paused is how long pauses have kept everybody waiting.
func (g *Gate) Paused() time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.paused - max(0, time.Until(g.until))
}
