package sandbox

import "time"

// window is the rate limit: so many requests in each 10 seconds, counted from
// the first request of the window and not aligned to the clock (rate limiting
// page; recorded Reset values are no multiples of 10).
type window struct {
	limit int // negative: unlimited
	used  int
	end   time.Time
}

const windowLength = 10 * time.Second

// take counts a request at now. remaining is what the answer tells: the first
// request of a window is told the whole limit, as the documents show it.
func (w *window) take(now time.Time) (remaining int, ok bool) {
	if w.limit < 0 {
		return 0, true
	}
	if !now.Before(w.end) {
		w.end = now.Truncate(time.Second).Add(windowLength) // Reset is told in whole seconds
		w.used = 0
	}
	if w.used >= w.limit {
		return 0, false
	}
	remaining = w.limit - w.used
	w.used++
	return remaining, true
}
