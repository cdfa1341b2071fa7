package pace

import (
	"context"
	"net/http"
	"strconv"
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// answered is an answer at now.
func answered(status int, now time.Time, headers ...string) Reply {
	h := http.Header{"Date": {now.UTC().Format(http.TimeFormat)}}
	for i := 0; i < len(headers); i += 2 {
		h.Set(headers[i], headers[i+1])
	}
	return Reply{Sent: true, Status: status, Header: h, Started: now, Ended: now}
}

func windowHeaders(limit, left int, end time.Time) []string {
	return []string{"X-RateLimit-Limit", strconv.Itoa(limit), "X-RateLimit-Remaining", strconv.Itoa(left), "X-RateLimit-Reset", strconv.FormatInt(end.Unix(), 10)}
}

// One 429 pauses everybody, those too who wait already; and after the pause
// one request goes first.
func TestGatePausesEverybody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := New(1000, 1)
		first, _, err := g.Pass(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		g.Done(first, answered(200, time.Now(), windowHeaders(1000, 900, time.Now().Add(10*time.Second))...))
		var mu sync.Mutex
		var passed []time.Duration
		start := time.Now()
		var tickets []Ticket
		for range 40 {
			go func() {
				tk, _, _ := g.Pass(context.Background())
				mu.Lock()
				passed = append(passed, time.Since(start))
				tickets = append(tickets, tk)
				mu.Unlock()
			}()
		}
		time.Sleep(100 * time.Millisecond)
		mu.Lock()
		before := len(passed)
		mu.Unlock()
		if before < 5 || before > 20 {
			t.Fatalf("%d passed in 100 ms", before)
		}
		for _, tk := range tickets[1:] {
			g.Done(tk, answered(200, time.Now()))
		}
		g.Done(tickets[0], answered(429, time.Now(), windowHeaders(1000, 0, time.Now().Add(4*time.Second))...))
		time.Sleep(3500 * time.Millisecond)
		mu.Lock()
		if len(passed) != before {
			t.Fatalf("%d passed during the pause", len(passed)-before)
		}
		mu.Unlock()
		time.Sleep(2 * time.Second)
		mu.Lock()
		if len(passed) != before+1 {
			t.Fatalf("%d went first after the pause", len(passed)-before)
		}
		first = tickets[len(tickets)-1]
		mu.Unlock()
		g.Done(first, answered(200, time.Now(), windowHeaders(1000, 999, time.Now().Add(10*time.Second))...))
		time.Sleep(20 * time.Second)
		mu.Lock()
		defer mu.Unlock()
		if len(passed) != 40 {
			t.Errorf("%d of 40 passed", len(passed))
		}
	})
}

func TestGateLetsGoOfThoseWhoGo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := New(0.1, 1)
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		for range 2 {
			tk, _, err := g.Pass(ctx)
			if err != nil {
				t.Fatal(err)
			}
			g.Done(tk, answered(200, time.Now()))
		}
		var wg sync.WaitGroup
		for range 10 {
			wg.Go(func() {
				if _, waited, err := g.Pass(ctx); err != ctx.Err() || waited != time.Second {
					t.Errorf("%v after %v", err, waited)
				}
			})
		}
		wg.Wait()
		// They took nothing with them.
		if _, waited, err := g.Pass(context.Background()); err != nil || waited > 9*time.Second {
			t.Errorf("%v after %v", err, waited)
		}
	})
}

func TestGateWaitsAsToldTo(t *testing.T) {
	for _, tt := range []struct {
		name     string
		headers  func(now time.Time) []string
		from, to time.Duration
	}{
		{"Reset - Date", func(now time.Time) []string { return windowHeaders(100, 0, now.Add(4*time.Second)) }, 4 * time.Second, 5 * time.Second},
		{"Retry-After", func(time.Time) []string { return []string{"Retry-After", "3"} }, 3 * time.Second, 3 * time.Second},
		{"no headers", func(time.Time) []string { return nil }, 10 * time.Second, 12 * time.Second},
		{"nonsense", func(now time.Time) []string { return windowHeaders(100, 0, now.Add(1000*time.Hour)) }, 10 * time.Second, 12 * time.Second},
		{"in the past", func(now time.Time) []string { return windowHeaders(100, 0, now.Add(-time.Minute)) }, 10 * time.Second, 12 * time.Second},
		{"too long", func(now time.Time) []string { return windowHeaders(100, 0, now.Add(30*time.Minute)) }, time.Minute, time.Minute},
		{"although there is room", func(now time.Time) []string { return windowHeaders(100, 50, now.Add(4*time.Second)) }, 0, 2 * time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := New(100, 1)
				tk, _, _ := g.Pass(context.Background())
				time.Sleep(time.Second)
				g.Done(tk, answered(429, time.Now(), tt.headers(time.Now())...))
				_, waited, err := g.Pass(context.Background())
				if err != nil || waited < tt.from || waited > tt.to {
					t.Errorf("waited %v, want %v to %v", waited, tt.from, tt.to)
				}
			})
		})
	}
}

// A limit of one request is used slowly, but it is.
func TestGateOfOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := New(100, 1)
		start := time.Now()
		for range 5 {
			tk, _, err := g.Pass(context.Background())
			if err != nil {
				t.Fatal(err)
			}
			end := start.Add(time.Since(start).Truncate(10*time.Second) + 10*time.Second)
			g.Done(tk, answered(200, time.Now(), windowHeaders(1, 0, end)...))
		}
		if took := time.Since(start); took < 39*time.Second || took > 10*time.Minute {
			t.Errorf("five requests, one in 10 s, took %v", took)
		}
	})
}

func TestLimit(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := New(100, 0.5)
		if rate, known := g.Granted(); rate != 50 || known {
			t.Errorf("%v %v before any answer", rate, known)
		}
		tk, _, _ := g.Pass(context.Background())
		g.Done(tk, answered(200, time.Now(), windowHeaders(200, 199, time.Now().Add(10*time.Second))...))
		if rate, known := g.Granted(); rate != 10 || !known {
			t.Errorf("%v %v, half of 200 in 10 s", rate, known)
		}
	})
}

func BenchmarkGate(b *testing.B) {
	g := New(1e9, 1)
	now := time.Now()
	r := answered(200, now, windowHeaders(1e9, 9e8, now.Add(10*time.Second))...)
	b.SetParallelism(32)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			t, _, err := g.Pass(context.Background())
			if err != nil {
				b.Error(err)
			}
			g.Done(t, r)
		}
	})
}
