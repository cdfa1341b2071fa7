package importer

import (
	"time"

	"leadimport/importer/results"
)

// Progress is where a run stands.
type Progress struct {
	Rows   int // of the input
	Totals Totals
	// Work counts the rows that take a request, as forecast, and Worked those of
	// them that have their fate. The others cost next to nothing. Calls is how
	// many requests Work takes, as forecast.
	Work, Worked, Calls int
	// Busy is how long requests have been out, or waited for their turn.
	Busy time.Duration
	// Doubt counts the rows whose fate the API could not say yet; DoubtUntil
	// is when the last of them is decided, zero when there are none.
	Doubt      int
	DoubtUntil time.Time
	// Doubted counts the rows that came into doubt so far, and DoubtSince is
	// when the newest did. Those that were decided took DoubtTook on average,
	// and DoubtLongest at most: 0 before any was.
	Doubted                 int
	DoubtSince              time.Time
	DoubtTook, DoubtLongest time.Duration
}

// pulse is what a run's progress is told from, beside its totals. Only the
// loop touches it.
type pulse struct {
	at     time.Time // of the last look
	busy   time.Duration
	worked int

	doubted   int
	since     time.Time
	decisions int
	took      time.Duration // by all of them
	longest   time.Duration
}

// look notes whether requests were out since the last look.
func (p *pulse) look(now time.Time, flight int) {
	if flight > 0 && !p.at.IsZero() {
		p.busy += now.Sub(p.at)
	}
	p.at = now
}

// settled notes a row that has its fate by this run. asked tells that it was
// looked up, which is work too.
func (p *pulse) settled(line results.Line, asked bool) {
	switch line.Status {
	case results.Created, results.Updated, results.Failed, results.Unresolved:
		p.worked++
	case results.Skipped:
		if line.HTTPStatus != 0 || asked {
			p.worked++
		}
	}
}

func (p *pulse) doubt(d *doubt) {
	p.doubted++
	p.since = latest(p.since, d.since)
}

func (p *pulse) decided(d *doubt) {
	took := time.Since(d.since)
	p.decisions++
	p.took += took
	p.longest = max(p.longest, took)
}

// report tells how far the run is.
func (l *loop) report() {
	if l.job.progress == nil {
		return
	}
	f, p := &l.job.forecast, &l.pulse
	p.look(time.Now(), l.flight)
	work, calls := f.Create+f.Update+f.Open, f.Calls
	if n := l.job.cfg.Canary; n > 0 && n < f.Create { // the first part of the list is like the whole, as far as anybody knows
		work, calls = work*n/f.Create, calls*n/f.Create
	}
	l.job.progress(Progress{
		Rows: f.Rows, Totals: l.totals,
		Work: work, Worked: p.worked, Calls: calls, Busy: p.busy,
		Doubt: len(l.doubts), DoubtUntil: l.until,
		Doubted: p.doubted, DoubtSince: p.since, DoubtTook: p.took / time.Duration(max(1, p.decisions)), DoubtLongest: p.longest,
	})
}
