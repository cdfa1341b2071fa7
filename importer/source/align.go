package source

import (
	"bytes"
	"math"
	"slices"
	"strings"

	"leadimport/cell"
)

// maxAlign bounds the work of aligning one line with the columns.
const maxAlign = 50000

// clearMargin is how much likelier a reading must be than the next best.
const clearMargin = 1

// align reads a line with another delimiter than the table's that cuts it into
// more pieces than there are columns, as "2026-11-21 12:30 Mary Ann Smith" by
// blanks. Pieces are joined so that the cells are of the kinds that their
// columns hold. It is false when none, or more than one, such reading is.
func (s *scanner) align() bool {
	raw := s.raw()
	if s.profile == nil || s.width < 3 || bytes.HasPrefix(raw, []byte("#")) || bytes.HasPrefix(raw, []byte("//")) {
		return false
	}
	var best reading
	for _, c := range candidates {
		if bytes.Count(raw, []byte(c.delimiter)) < s.width-1 {
			continue
		}
		if c.delimiter == s.d.Delimiter && c.delimiter != " " {
			continue // a row that is too long stays so; words do not count
		}
		if got := s.aligned(raw, c.delimiter); got.likely > best.likely || best.cells == nil {
			best = got
		}
	}
	if best.cells == nil {
		return false
	}
	s.text, s.bounds = s.text[:0], s.bounds[:0]
	for _, cell := range best.cells {
		s.bounds = append(s.bounds, len(s.text), len(s.text)+len(cell))
		s.text = append(s.text, cell...)
	}
	s.plain, s.odd, s.how, s.other = false, -1, readDelimiter, best.delimiter
	return true
}

// reading is one way to read a line.
type reading struct {
	delimiter string
	cells     []string
	likely    float64
}

// piece is what stands between two delimiters.
type piece struct {
	text   string
	quoted bool
}

// aligned is the likeliest reading of a line by a delimiter; its cells are nil
// when there is none that stands out and fits.
func (s *scanner) aligned(raw []byte, delimiter string) reading {
	p := s.profile()
	pieces := s.pieces(raw, delimiter)
	n, w := len(pieces), s.width
	spare := n - w
	if spare < 0 || n*w*(spare+1) > maxAlign {
		return reading{}
	}
	// best[c] are the two likeliest ways to read the pieces from c+j on as the
	// columns from c on, for each number j of delimiters joined before.
	type way struct {
		likely, next float64
		take         int // delimiters joined in this cell
	}
	never := math.Inf(-1)
	best := make([][]way, w+1)
	for c := range best {
		best[c] = make([]way, spare+1)
		for j := range best[c] {
			best[c][j] = way{never, never, 0}
		}
	}
	best[w][spare].likely = 0
	for c := w - 1; c >= 0; c-- {
		for j := 0; j <= spare; j++ {
			here := &best[c][j]
			cell := pieces[c+j].text
			for take := 0; j+take <= spare; take++ {
				if take > 0 {
					last := pieces[c+j+take]
					if pieces[c+j].quoted || last.quoted {
						break
					}
					cell += delimiter + last.text
				}
				rest := best[c+1][j+take]
				if rest.likely == never {
					continue
				}
				likely := p.columns[c].likely(cell)
				if total := likely + rest.likely; total > here.likely {
					here.next = max(here.likely, likely+rest.next)
					here.likely, here.take = total, take
				} else {
					here.next = max(here.next, total)
				}
			}
		}
	}
	top := best[0][0]
	if top.likely == never || top.likely-top.next < clearMargin {
		return reading{}
	}
	got := reading{delimiter: delimiter, likely: top.likely}
	for c, j := 0, 0; c < w; c++ {
		cell := pieces[c+j].text
		for range best[c][j].take {
			j++
			cell += delimiter + pieces[c+j].text
		}
		got.cells = append(got.cells, cell)
	}
	if telling, ok := p.fits(got.cells); !ok || telling < 2 {
		return reading{}
	}
	return got
}

// pieces cuts a line at a delimiter. A piece in quotes is one, whatever it holds.
func (s *scanner) pieces(raw []byte, delimiter string) []piece {
	var list []piece
	for {
		if i := s.closing(raw, delimiter); i > 0 {
			inner := bytes.ReplaceAll(raw[1:i], []byte{s.d.Quote, s.d.Quote}, []byte{s.d.Quote})
			list = append(list, piece{string(inner), true})
			if i+1 == len(raw) {
				return list
			}
			raw = raw[i+1+len(delimiter):]
			continue
		}
		cell, rest, more := bytes.Cut(raw, []byte(delimiter))
		list = append(list, piece{string(cell), false})
		if !more {
			return list
		}
		raw = rest
	}
}

// closing is the index of the quote that closes the one raw begins with, before
// a delimiter or the end; 0 when there is none.
func (s *scanner) closing(raw []byte, delimiter string) int {
	if s.d.Quote == 0 || len(raw) == 0 || raw[0] != s.d.Quote {
		return 0
	}
	for i := 1; i < len(raw); i++ {
		switch {
		case s.d.Escape != 0 && raw[i] == s.d.Escape:
			i++
		case raw[i] != s.d.Quote:
		case i+1 < len(raw) && raw[i+1] == s.d.Quote:
			i++
		case i+1 == len(raw) || bytes.HasPrefix(raw[i+1:], []byte(delimiter)):
			return i
		}
	}
	return 0
}

// alignHeader reads the line above the table's first record as its header when
// another delimiter cuts it into a name for each column, and that record is a
// row like those below it.
func (s *scanner) alignHeader() bool {
	if s.profile == nil || s.seen || s.width < 3 {
		return false
	}
	p := s.profile()
	if p.first == nil || p.columns[0].rows < 2 {
		return false
	}
	if telling, ok := p.fits(p.first); !ok || telling == 0 {
		return false
	}
	raw := s.raw()
	for _, c := range candidates {
		if c.delimiter == s.d.Delimiter || s.width < c.least {
			continue
		}
		pieces := s.pieces(raw, c.delimiter)
		if len(pieces) != s.width || !names(pieces, s.d.Delimiter) {
			continue
		}
		s.text, s.bounds = s.text[:0], s.bounds[:0]
		for _, piece := range pieces {
			s.bounds = append(s.bounds, len(s.text), len(s.text)+len(piece.text))
			s.text = append(s.text, piece.text...)
		}
		s.plain, s.odd, s.how, s.other = false, -1, readDelimiter, c.delimiter
		return true
	}
	return false
}

// fillers are words that titles have between others, and headers do not have
// alone in a cell.
var fillers = []string{"of", "from", "in", "the", "for", "and", "by", "at", "on", "to", "with", "per", "as", "de", "la", "der", "die", "das", "von", "und", "du", "des", "del"}

// names tells whether pieces could be the names of columns: words that differ,
// none of them a filler, without the table's own delimiter.
func names(pieces []piece, own string) bool {
	seen := make(map[string]bool)
	for _, p := range pieces {
		if !p.quoted && strings.Contains(p.text, own) {
			return false
		}
		if slices.Contains(fillers, p.text) {
			return false
		}
		if k := cell.KindOf(p.text); !k.IsWords() && k != cell.Code || seen[p.text] {
			return false
		}
		seen[p.text] = true
	}
	return true
}
