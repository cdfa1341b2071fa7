package source

import (
	"bytes"
	"slices"

	"leadimport/cell"
)

// tryDelimiter reads a physical line that does not have the table's width with
// the delimiters and quotes of other files. One that gives the width without a
// quote out of place, and cells that look better, is what that line was written
// with. A line that is well formed, with cells that look right, stays as it is.
func (s *scanner) tryDelimiter() bool {
	raw := s.raw()
	if s.width < 2 || s.start == s.stop || bytes.ContainsAny(raw, "\r\n") {
		return false
	}
	d, pos, odd, plain := s.d, s.pos, s.odd, s.plain
	text, bounds := append([]byte(nil), s.text...), append([]int(nil), s.bounds...)
	defer func() { s.d, s.pos = d, pos }()
	asIs := s.cells(nil)
	least := look(asIs) + s.clearly()
	s.pos = s.start
	if s.d.Quote = otherQuote(d.Quote); s.seen && wraps(raw, s.d.Quote, d.Delimiter) {
		if s.reread(raw, s.width) && s.odd < 0 {
			s.plain, s.how = false, readQuote
			return true
		}
	}
	s.d.Quote = d.Quote
	best := ""
	for _, other := range s.others() {
		s.d.Delimiter = other
		if s.reread(raw, s.width) && s.odd < 0 {
			s.plain = false
			cells := s.cells(nil)
			if cells[0] == "" && (s.profile == nil || s.profile().columns[0].kinds[cell.Empty] == 0) {
				continue // a remark that begins with a semicolon
			}
			look := look(cells)
			switch s.verdict(asIs, cells) {
			case fitting:
				look += 0.5
			case unfitting:
				continue
			}
			if look > least {
				best, least = other, look
			}
		}
	}
	if best != "" {
		s.d.Delimiter = best
		s.reread(raw, s.width)
		s.plain, s.how, s.other = false, readDelimiter, best
		return true
	}
	s.d = d
	if s.align() || s.alignHeader() {
		return true
	}
	s.plain, s.odd, s.text, s.bounds = plain, odd, append(s.text[:0], text...), append(s.bounds[:0], bounds...)
	return false
}

// clearly is how much better the cells must look that another delimiter gives.
// Two cells may be one with a comma in it, and a title a sentence.
func (s *scanner) clearly() float64 {
	if s.width == 2 || !s.seen {
		return 0.1
	}
	return 0.05
}

// look is how plausible cells are, on average.
func look(cells []string) float64 {
	weight, sense := 0.0, 0.0
	for _, text := range cells {
		w := float64(min(len(text), 40) + 1)
		weight += w
		sense += w * cell.Plausible(text)
	}
	return sense / weight
}

// otherQuote is the quote that a line may have in place of the table's.
func otherQuote(quote byte) byte {
	if quote == '\'' {
		return '"'
	}
	return '\''
}

// unquoteAll reads a record that has all cells in single quotes without them,
// when the table's columns have no such cells.
func (s *scanner) unquoteAll() {
	raw := s.raw()
	if len(raw) < 2 || raw[len(raw)-1] != '\'' || s.profile == nil || s.width < 2 {
		return
	}
	inner := []byte("'" + s.d.Delimiter + "'")
	if bytes.Count(raw, inner) != s.width-1 || bytes.Count(raw, []byte("'")) != 2*s.width || s.profile().single {
		return
	}
	s.text, s.bounds = s.text[:0], s.bounds[:0]
	for _, cell := range bytes.Split(raw[1:len(raw)-1], inner) {
		s.bounds = append(s.bounds, len(s.text), len(s.text)+len(cell))
		s.text = append(s.text, cell...)
	}
	s.plain, s.how = false, readQuote
}

// unlead reads a record whose delimiters, all of them, have one blank after
// them as delimited by both. The table's other records have none, or the
// blank would be part of its delimiter.
func (s *scanner) unlead(cells int) {
	d := s.d.Delimiter
	if !s.plain {
		if len(s.led) == 0 || len(s.led)+s.before != cells-1 || s.led[0] == 0 {
			return
		}
		for _, i := range s.led {
			if cell := s.text[s.bounds[2*i]:s.bounds[2*i+1]]; len(cell) > 1 && cell[1] == ' ' {
				return // aligned with blanks: they may mean something
			}
		}
		for _, i := range s.led {
			s.bounds[2*i]++
		}
		s.how, s.other = readDelimiter, d+" "
		return
	}
	raw := s.raw()
	i := bytes.IndexByte(raw, d[0])
	if i < 0 || i+1 == len(raw) || raw[i+1] != ' ' ||
		bytes.Count(raw, []byte(d+" ")) != cells-1 || bytes.Contains(raw, []byte(d+"  ")) {
		return
	}
	s.text, s.bounds = append(s.text[:0], raw...), s.bounds[:0]
	for begin, rest := 0, raw; ; {
		i := bytes.IndexByte(rest, d[0])
		if i < 0 {
			s.bounds = append(s.bounds, begin, len(raw))
			break
		}
		s.bounds = append(s.bounds, begin, begin+i)
		begin, rest = begin+i+2, rest[i+2:]
	}
	s.plain, s.how, s.other = false, readDelimiter, d+" "
}

// strictOther reads the record at pos by the rules with the delimiters of other
// files, and takes it when one gives the table's width; else it is errOdd. It
// looks at maxMendSize bytes at most.
func (s *scanner) strictOther() error {
	d, text, bounds, odd := s.d, s.text, s.bounds, s.odd
	led, before := slices.Clone(s.led), s.before
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
		s.led, s.before = led, before
	}
	return err
}

// anyOther is strictOther in a window that may be cut short.
func (s *scanner) anyOther(whole bool) error {
	least := s.lineLook() + s.clearly()
	best := ""
	for _, other := range s.others() {
		s.d.Delimiter = other
		_, _, err := s.strict()
		if err == errMore && whole && !s.eof {
			return errMore
		}
		if err != nil || s.odd >= 0 || len(s.bounds)/2 != s.width {
			continue
		}
		cells := s.cells(nil)
		look := look(cells)
		if s.verdict(nil, cells) == fitting {
			look += 0.5
		}
		if look > least {
			best, least = other, look
		}
	}
	if best == "" {
		return errOdd
	}
	s.d.Delimiter = best
	end, lines, _ := s.strict()
	after := end
	if end < s.end {
		var ok bool
		if after, ok = s.afterBreak(end); !ok && !whole {
			return errOdd
		} else if !ok {
			return errMore
		}
	}
	s.how, s.other = readDelimiter, best
	s.take(end, after, lines)
	return nil
}

// lineLook is how plausible the cells of the line at pos are when quotes mean
// nothing.
func (s *scanner) lineLook() float64 {
	return look(split(nil, string(s.firstLine()), s.d.Delimiter))
}

// otherFits tells whether the line at pos has enough of another delimiter for
// the table's width.
func (s *scanner) otherFits() bool {
	line := s.firstLine()
	for _, c := range candidates {
		if c.delimiter != s.d.Delimiter && bytes.Count(line, []byte(c.delimiter)) >= s.width-1 {
			return true
		}
	}
	return false
}

// others are the delimiters that the record at pos may have in place of the
// table's.
func (s *scanner) others() []string {
	own := s.d.Delimiter
	line := s.firstLine()
	list := make([]string, 0, len(candidates))
	if s.tidy && s.width > 2 && s.spaced() {
		list = append(list, own+" ")
	}
	for _, c := range candidates {
		if bytes.Count(line, []byte(c.delimiter)) < s.width-1 && !bytes.ContainsAny(line, "\"'") {
			continue
		}
		least := c.least
		switch {
		case s.d.Quote != 0 && bytes.Contains(line, []byte(string(s.d.Quote)+c.delimiter+string(s.d.Quote))):
			least = 2
		case c.delimiter == " " && s.figures():
			least = 3
		}
		if c.delimiter != own && s.width >= least && (s.seen || s.width > 2 && c.prior == 1) {
			list = append(list, c.delimiter)
			if c.prior == 1 {
				list = append(list, c.delimiter+" ")
			}
		}
	}
	return list
}

// spaced tells whether all delimiters in the line at pos have a blank after
// them, but for those between digits, as in "1,5".
func (s *scanner) spaced() bool {
	line := s.firstLine()
	digit := func(i int) bool { return i >= 0 && i < len(line) && line[i] >= '0' && line[i] <= '9' }
	for i, c := range line {
		if c == s.d.Delimiter[0] && (i+1 == len(line) || line[i+1] != ' ') && !(digit(i-1) && digit(i+1)) {
			return false
		}
	}
	return true
}

// firstLine is the physical line at pos.
func (s *scanner) firstLine() []byte {
	line := s.b[s.pos:s.end]
	if i := bytes.IndexAny(line, "\r\n"); i >= 0 {
		line = line[:i]
	}
	return line
}

// figures tells whether the line at pos is mostly figures: a few words with
// blanks between them may be a title, a few figures are a row.
func (s *scanner) figures() bool {
	line := s.firstLine()
	digits := 0
	for _, c := range line {
		if c >= '0' && c <= '9' || c == '.' || c == '-' {
			digits++
		}
	}
	return digits*2 > len(line)-bytes.Count(line, []byte(" "))
}
