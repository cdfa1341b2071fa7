package sandbox

import (
	"encoding/json"
	"net/http"
)

// The 1.x family: /contacts holds leads only.

// saveKind tells what a POST /contacts is: in 1.x an identifier in the body
// makes it an update.
func saveKind(q *request) string {
	if q.version.major == 1 && (q.in.ident("id") != "" || q.in.ident("user_id") != "") {
		return "update"
	}
	return "create"
}

// saveLead is POST /contacts of 1.x: without id and user_id it always makes a
// new lead, whoever else has its e-mail address.
func saveLead(s *Server, q *request) *answer {
	for _, key := range []string{"id", "user_id"} {
		if _, ok := q.in.text(key); q.in.has(key) && !ok {
			return refuse(http.StatusBadRequest, "type_mismatch", key+" should be a string")
		}
	}
	id, _ := q.in.text("id")
	userID, _ := q.in.text("user_id")
	if id == "" && userID == "" {
		return s.writeLead(q, nil)
	}
	c := s.lead(id)
	if id == "" {
		c = s.leadOf(userID)
	}
	if c == nil {
		if s.cfg.UnknownID == "create" {
			return s.writeLead(q, nil)
		}
		return userNotFound()
	}
	return s.writeLead(q, c)
}

// putLead is PUT /contacts/{id}, which the official Ruby SDK of 1.x used.
func putLead(s *Server, q *request) *answer {
	c := s.lead(q.args[0])
	if c == nil {
		return userNotFound()
	}
	return s.writeLead(q, c)
}

// lead finds a lead that 1.x shows.
func (s *Server) lead(id string) *contact {
	c := s.people.byID[id]
	if c == nil || c.role != "lead" || c.archived {
		return nil
	}
	return c
}

// leadOf finds a lead by the user_id that the server gave it.
func (s *Server) leadOf(userID string) *contact {
	c := s.people.owner[userID]
	if c == nil || c.role != "lead" || c.archived {
		return nil
	}
	return c
}

// writeLead creates a lead (c is nil) or updates c.
func (s *Server) writeLead(q *request, c *contact) *answer {
	p, refusal := s.leadPatch(q, q.in)
	if refusal != nil {
		return refusal
	}
	if c == nil {
		if refusal := s.room(); refusal != nil {
			return refusal
		}
		c = s.newContact(q, "lead", p)
	} else {
		s.people.change(c, q, func() { p.apply(s, c) })
	}
	s.attachInline(q, c, p.companies)
	return &answer{status: http.StatusOK, body: s.render(q, c), wrote: c}
}

// leadPatch reads the writable fields of a lead or user of 1.x. What is not
// writable is ignored; null is refused, as it is known of leads.
func (s *Server) leadPatch(q *request, in object) (*patch, *answer) {
	p := &patch{}
	r := &reader{s: s, q: q, in: in}
	p.email = r.email()
	p.phone = r.phone(false)
	p.name = r.name(false)
	p.avatar = r.picture()
	p.lastSeen = r.time("last_request_at", false)
	p.lastIP = r.text("last_seen_ip", false)
	p.userAgent = r.text("last_seen_user_agent", false)
	p.unsubscribed = r.boolean("unsubscribed_from_emails", false)
	r.boolean("new_session", false) // leads have no sessions
	if now := r.boolean("update_last_request_at", false); now != nil && *now {
		p.lastSeen = &q.now
	}
	p.companies = r.companies()
	if r.refusal != nil {
		return nil, r.refusal
	}
	if refusal := s.custom(q, in, "contact", p); refusal != nil {
		return nil, refusal
	}
	return p, nil
}

// picture is the avatar of 1.x: an object with an image_url.
func (r *reader) picture() *string {
	raw, ok := r.in["avatar"]
	if !ok {
		return nil
	}
	var picture struct {
		ImageURL *string `json:"image_url"`
	}
	if raw[0] != '{' || json.Unmarshal(raw, &picture) != nil {
		r.mismatch("avatar", "an object with an image_url")
		return nil
	}
	if picture.ImageURL == nil {
		return new(string)
	}
	return picture.ImageURL
}

// room refuses one contact too many.
func (s *Server) room() *answer {
	if s.cfg.MaxContacts > 0 && s.people.live >= s.cfg.MaxContacts {
		return refuse(http.StatusBadRequest, "client_error", "This development workspace has reached its limit of contacts")
	}
	return nil
}

// newContact makes a contact of p and takes it in.
func (s *Server) newContact(q *request, role string, p *patch) *contact {
	c := &contact{id: s.newID(q.now), role: role, made: q.version.text}
	if role == "lead" {
		s.name(c)
	}
	p.apply(s, c)
	s.people.add(c, q)
	return c
}

// name gives a lead what the server gives to leads.
func (s *Server) name(c *contact) {
	c.userID = s.newUUID()
	c.pseudonym = colours[s.rng.IntN(len(colours))] + " " + animals[s.rng.IntN(len(animals))]
}

var (
	colours = []string{"Lime", "Violet", "Pink", "Azure", "Amber", "Crimson", "Teal", "Ivory"}
	animals = []string{"Camel", "Bear", "Banana", "Otter", "Heron", "Lynx", "Kettle", "Anchor"}
)

// showLead is GET /contacts/{id} of 1.x.
func showLead(s *Server, q *request) *answer {
	c := s.lead(q.args[0])
	if c == nil {
		return userNotFound()
	}
	return &answer{status: http.StatusOK, body: s.render(q, c)}
}

// deleteLead is DELETE /contacts/{id}, or ?user_id=; it answers what it
// deleted. Later documents call it archiving: the lead cannot be read any more.
func deleteLead(s *Server, q *request) *answer {
	c := s.lead(q.args[0])
	if q.args[0] == "" {
		c = s.leadOf(q.query("user_id"))
	}
	if c == nil {
		return userNotFound()
	}
	s.people.change(c, q, func() { c.archived = true })
	return &answer{status: http.StatusOK, body: s.render(q, c), wrote: c}
}
