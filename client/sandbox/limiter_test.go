package sandbox

import (
	"net/http"
	"strconv"
	"testing"
	"testing/synctest"
	"time"
)

func number64(t *testing.T, a answered, name string) int64 {
	t.Helper()
	n, err := strconv.ParseInt(a.header.Get(name), 10, 64)
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return n
}

func TestRateLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := open(t, Config{Limit: 3})
		time.Sleep(3700 * time.Millisecond) // windows begin with their first request, not with the clock
		began := time.Now()
		for want := int64(3); want >= 1; want-- {
			a := r.ok("GET", "/me", "")
			if number64(t, a, "X-RateLimit-Limit") != 3 || number64(t, a, "X-RateLimit-Remaining") != want {
				t.Errorf("told %s of %s, want %d of 3", a.header.Get("X-RateLimit-Remaining"), a.header.Get("X-RateLimit-Limit"), want)
			}
			time.Sleep(time.Second)
		}
		a := r.refused("GET", "/me", "", 429, "rate_limit_exceeded", "Exceeded rate limit of 3 in 10_seconds")
		reset := time.Unix(number64(t, a, "X-RateLimit-Reset"), 0)
		if wait := reset.Sub(began); wait <= 9*time.Second || wait > 10*time.Second || reset.Unix()%10 == 0 {
			t.Errorf("the window ends %v after its first request, at %v", wait, reset)
		}
		if a.header.Get("Retry-After") != "" {
			t.Error("Retry-After is not documented")
		}
		time.Sleep(time.Until(reset) - time.Nanosecond)
		if r.call("GET", "/me", "").status != 429 {
			t.Error("served before the window ended")
		}
		time.Sleep(time.Nanosecond)
		r.ok("GET", "/me", "")
		if n := r.s.State().Counters.RateLimited; n != 2 {
			t.Errorf("%d requests were rate limited", n)
		}
	})
}

func TestEverythingCounts(t *testing.T) {
	r := open(t, Config{Limit: 4})
	r.call("GET", "/nowhere", "")
	r.call("POST", "/contacts", `nonsense`)
	r.call("POST", "/contacts/search", `{}`)
	r.call("GET", "/tags", "")
	if r.call("GET", "/tags", "").status != 429 {
		t.Error("some requests did not count")
	}
	free := open(t, Config{Limit: -1})
	for range 2000 {
		if a := free.ok("GET", "/me", ""); a.header.Get("X-RateLimit-Limit") != "" {
			t.Fatal("a server without limit told one")
		}
	}
}

func TestHeadersOfEveryAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := open(t, Config{Skew: 90 * time.Second})
		for _, path := range []string{"/me", "/nowhere", "/contacts/0"} {
			a := r.call("GET", path, "")
			date, err := http.ParseTime(a.header.Get("Date"))
			if err != nil || time.Until(date) != 90*time.Second {
				t.Errorf("%s: Date %q", path, a.header.Get("Date"))
			}
			for _, name := range []string{"X-Request-Id", "Intercom-Version", "Content-Type", "Content-Length", "X-Ratelimit-Reset"} {
				if a.header.Get(name) == "" {
					t.Errorf("%s has no %s", path, name)
				}
			}
		}
	})
}
