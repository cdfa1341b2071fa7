package client

import (
	"context"
	"io"
	"net/http"
	"sync"
	"time"
)

// elapsed is how much time passed between two readings of our clock: by the
// wall clock, which somebody may set, and by the monotonic one, which stands
// still while the machine sleeps. At least the one passed, at most the other.
func elapsed(from, to time.Time) (least, most time.Duration) {
	monotonic := to.Sub(from)
	wall := to.Round(0).Sub(from.Round(0))
	return min(monotonic, wall), max(monotonic, wall)
}

// attemptTime is the time that an attempt has, d from the reading from on, by
// whichever of our clocks says that more of it has passed (rule R3).
type attemptTime struct {
	from time.Time
	d    time.Duration
	now  func() time.Time
}

func (t attemptTime) spent() time.Duration {
	_, most := elapsed(t.from, t.now())
	return most
}

func (t attemptTime) over() bool { return t.spent() >= t.d }

// context ends with ctx, and when the time is over. A timer knows the
// monotonic clock alone: the wall clock is looked at each second.
func (t attemptTime) context(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithTimeout(ctx, t.d-t.spent())
	go func() {
		tick := time.NewTicker(time.Second)
		defer tick.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-tick.C:
				if t.over() {
					cancel()
				}
			}
		}
	}()
	return ctx, cancel
}

// body is b, of which nothing more is sent when the time is over: making the
// connection may have taken it, or the machine slept meanwhile.
func (t attemptTime) body(b io.Reader) io.ReadCloser { return io.NopCloser(timedReader{b, t}) }

type timedReader struct {
	io.Reader
	time attemptTime
}

func (r timedReader) Read(p []byte) (int, error) {
	if r.time.over() {
		return 0, context.DeadlineExceeded
	}
	return r.Reader.Read(p)
}

// serverClock follows the server's clock by the Date headers of its answers.
// The newest answer counts alone: a server whose clock is corrected, and one
// of several servers whose clocks differ, is believed as it is now. Its zero
// value has learnt nothing. For use from any goroutine.
type serverClock struct {
	mu       sync.Mutex
	date     time.Time // zero: no answer had one
	from, to time.Time // between these readings of our clock it was written
}

// learn takes in an answer of the API.
func (k *serverClock) learn(r reply) {
	date, err := http.ParseTime(r.header.Get("Date"))
	if err != nil || date.Unix() <= 0 {
		return
	}
	if r.header.Get("Age") != "" {
		return // a cache kept it: it was written before we asked
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.date.IsZero() || r.ended.After(k.to) {
		k.date, k.from, k.to = date.UTC(), r.started, r.ended
	}
}

// at is the server's clock when ours was at t. A Date is cut to the second.
func (k *serverClock) at(t time.Time) Moment {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.date.IsZero() {
		return Moment{}
	}
	least, _ := elapsed(k.to, t)
	_, most := elapsed(k.from, t)
	return Moment{Low: k.date.Add(least), High: k.date.Add(time.Second + most)}
}

// ServerNow is the server's clock now, as the answers' Date headers tell it.
// It is not known before an answer of the API had one. Between answers it is
// followed by the wall clock and by the monotonic one, and spans both: a
// clock that is set and a machine that sleeps make it less exact, not wrong.
func (c *Client) ServerNow() Moment { return c.server.at(c.now()) }
