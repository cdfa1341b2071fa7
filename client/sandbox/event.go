package sandbox

import (
	"sort"
	"time"
)

// event is a write that is applied after its request: nobody may be listening
// any more.
type event struct {
	due    time.Time
	q      *request
	apply  func() *answer
	answer *answer
}

// later has apply called when due has come, with q.at being due.
func (s *Server) later(due time.Time, q *request, apply func() *answer) *event {
	e := &event{due: due, q: q, apply: apply}
	i := sort.Search(len(s.pending), func(i int) bool { return s.pending[i].due.After(due) })
	s.pending = append(s.pending, nil)
	copy(s.pending[i+1:], s.pending[i:])
	s.pending[i] = e
	return e
}

// applyDue applies what has become due, in order. There is no goroutine for it:
// before each request and each look at the state is early enough.
func (s *Server) applyDue(now time.Time) {
	n := 0
	for n < len(s.pending) && !s.pending[n].due.After(now) {
		e := s.pending[n]
		e.q.at, e.q.now = e.due, s.clock(e.due)
		e.answer = e.apply()
		n++
	}
	if n > 0 {
		s.pending = append(s.pending[:0], s.pending[n:]...)
	}
}
