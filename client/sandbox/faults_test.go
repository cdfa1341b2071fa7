package sandbox

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// outcome is what a client sees of one create.
type outcome struct {
	status int
	body   string
	err    error // of the round trip, or of reading the body
}

func (r *room) create(ctx context.Context) outcome {
	r.Helper()
	req := r.request("POST", "/contacts", `{"role":"lead","email":"joe@example.com"}`).WithContext(ctx)
	resp, err := r.rt.RoundTrip(req)
	if err != nil {
		return outcome{err: err}
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	return outcome{resp.StatusCode, string(b), err}
}

// Each fault, with what the client is told and what became of the write. The
// ones that apply in half of the cases are tried often enough to see both.
func TestFaults(t *testing.T) {
	dropped := func(o outcome) bool { return o.status == 0 && o.err != nil }
	html := func(status int) func(outcome) bool {
		return func(o outcome) bool { return o.status == status && strings.HasPrefix(o.body, "<html>") }
	}
	for _, c := range []struct {
		name    string
		told    func(outcome) bool
		applied string // "always", "never", "half"
	}{
		{"lost-applied=1", dropped, "always"},
		{"lost-unapplied=1", dropped, "never"},
		{"late-applied=1:20s", dropped, "never"}, // at first
		{"http-408=1", func(o outcome) bool { return o.status == 408 && strings.Contains(o.body, "request_timeout") }, "half"},
		{"http-500=1", func(o outcome) bool { return o.status == 500 && (o.body == "null" || o.body[0] == '<') }, "half"},
		{"http-502=1", html(502), "half"},
		{"http-503=1", func(o outcome) bool { return o.status == 503 && strings.Contains(o.body, "service_unavailable") }, "never"},
		{"http-504=1", html(504), "always"},
		{"rate-limited=1", func(o outcome) bool { return o.status == 429 && o.body == "null" }, "never"},
		{"truncated=1", func(o outcome) bool { return o.status == 200 && (o.err != nil || !strings.HasSuffix(o.body, "}}")) }, "always"},
		{"foreign=1", func(o outcome) bool { return o.status == 200 && !strings.Contains(o.body, "joe@example.com") }, "half"},
		{"unreachable=1", dropped, "never"},
		{"http-4xx=1", func(o outcome) bool {
			return o.status >= 400 && o.status < 500 && (o.err != nil || !json.Valid([]byte(o.body)))
		}, "half"},
	} {
		t.Run(c.name, func(t *testing.T) {
			faults, err := ParseFaults(c.name)
			if err != nil {
				t.Fatal(err)
			}
			r := open(t, Config{Faults: faults})
			n := 40
			applied := 0
			for range n {
				before := len(r.s.State().Contacts)
				o := r.create(t.Context())
				if !c.told(o) {
					t.Fatalf("told %+v", o)
				}
				st := r.s.State()
				made := len(st.Contacts) - before
				applied += made
				w := st.Writes[len(st.Writes)-1]
				if w.Applied != (made == 1) || w.Status != o.status || w.Fault == "" || w.Kind != "create" || (w.ID != "") != w.Applied {
					t.Fatalf("%d made, status %d, logged as %+v", made, o.status, w)
				}
			}
			switch {
			case c.applied == "always" && applied != n, c.applied == "never" && applied != 0, c.applied == "half" && (applied < 5 || applied > n-5):
				t.Errorf("%d of %d were applied, want %s", applied, n, c.applied)
			}
			name, _, _ := strings.Cut(c.name, "=")
			if got := r.s.State().Counters.Faults[name]; got != int64(n) {
				t.Errorf("%d faults were counted", got)
			}
		})
	}
}

// What the API itself refuses is cut as well.
func TestCutRefusals(t *testing.T) {
	r := open(t, Config{Faults: Faults{Error4xx: 1}})
	refused := 0
	for range 40 {
		resp, err := r.rt.RoundTrip(r.request("POST", "/contacts", `{"role":"lead","email":"nonsense"}`))
		if err != nil {
			t.Fatal(err)
		}
		b, err := io.ReadAll(resp.Body)
		if resp.StatusCode/100 != 4 || err == nil && json.Valid(b) {
			t.Fatalf("%d %s", resp.StatusCode, b)
		}
		if w := r.s.State().Writes; w[len(w)-1].Error == "parameter_invalid" {
			refused++
			if resp.StatusCode != 400 {
				t.Errorf("refused with %d, want 400", resp.StatusCode)
			}
		}
	}
	if refused < 5 || refused > 35 || len(r.s.State().Contacts) != 0 {
		t.Errorf("%d of 40 were refused by the API itself", refused)
	}
}

func TestLateWritesAreAppliedLater(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := open(t, Config{Faults: Faults{LateApplied: 1, LateBy: 20 * time.Second}})
		sent := time.Now()
		if o := r.create(t.Context()); o.err == nil {
			t.Errorf("answered %+v", o)
		}
		time.Sleep(20*time.Second - 1)
		if st := r.s.State(); len(st.Contacts) != 0 || st.Pending != 1 {
			t.Errorf("too early: %d contacts, %d pending", len(st.Contacts), st.Pending)
		}
		time.Sleep(time.Hour)
		st := r.s.State()
		if len(st.Contacts) != 1 || st.Pending != 0 || !st.Writes[0].Applied {
			t.Fatalf("%+v", st)
		}
		if at := st.Contacts[0].CreatedAt; !at.Equal(sent.Add(20 * time.Second)) {
			t.Errorf("created %v after it was sent", at.Sub(sent))
		}
	})
}

func TestLateWritesComeInOrder(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := open(t, Config{Version: "1.4"})
		id := r.ok("POST", "/contacts", `{"name":"0"}`).text("id")
		late := func(name string, by time.Duration) {
			r.s.SetFaults(Faults{LateApplied: 1, LateBy: by})
			r.rt.RoundTrip(r.request("POST", "/contacts", `{"id":"`+id+`","name":"`+name+`"}`))
		}
		late("second", 20*time.Second)
		late("first", 10*time.Second)
		late("third", 20*time.Second)
		r.s.SetFaults(Faults{})
		for _, want := range []string{"0", "first", "third"} {
			r.ok("GET", "/contacts/"+id, "").want("name", want)
			time.Sleep(10 * time.Second)
		}
	})
}

// A slow write is applied whether or not somebody still waits for the answer,
// before or after the delay.
func TestSlowWrites(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		early, late := 0, 0
		r := open(t, Config{Faults: Faults{Slow: 1, SlowBy: 35 * time.Second}})
		for i := range 40 {
			ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
			patient := i%2 == 0
			if patient {
				ctx = t.Context()
			}
			before, began := len(r.s.State().Contacts), time.Now()
			o := r.create(ctx)
			if took := time.Since(began); patient && (o.status != 200 || took != 35*time.Second) || !patient && (!errors.Is(o.err, context.DeadlineExceeded) || took != 30*time.Second) {
				t.Fatalf("after %v: %+v", took, o)
			}
			if !patient {
				if len(r.s.State().Contacts) > before {
					early++
				} else {
					late++
				}
				time.Sleep(5 * time.Second)
			}
			if n := len(r.s.State().Contacts); n != before+1 {
				t.Fatalf("write %d: %d contacts, had %d", i, n, before)
			}
			cancel()
		}
		if early < 3 || late < 3 {
			t.Errorf("%d were applied at once, %d after the delay", early, late)
		}
	})
}

func TestReadFaults(t *testing.T) {
	r := open(t, Config{Faults: Faults{ReadFailed: 1, NoRateHeaders: 1}})
	if o := r.create(t.Context()); o.status != 200 {
		t.Errorf("a write fell to a fault of reads: %+v", o)
	}
	for range 20 {
		resp, err := r.rt.RoundTrip(r.request("POST", "/contacts/search", `{"query":{"field":"email","operator":"=","value":"x"}}`))
		if err == nil && resp.StatusCode < 500 {
			t.Fatalf("served: %d", resp.StatusCode)
		}
		if err == nil && resp.Header.Get("X-RateLimit-Limit") != "" {
			t.Fatal("rate headers")
		}
	}
}

// Some error answers have no request id in the body.
func TestRequestIDsAreSometimesNull(t *testing.T) {
	r := open(t, Config{})
	null := 0
	for range 200 {
		a := r.call("GET", "/contacts/0", "")
		if a.at("request_id") == nil {
			null++
		} else if a.text("request_id") != a.header.Get("X-Request-Id") {
			t.Fatal("two request ids")
		}
	}
	if null == 0 || null > 50 {
		t.Errorf("%d of 200", null)
	}
}

func TestSeedRepeatsEverything(t *testing.T) {
	run := func(seed uint64) string {
		faults, _ := ParseFaults("lost-applied=0.2,http-502=0.2,truncated=0.2")
		r := open(t, Config{Seed: seed, Faults: faults})
		var log strings.Builder
		for range 50 {
			r.create(t.Context())
		}
		for _, w := range r.s.State().Writes {
			log.WriteString(w.Fault + " " + w.ID[max(0, len(w.ID)-16):] + "\n") // ids begin with the time
		}
		return log.String()
	}
	if first, second := run(7), run(7); first != second {
		t.Error("the same seed gives another run")
	}
	if run(7) == run(8) {
		t.Error("another seed gives the same run")
	}
	a, _ := New(Config{})
	b, _ := New(Config{})
	if a.State().Seed == b.State().Seed {
		t.Error("two servers without a seed share one")
	}
}

func TestFaultsBefallAsOftenAsAsked(t *testing.T) {
	r := open(t, Config{Limit: -1, Faults: Faults{LostUnapplied: 0.2, Error503: 0.3, Unreachable: 0.4}})
	for range 2000 {
		r.create(t.Context())
	}
	st := r.s.State()
	for name, want := range map[string]int64{"lost-unapplied": 400, "http-503": 600, "unreachable": 800} {
		if got := st.Counters.Faults[name]; got < want*8/10 || got > want*12/10 {
			t.Errorf("%s befell %d of 2000, want about %d", name, got, want)
		}
	}
	if n := len(st.Contacts); n < 160 || n > 240 {
		t.Errorf("%d of 2000 went well, want about 200", n)
	}
}

// A cut answer is one that would have been a success.
func TestRefusalsAreNotCut(t *testing.T) {
	r := open(t, Config{Faults: Faults{Truncated: 1}})
	r.refused("PUT", "/contacts/0", `{"name":"x"}`, 404, "not_found", "Contact Not Found")
}

func TestParseFaults(t *testing.T) {
	f, err := ParseFaults("lost-applied=0.1, http-504=0.05,slow=0.01:35s")
	if err != nil || f.LostApplied != 0.1 || f.Error504 != 0.05 || f.Slow != 0.01 || f.SlowBy != 35*time.Second {
		t.Errorf("%+v %v", f, err)
	}
	if got, err := ParseFaults(f.String()); err != nil || got != f {
		t.Errorf("%q reads back as %+v, %v", f, got, err)
	}
	if f, err := ParseFaults(" "); err != nil || f != (Faults{}) {
		t.Errorf("%+v %v", f, err)
	}
	for text, want := range map[string]string{
		"nonsense=1":                     `fault "nonsense" is not known: use foreign, http-408,`,
		"slow":                           `write NAME=PROBABILITY`,
		"slow=x":                         `"x" is no probability`,
		"slow=1.5":                       `1.5 is no probability`,
		"slow=NaN":                       `NaN is no probability`,
		"slow=0.1:soon":                  `"soon" is no duration`,
		"http-500=0.1:3s":                `takes no duration`,
		"lost-applied=0.6,http-500=0.6,": `fault ""`,
		"lost-applied=0.6,http-500=0.6":  `add up to 1.2`,
	} {
		if _, err := ParseFaults(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
	}
}

func FuzzParseFaults(f *testing.F) {
	f.Add("lost-applied=0.1,http-504=0.05,slow=0.01:35s")
	f.Add("read-failed=1,no-rate-headers=1")
	f.Add("slow=1e-3:1h,late-applied=0.5:1ns")
	f.Add("=,=:")
	f.Fuzz(func(t *testing.T, text string) {
		faults, err := ParseFaults(text)
		if err != nil {
			return
		}
		again, err := ParseFaults(faults.String())
		if err != nil {
			t.Fatalf("%q is written as %q, which is refused: %v", text, faults, err)
		}
		again.LateBy, again.SlowBy, faults.LateBy, faults.SlowBy = 0, 0, 0, 0 // not written for faults of probability 0
		if again != faults {
			t.Fatalf("%+v reads back as %+v", faults, again)
		}
	})
}
