package client

import (
	"context"
	"errors"
	"time"

	"leadimport/client/pace"
)

// errForeign is what a decoder of answers returns for a body that is not the
// API's.
var errForeign = errors.New("not an answer of the API")

// call is what an exchange is to do. op and req are required.
type call struct {
	op  operation
	req request
	// lead and intent are those of a save.
	lead   Lead
	intent Intent
	// decode looks at a 2xx that is not a save's; errForeign says that it is
	// not the API's.
	decode   func(body []byte) error
	retryFor time.Duration // default Config.RetryFor
	// fragile: an answer that was lost is lost for good (a scroll goes on).
	fragile bool
	// smaller, when set, is the same request for a part of what it asked for,
	// least contacts at least; ok is false when there is no smaller one.
	smaller func(least int) (r request, ok bool)
	// preflight: somebody waits to hear whether this is the API at all, so a
	// refusal that is not the API's is not asked for again.
	preflight bool
	// failed, when set, hears of each attempt that is to be repeated.
	failed func(*Error)
}

// exchange makes one call: attempts, one after the other, until there is an
// answer that ends it. Each attempt passes the gate, is announced by its
// intent, sent and judged; between two of them is a back-off.
//
// What writes to the API waits while the breaker is open, tells it what came
// of each attempt, and is not cut when the caller goes: what was sent is
// awaited. A read is cut, and passes by the breaker: it adds no doubt, and a
// probe is a read.
type exchange struct {
	call
	c   *Client
	ctx context.Context

	n      int // attempts so far
	slow   int // intents in a row that were too old to be sent
	answer Answer
	retry  retry
	trial  bool   // this call's next attempt closes the breaker, or not
	unlike bool   // an answer was about another contact
	cuts   int    // answers in a row that were cut
	doubt  *Error // a write's last ambiguous answer that may be sent again
}

// exchange makes a call. The error is an *Error, ctx's, or the intent's.
// Answer.Doubtful tells whether an attempt that may have been applied came
// before the last one.
func (c *Client) exchange(ctx context.Context, k call) (Answer, error) {
	if k.retryFor == 0 {
		k.retryFor = c.cfg.RetryFor
	}
	x := exchange{call: k, c: c, ctx: ctx}
	defer x.leave()
	for {
		if done, err := x.step(); done {
			return x.answer, err
		}
	}
}

// step makes one attempt and decides what follows.
func (x *exchange) step() (done bool, err error) {
	if err := x.enter(); err != nil {
		return true, x.ended(err)
	}
	v, e, err := x.attempt()
	if v == 0 {
		return err != nil, err
	}
	return x.decide(v, e)
}

// enter waits while the breaker is open.
func (x *exchange) enter() error {
	if !x.op.writes() || x.trial || !x.c.breaker.Open() {
		return nil
	}
	start := time.Now()
	trial, err := x.c.breaker.Enter(x.ctx, x.c.probe)
	x.trial = trial
	x.retry.paused(time.Since(start)) // the breaker keeps its own time
	if gone, ok := err.(*pace.AwayError); ok {
		return unavailable(gone)
	}
	return err
}

// unavailable is the error of a call for which the API was away too long.
func unavailable(gone *pace.AwayError) *Error {
	e := &Error{Kind: Unavailable, Code: "unavailable", Message: gone.Error(), Hint: "run again with --resume when the API answers"}
	if last, ok := gone.Last.(*Error); ok {
		e.Status, e.Code, e.RequestID, e.Err = last.Status, last.Code, last.RequestID, last
		e.Message += ": " + last.Message
	}
	return e
}

// leave hands the breaker's trial on when this call ends without an answer.
func (x *exchange) leave() {
	if x.trial {
		x.c.breaker.GiveBack()
	}
}

// attempt makes one attempt, from the gate to the verdict. With a verdict of 0
// nothing was sent, or nobody wants to know what came of it: the call is over
// when there is an error, and another attempt is to be made when there is none.
func (x *exchange) attempt() (verdict, *Error, error) {
	c := x.c
	ticket, waited, err := c.gate.Pass(x.ctx)
	c.totals.waited.Add(int64(waited))
	x.retry.paused(waited)
	if err != nil {
		return 0, nil, x.ended(err)
	}
	if x.op.writes() && !x.trial && c.breaker.Open() {
		c.gate.Cancel(ticket) // it opened while this call waited at the gate
		return 0, nil, nil
	}
	x.n++
	a := Attempt{N: x.n, At: c.now(), Create: x.op == opCreate}
	a.Deadline = a.At.Add(c.cfg.Timeout)
	if x.intent != nil {
		a.Server = c.server.at(a.At)
		if err := x.intent(a); err != nil {
			c.gate.Cancel(ticket)
			return 0, nil, err
		}
	}
	if err := x.ctx.Err(); err != nil {
		c.gate.Cancel(ticket)
		return 0, nil, x.ended(err)
	}
	bound := attemptTime{from: a.At, d: c.cfg.Timeout, now: c.now}
	if took := bound.spent(); took > c.cfg.Timeout/2 {
		c.gate.Cancel(ticket) // an intent this old eats the margin of the wait (R3)
		if x.slow++; x.slow == slowIntents {
			return 0, nil, &SlowIntentError{Took: took, Limit: c.cfg.Timeout / 2}
		}
		return 0, nil, nil
	}
	x.slow = 0
	ctx := x.ctx
	if x.op.writes() {
		ctx = context.WithoutCancel(ctx) // drain, never cut
	}
	r := c.wire.send(ctx, x.req, bound)
	x.record(ticket, r)
	if err := x.ctx.Err(); err != nil && r.err != nil && !x.op.writes() {
		return 0, nil, err
	}
	if least := x.tooLarge(r); least > 0 {
		if req, ok := x.smaller(least); ok {
			x.req = req
			return 0, nil, nil // at once: it is not that request that failed
		}
	}
	v, e := c.judge(&x.call, r)
	if v == good {
		v, e = x.accept(r)
	}
	if e != nil && e.RequestID != "" {
		x.answer.RequestID = e.RequestID
	}
	x.answer.EndedServer = c.server.at(r.ended)
	return v, e, nil
}

// tooLarge tells with how few contacts the answer may be asked for again, since
// it would perhaps have been all right had it been smaller; 0: it would not. It
// is larger than what is read; or it was cut, or a gateway gave it up, and so
// was the one before it. A gateway may have other reasons, and pages do not grow
// again, so for its sake they do not become tiny.
func (x *exchange) tooLarge(r reply) (least int) {
	switch gateway := r.status >= 500; {
	case x.smaller == nil:
		return 0
	case errors.Is(r.err, errOversized) && !gateway:
		x.cuts++
		return 1
	case !gateway && (r.err == nil || r.status < 200 || r.status > 299):
		x.cuts = 0
		return 0
	default:
		if x.cuts++; x.cuts == 1 {
			return 0
		}
		if gateway {
			return fewForGateways
		}
		return 1
	}
}

// fewForGateways contacts are small enough for any gateway.
const fewForGateways = 5

// record keeps what a reply says, whatever it means.
func (x *exchange) record(t pace.Ticket, r reply) {
	x.c.gate.Done(t, pace.Reply{Sent: r.sent, Status: r.status, Header: r.header, Started: r.started, Ended: r.ended})
	if r.sent {
		x.answer.Attempts++
	}
	x.c.totals.count(x.op, x.answer.Attempts, r)
	x.answer.Latency, x.answer.Ended = r.ended.Sub(r.started), r.ended
	if r.status == 0 {
		return
	}
	x.answer.Status = r.status
	x.answer.RequestID = clean(r.header.Get("X-Request-Id"))
}

// accept looks at a 2xx.
func (x *exchange) accept(r reply) (verdict, *Error) {
	c := x.c
	if x.op == opCreate || x.op == opUpdate {
		contact, ok := readContact(r.body, c.family)
		if !ok {
			return c.strange(r, "with a body that is not a contact")
		}
		c.answered(r)
		return x.echoed(contact)
	}
	if x.decode(r.body) != nil {
		return c.strange(r, "with a body that is not what was asked for")
	}
	c.answered(r)
	return good, nil
}

// decide says whether the call is over.
func (x *exchange) decide(v verdict, e *Error) (done bool, err error) {
	c := x.c
	if x.op.writes() {
		x.tellBreaker(v, e)
	}
	switch v {
	case good:
		return true, nil
	case refused, stop:
		return true, e
	case limited:
		if c.gate.Starved(x.retryFor) {
			return true, x.spent(e)
		}
		c.log.Debug().Int("status", e.Status).Msg("rate limit: everybody waits")
		return false, nil
	case ambiguous:
		if x.op == opCreate {
			return true, e
		}
		if x.op.writes() {
			x.doubt = e
		}
		x.answer.Doubtful, x.answer.DoubtfulServer = x.answer.Ended, x.answer.EndedServer
		if x.fragile {
			return true, away(e)
		}
	}
	if x.failed != nil {
		x.failed(e)
	}
	pause, ok := x.retry.next(c, x.retryFor, e)
	if !ok {
		return true, x.spent(e)
	}
	c.totals.backedOff.Add(int64(pause))
	if err := sleep(x.ctx, pause); err != nil {
		return true, x.ended(err)
	}
	return false, nil
}

// tellBreaker reports what came of an attempt.
func (x *exchange) tellBreaker(v verdict, e *Error) {
	if v == limited || v == stop {
		return // says nothing of whether the API works
	}
	log := &x.c.log
	var failure error
	if v == ambiguous || v == notApplied {
		failure = e
	}
	if x.c.breaker.Record(x.trial, failure) {
		log.Warn().Str("code", e.Code).Int("status", e.Status).Msg("most answers are failures: nothing is created or updated until the API answers again")
	} else if x.trial && v == good {
		log.Info().Msg("the API answers again")
	}
	x.trial = false
}

// spent is the end of a call whose time for retries is over.
func (x *exchange) spent(e *Error) error {
	if x.doubt != nil {
		return x.doubt
	}
	return away(e)
}

// ended is the end of a call that starts no attempt any more. A write whose
// last word was ambiguous says so: it may have been applied.
func (x *exchange) ended(err error) error {
	if x.doubt == nil {
		return err
	}
	e := *x.doubt
	e.Err = errors.Join(err, x.doubt.Err)
	return &e
}

// away is the end of a call that nobody answered for too long, and that left
// nothing in doubt.
func away(e *Error) *Error {
	gone := *e
	if gone.Kind, gone.strange = Unavailable, false; e.strange {
		gone.Kind, gone.Hint = Misdirected, foreignHint // it would be no better later
	}
	return &gone
}
