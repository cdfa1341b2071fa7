package report

import (
	"encoding/json"
	"io"
	"time"

	"leadimport/importer/results"
)

// Report is what results files tell of the runs that wrote them: one object
// for --format json, and the source of the text and the page. Keys are only
// ever added.
//
// Texts in it are cleaned: no control characters, none that turn the direction
// of a line, cut to a bounded length. With PeopleMasked they hold no cell of
// the input.
type Report struct {
	Rows int `json:"rows"` // rows whose fate is known: the counts add up to it
	Counts

	Unfinished bool    `json:"unfinished"` // a run was cut short, or is still going on
	Files      []*File `json:"files"`

	FirstAt       time.Time `json:"first_at,omitzero"` // when the first outcome became known
	LastAt        time.Time `json:"last_at,omitzero"`
	Seconds       float64   `json:"seconds"`      // between the two
	BusySeconds   float64   `json:"busy_seconds"` // the same without pauses of five minutes and more
	RowsPerSecond float64   `json:"rows_per_second"`

	Sent      int     `json:"sent"`       // rows for which a request went out
	Attempts  int64   `json:"attempts"`   // requests sent for rows
	LatencyMs Latency `json:"latency_ms"` // of the last attempt of each row in Sent

	Errors []*Group `json:"errors"` // most rows first
	// ValuesOmitted counts the values that rows went in without, for they are
	// invalid and the mapping says on_invalid: omit; OmittedByColumn by columns.
	ValuesOmitted   int            `json:"values_omitted"`
	OmittedByColumn map[string]int `json:"omitted_by_column"`

	Duplicates Duplicates `json:"duplicates"`
	Slowest    []Slow     `json:"slowest"` // slowest first
	OverTime   []Point    `json:"over_time"`

	Workspaces   []string `json:"workspaces"`
	PeopleMasked bool     `json:"people_masked"`

	sessions  int            // pauses between them were left out
	attention []attentionRow // capped
	needLook  int            // all of them
}

// Counts are rows by their fate.
type Counts struct {
	Created    int `json:"created"`
	Updated    int `json:"updated"`
	Unchanged  int `json:"unchanged"`
	Skipped    int `json:"skipped"`
	Invalid    int `json:"invalid"`
	Failed     int `json:"failed"`
	Unresolved int `json:"unresolved"`
}

// of is the place that counts rows with the fate s, nil for none that is known.
func (c *Counts) of(s results.Status) *int {
	switch s {
	case results.Created:
		return &c.Created
	case results.Updated:
		return &c.Updated
	case results.Unchanged:
		return &c.Unchanged
	case results.Skipped:
		return &c.Skipped
	case results.Invalid:
		return &c.Invalid
	case results.Failed:
		return &c.Failed
	case results.Unresolved:
		return &c.Unresolved
	}
	return nil
}

// In is the number of rows whose lead is in Intercom as the file has it.
func (c Counts) In() int { return c.Created + c.Updated + c.Unchanged }

// Out is the number of rows that were not imported and should have been.
func (c Counts) Out() int { return c.Invalid + c.Failed + c.Unresolved }

// File is one results file.
type File struct {
	Name string `json:"name"` // without its folders where that tells it apart
	Rows int    `json:"rows"`
	Counts
	Unfinished bool      `json:"unfinished"`
	Torn       bool      `json:"torn"` // it ends in a piece of a line
	FirstAt    time.Time `json:"first_at,omitzero"`
	LastAt     time.Time `json:"last_at,omitzero"`
}

// Place is a row of an input, by the results file that names it.
type Place struct {
	File string `json:"file"`
	Row  int    `json:"row"`
}

// Latency is how long answers took, in milliseconds; p50 to p99 are exact
// below 128 ms and at most 1.6 % too high above.
type Latency struct {
	P50 int64 `json:"p50"`
	P90 int64 `json:"p90"`
	P99 int64 `json:"p99"`
	Max int64 `json:"max"`
}

// Options say how a Report is made.
type Options struct {
	ShowPeople bool // cells and keys of the input as they are
}

// JSON writes r as one JSON object on one line.
func (r *Report) JSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(r)
}
