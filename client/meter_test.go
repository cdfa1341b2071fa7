package client_test

import (
	"context"
	"io"
	"math/rand/v2"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"leadimport/client"
)

// meter is an API with a rate limit, in virtual time. It counts a request
// when it arrives, a while after it was sent.
type meter struct {
	limit    int
	period   time.Duration
	phase    time.Duration // of the windows
	floating bool          // a window begins with its first request
	from, to time.Duration // an answer takes between these
	forth    float64       // part of the latency that passes before it is counted
	reset    func(float64) float64
	date     func(float64) float64
	skew     time.Duration
	silent   float64 // part of the answers without headers
	rand     *rand.Rand

	mu      sync.Mutex
	start   time.Time
	end     time.Time
	used    int
	windows []int // what was used of those that are over
	refused int
	served  int
	steady  float64 // mean use of a window, without the first and the last
	first   time.Time
	last    time.Time
}

// take counts a request of the client under test.
func (m *meter) take(now time.Time) (left int, end time.Time) {
	left, end = m.takeFor(now)
	m.mu.Lock()
	defer m.mu.Unlock()
	if left >= 0 {
		m.served++
		m.last = now
		if m.first.IsZero() {
			m.first = now
		}
	}
	return left, end
}

// takeFor counts a request of anybody; it returns what is left, or -1.
func (m *meter) takeFor(now time.Time) (left int, end time.Time) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.start.IsZero() {
		m.start = now
		m.end = now.Add(m.period - m.phase)
	}
	if !now.Before(m.end) {
		if m.floating {
			m.end = now.Add(m.period)
		}
		for !now.Before(m.end) {
			m.end = m.end.Add(m.period)
		}
		m.windows = append(m.windows, m.used)
		m.used = 0
	}
	if m.used >= m.limit {
		return -1, m.end
	}
	m.used++
	return m.limit - m.used, m.end
}

func (m *meter) RoundTrip(req *http.Request) (*http.Response, error) {
	io.Copy(io.Discard, req.Body)
	m.mu.Lock()
	latency := m.from + time.Duration(m.rand.Int64N(int64(m.to-m.from+1)))
	silent := m.rand.Float64() < m.silent
	m.mu.Unlock()
	forth := time.Duration(float64(latency) * m.forth)
	time.Sleep(forth)
	left, end := m.take(time.Now())
	back := latency - forth
	time.Sleep(back / 2)
	now := time.Now()
	m.mu.Lock()
	status := 200
	if left < 0 {
		status, left = 429, 0
		m.refused++
	}
	m.mu.Unlock()
	time.Sleep(back - back/2)
	h := http.Header{}
	if !silent {
		h.Set("Date", time.Unix(int64(m.date(unix(now.Add(m.skew)))), 0).UTC().Format(http.TimeFormat))
		h.Set("X-RateLimit-Limit", strconv.Itoa(m.limit))
		h.Set("X-RateLimit-Remaining", strconv.Itoa(left))
		h.Set("X-RateLimit-Reset", strconv.Itoa(int(m.reset(unix(end.Add(m.skew))))))
	}
	body := `{"type":"contact","id":"c1"}`
	if status == 429 {
		body = "null"
	}
	return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)), Request: req}, nil
}

func unix(t time.Time) float64 { return float64(t.UnixNano()) / 1e9 }

// run saves rows through a client of m, and returns the part of the allowed
// rate that was used and the part of the answers that were 429s.
func (m *meter) run(t *testing.T, rows int, change ...func(*client.Config)) (rate, refused float64) {
	cfg := client.Config{
		BaseURL:   "https://api.example.com",
		Version:   client.Version1,
		Token:     client.NewToken("t"),
		Transport: m,
		RetryFor:  time.Hour,
	}
	for _, f := range change {
		f(&cfg)
	}
	c, err := client.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	work := make(chan int)
	var wg sync.WaitGroup
	for range 400 {
		wg.Go(func() {
			for range work {
				if _, err := c.Save(context.Background(), client.Lead{}, nil); err != nil {
					t.Error(err)
				}
			}
		})
	}
	for i := range rows {
		work <- i
	}
	close(work)
	wg.Wait()
	m.mu.Lock()
	defer m.mu.Unlock()
	m.steady = 0
	for _, n := range m.windows[1:] {
		m.steady += float64(n) / float64(m.limit) / float64(len(m.windows)-1)
	}
	allowed := float64(m.limit) / m.period.Seconds()
	seconds := m.last.Sub(m.first).Seconds()
	return float64(rows) / seconds / allowed, float64(c.Stats().RateLimited) / float64(rows)
}

// neighbour is another app with a part of the same limit. It sends at random
// times, perSecond on average, and does not look at any header.
func (m *meter) neighbour(ctx context.Context, perSecond float64) (sent, refused func() int) {
	var n, no atomic.Int64
	go func() {
		for {
			m.mu.Lock()
			pause := m.rand.ExpFloat64() / perSecond
			m.mu.Unlock()
			select {
			case <-ctx.Done():
				return
			case <-time.After(time.Duration(pause * 1e9)):
			}
			m.mu.Lock()
			started := !m.start.IsZero()
			m.mu.Unlock()
			if !started {
				continue
			}
			n.Add(1)
			if left, _ := m.takeFor(time.Now()); left < 0 {
				no.Add(1)
			}
		}
	}()
	return func() int { return int(n.Load()) }, func() int { return int(no.Load()) }
}
