package source

import "bytes"

// unquoted is what stands between the quotes around a cell.
func (s *scanner) unquoted(cell []byte) ([]byte, bool) {
	cell = bytes.Trim(cell, " \t")
	if n := len(cell); n >= 2 && s.d.Quote != 0 && cell[0] == s.d.Quote && cell[n-1] == s.d.Quote &&
		(s.d.Escape == 0 || s.d.Escape == s.d.Quote || cell[n-2] != s.d.Escape || n == 2) {
		return cell[1 : n-1], true
	}
	return nil, false
}

// singles counts the quotes that are neither doubled nor escaped.
func (s *scanner) singles(b []byte) int {
	n := 0
	for i := 0; i < len(b); i++ {
		switch {
		case b[i] == s.d.Escape && b[i] != 0 && i+1 < len(b) && s.special(b[i+1:]):
			i++
		case b[i] == s.d.Quote:
			if i+1 < len(b) && b[i+1] == s.d.Quote {
				i++
			} else if !s.apostrophe(b, i) {
				n++
			}
		}
	}
	return n
}

// appendCell appends the text of a cell: what stands in quotes around it, or
// the cell as it is written.
func (s *scanner) appendCell(cell []byte) {
	inner, quoted := s.unquoted(cell)
	if !quoted && s.d.Padded {
		inner = bytes.Trim(cell, " ")
	} else if !quoted {
		inner = cell
	}
	for i := 0; i < len(inner); i++ {
		switch {
		case s.d.Escape != 0 && inner[i] == s.d.Escape && i+1 < len(inner) && s.special(inner[i+1:]):
			i++
		case quoted && inner[i] == s.d.Quote && i+1 < len(inner) && inner[i+1] == s.d.Quote:
			i++
		}
		s.text = append(s.text, inner[i])
	}
}

// firstOdd is the index of the first quote in a cell that is out of place; -1:
// there is none.
func (s *scanner) firstOdd(cell []byte) int {
	inner, quoted := s.unquoted(cell)
	if !quoted {
		for i, c := range cell {
			if c == s.d.Quote && c != 0 && !s.apostrophe(cell, i) {
				return i
			}
		}
		return -1
	}
	for i := 0; i < len(inner); i++ {
		switch {
		case s.d.Escape != 0 && inner[i] == s.d.Escape && i+1 < len(inner) && s.special(inner[i+1:]):
			i++
		case inner[i] != s.d.Quote, s.apostrophe(inner, i):
		case i+1 < len(inner) && inner[i+1] == s.d.Quote:
			i++
		default:
			return bytes.IndexByte(cell, s.d.Quote) + 1 + i
		}
	}
	return -1
}

// apostrophe tells whether the quote at b[i] is one: it comes after a letter and
// does not end the cell.
func (s *scanner) apostrophe(b []byte, i int) bool {
	if s.d.Quote != '\'' || i == 0 || i+1 >= len(b) {
		return false
	}
	if before := b[i-1]; !isLetter(before) && before < 0x80 {
		return false
	}
	after := b[i+1]
	return isLetter(after) || after == ' ' || after >= 0x80
}
