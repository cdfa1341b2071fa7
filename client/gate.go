package client

import (
	"context"
	"net/http"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

type gate struct {
	mu      sync.Mutex
	bucket  *rate.Limiter
	until   time.Time
	allowed time.Time
}

type ticket struct{}

func newGate(perSecond, share float64) *gate {
	return &gate{bucket: rate.NewLimiter(rate.Limit(perSecond*share), 2), allowed: time.Now()}
}

func (g *gate) pass(ctx context.Context) (ticket, time.Duration, error) {
	start := time.Now()
	for {
		g.mu.Lock()
		pause := time.Until(g.until)
		g.mu.Unlock()
		if pause > 0 {
			if err := sleep(ctx, pause); err != nil {
				return ticket{}, time.Since(start), err
			}
			continue
		}
		if err := g.bucket.Wait(ctx); err != nil {
			return ticket{}, time.Since(start), err
		}
		g.mu.Lock()
		again := time.Now().Before(g.until)
		g.mu.Unlock()
		if !again {
			return ticket{}, time.Since(start), nil
		}
	}
}

func (g *gate) cancel(ticket) {}

func (g *gate) done(_ ticket, r reply) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if r.status == 429 {
		g.until = time.Now().Add(10 * time.Second)
	} else if r.status != 0 {
		g.allowed = time.Now()
	}
}

func (g *gate) starved(d time.Duration) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return time.Since(g.allowed) > d
}

func (g *gate) granted() (float64, bool) { return float64(g.bucket.Limit()), false }

func skew(r reply) (time.Duration, bool) {
	date, err := http.ParseTime(r.header.Get("Date"))
	if err != nil {
		return 0, false
	}
	middle := r.started.Add(r.ended.Sub(r.started) / 2)
	return date.Sub(middle).Round(time.Second), true
}
