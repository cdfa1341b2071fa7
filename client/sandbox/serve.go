package sandbox

import (
	"context"
	"net/http"
	"strconv"
	"time"
)

// reply is what goes over the wire.
type reply struct {
	status  int
	header  http.Header
	body    []byte
	sent    int           // so much of body arrives before the connection breaks
	lost    bool          // the connection breaks before the first byte
	refused bool          // there was no connection at all
	wait    time.Duration // before it is sent
	event   *event        // applied while waiting; its answer is the reply's
	id      string        // request id
}

// begin takes q in. What it asks for is applied when begin returns, except
// where a fault defers it.
func (s *Server) begin(q *request) *reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	q.at = time.Now()
	q.now = s.clock(q.at)
	s.applyDue(q.at)
	return s.handle(q)
}

// await returns when r may be sent. It returns false when ctx ended first: the
// client gave up, which stops nothing that is already under way.
func (s *Server) await(ctx context.Context, r *reply) bool {
	if r.wait > 0 {
		timer := time.NewTimer(r.wait)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
			return false
		}
		if r.event != nil {
			s.mu.Lock()
			s.applyDue(time.Now())
			r.fill(r.event.answer)
			s.mu.Unlock()
		}
	}
	r.header.Set("Date", s.clock(time.Now()).UTC().Format(http.TimeFormat))
	return true
}

// handle passes q through the gates of the API and to its handler.
func (s *Server) handle(q *request) *reply {
	s.count.Requests++
	r := &reply{header: make(http.Header, 12), id: s.newUUID()}
	r.header.Set("X-Request-Id", r.id)
	v, badVersion := s.negotiate(q)
	r.header.Set("Intercom-Version", v.text)
	q.version = v
	route := match(q)
	s.count.route(route)
	a := s.gate(q, r, route, badVersion)
	if a == nil {
		a = s.dispatch(q, r, route)
	}
	if a != nil {
		r.fill(a)
	}
	s.count.Statuses[r.status]++
	return r
}

// negotiate is the version that q asks for, or the server's own.
func (s *Server) negotiate(q *request) (version, bool) {
	own, _ := parseVersion(s.cfg.Version)
	header := q.header.Get("Intercom-Version")
	if header == "" {
		return own, false
	}
	v, err := parseVersion(header)
	if err != nil {
		return own, true
	}
	return v, false
}

// gate refuses q before its handler sees it.
func (s *Server) gate(q *request, r *reply, route *route, badVersion bool) *answer {
	if !s.authorised(q) {
		return refuse(http.StatusUnauthorized, "unauthorized", "Access Token Invalid")
	}
	remaining, ok := s.window.take(q.at, q.now)
	if s.window.limit >= 0 && !s.roll(s.faults.NoRateHeaders) {
		r.header.Set("X-RateLimit-Limit", strconv.Itoa(s.window.limit))
		r.header.Set("X-RateLimit-Remaining", strconv.Itoa(remaining))
		r.header.Set("X-RateLimit-Reset", strconv.FormatInt(s.clock(s.window.end).Unix(), 10))
	}
	if !ok {
		s.count.RateLimited++
		return refuse(http.StatusTooManyRequests, "rate_limit_exceeded",
			"Exceeded rate limit of "+strconv.Itoa(s.window.limit)+" in 10_seconds")
	}
	if s.refusal != nil {
		return s.refusal
	}
	if badVersion {
		return refuse(http.StatusBadRequest, "intercom_version_invalid", "The requested version is not a valid API version.")
	}
	if !q.accepts() {
		return refuse(http.StatusNotAcceptable, "media_type_not_acceptable", "The Accept header should send a media type of application/json")
	}
	if route == nil {
		return resourceNotFound()
	}
	if route.handler(q.version) == nil {
		return wrongVersion()
	}
	if route.body {
		return q.parseBody()
	}
	return nil
}

// authorised checks the token: a bearer token in both families, and in 1.x as
// user name of HTTP Basic, which is how its SDKs sent it.
func (s *Server) authorised(q *request) bool {
	if q.version.major == 1 {
		basic := http.Request{Header: q.header}
		if user, password, ok := basic.BasicAuth(); ok {
			return user == s.cfg.Token && password == ""
		}
	}
	return q.header.Get("Authorization") == "Bearer "+s.cfg.Token
}

// fill renders a into r.
func (r *reply) fill(a *answer) {
	r.status = a.status
	r.body = a.body
	if a.code != "" {
		id := r.id
		if id[0] == '0' {
			id = "" // one in sixteen is told as null
		}
		r.body = a.errorList(id)
	}
	if a.link != "" {
		r.header.Set("Link", a.link)
	}
	r.header.Set("Content-Type", "application/json; charset=utf-8")
	r.sent = len(r.body)
}
