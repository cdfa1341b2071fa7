package report

import (
	"time"
)

const maxPoints = 120

// Point is what happened in one stretch of time. Stretches have one length;
// those within a pause are left out.
type Point struct {
	At      time.Time `json:"at"`      // its beginning
	Seconds int64     `json:"seconds"` // its length
	Rows    int       `json:"rows"`    // outcomes that became known
	Sent    int       `json:"sent"`    // of these, rows for which a request went out
	P50     int64     `json:"p50_ms"`
	P90     int64     `json:"p90_ms"`

	busy float64 // seconds of it within a session
}

// series counts outcomes over time in at most maxPoints stretches, however
// long the time is: it makes the stretches longer and merges what it has.
type series struct {
	width    int64 // of a stretch, seconds
	n        int
	stretch  map[int64]*moment // by its number since 1970
	sessions sessions
}

type moment struct {
	rows    int
	latency histogram
}

// widths are round, and each divides the next; beyond a day they double.
var widths = []int64{1, 5, 10, 30, 60, 300, 600, 1800, 3600, 10800, 21600, 43200, 86400}

func wider(width int64) int64 {
	for _, w := range widths {
		if w > width {
			return w
		}
	}
	return 2 * width
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

func (s *series) add(at time.Time, ms int64, sent bool) {
	if s.stretch == nil {
		s.stretch, s.width = make(map[int64]*moment), widths[0]
	}
	s.sessions.add(at)
	i := floorDiv(at.Unix(), s.width)
	m := s.stretch[i]
	if m == nil {
		m = new(moment)
		s.stretch[i] = m
	}
	s.n++
	m.rows++
	if sent {
		m.latency.add(ms)
	}
	for len(s.stretch) > 2*maxPoints {
		s.widen()
	}
}

func (s *series) widen() {
	next := wider(s.width)
	times := next / s.width
	merged := make(map[int64]*moment, len(s.stretch))
	for i, m := range s.stretch {
		j := floorDiv(i, times)
		if there := merged[j]; there != nil {
			there.rows += m.rows
			there.latency.merge(&m.latency)
		} else {
			merged[j] = m
		}
	}
	s.stretch, s.width = merged, next
}

// points are the stretches within sessions.
func (s *series) points() []Point {
	list := []Point{}
	if s.n == 0 {
		return list
	}
	for s.count() > maxPoints {
		s.widen()
	}
	s.each(func(i int64, busy float64) {
		if n := len(list); n > 0 && list[n-1].At.Unix() == i*s.width {
			list[n-1].busy += busy
			return
		}
		p := Point{At: time.Unix(i*s.width, 0).UTC(), Seconds: s.width, busy: busy}
		if m := s.stretch[i]; m != nil {
			p.Rows, p.Sent = m.rows, m.latency.n
			p.P50, p.P90 = m.latency.quantile(0.5), m.latency.quantile(0.9)
		}
		list = append(list, p)
	})
	return list
}

// each calls f for the stretches of each session, in order, with the seconds
// that are within it. One that has the end of a session and the beginning of
// the next comes twice.
func (s *series) each(f func(i int64, busy float64)) {
	for _, one := range s.sessions.list {
		width := 1000 * s.width
		for i := floorDiv(one.from, width); i <= floorDiv(one.to, width); i++ {
			from, to := max(one.from, i*width), min(one.to, (i+1)*width)
			f(i, float64(to-from)/1000)
		}
	}
}

// count is how many stretches there would be.
func (s *series) count() int {
	n := int64(0)
	last := int64(-1 << 62)
	for _, one := range s.sessions.list {
		first, end := floorDiv(one.from, 1000*s.width), floorDiv(one.to, 1000*s.width)
		n += end - max(first, last+1) + 1
		last = end
	}
	return int(min(n, 1<<30))
}
