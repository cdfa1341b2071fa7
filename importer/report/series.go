package report

import "time"

const (
	maxPoints = 120
	pause     = 5 * time.Minute // without any outcome, and more
)

// Point is what happened in one stretch of time. Stretches have one length;
// those without an outcome have Rows 0.
type Point struct {
	At      time.Time `json:"at"`      // its beginning
	Seconds int64     `json:"seconds"` // its length
	Rows    int       `json:"rows"`    // outcomes that became known
	Sent    int       `json:"sent"`    // of these, rows for which a request went out
	P50     int64     `json:"p50_ms"`
	P90     int64     `json:"p90_ms"`
}

// series counts outcomes over time in at most maxPoints stretches, however
// long the time is: it makes the stretches longer and merges what it has.
type series struct {
	width   int64 // of a stretch, seconds
	first   int64 // number of the first stretch since 1970
	last    int64
	n       int
	stretch map[int64]*moment
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
		s.first = floorDiv(at.Unix(), s.width)
		s.last = s.first
	}
	i := floorDiv(at.Unix(), s.width)
	for max(s.last, i)-min(s.first, i) >= maxPoints {
		s.widen()
		i = floorDiv(at.Unix(), s.width)
	}
	s.first, s.last = min(s.first, i), max(s.last, i)
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
	s.first, s.last = floorDiv(s.first, times), floorDiv(s.last, times)
}

func (s *series) points() []Point {
	list := []Point{}
	if s.n == 0 {
		return list
	}
	for i := s.first; i <= s.last; i++ {
		p := Point{At: time.Unix(i*s.width, 0).UTC(), Seconds: s.width}
		if m := s.stretch[i]; m != nil {
			p.Rows, p.Sent = m.rows, m.latency.n
			p.P50, p.P90 = m.latency.quantile(0.5), m.latency.quantile(0.9)
		}
		list = append(list, p)
	}
	return list
}

// pauses is the time in which nothing became known for five minutes or more:
// between two nights, or between a run and its resume.
func (s *series) pauses() time.Duration {
	var sum, empty time.Duration
	for i := s.first; i <= s.last; i++ {
		if s.stretch[i] == nil {
			empty += time.Duration(s.width) * time.Second
			continue
		}
		if empty >= pause {
			sum += empty
		}
		empty = 0
	}
	return sum
}
