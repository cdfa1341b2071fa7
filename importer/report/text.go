package report

import (
	"fmt"
	"io"
	"strings"

	"leadimport/importer/results"
)

// Text writes r for a terminal, or for the mail that cron sends.
func (r *Report) Text(w io.Writer) error {
	t := &texter{several: len(r.Files) > 1}
	t.totals(r)
	t.pace(r)
	t.errors(r)
	t.duplicates(r.Duplicates)
	if len(r.Slowest) > 0 {
		t.line("\nslowest rows")
		for _, s := range r.Slowest {
			t.line("  %8s  %s, %s", milliseconds(s.Ms), t.place(s.Place), s.Status)
		}
	}
	_, err := io.WriteString(w, t.out.String())
	return err
}

type texter struct {
	out     strings.Builder
	several bool // files
}

func (t *texter) line(format string, args ...any) { fmt.Fprintf(&t.out, format+"\n", args...) }

func (t *texter) totals(r *Report) {
	if t.several {
		t.line("%s in %s: %s", count(r.Rows, "row"), count(len(r.Files), "file"), r.Counts.text())
		for _, f := range r.Files {
			t.line("  %s: %s: %s%s", f.Name, count(f.Rows, "row"), f.Counts.text(), f.state())
		}
	} else {
		for _, f := range r.Files {
			t.line("%s: %s: %s%s", f.Name, count(f.Rows, "row"), f.Counts.text(), f.state())
		}
	}
	if r.Unfinished {
		t.line("a run was cut short, or is still going on: the same command with --resume finishes it")
	}
	if len(r.Workspaces) > 1 {
		t.line("the rows went to several workspaces: %s", strings.Join(r.Workspaces, ", "))
	}
}

func (f *File) state() string {
	switch {
	case f.Torn:
		return " (not finished, its last line is cut off)"
	case f.Unfinished:
		return " (not finished)"
	}
	return ""
}

// text names the counts that are not 0.
func (c Counts) text() string {
	var list []string
	for _, s := range results.Statuses {
		if n := *c.of(s); n > 0 {
			list = append(list, grouped(n)+" "+string(s))
		}
	}
	if list == nil {
		return "none"
	}
	return strings.Join(list, ", ")
}

const clock = "2006-01-02 15:04:05"

func (t *texter) pace(r *Report) {
	if !r.FirstAt.IsZero() {
		line := fmt.Sprintf("from %s to %s UTC: %s", r.FirstAt.Format(clock), r.LastAt.Format(clock), seconds(r.Seconds))
		if r.sessions > 1 {
			line += ", " + seconds(r.BusySeconds) + " without pauses"
		}
		if r.RowsPerSecond > 0 {
			line += ", " + rateText(r.RowsPerSecond) + " rows/s"
		}
		t.line("%s", line)
	}
	if r.Sent > 0 {
		l := r.LatencyMs
		t.line("answers: half within %s, 90 %% within %s, 99 %% within %s, the slowest %s (%s sent in %s)",
			milliseconds(l.P50), milliseconds(l.P90), milliseconds(l.P99), milliseconds(l.Max),
			count(r.Sent, "row"), count(int(r.Attempts), "request"))
	}
}

func (t *texter) errors(r *Report) {
	if r.ValuesOmitted > 0 {
		t.line("left out because they are invalid: %s (%s)", count(r.ValuesOmitted, "value"), omittedText(r.OmittedByColumn))
	}
	title := ""
	for _, g := range r.Errors {
		now := "what was refused, and why"
		switch g.Code {
		case codeOptOutKept:
			now = "in Intercom, and still without e-mail"
		case codeOmitted:
			now = "in Intercom, without all values"
		}
		if now != title {
			t.line("\n%s", now)
			title = now
		}
		code := g.Code
		if code == "" {
			code = "no code"
		}
		t.line("  %s %s: %s (%s)", count(g.Rows, "row"), g.Status, g.Title, code)
		t.line("    %s", groupRows(g, t.several))
		if g.Example != "" {
			t.line("    such as %s: %s", t.place(g.ExampleRow), g.Example)
		}
		t.line("    to do: %s", g.Do)
	}
}

func (t *texter) duplicates(d Duplicates) {
	if d.Keys == 0 && d.Complete {
		return
	}
	t.line("\nrows of the same lead")
	t.line("  %s with several rows, %s in all", count(d.Keys, "lead"), count(d.Rows, "row"))
	if !d.Complete {
		t.line("  only the first %d rows of a file were compared", maxKeys)
	}
	for _, one := range d.Largest {
		of := ""
		if t.several {
			of = " of " + one.File
		}
		t.line("    %d: %s%s", one.Rows, rowList(one.FirstRows, one.Rows), of)
	}
}

func (t *texter) place(p Place) string {
	if t.several {
		return fmt.Sprintf("row %d of %s", p.Row, p.File)
	}
	return fmt.Sprintf("row %d", p.Row)
}
