package sandbox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
)

// dispatch lets the handler of q apply it, unless a fault comes between. A nil
// answer means that r is complete.
func (s *Server) dispatch(q *request, r *reply, route *route) *answer {
	h := route.handler(q.version)
	kind := route.write
	if kind == "" {
		if route.reads() && s.roll(s.faults.ReadFailed) {
			return s.failRead(r)
		}
		a := h(s, q)
		if s.cfg.MaxPage > 0 && len(a.body) > s.cfg.MaxPage {
			s.count.Faults["too-large"]++
			r.html(http.StatusBadGateway, "502 Bad Gateway")
			return nil
		}
		return a
	}
	if kind == "save" {
		kind = saveKind(q)
	}
	if kind == "create" {
		s.stranger(q)
	}
	fault := s.draw()
	w := s.open(q, kind, fault)
	if fault != "" {
		s.count.Faults[fault]++
	}
	apply := func() *answer { return s.apply(q, h, w) }
	half := func() *answer {
		if s.roll(0.5) {
			return apply()
		}
		return nil
	}
	switch fault {
	case "":
		a := apply()
		s.told(w, a.status)
		return a
	case "lost-applied":
		apply()
		r.lost = true
	case "lost-unapplied", "unreachable":
		r.lost = true
		r.refused = fault == "unreachable"
	case "late-applied":
		s.later(q.at.Add(s.faults.LateBy), q, func() *answer { return apply() })
		r.lost = true
	case "http-408":
		half()
		s.told(w, http.StatusRequestTimeout)
		return refuse(http.StatusRequestTimeout, "request_timeout", "The server would not wait any longer for the client")
	case "http-500":
		half()
		if s.roll(0.5) {
			r.raw(http.StatusInternalServerError, "application/json; charset=utf-8", "null")
		} else {
			r.html(http.StatusInternalServerError, "500 Internal Server Error")
		}
	case "http-502":
		half()
		r.html(http.StatusBadGateway, "502 Bad Gateway")
	case "http-503":
		s.told(w, http.StatusServiceUnavailable)
		return refuse(http.StatusServiceUnavailable, "service_unavailable", "Sorry, the API service is temporarily unavailable")
	case "http-504":
		apply()
		r.html(http.StatusGatewayTimeout, "504 Gateway Time-out")
	case "rate-limited":
		s.count.RateLimited++
		r.raw(http.StatusTooManyRequests, "application/json; charset=utf-8", "null")
	case "truncated":
		a := apply()
		if a.code != "" {
			s.told(w, a.status)
			return a
		}
		r.fill(a)
		s.cut(r)
	case "http-4xx":
		s.cut4xx(r, half())
	case "foreign":
		a := half()
		s.foreign(r, q, a)
	case "slow":
		r.wait = s.faults.SlowBy
		if s.roll(0.5) {
			a := apply()
			s.told(w, a.status)
			return a
		}
		r.event = s.later(q.at.Add(r.wait), q, func() *answer {
			a := apply()
			s.told(w, a.status)
			return a
		})
		r.status = http.StatusOK // until the event's answer is there
		return nil
	}
	s.told(w, r.status)
	return nil
}

// raw makes r an answer that is not the API's.
func (r *reply) raw(status int, contentType, body string) {
	r.status = status
	r.header.Set("Content-Type", contentType)
	r.body = []byte(body)
	r.sent = len(r.body)
}

func (r *reply) html(status int, title string) {
	r.raw(status, "text/html", fmt.Sprintf("<html>\r\n<head><title>%s</title></head>\r\n<body>\r\n<center><h1>%[1]s</h1></center>\r\n<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n", title))
}

// cut takes the end off r: half of the time the connection breaks in the
// middle of the body, else the body is complete as HTTP but broken as JSON.
func (s *Server) cut(r *reply) {
	if len(r.body) < 2 {
		return
	}
	n := 1 + s.rng.IntN(len(r.body)-1)
	if s.roll(0.5) {
		r.sent = n
		return
	}
	r.body = r.body[:n]
	r.sent = n
}

// cut4xx makes r a 4xx that does not say what is wrong: what the API refused
// has a reason that is cut, or a proxy on the way answers in its name.
func (s *Server) cut4xx(r *reply, own *answer) {
	statuses := []int{400, 401, 403, 404, 409, 413, 422}
	status := statuses[s.rng.IntN(len(statuses))]
	refused := own != nil && own.code != ""
	switch n := s.rng.IntN(3); {
	case refused:
		r.fill(own)
		s.cut(r)
	case n == 0:
		r.html(status, strconv.Itoa(status)+" "+http.StatusText(status))
	case n == 1:
		r.raw(status, "application/json; charset=utf-8", "")
	default:
		r.fill(refuse(status, "client_error", http.StatusText(status)))
		s.cut(r)
	}
}

// foreign makes r an answer to somebody else.
func (s *Server) foreign(r *reply, q *request, own *answer) {
	switch s.rng.IntN(3) {
	case 0:
		r.html(http.StatusOK, "Sign in to the network")
	case 1:
		r.raw(http.StatusOK, "application/json", `{"status":"ok"}`)
	default:
		var mine *contact
		if own != nil {
			mine = own.wrote
		} else { // whom the write was meant for is nobody else
			id := q.args[0]
			if id == "" {
				id, _ = q.in.text("id")
			}
			mine = s.people.byID[id]
		}
		email, _ := q.in.text("email")
		c := s.people.other(s.rng, mine, lower(email))
		if c == nil {
			c = &contact{id: s.newID(q.now), userID: s.newUUID(), role: "lead", email: "somebody.else@example.org", created: q.now, updated: q.now}
		}
		r.raw(http.StatusOK, "application/json; charset=utf-8", string(s.render(q, c)))
	}
}

// failRead is the fault of a read.
func (s *Server) failRead(r *reply) *answer {
	s.count.Faults["read-failed"]++
	switch s.rng.IntN(5) {
	case 0:
		r.lost = true
	case 1:
		r.html(http.StatusInternalServerError, "500 Internal Server Error")
	case 2:
		r.html(http.StatusBadGateway, "502 Bad Gateway")
	case 3:
		return refuse(http.StatusServiceUnavailable, "service_unavailable", "Sorry, the API service is temporarily unavailable")
	default:
		r.html(http.StatusGatewayTimeout, "504 Gateway Time-out")
	}
	return nil
}

// apply runs the handler and writes down what it did.
func (s *Server) apply(q *request, h handler, w int) *answer {
	a := h(s, q)
	rec := &s.writes[w]
	if a.code != "" {
		rec.Error = a.code
		return a
	}
	rec.Applied = true
	rec.AppliedAt = q.at
	if a.wrote != nil {
		rec.ID = a.wrote.id
	}
	s.count.Applied[rec.Kind]++
	return a
}

// open adds a line to the log of writes.
func (s *Server) open(q *request, kind, fault string) int {
	w := Write{At: q.at, Kind: kind, Version: q.version.text, Fault: fault}
	if s.cfg.KeepBodies && json.Valid(q.body) {
		w.Body = q.body
	}
	s.writes = append(s.writes, w)
	s.count.Received[kind]++
	return len(s.writes) - 1
}

// told notes the status that the client of a write was sent, 0 for none.
func (s *Server) told(w, status int) { s.writes[w].Status = status }
