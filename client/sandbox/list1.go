package sandbox

import (
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"
)

// deepest is how far the numbered pages of 1.x reach; beyond it, scroll.
const deepest = 10000

// listLeads is GET /contacts of 1.x: ?user_id= is one lead, ?email= a list of
// 0 to n, for nothing about a lead is unique.
func listLeads(s *Server, q *request) *answer { return s.listPersons(q, "lead") }

// listUsers is GET /users of 1.x.
func listUsers(s *Server, q *request) *answer { return s.listPersons(q, "user") }

func (s *Server) listPersons(q *request, role string) *answer {
	if id := q.query("user_id"); id != "" {
		c := s.people.owner[id]
		if c == nil || c.role != role || c.archived {
			return userNotFound()
		}
		return &answer{status: http.StatusOK, body: s.render(q, c)}
	}
	page, per, refusal := q.page(50, 50)
	if refusal != nil {
		return refusal
	}
	if page*per > deepest {
		return invalid("page", "Pages reach no further than 10,000 records. Please use the scroll API")
	}
	from := s.people.all
	match := func(c *contact) bool { return c.role == role && !c.archived }
	if email := q.query("email"); email != "" {
		from = byAge(s.people.email[email])
		match = func(c *contact) bool { return c.role == role && !c.archived && c.email == email }
	}
	match, refusal = s.narrow(q, match)
	if refusal != nil {
		return refusal
	}
	list := s.visible(q, from, match)
	if refusal := arrange(q, list); refusal != nil {
		return refusal
	}
	return s.numbered(q, role, list, page, per)
}

// narrow adds the other filters of the list to match.
func (s *Server) narrow(q *request, match func(*contact) bool) (func(*contact) bool, *answer) {
	if days := q.query("created_since"); days != "" {
		n, err := strconv.Atoi(days)
		if err != nil || n < 0 {
			return nil, invalid("created_since", "created_since should be a number of days")
		}
		since, inner := q.now.Add(-time.Duration(n)*24*time.Hour), match
		match = func(c *contact) bool { return inner(c) && !c.created.Before(since) }
	}
	if id := q.query("tag_id"); id != "" {
		t, inner := s.labels.find(id), match
		match = func(c *contact) bool {
			return inner(c) && slices.ContainsFunc(c.tags, func(have tagging) bool { return have.label == t })
		}
	}
	if q.query("segment_id") != "" { // there are no segments
		match = func(*contact) bool { return false }
	}
	return match, nil
}

// arrange puts list, newest first, into the order that q asks for.
func arrange(q *request, list []*contact) *answer {
	var key func(*contact) time.Time
	switch q.query("sort") {
	case "", "created_at":
	case "updated_at":
		key = func(c *contact) time.Time { return c.updated }
	case "last_request_at":
		key = func(c *contact) time.Time { return c.lastSeen }
	case "signed_up_at":
		key = func(c *contact) time.Time { return c.signedUp }
	default:
		return invalid("sort", "sort should be created_at, last_request_at, signed_up_at or updated_at")
	}
	if key != nil {
		slices.SortStableFunc(list, func(a, b *contact) int { return key(b).Compare(key(a)) })
	}
	switch q.query("order") {
	case "", "desc":
	case "asc":
		slices.Reverse(list)
	default:
		return invalid("order", "order should be asc or desc")
	}
	return nil
}

// numbered renders one page of list with the absolute URL of the next.
func (s *Server) numbered(q *request, role string, list []*contact, page, per int) *answer {
	kind, key := "contact.list", "contacts"
	if role == "user" {
		kind, key = "user.list", "users"
	}
	n := len(list)
	limited := n > deepest
	total := (min(n, deepest) + per - 1) / per
	shown := list[min((page-1)*per, n):min(page*per, n)]
	b := append(make([]byte, 0, 512+len(shown)*1100), `{"type":"`...)
	b = append(b, kind...)
	b = append(b, `","pages":{"type":"pages","next":`...)
	if page < total {
		b = appendString(b, q.next(page+1, per))
	} else {
		b = append(b, "null"...)
	}
	b = append(b, `,"page":`...)
	b = strconv.AppendInt(b, int64(page), 10)
	b = append(b, `,"per_page":`...)
	b = strconv.AppendInt(b, int64(per), 10)
	b = append(b, `,"total_pages":`...)
	b = strconv.AppendInt(b, int64(total), 10)
	b = append(b, `},"`...)
	b = append(b, key...)
	b = append(b, `":[`...)
	for i, c := range shown {
		b = s.appendPerson(comma(b, i), c)
	}
	b = append(b, `],"total_count":`...)
	b = strconv.AppendInt(b, int64(n), 10)
	b = append(b, `,"limited":`...)
	b = strconv.AppendBool(b, limited)
	b = append(b, '}')
	return &answer{status: http.StatusOK, body: b}
}

// next is the URL of q for another page.
func (q *request) next(page, per int) string {
	values := url.Values{}
	for key, list := range q.rawurl.Query() {
		values[key] = list
	}
	values.Set("page", strconv.Itoa(page))
	values.Set("per_page", strconv.Itoa(per))
	return q.base + q.path + "?" + values.Encode()
}

// byAge is list in order of creation, each contact once.
func byAge(list []*contact) []*contact {
	list = slices.Clone(list)
	slices.SortFunc(list, older)
	return slices.Compact(list)
}
