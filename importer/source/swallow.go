package source

import (
	"bytes"
	"strings"
)

// swallowed tells whether one of the lines from next to end is a row by itself:
// then it is not one that a cell goes on over.
func (s *scanner) swallowed(next, end int) bool {
	for next < end {
		stop, after, err := s.lineEnd(next)
		if err != nil || stop > end {
			stop, after = end, end
		}
		line := s.b[next:stop]
		s.cut(line)
		if joined := len(s.dp.pieces) - s.width; joined >= 0 && s.solve(line, joined) == 0 {
			return true
		}
		next = after
	}
	return false
}

// allRows tells whether each physical line from pos to end is a row when quotes
// mean nothing: it has the table's width, and the kinds of values that two of its
// columns have. Then the quotes are text, however well they pair up. Where the
// columns cannot tell, and in a table with more such cells, what is well formed
// stays as it is.
func (s *scanner) allRows(end int) bool {
	if s.profile == nil || s.profile().lines > 1 {
		return false
	}
	for i := s.pos; i < end; {
		stop, next, err := s.lineEnd(i)
		if err != nil || stop > end {
			stop, next = end, end
		}
		line := s.b[i:stop]
		if bytes.Count(line, []byte(s.d.Delimiter)) != s.width-1 {
			return false
		}
		cells := strings.Split(string(line), s.d.Delimiter)
		for n := range cells {
			cells[n] = strings.Trim(cells[n], string(rune(s.d.Quote)))
		}
		if telling, ok := s.profile().fits(cells); !ok || telling < 2 {
			return false
		}
		i = next
	}
	return true
}
