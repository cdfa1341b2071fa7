// Package report turns the totals of a run into what people and machines read.
package report

import (
	"encoding/json"
	"fmt"
	"io"
	"time"
)

// Summary is a run's outcome as one JSON object (--summary). Keys are only
// ever added.
type Summary struct {
	Rows       int `json:"rows"`
	Created    int `json:"created"`
	Updated    int `json:"updated"`
	Unchanged  int `json:"unchanged"`
	Skipped    int `json:"skipped"`
	Invalid    int `json:"invalid"`
	Failed     int `json:"failed"`
	Unresolved int `json:"unresolved"`

	Vanished int `json:"vanished"` // keys of earlier results that the file no longer has; not touched

	Calls           int64     `json:"calls"`             // requests of every kind
	Retries         int64     `json:"retries"`           // second and later attempts
	RateLimited     int64     `json:"rate_limited"`      // answers 429
	InDoubtResolved int       `json:"in_doubt_resolved"` // rows whose answer was lost and whose fate was found out
	StartedAt       time.Time `json:"started_at"`
	EndedAt         time.Time `json:"ended_at"`
	Seconds         float64   `json:"seconds"`
	ExitCode        int       `json:"exit_code"`
	Error           string    `json:"error,omitempty"` // why the run stopped

	Input       string `json:"input"`
	InputSHA256 string `json:"input_sha256"`
	Results     string `json:"results"`
	Rejects     string `json:"rejects,omitempty"`
	APIVersion  string `json:"api_version"`
	Workspace   string `json:"workspace"`
	Version     string `json:"version"` // of the program
}

// counts are the fates that rows had, in the order in which they are shown.
func (s Summary) counts() []struct {
	Name string
	N    int
} {
	return []struct {
		Name string
		N    int
	}{
		{"created", s.Created}, {"updated", s.Updated}, {"unchanged", s.Unchanged}, {"skipped", s.Skipped},
		{"invalid", s.Invalid}, {"failed", s.Failed}, {"unresolved", s.Unresolved},
	}
}

// Sum is the number of rows whose fate is known: Rows, once a run has ended.
func (s Summary) Sum() int {
	n := 0
	for _, c := range s.counts() {
		n += c.N
	}
	return n
}

// Text writes s for a person.
func (s Summary) Text(w io.Writer) error {
	out := fmt.Sprintf("\n%d rows", s.Rows)
	sep := ": "
	for _, c := range s.counts() {
		if c.N > 0 {
			out += fmt.Sprintf("%s%d %s", sep, c.N, c.Name)
			sep = ", "
		}
	}
	if left := s.Rows - s.Sum(); left > 0 {
		out += fmt.Sprintf("%s%d not done", sep, left)
	}
	out += fmt.Sprintf("\n%d calls in %s", s.Calls, seconds(s.Seconds))
	if s.Retries > 0 || s.RateLimited > 0 {
		out += fmt.Sprintf(" (%d retries, %d times told to slow down)", s.Retries, s.RateLimited)
	}
	if s.InDoubtResolved > 0 {
		what := "lost answers were"
		if s.InDoubtResolved == 1 {
			what = "lost answer was"
		}
		out += fmt.Sprintf("\n%d %s looked up and resolved", s.InDoubtResolved, what)
	}
	out += "\nresults: " + s.Results
	if s.Rejects != "" {
		out += "\nrejects: " + s.Rejects
	}
	_, err := io.WriteString(w, out+"\n")
	return err
}

// JSON writes s as one JSON object on one line.
func (s Summary) JSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(s)
}

// seconds shows a duration as exactly as a person cares.
func seconds(s float64) string {
	d := time.Duration(s * float64(time.Second))
	switch {
	case d < time.Second:
		return d.Round(10 * time.Millisecond).String()
	case d < time.Minute:
		return d.Round(100 * time.Millisecond).String()
	default:
		return d.Round(time.Second).String()
	}
}
