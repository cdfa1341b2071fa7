// Package report turns the totals of a run into what people and machines read.
package report

import (
	"cmp"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
	"time"
)

// Summary is a run's outcome as one JSON object (--summary). Keys are only
// ever added. A run that did not begin has one, too, with no rows.
type Summary struct {
	// Outcome is how the run ended, in one word; see the outcomes of
	// cmd/leadimport. ExitCode says the same more roughly. A run that has not
	// ended is "running", with exit code -1; one that was killed stays so.
	Outcome string `json:"outcome"`
	Canary  bool   `json:"-"` // it stopped after as many creates as --canary asks

	Rows       int `json:"rows"`
	Created    int `json:"created"`
	Updated    int `json:"updated"`
	Unchanged  int `json:"unchanged"`
	Skipped    int `json:"skipped"`
	Invalid    int `json:"invalid"`
	Failed     int `json:"failed"`
	Unresolved int `json:"unresolved"`

	Vanished int `json:"vanished"` // keys of earlier results that the file no longer has; not touched
	// Behind counts the lines behind those of the rows: leads of an interrupted
	// run whose rows the list has no more.
	Behind   int `json:"behind"`
	Standing int `json:"standing"` // of the rows above, those that the run which was resumed had settled

	// Errors counts the rows that this run settled with an error code, by it;
	// of more than 200 codes the rest are "other".
	Errors map[string]int `json:"errors"`

	Calls           int64 `json:"calls"`             // requests of every kind
	Retries         int64 `json:"retries"`           // second and later attempts
	RateLimited     int64 `json:"rate_limited"`      // answers 429
	InDoubtResolved int   `json:"in_doubt_resolved"` // rows whose answer was lost and whose fate was found out
	// IndexLag is the longest that the API took to show a lead that was created,
	// or had not shown one when it was looked for last; nil: nobody looked.
	IndexLag  *float64  `json:"index_lag_seconds"`
	Settle    float64   `json:"-"` // --settle, in seconds
	StartedAt time.Time `json:"started_at"`
	EndedAt   time.Time `json:"ended_at"`
	Seconds   float64   `json:"seconds"`
	// SendingSeconds are those from the first row to the last; the rest is
	// reading and asking before anything is sent. The rates are over them.
	SendingSeconds float64 `json:"sending_seconds"`
	RowsPerSecond  float64 `json:"rows_per_second"`  // rows settled, without Standing
	CallsPerSecond float64 `json:"calls_per_second"` // requests sent meanwhile
	Waiting        Waiting `json:"waiting_seconds"`
	Answers        Answers `json:"latency_ms"`
	// Responses counts answers by HTTP status.
	Responses map[int]int64 `json:"responses"`

	ExitCode int    `json:"exit_code"`
	Error    string `json:"error,omitempty"` // why the run stopped

	Input       string `json:"input"`
	InputSHA256 string `json:"input_sha256"`
	Results     string `json:"results"`
	Rejects     string `json:"rejects,omitempty"`
	APIVersion  string `json:"api_version"`
	Workspace   string `json:"workspace"`
	Version     string `json:"version"` // of the program

	// ValuesOmitted counts the invalid values that rows went in without, by
	// on_invalid: omit; OmittedByColumn by the columns that they stand in.
	ValuesOmitted   int            `json:"values_omitted"`
	OmittedByColumn map[string]int `json:"omitted_by_column"`
	// ValuesHeldBack counts the values that updates did not write, by a write
	// rule of the mapping or for the sake of consent; HeldBackByAttribute by
	// their attributes.
	ValuesHeldBack      int            `json:"values_held_back"`
	HeldBackByAttribute map[string]int `json:"held_back_by_attribute"`
	// OptOutsLeftOut counts the rows that --duplicates left out although they
	// say, unlike the first of their key, that the person wants no e-mail.
	OptOutsLeftOut int `json:"opt_outs_left_out"`
	// OptOutsKept counts the rows that went in without their word on e-mail,
	// because an earlier row of their key says that the person wants none.
	OptOutsKept int `json:"opt_outs_kept"`
	// OptOutsInvalid counts the invalid rows that say that the person wants no
	// e-mail, of leads that are in Intercom without that.
	OptOutsInvalid int `json:"opt_outs_invalid"`
}

// Waiting is what a run's requests waited for, in seconds. Gate and BackOff
// add up over requests that wait side by side, so that they may exceed the
// run's own time; Paused and Outage are time by the clock.
type Waiting struct {
	Gate    float64 `json:"gate"`     // for their turn at the pace that the API grants
	BackOff float64 `json:"back_off"` // before another attempt, after a failure
	Paused  float64 `json:"paused"`   // everybody, after a 429
	Outage  float64 `json:"outage"`   // every write, while most answers were failures
}

// Answers are the times that answers of every kind took, in milliseconds,
// from the request's first byte to the answer's last. A quantile is at most
// 1.6 % too high. Attempts without an answer are not in it.
type Answers struct {
	P50 float64 `json:"p50"`
	P90 float64 `json:"p90"`
	P99 float64 `json:"p99"`
	Max float64 `json:"max"`
	// N and Sum, in seconds, are for metrics.
	N   int64   `json:"-"`
	Sum float64 `json:"-"`
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

// Statuses are the numbers of rows by what became of them; those that a run
// left when it stopped are "not_done".
func (s Summary) Statuses() map[string]int {
	all := map[string]int{"not_done": max(0, s.Rows-s.Sum())}
	for _, c := range s.counts() {
		all[c.Name] = c.N
	}
	return all
}

// FrequentErrors are the most error codes with the most rows, and the rows of
// all others under "other", which is always there.
func (s Summary) FrequentErrors(most int) map[string]int { return frequent(s.Errors, most) }

// FrequentOmitted are the same of the columns whose values were left out.
func (s Summary) FrequentOmitted(most int) map[string]int { return frequent(s.OmittedByColumn, most) }

// FrequentHeldBack are the same of the attributes whose values were not written.
func (s Summary) FrequentHeldBack(most int) map[string]int {
	return frequent(s.HeldBackByAttribute, most)
}

func frequent(counts map[string]int, most int) map[string]int {
	all := map[string]int{"other": 0}
	for i, name := range byCount(counts) {
		if i >= most {
			all["other"] += counts[name]
			continue
		}
		all[name] += counts[name]
	}
	return all
}

// byCount are the names of counts, the largest first.
func byCount(counts map[string]int) []string {
	names := slices.Collect(maps.Keys(counts))
	slices.SortFunc(names, func(a, b string) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b))
	})
	return names
}

// omittedText names the columns, or attributes, of values, the first few.
func omittedText(counts map[string]int) string {
	const most = 5
	var list []string
	for i, name := range byCount(counts) {
		if i == most {
			list = append(list, fmt.Sprintf("%d more columns", len(counts)-most))
			break
		}
		list = append(list, fmt.Sprintf("%s in %q", grouped(counts[name]), clean(name, maxName)))
	}
	return strings.Join(list, ", ")
}

// Text writes s for a person.
func (s Summary) Text(w io.Writer) error {
	out := "\n" + plural(s.Rows, "row", "rows")
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
	out += fmt.Sprintf("\n%s in %s", plural(int(s.Calls), "call", "calls"), seconds(s.Seconds))
	if s.Retries > 0 || s.RateLimited > 0 {
		out += fmt.Sprintf(" (%s, %s told to slow down)", plural(int(s.Retries), "retry", "retries"), plural(int(s.RateLimited), "time", "times"))
	}
	if s.InDoubtResolved > 0 {
		what := "lost answers were"
		if s.InDoubtResolved == 1 {
			what = "lost answer was"
		}
		out += fmt.Sprintf("\n%d %s looked up and resolved", s.InDoubtResolved, what)
	}
	if s.IndexLag != nil && *s.IndexLag > s.Settle {
		out += fmt.Sprintf("\nthe API took up to %s to show a lead, longer than --settle %s: lost answers are waited for twice as long from now on, here and with --previous; to be sure of it everywhere, set --settle %s",
			lasting(*s.IndexLag), lasting(s.Settle), lasting(2*math.Ceil(*s.IndexLag/60)*60))
	}
	if s.ValuesOmitted > 0 {
		out += fmt.Sprintf("\nleft out because they are invalid: %s (%s)", plural(s.ValuesOmitted, "value", "values"), omittedText(s.OmittedByColumn))
	}
	if s.ValuesHeldBack > 0 {
		out += fmt.Sprintf("\nnot written to contacts that are there: %s (%s): see import_note", plural(s.ValuesHeldBack, "value", "values"), omittedText(s.HeldBackByAttribute))
	}
	if s.OptOutsLeftOut > 0 {
		out += fmt.Sprintf("\nlook at duplicate_opt_out in the results: %s a no to e-mail, which was not sent", plural(s.OptOutsLeftOut, "row that was left out says", "rows that were left out say"))
	}
	if s.OptOutsKept > 0 {
		out += fmt.Sprintf("\nlook at opt_out_kept in the results: %s back a no to e-mail of an earlier row of the lead, and that was not sent", plural(s.OptOutsKept, "row takes", "rows take"))
	}
	if s.OptOutsInvalid > 0 {
		out += fmt.Sprintf("\nlook at the invalid rows in the results: %s a no to e-mail of a lead that is there without it, and that was not sent", plural(s.OptOutsInvalid, "row says", "rows say"))
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

// lasting is a duration as a flag takes it: without the zeros behind it.
func lasting(s float64) string {
	text := seconds(s)
	for _, unit := range []string{"m0s", "h0m"} {
		if strings.HasSuffix(text, unit) {
			text = text[:len(text)-2]
		}
	}
	return text
}

// plural is a number with what it counts.
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
