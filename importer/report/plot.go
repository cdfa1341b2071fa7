package report

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"
)

// plot is a picture of N stretches of time, 100 high. Its labels are outside
// of it, so that they keep their size when it is stretched.
type plot struct {
	Title  string
	Text   string // the same in words
	N      int
	Breaks []int    // where a pause is left out
	Y      []string // from top to bottom
	X      []string // from left to right
	Area   string   // path
	Traces []trace
	Hits   []hit
	Legend []legend
}

type trace struct{ Class, Path string }

type hit struct {
	X    int
	Text string
}

type legend struct{ Class, Text string }

// minPoints is what makes a picture: less is a number.
const minPoints = 3

func (r *Report) plots() []plot {
	if len(r.OverTime) < minPoints {
		return nil
	}
	list := []plot{r.throughput()}
	if r.Sent > 0 {
		list = append(list, r.answers())
	}
	return list
}

func (r *Report) throughput() plot {
	p := r.newPlot("Rows per second")
	values := make([]float64, len(r.OverTime))
	most := 0
	for i, at := range r.OverTime {
		// A quarter of a stretch at least: a few rows at an end are no measure.
		values[i] = float64(at.Rows) / max(at.busy, float64(at.Seconds)/4)
		if values[i] > values[most] {
			most = i
		}
		p.Hits = append(p.Hits, hit{i, fmt.Sprintf("%s: %s rows/s", p.time(r, i), rateText(values[i]))})
	}
	top := niceTop(values[most])
	line := steps(values, nil, top)
	p.Y = []string{axis(top), axis(top / 2), "0"}
	p.Area = line + "V100H0Z"
	p.Traces = []trace{{"trace", line}}
	p.Text = fmt.Sprintf("Most at %s UTC: %s rows per second.", p.time(r, most), rateText(values[most]))
	if len(p.Breaks) > 0 {
		p.Text += " Dotted lines are pauses; the import went on later."
	}
	if r.RowsPerSecond > 0 {
		p.Text = fmt.Sprintf("%s rows per second on average. ", rateText(r.RowsPerSecond)) + p.Text
	}
	return p
}

func (r *Report) answers() plot {
	p := r.newPlot("How long answers took")
	half, most := make([]float64, len(r.OverTime)), make([]float64, len(r.OverTime))
	sent := make([]bool, len(r.OverTime))
	top := 10.0 // milliseconds: less would be noise
	for i, at := range r.OverTime {
		half[i], most[i], sent[i] = float64(at.P50), float64(at.P90), at.Sent > 0
		top = max(top, most[i])
		text := "nothing was sent"
		if sent[i] {
			text = fmt.Sprintf("half within %s, nine of ten within %s", spell(at.P50), spell(at.P90))
		}
		p.Hits = append(p.Hits, hit{i, p.time(r, i) + ": " + text})
	}
	top = niceTop(top)
	p.Y = []string{spell(int64(top)), spell(int64(top / 2)), "0"}
	p.Traces = []trace{{"trace upper", steps(most, sent, top)}, {"trace", steps(half, sent, top)}}
	p.Legend = []legend{{"trace", "half of the answers came within"}, {"trace upper", "nine of ten came within"}}
	l := r.LatencyMs
	p.Text = fmt.Sprintf("Overall: half within %s, nine of ten within %s, 99 of 100 within %s; the slowest took %s.",
		spell(l.P50), spell(l.P90), spell(l.P99), spell(l.Max))
	return p
}

func (r *Report) newPlot(title string) plot {
	p := plot{Title: title, N: len(r.OverTime)}
	for i := 1; i < p.N; i++ {
		if before := r.OverTime[i-1]; r.OverTime[i].At.Sub(before.At) > time.Duration(before.Seconds)*time.Second {
			p.Breaks = append(p.Breaks, i)
		}
	}
	p.X = []string{p.time(r, 0), p.time(r, p.N/2), p.time(r, p.N-1) + " UTC"}
	return p
}

// time is when stretch i begins, as exactly as the whole needs.
func (p *plot) time(r *Report, i int) string {
	at, layout := r.OverTime[i], "15:04:05"
	switch whole := r.OverTime[p.N-1].At.Sub(r.OverTime[0].At); {
	case whole > 5*24*time.Hour:
		layout = "2 Jan"
	case whole > 20*time.Hour:
		layout = "2 Jan 15:04"
	case at.Seconds >= 60:
		layout = "15:04"
	}
	return at.At.Format(layout)
}

// steps is a path with one level line for each value; without those that are
// not there it has gaps.
func steps(values []float64, there []bool, top float64) string {
	var b strings.Builder
	pen := false
	for i, v := range values {
		if there != nil && !there[i] {
			pen = false
			continue
		}
		y := strconv.FormatFloat(math.Round((100-100*v/top)*100)/100, 'f', -1, 64)
		if pen {
			fmt.Fprintf(&b, "V%sH%d", y, i+1)
		} else {
			fmt.Fprintf(&b, "M%d %sH%d", i, y, i+1)
		}
		pen = true
	}
	return b.String()
}

// niceTop is the end of an axis: 1, 2, 4 or 5 times a power of ten.
func niceTop(v float64) float64 {
	if v <= 0 {
		return 1
	}
	unit := math.Pow(10, math.Floor(math.Log10(v)))
	for _, times := range []float64{1, 2, 4, 5} {
		if v <= times*unit {
			return times * unit
		}
	}
	return 10 * unit
}

func axis(v float64) string {
	if v >= 1000 {
		return grouped(int(v))
	}
	return strconv.FormatFloat(v, 'g', 3, 64)
}
