package main

import (
	"math"
	"strings"
	"time"

	"leadimport/importer"
)

// left tells how long a run still takes, from the work that is left: rows that
// take requests, at the pace at which they have lately been settled while
// requests were out. Rows that cost nothing are counted by their own pace, and
// rows in doubt by how long the others took.
type left struct {
	// limit is the pace that the API grants, in requests per second, as long
	// as too little has been seen of what the run makes of it.
	limit func() (perSecond float64, known bool)
	// waited is how long requests have waited for their turn, added up.
	waited func() time.Duration
	points []point // oldest first
}

// point is where a run stood.
type point struct {
	at     time.Time
	busy   time.Duration
	waited time.Duration
	worked int // in halves, for an update is half done when its contact was read
	free   int // rows settled that took no request
	all    int // rows settled
}

const (
	pointEvery = 500 * time.Millisecond
	// lookBack is how much of the run tells its pace: some windows of the rate
	// limit, so that a pause within one weighs as much as it lasts.
	lookBack = 2 * time.Minute
	lately   = 10 * time.Second
	// believe is how much busy time the API's limit weighs as much as, while
	// it is what requests wait for.
	believe = 3 * time.Second
)

// update takes in where the run stands at now.
func (l *left) update(now time.Time, p importer.Progress) {
	if len(l.points) > 0 && now.Sub(l.points[len(l.points)-1].at) < pointEvery {
		return
	}
	for len(l.points) > 2 && now.Sub(l.points[1].at) >= lookBack {
		l.points = l.points[1:]
	}
	l.points = append(l.points, point{now, p.Busy, l.waited(), halves(p), p.Totals.Sum() - p.Worked, p.Totals.Sum()})
}

// of is how long a run that stands at p still takes. ok is false while nothing
// tells.
func (l *left) of(now time.Time, p importer.Progress) (d time.Duration, ok bool) {
	var from point
	if len(l.points) > 0 {
		from = l.points[0]
	}
	work := max(0, 2*(p.Work-p.Doubt)-halves(p))
	seconds := 0.0
	if work > 0 {
		rate, ok := l.rate(from, p)
		if !ok {
			return 0, false
		}
		seconds = float64(work) / 2 / rate
	}
	free := p.Totals.Sum() - p.Worked
	if rest := p.Rows - p.Work - free; rest > 0 && free > from.free {
		perSecond := float64(free-from.free) / now.Sub(from.at).Seconds()
		seconds = max(seconds, float64(rest)/perSecond)
	}
	d = time.Duration(seconds * float64(time.Second))
	return max(d, l.doubt(now, p, d, (work+1)/2)), true
}

// pace is at how many rows a second rows of every kind were settled lately.
func (l *left) pace(now time.Time, p importer.Progress) float64 {
	for _, from := range l.points {
		if d := now.Sub(from.at); d > 0 && d <= lately || from == l.points[len(l.points)-1] && d > 0 {
			return float64(p.Totals.Sum()-from.all) / d.Seconds()
		}
	}
	return 0
}

// halves are the halves of the work that are done.
func halves(p importer.Progress) int { return 2*p.Worked + p.Read }

// rate is at how many rows a second those are settled that take requests.
func (l *left) rate(from point, p importer.Progress) (perSecond float64, ok bool) {
	seen, worked := p.Busy-from.busy, float64(halves(p)-from.worked)/2
	limit, known := l.limit()
	bound := l.waited()-from.waited > seen/2 // else it is not the limit that they wait for
	if known && limit > 0 && p.Calls > 0 && (bound || worked == 0) {
		worked += limit * float64(p.Work) / float64(p.Calls) * believe.Seconds()
		seen += believe
	}
	if seen <= 0 || worked <= 0 {
		return 0, false
	}
	return worked / seen.Seconds(), true
}

// doubt is how long the run takes because of rows in doubt: those that are, for
// only the end of the wait decides most of them, and those that are to be
// expected of the work that is left, which takes rest.
func (l *left) doubt(now time.Time, p importer.Progress, rest time.Duration, work int) time.Duration {
	end := rest
	if p.Doubt > 0 {
		end = max(end, p.DoubtUntil.Sub(now))
	}
	wait := p.DoubtTook
	if wait == 0 && p.Doubt > 0 {
		wait = p.DoubtUntil.Sub(p.DoubtSince)
	}
	if wait == 0 || work == 0 {
		return end
	}
	more := float64(p.Doubted) / float64(max(1, p.Worked+p.Doubt)) * float64(work)
	last := rest - time.Duration(float64(rest)/(more+1)) + wait
	if last > end { // with the probability that there is one more at all
		end += time.Duration(float64(last-end) * (1 - math.Exp(-more)))
	}
	return end
}

// roughly shows a time that is left as exactly as it is known.
func roughly(d time.Duration) string {
	switch d = max(d, time.Second); {
	case d < time.Hour:
		return d.Round(time.Second).String()
	default:
		return strings.TrimSuffix(d.Round(time.Minute).String(), "0s")
	}
}
