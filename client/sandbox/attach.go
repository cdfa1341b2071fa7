package sandbox

import "slices"

// attachment is a company in the body of a lead of 1.x: attached, and created
// or updated on the way, or removed.
type attachment struct {
	company *company // by id
	ownID   string   // by company_id
	edit    func(*company)
	remove  bool
}

// companies reads the inline companies of 1.x.
func (r *reader) companies() []attachment {
	raw, ok := r.in["companies"]
	if !ok {
		return nil
	}
	items, ok := objects(raw)
	if !ok {
		r.mismatch("companies", "an array of objects")
		return nil
	}
	var list []attachment
	for _, item := range items {
		a := attachment{remove: string(item["remove"]) == "true"}
		edit, refusal := r.s.companyEdit(r.q, item, "id", "remove", "type")
		if refusal != nil && r.refusal == nil {
			r.refusal = refusal
		}
		a.edit = edit
		a.ownID, _ = item.text("company_id")
		if id, ok := item.text("id"); ok {
			a.company = r.s.companies.byID[id]
		}
		if a.company == nil && a.ownID == "" && r.refusal == nil {
			r.refusal = companyNotFound()
		}
		list = append(list, a)
	}
	return list
}

// attachInline does what the body of a lead asks for its companies.
func (s *Server) attachInline(q *request, c *contact, list []attachment) {
	for _, a := range list {
		f := a.company
		if f == nil && a.remove {
			f = s.companies.own[a.ownID]
		}
		switch {
		case a.remove && f != nil:
			s.detach(q, c, f)
		case a.remove:
		case f != nil:
			a.edit(f)
			s.attach(q, c, f)
		default:
			s.attach(q, c, s.upsert(q, a.ownID, a.edit))
		}
	}
}

// attach makes c one of f's people; a second time changes nothing.
func (s *Server) attach(q *request, c *contact, f *company) {
	if slices.Contains(c.companies, f) {
		return
	}
	f.people++
	s.people.change(c, q, func() { c.companies = append(c.companies[:len(c.companies):len(c.companies)], f) })
}

// detach reports whether c was one of f's people.
func (s *Server) detach(q *request, c *contact, f *company) bool {
	for i, have := range c.companies {
		if have == f {
			f.people--
			s.people.change(c, q, func() { c.companies = append(c.companies[:i:i], c.companies[i+1:]...) })
			return true
		}
	}
	return false
}
