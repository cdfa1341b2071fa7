package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"leadimport/importer/plan"
	"leadimport/importer/report"
	"leadimport/importer/results"
)

const reportHelp = `Sum up results files: what became of the rows, what was refused and why, how
fast it went. Several files, such as those of the shards of one import, are
summed up together; patterns such as 'leads.*.results.csv' may be quoted.

A plan of leadimport plan is summed up, too, as a page to approve. Summaries that
runs have left (--summary), such as a year of nights, become a table, a line a run.

People are masked: of an e-mail the first letter and the domain are shown, of
other cells nothing. --show-people shows them.

--html writes one page that needs nothing else, to look at, to print or to send
on, beside what is printed. A page that is there is replaced.

--format json prints one object: rows, one count per status by its name,
unfinished, files (name, rows, counts, unfinished, torn, first_at, last_at),
first_at, last_at, seconds, busy_seconds (without pauses of five minutes and
more), rows_per_second, sent (rows), attempts (requests), latency_ms (p50, p90,
p99, max), errors (code, status, rows, title, do, example, example_row,
first_rows), duplicates (keys, rows, complete, largest), slowest (file, row,
status, ms), over_time (at, seconds, rows, sent, p50_ms, p90_ms: at most 120
stretches of time, without pauses), workspaces, people_masked. Of summaries it is nights: file, started_at, outcome,
exit_code, rows, created, updated, unchanged, skipped, refused, unresolved,
not_done, seconds, error. Keys are only ever added.`

// reportFlags are the flags of report.
type reportFlags struct {
	format     string
	html       string
	showPeople bool
}

func newReport() *cobra.Command {
	f := &reportFlags{}
	cmd := &cobra.Command{
		Use:   "report RESULTS...",
		Short: "Sum up results files, as text, JSON or a page",
		Long:  reportHelp,
		Example: `  leadimport report leads.results.csv
  leadimport report --html report.html leads.*-of-4.results.csv
  leadimport report 'summaries/*.json'`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return usageError{fmt.Sprintf("%s needs a results file", cmd.CommandPath())}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return runReport(cmd, f, args) },
	}
	flags := cmd.Flags()
	flags.StringVar(&f.format, "format", "text", "`text|json`")
	flags.StringVar(&f.html, "html", "", "write a page to `FILE`")
	flags.BoolVar(&f.showPeople, "show-people", false, "show the cells of the input")
	flags.SortFlags = false
	return cmd
}

// shown is a report, of results or of a plan.
type shown interface {
	Text(io.Writer) error
	JSON(io.Writer) error
	HTML(io.Writer) error
}

func runReport(cmd *cobra.Command, f *reportFlags, args []string) error {
	if err := oneOf("format", f.format, "text", "json"); err != nil {
		return err
	}
	paths, err := resultsNamed(args)
	if err != nil {
		return err
	}
	if f.html != "" {
		if err := checkPage(f.html, paths); err != nil {
			return err
		}
	}
	var r shown
	planned, summary := slices.IndexFunc(paths, plan.IsPlan), slices.IndexFunc(paths, report.IsSummary)
	other := slices.IndexFunc(paths, func(p string) bool { return !report.IsSummary(p) })
	switch {
	case planned >= 0 && len(paths) > 1:
		return usageError{fmt.Sprintf("%s is a plan: give it alone", paths[planned])}
	case summary >= 0 && other >= 0:
		return usageError{fmt.Sprintf("%s is a summary and %s is none: give them apart", paths[summary], paths[other])}
	case planned >= 0:
		r, err = report.CollectPlan(paths[0], report.Options{ShowPeople: f.showPeople})
	case summary >= 0:
		r, err = report.CollectNights(paths)
	default:
		r, err = report.Collect(paths, report.Options{ShowPeople: f.showPeople})
	}
	if err != nil {
		return err
	}
	if f.html != "" {
		if err := writePage(f.html, r); err != nil {
			return err
		}
	}
	var text bytes.Buffer // shown at once: who reads only its first line is no error
	if f.format == "json" {
		if err := r.JSON(&text); err != nil {
			return err
		}
		_, err = cmd.OutOrStdout().Write(escapeJSON(text.Bytes()))
		return err
	}
	if err := r.Text(&text); err != nil {
		return err
	}
	if f.html != "" {
		fmt.Fprintf(&text, "\npage: %s\n", f.html)
	}
	_, err = (&visible{w: cmd.OutOrStdout()}).Write(text.Bytes())
	return err
}

// resultsNamed are the files that the arguments name; a pattern that no shell
// has expanded is expanded here.
func resultsNamed(args []string) ([]string, error) {
	var paths []string
	for _, arg := range args {
		if arg == "" {
			return nil, usageError{"the name of a results file is blank: is a variable of the shell not set?"}
		}
		list := []string{arg}
		if _, err := os.Lstat(arg); err != nil && strings.ContainsAny(arg, "*?[") {
			if list, err = filepath.Glob(arg); err != nil {
				return nil, usageError{fmt.Sprintf("%s: %v", arg, err)}
			}
			if len(list) == 0 {
				return nil, usageError{fmt.Sprintf("%s: there is no such file", arg)}
			}
		}
		for _, path := range list {
			for _, other := range paths {
				if samePath(path, other) {
					return nil, usageError{fmt.Sprintf("%s and %s are the same file: its rows would count twice", other, path)}
				}
			}
			paths = append(paths, path)
		}
	}
	return paths, nil
}

// checkPage refuses a place where no page can be, or where something else is
// that nobody wants replaced: results and lists above all.
func checkPage(path string, inputs []string) error {
	for _, in := range inputs {
		if samePath(path, in) {
			return usageError{fmt.Sprintf("--html %s is a results file that is read: name another file", path)}
		}
	}
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		dir, err := os.Stat(filepath.Dir(path))
		if err != nil || !dir.IsDir() {
			return usageError{fmt.Sprintf("--html %s: there is no such folder: create it, or name another file", path)}
		}
		return nil
	case err != nil:
		return usageError{fmt.Sprintf("--html: %v", pathError(path, err))}
	case !info.Mode().IsRegular():
		return usageError{fmt.Sprintf("--html %s is not a regular file: name another file", path)}
	case info.Size() == 0:
		return nil
	}
	f, err := os.Open(path)
	if err != nil {
		return usageError{fmt.Sprintf("--html: %v", pathError(path, err))}
	}
	defer f.Close()
	head := make([]byte, len(report.PageStart))
	if _, err := io.ReadFull(f, head); err != nil || !bytes.Equal(head, []byte(report.PageStart)) {
		return usageError{fmt.Sprintf("--html %s is there already and is not a page of leadimport report: name another file", path)}
	}
	return nil
}

// writePage puts the page in its place whole, or not at all.
func writePage(path string, r shown) error {
	if err := replaceFile(path, 0o600, r.HTML); err != nil {
		return &results.WriteError{Path: path, Err: err}
	}
	return nil
}
