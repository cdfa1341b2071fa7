package main

import (
	"fmt"
	"math"
	"os"
	"sync"
	"time"

	"github.com/rs/zerolog"
	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"

	"leadimport/client"
	"leadimport/importer"
	"leadimport/importer/results"
)

const (
	barEvery  = 200 * time.Millisecond
	lookEvery = time.Second
	lineEvery = 10 // looks
)

// progress shows how far a run is: a bar on a terminal, a log line every ten
// seconds elsewhere. The importer's loop calls update; a goroutine of its own
// draws, so that a slow terminal does not slow the run.
type progress struct {
	left left // the drawing goroutine's own
	mu   sync.Mutex
	last importer.Progress
	done chan struct{}
	gone chan struct{}
}

// newProgress starts drawing; mode is auto, on or off.
func newProgress(mode string, log zerolog.Logger, c *client.Client) *progress {
	p := &progress{
		left: left{limit: c.Limit, waited: func() time.Duration { return c.Stats().Waited }},
		done: make(chan struct{}), gone: make(chan struct{}),
	}
	onTerminal := mode == "on" || mode == "auto" && isTerminal(os.Stderr)
	switch {
	case mode == "off":
		close(p.gone)
	case onTerminal:
		go p.bar()
	default:
		go p.lines(log)
	}
	return p
}

// update takes over the state of the run; called from the importer's loop.
func (p *progress) update(now importer.Progress) {
	p.mu.Lock()
	p.last = now
	p.mu.Unlock()
}

// look is where the run stands, at how many rows a second, and how long it
// still takes; empty: nobody knows.
func (p *progress) look() (s importer.Progress, rate float64, left string) {
	p.mu.Lock()
	s = p.last
	p.mu.Unlock()
	if s.Rows == 0 {
		return s, 0, ""
	}
	now := time.Now()
	p.left.update(now, s)
	if d, ok := p.left.of(now, s); ok {
		left = roughly(d)
	}
	return s, p.left.pace(now, s), left
}

// close stops drawing and waits until the line is free again.
func (p *progress) close() {
	close(p.done)
	<-p.gone
}

func (p *progress) bar() {
	defer close(p.gone)
	var bar *progressbar.ProgressBar
	draw := func(end bool) {
		s, rate, left := p.look()
		if s.Rows == 0 {
			return
		}
		if bar == nil {
			bar = newBar(s.Rows)
		}
		done := s.Totals.Sum()
		if end {
			left = ""
		} else {
			done = min(done, s.Rows-1) // a full bar is not drawn again
		}
		width, _, err := term.GetSize(int(os.Stderr.Fd()))
		if err != nil {
			width = 80
		}
		bar.Describe(fitting(describe(s, rate, left), width-len(fmt.Sprintf("100%% |%*s| (%d/%d)  ", barWidth, "", s.Rows, s.Rows))))
		_ = bar.Set(done) // a terminal that went away is no reason to stop
	}
	tick := time.NewTicker(barEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			draw(false)
		case <-p.done:
			draw(true)
			fmt.Fprintln(os.Stderr)
			return
		}
	}
}

const barWidth = 20 // characters

// newBar is a bar that shows rows. What else it could show it would take from
// the rows' pace, which tells nothing of the work that is left.
func newBar(rows int) *progressbar.ProgressBar {
	return progressbar.NewOptions(rows,
		progressbar.OptionSetWriter(os.Stderr),
		progressbar.OptionShowCount(),
		progressbar.OptionSetPredictTime(false),
		progressbar.OptionSetElapsedTime(false),
		progressbar.OptionSetWidth(barWidth),
		progressbar.OptionShowDescriptionAtLineEnd(),
		progressbar.OptionUseANSICodes(true),
		progressbar.OptionSetRenderBlankState(false),
	)
}

func (p *progress) lines(log zerolog.Logger) {
	defer close(p.gone)
	tick := time.NewTicker(lookEvery)
	defer tick.Stop()
	for n := 1; ; n++ {
		select {
		case <-tick.C:
		case <-p.done:
			return
		}
		s, rate, left := p.look()
		if n%lineEvery != 0 {
			continue
		}
		e := log.Info().Int("done", s.Totals.Sum()).Int("rows", s.Rows)
		for _, status := range results.Statuses {
			if n := s.Totals.Of(status); n > 0 {
				e = e.Int(string(status), n)
			}
		}
		if s.Doubt > 0 {
			e = e.Int("in_doubt", s.Doubt).Time("in_doubt_until", s.DoubtUntil.UTC())
		}
		e = e.Float64("rows_per_second", math.Round(10*rate)/10)
		if left != "" {
			e = e.Str("left", left)
		}
		e.Msg("importing")
	}
}

// describe says what is worth knowing of a run, the most important first: how
// long it still takes, what it waits for, its pace, the outcomes so far.
func describe(s importer.Progress, rate float64, left string) []string {
	var parts []string
	if left != "" {
		parts = append(parts, left+" left")
	}
	if s.Doubt > 0 {
		parts = append(parts, fmt.Sprintf("%d in doubt until %s at the latest", s.Doubt, s.DoubtUntil.Local().Format(time.TimeOnly)))
	}
	if rate > 0 {
		parts = append(parts, plural(int(math.Round(rate)), "row", "rows")+"/s")
	}
	for _, status := range results.Statuses {
		if n := s.Totals.Of(status); n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, status))
		}
	}
	return parts
}

// fitting joins as many parts as there is room for: a line that is too long
// would not be drawn over.
func fitting(parts []string, room int) string {
	line := ""
	for _, part := range parts {
		if line != "" {
			part = line + ", " + part
		}
		if len(part) > room {
			break
		}
		line = part
	}
	return line
}
