package pace

import (
	"net/http"
	"testing"
	"time"
)

func FuzzLimits(f *testing.F) {
	f.Add("200", "7", "1688186711", "Sat, 01 Jul 2023 04:45:04 GMT", "")
	f.Add("", "", "", "", "3")
	f.Add("-1", "x", "99999999999999999999", "yesterday", "Sat, 01 Jul 2023 04:45:04 GMT")
	f.Add("83", "0", "0", "Sat, 01 Jul 2023 04:45:04 GMT", "1e308")
	f.Fuzz(func(t *testing.T, limit, left, reset, date, after string) {
		now := time.Unix(1688186704, 0)
		r := Reply{Sent: true, Status: 429, Started: now, Ended: now, Header: http.Header{
			"X-Ratelimit-Limit": {limit}, "X-Ratelimit-Remaining": {left}, "X-Ratelimit-Reset": {reset}, "Date": {date}, "Retry-After": {after},
		}}
		l := readLimits(r)
		if l.wait > maxWindow || l.wait < -rounding && l.timed || l.retryAfter < 0 || l.retryAfter > maxWindow || l.limit < 0 || l.left < 0 {
			t.Errorf("%+v", l)
		}
		// Whatever they say, everybody is paused for a while, not for ever.
		g := New(100, 1)
		g.until = time.Time{}
		start := time.Now()
		g.refused(l, r)
		if pause := g.until.Sub(start); pause < 20*time.Millisecond || pause > time.Minute+time.Second {
			t.Errorf("%+v: a pause of %v", l, pause)
		}
	})
}
