package client

import (
	"context"
	"errors"
	"time"
)

// saver is one call of Save.
type saver struct {
	c      *Client
	ctx    context.Context
	lead   Lead
	intent Intent
	req    request
	op     operation
	// decode, when set, looks at a 2xx in place of the test for a contact.
	decode func(body []byte) error

	n      int // intents so far
	answer Answer
	retry  retry
	trial  bool   // this call's next attempt closes the breaker, or not
	doubt  *Error // an update's last ambiguous answer
}

// attempt makes one attempt, from the gate to the decision. It returns false
// when another is to be made.
func (s *saver) attempt() (done bool, err error) {
	c := s.c
	if err := s.enter(); err != nil {
		return true, s.ended(err)
	}
	ticket, waited, err := c.gate.pass(s.ctx)
	c.totals.waited.Add(int64(waited))
	s.retry.paused(waited)
	if err != nil {
		return true, s.ended(err)
	}
	if !s.trial && c.breaker.isOpen() {
		c.gate.cancel(ticket) // it opened while this call waited at the gate
		return false, nil
	}
	s.n++
	a := Attempt{N: s.n, At: c.now(), Create: s.op == opCreate}
	a.Server = c.server.at(a.At)
	a.Deadline = a.At.Add(c.cfg.Timeout)
	if s.intent != nil {
		if err := s.intent(a); err != nil {
			c.gate.cancel(ticket)
			return true, err
		}
	}
	if err := s.ctx.Err(); err != nil {
		c.gate.cancel(ticket)
		return true, s.ended(err)
	}
	if time.Until(a.Deadline) < c.cfg.Timeout/2 {
		c.gate.cancel(ticket) // an intent this old eats the margin of the wait (R3)
		return false, nil
	}
	// Drain, never cut: what was sent is awaited although the caller goes.
	ctx, cancel := context.WithDeadline(context.WithoutCancel(s.ctx), a.Deadline)
	r := c.wire.send(ctx, s.req)
	cancel()
	s.record(ticket, r)
	return s.decide(r)
}

// enter waits while the breaker is open.
func (s *saver) enter() error {
	if s.trial || !s.c.breaker.isOpen() {
		return nil
	}
	start := time.Now()
	trial, err := s.c.breaker.enter(s.ctx, s.c.probe)
	s.trial = trial
	s.retry.paused(time.Since(start)) // the breaker keeps its own time
	return err
}

// leave hands the breaker's trial on when this call ends without an answer.
func (s *saver) leave() {
	if s.trial {
		s.c.breaker.giveBack()
	}
}

// record keeps what a reply says, whatever it means.
func (s *saver) record(t ticket, r reply) {
	s.c.gate.done(t, r)
	if r.sent {
		s.answer.Attempts++
	}
	s.c.totals.count(s.op, s.answer.Attempts, r)
	s.answer.Latency, s.answer.Ended = r.ended.Sub(r.started), r.ended
	if r.status == 0 {
		return
	}
	s.answer.Status = r.status
	s.answer.RequestID = clean(r.header.Get("X-Request-Id"))
}

// decide says whether the call is over.
func (s *saver) decide(r reply) (done bool, err error) {
	c := s.c
	v, e := c.judge(s.op, r)
	if v == good {
		v, e = s.accept(r)
	}
	s.answer.EndedServer = c.server.at(r.ended)
	if e != nil && e.RequestID != "" {
		s.answer.RequestID = e.RequestID
	}
	if c.breaker.record(s.trial, v, e) {
		c.log.Warn().Str("code", e.Code).Int("status", e.Status).Msg("most answers are failures: nothing is created or updated until the API answers again")
	} else if s.trial && v == good {
		c.log.Info().Msg("the API answers again")
	}
	if v != limited && v != stop {
		s.trial = false
	}
	switch v {
	case good:
		return true, nil
	case refused, stop:
		return true, e
	case limited:
		if c.gate.starved(c.cfg.RetryFor) {
			return true, s.spent(e)
		}
		c.log.Debug().Int("status", e.Status).Msg("rate limit: everybody waits")
		return false, nil
	case ambiguous:
		if s.op == opCreate {
			return true, e
		}
		s.doubt = e
		s.answer.Doubtful, s.answer.DoubtfulServer = s.answer.Ended, s.answer.EndedServer
	}
	pause, ok := s.retry.next(c, c.cfg.RetryFor, e)
	if !ok {
		return true, s.spent(e)
	}
	c.totals.backedOff.Add(int64(pause))
	if err := sleep(s.ctx, pause); err != nil {
		return true, s.ended(err)
	}
	return false, nil
}

// accept holds a 2xx against what was sent (guarantee R4).
func (s *saver) accept(r reply) (verdict, *Error) {
	c := s.c
	if s.decode != nil {
		if s.decode(r.body) != nil {
			return c.alien(r, "a body that is not what was asked for")
		}
		c.answered(r)
		return good, nil
	}
	contact, _, ok := readContact(r.body, c.family)
	if !ok {
		return c.alien(r, "a body that is not a contact")
	}
	c.answered(r)
	s.answer.Contact = contact
	if c.echoes(contact, s.lead) {
		return good, nil
	}
	return s.readBack(contact)
}

// spent is the end of a call whose time for retries is over.
func (s *saver) spent(e *Error) error {
	if s.doubt != nil {
		return s.doubt
	}
	return away(e)
}

// ended is the end of a call that starts no attempt any more. An update whose
// last word was ambiguous says so: it may have been applied.
func (s *saver) ended(err error) error {
	if s.doubt == nil {
		return err
	}
	e := *s.doubt
	e.Err = errors.Join(err, s.doubt.Err)
	return &e
}
