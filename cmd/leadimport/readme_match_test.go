package main_test

import (
	"regexp"
	"strings"
	"testing"
)

// changing is what differs from run to run.
var changing = []struct {
	find *regexp.Regexp
	show string
}{
	{regexp.MustCompile(`\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?`), "TIME"},
	{regexp.MustCompile(`"import \d{4}-\d\d-\d\d"`), `"import DATE"`}, // a tag
	{regexp.MustCompile(`\b\d{4}-\d\d-\d\d\.csv`), "DATE.csv"},
	{regexp.MustCompile(`\b\d{1,2}:\d\d(:\d\d)?(\.\d+)?([AP]M)?\b`), "TIME"},
	{regexp.MustCompile(`\b(127\.0\.0\.1|localhost):\d+`), "$1:PORT"},
	{regexp.MustCompile(`\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b`), "UUID"},
	{regexp.MustCompile(`\b[0-9a-f]{32,64}\b`), "DIGEST"},
	{regexp.MustCompile(`\b[0-9a-f]{24}\b`), "ID"},
	{regexp.MustCompile(`\b(\d+h)?(\d+m)?\d+(\.\d+)?(µs|ms|s)\b`), "DURATION"},
	{regexp.MustCompile(`\b\d+m\b`), "DURATION"},
	{regexp.MustCompile(`\b\d+(\.\d+)? (s|min|h|seconds?|minutes?|hours?)\b`), "DURATION"},
	{regexp.MustCompile(`\b\d[\d,.]*( \w+)?/(s|min|m)\b`), "RATE"},
	{regexp.MustCompile(`((?i:token)\b[ =:"]+)[\w.-]{16,}`), "${1}TOKEN"},
	{regexp.MustCompile(`(\bworkspace"?:? ?"?)[a-z0-9]{8}\b`), "${1}WORKSPACE"},
	{regexp.MustCompile(`,DIGEST,\d+,[a-z0-9]{8}\b`), ",DIGEST,MS,WORKSPACE"}, // a line of results
	{regexp.MustCompile(`\b\d+ (calls? in|lost answers?)\b`), "N $1"},         // chance and pace decide
	{regexp.MustCompile(`"(calls|retries|rate_limited|in_doubt_resolved|\w*seconds|\w+_per_second|gate|back_off|paused|outage|p50|p90|p99|max|\d{3})":[\d.e-]+`), `"$1":N`},
}

// matches compares line by line after what changes from run to run is hidden.
func matches(want, got []string) bool {
	trim := func(lines []string) []string {
		var all []string
		for _, line := range lines {
			for _, c := range changing {
				line = c.find.ReplaceAllString(line, c.show)
			}
			all = append(all, strings.TrimRight(line, " \r"))
		}
		for len(all) > 0 && all[len(all)-1] == "" {
			all = all[:len(all)-1]
		}
		return all
	}
	return matchLines(trim(want), trim(got))
}

func matchLines(want, got []string) bool {
	switch {
	case len(want) == 0:
		return len(got) == 0
	case want[0] == "...":
		for i := range len(got) + 1 {
			if matchLines(want[1:], got[i:]) {
				return true
			}
		}
		return false
	}
	return len(got) > 0 && want[0] == got[0] && matchLines(want[1:], got[1:])
}

func TestMatches(t *testing.T) {
	tests := []struct {
		want, got string
		ok        bool
	}{
		{"1,200 rows in 7.3 s (164 rows/s)", "1,200 rows in 8.1 s (148.2 rows/s)", true},
		{"1,200 rows in 7.3 s", "1,199 rows in 7.3 s", false},
		{"at http://127.0.0.1:8080", "at http://127.0.0.1:40123", true},
		{"2026-11-21T10:00:00Z ok", "2027-01-02T03:04:05.678+01:00 ok", true},
		{"id 6762f0dd1bb69f9f2193bb83", "id 6762f0dd1bb69f9f2193bb84", true},
		{"took 1m3.5s", "took 900ms", true},
		{"workspace ecahpwf5: Sandbox, region US", "workspace 4tykq0zd: Sandbox, region US", true},
		{"1,created,6762f0dd1bb69f9f2193bb83,,,,200,1,,2026-11-21T10:00:00.123Z,email:a@example.com,0123456789abcdef0123456789abcdef,12,ecahpwf5,a",
			"1,created,6762f0dd1bb69f9f2193bb84,,,,200,1,,2026-11-22T10:00:00.123Z,email:a@example.com,0123456789abcdef0123456789abcdee,7,4tykq0zd,a", true},
		{`{"rows":12,"calls":14,"retries":1,"rate_limited":0,"seconds":7.59912473}`, `{"rows":12,"calls":12,"retries":0,"rate_limited":0,"seconds":8}`, true},
		{`{"rows":12,"calls":14}`, `{"rows":13,"calls":14}`, false},
		{"1490 calls in 14.3s\n122 lost answers were looked up", "1492 calls in 13s\n1 lost answer was looked up", false},
		{"1490 calls in 14.3s\n122 lost answers were looked up", "1492 calls in 13s\n99 lost answers were looked up", true},
		{"29 calls at least", "30 calls at least", false},
		{"1,created,6762f0dd1bb69f9f2193bb83,,,,200,1,", "1,created,6762f0dd1bb69f9f2193bb83,,,,200,2,", false},
		{"created 28, invalid 13", "created 28, invalid 12", false},
		{"one\n...\nlast", "one\ntwo\nthree\nlast", true},
		{"one\n...\nlast", "one\nlast", true},
		{"one\n...\nlast", "one\ntwo", false},
		{"one", "one\ntwo", false},
		{"one\ntwo", "one", false},
		{"exit 3", "exit 0", false},
	}
	for _, test := range tests {
		if ok := matches(strings.Split(test.want, "\n"), strings.Split(test.got, "\n")); ok != test.ok {
			t.Errorf("README %q against %q: %t, want %t", test.want, test.got, ok, test.ok)
		}
	}
}
