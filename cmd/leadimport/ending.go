package main

import (
	"context"
	"strings"
	"time"

	"github.com/rs/zerolog"

	"leadimport/importer/report"
)

// ending tells machines how a run came out: --summary, --metrics-file and
// --pushgateway. Whatever ended the run, also before it began: who reads only
// them must not take yesterday's for today's.
type ending struct {
	flags   *jobFlags
	file    string
	started time.Time
	log     zerolog.Logger
	// What the flags put in the place of another file, or where no file can
	// be, is left alone; the run ends with that. Found out at the start: a
	// folder that goes away later is a failure to be told.
	summary, metrics string
}

func newEnding(flags *jobFlags, file string) *ending {
	log, err := newLogger(flags.logFormat, flags.logLevel)
	if err != nil {
		log, _ = newLogger("console", "info")
	}
	e := &ending{flags: flags, file: file, started: time.Now(), log: log}
	if path := flags.summary; path == "-" || path != "" && flags.checkOutput("--summary", path, file) == nil {
		e.summary = path
	}
	if path := flags.metrics; path != "" && path != "-" && flags.checkOutput("--metrics-file", path, file) == nil {
		e.metrics = path
	}
	return e
}

// begin puts a summary in the place of the last run's that says that this one
// is going on: what a run leaves that is killed. The metrics stay the last
// run's until the end, for they are looked at all the time.
func (e *ending) begin() error {
	if e.summary == "-" {
		return nil
	}
	s := e.blank()
	e.complete(&s, nil)
	s.Outcome, s.ExitCode, s.Seconds, s.EndedAt = running, -1, 0, s.StartedAt
	return e.writeSummary(s)
}

// early tells of a run that ended before there was anything to count.
func (e *ending) early(ctx context.Context, err error) error {
	return e.tell(ctx, e.blank(), err)
}

// blank is what is known of a run by its flags.
func (e *ending) blank() report.Summary {
	path, _ := resultsPath(e.file, e.flags)
	return report.Summary{
		Input: e.file, Results: path, Rejects: e.flags.rejects, APIVersion: e.flags.apiVersion, EndedAt: time.Now(),
	}
}

// tell writes s, completed by what err says, and returns the error that the
// run ends with: err, or when that is none, why the outcome could not be
// written. A push that fails is only said.
func (e *ending) tell(ctx context.Context, s report.Summary, err error) error {
	before := lastSuccess(e.metrics)
	e.complete(&s, err)
	if failed := e.writeMetrics(s, before); failed != nil && (err == nil || isStatus(err)) {
		err = failed
		e.complete(&s, err)
	}
	if failed := e.writeSummary(s); failed != nil && (err == nil || isStatus(err)) {
		err = failed
		e.complete(&s, err)
		_ = e.writeMetrics(s, before) // it says itself what is wrong
	}
	e.push(ctx, s, before)
	return err
}

// complete adds what every summary says, however the run ended.
func (e *ending) complete(s *report.Summary, err error) {
	s.StartedAt, s.EndedAt = e.started.UTC(), s.EndedAt.UTC()
	s.Seconds = s.EndedAt.Sub(e.started).Seconds()
	if s.Errors == nil {
		s.Errors = map[string]int{}
	}
	if s.OmittedByColumn == nil {
		s.OmittedByColumn = map[string]int{}
	}
	if s.HeldBackByAttribute == nil {
		s.HeldBackByAttribute = map[string]int{}
	}
	if s.Responses == nil {
		s.Responses = map[int]int64{}
	}
	s.Outcome, s.ExitCode, s.Error, s.Version = outcomeOf(err), exitCode(err), "", version
	if err == nil && s.Canary {
		s.Outcome = "canary"
	}
	if err != nil && !isStatus(err) {
		s.Error = oneLine(err.Error())
	}
}

// success is when the last run went well to its end, before being what is known of
// earlier ones.
func success(s report.Summary, before float64) float64 {
	if s.Outcome == "ok" || s.Outcome == "accepted" {
		return seconds(s.EndedAt)
	}
	return before
}

// writeSummary and writeMetrics say on standard error what cannot be written:
// the run may end for another reason.

func (e *ending) writeSummary(s report.Summary) error {
	err := writeJSON(e.summary, s)
	if err != nil {
		e.log.Error().Str("summary", e.summary).Err(err).Msg("the summary could not be written: what is there is an earlier run's")
	}
	return err
}

func (e *ending) writeMetrics(s report.Summary, before float64) error {
	if e.metrics == "" {
		return nil
	}
	labels := metricLabels(e.file)
	if shard := e.shard(); shard != "" {
		labels["shard"] = shard
	}
	if !strings.HasSuffix(e.metrics, ".prom") {
		e.log.Warn().Str("metrics", e.metrics).Msg("node exporter will not read the metrics: the file's name does not end in .prom")
	}
	err := writeMetrics(e.metrics, metrics(s, success(s, before), labels))
	if err != nil {
		e.log.Error().Str("metrics", e.metrics).Err(err).Msg("the metrics could not be written: what is there is an earlier run's")
	}
	return err
}

// push tells the Pushgateway. What the gateway knows of the last success stays
// there when this run knows no better.
func (e *ending) push(ctx context.Context, s report.Summary, before float64) {
	if e.flags.gateway == "" {
		return
	}
	w, err := parseGateway(e.flags.gateway)
	if err != nil {
		return // the run has ended with this
	}
	labels, last := metricLabels(e.file), success(s, before)
	if last == 0 {
		last = unknownSuccess
	}
	group := map[string]string{}
	if !w.named {
		group["instance"] = labels["input"]
	}
	if shard := e.shard(); shard != "" {
		group["shard"] = shard
	}
	if err := w.push(context.WithoutCancel(ctx), metrics(s, last, labels), group); err != nil {
		e.log.Warn().Str("pushgateway", w.base).Str("error", printable(oneLine(err.Error()))).Msg("the metrics could not be pushed")
		return
	}
	e.log.Debug().Str("pushgateway", w.base).Msg("metrics pushed")
}

// shard is this run's part of the input, empty when it is all of it.
func (e *ending) shard() string {
	s, err := e.flags.shardOf()
	if err != nil || s.Of == 0 {
		return ""
	}
	return s.String()
}

// seconds is a time as Prometheus has it.
func seconds(t time.Time) float64 { return float64(t.UnixMilli()) / 1000 }
