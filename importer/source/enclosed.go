package source

import (
	"bytes"
	"unicode/utf8"
)

// closers are the marks that end what others begin.
var closers = map[rune]rune{'[': ']', '{': '}', '(': ')', '“': '”', '«': '»', '„': '“'}

// enclosed reads a line with too many cells, none of it in the table's quotes,
// as if delimiters between brackets, or between the quotes that people type,
// were text: `2,[a, b],5`. It is false when that does not give the table's
// width.
func (s *scanner) enclosed(cells int) bool {
	raw := s.raw()
	d := s.d.Delimiter
	if !s.seen || cells <= s.width || s.width < 2 || d == "" || d == " " || s.d.Runs {
		return false
	}
	text, bounds := s.spare.text[:0], s.spare.bounds[:0]
	defer func() { s.spare.text, s.spare.bounds = text, bounds }()
	var open []rune // closers that are waited for
	begin := 0
	for i := 0; i <= len(raw); {
		if i == len(raw) || len(open) == 0 && bytes.HasPrefix(raw[i:], []byte(d)) {
			if len(open) > 0 {
				return false
			}
			if cell := raw[begin:i]; len(cell) > 0 && cell[0] == s.d.Quote && s.d.Quote != 0 {
				return false // by the rules, or not: not for here
			}
			bounds = append(bounds, len(text), len(text)+i-begin)
			text = append(text, raw[begin:i]...)
			if i == len(raw) {
				break
			}
			i += len(d)
			begin = i
			continue
		}
		r, n := utf8.DecodeRune(raw[i:])
		if len(open) > 0 && r == open[len(open)-1] {
			open = open[:len(open)-1]
		} else if closer, ok := closers[r]; ok && len(open) < 20 {
			open = append(open, closer)
		}
		i += n
	}
	if len(bounds)/2 != s.width {
		return false
	}
	s.text, text = text, s.text
	s.bounds, bounds = bounds, s.bounds
	s.plain, s.odd, s.how = false, -1, readEnclosed
	return true
}
