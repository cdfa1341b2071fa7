package main

import (
	"bytes"
	"io"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/common/expfmt"

	"leadimport/importer/report"
	"leadimport/importer/results"
)

const successName = "leadimport_last_success_timestamp_seconds"

// maxErrorLabels bounds the error codes that get a series of their own, the
// most frequent first; the rest are one series.
const maxErrorLabels = 20

// unknownSuccess leaves the last success out of the metrics: whoever gets them
// may know better.
const unknownSuccess = -1

// metrics are the totals of a run under the names and in the units that
// Prometheus asks for. A batch job has no counters: each run begins anew.
// labels stand on every metric.
func metrics(s report.Summary, success float64, labels prometheus.Labels) prometheus.Gatherer {
	registry := prometheus.NewPedanticRegistry()
	vector := func(name, help string, names ...string) *prometheus.GaugeVec {
		v := prometheus.NewGaugeVec(prometheus.GaugeOpts{Name: "leadimport_" + name, Help: help, ConstLabels: labels}, names)
		registry.MustRegister(v)
		return v
	}
	gauge := func(name, help string, value float64) { vector(name, help).WithLabelValues().Set(value) }

	vector("run_info", "The last run: the program's version, the API's, and the workspace. Always 1.", "version", "api_version", "workspace").
		WithLabelValues(s.Version, s.APIVersion, s.Workspace).Set(1)
	gauge("exit_code", "Exit code of the last run: 0 all rows are in, 3 some are not, others say why it stopped.", float64(s.ExitCode))
	ended := vector("outcome", "How the last run ended: 1 for the outcome that it had, 0 for the others.", "outcome")
	for _, word := range outcomes {
		ended.WithLabelValues(word).Set(0)
	}
	ended.WithLabelValues(s.Outcome).Set(1)
	gauge("last_run_timestamp_seconds", "When the last run ended.", seconds(s.EndedAt))
	if success != unknownSuccess {
		gauge(strings.TrimPrefix(successName, "leadimport_"), "When the last run that got all rows in ended; 0: none has.", success)
	}
	gauge("duration_seconds", "How long the last run took.", s.Seconds)
	gauge("sending_duration_seconds", "How long the last run took from its first row to its last.", s.SendingSeconds)

	rows := vector("rows", "Rows of the last run by what became of them.", "status")
	for status, n := range s.Statuses() {
		rows.WithLabelValues(status).Set(float64(n))
	}
	gauge("rows_per_second", "Rows settled per second of sending in the last run.", s.RowsPerSecond)
	errors := vector("errors", "Rows of the last run that have an error code, by it; the rarest are other.", "code")
	for code, n := range s.FrequentErrors(maxErrorLabels) {
		errors.WithLabelValues(code).Set(float64(n))
	}
	omitted := vector("values_omitted", "Invalid values that rows of the last run went in without, by column; those with the fewest are other.", "column")
	for column, n := range s.FrequentOmitted(maxErrorLabels) {
		omitted.WithLabelValues(strings.ToValidUTF8(printable(column), "\uFFFD")).Set(float64(n))
	}
	held := vector("values_held_back", "Values that updates of the last run did not write, by a write rule or for the sake of consent, by attribute; those with the fewest are other.", "attribute")
	for attribute, n := range s.FrequentHeldBack(maxErrorLabels) {
		held.WithLabelValues(strings.ToValidUTF8(printable(attribute), "\uFFFD")).Set(float64(n))
	}
	gauge("opt_outs_left_out", "Rows of the last run that were left out as duplicates and say, unlike the first of their key, that the person wants no e-mail.", float64(s.OptOutsLeftOut))
	gauge("opt_outs_kept", "Rows of the last run that went in without their word on e-mail, because an earlier row of their key says that the person wants none.", float64(s.OptOutsKept))
	gauge("opt_outs_invalid", "Invalid rows of the last run that say that the person wants no e-mail, of leads that are in Intercom without that.", float64(s.OptOutsInvalid))
	gauge("in_doubt_resolved", "Rows of the last run whose answer was lost and whose fate was found out.", float64(s.InDoubtResolved))
	if s.IndexLag != nil {
		gauge("index_lag_seconds", "The longest that the API took in the last run to show a lead that was created; not there when nobody looked.", *s.IndexLag)
	}
	gauge("vanished_people", "People of earlier results that the last run's file no longer had.", float64(s.Vanished))

	gauge("api_requests", "Requests that the last run sent.", float64(s.Calls))
	gauge("api_requests_per_second", "Requests per second of sending in the last run.", s.CallsPerSecond)
	gauge("api_retries", "Requests of the last run that were second and later attempts.", float64(s.Retries))
	responses := vector("api_responses", "Answers that the last run got, by HTTP status.", "code")
	for _, status := range []int{200, 429} { // a series that comes and goes cannot be alerted on
		responses.WithLabelValues(strconv.Itoa(status)).Set(0)
	}
	for status, n := range s.Responses {
		responses.WithLabelValues(strconv.Itoa(status)).Set(float64(n))
	}
	waiting := vector("waiting_seconds", "What the last run waited for; gate and back_off add up over requests that wait side by side.", "reason")
	for reason, n := range map[string]float64{
		"gate": s.Waiting.Gate, "back_off": s.Waiting.BackOff, "paused": s.Waiting.Paused, "outage": s.Waiting.Outage,
	} {
		waiting.WithLabelValues(reason).Set(n)
	}
	registry.MustRegister(latency{s.Answers, prometheus.NewDesc("leadimport_latency_seconds", "How long answers took in the last run; quantiles are at most 1.6 % too high.", nil, labels)})
	return registry
}

// latency is the summary of the answers' times.
type latency struct {
	answers report.Answers
	desc    *prometheus.Desc
}

func (l latency) Describe(out chan<- *prometheus.Desc) { out <- l.desc }

func (l latency) Collect(out chan<- prometheus.Metric) {
	out <- prometheus.MustNewConstSummary(l.desc, uint64(l.answers.N), l.answers.Sum, map[float64]float64{
		0.5: l.answers.P50 / 1000, 0.9: l.answers.P90 / 1000, 0.99: l.answers.P99 / 1000,
	})
}

// metricLabels tell the lists of one machine apart: two files of node
// exporter's must not say different things of one series.
func metricLabels(file string) prometheus.Labels {
	name := "stdin"
	if file != "-" {
		name = strings.ToValidUTF8(printable(filepath.Base(file)), "\uFFFD")
	}
	return prometheus.Labels{"input": name}
}

// writeMetrics replaces the metrics file, readable for whoever runs node
// exporter.
func writeMetrics(path string, g prometheus.Gatherer) error {
	families, err := g.Gather()
	if err != nil {
		return err
	}
	var text bytes.Buffer
	for _, family := range families {
		if _, err := expfmt.MetricFamilyToText(&text, family); err != nil {
			return &results.WriteError{Path: path, Err: err}
		}
	}
	return writeFile(path, text.Bytes(), 0o644)
}

// lastSuccess is what a metrics file says of the last run that went well; 0
// when it is not there, or says nothing of it. It reads the one line and
// nothing else: anything may stand at that path, and the parser of the text
// format panics on some of it.
func lastSuccess(path string) float64 {
	f, err := os.Open(path)
	if err != nil {
		return 0
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(f, 1<<20))
	if err != nil {
		return 0
	}
	sampleLine := regexp.MustCompile(`(?m)^` + successName + `(?:\{.*\})? (\S+)\n`) // as writeMetrics writes it
	last := 0.0
	for _, sample := range sampleLine.FindAllSubmatch(text, -1) {
		value, err := strconv.ParseFloat(string(sample[1]), 64)
		if err == nil && value > last && !math.IsInf(value, 0) { // no NaN is
			last = value
		}
	}
	return last
}
