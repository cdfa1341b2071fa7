package main

import (
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/rs/zerolog"
	"github.com/schollz/progressbar/v3"

	"leadimport/importer"
	"leadimport/importer/results"
)

const (
	barEvery  = 200 * time.Millisecond
	lineEvery = 10 * time.Second
)

// progress shows how far a run is: a bar on a terminal, a log line every ten
// seconds elsewhere. The importer's loop calls update; a goroutine of its own
// draws, so that a slow terminal does not slow the run.
type progress struct {
	mu   sync.Mutex
	last importer.Progress
	done chan struct{}
	gone chan struct{}
}

// newProgress starts drawing; mode is auto, on or off.
func newProgress(mode string, log zerolog.Logger) *progress {
	p := &progress{done: make(chan struct{}), gone: make(chan struct{})}
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

func (p *progress) state() importer.Progress {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.last
}

// close stops drawing and waits until the line is free again.
func (p *progress) close() {
	close(p.done)
	<-p.gone
}

func (p *progress) bar() {
	defer close(p.gone)
	bar := progressbar.NewOptions(-1,
		progressbar.OptionSetWriter(os.Stderr),
		progressbar.OptionShowCount(),
		progressbar.OptionShowIts(),
		progressbar.OptionSetItsString("rows"),
		progressbar.OptionSetPredictTime(true),
		progressbar.OptionFullWidth(),
		progressbar.OptionSetRenderBlankState(false),
	)
	draw := func() {
		s := p.state()
		if s.Rows == 0 {
			return
		}
		bar.ChangeMax(s.Rows)
		bar.Describe(describe(s))
		_ = bar.Set(s.Totals.Sum()) // a terminal that went away is no reason to stop
	}
	tick := time.NewTicker(barEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			draw()
		case <-p.done:
			draw()
			fmt.Fprintln(os.Stderr)
			return
		}
	}
}

func (p *progress) lines(log zerolog.Logger) {
	defer close(p.gone)
	began := time.Now()
	tick := time.NewTicker(lineEvery)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
			s := p.state()
			done := s.Totals.Sum()
			e := log.Info().Int("done", done).Int("rows", s.Rows)
			for _, status := range results.Statuses {
				if n := s.Totals.Of(status); n > 0 {
					e = e.Int(string(status), n)
				}
			}
			if s.Doubt > 0 {
				e = e.Int("in_doubt", s.Doubt).Time("in_doubt_until", s.DoubtUntil.UTC())
			}
			e.Float64("rows_per_second", float64(done)/time.Since(began).Seconds()).Msg("importing")
		case <-p.done:
			return
		}
	}
}

// describe names the outcomes so far, and what the run waits for.
func describe(s importer.Progress) string {
	var parts []string
	for _, status := range results.Statuses {
		if n := s.Totals.Of(status); n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, status))
		}
	}
	if s.Doubt > 0 {
		parts = append(parts, fmt.Sprintf("%d in doubt until %s at the latest", s.Doubt, s.DoubtUntil.Local().Format(time.TimeOnly)))
	}
	return strings.Join(parts, ", ")
}
