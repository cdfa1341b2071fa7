package sandbox

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

// label is a tag of the workspace, tagging one that somebody carries.
type label struct {
	id   int
	name string
	uses int
}

type tagging struct {
	label *label
	at    time.Time
}

// labels are the tags of the workspace. "Names are case insensitive."
type labels struct {
	list   []*label
	byName map[string]*label
}

// named finds or creates a tag.
func (l *labels) named(name string) *label {
	key := strings.ToLower(name)
	if t := l.byName[key]; t != nil {
		return t
	}
	if l.byName == nil {
		l.byName = map[string]*label{}
	}
	id := 17513
	if n := len(l.list); n > 0 {
		id = l.list[n-1].id + 1
	}
	t := &label{id: id, name: name}
	l.list = append(l.list, t)
	l.byName[key] = t
	return t
}

func (l *labels) find(id string) *label {
	for _, t := range l.list {
		if strconv.Itoa(t.id) == id {
			return t
		}
	}
	return nil
}

func (t *label) dict() dict {
	return dict{"type": "tag", "id": strconv.Itoa(t.id), "name": t.name}
}

// applied is a tag with when and by whom it was given.
func (t tagging) dict() dict {
	d := t.label.dict()
	d["applied_at"] = t.at.Unix()
	d["applied_by"] = dict{"type": "admin", "id": adminText}
	return d
}

// tag gives c a tag; a second time changes nothing.
func (s *Server) tag(q *request, c *contact, t *label) tagging {
	for _, have := range c.tags {
		if have.label == t {
			return have
		}
	}
	given := tagging{t, q.now}
	t.uses++
	s.people.change(c, q, func() { c.tags = append(c.tags[:len(c.tags):len(c.tags)], given) })
	return given
}

// untag takes a tag away and reports whether c had it.
func (s *Server) untag(q *request, c *contact, t *label) (tagging, bool) {
	for i, have := range c.tags {
		if have.label == t {
			t.uses--
			s.people.change(c, q, func() { c.tags = append(c.tags[:i:i], c.tags[i+1:]...) })
			return have, true
		}
	}
	return tagging{}, false
}

// saveTag is POST /tags: create or find by name, rename by id, and tag or
// untag people and companies, who may not be mixed. One unknown one fails the
// whole call before anything is done. People are named by id, in 1.x users
// also by user_id or e-mail address.
func saveTag(s *Server, q *request) *answer {
	name, ok := q.in.text("name")
	users, companies := q.in.has("users"), q.in.has("companies")
	if !ok || strings.TrimSpace(name) == "" || users && companies {
		return refuse(http.StatusBadRequest, "parameter_invalid", "invalid tag parameters")
	}
	if id := q.in.ident("id"); id != "" {
		t := s.labels.find(id)
		if t == nil {
			return resourceNotFound()
		}
		delete(s.labels.byName, strings.ToLower(t.name))
		t.name = name
		s.labels.byName[strings.ToLower(name)] = t
		return respond(t.dict())
	}
	key := "users"
	if companies {
		key = "companies"
	}
	var acts []func(*label)
	if users || companies {
		items, ok := objects(q.in[key])
		if !ok {
			return refuse(http.StatusBadRequest, "parameter_invalid", "invalid tag parameters")
		}
		for _, item := range items {
			act, refusal := s.tagItem(q, key, item)
			if refusal != nil {
				return refusal
			}
			acts = append(acts, act)
		}
	}
	t := s.labels.named(name)
	for _, act := range acts {
		act(t)
	}
	return respond(t.dict())
}

// tagItem finds who is to be tagged and returns the deed.
func (s *Server) tagItem(q *request, key string, item object) (func(*label), *answer) {
	untag := string(item["untag"]) == "true"
	if key == "companies" {
		f := s.companies.find(item)
		if f == nil {
			return nil, companyNotFound()
		}
		return func(t *label) { f.tag(t, !untag) }, nil
	}
	c := s.addressee(q, item)
	if c == nil {
		return nil, userNotFound()
	}
	return func(t *label) {
		if untag {
			s.untag(q, c, t)
		} else {
			s.tag(q, c, t)
		}
	}, nil
}

// addressee finds the person that item names.
func (s *Server) addressee(q *request, item object) *contact {
	if id, ok := item.text("id"); ok {
		return s.people.byID[id]
	}
	if q.version.major == 2 {
		return nil
	}
	if id, ok := item.text("user_id"); ok {
		return s.people.owner[id]
	}
	email, _ := item.text("email")
	return s.people.rival(nil, lower(email), "")
}

func (l *labels) remove(t *label) {
	for i, have := range l.list {
		if have == t {
			l.list = append(l.list[:i], l.list[i+1:]...)
			break
		}
	}
	delete(l.byName, strings.ToLower(t.name))
}
