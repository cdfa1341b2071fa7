package sandbox

import (
	"fmt"
	"sort"
	"strconv"
	"strings"
	"time"
)

// Faults are the ways in which a contact write (create, update, delete,
// archive, merge, convert, tag, company) may go wrong, each the probability, 0 to 1, that it
// befalls a write. At most one befalls each, so they add up to 1 at most. The
// last group befalls other requests and is drawn on its own.
type Faults struct {
	LostApplied   float64 // applied; the connection drops without an answer
	LostUnapplied float64 // the same, and not applied
	LateApplied   float64 // the connection drops at once; applied LateBy later
	Error408      float64 // 408; applied in half of the cases
	Error500      float64 // 500 with HTML or null; applied in half of the cases
	Error502      float64 // 502 with HTML; applied in half of the cases
	Error503      float64 // 503 service_unavailable; not applied
	Error504      float64 // 504 with HTML; applied
	RateLimited   float64 // 429 whose body is null; not applied
	Truncated     float64 // applied; the JSON of the answer is cut, half of the time with the connection
	Foreign       float64 // 200 with HTML, other JSON or somebody else's contact; applied in half of the cases
	Slow          float64 // answered after SlowBy; applied before or after that, whether or not somebody still listens
	Unreachable   float64 // connection refused, nothing sent; Transport only: over a socket it counts as LostUnapplied

	LateBy time.Duration // default 30 s
	SlowBy time.Duration // default 35 s

	ReadFailed    float64 // a read (GET, search, scroll) ends with a dropped connection, 500, 502, 503 or 504
	NoRateHeaders float64 // an answer of any kind carries no rate limit headers
}

// fault is one row of the table of faults.
type fault struct {
	name  string
	share func(*Faults) *float64
	by    func(*Faults) *time.Duration
}

var faultTable = []fault{
	{"lost-applied", func(f *Faults) *float64 { return &f.LostApplied }, nil},
	{"lost-unapplied", func(f *Faults) *float64 { return &f.LostUnapplied }, nil},
	{"late-applied", func(f *Faults) *float64 { return &f.LateApplied }, func(f *Faults) *time.Duration { return &f.LateBy }},
	{"http-408", func(f *Faults) *float64 { return &f.Error408 }, nil},
	{"http-500", func(f *Faults) *float64 { return &f.Error500 }, nil},
	{"http-502", func(f *Faults) *float64 { return &f.Error502 }, nil},
	{"http-503", func(f *Faults) *float64 { return &f.Error503 }, nil},
	{"http-504", func(f *Faults) *float64 { return &f.Error504 }, nil},
	{"rate-limited", func(f *Faults) *float64 { return &f.RateLimited }, nil},
	{"truncated", func(f *Faults) *float64 { return &f.Truncated }, nil},
	{"foreign", func(f *Faults) *float64 { return &f.Foreign }, nil},
	{"slow", func(f *Faults) *float64 { return &f.Slow }, func(f *Faults) *time.Duration { return &f.SlowBy }},
	{"unreachable", func(f *Faults) *float64 { return &f.Unreachable }, nil},
	{"read-failed", func(f *Faults) *float64 { return &f.ReadFailed }, nil},
	{"no-rate-headers", func(f *Faults) *float64 { return &f.NoRateHeaders }, nil},
}

// writeFaults are the first rows of the table: those of which one at most
// befalls a write.
const writeFaults = 13

// FaultNames lists the names that ParseFaults knows.
func FaultNames() []string {
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
	return fmt.Errorf("fault %q is not known: use %s", name, strings.Join(FaultNames(), ", "))
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
		f.LateBy = 30 * time.Second
	}
	if f.SlowBy == 0 {
		f.SlowBy = 35 * time.Second
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
