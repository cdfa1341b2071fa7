package importer

import (
	"slices"
	"time"

	"leadimport/importer/outcome"
	"leadimport/importer/results"
	"leadimport/mapping"
)

// Totals counts rows by their status.
type Totals struct {
	counts [7]int // by the position in outcome.Statuses
}

func (t *Totals) add(s outcome.Status, n int) { t.counts[slices.Index(outcome.Statuses, s)] += n }

// Of is the number of rows with the status s.
func (t Totals) Of(s outcome.Status) int { return t.counts[slices.Index(outcome.Statuses, s)] }

// Sum is the number of rows whose outcome is known.
func (t Totals) Sum() int {
	n := 0
	for _, count := range t.counts {
		n += count
	}
	return n
}

// NotImported is the number of rows that a user has to look at.
func (t Totals) NotImported() int {
	return t.Of(outcome.Invalid) + t.Of(outcome.Failed) + t.Of(outcome.Unresolved)
}

// maxCodes bounds the error codes that are counted by name: those of a server
// are its own to invent.
const maxCodes = 200

// OtherCodes is under which the rows of all further codes are counted.
const OtherCodes = "other"

// codes counts rows by their error code.
type codes map[string]int

func (c codes) add(code string) {
	if code == "" {
		return
	}
	if _, known := c[code]; !known && len(c) >= maxCodes {
		code = OtherCodes
	}
	c[code]++
}

// Omitted counts the values that rows went in without, by their column.
type Omitted map[string]int

func (o Omitted) add(values []mapping.Problem, n int) {
	for _, v := range values {
		o[v.Column] += n
	}
}

// Sum is how many there are.
func (o Omitted) Sum() int {
	sum := 0
	for _, n := range o {
		sum += n
	}
	return sum
}

// Progress is where a run stands.
type Progress struct {
	Rows   int // of the input
	Totals Totals
	// Work counts the rows that take a request, as forecast, and Worked those of
	// them that have their outcome. The others cost next to nothing. Calls is
	// how many requests Work takes, as forecast.
	Work, Worked, Calls int
	// Read counts the rows of Work that are half done: their contact was read.
	Read int
	// Busy is how long requests have been out, or waited for their turn.
	Busy time.Duration
	// Doubt counts the rows whose outcome the API could not say yet; DoubtUntil
	// is when the last of them is decided, zero when there are none.
	Doubt      int
	DoubtUntil time.Time
	// Doubted counts the rows that came into doubt so far, and DoubtSince is
	// when the newest did. Those that were decided took DoubtTook on average: 0 before any was.
	Doubted    int
	DoubtSince time.Time
	DoubtTook  time.Duration
}

// pulse is what a run's progress is told from, beside its totals.
type pulse struct {
	at     time.Time // of the last look
	busy   time.Duration
	worked int
	read   int // rows whose contact was read, and that are not settled

	doubted   int
	since     time.Time
	decisions int
	took      time.Duration // by all of them
}

// look notes whether requests were out since the last look.
func (p *pulse) look(now time.Time, flight int) {
	if flight > 0 && !p.at.IsZero() {
		p.busy += now.Sub(p.at)
	}
	p.at = now
}

// settled notes a row that has its outcome by this run. That it was looked up
// is work, too.
func (p *pulse) settled(line results.Line, w *row) {
	if w.read {
		p.read--
	}
	switch line.Status {
	case outcome.Created, outcome.Updated, outcome.Failed, outcome.Unresolved:
		p.worked++
	case outcome.Skipped, outcome.Unchanged:
		if line.HTTPStatus != 0 || w.state.Searched {
			p.worked++
		}
	}
}

func (p *pulse) doubt(since time.Time) {
	p.doubted++
	p.since = latest(p.since, since)
}

func (p *pulse) decided(since time.Time) {
	took := time.Since(since)
	p.decisions++
	p.took += took
}

func earliest(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
