package sandbox

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httptrace"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// hooks records the hooks of httptrace that a round trip calls.
func hooks(r *room, req *http.Request) (calls []string, resp *http.Response, err error) {
	note := func(name string) { calls = append(calls, name) }
	trace := &httptrace.ClientTrace{
		GetConn:              func(string) { note("GetConn") },
		GotConn:              func(httptrace.GotConnInfo) { note("GotConn") },
		WroteHeaders:         func() { note("WroteHeaders") },
		WroteRequest:         func(httptrace.WroteRequestInfo) { note("WroteRequest") },
		GotFirstResponseByte: func() { note("GotFirstResponseByte") },
	}
	resp, err = r.rt.RoundTrip(req.WithContext(httptrace.WithClientTrace(req.Context(), trace)))
	return calls, resp, err
}

func TestTransportCallsTheHooksOfHTTPTrace(t *testing.T) {
	r := open(t, Config{})
	const sent = "GetConn GotConn WroteHeaders WroteRequest"
	for _, c := range []struct {
		faults Faults
		want   string
	}{
		{Faults{}, sent + " GotFirstResponseByte"},
		{Faults{LostApplied: 1}, sent},
		{Faults{LostUnapplied: 1}, sent},
		{Faults{Unreachable: 1}, "GetConn"},
	} {
		r.s.SetFaults(c.faults)
		calls, _, err := hooks(r, r.request("POST", "/contacts", `{"role":"lead"}`))
		if got := strings.Join(calls, " "); got != c.want {
			t.Errorf("%s: %s, want %s", c.faults, got, c.want)
		}
		if c.faults.Unreachable == 1 && !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("unreachable: %v", err)
		}
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	calls, _, err := hooks(r, r.request("POST", "/contacts", `{"role":"lead"}`).WithContext(ctx))
	if len(calls) != 0 || !errors.Is(err, context.Canceled) {
		t.Errorf("a request that was given up before: %v, %v", calls, err)
	}
}

func TestTransportBreaksConnectionsInTwoWays(t *testing.T) {
	r := open(t, Config{Faults: Faults{LostApplied: 1}})
	seen := map[bool]int{}
	for range 50 {
		_, err := r.rt.RoundTrip(r.request("POST", "/contacts", `{"role":"lead"}`))
		if !errors.Is(err, io.EOF) && !errors.Is(err, syscall.ECONNRESET) {
			t.Fatal(err)
		}
		seen[errors.Is(err, io.EOF)]++
	}
	if seen[true] == 0 || seen[false] == 0 {
		t.Errorf("EOF %d times, reset %d times", seen[true], seen[false])
	}
}

// The transport in a bubble: timeouts of http.Client, concurrency, no
// goroutines left behind (synctest would not return).
func TestTransportInABubble(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := open(t, Config{Faults: Faults{Slow: 0.2, LateApplied: 0.1, LostApplied: 0.1}, Lag: time.Minute})
		client := &http.Client{Transport: r.rt, Timeout: 30 * time.Second}
		var wg sync.WaitGroup
		for range 20 {
			wg.Go(func() {
				for range 20 {
					resp, err := client.Do(r.request("POST", "/contacts", `{"role":"lead","email":"joe@example.com"}`))
					if err == nil {
						io.Copy(io.Discard, resp.Body)
						resp.Body.Close()
					}
				}
			})
		}
		wg.Wait()
		time.Sleep(time.Hour)
		if st := r.s.State(); len(st.Contacts) != 400 || st.Pending != 0 {
			t.Errorf("%d contacts, %d pending", len(st.Contacts), st.Pending)
		}
	})
}

// Over a socket the same faults end connections.
func TestServeHTTP(t *testing.T) {
	s, err := New(Config{Seed: 3, Version: "1.4"})
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(s)
	defer web.Close()
	post := func() (int, string, error) {
		req, _ := http.NewRequest("POST", web.URL+"/contacts", strings.NewReader(`{"email":"joe@example.com"}`))
		req.Header.Set("Authorization", "Bearer "+s.Token())
		req.Header.Set("Content-Type", "application/json")
		resp, err := web.Client().Do(req)
		if err != nil {
			return 0, "", err
		}
		defer resp.Body.Close()
		b, err := io.ReadAll(resp.Body)
		return resp.StatusCode, string(b), err
	}
	if status, body, err := post(); err != nil || status != 200 || !strings.Contains(body, `"anonymous":true`) {
		t.Fatal(status, body, err)
	}
	s.SetFaults(Faults{LostApplied: 1})
	if _, _, err := post(); !errors.Is(err, io.EOF) && !errors.Is(err, syscall.ECONNRESET) {
		t.Errorf("a lost answer: %v", err)
	}
	s.SetFaults(Faults{Error504: 1})
	if status, body, err := post(); err != nil || status != 504 || !strings.Contains(body, "Gateway Time-out") {
		t.Error(status, body, err)
	}
	s.SetFaults(Faults{Truncated: 1})
	cut, broken := 0, 0
	for range 20 {
		switch _, body, err := post(); {
		case errors.Is(err, io.ErrUnexpectedEOF):
			cut++
		case err == nil && !strings.HasSuffix(body, "}}"):
			broken++
		default:
			t.Fatalf("truncated: %q %v", body, err)
		}
	}
	if cut == 0 || broken == 0 {
		t.Errorf("%d connections were cut, %d bodies broken", cut, broken)
	}
	s.SetFaults(Faults{Slow: 1, SlowBy: time.Millisecond})
	if status, _, err := post(); err != nil || status != 200 {
		t.Error(status, err)
	}
	if n := len(s.State().Contacts); n != 24 {
		t.Errorf("%d contacts, want 24", n)
	}
}

// The state is shown to who knows the token, and nothing at all is answered to
// a page that made a name of its own point to this machine.
func TestStateIsGuarded(t *testing.T) {
	s, err := New(Config{Seed: 3})
	if err != nil {
		t.Fatal(err)
	}
	s.SignUp("lead", "joe@example.com", "")
	web := httptest.NewServer(s)
	defer web.Close()
	bearer := "Bearer " + s.Token()
	for _, c := range []struct {
		host, path, header string
		status             int
	}{
		{"", "/_sandbox/state", bearer, 200},
		{"", "/_sandbox/state?token=" + s.Token(), "", 200},
		{"", "/_sandbox/state", "", 401},
		{"", "/_sandbox/state?token=nonsense", "", 401},
		{"", "/_sandbox/state?token=", "Bearer nonsense", 401},
		{"", "/_sandbox/", "", 401},
		{"", "/_sandbox/other", bearer, 404},
		{"localhost", "/_sandbox/state", bearer, 200},
		{"LocalHost:4010", "/_sandbox/state", bearer, 200},
		{"127.8.9.10:4010", "/_sandbox/state", bearer, 200},
		{"[::1]", "/_sandbox/state", bearer, 200},
		{"[::1]:4010", "/_sandbox/state", bearer, 200},
		{"evil.example", "/_sandbox/state", bearer, 421},
		{"evil.example:4010", "/me", bearer, 421},
		{"127.0.0.1.evil.example", "/me", bearer, 421},
		{"localhost.evil.example:80", "/me", bearer, 421},
		{"192.168.0.1", "/me", bearer, 421},
		{"0.0.0.0:4010", "/me", bearer, 421},
	} {
		req, _ := http.NewRequest("GET", web.URL+c.path, nil)
		req.Host = c.host
		if c.header != "" {
			req.Header.Set("Authorization", c.header)
		}
		resp, err := web.Client().Do(req)
		if err != nil {
			t.Fatal(err)
		}
		b, _ := io.ReadAll(resp.Body)
		resp.Body.Close()
		if resp.StatusCode != c.status {
			t.Errorf("%s %s: %d, want %d", c.host, c.path, resp.StatusCode, c.status)
		}
		if told := strings.Contains(string(b), "joe@example.com"); told != (c.status == 200) {
			t.Errorf("%s %s: %s", c.host, c.path, b)
		}
		if c.status != 200 && strings.Count(string(b), "\n") != 1 || strings.Contains(string(b), s.Token()) {
			t.Errorf("%s %s says %q", c.host, c.path, b)
		}
	}
}
