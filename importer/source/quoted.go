package source

import "bytes"

// quoted reads the record at pos, whose first line has a quote in it, by the
// rules of RFC 4180: a quote at the start of a cell opens, the next one that is
// not doubled closes, and a delimiter or line end follows. Where that fails the
// physical line alone is read again; stop and next are its ends.
func (s *scanner) quoted(stop, next int) error {
	s.text, s.bounds = s.text[:0], s.bounds[:0]
	i, lines := s.pos, 1
	for {
		begin := len(s.text)
		if i < s.end && s.b[i] == s.qt {
			close, err := s.quotedCell(i)
			if err != nil {
				return err
			}
			if close < 0 {
				return s.loose(stop, next)
			}
			if n := bytes.IndexByte(s.b[i:close], '\n') >= 0 || bytes.IndexByte(s.b[i:close], '\r') >= 0; n {
				lines += breaks(s.b[i:close])
			}
			i = close
		} else {
			j := i
			for j < s.end && s.b[j] != s.delim && s.b[j] != '\n' && s.b[j] != '\r' {
				if s.b[j] == s.qt && s.odd < 0 {
					s.odd = j
				}
				j++
			}
			s.text = append(s.text, s.b[i:j]...)
			i = j
		}
		s.bounds = append(s.bounds, begin, len(s.text))
		switch {
		case i == s.end && !s.eof:
			return errMore
		case i == s.end:
			s.take(i, i, lines)
			return nil
		case s.b[i] == s.delim:
			i++
			continue
		}
		after, ok := s.afterBreak(i)
		if !ok {
			return errMore
		}
		s.take(i, after, lines)
		return nil
	}
}

// quotedCell appends the cell whose quote opens at i to text, and returns the
// index after the closing quote; -1 when something else than a cell's end
// follows it.
func (s *scanner) quotedCell(i int) (int, error) {
	open := i
	for i++; ; {
		j := bytes.IndexByte(s.b[i:s.end], s.qt)
		if j < 0 {
			if s.eof {
				line, column := s.place(open)
				return 0, s.fail(line, column, "a quote opens here and never closes: close it, or double it if it belongs to the text")
			}
			return 0, errMore
		}
		s.text = append(s.text, s.b[i:i+j]...)
		i += j + 1
		if i == s.end {
			if s.eof {
				return i, nil
			}
			return 0, errMore
		}
		switch s.b[i] {
		case s.qt:
			s.text = append(s.text, s.qt)
			i++
		case s.delim, '\n', '\r':
			return i, nil
		default:
			s.odd = i - 1
			return -1, nil
		}
	}
}

// loose reads a physical line in which a closing quote is followed by text.
// First a quote closes only before a delimiter or the line's end; if that does
// not give the width, quotes are text. A reading that gives it is kept.
func (s *scanner) loose(stop, next int) error {
	s.take(stop, next, 1)
	for _, read := range []func([]byte){s.looseQuotes, s.noQuotes} {
		s.text, s.bounds = s.text[:0], s.bounds[:0]
		read(s.raw())
		if s.width == 0 || len(s.bounds)/2 == s.width {
			return nil
		}
	}
	s.broken = true
	return nil
}

func (s *scanner) looseQuotes(raw []byte) {
	for i := 0; ; i++ {
		begin := len(s.text)
		if i < len(raw) && raw[i] == s.qt {
			for i++; i < len(raw); i++ {
				if raw[i] == s.qt {
					if i+1 == len(raw) || raw[i+1] == s.delim {
						i++
						break
					}
					if raw[i+1] == s.qt {
						i++
					}
				}
				s.text = append(s.text, raw[i])
			}
		} else {
			n := bytes.IndexByte(raw[i:], s.delim)
			if n < 0 {
				n = len(raw) - i
			}
			s.text = append(s.text, raw[i:i+n]...)
			i += n
		}
		s.bounds = append(s.bounds, begin, len(s.text))
		if i >= len(raw) {
			return
		}
	}
}

func (s *scanner) noQuotes(raw []byte) {
	s.text = append(s.text, raw...)
	begin := 0
	for i, c := range raw {
		if c == s.delim {
			s.bounds = append(s.bounds, begin, i)
			begin = i + 1
		}
	}
	s.bounds = append(s.bounds, begin, len(raw))
}

// openQuote is where the quote opens that the window does not close; -1: none.
func (s *scanner) openQuote() int {
	if s.qt == 0 {
		return -1
	}
	open, cell := -1, true // cell: at the start of one
	for i := s.pos; i < s.end; i++ {
		switch c := s.b[i]; {
		case open >= 0:
			if c == s.qt {
				if i+1 < s.end && s.b[i+1] == s.qt {
					i++
				} else {
					open = -1
				}
			}
			cell = false
		case c == s.qt && cell:
			open = i
		default:
			cell = c == s.delim || c == '\n' || c == '\r'
		}
	}
	return open
}
