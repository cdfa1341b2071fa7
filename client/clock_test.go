package client

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"
	"unsafe"
)

// set is t as it reads when the wall clock was set by d: its monotonic reading
// stays what it is.
func set(t time.Time, d time.Duration) time.Time {
	return reading(t.Add(d), time.Duration((*rawTime)(unsafe.Pointer(&t)).ext))
}

// reading is a reading of our clock, wall and monotonic: in the virtual time
// of tests there is no monotonic one.
func reading(wall time.Time, monotonic time.Duration) time.Time {
	seconds := wall.Unix() - time.Date(1885, 1, 1, 0, 0, 0, 0, time.UTC).Unix()
	raw := rawTime{1<<63 | uint64(seconds)<<30 | uint64(wall.Nanosecond()), int64(monotonic), time.Local}
	return *(*time.Time)(unsafe.Pointer(&raw))
}

// rawTime is a time.Time that has a monotonic reading.
type rawTime struct {
	wall uint64 // a bit for the reading, 33 of seconds since 1885, 30 of nanoseconds
	ext  int64  // the reading
	loc  *time.Location
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

// clocked is a client whose wall clock can be set. transport is asked in
// place of the network.
func clocked(t *testing.T, transport func(*http.Request) (*http.Response, error)) (c *Client, setBy func(time.Duration)) {
	t.Helper()
	c, err := New(Config{BaseURL: "https://api.example.com", Version: Version2, Token: NewToken("token"), Transport: roundTrip(transport)})
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	var by time.Duration
	start := time.Now()
	c.now = func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		return reading(time.Now().Add(by), time.Hour+time.Since(start))
	}
	return c, func(d time.Duration) {
		mu.Lock()
		defer mu.Unlock()
		by += d
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(req *http.Request) (*http.Response, error) { return f(req) }

var someLead = Lead{Fields: []Field{{"name", String("Jane")}}}

func created(req *http.Request) (*http.Response, error) {
	if _, err := io.ReadAll(req.Body); err != nil {
		return nil, err
	}
	const body = `{"type":"contact","id":"c1","name":"Jane","role":"lead"}`
	return &http.Response{StatusCode: 200, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(body))}, nil
}

// While a machine sleeps its monotonic clock stands still: what was about to
// be sent is too old all the same.
func TestSaveAfterSleep(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sent := 0
		c, sleep := clocked(t, func(req *http.Request) (*http.Response, error) { sent++; return created(req) })
		var ats []time.Time
		_, err := c.Save(context.Background(), someLead, func(a Attempt) error {
			if ats = append(ats, a.At); len(ats) == 1 {
				sleep(time.Minute)
			}
			return nil
		})
		if err != nil || sent != 1 || len(ats) != 2 || ats[1].Round(0).Sub(ats[0].Round(0)) != time.Minute {
			t.Errorf("after sleep at the intent: %v, %d sent after intents at %v", err, sent, ats)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		var sleep func(time.Duration)
		whole := false
		c, sleep := clocked(t, func(req *http.Request) (*http.Response, error) {
			sleep(time.Minute) // while it connects
			resp, err := created(req)
			whole = err == nil
			return resp, err
		})
		answer, err := c.Save(context.Background(), someLead, nil)
		if e, ok := err.(*Error); !ok || e.Kind != Ambiguous || e.Code != "timeout" || whole {
			t.Errorf("after sleep before the body: %+v, %v; the body was sent: %v", answer, err, whole)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		var sleep func(time.Duration)
		c, sleep := clocked(t, func(req *http.Request) (*http.Response, error) {
			io.ReadAll(req.Body)
			sleep(time.Minute)
			<-req.Context().Done()
			return nil, req.Context().Err()
		})
		start := time.Now()
		_, err := c.Save(context.Background(), someLead, nil)
		if e, ok := err.(*Error); !ok || e.Kind != Ambiguous || e.Code != "timeout" || time.Since(start) > 2*time.Second {
			t.Errorf("after sleep before the answer: %v after %v", err, time.Since(start))
		}
	})
	synctest.Test(t, func(t *testing.T) {
		var setBack func(time.Duration)
		c, setBack := clocked(t, func(req *http.Request) (*http.Response, error) {
			io.ReadAll(req.Body)
			setBack(-time.Hour)
			<-req.Context().Done()
			return nil, req.Context().Err()
		})
		start := time.Now()
		_, err := c.Save(context.Background(), someLead, nil)
		if e, ok := err.(*Error); !ok || e.Code != "timeout" || time.Since(start) != 30*time.Second {
			t.Errorf("with a clock that is set back: %v after %v", err, time.Since(start))
		}
	})
}

func TestSaveWithASlowDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sent := 0
		c, _ := clocked(t, func(req *http.Request) (*http.Response, error) { sent++; return created(req) })
		intents := 0
		slow := func(Attempt) error { intents++; time.Sleep(16 * time.Second); return nil }
		_, err := c.Save(context.Background(), someLead, slow)
		var e *SlowIntentError
		if !errors.As(err, &e) || e.Took != 16*time.Second || e.Limit != 15*time.Second || intents != 5 || sent != 0 {
			t.Errorf("%v after %d intents, %d sent", err, intents, sent)
		}
	})
	// A disk that is slow at times is no reason to stop.
	synctest.Test(t, func(t *testing.T) {
		sent := 0
		c, _ := clocked(t, func(req *http.Request) (*http.Response, error) {
			if sent++; sent == 1 {
				return nil, io.ErrUnexpectedEOF
			}
			return created(req)
		})
		_, err := c.Save(context.Background(), Lead{ID: "c1", Fields: someLead.Fields}, func(a Attempt) error {
			if a.N%5 != 0 {
				time.Sleep(16 * time.Second)
			}
			return nil
		})
		if err != nil || sent != 2 {
			t.Errorf("four of five intents were slow: %v, %d sent", err, sent)
		}
	})
}
