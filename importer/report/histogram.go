package report

import (
	"math"
	"math/bits"
)

// A histogram counts milliseconds in buckets that are exact below 128 and
// 1/64 of their value wide above, up to maxMs.
type histogram struct {
	counts []uint32
	n      int
	max    int64
}

const (
	exact   = 128       // milliseconds
	octave  = exact / 2 // buckets for each doubling
	maxMs   = 1<<24 - 1 // 4 h 39 min
	buckets = exact + 17*octave
)

func bucketOf(ms int64) int {
	ms = min(max(ms, 0), maxMs)
	if ms < exact {
		return int(ms)
	}
	shift := bits.Len64(uint64(ms)) - 7
	return exact + (shift-1)*octave + int(ms>>shift) - octave
}

// bucketEnd is the largest value of bucket i.
func bucketEnd(i int) int64 {
	if i < exact {
		return int64(i)
	}
	shift, at := (i-exact)/octave+1, (i-exact)%octave
	return int64(at+octave+1)<<shift - 1
}

func (h *histogram) add(ms int64) {
	if h.counts == nil {
		h.counts = make([]uint32, buckets)
	}
	h.counts[bucketOf(ms)]++
	h.n++
	h.max = max(h.max, ms)
}

// merge adds what o counted.
func (h *histogram) merge(o *histogram) {
	if h.counts == nil {
		h.counts = make([]uint32, buckets)
	}
	for i, n := range o.counts {
		h.counts[i] += n
	}
	h.n += o.n
	h.max = max(h.max, o.max)
}

// quantile is the value that a share q of the values is at most, 0 of none.
func (h *histogram) quantile(q float64) int64 {
	rank := int(math.Ceil(q * float64(h.n)))
	sum := 0
	for i, n := range h.counts {
		if sum += int(n); n > 0 && sum >= rank {
			return min(bucketEnd(i), h.max)
		}
	}
	return h.max
}

func (h *histogram) summary() Latency {
	return Latency{P50: h.quantile(0.5), P90: h.quantile(0.9), P99: h.quantile(0.99), Max: h.max}
}
