package sandbox

import (
	"html"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// note is a note on a contact.
type note struct {
	id      int
	about   string // the contact's id
	body    string
	created time.Time
}

func (n *note) dict() dict {
	return dict{
		"type": "note", "id": strconv.Itoa(n.id), "created_at": n.created.Unix(),
		"contact": dict{"type": "contact", "id": n.about}, "author": admin(), "body": n.body,
	}
}

// createNote is POST /contacts/{id}/notes. It is not idempotent.
func createNote(s *Server, q *request) *answer {
	c, refusal := s.contact(q, userNotFound)
	if refusal != nil {
		return refusal
	}
	body, ok := q.in.text("body")
	if !ok || strings.TrimSpace(body) == "" {
		return refuse(http.StatusBadRequest, "parameter_not_found", "body is required")
	}
	if q.in.has("admin_id") && q.in.ident("admin_id") != adminText {
		return resourceNotFound()
	}
	if !strings.HasPrefix(body, "<") {
		body = "<p>" + html.EscapeString(body) + "</p>"
	}
	n := &note{id: len(s.notes) + 1, about: c.id, body: body, created: q.now}
	s.notes = append(s.notes, n)
	s.people.change(c, q, func() { c.notes = append(c.notes[:len(c.notes):len(c.notes)], n) })
	return respond(n.dict())
}

func listNotes(s *Server, q *request) *answer {
	c, refusal := s.contact(q, userNotFound)
	if refusal != nil {
		return refusal
	}
	newest := slices.Clone(c.notes)
	slices.Reverse(newest)
	return hanging(q, newest, (*note).dict, "data")
}

func showNote(s *Server, q *request) *answer {
	i, err := strconv.Atoi(q.args[0])
	if err != nil || i < 1 || i > len(s.notes) {
		return resourceNotFound()
	}
	return respond(s.notes[i-1].dict())
}
