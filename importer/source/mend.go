package source

import (
	"bytes"
	"slices"
)

// mend reads the record at pos, whose first physical line [pos:stop] is not
// written by the rules. The line alone counts: a stray quote must not swallow
// the lines after it. Only when the line does not give the width, and the
// lines after it are no rows by themselves, a cell may go on over line breaks.
func (s *scanner) mend(stop, next int) error {
	line := s.b[s.pos:stop]
	if n := len(line); s.d.Mark != 0 && n > 0 && line[n-1] == s.d.Mark {
		line = line[:n-1]
	}
	s.cut(line)
	cost := never
	if joined := len(s.dp.pieces) - s.width; s.width > 0 && joined >= 0 {
		cost = s.solve(line, joined)
	}
	// A quote that is left open at the end of the line may close in the next.
	last := s.dp.pieces[len(s.dp.pieces)-1]
	tail := line[last[0]:]
	open := s.leftOpen(line)
	if cost >= never || open || cost > 1 && len(tail) > 1 && tail[0] == s.d.Quote {
		if ok, err := s.mendLines(stop, next, cost, open); ok || err != nil {
			return err
		}
	}
	s.how = readMended
	if !s.rereadLine(line) {
		s.how = readBroken
		s.reread(line, 0)
	}
	s.take(stop, next, 1)
	return nil
}

// leftOpen tells whether the last cell of line that begins with a quote does not
// close, and no other quote comes after.
func (s *scanner) leftOpen(line []byte) bool {
	r := &s.dp
	for i := len(r.pieces) - 1; i >= 0; i-- {
		if r.quotes[i] == 0 {
			continue
		}
		begin := r.pieces[i][0]
		return s.d.Quote != 0 && begin < len(line) && line[begin] == s.d.Quote && r.quotes[i] == 1
	}
	return false
}

// mendLines tries the record at pos over more than its first physical line. It
// has to have fewer quotes out of place than most; some more when the line is
// left open, for else the lines after it, which are no rows, belong to nothing.
func (s *scanner) mendLines(stop, next, most int, open bool) (bool, error) {
	if s.width == 0 {
		return false, nil
	}
	for lines := 2; lines <= maxLines && next < s.end; lines++ {
		lineStop, lineNext, err := s.lineEnd(next)
		if err == errMore && s.end-s.pos > maxMendSize {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		if s.isRow(s.b[next:lineStop]) {
			return false, nil
		}
		if open && most < never {
			if s.cost(s.b[next:lineStop]) <= 1 || len(s.dp.pieces) == s.width || lines == 2 && s.recordAt(next) {
				return false, nil
			}
			most += 2
		}
		if whole := s.b[s.pos:lineStop]; s.closes(s.b[next:lineStop]) && s.reread(whole, s.width) && s.dp.cost < most {
			s.how = readMended
			s.take(lineStop, lineNext, lines)
			return true, nil
		}
		next = lineNext
	}
	if next == s.end && !s.eof && s.end-s.pos <= maxMendSize {
		return false, errMore
	}
	return false, nil
}

// recordAt tells whether a record that begins at i is well formed and has the
// table's width, over however many lines.
func (s *scanner) recordAt(i int) bool {
	pos, text, bounds, odd := s.pos, s.text, s.bounds, s.odd
	led, before := slices.Clone(s.led), s.before
	end, eof := s.end, s.eof
	if s.end-i > maxAhead {
		s.end, s.eof = i+maxAhead, false
	}
	s.pos, s.text, s.bounds = i, s.spare.text, s.spare.bounds
	_, _, err := s.strict()
	good := err == nil && s.odd < 0 && len(s.bounds)/2 == s.width
	s.spare.text, s.spare.bounds = s.text, s.bounds
	s.pos, s.text, s.bounds, s.odd, s.end, s.eof = pos, text, bounds, odd, end, eof
	s.led, s.before = led, before
	return good
}

// closes tells whether a quote in line could close a cell.
func (s *scanner) closes(line []byte) bool {
	for i, c := range line {
		if c != s.d.Quote {
			continue
		}
		rest := bytes.TrimLeft(line[i+1:], " \t")
		if len(rest) == 0 || s.d.Delimiter != "" && (bytes.HasPrefix(rest, []byte(s.d.Delimiter)) || bytes.HasPrefix(line[i+1:], []byte(s.d.Delimiter))) {
			return true
		}
	}
	return false
}
