package sandbox

import (
	"fmt"
	"sort"
	"strconv"
	"strings"
	"time"
)

// Faults are the ways in which a contact write (create, update, delete,
// archive, merge, convert, tag, company) may go wrong, each the probability, 0
// to 1, that it befalls a write. At most one befalls each, so they add up to 1
// at most. The last group befalls other requests and is drawn on its own. What
// each does is in faultTable.
type Faults struct {
	LostApplied   float64
	LostUnapplied float64
	LateApplied   float64
	Error408      float64
	Error500      float64
	Error502      float64
	Error503      float64
	Error504      float64
	RateLimited   float64
	Truncated     float64
	Foreign       float64
	Slow          float64
	Unreachable   float64
	Error4xx      float64

	LateBy time.Duration // default 30 s
	SlowBy time.Duration // default 35 s

	ReadFailed    float64
	NoRateHeaders float64
}

// Default durations: the one is as long as a patient client waits, the other
// longer.
const (
	lateBy = 30 * time.Second
	slowBy = 35 * time.Second
)

// fault is one row of the table of faults.
type fault struct {
	name  string
	what  string
	share func(*Faults) *float64
	by    func(*Faults) *time.Duration
}

var faultTable = []fault{
	{"lost-applied", "applied, and no answer", func(f *Faults) *float64 { return &f.LostApplied }, nil},
	{"lost-unapplied", "not applied, and no answer", func(f *Faults) *float64 { return &f.LostUnapplied }, nil},
	{"late-applied", "no answer, and applied 30s later, or late-applied=P:TIME", func(f *Faults) *float64 { return &f.LateApplied }, func(f *Faults) *time.Duration { return &f.LateBy }},
	{"http-408", "408; half of the time applied", func(f *Faults) *float64 { return &f.Error408 }, nil},
	{"http-500", "500 with HTML or null; half of the time applied", func(f *Faults) *float64 { return &f.Error500 }, nil},
	{"http-502", "502 with HTML; half of the time applied", func(f *Faults) *float64 { return &f.Error502 }, nil},
	{"http-503", "503 service_unavailable; not applied", func(f *Faults) *float64 { return &f.Error503 }, nil},
	{"http-504", "504 with HTML; applied", func(f *Faults) *float64 { return &f.Error504 }, nil},
	{"rate-limited", "429 with null; not applied", func(f *Faults) *float64 { return &f.RateLimited }, nil},
	{"truncated", "applied, and the answer is cut, half of the time with the connection", func(f *Faults) *float64 { return &f.Truncated }, nil},
	{"foreign", "200 with HTML, other JSON or another contact; half of the time applied", func(f *Faults) *float64 { return &f.Foreign }, nil},
	{"slow", "answered after 35s, or slow=P:TIME; applied before or after that", func(f *Faults) *float64 { return &f.Slow }, func(f *Faults) *time.Duration { return &f.SlowBy }},
	{"unreachable", "no connection; not applied (over a socket: lost-unapplied)", func(f *Faults) *float64 { return &f.Unreachable }, nil},
	{"http-4xx", "a 4xx with a cut error.list, HTML or nothing; half of the time applied", func(f *Faults) *float64 { return &f.Error4xx }, nil},
	{"read-failed", "a read ends without an answer, or with 500, 502, 503 or 504", func(f *Faults) *float64 { return &f.ReadFailed }, nil},
	{"no-rate-headers", "an answer of any kind has no X-RateLimit headers", func(f *Faults) *float64 { return &f.NoRateHeaders }, nil},
}

// writeFaults are the first rows of the table: those of which one at most
// befalls a write.
const writeFaults = 14

// FaultHelp says what each fault does, one a line.
func FaultHelp() string {
	var b strings.Builder
	for _, f := range faultTable {
		fmt.Fprintf(&b, "  %-16s %s\n", f.name, f.what)
	}
	return b.String()
}

// faultNames lists the names that ParseFaults knows.
func faultNames() []string {
	var names []string
	for _, f := range faultTable {
		names = append(names, f.name)
	}
	sort.Strings(names)
	return names
}

// ParseFaults reads a comma-separated list such as
// "lost-applied=0.1,http-504=0.05,slow=0.01:35s": name, probability, and for
// slow and late-applied a duration. An empty list is no faults.
func ParseFaults(s string) (Faults, error) {
	var f Faults
	if strings.TrimSpace(s) == "" {
		return f, nil
	}
	seen := map[string]bool{}
	for item := range strings.SplitSeq(s, ",") {
		name, _, _ := strings.Cut(strings.TrimSpace(item), "=")
		if seen[name] {
			return Faults{}, fmt.Errorf("fault %s is given twice", name)
		}
		seen[name] = true
		if err := f.set(strings.TrimSpace(item)); err != nil {
			return Faults{}, err
		}
	}
	return f, f.check()
}

func (f *Faults) set(item string) error {
	name, value, ok := strings.Cut(item, "=")
	if !ok {
		return fmt.Errorf("fault %q: write NAME=PROBABILITY, such as lost-applied=0.1", item)
	}
	for _, row := range faultTable {
		if row.name != name {
			continue
		}
		share, by, timed := strings.Cut(value, ":")
		p, err := strconv.ParseFloat(share, 64)
		if err != nil {
			return fmt.Errorf("fault %s: %q is no probability between 0 and 1", name, share)
		}
		*row.share(f) = p
		if !timed {
			return nil
		}
		if row.by == nil {
			return fmt.Errorf("fault %s takes no duration", name)
		}
		d, err := time.ParseDuration(by)
		if err != nil || d <= 0 {
			return fmt.Errorf("fault %s: %q is no duration such as 35s", name, by)
		}
		*row.by(f) = d
		return nil
	}
	return fmt.Errorf("fault %q is not known: use %s", name, strings.Join(faultNames(), ", "))
}

// check refuses probabilities that are none.
func (f *Faults) check() error {
	sum := 0.0
	for i, row := range faultTable {
		p := *row.share(f)
		if !(p >= 0 && p <= 1) { // NaN too
			return fmt.Errorf("fault %s: %v is no probability between 0 and 1", row.name, p)
		}
		if i < writeFaults {
			sum += p
		}
	}
	if sum > 1+1e-9 {
		return fmt.Errorf("the faults of writes add up to %g: at most one befalls each, so 1 is the most", sum)
	}
	if f.LateBy < 0 || f.SlowBy < 0 {
		return fmt.Errorf("the durations of faults cannot be negative")
	}
	return nil
}

func (f Faults) complete() Faults {
	if f.LateBy == 0 {
		f.LateBy = lateBy
	}
	if f.SlowBy == 0 {
		f.SlowBy = slowBy
	}
	return f
}

// String is f in the form that ParseFaults reads.
func (f Faults) String() string {
	var items []string
	for _, row := range faultTable {
		p := *row.share(&f)
		if p == 0 {
			continue
		}
		item := row.name + "=" + strconv.FormatFloat(p, 'g', -1, 64)
		if row.by != nil && *row.by(&f) > 0 {
			item += ":" + row.by(&f).String()
		}
		items = append(items, item)
	}
	return strings.Join(items, ",")
}

// roll is true with probability p. Callers hold s.mu.
func (s *Server) roll(p float64) bool { return p > 0 && s.rng.Float64() < p }

// draw picks the fault of a write, "" for none.
func (s *Server) draw() string {
	u := -1.0
	for _, row := range faultTable[:writeFaults] {
		p := *row.share(&s.faults)
		if p == 0 {
			continue
		}
		if u < 0 {
			u = s.rng.Float64()
		}
		if u < p {
			return row.name
		}
		u -= p
		if u < 0 {
			u = 0
		}
	}
	return ""
}
