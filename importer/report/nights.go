package report

import (
	"cmp"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"io"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"text/tabwriter"
	"time"

	"leadimport/importer/results"
)

// maxSummary is how large a summary may be, in bytes.
const maxSummary = 1 << 20

// Nights are the runs of a job that is done again and again, by the summaries
// that they have left, the earliest first.
type Nights struct {
	Nights []Night `json:"nights"`
}

// Night is what a summary says of one run.
type Night struct {
	File       string    `json:"file"`
	StartedAt  time.Time `json:"started_at"`
	Outcome    string    `json:"outcome"`
	ExitCode   int       `json:"exit_code"`
	Rows       int       `json:"rows"`
	Created    int       `json:"created"`
	Updated    int       `json:"updated"`
	Unchanged  int       `json:"unchanged"`
	Skipped    int       `json:"skipped"`
	Refused    int       `json:"refused"` // invalid and failed
	Unresolved int       `json:"unresolved"`
	NotDone    int       `json:"not_done"`
	Seconds    float64   `json:"seconds"`
	Error      string    `json:"error,omitempty"`
}

// IsSummary reports whether the file at path looks like a summary: a JSON
// object. Results and plans are CSV.
func IsSummary(path string) bool {
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
		return false // whoever opens a pipe waits
	}
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	first := []byte{0}
	_, err = io.ReadFull(f, first)
	return err == nil && first[0] == '{'
}

// CollectNights reads the summaries at paths. The error is a
// *results.PathError when one is none.
func CollectNights(paths []string) (*Nights, error) {
	n := &Nights{}
	for _, path := range paths {
		s, err := readSummary(path)
		if err != nil {
			return nil, err
		}
		n.Nights = append(n.Nights, Night{
			File: clean(filepath.Base(path), maxName), StartedAt: s.StartedAt.UTC(), Outcome: clean(s.Outcome, maxCode), ExitCode: s.ExitCode,
			Rows: s.Rows, Created: s.Created, Updated: s.Updated, Unchanged: s.Unchanged, Skipped: s.Skipped,
			Refused: s.Invalid + s.Failed, Unresolved: s.Unresolved, NotDone: max(0, s.Rows-s.Sum()), Seconds: s.Seconds, Error: clean(s.Error, maxMessage),
		})
	}
	slices.SortStableFunc(n.Nights, func(a, b Night) int {
		return cmp.Or(a.StartedAt.Compare(b.StartedAt), cmp.Compare(a.File, b.File))
	})
	return n, nil
}

func readSummary(path string) (s Summary, err error) {
	f, err := os.Open(path)
	if err != nil {
		return s, &results.PathError{Path: path, Problem: "cannot be read", Err: err}
	}
	defer f.Close()
	if err := json.NewDecoder(io.LimitReader(f, maxSummary)).Decode(&s); err != nil || s.Outcome == "" || s.StartedAt.IsZero() {
		return s, &results.PathError{Path: path, Problem: "is not a summary that leadimport run --summary has written: leave it out", Err: err}
	}
	return s, nil
}

// Went is how a night is shown: its outcome, with the exit code where that is not 0.
func (n Night) Went() string {
	if n.ExitCode == -1 {
		return "running, or killed"
	}
	if n.ExitCode == 0 {
		return n.Outcome
	}
	return fmt.Sprintf("%s (exit code %d)", n.Outcome, n.ExitCode)
}

// When is the time at which it began, for people.
func (n Night) When() string { return n.StartedAt.Format("2006-01-02 15:04") }

// Lasted is how long it took, for people.
func (n Night) Lasted() string { return seconds(n.Seconds) }

func (n *Nights) headline() string {
	bad := 0
	for _, night := range n.Nights {
		if night.ExitCode != 0 {
			bad++
		}
	}
	if bad == 0 {
		return count(len(n.Nights), "run") + ", all with exit code 0"
	}
	return fmt.Sprintf("%s, %d with another exit code than 0", count(len(n.Nights), "run"), bad)
}

// JSON writes n as one JSON object on one line.
func (n *Nights) JSON(w io.Writer) error {
	enc := json.NewEncoder(w)
	enc.SetEscapeHTML(false)
	return enc.Encode(n)
}

// Text writes n for a terminal, a line a run.
func (n *Nights) Text(w io.Writer) error {
	fmt.Fprintf(w, "%s\n\n", n.headline())
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, "began (UTC)\trows\tcreated\tupdated\tunchanged\tskipped\trefused\tunresolved\tnot done\ttook\toutcome")
	for _, night := range n.Nights {
		fmt.Fprintf(t, "%s\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%d\t%s\t%s\n", night.When(), night.Rows, night.Created, night.Updated, night.Unchanged,
			night.Skipped, night.Refused, night.Unresolved, night.NotDone, night.Lasted(), night.Went())
	}
	return t.Flush()
}

//go:embed nights.html
var nightsHTML string

var nightsTemplate = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("nights").Funcs(template.FuncMap{"n": grouped}).Parse(nightsHTML))
})

// HTML writes n as one page that needs nothing else.
func (n *Nights) HTML(w io.Writer) error {
	if _, err := io.WriteString(w, PageStart); err != nil {
		return err
	}
	tone := "good"
	if slices.ContainsFunc(n.Nights, func(night Night) bool { return night.ExitCode != 0 }) {
		tone = "bad"
	}
	return nightsTemplate().Execute(w, struct {
		*Nights
		CSS                    template.CSS
		Policy, Headline, Tone string
	}{n, template.CSS(pageCSS), stylePolicy(), n.headline(), tone})
}
