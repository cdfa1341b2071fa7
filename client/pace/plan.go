package pace

import (
	"math"
	"time"
)

// guard is how far from the end of a window its rest no longer decides the
// pace: what is left divided by next to no time is noise.
const guard = 500 * time.Millisecond

// plan is the pace at now, in requests per second; or, with the window used
// up, how long it is until the next one.
//
// It is what is left of the window, spread evenly over the rest of it, as the
// documents advise. What is left is the last Remaining less our requests on
// the way, less what others are expected to take, less a small margin: an
// answer may overtake another, and a burst of others is not foreseen.
func (g *Gate) plan(now time.Time) (pace float64, wait time.Duration) {
	share := g.share * g.cut
	ws := &g.windows
	w := &ws.cur
	if !ws.known() {
		return g.rate * share, 0
	}
	flying := ws.uncounted()
	// The last one is not taken: some APIs tell the first request of a window
	// that all of it is left (docs' own example), so that 1 means 0.
	used := w.left-flying < 2 && (w.seen || w.sent > 0)
	probe := g.alone && ws.flights.n == 0 // after a pause as long as the headers said
	if wait := earlier(w.end, g.passed.Add(longestPause)).Sub(now); used && !probe && wait > 0 {
		return g.pace, wait
	}
	period := ws.period.Seconds()
	rest := max(0, w.end.Sub(now).Seconds())
	others := math.Max(ws.others, ws.visible(now))
	margin := 1 + min(w.limit/100, 4+w.limit/300) + g.slack + math.Sqrt(others*period)/2
	// Of a whole window ours is our share of the limit, as far as others leave
	// it. Not a share of what they leave: the shards of one import are others
	// to each other, and four quarters would come to little more than half.
	ours := g.cut * min(g.share*(w.limit-margin), w.limit-margin-others*period)
	steady := max(ours, max(1, w.limit/100)) / period
	free := w.left - flying - margin - others*rest
	if share < 1 {
		free = min(g.cut*free, ours-float64(w.sent))
	}
	pace = (free + steady*guard.Seconds()) / (rest + guard.Seconds())
	pace = min(max(pace, 0.02*steady), 3*w.limit/period, g.rate)
	return pace, 0
}

// visible is what others use of the current window, at least, in requests per
// second.
func (ws *windows) visible(now time.Time) float64 {
	w := &ws.cur
	if !w.seen {
		return 0
	}
	others := w.limit - w.left - float64(w.own+ws.flights.n) - w.limit/200
	elapsed := ws.period.Seconds() - w.end.Sub(now).Seconds()
	return max(0, others/(max(0, elapsed)+2))
}
