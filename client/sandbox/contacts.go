package sandbox

import "net/http"

// The 2.x family: /contacts holds users and leads, told apart by role.

// createContact is POST /contacts of 2.x. A user whose e-mail address or
// external id another user has is a conflict; a lead never is.
func createContact(s *Server, q *request) *answer {
	if !q.in.has("email") && !q.in.has("external_id") && !q.in.has("role") {
		return refuse(http.StatusBadRequest, "parameter_not_found", "email, external_id or role is required")
	}
	p, refusal := s.contactPatch(q)
	if refusal != nil {
		return refusal
	}
	role := "user"
	if p.role != nil {
		role = *p.role
	}
	if refusal := s.external(role, p); refusal != nil {
		return refusal
	}
	if role == "user" && empty(p.email) && empty(p.externalID) {
		return refuse(http.StatusBadRequest, "parameter_not_found", "email or external_id is required for a user")
	}
	if refusal := s.conflict(nil, role, p); refusal != nil {
		return refusal
	}
	if refusal := s.room(); refusal != nil {
		return refusal
	}
	c := s.newContact(q, role, p)
	return &answer{status: http.StatusOK, body: s.render(q, c), wrote: c}
}

// updateContact is PUT /contacts/{id}: what the body does not name stays.
func updateContact(s *Server, q *request) *answer {
	c, refusal := s.contact(q, contactNotFound)
	if refusal != nil {
		return refusal
	}
	p, refusal := s.contactPatch(q)
	if refusal != nil {
		return refusal
	}
	role := c.role
	if p.role != nil {
		role = *p.role
	}
	if c.role == "user" && role == "lead" {
		return refuse(http.StatusBadRequest, "client_error", "Contact with user role can't be converted to a lead")
	}
	if refusal := s.external(role, p); refusal != nil {
		return refusal
	}
	if refusal := s.conflict(c, role, p); refusal != nil {
		return refusal
	}
	s.people.change(c, q, func() { p.apply(s, c) })
	return &answer{status: http.StatusOK, body: s.render(q, c), wrote: c}
}

// contactPatch reads the fields of create_contact_request. Unknown ones are
// ignored, type:"lead" among them.
func (s *Server) contactPatch(q *request) (*patch, *answer) {
	p := &patch{}
	r := &reader{s: s, q: q, in: q.in}
	p.role = r.text("role", false)
	if p.role != nil && *p.role != "user" && *p.role != "lead" && r.refusal == nil {
		r.refusal = invalid("role", "role should be user or lead")
	}
	p.externalID = r.text("external_id", false)
	p.email = r.email()
	p.verified = r.verified()
	p.phone = r.phone(true)
	p.name = r.name(true)
	p.avatar = r.text("avatar", true)
	p.signedUp = r.time("signed_up_at", true)
	p.lastSeen = r.time("last_seen_at", true)
	p.owner = r.owner()
	p.unsubscribed = r.boolean("unsubscribed_from_emails", true)
	if r.refusal != nil {
		return nil, r.refusal
	}
	if refusal := s.custom(q, q.in, "contact", p); refusal != nil {
		return nil, refusal
	}
	return p, nil
}

// verified is whether the person has proved to own the e-mail address, which
// 2.16 and later take together with it only. The code of the refusal is not
// documented.
func (r *reader) verified() *bool {
	if !r.q.version.atLeast(16) {
		return nil // unknown members are ignored
	}
	if _, sent := r.in["email_verified"]; sent && !r.in.has("email") && r.refusal == nil {
		r.refusal = invalid("email_verified", "email_verified can only be set together with email")
	}
	return r.boolean("email_verified", true)
}

// owner is an admin's id: an integer, since 2.16 a string.
func (r *reader) owner() *int64 {
	var n *int64
	if r.q.version.atLeast(16) && r.in.has("owner_id") {
		text := r.text("owner_id", true)
		n = new(int64)
		if text == nil || isNull(r.in["owner_id"]) {
			return n
		}
		if *text == adminText {
			*n = adminID
		}
	} else if n = r.integer("owner_id", true); n == nil || isNull(r.in["owner_id"]) {
		return n
	}
	if *n != adminID && r.refusal == nil {
		r.refusal = invalid("", "The owner specified is not a member of the workspace")
	}
	return n
}

// external decides what becomes of the external_id of a lead: integrators say
// that leads cannot be given one, the documents do not say what happens.
func (s *Server) external(role string, p *patch) *answer {
	if role == "user" || p.externalID == nil {
		return nil
	}
	switch s.cfg.LeadExternalID {
	case "reject":
		return invalid("external_id", "External IDs cannot be set if the role is `lead`")
	case "ignore":
		p.externalID = nil
	}
	return nil
}

// conflict is the 409 of users, archived ones too. self is the contact that
// is updated.
func (s *Server) conflict(self *contact, role string, p *patch) *answer {
	if role != "user" {
		return nil
	}
	var email, externalID string
	if self != nil && self.role == "lead" { // it becomes a user
		email, externalID = self.email, self.externalID
	}
	assign(&email, p.email)
	assign(&externalID, p.externalID)
	rival := s.people.rival(self, email, externalID)
	if rival == nil {
		return nil
	}
	message := "A contact matching those details already exists with id=" + rival.id
	if rival.archived {
		message = "An archived contact matching those details already exists with id=" + rival.id
	}
	return refuse(http.StatusConflict, "conflict", message)
}

func empty(s *string) bool { return s == nil || *s == "" }

// contact finds the contact that the path of q names, or says what missing
// says. Of one that was merged the description of 2.16 documents 410 for a
// read alone.
func (s *Server) contact(q *request, missing func() *answer) (*contact, *answer) {
	if c := s.people.byID[q.args[0]]; c != nil {
		return c, nil
	}
	if s.cfg.MergedWrites {
		if a := s.moved(q); a != nil {
			return nil, a
		}
	}
	return nil, missing()
}

// moved is the answer of 2.16 and later about a contact that was merged: its
// Link leads to whom it is now, past others that were merged in turn, "up to 3
// hops". Nil: it was not merged.
func (s *Server) moved(q *request) *answer {
	into, merged := s.people.merged[q.args[0]]
	if !merged || !q.version.atLeast(16) {
		return nil
	}
	for range 2 {
		if next, further := s.people.merged[into]; further {
			into = next
		}
	}
	a := refuse(http.StatusGone, "contact_merged", "This contact has been merged. See the 'Link' header for the canonical contact.")
	a.link = "</contacts/" + into + `>; rel="canonical"`
	return a
}

// showContact is GET /contacts/{id}; archived contacts are shown.
func showContact(s *Server, q *request) *answer {
	if a := s.moved(q); a != nil {
		return a
	}
	c, refusal := s.contact(q, userNotFound)
	if refusal != nil {
		return refusal
	}
	return &answer{status: http.StatusOK, body: s.render(q, c)}
}

// showExternal is GET /contacts/find_by_external_id/{id}: "only supports users
// and not leads".
func showExternal(s *Server, q *request) *answer {
	c := s.people.owner[q.args[0]]
	if c == nil || c.role != "user" || c.archived {
		return userNotFound()
	}
	return &answer{status: http.StatusOK, body: s.render(q, c)}
}
