package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"leadimport/importer"
	"leadimport/importer/plan"
	"leadimport/mapping"
)

const checkHelp = `Do everything that run does up to the first write, and send nothing: how the
file is read, what each column becomes, every problem, what would be created and
updated, how many calls it takes and how long.

With --mapping and no FILE it checks the mapping alone, and runs its tests.
Without a token it leaves out what needs the API, and says so. Exit codes: 0 all
rows would be sent; 2 the command, the mapping or the file must be mended; 3 some
rows would be refused; 5 not authorised; 6 the API is not available.`

func newCheck() *cobra.Command {
	flags := &jobFlags{}
	format := "text"
	cmd := &cobra.Command{
		Use:   "check [FILE]",
		Short: "Show what run would do, and every problem, without sending anything",
		Long:  checkHelp,
		Example: `  leadimport check samples/leads.csv
  leadimport check --mapping leads.yaml --format json leads.csv`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 && (flags.mapping != "" || os.Getenv(environmentName("mapping")) != "") {
				return nil
			}
			return oneFile(cmd, args)
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 0 {
				return checkMapping(cmd, flags)
			}
			return checked(cmd, flags, format, args[0], nil)
		},
	}
	flags.add(cmd.Flags())
	cmd.Flags().StringVar(&format, "format", "text", "`text|json`")
	groupFlags(cmd)
	return cmd
}

// checkMapping lints a mapping file and runs the tests in it.
func checkMapping(cmd *cobra.Command, flags *jobFlags) error {
	j := &job{flags: flags}
	if err := j.openMapping(nil); err != nil {
		return err
	}
	if _, err := j.mapping.Compile(j.mapping.Columns(), j.version); err != nil {
		return err
	}
	failures := j.mapping.RunTests(j.version)
	for _, f := range failures {
		fmt.Fprintf(&visible{w: cmd.OutOrStdout()}, "%s: %s\n", flags.mapping, f)
	}
	n := j.mapping.Tests()
	if len(failures) > 0 {
		return usageError{fmt.Sprintf("%s: %d of %d tests failed", flags.mapping, failedTests(failures), n)}
	}
	_, err := fmt.Fprintf(cmd.OutOrStdout(), "%s: API version %s (%s), %s, %s passed\n",
		flags.mapping, j.version, j.why, plural(len(j.mapping.Columns()), "column", "columns"), plural(n, "test", "tests"))
	return err
}

// failedTests counts tests, not what is wrong in them.
func failedTests(failures []mapping.TestFailure) int {
	lines := map[int]bool{}
	for _, f := range failures {
		lines[f.Line] = true
	}
	return len(lines)
}

// checked shows what a run would do. planned makes a plan where nothing stops
// it; nil: none is asked for.
func checked(cmd *cobra.Command, flags *jobFlags, format, file string, planned func(context.Context, *job, *importer.Job) (*made, error)) error {
	if err := oneOf("format", format, "text", "json"); err != nil {
		return err
	}
	flags.findMapping(file)
	ctx, cancel := interruptible(cmd.Context(), "")
	defer cancel()
	flags.maxErrors = maxErrors{} // check shows all problems, however many
	j, err := openJob(cmd, flags, file, false)
	if err != nil {
		return err
	}
	defer j.close()
	if planned != nil && j.client == nil {
		return usageError{noToken + ": a plan needs to know whom Intercom has"}
	}
	prepared, err := j.prepare(ctx)
	if prepared == nil {
		return err
	}
	// A run that would stop still has its rows looked at.
	f := prepared.Forecast()
	told := struct {
		importer.Forecast
		*made
	}{f.Whole(), nil}
	if format != "json" {
		if err != nil {
			j.showReading(f)
		} else {
			j.showForecast(f)
		}
		j.showValues(f, allGroups)
	}
	if err == nil && planned != nil {
		if told.made, err = planned(ctx, j, prepared); err != nil {
			return err
		}
	}
	switch {
	case format == "json":
		data, failed := json.Marshal(told)
		if failed == nil {
			_, failed = fmt.Fprintf(j.out, "%s\n", escapeJSON(data))
		}
		if failed != nil {
			return failed
		}
	case told.made != nil:
		fmt.Fprintf(j.out, "plan: %s: %s\n", told.made.Plan, countsText(told.made.Counts))
	}
	if failed := writeJSON(flags.summary, told); failed != nil && err == nil {
		err = failed
	}
	if err != nil {
		return err
	}
	if told.made != nil {
		n := told.made.Counts
		return j.refusedText(n[plan.Invalid], n[plan.Fail], n[plan.Unresolved], f.Rows, "in the plan")
	}
	return j.refusedText(f.Invalid, f.Fail, f.Unresolved, f.Rows, "above")
}

// refusedText says that rows would not be imported, unless so many are accepted.
// where is where it says what is wrong with them.
func (j *job) refusedText(invalid, fail, unresolved, rows int, where string) error {
	out := invalid + fail + unresolved
	if out == 0 || unresolved == 0 && j.flags.acceptRejects.within(out, rows) {
		return nil
	}
	return statusError{exitNotImported, fmt.Sprintf("%d of %s would not be imported (%s): what is wrong with them is named %s; mend the list or the mapping, or run it as it is: the others go in",
		out, plural(rows, "row", "rows"), countText(count{invalid, "invalid"}, count{fail, "to refuse"}, count{unresolved, "unresolved"}), where)}
}

// allGroups is for showValues, which else shows so many of each kind.
const (
	allGroups  = math.MaxInt
	someGroups = 5
)

// showValues lists what is wrong with values, and what becomes of those that
// are no problem.
func (j *job) showValues(f importer.Forecast, most int) {
	j.showProblems("problems", f.Problems, most)
	j.showProblems("invalid, and left out of rows that go in (on_invalid: omit)", f.Omitted, most)
	for _, k := range []struct {
		title   string
		treated importer.Treatment
	}{
		{"read as blank", importer.ReadAsBlank},
		{"mended: not sent as they are", importer.Mended},
		{"sent as they are, and worth a look", importer.SentAsIs},
	} {
		var groups []importer.ProblemGroup
		for _, g := range f.Remarks {
			if g.Treated == k.treated {
				groups = append(groups, g)
			}
		}
		if k.treated == importer.SentAsIs {
			most = max(most, 4*someGroups) // nothing is sent wrong without a word
		}
		j.showProblems(k.title, groups, most)
	}
}

// showProblems lists what is wrong with the rows, by column and cause, at most
// so many groups.
func (j *job) showProblems(title string, groups []importer.ProblemGroup, most int) {
	if len(groups) == 0 {
		return
	}
	fmt.Fprintf(j.out, "\n%s:\n", title)
	for i, g := range groups {
		if i == most {
			fmt.Fprintf(j.out, "  and %s: leadimport check shows all\n", plural(len(groups)-most, "more kind", "more kinds"))
			break
		}
		where := "row"
		if g.Column != "" {
			where = fmt.Sprintf("column %q", g.Column)
		}
		fmt.Fprintf(j.out, "  %d × %s: %s\n", g.Count, where, g.Message)
		for _, p := range g.First {
			fmt.Fprintf(j.out, "      %s", p)
			if p.Value != "" {
				fmt.Fprintf(j.out, ": %q", p.Value)
			}
			fmt.Fprintln(j.out)
		}
		if len(g.Values) > 0 {
			list := make([]string, len(g.Values))
			for i, v := range g.Values {
				list[i] = fmt.Sprintf("%q %s", v.Value, plural(v.Count, "time", "times"))
			}
			fmt.Fprintf(j.out, "      most often: %s\n", strings.Join(list, ", "))
		}
		if g.Fix != "" {
			fmt.Fprintf(j.out, "      fix: %s\n", printable(g.Fix))
		}
	}
}
