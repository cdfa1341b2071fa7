package sandbox

import (
	"net/http"
	"slices"
	"strconv"
)

// maxCompanies is how many companies one contact may have.
const maxCompanies = 1000

// saveCompany is POST /companies: create or update by company_id.
func saveCompany(s *Server, q *request) *answer {
	edit, refusal := s.companyEdit(q, q.in)
	if refusal != nil {
		return refusal
	}
	companyID, ok := q.in.text("company_id")
	if q.in.has("company_id") && !ok {
		return refuse(http.StatusBadRequest, "type_mismatch", "company_id should be a string")
	}
	if companyID == "" {
		return refuse(http.StatusBadRequest, "parameter_not_found", "company_id is required")
	}
	return respond(s.upsert(q, companyID, edit).dict(s))
}

func (s *Server) upsert(q *request, companyID string, edit func(*company)) *company {
	c := s.companies.own[companyID]
	if c == nil {
		c = &company{id: s.newID(q.now), companyID: companyID, created: q.now}
		s.companies.add(c)
	}
	edit(c)
	return c
}

func (s *Server) company(id string) (*company, *answer) {
	if c := s.companies.byID[id]; c != nil {
		return c, nil
	}
	return nil, companyNotFound()
}

func showCompany(s *Server, q *request) *answer {
	c, refusal := s.company(q.args[0])
	if refusal != nil {
		return refusal
	}
	return respond(c.dict(s))
}

func updateCompany(s *Server, q *request) *answer {
	c, refusal := s.company(q.args[0])
	if refusal != nil {
		return refusal
	}
	edit, refusal := s.companyEdit(q, q.in)
	if refusal != nil {
		return refusal
	}
	if id, ok := q.in.text("company_id"); ok && id != c.companyID {
		return refuse(http.StatusBadRequest, "bad_request", "bad 'company_id' parameter")
	}
	edit(c)
	return respond(c.dict(s))
}

func deleteCompany(s *Server, q *request) *answer {
	c, refusal := s.company(q.args[0])
	if refusal != nil {
		return refusal
	}
	for _, p := range s.people.all {
		if !p.gone {
			s.detach(q, p, c)
		}
	}
	s.companies.remove(c)
	return respond(dict{"id": c.id, "object": "company", "deleted": true})
}

// listCompanies is GET /companies, with ?company_id= and ?name= one company,
// and POST /companies/list. Lists leave out companies without people.
func listCompanies(s *Server, q *request) *answer {
	if id := q.query("company_id"); id != "" {
		if c := s.companies.own[id]; c != nil {
			return respond(c.dict(s))
		}
		return companyNotFound()
	}
	if name := q.query("name"); name != "" {
		for _, c := range s.companies.list {
			if c.name == name {
				return respond(c.dict(s))
			}
		}
		return companyNotFound()
	}
	var list []dict
	for i := len(s.companies.list) - 1; i >= 0; i-- {
		if c := s.companies.list[i]; c.people > 0 {
			list = append(list, c.dict(s))
		}
	}
	if q.query("order") == "asc" {
		for i, j := 0, len(list)-1; i < j; i, j = i+1, j-1 {
			list[i], list[j] = list[j], list[i]
		}
	}
	page, per, refusal := q.page(15, 50)
	if refusal != nil {
		return refusal
	}
	n := len(list)
	list = append([]dict{}, list[min((page-1)*per, n):min(page*per, n)]...)
	pages := dict{"type": "pages", "next": nil, "page": page, "per_page": per, "total_pages": (n + per - 1) / per}
	if q.version.major == 1 {
		return respond(dict{"type": "company.list", "companies": list, "pages": pages, "total_count": n})
	}
	return respond(dict{"type": "list", "data": list, "pages": pages, "total_count": n})
}

// attachCompany is POST /contacts/{id}/companies, by Intercom's id.
func attachCompany(s *Server, q *request) *answer {
	p, refusal := s.contact(q, userNotFound)
	if refusal != nil {
		return refusal
	}
	id, ok := q.in.text("id")
	if !ok {
		return refuse(http.StatusBadRequest, "parameter_not_found", "company not specified")
	}
	c, refusal := s.company(id)
	if refusal != nil {
		return refusal
	}
	if len(p.companies) >= maxCompanies {
		return refuse(http.StatusBadRequest, "contact_company_limit_exceeded", "Contact has reached the maximum of 1000 company associations")
	}
	s.attach(q, p, c)
	return respond(c.dict(s))
}

func detachCompany(s *Server, q *request) *answer {
	p, refusal := s.contact(q, userNotFound)
	if refusal != nil {
		return refusal
	}
	c, refusal := s.company(q.args[1])
	if refusal != nil {
		return refusal
	}
	if !s.detach(q, p, c) {
		return companyNotFound()
	}
	return respond(c.dict(s))
}

func listContactCompanies(s *Server, q *request) *answer {
	p, refusal := s.contact(q, userNotFound)
	if refusal != nil {
		return refusal
	}
	// The schema of the answer has the list as companies, its example as data.
	return hanging(q, p.companies, func(c *company) dict { return c.dict(s) }, "data", "companies")
}

func listCompanyContacts(s *Server, q *request) *answer {
	c, refusal := s.company(q.args[0])
	if refusal != nil {
		return refusal
	}
	var members []*contact
	for _, p := range s.people.all {
		if seen := p.seen(q.at, s.people.lag); seen != nil && !seen.archived && slices.Contains(seen.companies, c) {
			members = append(members, seen)
		}
	}
	b := []byte(`{"type":"list","data":[`)
	for i, p := range members {
		b = s.appendContact(comma(b, i), q.version, p)
	}
	b = append(b, `],"total_count":`+strconv.Itoa(len(members))+`,"pages":{"type":"pages","page":1,"per_page":50,"total_pages":1}}`...)
	return &answer{status: http.StatusOK, body: b}
}
