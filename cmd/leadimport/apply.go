package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"leadimport/importer"
	"leadimport/importer/history"
	codes "leadimport/importer/outcome"
	"leadimport/importer/plan"
	"leadimport/importer/results"
)

const applyHelp = `Do what PLAN says and nothing else. The list, the mapping and the flags are those
that the plan was made from; they are read again, and other ones are refused, as
is a plan that was edited, of another workspace, or applied before. Each contact
is read again right before it is written to: rows whose contact was changed since
the plan was made are left alone, skipped with the code stale.

It is a run like any other: results, progress, summary, --resume, exit codes.
More: leadimport help plan`

// notForApply are flags of run that a plan leaves no room for, beside those that
// it has itself.
var notForApply = []string{"mapping", "shards", "previous", "overwrite", "sandbox", "max-change", "new-columns"}

func newApply() *cobra.Command {
	flags, refuseStale := &jobFlags{}, false
	all := pflag.NewFlagSet("", pflag.ContinueOnError)
	flags.add(all)
	cmd := &cobra.Command{
		Use:   "apply PLAN",
		Short: "Do what a plan says, and leave alone who changed since",
		Long:  applyHelp,
		Example: `  leadimport apply out.plan.csv
  leadimport apply --resume out.plan.csv`,
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) != 1 || args[0] == "" || args[0] == "-" {
				return usageError{fmt.Sprintf("%s needs a PLAN, a file that leadimport plan has made", cmd.CommandPath())}
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error { return apply(cmd, all, flags, refuseStale, args[0]) },
	}
	cmd.Flags().SortFlags = false
	all.VisitAll(func(f *pflag.Flag) {
		if !slices.Contains(deciding, f.Name) && !slices.Contains(notForApply, f.Name) {
			cmd.Flags().AddFlag(f)
		}
	})
	cmd.Flags().BoolVar(&refuseStale, "refuse-stale", false, "stop at the first row whose contact was changed since the plan was made")
	groupFlags(cmd)
	return cmd
}

// applied is a plan on its way.
type applied struct {
	path        string
	about       *plan.About
	lines       *plan.Reader
	refuseStale bool
	resumed     bool // it was begun before
}

func apply(cmd *cobra.Command, all *pflag.FlagSet, flags *jobFlags, refuseStale bool, path string) error {
	for _, out := range []struct{ flag, path string }{
		{"--results", flags.results}, {"--rejects", flags.rejects}, {"--summary", flags.summary}, {"--metrics-file", flags.metrics},
	} {
		for _, p := range []string{path, plan.AboutPath(path), plan.AppliedPath(path)} {
			if samePath(out.path, p) {
				return usageError{fmt.Sprintf("%s: %s would write over the plan: name another", p, out.flag)}
			}
		}
	}
	e := newEnding(flags, path)
	early := func(err error) error { return e.early(cmd.Context(), err) }
	about, err := plan.Load(path, version)
	if err != nil {
		return early(err)
	}
	file, err := takeFlags(all, flags, path, about)
	if err != nil {
		return early(err)
	}
	a := &applied{path: path, about: about, refuseStale: refuseStale}
	if err := a.checkInputs(flags, file); err != nil {
		return early(err)
	}
	if err := a.checkResults(flags, file); err != nil {
		return early(err)
	}
	if a.lines, err = plan.Open(path, about); err != nil {
		return early(err)
	}
	defer a.lines.Close()
	return run(cmd, flags, file, a)
}

// takeFlags gives a run the flags that its plan was made with, and returns the
// list.
func takeFlags(all *pflag.FlagSet, flags *jobFlags, path string, about *plan.About) (file string, err error) {
	for _, f := range about.Flags {
		for _, v := range f.Values {
			if err := all.Set(f.Name, v); err != nil {
				return "", &plan.Error{Path: path, Problem: fmt.Sprintf("--%s %s, which it was made with, is not known: make the plan again", f.Name, v)}
			}
		}
	}
	if about.Mapping != nil {
		flags.mapping = placeOf(path, *about.Mapping)
	}
	if flags.results == "" && about.Results != "" {
		flags.results = filepath.FromSlash(about.Results)
		if !filepath.IsAbs(flags.results) {
			flags.results = filepath.Join(filepath.Dir(path), flags.results)
		}
	}
	for _, in := range about.Previous {
		flags.previous = append(flags.previous, placeOf(path, in))
	}
	return placeOf(path, about.List), nil
}

// placeOf is where a file of a plan at path is: as seen from the plan, or where
// it was when the plan was made. Its digest tells whether it is the same.
func placeOf(path string, in plan.Input) string {
	near := filepath.Join(filepath.Dir(path), filepath.FromSlash(in.Path))
	if filepath.IsAbs(filepath.FromSlash(in.Path)) {
		near = filepath.FromSlash(in.Path)
	}
	if _, err := os.Lstat(near); err == nil {
		return near
	}
	if _, err := os.Lstat(in.Given); err == nil {
		return in.Given
	}
	return near
}

// checkInputs refuses inputs that are others than those of the plan.
func (a *applied) checkInputs(flags *jobFlags, file string) error {
	own, err := resultsPath(file, flags)
	if err != nil {
		return err
	}
	same := func(what string, in plan.Input, files []string) error {
		now, err := digestOf(files)
		switch {
		case err != nil:
			return &plan.Error{Path: a.path, Problem: fmt.Sprintf("%s that it was made from cannot be read: %v", what, err)}
		case now != in.SHA256:
			return &plan.Error{Path: a.path, Problem: fmt.Sprintf("%s %s has changed since the plan was made: make the plan again", what, in.Given)}
		}
		return nil
	}
	if err := same("the list", a.about.List, []string{file}); err != nil {
		return err
	}
	if in := a.about.Mapping; in != nil {
		if err := same("the mapping", *in, []string{flags.mapping}); err != nil {
			return err
		}
	}
	for i, in := range a.about.Previous {
		files, err := history.Files([]string{flags.previous[i]}, own)
		if err != nil {
			return err
		}
		if err := same("what is known of earlier runs, --previous", in, files); err != nil {
			return err
		}
	}
	return nil
}

// checkResults refuses a plan that was applied, or results of something else.
func (a *applied) checkResults(flags *jobFlags, file string) error {
	own, err := resultsPath(file, flags)
	if err != nil {
		return err
	}
	wrong := func(format string, args ...any) error {
		return &plan.Error{Path: a.path, Problem: fmt.Sprintf(format, args...)}
	}
	done, err := plan.ReadApplied(a.path, a.about)
	if err != nil {
		return err
	}
	_, missing := os.Lstat(own)
	if done == nil {
		if missing == nil {
			return wrong("%s is there already, and tells of another run than this plan's, whose people other --results alone would create again: make the plan again with --previous %s --results NEW", own, own)
		}
		return nil
	}
	at := done.At.Format(time.RFC3339)
	if undone, err := results.ReadUndone(done.Results); err == nil && len(undone) > 0 {
		return wrong("it was applied at %s, and undo has taken back what %s tells of: make the plan again", at, done.Results)
	}
	full, err := filepath.Abs(own)
	switch _, gone := os.Lstat(done.Results); {
	case gone != nil:
		return wrong("it was applied at %s, and the results of that, %s, are gone: make the plan again, and look first whom that run has created", at, done.Results)
	case err != nil || !samePath(full, done.Results):
		return wrong("it was applied at %s, with the results %s: a plan is applied once; if that was interrupted, go on with --resume --results %s", at, done.Results, done.Results)
	case !flags.resume:
		return wrong("it was applied at %s, with the results %s: a plan is applied once; if that was interrupted, go on with --resume, else make the plan again", at, own)
	}
	a.resumed = true
	return nil
}

// begin refuses a workspace that is another than the plan's, and notes that the
// plan is applied from now on.
func (a *applied) begin(f importer.Forecast, own string) error {
	wrong := func(format string, args ...any) error {
		return &plan.Error{Path: a.path, Problem: fmt.Sprintf(format, args...)}
	}
	if f.Workspace.ID != a.about.Workspace {
		return wrong("it is of workspace %s, and the token is of %s: use the token of the workspace that it was made for", a.about.Workspace, f.Workspace.ID)
	}
	for name, now := range typesOf(f) {
		if then := a.about.Types[name]; then != now {
			return wrong("%s is %s in the workspace now, and the plan was made with %s: make the plan again", name, now, then)
		}
	}
	if a.resumed {
		return nil
	}
	full, err := filepath.Abs(own)
	if err != nil {
		return err
	}
	err = plan.MarkApplied(a.path, a.about, full)
	switch {
	case errors.Is(err, fs.ErrExist):
		return wrong("another run applies it at this moment: a plan is applied once")
	case err != nil:
		return &results.WriteError{Path: plan.AppliedPath(a.path), Err: err}
	}
	return nil
}

// end takes the mark back when nothing was sent: then there are no results.
func (a *applied) end(own string) error {
	if _, err := os.Lstat(own); a.resumed || !errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return plan.UnmarkApplied(a.path)
}

// staleText tells of the rows that were left alone.
func staleText(res importer.Result) string {
	n := res.Errors[codes.Stale]
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%s left alone, for what the plan was made from has changed since (%s): make a new plan, with --previous of these results and other --results\n",
		plural(n, "row was", "rows were"), codes.Stale)
}
