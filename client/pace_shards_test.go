package client_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"testing/synctest"

	"leadimport/client"
)

// TestPaceOfShards: those who take a part of a limit each use nearly all of it
// together, in equal parts, also beside another app; nobody is refused much.
func TestPaceOfShards(t *testing.T) {
	for i, c := range []struct {
		limit, shards int
		share         float64
		taken         float64 // by the other app, of the limit
	}{
		{200, 4, 0.25, 0},
		{1667, 4, 0.25, 0},
		{1667, 8, 0.125, 0},
		{1667, 4, 0.25, 0.3},
		{200, 2, 0.5, 0.5},
		{200, 1, 0.5, 0.8},
	} {
		t.Run(fmt.Sprintf("%d of %v, %v taken", c.shards, c.limit, c.taken), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				m := newMeter(c.limit, uint64(i))
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				sent, no := func() int { return 1 }, func() int { return 0 }
				if c.taken > 0 {
					sent, no = m.neighbour(ctx, c.taken*float64(c.limit)/10)
				}
				rows := int(5 * float64(c.limit) * (1 - c.taken) / float64(c.shards))
				var wg sync.WaitGroup
				rates := make([]float64, c.shards)
				for i := range c.shards {
					wg.Go(func() {
						var refused float64
						rates[i], refused = m.run(t, rows, func(cfg *client.Config) { cfg.Share = c.share })
						if refused > 0.02 {
							t.Errorf("shard %d: %.4f refused", i, refused)
						}
					})
				}
				wg.Wait()
				if theirs := float64(no()) / float64(sent()); theirs > 0.03 {
					t.Errorf("the other app was refused %.4f", theirs)
				}
				if m.steady < 0.88 {
					t.Errorf("used %.3f of what is granted, %.3f each", m.steady, rates)
				}
			})
		})
	}
}
