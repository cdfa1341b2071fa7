package sandbox

import "net/http"

// listContacts is GET /contacts of 2.x: newest first, by cursor. It knows no
// filter; ?email= is ignored.
func listContacts(s *Server, q *request) *answer {
	per, refusal := q.positive("per_page", listPage)
	if refusal == nil && per > maxPage {
		refusal = refuse(http.StatusBadRequest, "parameter_invalid", "per_page should be between 1 and 150")
	}
	if refusal != nil {
		return refusal
	}
	return s.pageOf(q, s.visible(q, s.people.all, nil), per, q.query("starting_after"), true)
}

// visible are the states of list that the index shows at the time of q and
// that match, newest first. list is in order of creation.
func (s *Server) visible(q *request, list []*contact, match func(*contact) bool) []*contact {
	var out []*contact
	for i := len(list) - 1; i >= 0; i-- {
		c := list[i].seen(q.at, s.people.lag)
		if c == nil || c.archived && !s.cfg.ArchivedInSearch {
			continue
		}
		if match == nil || match(c) {
			out = append(out, c)
		}
	}
	return out
}
