package main

import (
	"os"
	"runtime"
	"runtime/debug"
	gauges "runtime/metrics"
)

// The collector's default lets the heap double before it collects: too often
// while it is small, and too much room once it holds the keys of ten million
// rows, which cost nothing to collect, for they hold no pointers.
const (
	heapRoom  = 12 << 20 // bytes that may be garbage, whatever is alive
	heapShare = 0.3      // of what is alive, that may be garbage, when it is more
)

// tuneCollector keeps the room for garbage in proportion. GOGC, where it is
// set, says otherwise.
func tuneCollector() {
	if os.Getenv("GOGC") != "" {
		return
	}
	last := 0
	var after func(*collection)
	after = func(*collection) {
		if percent := collectAt(liveHeap()); percent != last {
			last = percent
			debug.SetGCPercent(percent)
		}
		again := &collection{}
		runtime.SetFinalizer(again, after)
	}
	after(nil)
}

// collection is garbage from the start: its finalizer runs after each
// collection.
type collection struct{ _ [16]byte }

// collectAt is the growth in percent at which a heap is collected. In steps,
// for setting it stops the program for a moment.
func collectAt(live uint64) int {
	room := max(heapRoom, heapShare*float64(live))
	percent := int(100 * room / float64(max(live, 1<<20)))
	return min(max(percent/10*10, 10), 300) // the runtime's smallest heap is 4 MiB × percent / 100
}

func liveHeap() uint64 {
	sample := []gauges.Sample{{Name: "/gc/heap/live:bytes"}}
	gauges.Read(sample)
	return sample[0].Value.Uint64()
}
