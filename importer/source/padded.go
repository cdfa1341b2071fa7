package source

import "bytes"

// padded tells whether the cells of sample are aligned with blanks: nearly every
// delimiter has one after it, and many have more than one on a side.
func padded(sample []byte, delimiter string) bool {
	if len(delimiter) != 1 || delimiter == " " || delimiter == "\t" {
		return false
	}
	all, after, wide := 0, 0, 0
	for i, c := range sample {
		if c != delimiter[0] {
			continue
		}
		all++
		rest, before := sample[i+1:], sample[:i]
		if len(rest) == 0 || rest[0] == '\n' || rest[0] == '\r' {
			after++
		} else if rest[0] == ' ' {
			after++
			if bytes.HasPrefix(rest, []byte(gap)) || bytes.HasSuffix(before, []byte(gap)) {
				wide++
			}
		}
	}
	return after*10 >= all*9 && wide*5 >= all && wide > 0
}

// trim cuts the record, which has no quotes, into cells without the blanks
// around them.
func (s *scanner) trim() { s.cutPlain(" ") }

// cutPlain cuts the record, which has no quotes, into cells without what is
// in outer around them.
func (s *scanner) cutPlain(outer string) {
	s.plain = false
	s.text, s.bounds, s.led, s.before = s.text[:0], s.bounds[:0], s.led[:0], 0
	for rest := s.raw(); ; {
		cell, after, more := rest, []byte(nil), false
		if s.d.Delimiter != "" {
			cell, after, more = bytes.Cut(rest, []byte(s.d.Delimiter))
		}
		begin := len(s.text)
		s.text = append(s.text, bytes.Trim(cell, outer)...)
		s.bounds = append(s.bounds, begin, len(s.text))
		if !more {
			return
		}
		rest = after
	}
}
