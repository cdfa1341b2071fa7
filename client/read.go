package client

import (
	"context"
	"errors"
	"time"
)

// errAlien is what a decoder of answers returns for a body that is not the
// API's.
var errAlien = errors.New("not an answer of the API")

// call is a request that may be sent any number of times: it changes nothing,
// or nothing more the second time.
type call struct {
	req      request
	retryFor time.Duration
	// decode looks at a 2xx; errAlien says that it is not the API's.
	decode func(body []byte) error
	// fragile: an answer that was lost is lost for good (a scroll goes on).
	fragile bool
	// failed, when set, hears of each attempt that is to be repeated.
	failed func(*Error)
}

// do sends k until there is an answer, through the gate each time. The error
// is an *Error, or ctx's. again tells whether an attempt that may have been
// applied came before the last one.
func (c *Client) do(ctx context.Context, k call) (again bool, err error) {
	if k.retryFor == 0 {
		k.retryFor = c.cfg.RetryFor
	}
	var r retry
	for n := 1; ; n++ {
		v, e, err := c.once(ctx, k, n, &r)
		switch {
		case err != nil:
			return again, err
		case v == good:
			return again, nil
		case v == refused, v == stop:
			return again, e
		case v == limited:
			if c.gate.starved(k.retryFor) {
				return again, away(e)
			}
			c.log.Debug().Int("status", e.Status).Msg("rate limit: everybody waits")
			continue
		}
		again = again || v == ambiguous
		if k.fragile && v == ambiguous {
			return again, away(e)
		}
		if k.failed != nil {
			k.failed(e)
		}
		pause, ok := r.next(c, k.retryFor, e)
		if !ok {
			return again, away(e)
		}
		c.totals.backedOff.Add(int64(pause))
		if err := sleep(ctx, pause); err != nil {
			return again, err
		}
	}
}

// once sends k once.
func (c *Client) once(ctx context.Context, k call, n int, r *retry) (verdict, *Error, error) {
	ticket, waited, err := c.gate.pass(ctx)
	c.totals.waited.Add(int64(waited))
	r.paused(waited)
	if err != nil {
		return 0, nil, err
	}
	attempt, cancel := context.WithTimeout(ctx, c.cfg.Timeout)
	defer cancel()
	answer := c.wire.send(attempt, k.req)
	c.gate.done(ticket, answer)
	c.totals.count(opRead, n, answer)
	if err := ctx.Err(); err != nil && answer.err != nil {
		return 0, nil, err
	}
	v, e := c.judge(opRead, answer)
	if v == good && k.decode != nil {
		if err := k.decode(answer.body); err != nil {
			v, e = c.alien(answer, "a body that is not what was asked for")
		}
	}
	if v == good {
		c.answered(answer)
	}
	return v, e, nil
}

// away is the end of a call that nobody answered for too long. A read changes
// nothing, so nothing of it is in doubt.
func away(e *Error) *Error {
	gone := *e
	if gone.Kind = Unavailable; e.Code == notTheAPI {
		gone.Kind, gone.Hint = Misdirected, aliens // it would be no better later
	}
	return &gone
}
