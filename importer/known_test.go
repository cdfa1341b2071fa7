package importer

import (
	"fmt"
	"slices"
	"testing"
)

// A sample is spread over all that it is given, and always the same.
func TestSample(t *testing.T) {
	for _, n := range []int{0, 1, 15, 16, 29, 30, 31, 61, 1000, 100_000} {
		var s sample
		for i := range n {
			s.add(fmt.Sprintf("p%06d@example.com", i))
		}
		got := s.take()
		if len(got) != min(n, knownSample) || !slices.IsSorted(got) || len(slices.Compact(slices.Clone(got))) != len(got) {
			t.Errorf("%d of %d: %q", len(got), n, got)
		}
		if n >= 1000 {
			var last int
			fmt.Sscanf(got[len(got)-1], "p%d@", &last)
			if got[0] != "p000000@example.com" || last < n/3 {
				t.Errorf("of %d the last is %d", n, last)
			}
		}
	}
}
