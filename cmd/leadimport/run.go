package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"leadimport/importer"
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
another run holds the results; 8 cannot write; 130 interrupted, resume later.`

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
		RunE: func(cmd *cobra.Command, args []string) error { return run(cmd, flags, args[0]) },
	}
	flags.add(cmd.Flags())
	return cmd
}

func run(cmd *cobra.Command, flags *jobFlags, file string) error {
	started := time.Now()
	ctx, cancel := interruptible(cmd.Context(), "interrupted: waiting for what is in flight; once more to end at once")
	defer cancel()
	j, err := openJob(cmd, flags, file, true)
	if err != nil {
		return err
	}
	defer j.close()
	prepared, err := j.prepare(ctx)
	if err != nil {
		// A summary that is asked for tells of a run that did not begin, too.
		s := j.summary(importer.Result{Ended: time.Now()}, err)
		s.StartedAt, s.Seconds = started.UTC(), time.Since(started).Seconds()
		return errors.Join(err, writeSummary(flags.summary, s))
	}
	j.showForecast(prepared.Forecast())
	j.showProblems("problems", prepared.Forecast().Problems, 5)
	j.showProblems("sent as they are, and worth a look", prepared.Forecast().Remarks, 5)

	bar := newProgress(flags.progress, j.log)
	prepared.OnProgress(bar.update)
	result, runErr := prepared.Run(ctx)
	bar.close()
	if runErr == nil && flags.rejects != "" {
		var n int
		if n, runErr = j.store.WriteRejects(flags.rejects); runErr == nil {
			j.log.Debug().Str("rejects", flags.rejects).Int("rows", n).Msg("rejects written")
		}
	}
	if err := j.store.Close(); err != nil && runErr == nil {
		runErr = err
	}
	if runErr == nil && result.Totals.NotImported() > 0 {
		runErr = statusError{exitNotImported}
	}
	s := j.summary(result, runErr)
	s.StartedAt, s.Seconds = started.UTC(), result.Ended.Sub(started).Seconds()
	if err := s.Text(j.out); err != nil {
		j.log.Debug().Err(err).Msg("showing the totals")
	}
	if result.Canary {
		fmt.Fprintf(j.out, "stopped after %d creates, as --canary asks: look at them in Intercom, then go on with --resume\n", flags.canary)
	}
	if err := writeSummary(flags.summary, s); err != nil && (runErr == nil || isSilent(runErr)) {
		return err
	}
	return runErr
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

// summary gathers what there is to say about a run.
func (j *job) summary(r importer.Result, err error) report.Summary {
	stats, t := j.client.Stats(), r.Totals
	s := report.Summary{
		Rows:    r.Rows,
		Created: t.Of(results.Created), Updated: t.Of(results.Updated), Unchanged: t.Of(results.Unchanged),
		Skipped: t.Of(results.Skipped), Invalid: t.Of(results.Invalid), Failed: t.Of(results.Failed),
		Unresolved: t.Of(results.Unresolved), Vanished: r.Vanished,
		Calls: stats.Calls, Retries: stats.Retries, RateLimited: stats.RateLimited,
		InDoubtResolved: r.Resolved,
		EndedAt:         r.Ended.UTC(),
		ExitCode:        exitCode(err),
		Input:           j.input.Name(), InputSHA256: j.input.SHA256(),
		Results: j.results, Rejects: j.flags.rejects,
		APIVersion: j.version.String(), Workspace: r.Workspace, Version: version,
	}
	if err != nil && !isSilent(err) {
		s.Error = oneLine(err.Error())
	}
	return s
}
