package sandbox

import (
	"fmt"
	"time"
)

// What happens to people between two imports, for tests: no request asks for
// it, none is counted, and no fault befalls it. It shows up in lists and
// search as everything does, after the lag.

// SignUp has a stranger sign up, as a "lead" or a "user", and returns the id.
// A user whose e-mail address another user has becomes a lead.
func (s *Server) SignUp(role, email, name string) (id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := s.aside()
	return s.signUp(q, role, s.spellEmail(email), s.spellName(name)).id
}

// Archive archives a contact: in 1.x it cannot be read any more, in 2.x only
// by id.
func (s *Server) Archive(id string) error {
	return s.happen(id, func(q *request, c *contact) error {
		s.people.change(c, q, func() { c.archived = true })
		return nil
	})
}

// Delete deletes a contact for good.
func (s *Server) Delete(id string) error {
	return s.happen(id, func(q *request, c *contact) error {
		s.drop(c, q)
		return nil
	})
}

// Convert makes a lead a user, as when the person logs in: the id stays, and
// 1.x shows the person among the users only.
func (s *Server) Convert(id string) error {
	return s.happen(id, func(q *request, c *contact) error {
		if c.role != "lead" {
			return fmt.Errorf("sandbox: %s is no lead", id)
		}
		s.people.change(c, q, func() { c.role = "user" })
		return nil
	})
}

// Merge merges a contact into a user, as on the visit of a user with the same
// e-mail address: its id is gone, or moved (2.16 and later). No request merges
// users, but the description of 2.16 knows contacts that were merged one into
// the next.
func (s *Server) Merge(id, user string) error {
	return s.happen(id, func(q *request, from *contact) error {
		into := s.people.byID[user]
		if from == into || into == nil || into.role != "user" {
			return fmt.Errorf("sandbox: %s cannot be merged into %s, who is no other user", id, user)
		}
		s.absorb(q, from, into)
		return nil
	})
}

// happen does to a contact what no request asks for.
func (s *Server) happen(id string, do func(*request, *contact) error) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := s.aside()
	c := s.people.byID[id]
	if c == nil {
		return fmt.Errorf("sandbox: there is no contact %s", id)
	}
	return do(q, c)
}

// aside is a request that nobody sent, as of now.
func (s *Server) aside() *request {
	at := time.Now()
	s.applyDue(at)
	v, _ := parseVersion(s.cfg.Version)
	return &request{version: v, at: at, now: s.clock(at)}
}
