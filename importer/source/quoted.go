package source

import (
	"bytes"
	"errors"
)

// errOdd says that the record at pos is not written by the rules.
var errOdd = errors.New("a quote is out of place")

// quoted reads the record at pos, whose first line has a quote or an escape in
// it; stop and next are the ends of that line. What is well formed stays as it
// is, unless it swallowed lines and only the first one by itself has the
// table's width.
func (s *scanner) quoted(stop, next int) error {
	end, lines, err := s.usual(stop)
	if err == errMore && (s.eof || s.end-s.pos > MaxRecord-chunkSize) {
		err = errOdd // a quote that opens and does not close
	}
	switch {
	case err == errMore:
		return err
	case s.seen && (err == errOdd || len(s.bounds)/2 != s.width || s.odd >= 0 && s.otherFits()):
		if other := s.strictOther(); other != errOdd {
			return other
		}
	}
	if err == errOdd {
		return s.mend(stop, next)
	}
	after := end
	if end < s.end {
		var ok bool
		if after, ok = s.afterBreak(end); !ok {
			return errMore
		}
	}
	fits := s.width == 0 || len(s.bounds)/2 == s.width
	if fits && lines > 1 && s.width > 1 && s.seen && s.allRows(end) {
		return s.mend(stop, next)
	}
	if !fits && (lines > 1 && s.swallowed(next, end) || lines == 1 && s.odd >= 0) {
		if s.rereadLine(s.b[s.pos:stop]) {
			s.how = readMended
			s.take(stop, next, 1)
			return nil
		}
	}
	if !fits && (lines > 1 || s.odd >= 0) { // text and bounds were used
		if _, _, err := s.strict(); err != nil {
			return err
		}
	}
	s.take(end, after, lines)
	return nil
}

// usual is strict for what nearly all records are: a delimiter of one byte, no
// escapes, no blanks before a quote, no quote out of place. The first line
// ends at stop.
func (s *scanner) usual(stop int) (end, lines int, err error) {
	if len(s.d.Delimiter) != 1 || s.d.Escape != 0 || s.d.Quote == 0 || s.d.Padded || s.d.Mark != 0 || s.d.CR {
		return s.strict()
	}
	delimiter, quote := s.d.Delimiter[0], s.d.Quote
	b := s.b[:s.end]
	text, bounds := s.text[:0], s.bounds[:0]
	s.led, s.before = s.led[:0], 0
	for i := s.pos; ; i++ {
		begin := len(text)
		if i < len(b) && b[i] == quote {
			for i++; ; i++ {
				j := bytes.IndexByte(b[i:], quote)
				if j < 0 {
					return s.strict()
				}
				text = append(text, b[i:i+j]...)
				if i += j + 1; i == len(b) || b[i] != quote {
					break
				}
				text = append(text, quote)
			}
		} else {
			from := i
			if i < len(b) && b[i] == ' ' {
				s.led = append(s.led, len(bounds)/2)
			}
			for i < len(b) && b[i] != delimiter && b[i] != '\n' && b[i] != '\r' {
				if b[i] == quote {
					return s.strict()
				}
				i++
			}
			text = append(text, b[from:i]...)
		}
		bounds = append(bounds, begin, len(text))
		if i < len(b) && b[i] == delimiter {
			continue
		}
		if i == len(b) || b[i] != '\n' && b[i] != '\r' {
			return s.strict()
		}
		s.text, s.bounds, s.odd = text, bounds, -1
		if lines = 1; i > stop {
			lines += breaks(b[s.pos:i])
		}
		return i, lines, nil
	}
}

// strict reads the record at pos by the rules of RFC 4180: a quote at the start
// of a cell opens, the next one that is not doubled closes, and a delimiter or
// line end follows. Blanks around a quoted cell are not part of it. It returns
// where the record ends and how many physical lines it takes.
func (s *scanner) strict() (end, lines int, err error) {
	s.text, s.bounds, s.odd = s.text[:0], s.bounds[:0], -1
	s.led, s.before = s.led[:0], 0
	i, lines := s.pos, 1
	for {
		begin := len(s.text)
		if open := s.skipBlanks(i); open < s.end && s.b[open] == s.d.Quote && s.d.Quote != 0 {
			close, err := s.quotedCell(open)
			if err != nil {
				return 0, 0, err
			}
			if cell := s.b[open:close]; bytes.IndexByte(cell, '\n') >= 0 || bytes.IndexByte(cell, '\r') >= 0 {
				lines += breaks(cell)
			}
			if open > i {
				s.before++
			}
			i = close
		} else {
			if i < s.end && s.b[i] == ' ' {
				s.led = append(s.led, len(s.bounds)/2)
			}
			from := i
			i = s.bareCell(i)
			if s.d.CR {
				lines += breaks(s.b[from:i])
			}
		}
		s.bounds = append(s.bounds, begin, len(s.text))
		switch {
		case i == s.end && !s.eof:
			return 0, 0, errMore
		case i == s.end || s.isEnd(i):
			return i, lines, nil
		case s.atMark(i):
			return i + 1, lines, nil
		}
		i += len(s.d.Delimiter)
	}
}

// atDelimiter tells whether a delimiter stands at i. A longer one may be cut by
// the end of the window.
func (s *scanner) atDelimiter(i int) bool {
	d := s.d.Delimiter
	if len(d) == 1 {
		return s.b[i] == d[0]
	}
	return d != "" && len(d) <= s.end-i && string(s.b[i:i+len(d)]) == d
}

// isEnd reports whether a line break that ends a record stands at i.
func (s *scanner) isEnd(i int) bool { return s.b[i] == '\r' || s.b[i] == '\n' && !s.d.CR }

// atMark reports whether the mark that ends each line stands at i.
func (s *scanner) atMark(i int) bool {
	if s.d.Mark == 0 || s.b[i] != s.d.Mark {
		return false
	}
	return i+1 == s.end && s.eof || i+1 < s.end && s.isEnd(i+1)
}

// skipBlanks is the index after the blanks at i, which are not delimiters.
func (s *scanner) skipBlanks(i int) int {
	for i < s.end && (s.b[i] == ' ' || s.b[i] == '\t') && !s.atDelimiter(i) {
		i++
	}
	return i
}

// escaped tells whether an escape stands at i that has something to escape.
func (s *scanner) escaped(i int) bool {
	if s.d.Escape == 0 || s.b[i] != s.d.Escape || i+1 >= s.end {
		return false
	}
	return s.b[i+1] == s.d.Escape || s.b[i+1] == s.d.Quote || s.atDelimiter(i+1)
}

// bareCell appends the cell without quotes at i to text, and returns the index
// after it.
func (s *scanner) bareCell(i int) int {
	from, begin := i, len(s.text)
	for i < s.end && !s.isEnd(i) && !s.atDelimiter(i) && !s.atMark(i) {
		if s.escaped(i) {
			s.text = append(s.text, s.b[from:i]...)
			i++
			from = i
			if s.atDelimiter(i) {
				s.escapes++
			}
		} else if s.b[i] == s.d.Quote && s.odd < 0 && s.d.Quote != 0 && (i == from || !s.apostrophe(s.b[:s.end], i)) {
			s.odd = i
		}
		i++
	}
	s.text = append(s.text, s.b[from:i]...)
	if s.d.Padded {
		s.text = append(s.text[:begin], bytes.Trim(s.text[begin:], " ")...)
	}
	return i
}

// quotedCell appends the cell whose quote opens at i to text, and returns the
// index after the closing quote and the blanks that follow it.
func (s *scanner) quotedCell(i int) (int, error) {
	for i++; ; {
		j := s.nextQuote(i)
		if j < 0 {
			return 0, errMore
		}
		s.text = append(s.text, s.b[i:j]...)
		if s.b[j] != s.d.Quote { // an escape
			if s.b[j+1] == s.d.Quote {
				s.escapes++
			}
			s.text = append(s.text, s.b[j+1])
			i = j + 2
			continue
		}
		i = j + 1
		if i < s.end && isLetter(s.b[i]) && s.apostrophe(s.b[:s.end], j) {
			s.text = append(s.text, s.d.Quote)
			continue
		}
		if i < s.end && s.b[i] == s.d.Quote {
			s.text = append(s.text, s.d.Quote)
			i++
			continue
		}
		i = s.skipBlanks(i)
		if s.end-i < len(s.d.Delimiter) && !s.eof {
			return 0, errMore
		}
		if i == s.end || s.isEnd(i) || s.atDelimiter(i) || s.atMark(i) {
			return i, nil
		}
		if s.d.Mark != 0 && i+1 == s.end && !s.eof {
			return 0, errMore
		}
		return 0, errOdd
	}
}

// nextQuote is the index of the next quote, or of an escape with something to
// escape, at or after i; -1 when the window ends before.
func (s *scanner) nextQuote(i int) int {
	if s.d.Escape == 0 {
		if j := bytes.IndexByte(s.b[i:s.end], s.d.Quote); j >= 0 {
			return i + j
		}
		return -1
	}
	for ; i < s.end; i++ {
		if s.escaped(i) || s.b[i] == s.d.Quote {
			return i
		}
		if s.b[i] == s.d.Escape && i+1 == s.end && !s.eof {
			return -1
		}
	}
	return -1
}
