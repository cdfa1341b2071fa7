package client

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// Every bucket begins where the one before it ends, and a quantile is at most
// 1.6 % above the truth.
func TestLatencies(t *testing.T) {
	last := time.Duration(-time.Microsecond)
	for i := range len(latencies{}.counts) {
		end := latencyBucketEnd(i)
		if end <= last || latencyBucket(end) != i || latencyBucket(last+time.Microsecond) != i {
			t.Fatalf("bucket %d ends at %v, the one before at %v", i, end, last)
		}
		last = end
	}
	if last != mostMicros*time.Microsecond || latencyBucket(math.MaxInt64) != len(latencies{}.counts)-1 || latencyBucket(-1) != 0 {
		t.Errorf("the last bucket ends at %v", last)
	}
	random := rand.New(rand.NewPCG(1, 1))
	for range 50 {
		var l latencies
		var all []time.Duration
		for range 1 + random.IntN(500) {
			d := time.Duration(math.Exp(random.Float64()*18)) * time.Microsecond
			all = append(all, d)
			l.add(d)
		}
		slices.Sort(all)
		s := l.summary()
		for q, got := range map[float64]time.Duration{0.5: s.P50, 0.9: s.P90, 0.99: s.P99, 1: s.Max} {
			want := all[int(math.Ceil(q*float64(len(all))))-1]
			if got < want || float64(got) > float64(want)*1.016+2000 {
				t.Errorf("quantile %g of %d times is %v, want %v", q, len(all), got, want)
			}
		}
		if s.N != int64(len(all)) {
			t.Errorf("%d of %d times were counted", s.N, len(all))
		}
	}
	if (&latencies{}).summary() != (Latency{}) {
		t.Error("the latency of nothing is not 0")
	}
}
