package client_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"sync"
	"testing"
	"time"

	"leadimport/client"
	"leadimport/client/sandbox"
)

// slowly adds latency to a transport, half of it on either way.
type slowly struct {
	rt       http.RoundTripper
	from, to time.Duration
	mu       sync.Mutex
	rand     *rand.Rand
}

func (s *slowly) RoundTrip(req *http.Request) (*http.Response, error) {
	s.mu.Lock()
	d := s.from + time.Duration(s.rand.Int64N(int64(s.to-s.from+1)))
	s.mu.Unlock()
	time.Sleep(d / 2)
	resp, err := s.rt.RoundTrip(req)
	time.Sleep(d / 2)
	return resp, err
}

// TestPaceOfAnImport is an import of 1,200 rows where the embedded API grants
// 200 requests in 10 seconds: 97 % of that are used, preflight and start
// included, and 1 % of the answers at most are 429s.
func TestPaceOfAnImport(t *testing.T) {
	skews := []time.Duration{0, 30*time.Second + 700*time.Millisecond, -30*time.Second - 300*time.Millisecond}
	for i, latency := range []time.Duration{time.Millisecond, 50 * time.Millisecond, 300 * time.Millisecond} {
		skew := skews[i]
		t.Run(fmt.Sprintf("%v, skew %v", latency, skew), func(t *testing.T) {
			sandboxed(t, client.Version2, sandbox.Config{Limit: 200, Skew: skew}, func(t *testing.T, _ *client.Client, s *sandbox.Server) {
				time.Sleep(time.Duration(i) * 3300 * time.Millisecond)
				c, err := client.New(client.Config{
					BaseURL: "https://sandbox.example.com", Version: client.Version2, Token: client.NewToken(s.Token()),
					Transport: &slowly{rt: s.Transport(), from: latency / 2, to: latency * 3 / 2, rand: rand.New(rand.NewPCG(uint64(i), 1))},
				})
				if err != nil {
					t.Fatal(err)
				}
				start := time.Now()
				if _, err := c.Me(background); err != nil {
					t.Fatal(err)
				}
				var wg sync.WaitGroup
				rows := make(chan int)
				for range 64 {
					wg.Go(func() {
						for i := range rows {
							lead := client.Lead{Fields: []client.Field{field("email", fmt.Sprintf("p%d@example.com", i))}}
							if _, err := c.Save(background, lead, nil); err != nil {
								t.Error(err)
							}
						}
					})
				}
				for i := range 1200 {
					rows <- i
				}
				close(rows)
				wg.Wait()
				took := time.Since(start)
				if rate := 1201 / took.Seconds(); rate < 0.97*20 || c.Stats().RateLimited > 12 {
					t.Errorf("%.2f requests a second of 20, %d answers 429", rate, c.Stats().RateLimited)
				}
			})
		})
	}
}
