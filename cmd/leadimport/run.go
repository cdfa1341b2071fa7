package main

import (
	"context"
	"fmt"
	"math"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"leadimport/client"
	"leadimport/importer"
	"leadimport/importer/plan"
	"leadimport/importer/report"
	"leadimport/importer/results"
)

const runHelp = `Import FILE: read it, map its columns, create or update each lead, record the ids.

Before anything is sent, every row is read and converted, the token and the
workspace are checked, and what will happen is shown. The results file has one
line per row: what became of it, the lead's id, and the row itself. It is also
what a later run needs: after an interruption, --resume.

Exit codes: 0 every row is in; 2 nothing was sent, mend the command, the mapping
or the file; 3 finished, but some rows were not imported; 4 stopped by
--max-errors; 5 not authorised; 6 the API was not available, resume later; 7
another run holds the results; 8 cannot write; 130 interrupted, resume later.

What --summary writes: leadimport help summary. The results file: leadimport help results.`

func newRun() *cobra.Command {
	flags := &jobFlags{}
	cmd := &cobra.Command{
		Use:   "run FILE",
		Short: "Import a file",
		Long:  runHelp,
		Example: `  leadimport run --sandbox samples/leads.csv
  leadimport run --mapping leads.yaml --token-file token leads.csv
  leadimport run --resume leads.csv`,
		Args: oneFile,
		RunE: func(cmd *cobra.Command, args []string) error { return run(cmd, flags, args[0], nil) },
	}
	flags.add(cmd.Flags())
	groupFlags(cmd)
	return cmd
}

// run imports a file; a is the plan that it goes by, nil: there is none.
func run(cmd *cobra.Command, flags *jobFlags, file string, a *applied) error {
	if a == nil {
		flags.findMapping(file)
	}
	e := newEnding(flags, file)
	ctx, cancel := interruptible(cmd.Context(), "interrupted: waiting for what is in flight; once more to end at once")
	defer cancel()
	j, err := openJob(cmd, flags, file, true)
	if err != nil {
		return e.early(ctx, err)
	}
	defer j.close()
	if err := e.begin(); err != nil {
		return e.early(ctx, err)
	}
	j.plan = a
	prepared, err := j.prepare(ctx)
	if err == nil && a != nil {
		err = a.begin(prepared.Forecast(), j.results)
	}
	if err != nil {
		return e.tell(ctx, j.summary(importer.Result{Ended: time.Now()}, 0), err)
	}
	j.showForecast(prepared.Forecast())
	j.showValues(prepared.Forecast(), someGroups)

	bar := newProgress(flags.progress, j.log, j.client)
	prepared.OnProgress(bar.update)
	before := j.client.Stats().Calls
	result, runErr := prepared.Run(ctx)
	bar.close()
	if a != nil {
		if err := a.end(j.results); err != nil && runErr == nil {
			runErr = &results.WriteError{Path: plan.AppliedPath(a.path), Err: err}
		}
	}
	if runErr == nil && flags.rejects != "" {
		var n int
		if n, runErr = j.store.WriteRejects(flags.rejects); runErr == nil {
			j.log.Debug().Str("rejects", flags.rejects).Int("rows", n).Msg("rejects written")
		}
	}
	if err := j.store.Close(); err != nil && runErr == nil {
		runErr = err
	}
	if runErr == nil {
		runErr = j.notImported(result, a != nil)
	}
	s := j.summary(result, before)
	s.Seconds = result.Ended.Sub(e.started).Seconds()
	if err := s.Text(j.out); err != nil {
		j.log.Debug().Err(err).Msg("showing the totals")
	}
	if runErr == nil || isStatus(runErr) {
		fmt.Fprint(j.out, staleText(result))
	}
	if result.Canary {
		fmt.Fprintf(j.out, "stopped after %s, as --canary asks: look at %s in Intercom, then go on with --resume\n",
			plural(flags.canary, "create", "creates"), either(flags.canary, "it", "them"))
	}
	return e.tell(ctx, s, runErr)
}

// notImported says that some rows were not imported, where they are and what
// to do; nil: none, or no more than are accepted. A row that is unresolved is
// never accepted: nobody has refused it. A plan is of one list only.
func (j *job) notImported(r importer.Result, planned bool) error {
	t := r.Totals
	refused, open := t.Of(results.Invalid)+t.Of(results.Failed), t.Of(results.Unresolved)+r.BehindUnresolved
	accepted := j.flags.acceptRejects.within(refused, r.Rows)
	if refused+open == 0 {
		return nil
	}
	if open == 0 && accepted {
		return statusError{exitOK, ""}
	}
	text := fmt.Sprintf("%d of %s not imported (%s): import_error in %s says why", refused+open, plural(r.Rows, "row was", "rows were"),
		countText(count{t.Of(results.Invalid), "invalid"}, count{t.Of(results.Failed), "failed"}, count{open, "unresolved"}), j.results)
	if refused > 0 {
		switch {
		case j.flags.rejects != "":
			text += fmt.Sprintf("; mend %s and import it like the list", j.flags.rejects)
		case planned:
			text += fmt.Sprintf("; mend the list and make a plan with --previous %s and other --results", j.results)
		default:
			text += "; mend the list and go on with --resume"
		}
	}
	if open > 0 {
		text += "; --resume looks for the unresolved again"
	}
	return statusError{exitNotImported, text}
}

// count is a number of rows with a word for them.
type count struct {
	n    int
	word string
}

// countText lists those that are not 0.
func countText(counts ...count) string {
	var list []string
	for _, c := range counts {
		if c.n > 0 {
			list = append(list, fmt.Sprintf("%d %s", c.n, c.word))
		}
	}
	return strings.Join(list, ", ")
}

// interruptible returns a context that the first SIGINT or SIGTERM ends. The
// second ends the process at once: the journal makes even that harmless. say
// is what the first is answered with; empty: nothing.
func interruptible(parent context.Context, say string) (context.Context, context.CancelFunc) {
	if parent == nil {
		parent = context.Background()
	}
	ctx, cancel := context.WithCancel(parent)
	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	go func() {
		select {
		case <-signals:
		case <-ctx.Done():
			return
		}
		if say != "" {
			fmt.Fprintln(os.Stderr, say)
		}
		cancel()
		<-signals
		os.Exit(exitInterrupted)
	}()
	return ctx, cancel
}

// summary gathers what there is to say about a run. before is the number of
// requests that came before its first row.
func (j *job) summary(r importer.Result, before int64) report.Summary {
	stats, t := j.client.Stats(), r.Totals
	s := report.Summary{
		Rows:    r.Rows,
		Created: t.Of(results.Created), Updated: t.Of(results.Updated), Unchanged: t.Of(results.Unchanged),
		Skipped: t.Of(results.Skipped), Invalid: t.Of(results.Invalid), Failed: t.Of(results.Failed),
		Unresolved: t.Of(results.Unresolved), Vanished: r.Vanished, Standing: r.Standing, Behind: r.Behind, Errors: r.Errors,
		ValuesOmitted: r.Omitted.Sum(), OmittedByColumn: r.Omitted, OptOutsLeftOut: r.OptOuts, OptOutsKept: r.OptOutsKept, OptOutsInvalid: r.OptOutsInvalid,
		Calls: stats.Calls, Retries: stats.Retries, RateLimited: stats.RateLimited,
		InDoubtResolved: r.Resolved, Canary: r.Canary,
		EndedAt: r.Ended,
		Waiting: report.Waiting{
			Gate: stats.Waited.Seconds(), BackOff: stats.BackedOff.Seconds(),
			Paused: stats.Paused.Seconds(), Outage: stats.Outage.Seconds(),
		},
		Answers:   answers(stats.Latency),
		Responses: stats.Responses,
		Input:     j.input.Name(), InputSHA256: j.input.SHA256(),
		Results: j.results, Rejects: j.flags.rejects,
		APIVersion: j.version.String(), Workspace: r.Workspace,
	}
	s.HeldBackByAttribute = r.Held
	for _, n := range r.Held {
		s.ValuesHeldBack += n
	}
	s.Settle = j.flags.settle.Seconds()
	if r.IndexLag > 0 {
		lag := math.Round(r.IndexLag.Seconds()*1000) / 1000
		s.IndexLag = &lag
	}
	if sending := r.Ended.Sub(r.Started).Seconds(); !r.Started.IsZero() && sending > 0 {
		s.SendingSeconds = sending
		s.RowsPerSecond = math.Round(100*float64(t.Sum()-r.Standing)/sending) / 100
		s.CallsPerSecond = math.Round(100*float64(stats.Calls-before)/sending) / 100
	}
	return s
}

// answers shows how long answers took to the hundredth of a millisecond.
func answers(l client.Latency) report.Answers {
	ms := func(d time.Duration) float64 { return math.Round(float64(d)/1e4) / 100 }
	return report.Answers{P50: ms(l.P50), P90: ms(l.P90), P99: ms(l.P99), Max: ms(l.Max), N: l.N, Sum: l.Sum.Seconds()}
}
