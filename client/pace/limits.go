package pace

import (
	"net/http"
	"strconv"
	"time"
)

// limits is what an answer's headers say of the rate limit. All but Retry-After
// are documented ("Rate Limiting"); any may be missing.
type limits struct {
	known bool  // Remaining and Reset were there, and make sense
	timed bool  // Reset was there, and makes sense
	limit int   // requests in a window of the limit; 0: not said
	left  int   // requests that the window still grants
	reset int64 // epoch seconds at which the window ends: its name, too
	// wait is how long after the answer the window ends: Reset - Date, both
	// by the server's clock, so that ours does not matter. Either is a whole
	// second, rounded in a way that is not documented.
	wait time.Duration
	// retryAfter is the Retry-After header; 0: none.
	retryAfter time.Duration
}

// maxWindow bounds what is believed of a window's length.
const maxWindow = time.Hour

// readLimits reads the headers of a reply, with the names in the canonical
// form of net/http, which looks them up without a copy.
func readLimits(r Reply) limits {
	var l limits
	if r.Header == nil {
		return l
	}
	date := r.Ended
	if d, err := http.ParseTime(r.Header.Get("Date")); err == nil {
		date = d
	}
	l.retryAfter = retryAfter(r.Header.Get("Retry-After"), date)
	left, err1 := strconv.Atoi(r.Header.Get("X-Ratelimit-Remaining"))
	reset, err2 := strconv.ParseInt(r.Header.Get("X-Ratelimit-Reset"), 10, 64)
	limit, err3 := strconv.Atoi(r.Header.Get("X-Ratelimit-Limit"))
	if err2 != nil {
		return l
	}
	away := reset - date.Unix()
	if reset < 0 || away < -int64(rounding/time.Second) || away > int64(maxWindow/time.Second) {
		return l
	}
	l.timed, l.wait = true, time.Duration(away)*time.Second
	if err1 != nil || left < 0 {
		return l
	}
	if err3 == nil && limit > 0 {
		l.limit = limit
	}
	l.known, l.left, l.reset = true, left, reset
	return l
}

// retryAfter reads seconds or a date (RFC 9110 section 10.2.3).
func retryAfter(s string, date time.Time) time.Duration {
	if s == "" {
		return 0
	}
	if n, err := strconv.ParseFloat(s, 64); err == nil && n > 0 && n < maxWindow.Seconds() {
		return time.Duration(n * float64(time.Second))
	}
	if at, err := http.ParseTime(s); err == nil && at.After(date) {
		return min(at.Sub(date), maxWindow)
	}
	return 0
}
