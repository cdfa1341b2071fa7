package client_test

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"leadimport/client"
)

// newMeter is an API that grants limit requests in 10 seconds. What is left
// to chance comes from seed.
func newMeter(limit int, seed uint64) *meter {
	r := rand.New(rand.NewPCG(seed, 7))
	return &meter{
		limit:  limit,
		period: 10 * time.Second,
		phase:  time.Duration(r.Int64N(int64(10 * time.Second))),
		from:   20 * time.Millisecond,
		to:     200 * time.Millisecond,
		forth:  0.3,
		reset:  math.Floor,
		date:   math.Floor,
		rand:   r,
	}
}

// TestPaceUsesWhatIsGranted: whatever the limit, the latency, the rounding of
// the headers and the clocks, nearly all that is granted is used, and next to
// nothing is refused.
func TestPaceUsesWhatIsGranted(t *testing.T) {
	rounding := []func(float64) float64{math.Floor, math.Ceil, math.Round}
	latencies := []struct {
		from, to time.Duration
		least    float64 // of what is granted; long latencies cost a start
	}{
		{5 * time.Millisecond, 5 * time.Millisecond, 0.97},
		{50 * time.Millisecond, 300 * time.Millisecond, 0.97},
		{time.Second, time.Second, 0.94},
		{100 * time.Millisecond, time.Second, 0.94},
	}
	i := 0
	for _, limit := range []int{83, 167, 200, 1667} {
		for _, latency := range latencies {
			i++
			seed := uint64(i)
			m := newMeter(limit, seed)
			m.from, m.to = latency.from, latency.to
			m.forth = []float64{0, 0.5}[i%2]
			m.reset, m.date = rounding[i%3], rounding[i/3%3]
			m.floating = i/2%2 == 0
			m.skew = []time.Duration{30 * time.Second, 0, -30 * time.Second}[i%3]
			rows := 6 * limit
			if limit > 1000 {
				if i%2 == 1 {
					continue // many rows, and nothing new
				}
				rows = 2*limit + limit/2
			}
			name := fmt.Sprintf("%d in 10s, latency %v to %v", limit, latency.from, latency.to)
			t.Run(name, func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					rate, refused := m.run(t, rows)
					if rate < latency.least || m.steady < 0.955 || refused > 0.01 {
						t.Errorf("used %.3f of what is granted (%.3f once it runs), %.4f refused", rate, m.steady, refused)
					}
				})
			})
		}
	}
}

// TestPaceLeavesNeighboursAlone: another app that uses a part of the limit is
// hardly ever refused, and the rest is still used.
func TestPaceLeavesNeighboursAlone(t *testing.T) {
	const limit = 200
	for i, part := range []float64{0.1, 0.3, 0.5, 0.8} {
		t.Run(fmt.Sprintf("%v of it taken", part), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := newMeter(limit, uint64(i))
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				sent, no := m.neighbour(ctx, part*limit/10)
				_, refused := m.run(t, int(12*limit*(1-part)))
				if theirs := float64(no()) / float64(sent()); theirs > 0.03 || refused > 0.02 {
					t.Errorf("the neighbour was refused %.4f, we %.4f", theirs, refused)
				}
				if m.steady < 0.88 {
					t.Errorf("only %.3f of what is granted was used", m.steady)
				}
			})
		})
	}
}

func TestPaceWithoutHeaders(t *testing.T) {
	for _, silent := range []float64{0.2, 0.8} {
		t.Run(fmt.Sprintf("%v of the answers have none", silent), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := newMeter(200, 3)
				m.silent = silent
				if rate, refused := m.run(t, 1200); rate < 0.97 || refused > 0.01 {
					t.Errorf("used %.3f of what is granted, %.4f refused", rate, refused)
				}
			})
		})
	}
	t.Run("none has any", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			m := newMeter(200, 3)
			m.silent = 1
			rate, _ := m.run(t, 1200, func(cfg *client.Config) { cfg.Rate = 18 })
			if math.Abs(rate-0.9) > 0.01 {
				t.Errorf("%.3f of what is granted: the configured rate is 0.9 of it", rate)
			}
		})
	})
}

func TestPaceKeepsItsBounds(t *testing.T) {
	for _, share := range []float64{0.2, 0.5, 0.9} {
		synctest.Test(t, func(t *testing.T) {
			rate, _ := newMeter(200, 4).run(t, 1000, func(cfg *client.Config) { cfg.Share = share })
			if rate < 0.95*share || rate > 1.03*share {
				t.Errorf("share %v: used %.3f of what is granted", share, rate)
			}
		})
	}
	synctest.Test(t, func(t *testing.T) {
		rate, _ := newMeter(200, 4).run(t, 1000, func(cfg *client.Config) { cfg.Rate = 7 })
		if rate < 0.34 || rate > 0.353 {
			t.Errorf("a rate of 7/s where 20/s is granted: used %.3f", rate)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		m := newMeter(1000, 4)
		m.period = time.Minute
		rate, refused := m.run(t, 4000)
		if rate < 0.97 || refused > 0.01 {
			t.Errorf("windows of a minute: used %.3f of what is granted, %.4f refused", rate, refused)
		}
	})
}
