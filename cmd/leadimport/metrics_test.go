package main

import (
	"bytes"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil/promlint"

	"leadimport/importer/report"
)

// everything is a summary in which nothing is left out.
func everything() report.Summary {
	s := report.Summary{
		Outcome: "not_imported", Rows: 10, Created: 4, Invalid: 2, Failed: 1, Calls: 9, Retries: 1, ExitCode: 3,
		Errors: map[string]int{}, Responses: map[int]int64{200: 7, 429: 1, 504: 1},
		Answers:   report.Answers{P50: 12.5, P90: 300, P99: 1200.25, N: 9, Sum: 4.5},
		EndedAt:   time.Unix(1_800_000_000, 5e8),
		Workspace: "w", Version: "v", APIVersion: "2.15",
	}
	for i := range 50 {
		s.Errors[fmt.Sprintf("code_%02d", i)] = 100 - i
	}
	lag := 61.5
	s.IndexLag = &lag
	return s
}

// metricsText is what the metrics file holds.
func metricsText(t *testing.T, s report.Summary, file string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "m.prom")
	if err := writeMetrics(path, metrics(s, 5, metricLabels(file))); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// The names and the units are what Prometheus' own linter wants.
func TestMetricsLint(t *testing.T) {
	text := metricsText(t, everything(), "leads.csv")
	problems, err := promlint.New(strings.NewReader(text)).Lint()
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range problems {
		t.Errorf("%s: %s", p.Metric, p.Text)
	}
	for _, line := range strings.Split(strings.TrimSpace(text), "\n") {
		if !strings.HasPrefix(line, "leadimport_") && !regexp.MustCompile(`^# (HELP|TYPE) leadimport_`).MatchString(line) {
			t.Errorf("strange line %q", line)
		}
	}
	for _, want := range []string{
		`leadimport_rows{input="leads.csv",status="not_done"} 3`,
		`leadimport_latency_seconds{input="leads.csv",quantile="0.99"} 1.20025`,
		`leadimport_index_lag_seconds{input="leads.csv"} 61.5`,
		`leadimport_latency_seconds_count{input="leads.csv"} 9`,
		`leadimport_last_run_timestamp_seconds{input="leads.csv"} 1.8000000005e+09`,
		`leadimport_last_success_timestamp_seconds{input="leads.csv"} 5`,
		`leadimport_errors{code="code_00",input="leads.csv"} 100`,
		`leadimport_errors{code="code_19",input="leads.csv"} 81`,
		`leadimport_errors{code="other",input="leads.csv"} 1965`,
	} {
		if !strings.Contains(text, want+"\n") {
			t.Errorf("%s is missing in\n%s", want, text)
		}
	}
	if n := strings.Count(text, "\nleadimport_errors{"); n != maxErrorLabels+1 {
		t.Errorf("%d series of error codes", n)
	}
}

// A file's name is what its owner wants; a label is not.
func TestMetricLabels(t *testing.T) {
	for name, want := range map[string]string{
		"-": "stdin", "dir/leads.csv": "leads.csv", "a\"b\\c.csv": "a\"b\\c.csv",
		"\x1b[31mred\n.csv": "\uFFFD[31mred\uFFFD.csv", "\xff.csv": "\uFFFD.csv",
	} {
		if got := metricLabels(name)["input"]; got != want {
			t.Errorf("%q is labelled %q, want %q", name, got, want)
		}
		metricsText(t, everything(), name)
	}
}

// What stands at the metrics file's place may be anything.
func TestLastSuccess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "m.prom")
	if got := lastSuccess(path); got != 0 {
		t.Errorf("a file that is not there says %v", got)
	}
	for text, want := range map[string]float64{
		metricsText(t, everything(), "leads.csv"): 5,
		"": 0,
		"leadimport_last_success_timestamp_seconds{input=\"a\"} 7\n":   7, // no TYPE line
		"leadimport_last_success_timestamp_seconds 7":                  0, // cut off
		"leadimport_last_success_timestamp_seconds{input=\"a\"} NaN\n": 0,
		"leadimport_last_success_timestamp_seconds -3\n":               0,
		"Email,Name\njoe@example.com,Joe\n":                            0,
		strings.Repeat("x", 2<<20):                                     0,
	} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := lastSuccess(path); got != want {
			t.Errorf("%.80q says %v, want %v", text, got, want)
		}
	}
}

// A name that the alerts use and nobody exports would never fire.
func TestAlerts(t *testing.T) {
	folder := filepath.Join("..", "..", "samples", "prometheus")
	rules, err := os.ReadFile(filepath.Join(folder, "alerts.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	text := metricsText(t, everything(), "leads.csv")
	used := regexp.MustCompile(`\bleadimport_\w+`).FindAllString(string(rules), -1)
	if len(used) < 6 {
		t.Errorf("only %q are used", used)
	}
	for _, name := range used {
		if !strings.Contains(text, "# TYPE "+name+" ") {
			t.Errorf("%s is not exported", name)
		}
	}
	// The same for the values of labels that they ask for.
	for _, m := range regexp.MustCompile(`(outcome|status|reason)(?:=~?|!~)"([^"]+)"`).FindAllStringSubmatch(string(rules), -1) {
		for _, value := range strings.Split(m[2], "|") {
			if !strings.Contains(text, m[1]+`="`+value+`"`) {
				t.Errorf("%s is never %q", m[1], value)
			}
		}
	}
	promtool, err := exec.LookPath("promtool")
	if err != nil {
		t.Skip("promtool is not there: only the names were checked")
	}
	for _, args := range [][]string{{"check", "rules", "alerts.yaml"}, {"test", "rules", "alerts-test.yaml"}} {
		cmd := exec.Command(promtool, args...)
		cmd.Dir = folder
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Errorf("promtool %s: %v\n%s", strings.Join(args, " "), err, out)
		}
	}
	cmd := exec.Command(promtool, "check", "metrics")
	cmd.Stdin = strings.NewReader(text)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("promtool check metrics: %v\n%s", err, out)
	}
}

// The group in a gateway's URL is written as the gateway writes it.
func TestParseGateway(t *testing.T) {
	for text, want := range map[string]string{
		"http://gate:9091":                               `http://gate:9091 "leadimport" []`,
		"https://gate/":                                  `https://gate "leadimport" []`,
		"http://gate/a/b/":                               `http://gate/a/b "leadimport" []`,
		"http://gate/metrics/job/night/":                 `http://gate "night" []`,
		"http://gate/a/metrics/job/a%20b/x/y":            `http://gate/a "a b" [[x y]]`,
		"http://gate/metrics/job@base64/YS9i/e@base64/=": `http://gate "a/b" [[e ]]`,
		"http://joe:sesame@gate":                         `http://gate "leadimport" []`,
		"gate:9091":                                      "",
		"":                                               "",
		"ftp://gate":                                     "",
		"http://":                                        "",
		"http://gate?job=x":                              "",
		"http://gate/metrics/job":                        "",
		"http://gate/metrics/job/":                       "",
		"http://gate/metrics/job/x/y":                    "",
		"http://gate/metrics/jobs/x":                     "",
		"http://gate/metrics/job@base64/%":               "",
		"http://joe:sesame@gate/metrics/job/x/y/%zz":     "",
	} {
		g, err := parseGateway(text)
		got := ""
		if err == nil {
			got = fmt.Sprintf("%s %q %v", g.base, g.job, g.grouping)
		} else if strings.Contains(err.Error(), "sesame") {
			t.Errorf("%q: the error shows the password: %v", text, err)
		}
		if got != want {
			t.Errorf("%q: %s %v, want %s", text, got, err, want)
		}
	}
}

// A gateway that does not answer holds nobody up for longer than it may.
func TestPushIsBounded(t *testing.T) {
	held := make(chan struct{})
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { <-held })}
	go srv.Serve(l)
	defer srv.Close()
	defer close(held)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	g, err := parseGateway("http://joe:sesame@" + l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	if err := g.push(ctx, prometheus.NewRegistry(), nil); err == nil || !strings.Contains(err.Error(), "no answer within") {
		t.Errorf("it says %v", err)
	}
}

// Long before the text of an error is shown, it is short.
func TestPushErrorIsShort(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	srv := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.WriteHeader(http.StatusTeapot)
		w.Write(bytes.Repeat([]byte("no"), 1<<20))
	})}
	go srv.Serve(l)
	defer srv.Close()
	g, err := parseGateway("http://joe:sesame@" + l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	err = g.push(t.Context(), prometheus.NewRegistry(), nil)
	if err == nil || len(err.Error()) > 400 || !strings.Contains(err.Error(), "418") || strings.Contains(err.Error(), "sesame") {
		t.Errorf("it says %v", err)
	}
}
