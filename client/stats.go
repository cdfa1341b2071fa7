package client

import (
	"sync/atomic"
	"time"
)

// Stats are totals since New. They may be read at any time.
type Stats struct {
	Calls       int64         // requests sent, of every kind
	Retries     int64         // of these, second and later attempts of one call
	RateLimited int64         // answers 429
	Creates     int64         // creates sent
	Updates     int64         // updates sent
	Waited      time.Duration // time that calls spent at the gate, added up
	BackedOff   time.Duration // time that calls spent between two attempts of theirs, added up
	Paused      time.Duration // time in which a 429 made everybody wait
	Outage      time.Duration // time in which nothing was written because most answers were failures
	// Responses counts complete and incomplete answers by their HTTP status.
	Responses map[int]int64
	Latency   Latency // of these answers, from the first byte sent to the last received
}

// totals are Stats while they grow.
type totals struct {
	calls, retries, limited, creates, updates, waited, backedOff atomic.Int64

	responses [600]atomic.Int64 // by status; 0: of no known class
	latencies latencies
}

// count adds a reply to the totals. n is the number of the attempt within its
// call, from 1.
func (t *totals) count(op operation, n int, r reply) {
	if !r.sent {
		return
	}
	t.calls.Add(1)
	if n > 1 {
		t.retries.Add(1)
	}
	if r.status == 429 {
		t.limited.Add(1)
	}
	if r.status != 0 {
		t.responses[statusSlot(r.status)].Add(1)
		t.latencies.add(r.ended.Sub(r.started))
	}
	switch op {
	case opCreate:
		t.creates.Add(1)
	case opUpdate:
		t.updates.Add(1)
	}
}

// manyRetries reports whether the retries have reached a tenth of the requests
// (and more than a handful): then the next one waits as long as any may.
func (t *totals) manyRetries() bool {
	return t.retries.Load() > 10+t.calls.Load()/10
}

// statusSlot keeps a status that HTTP does not have from counting as another.
func statusSlot(status int) int {
	if status < 100 || status > 599 {
		return 0
	}
	return status
}

// Stats returns the totals so far.
func (c *Client) Stats() Stats {
	responses := map[int]int64{}
	for status := range c.totals.responses {
		if n := c.totals.responses[status].Load(); n > 0 {
			responses[status] = n
		}
	}
	return Stats{
		Calls:       c.totals.calls.Load(),
		Retries:     c.totals.retries.Load(),
		RateLimited: c.totals.limited.Load(),
		Creates:     c.totals.creates.Load(),
		Updates:     c.totals.updates.Load(),
		Waited:      time.Duration(c.totals.waited.Load()),
		BackedOff:   time.Duration(c.totals.backedOff.Load()),
		Paused:      c.gate.Paused(),
		Outage:      c.breaker.OpenFor(),
		Responses:   responses,
		Latency:     c.totals.latencies.summary(),
	}
}

// Limit is the pace that the API granted last, in requests per second: our
// share of its limit, without what others were seen to use, and never above
// Config.Rate. known reports whether an answer has told of one yet.
func (c *Client) Limit() (perSecond float64, known bool) { return c.gate.Granted() }

// Quota is what the API last said that it grants to all users of the token's
// app together: requests in a stretch of time. known is false before any
// answer has told.
func (c *Client) Quota() (requests int, per time.Duration, known bool) { return c.gate.Quota() }
