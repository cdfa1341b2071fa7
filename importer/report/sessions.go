package report

import (
	"sort"
	"time"
)

const (
	pause       = 5 * time.Minute // without any outcome
	maxSessions = 1000
)

// sessions are the stretches of time in which outcomes became known, a pause
// or more apart: a run and its resume, or two nights. Times may come in any
// order.
type sessions struct {
	list []span // in order
	gap  int64  // milliseconds; longer than a pause when there are very many
	at   int    // of the span that the last time fell into
}

// span is from its first outcome to its last, in milliseconds since 1970.
type span struct{ from, to int64 }

func (s *sessions) add(at time.Time) {
	t := at.UnixMilli()
	if s.list == nil {
		s.gap = pause.Milliseconds()
	} else if now := s.list[s.at]; t >= now.from && t <= now.to {
		return
	}
	i := sort.Search(len(s.list), func(i int) bool { return s.list[i].to > t-s.gap })
	if i == len(s.list) || s.list[i].from >= t+s.gap {
		s.list = append(s.list, span{})
		copy(s.list[i+1:], s.list[i:])
		s.list[i] = span{t, t}
	}
	one := &s.list[i]
	one.from, one.to = min(one.from, t), max(one.to, t)
	s.at = i
	if i+1 < len(s.list) && s.list[i+1].from < one.to+s.gap || len(s.list) > maxSessions {
		s.join()
	}
}

// join makes one of those that are no pause apart.
func (s *sessions) join() {
	for first := true; first || len(s.list) > maxSessions; first = false {
		if !first {
			s.gap *= 2
		}
		kept := s.list[:1]
		for _, next := range s.list[1:] {
			if last := &kept[len(kept)-1]; next.from < last.to+s.gap {
				last.to = max(last.to, next.to)
			} else {
				kept = append(kept, next)
			}
		}
		s.list = kept
	}
	s.at = len(s.list) - 1
}

// busy is how long they are together.
func (s *sessions) busy() time.Duration {
	var sum int64
	for _, one := range s.list {
		sum += one.to - one.from
	}
	return time.Duration(sum) * time.Millisecond
}
