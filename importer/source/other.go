package source

import "bytes"

// tryDelimiter reads a physical line that does not have the table's width with
// the delimiters of other files. One that gives the width without a quote out
// of place is what that line was written with. Above the table, where titles
// stand, only the common ones are tried.
func (s *scanner) tryDelimiter() bool {
	raw := s.raw()
	if s.width < 2 || s.start == s.stop || bytes.ContainsAny(raw, "\r\n") {
		return false
	}
	d, pos, odd := s.d, s.pos, s.odd
	text, bounds := append([]byte(nil), s.text...), append([]int(nil), s.bounds...)
	defer func() { s.d, s.pos = d, pos }()
	s.pos = s.start
	for _, c := range candidates {
		if c.delimiter == d.Delimiter || s.width < c.least || !s.seen && (s.width < 3 || c.prior < 1) {
			continue
		}
		s.d.Delimiter = c.delimiter
		if s.reread(raw, s.width) && s.odd < 0 {
			s.plain, s.how, s.other = false, readDelimiter, c.delimiter
			return true
		}
	}
	s.odd, s.text, s.bounds = odd, append(s.text[:0], text...), append(s.bounds[:0], bounds...)
	return false
}

// strictOther reads the record at pos by the rules with the delimiters of other
// files, and takes it when one gives the table's width; else it is errOdd. It
// looks at maxMendSize bytes at most.
func (s *scanner) strictOther() error {
	d, text, bounds, odd := s.d, s.text, s.bounds, s.odd
	end, eof := s.end, s.eof
	if s.end-s.pos > maxMendSize {
		s.end, s.eof = s.pos+maxMendSize, false
	}
	s.text, s.bounds = s.spare.text, s.spare.bounds
	err := s.anyOther(s.end == end)
	s.d, s.end, s.eof = d, end, eof
	s.spare.text, s.spare.bounds = text, bounds
	if err == errOdd {
		s.spare.text, s.spare.bounds = s.text, s.bounds
		s.text, s.bounds, s.odd = text, bounds, odd
	}
	return err
}

// anyOther is strictOther in a window that may be cut short.
func (s *scanner) anyOther(whole bool) error {
	own := s.d.Delimiter
	for _, c := range candidates {
		if c.delimiter == own || s.width < c.least {
			continue
		}
		s.d.Delimiter = c.delimiter
		end, lines, err := s.strict()
		if err == errMore && whole && !s.eof {
			return errMore
		}
		if err != nil || s.odd >= 0 || len(s.bounds)/2 != s.width {
			continue
		}
		after := end
		if end < s.end {
			var ok bool
			if after, ok = s.afterBreak(end); !ok && !whole {
				continue
			} else if !ok {
				return errMore
			}
		}
		s.how, s.other = readDelimiter, c.delimiter
		s.take(end, after, lines)
		return nil
	}
	return errOdd
}
