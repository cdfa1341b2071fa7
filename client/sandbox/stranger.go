package sandbox

import (
	"fmt"
	"math"
	"time"
)

// Strangers are people whom no request made: they sign up on a web site or
// write in the Messenger, now and then with the e-mail address or the name of
// somebody whom an import creates at that time.

// How far from a create request strangers sign up, at most. Most do so within
// a few seconds of it, where times in whole seconds tell nothing.
const (
	strangerBefore = 30 * time.Second
	strangerAfter  = time.Minute
)

// SetStrangers replaces Config.Strangers from the next request on.
func (s *Server) SetStrangers(p float64) error {
	if err := checkStrangers(p); err != nil {
		return fmt.Errorf("sandbox: %w", err)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.strangers = p
	return nil
}

func checkStrangers(p float64) error {
	if !(p >= 0 && p <= 1) { // NaN too
		return fmt.Errorf("strangers: %v is no probability between 0 and 1", p)
	}
	return nil
}

// stranger may have somebody like the one whom q creates sign up: before q, in
// the same second, or after it.
func (s *Server) stranger(q *request) {
	if !s.roll(s.strangers) {
		return
	}
	r := &reader{s: s, q: q, in: q.in}
	email, name := text(r.email()), text(r.name(true))
	if r.refusal != nil {
		return
	}
	if email != "" && name != "" {
		switch s.rng.IntN(3) {
		case 0:
			email = ""
		case 1:
			name = ""
		}
	}
	if email == "" && name == "" {
		return
	}
	role := "lead"
	if q.version.major == 2 && email != "" && s.roll(0.5) {
		role = "user"
	}
	near := math.Pow(s.rng.Float64(), 3)
	then := *q
	switch s.rng.IntN(3) {
	case 0:
		// The index takes as long as always from now on, which is a little more
		// than from then: nobody who looked meanwhile was told wrong.
		then.now = q.now.Add(-time.Duration(near * float64(strangerBefore)))
		s.signUp(&then, role, email, name)
	case 1:
		s.signUp(&then, role, email, name)
	default:
		s.later(q.at.Add(time.Duration(near*float64(strangerAfter))), &then, func() *answer {
			s.signUp(&then, role, email, name)
			return nil
		})
	}
}

// signUp makes a contact as of q that is nobody's but its own: with few
// attributes, some of which no import sends.
func (s *Server) signUp(q *request, role, email, name string) *contact {
	if role == "user" && s.people.rival(nil, email, "") != nil {
		role = "lead"
	}
	c := &contact{id: s.newID(q.now), role: role, made: q.version.text, stranger: true, email: email, name: name}
	if role == "lead" {
		s.name(c)
	} else {
		c.signedUp = q.now
	}
	if s.roll(0.5) {
		c.lastSeen, c.userAgent = q.now, "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0"
	}
	s.people.add(c, q)
	s.count.Strangers++
	return c
}

// text is what s points to, nothing for nil.
func text(s *string) string {
	if s == nil {
		return ""
	}
	return *s
}
