package sandbox

import "time"

// window is the rate limit: so many requests in each 10 seconds, counted from
// the first request of the window and not aligned to the clock (rate limiting
// page; recorded Reset values are no multiples of 10).
type window struct {
	limit int // negative: unlimited
	used  int
	end   time.Time // true time
}

const windowLength = 10 * time.Second

// take counts a request that comes at a moment of true time, and now by the
// server's clock. remaining is what the answer tells: the first request of a
// window is told the whole limit, as the documents show it.
func (w *window) take(at, now time.Time) (remaining int, ok bool) {
	if w.limit < 0 {
		return 0, true
	}
	if !at.Before(w.end) {
		began := at.Add(now.Truncate(time.Second).Sub(now)) // Reset is told in whole seconds
		w.end = began.Add(windowLength)
		w.used = 0
	}
	if w.used >= w.limit {
		return 0, false
	}
	remaining = w.limit - w.used
	w.used++
	return remaining, true
}
