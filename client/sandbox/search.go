package sandbox

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// searchContacts is POST /contacts/search. The cursor is in the body; one
// in the query string is ignored, which answers page 1 again.
func searchContacts(s *Server, q *request) *answer {
	raw, ok := q.in["query"]
	if !ok {
		return refuse(http.StatusBadRequest, "parameter_not_found", "query is required")
	}
	in, ok := parseObject(raw)
	if !ok {
		return invalid("query", "query should be an object")
	}
	f, refusal := s.filter(in, 1)
	if refusal != nil {
		return refusal
	}
	per, after, refusal := pagination(q.in["pagination"])
	if refusal != nil {
		return refusal
	}
	from := s.people.all
	if f.narrow != nil {
		from = byAge(f.narrow())
	}
	list := s.visible(q, from, f.match)
	key, refusal := s.order(q.in["sort"], list)
	if refusal != nil {
		return refusal
	}
	return s.pageOf(q, list, per, after, key)
}

// pagination reads the object of that name.
func pagination(raw json.RawMessage) (per int, after string, refusal *answer) {
	if raw == nil || isNull(raw) {
		return searchPage, "", nil
	}
	var in struct {
		PerPage       *int    `json:"per_page"`
		StartingAfter *string `json:"starting_after"`
	}
	if json.Unmarshal(raw, &in) != nil || raw[0] != '{' {
		return 0, "", invalid("pagination", "pagination should be an object with per_page and starting_after")
	}
	per = searchPage
	if in.PerPage != nil {
		per = *in.PerPage
	}
	if per < 1 || per > maxPage {
		return 0, "", invalid("per_page", "per_page should be between 1 and 150")
	}
	if in.StartingAfter != nil {
		after = *in.StartingAfter
	}
	return per, after, nil
}

// order sorts list as raw asks for. byAge is true for the default, newest
// first.
func (s *Server) order(raw json.RawMessage, list []*contact) (byAge bool, refusal *answer) {
	if raw == nil || isNull(raw) {
		return true, nil
	}
	var in struct{ Field, Order string }
	if json.Unmarshal(raw, &in) != nil {
		return false, invalid("sort", "sort should be an object with field and order")
	}
	compare := map[string]func(a, b *contact) int{
		"created_at":   older,
		"updated_at":   func(a, b *contact) int { return a.updated.Compare(b.updated) },
		"last_seen_at": func(a, b *contact) int { return a.lastSeen.Compare(b.lastSeen) },
		"signed_up_at": func(a, b *contact) int { return a.signedUp.Compare(b.signedUp) },
		"name":         func(a, b *contact) int { return strings.Compare(a.name, b.name) },
		"email":        func(a, b *contact) int { return strings.Compare(a.email, b.email) },
	}[in.Field]
	if compare == nil {
		return false, invalid("sort", "contacts cannot be sorted by that field")
	}
	switch in.Order {
	case "", "desc", "descending":
		slices.SortStableFunc(list, func(a, b *contact) int { return compare(b, a) })
	case "asc", "ascending":
		slices.SortStableFunc(list, compare)
	default:
		return false, invalid("sort", "order should be ascending or descending")
	}
	return false, nil
}

// day is the calendar day of t in the workspace's time zone: dates match by
// day only (search page, "Searching for Timestamp Fields").
func (s *Server) day(t time.Time) int {
	y, m, d := t.In(s.zone).Date()
	return y*10000 + int(m)*100 + d
}

// dayOf reads a Unix time, which may be sent as text.
func (s *Server) dayOf(raw json.RawMessage) (int, bool) {
	n, err := strconv.ParseInt(strings.Trim(string(raw), `"`), 10, 64)
	if err != nil || !plausible(n) {
		return 0, false
	}
	return s.day(time.Unix(n, 0)), true
}
