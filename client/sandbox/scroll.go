package sandbox

import (
	"net/http"
	"time"
)

// scroll is the one scroll that a workspace may have open: a snapshot of what
// the index showed when it began. A minute without a request ends it.
type scroll struct {
	param   string
	role    string
	rest    []*contact
	expires time.Time
}

const (
	scrollPage = 100
	scrollIdle = time.Minute
)

func scrollLeads(s *Server, q *request) *answer {
	return s.scrollOn(q, "lead", "contact.list", "contacts")
}

func scrollUsers(s *Server, q *request) *answer { return s.scrollOn(q, "user", "user.list", "users") }

// scrollOn begins a scroll, or goes on with it. Its end is an empty page.
func (s *Server) scrollOn(q *request, role, kind, key string) *answer {
	if s.scroll != nil && !q.at.Before(s.scroll.expires) {
		s.scroll = nil
	}
	param := q.query("scroll_param")
	switch {
	case param == "" && s.scroll != nil:
		return refuse(http.StatusLocked, "scroll_exists", "scroll already exists for this workspace")
	case param == "":
		list := s.visible(q, s.people.all, func(c *contact) bool { return c.role == role && !c.archived })
		s.scroll = &scroll{param: s.newUUID(), role: role, rest: list}
	case s.scroll == nil || s.scroll.param != param || s.scroll.role != role:
		return refuse(http.StatusNotFound, "not_found", "scroll parameter not found")
	}
	open := s.scroll
	open.expires = q.at.Add(scrollIdle)
	n := min(scrollPage, len(open.rest))
	page := open.rest[:n]
	open.rest = open.rest[n:]
	b := append(make([]byte, 0, 256+n*1100), `{"type":"`+kind+`","`+key+`":[`...)
	for i, c := range page {
		b = s.appendPerson(comma(b, i), c)
	}
	b = append(b, `],"pages":null,"total_count":null,"scroll_param":"`+open.param+`"}`...)
	if n == 0 {
		s.scroll = nil
	}
	return &answer{status: http.StatusOK, body: b}
}
