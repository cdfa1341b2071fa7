package client

import (
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
