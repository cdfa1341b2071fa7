package sandbox

import "net/http"

// What can become of a contact of 2.x: archived, blocked, deleted, merged.

func reference(c *contact, key string, value bool) *answer {
	var external any
	if c.externalID != "" {
		external = c.externalID
	}
	a := respond(dict{"type": "contact", "id": c.id, "external_id": external, key: value})
	a.wrote = c
	return a
}

func archiveContact(s *Server, q *request) *answer {
	c, refusal := s.contact(q, contactNotFound)
	if refusal != nil {
		return refusal
	}
	s.people.change(c, q, func() { c.archived = true })
	return reference(c, "archived", true)
}

// unarchiveContact refuses contacts that were merged or blocked: dead ends.
func unarchiveContact(s *Server, q *request) *answer {
	if _, ok := s.people.merged[q.args[0]]; ok {
		return refuse(http.StatusBadRequest, "bad_request", "User has been merged and is not restorable.")
	}
	c, refusal := s.contact(q, contactNotFound)
	if refusal != nil {
		return refusal
	}
	if c.blocked {
		return refuse(http.StatusBadRequest, "not_restorable", "This user was blocked and cannot be recreated")
	}
	s.people.change(c, q, func() { c.archived = false })
	return reference(c, "archived", false)
}

func blockContact(s *Server, q *request) *answer {
	c, refusal := s.contact(q, contactNotFound)
	if refusal != nil {
		return refusal
	}
	s.people.change(c, q, func() { c.blocked, c.archived = true, true })
	return reference(c, "blocked", true)
}

func deleteContact(s *Server, q *request) *answer {
	c, refusal := s.contact(q, contactNotFound)
	if refusal != nil {
		return refusal
	}
	s.drop(c, q)
	return reference(c, "deleted", true)
}

// mergeContacts is POST /contacts/merge: a lead into a user. Since 2.16 they
// have to share an e-mail address or a phone number.
func mergeContacts(s *Server, q *request) *answer {
	fromID, ok1 := q.in.text("from")
	intoID, ok2 := q.in.text("into")
	if !ok1 || !ok2 {
		return refuse(http.StatusBadRequest, "parameter_not_found", "from and into are required")
	}
	from, into := s.people.byID[fromID], s.people.byID[intoID]
	if from == nil || into == nil || from.archived || into.archived {
		return userNotFound()
	}
	if from.role != "lead" || into.role != "user" {
		return refuse(http.StatusBadRequest, "client_error", "A contact with the role lead can only be merged into a contact with the role user")
	}
	alike := from.email != "" && from.email == into.email || from.phone != "" && from.phone == into.phone
	if q.version.atLeast(16) && !alike && !s.cfg.MergeAnyDuplicates && string(q.in["skip_duplicate_validation"]) != "true" {
		return refuse(http.StatusBadRequest, "invalid_merge",
			"Contacts can only be merged when they are duplicates (matching email or phone). Pass skip_duplicate_validation=true to merge them anyway.")
	}
	s.absorb(q, from, into)
	return &answer{status: http.StatusOK, body: s.render(q, into), wrote: into}
}

// absorb merges the lead from into the user into, who keeps what they have.
func (s *Server) absorb(q *request, from, into *contact) {
	s.people.change(into, q, func() {
		fill(&into.email, from.email)
		fill(&into.phone, from.phone)
		fill(&into.name, from.name)
		into.custom = merge(from.custom, into.custom)
	})
	for _, t := range from.tags {
		s.tag(q, into, t.label)
	}
	for _, f := range from.companies {
		s.attach(q, into, f)
	}
	s.drop(from, q)
	s.people.merged[from.id] = into.id
}

// drop removes c for good.
func (s *Server) drop(c *contact, q *request) {
	for _, f := range c.companies {
		f.people--
	}
	s.people.remove(c, q)
}

// requestDeletion is POST /user_delete_requests of both families: deletion
// for good, by the id that 1.x calls intercom_user_id.
func requestDeletion(s *Server, q *request) *answer {
	id, ok := q.in.text("intercom_user_id")
	if !ok {
		return refuse(http.StatusBadRequest, "parameter_not_found", "intercom_user_id is required")
	}
	c := s.people.byID[id]
	if c == nil {
		return userNotFound()
	}
	s.drop(c, q)
	a := respond(dict{"id": s.rng.IntN(1 << 30)})
	a.wrote = c
	return a
}
