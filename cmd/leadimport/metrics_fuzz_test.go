package main

import (
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// FuzzParseGateway: whatever the URL is, its password is in no error and not
// in what is shown of the gateway, and a gateway that is taken has a job.
func FuzzParseGateway(f *testing.F) {
	for _, text := range []string{
		"http://gate:9091", "https://joe:%s@gate/a/metrics/job/night/x@base64/YS9i", "http://joe:%s@gate:way",
		"http://joe:%s@gate/metrics/job", "://", "http://gate/metrics/job//", "http://[::1]:9091/metrics/job/%%zz",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		const secret = "open-sesame-42"
		g, err := parseGateway(strings.Replace(text, "%s", secret, 1))
		if err != nil {
			if strings.Contains(err.Error(), secret) && strings.Contains(text, ":%s@") {
				t.Errorf("the error shows the password: %v", err)
			}
			return
		}
		if g.job == "" || !strings.HasPrefix(g.base, "http") || strings.HasSuffix(g.base, "/") && !strings.HasSuffix(text, "//") {
			t.Errorf("%q is taken for %+v", text, g)
		}
		if g.user != nil {
			if password, _ := g.user.Password(); password == secret && strings.Contains(g.base, secret) {
				t.Errorf("%q shows the password", g.base)
			}
		}
	})
}

// FuzzLastSuccess: what stands at the metrics file's place may be anything; a
// time comes of it, or none.
func FuzzLastSuccess(f *testing.F) {
	f.Add("leadimport_last_success_timestamp_seconds{input=\"a\"} 7\n")
	f.Add("# TYPE leadimport_last_success_timestamp_seconds gauge\nleadimport_last_success_timestamp_seconds 1.79e+09\n")
	f.Add("# TYPE leadimport_last_success_timestamp_seconds histogram\nleadimport_last_success_timestamp_seconds_bucket{le=\"+Inf\"} 1\n")
	f.Add("leadimport_last_success_timestamp_seconds NaN\n")
	f.Add("# ") // the parser of the text format panics on this
	path := filepath.Join(f.TempDir(), "m.prom")
	f.Fuzz(func(t *testing.T, text string) {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if got := lastSuccess(path); !(got >= 0) || math.IsInf(got, 0) {
			t.Errorf("%q says %v", text, got)
		}
	})
}
