package client

import (
	"context"
	"errors"
	"time"
)

// Attempt is one request of Save that is about to be sent.
type Attempt struct {
	N        int       // from 1 within one call of Save
	At       time.Time // the time of the intent; the attempt's deadline counts from it (guarantee R3)
	Deadline time.Time // At plus Config.Timeout
	Create   bool      // false: an update by id
}

// Intent is called after the gate let an attempt pass and before its first
// byte. It returns once the intent is on disk; an error ends Save with that
// error, and nothing was sent. It is called from the goroutine of Save. When
// it took so long that less than half of the attempt's time is left, the
// attempt is not sent: Save asks again with a new one.
type Intent func(Attempt) error

// Contact is a contact as the API answers it.
type Contact struct {
	ID         string
	UserID     string // family 1.x
	ExternalID string // family 2.x
	Role       string // family 2.x: "user" or "lead"
	Email      string
	Phone      string
	Name       string
	CreatedAt  time.Time
	UpdatedAt  time.Time
	Archived   bool
	// Custom holds the custom attributes as JSON (string, number, boolean, null).
	Custom map[string]any
}

// Answer is what is known of the requests of one call, whether it went well
// or not. Its zero fields are unknown: no answer came.
type Answer struct {
	Contact   Contact
	Status    int           // HTTP status of the last answer
	RequestID string        // of the last answer
	Attempts  int           // requests of which a byte may have been sent
	Latency   time.Duration // of the last attempt
	Ended     time.Time     // when the last attempt ended, by our clock
	Skew      time.Duration // server's clock minus ours, from the last answer's Date header; resolution 1 s
	// Doubtful is when the last attempt ended that may still be applied after
	// a later one, updates only; zero: none did.
	Doubtful time.Time
}

// Save creates lead, or updates it when lead.IsUpdate(). It waits at the gate,
// calls intent (nil: none), sends, and tries again what is safe to try again:
// for a create only what was surely not applied, for an update also what is
// ambiguous. intent is called before each attempt.
//
// A create that may have been applied is never sent again: it ends with an
// *Error of kind Ambiguous. A success has passed the test of guarantee R4: a
// complete 2xx object of type "contact" with an id that echoes what was sent.
//
// When ctx ends, Save starts no new attempt and returns ctx's error, but an
// attempt in flight is awaited within its deadline: drain, never cut.
func (c *Client) Save(ctx context.Context, lead Lead, intent Intent) (Answer, error) {
	if err := ctx.Err(); err != nil {
		return Answer{}, err
	}
	req, err := saving(c.family, lead)
	if err != nil {
		return Answer{}, &Error{Kind: Refused, Code: "invalid_id", Message: err.Error()}
	}
	s := saver{c: c, ctx: ctx, lead: lead, intent: intent, req: req, op: opCreate}
	if lead.IsUpdate() {
		s.op = opUpdate
	}
	defer s.leave()
	for {
		done, err := s.attempt()
		if done {
			return s.answer, err
		}
	}
}

// saver is one call of Save.
type saver struct {
	c      *Client
	ctx    context.Context
	lead   Lead
	intent Intent
	req    request
	op     operation

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
	a := Attempt{N: s.n, At: time.Now(), Create: s.op == opCreate}
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
	if skew, ok := skew(r); ok {
		s.answer.Skew = skew
	}
}

// decide says whether the call is over.
func (s *saver) decide(r reply) (done bool, err error) {
	c := s.c
	v, e := c.judge(s.op, r)
	if v == good {
		v, e = s.accept(r)
	}
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
		return false, nil
	case ambiguous:
		if s.op == opCreate {
			return true, e
		}
		s.doubt = e
		s.answer.Doubtful = r.ended
	}
	pause, ok := s.retry.next(c, c.cfg.RetryFor, e)
	if !ok {
		return true, s.spent(e)
	}
	if err := sleep(s.ctx, pause); err != nil {
		return true, s.ended(err)
	}
	return false, nil
}

// accept holds a 2xx against what was sent (guarantee R4).
func (s *saver) accept(r reply) (verdict, *Error) {
	c := s.c
	contact, _, ok := readContact(r.body, c.family)
	if !ok {
		return c.alien(r, "a body that is not a contact")
	}
	c.foreign.Store(0)
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

// readBack asks for the contact that an answer named when it did not echo
// what was sent: the API may have rewritten it, and then its other attributes
// are ours. If they are not, the answer may be about somebody else.
func (s *saver) readBack(contact Contact) (verdict, *Error) {
	again, found, err := s.c.Contact(s.ctx, contact.ID)
	if err == nil && found && s.c.echoes(again, s.lead) {
		s.answer.Contact = again
		return good, nil
	}
	if err == nil && found && s.rewritten(again) {
		s.answer.Contact = again
		return good, nil
	}
	return ambiguous, &Error{
		Kind:      Ambiguous,
		Status:    s.answer.Status,
		Code:      "another_contact",
		Message:   "the API answered with a contact that does not carry what was sent",
		RequestID: s.answer.RequestID,
		ContactID: contact.ID,
		Err:       err,
	}
}

// rewritten tells whether contact is ours although its e-mail is not the one
// that was sent: everything else that it shows is.
func (s *saver) rewritten(contact Contact) bool {
	if s.op == opUpdate && !(s.lead.ID == contact.ID || s.lead.ID == "" && s.lead.UserID == contact.UserID) {
		return false
	}
	rest := Lead{}
	for _, f := range s.lead.Fields {
		if f.Name != "email" {
			rest.Fields = append(rest.Fields, f)
		}
	}
	same, compared := contact.Carries(rest)
	return same && compared > 0 && contact.Email != ""
}
