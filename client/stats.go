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
}

// totals are Stats while they grow.
type totals struct {
	calls, retries, limited, creates, updates, waited atomic.Int64
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
	switch op {
	case opCreate:
		t.creates.Add(1)
	case opUpdate:
		t.updates.Add(1)
	}
}

// spendthrift tells whether the retries have reached a tenth of the requests
// (and more than a handful): then the next one waits as long as any may.
func (t *totals) spendthrift() bool {
	return t.retries.Load() > 10+t.calls.Load()/10
}

// Stats returns the totals so far.
func (c *Client) Stats() Stats {
	return Stats{
		Calls:       c.totals.calls.Load(),
		Retries:     c.totals.retries.Load(),
		RateLimited: c.totals.limited.Load(),
		Creates:     c.totals.creates.Load(),
		Updates:     c.totals.updates.Load(),
		Waited:      time.Duration(c.totals.waited.Load()),
	}
}

// Limit is the pace that the API granted last, in requests per second: our
// share of its limit, without what others were seen to use, and never above
// Config.Rate. known tells whether an answer has told of one yet.
func (c *Client) Limit() (perSecond float64, known bool) { return c.gate.granted() }
