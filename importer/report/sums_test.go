package report

import (
	"fmt"
	"math"
	"math/rand/v2"
	"regexp"
	"slices"
	"testing"
	"time"

	"leadimport/importer/results"
)

func TestHistogram(t *testing.T) {
	last := int64(-1)
	for i := range buckets {
		end := bucketEnd(i)
		if end <= last || bucketOf(end) != i || bucketOf(last+1) != i {
			t.Fatalf("bucket %d ends at %d, the one before at %d; they belong to %d and %d", i, end, last, bucketOf(end), bucketOf(last+1))
		}
		last = end
	}
	if last != maxMs || bucketOf(math.MaxInt64) != buckets-1 || bucketOf(-1) != 0 {
		t.Errorf("the last bucket ends at %d, want %d", last, maxMs)
	}
	random := rand.New(rand.NewPCG(1, 1))
	for range 50 {
		var a, b histogram
		var all []int64
		for range 1 + random.IntN(500) {
			ms := int64(math.Exp(random.Float64() * 11))
			all = append(all, ms)
			if random.IntN(2) == 0 {
				a.add(ms)
			} else {
				b.add(ms)
			}
		}
		a.merge(&b)
		slices.Sort(all)
		for _, q := range []float64{0.5, 0.9, 0.99, 1} {
			want := all[int(math.Ceil(q*float64(len(all))))-1]
			if got := a.quantile(q); got < want || float64(got) > float64(want)*1.0157+0.5 {
				t.Errorf("quantile %g of %d values is %d, want %d", q, len(all), got, want)
			}
		}
	}
	if (&histogram{}).quantile(0.5) != 0 {
		t.Error("the median of nothing is not 0")
	}
}

// However long the time and whatever the order, nothing is lost and no more
// than maxPoints are shown.
func TestSeries(t *testing.T) {
	random := rand.New(rand.NewPCG(2, 2))
	for _, whole := range []time.Duration{time.Millisecond, time.Minute, time.Hour, 30 * 24 * time.Hour, 250 * 365 * 24 * time.Hour} {
		var s series
		const n = 3000
		sent := 0
		from := time.Date(1900+random.IntN(200), 3, 1, 12, 0, 0, 0, time.UTC)
		for i := range n {
			s.add(from.Add(time.Duration(random.Int64N(int64(whole)))), int64(i), i%3 == 0)
			if i%3 == 0 {
				sent++
			}
			if len(s.stretch) > 2*maxPoints || len(s.sessions.list) > maxSessions {
				t.Fatalf("%v: %d stretches, %d sessions", whole, len(s.stretch), len(s.sessions.list))
			}
		}
		points := s.points()
		if len(points) > maxPoints || whole >= time.Minute && len(points) < 20 {
			t.Errorf("%v: %d points", whole, len(points))
		}
		rows, busy := 0, 0.0
		for i, p := range points {
			rows += p.Rows
			sent -= p.Sent
			busy += p.busy
			if i > 0 && p.At.Sub(points[i-1].At) < time.Duration(p.Seconds)*time.Second {
				t.Fatalf("%v: points at %v and %v, %d s long", whole, points[i-1].At, p.At, p.Seconds)
			}
		}
		if rows != n || sent != 0 {
			t.Errorf("%v: %d of %d rows, %d sent are missing", whole, rows, n, sent)
		}
		if want := s.sessions.busy().Seconds(); math.Abs(busy-want) > 1e-6*want {
			t.Errorf("%v: busy for %g s, the points say %g", whole, want, busy)
		}
	}
	var s series
	s.add(time.Time{}.Add(time.Hour), 1, true)
	s.add(time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC), 1, true)
	if n := len(s.points()); n != 2 {
		t.Errorf("%d points for two moments in ten thousand years", n)
	}
}

// The order in which times come does not matter, and pauses are what they are.
func TestSessions(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 3))
	for range 200 {
		var times []time.Time
		want, at := 1, ten
		var busy time.Duration
		for range 1 + random.IntN(60) {
			times = append(times, at)
			step := time.Duration(random.Int64N(int64(8 * time.Minute))).Truncate(time.Millisecond)
			if step < pause {
				busy += step
			} else {
				want++
			}
			at = at.Add(step)
		}
		times = append(times, at)
		random.Shuffle(len(times), func(i, j int) { times[i], times[j] = times[j], times[i] })
		var s sessions
		for _, at := range times {
			s.add(at)
		}
		if len(s.list) != want || s.busy() != busy {
			t.Fatalf("%d sessions, busy for %v; want %d and %v", len(s.list), s.busy(), want, busy)
		}
	}
}

// A run that was resumed in the morning was as fast as it was, and the plot
// shows both parts of it.
func TestPauses(t *testing.T) {
	var lines []results.Line
	for i := range 120 {
		l := line(i+1, results.Created, 10)
		l.At = ten.Add(time.Duration(i) * time.Second)
		if i >= 60 {
			l.At = l.At.Add(10 * time.Hour)
		}
		lines = append(lines, l)
	}
	path := write(t, "a.csv", lines...)
	r := of(t, Options{}, path)
	if r.Seconds != 36119 || r.BusySeconds != 118 || r.RowsPerSecond != 120.0/118 || len(r.OverTime) != 120 {
		t.Errorf("%g s, of which it was busy %g, %g rows/s, %d points", r.Seconds, r.BusySeconds, r.RowsPerSecond, len(r.OverTime))
	}
	page := pageOf(t, Options{}, path)
	if n := len(regexp.MustCompile(`class="grid break" d="M60 0V100"`).FindAllString(page, -1)); n != 2 {
		t.Errorf("%d plots show the pause", n)
	}
}

func TestDuplicates(t *testing.T) {
	var lines []results.Line
	for row := 1; row <= 100; row++ {
		l := line(row, results.Created, 10)
		switch {
		case row%2 == 0 && row <= 40:
			l.Key = "email:often@example.com"
		case row > 40 && row <= 80:
			l.Key = fmt.Sprintf("email:twice%d@example.com", row/2)
		case row > 98:
			l.Key = "" // nothing to compare
		}
		lines = append(lines, l)
	}
	d := of(t, Options{}, write(t, "a.csv", lines...)).Duplicates
	if d.Keys != 20 || d.Rows != 20+2*19 || !d.Complete || len(d.Largest) != maxRepeats {
		t.Fatalf("%+v", d)
	}
	first := d.Largest[0]
	if first.Rows != 20 || !slices.Equal(first.FirstRows, []int{2, 4, 6, 8, 10, 12, 14, 16, 18, 20}) {
		t.Errorf("the most frequent is %+v", first)
	}
	if second := d.Largest[1]; second.Rows != 2 || !slices.Equal(second.FirstRows, []int{42, 43}) {
		t.Errorf("the next is %+v: of equal ones the first in the file comes first", second)
	}
}

func TestSlowest(t *testing.T) {
	var s slowest
	for row := 1; row <= 1000; row++ {
		s.add(Slow{Place: Place{Row: row}, Ms: int64(row % 50)})
	}
	for i, row := range s.list() {
		if row.Ms != 49 || row.Row != 49+50*i {
			t.Errorf("number %d is row %d with %d ms", i, row.Row, row.Ms)
		}
	}
}

// Three rows of a rare reason are shown, although 50,000 of another came first.
func TestAttentionIsFair(t *testing.T) {
	var a attention
	many, some, few := &Group{Code: "many"}, &Group{Code: "some"}, &Group{Code: "few"}
	add := func(g *Group, rows int) {
		for range rows {
			if a.wants(g) {
				a.add(g, attentionRow{Code: g.Code})
			}
		}
	}
	add(many, 50_000)
	add(some, 200)
	add(few, 3)
	add(many, 50_000)
	count := map[string]int{}
	for _, r := range a.list() {
		count[r.Code]++
	}
	if total := len(a.rows); total > maxAttention || total < maxAttention*9/10 || count["some"] != 200 || count["few"] != 3 {
		t.Errorf("%d rows are kept: %v", total, count)
	}
}

func TestGroupsAreCapped(t *testing.T) {
	var lines []results.Line
	for row := 1; row <= 1000; row++ {
		lines = append(lines, bad(row, results.Failed, fmt.Sprint("code", row), "x"))
	}
	r := of(t, Options{}, write(t, "a.csv", lines...))
	rows := 0
	for _, g := range r.Errors {
		rows += g.Rows
	}
	if len(r.Errors) != maxGroups+1 || rows != 1000 || r.Errors[0].Code != codeOthers {
		t.Errorf("%d groups of %d rows, the first is %q", len(r.Errors), rows, r.Errors[0].Code)
	}
}
