package sandbox

import "net/http"

// /users of 1.x, as far as leads touch it: what they are converted into.

// saveUser is POST /users: create or update by id, user_id or e-mail address,
// in that order (users page, 1.4).
func saveUser(s *Server, q *request) *answer {
	p, refusal := s.userPatch(q, q.in)
	if refusal != nil {
		return refusal
	}
	id, _ := q.in.text("id")
	c, refusal := s.user(id, p)
	if refusal != nil {
		return refusal
	}
	if c == nil && id != "" {
		return userNotFound()
	}
	if c != nil {
		s.people.change(c, q, func() { p.apply(s, c) })
	} else {
		if empty(p.email) && empty(p.externalID) {
			return refuse(http.StatusBadRequest, "parameter_not_found", "user_id or email is required")
		}
		if refusal := s.room(); refusal != nil {
			return refusal
		}
		c = s.newContact(q, "user", p)
	}
	s.attachInline(q, c, p.companies)
	return &answer{status: http.StatusOK, body: s.render(q, c), wrote: c}
}

// user finds the user that id, user_id or the e-mail address of p name; nil
// when there is none.
func (s *Server) user(id string, p *patch) (*contact, *answer) {
	if id != "" {
		if c := s.people.byID[id]; c != nil && c.role == "user" && !c.archived {
			return c, nil
		}
		return nil, nil
	}
	if !empty(p.externalID) {
		c := s.people.owner[*p.externalID]
		if c == nil || c.role != "user" || c.archived {
			return nil, nil
		}
		return c, nil
	}
	var found *contact
	if !empty(p.email) {
		for _, c := range s.people.email[*p.email] {
			if c.gone || c.role != "user" || c.archived || c.email != *p.email {
				continue
			}
			if found != nil {
				return nil, refuse(http.StatusConflict, "conflict", "Multiple existing users match this email address - must be more specific using user_id")
			}
			found = c
		}
	}
	return found, nil
}

// userPatch is leadPatch with what only users have.
func (s *Server) userPatch(q *request, in object) (*patch, *answer) {
	p, refusal := s.leadPatch(q, in)
	if refusal != nil {
		return nil, refusal
	}
	r := &reader{s: s, q: q, in: in}
	p.externalID = r.text("user_id", false)
	p.signedUp = r.time("signed_up_at", false)
	return p, r.refusal
}

func showUser(s *Server, q *request) *answer {
	c := s.people.byID[q.args[0]]
	if c == nil || c.role != "user" || c.archived {
		return userNotFound()
	}
	return &answer{status: http.StatusOK, body: s.render(q, c)}
}

func deleteUser(s *Server, q *request) *answer {
	c := s.people.byID[q.args[0]]
	if q.args[0] == "" {
		c = s.people.owner[q.query("user_id")]
	}
	if c == nil || c.role != "user" || c.archived {
		return userNotFound()
	}
	s.people.change(c, q, func() { c.archived = true })
	return &answer{status: http.StatusOK, body: s.render(q, c), wrote: c}
}

// convertLead is POST /contacts/convert: a lead becomes the user that is
// named, merged into them where they exist.
func convertLead(s *Server, q *request) *answer {
	leadRef, ok1 := parseObject(q.in["contact"])
	userRef, ok2 := parseObject(q.in["user"])
	if !ok1 || !ok2 {
		return refuse(http.StatusBadRequest, "parameter_not_found", "contact and user are required")
	}
	id, _ := leadRef.text("id")
	c := s.lead(id)
	if id == "" {
		userID, _ := leadRef.text("user_id")
		c = s.leadOf(userID)
	}
	if c == nil {
		return userNotFound()
	}
	p, refusal := s.userPatch(q, userRef)
	if refusal != nil {
		return refusal
	}
	userID, _ := userRef.text("id")
	u, refusal := s.user(userID, p)
	switch {
	case refusal != nil:
		return refusal
	case u != nil:
		s.people.change(u, q, func() { p.apply(s, u) })
		s.absorb(q, c, u)
	case userID != "":
		return userNotFound()
	case empty(p.email) && empty(p.externalID):
		return refuse(http.StatusBadRequest, "parameter_not_found", "user_id or email of the user is required")
	default:
		u = c
		s.people.change(c, q, func() {
			c.role = "user"
			p.apply(s, c)
		})
	}
	return &answer{status: http.StatusOK, body: s.render(q, u), wrote: u}
}
