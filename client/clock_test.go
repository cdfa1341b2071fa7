package client

import (
	"net/http"
	"testing"
	"time"
	"unsafe"
)

// set is t as it reads when the wall clock was set by d, whole seconds: its
// monotonic reading stays what it is.
func set(t time.Time, d time.Duration) time.Time {
	type raw struct {
		wall uint64 // 1 bit: has a monotonic reading, 33 bits of seconds, 30 bits of nanoseconds
		ext  int64
		loc  *time.Location
	}
	r := (*raw)(unsafe.Pointer(&t))
	r.wall += uint64(d/time.Second) << 30
	return t
}

func TestElapsed(t *testing.T) {
	from := time.Now()
	for _, tt := range []struct {
		name        string
		to          time.Time
		least, most time.Duration
	}{
		{"both clocks agree", from.Add(3 * time.Second), 3 * time.Second, 3 * time.Second},
		{"the machine slept, or the clock was set forward", set(from.Add(3*time.Second), time.Hour), 3 * time.Second, time.Hour + 3*time.Second},
		{"the clock was set back", set(from.Add(3*time.Second), -time.Hour), 3*time.Second - time.Hour, 3 * time.Second},
		{"read from a file", from.Add(3 * time.Second).Round(0), 3 * time.Second, 3 * time.Second},
	} {
		if least, most := elapsed(from, tt.to); least != tt.least || most != tt.most {
			t.Errorf("%s: from %v to %v, want %v to %v", tt.name, least, most, tt.least, tt.most)
		}
	}
}

func TestServerClock(t *testing.T) {
	start := time.Now()
	noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	answer := func(sent, ended time.Duration, header ...string) reply {
		h := http.Header{}
		for i := 0; i < len(header); i += 2 {
			h.Set(header[i], header[i+1])
		}
		return reply{status: 200, header: h, started: start.Add(sent), ended: start.Add(ended)}
	}
	at := func(low, high time.Duration) Moment { return Moment{noon.Add(low), noon.Add(high)} }
	date := noon.Format(http.TimeFormat)
	for _, tt := range []struct {
		name    string
		answers []reply
		at      time.Time
		want    Moment
	}{
		{"no answer", nil, start, Moment{}},
		{"no date", []reply{answer(0, time.Second)}, start, Moment{}},
		{"garbage", []reply{answer(0, 0, "Date", "yesterday"), answer(0, 0, "Date", "Thu, 01 Jan 1970 00:00:00 GMT")}, start, Moment{}},
		{"at its end", []reply{answer(0, 2*time.Second, "Date", date)}, start.Add(2 * time.Second), at(0, 3*time.Second)},
		{"later", []reply{answer(0, 2*time.Second, "Date", date)}, start.Add(time.Minute), at(58*time.Second, 61*time.Second)},
		{"earlier", []reply{answer(0, 2*time.Second, "Date", date)}, start.Add(-time.Minute), at(-62*time.Second, -59*time.Second)},
		{"our clock was set forward since", []reply{answer(0, 0, "Date", date)}, set(start.Add(time.Second), time.Hour), at(time.Second, time.Hour+2*time.Second)},
		{"our clock was set back since", []reply{answer(0, 0, "Date", date)}, set(start.Add(time.Second), -time.Hour), at(time.Second-time.Hour, 2*time.Second)},
		{"the newest counts", []reply{
			answer(0, 2*time.Second, "Date", noon.Add(time.Hour).Format(http.TimeFormat)),
			answer(0, 3*time.Second, "Date", date),
			answer(0, time.Second, "Date", noon.Add(-time.Hour).Format(http.TimeFormat)),
		}, start.Add(3 * time.Second), at(0, 4*time.Second)},
		{"a cache's answer", []reply{answer(0, 0, "Date", date), answer(0, time.Second, "Date", noon.Add(-time.Hour).Format(http.TimeFormat), "Age", "3600")}, start, at(0, time.Second)},
		{"days away", []reply{answer(0, 0, "Date", noon.AddDate(0, 0, 40).Format(http.TimeFormat))}, start, at(40*24*time.Hour, 40*24*time.Hour+time.Second)},
	} {
		var k serverClock
		for _, r := range tt.answers {
			k.learn(r)
		}
		if got := k.at(tt.at); got != tt.want {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}
