package pace

import (
	"math/rand/v2"
	"time"
)

// Bounds of a pause; and how little of the share 429s leave.
const (
	shortestPause = 50 * time.Millisecond
	longestPause  = time.Minute
	leastCut      = 0.1
)

// refused pauses everybody after a 429: until the window turns, as the headers
// say. Where they say that there is room the reason is another (an overload,
// the limit of the whole workspace), and the pauses grow.
func (g *Gate) refused(l limits, r Reply) {
	now := time.Now()
	again := !r.Started.After(g.cutAt) // it was on the way already: the same mistake
	if !again {
		g.cutAt, g.mended = now, now
		g.inARow++
	}
	if g.starving.IsZero() {
		g.starving = now
	}
	room := l.known && l.left > 1
	wait := l.wait + rounding/4
	switch w := g.windows.cur; {
	case l.retryAfter > 0:
		wait = l.retryAfter
	case !l.timed:
		wait = documentedPeriod + rand.N(2*time.Second)
	case room:
		wait = max(min(wait, time.Second<<min(g.inARow, 7)/2), shortestPause)
		wait = wait/2 + rand.N(wait/2)
	case w.sure && w.seen && w.label == l.reset && w.end.After(now):
		wait = w.end.Sub(now) + shortestPause
	}
	wait = min(max(wait, shortestPause), longestPause)
	g.pauseUntil(now, now.Add(wait))
	g.alone = true
	if again || room {
		return
	}
	if w := &g.windows.cur; l.known && g.windows.others == 0 && g.windows.visible(now) == 0 && w.sure && g.slack < w.limit/20 {
		// Nobody else is there: these are our own requests, a few too many
		// around the turn of the window. A little more room cures that.
		g.slack += 1 + w.limit/200
		return
	}
	g.cut = max(g.cut*0.7, leastCut)
}

// mend gives back a twentieth of the share for each window since a 429.
func (g *Gate) mend(now time.Time) {
	for (g.cut < 1 || g.slack > 0.5) && now.Sub(g.mended) >= g.windows.period {
		g.cut = min(1, g.cut+0.05)
		g.slack *= 0.8
		g.mended = g.mended.Add(g.windows.period)
	}
}
