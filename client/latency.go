package client

import (
	"math"
	"math/bits"
	"sync"
	"time"
)

// latencies counts how long answers took, in buckets of microseconds that are
// exact below 128 µs and 1/64 of their value wide above: a quantile is at most
// 1.6 % too high. It takes 14 KiB however many answers there are. For use from
// any goroutine; its zero value is ready.
type latencies struct {
	mu     sync.Mutex
	counts [exactMicros + octaves*perOctave]int64
	n      int64
	sum    time.Duration
	max    time.Duration
}

const (
	exactMicros = 128             // the buckets of 1 µs
	perOctave   = exactMicros / 2 // buckets for each doubling
	octaves     = 26              // up to 2 h 23 min
	mostMicros  = exactMicros<<octaves - 1
)

func latencyBucket(d time.Duration) int {
	us := min(max(d.Microseconds(), 0), mostMicros)
	if us < exactMicros {
		return int(us)
	}
	shift := bits.Len64(uint64(us)) - 7
	return exactMicros + (shift-1)*perOctave + int(us>>shift) - perOctave
}

// latencyBucketEnd is the longest time of bucket i, to the microsecond.
func latencyBucketEnd(i int) time.Duration {
	if i < exactMicros {
		return time.Duration(i) * time.Microsecond
	}
	shift, at := (i-exactMicros)/perOctave+1, (i-exactMicros)%perOctave
	return time.Duration(int64(at+perOctave+1)<<shift-1) * time.Microsecond
}

func (l *latencies) add(d time.Duration) {
	i := latencyBucket(d)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.counts[i]++
	l.n++
	l.sum += d
	l.max = max(l.max, d)
}

// Latency sums up how long answers took. A quantile is the time that so many
// of them took at most, at most 1.6 % too high; all is 0 when there are none.
type Latency struct {
	N             int64 // answers
	Sum           time.Duration
	P50, P90, P99 time.Duration
	Max           time.Duration
}

func (l *latencies) summary() Latency {
	l.mu.Lock()
	defer l.mu.Unlock()
	return Latency{N: l.n, Sum: l.sum, P50: l.quantile(0.5), P90: l.quantile(0.9), P99: l.quantile(0.99), Max: l.max}
}

// quantile: mu is held.
func (l *latencies) quantile(q float64) time.Duration {
	rank, sum := int64(math.Ceil(q*float64(l.n))), int64(0)
	for i, n := range l.counts {
		if sum += n; n > 0 && sum >= rank {
			return min(latencyBucketEnd(i), l.max)
		}
	}
	return 0
}
