package source

import "bytes"

// Bounds of the work on one record that is not written by the rules.
const (
	maxPieces   = 2000     // that delimiters cut it into
	maxMerge    = 40       // delimiters that belong to one cell
	maxLines    = 20       // physical lines
	maxMendSize = 64 << 10 // bytes
	maxAhead    = 4 << 10  // bytes of the record after it
)

// oneSided is what a cell costs, besides its quotes, that begins with a quote
// which does not close, or ends with one that did not open.
const oneSided = 1

// repair finds the reading of a record that has a wanted number of cells and
// the fewest quotes out of place. A reading joins the pieces between delimiters
// into cells; two pieces may be joined only where quotes stand around the
// delimiter between them, or, at a higher cost, on one side of it.
type repair struct {
	pieces [][2]int // begin and end in the record
	quotes []int    // in each piece, not counting escaped ones
	cost   int      // quotes out of place in the reading taken last
	sided  bool     // pieces may be joined where a quote stands on one side
	best   [][]step // best[piece][joined]: the way to the end of the record from there
}

// step is the first cell of the best reading of the rest of a record.
type step struct {
	cost int  // quotes out of place
	many bool // another reading costs the same
	last int  // piece of the cell
}

const never = 1 << 30

// isRow tells whether a physical line is a row of the table by itself, with no
// quote out of place.
func (s *scanner) isRow(line []byte) bool { return s.cost(line) == 0 }

// cost is how many quotes are out of place in a physical line that is read with
// the table's width; never when it cannot be.
func (s *scanner) cost(line []byte) int {
	s.cut(line)
	joined := len(s.dp.pieces) - s.width
	if joined < 0 {
		return never
	}
	return s.solve(line, joined)
}

// rereadLine reads a physical line at pos with the table's width. A cell may
// have a quote on one side only, for it cannot go on in the next line.
func (s *scanner) rereadLine(line []byte) bool {
	s.dp.sided = true
	defer func() { s.dp.sided = false }()
	return s.reread(line, s.width)
}

// reread reads raw as want cells, or as whatever costs least when want is 0,
// into text and bounds; raw stands at pos. It is false when there is no such reading, or none that
// stands out.
func (s *scanner) reread(raw []byte, want int) bool {
	s.cut(raw)
	n := len(s.dp.pieces)
	joined := n - want
	if want == 0 {
		joined = s.cheapest(raw)
	} else if joined < 0 || s.solve(raw, joined) >= never || s.dp.best[0][joined].many {
		return false
	}
	s.dp.cost = 0
	if joined >= 0 {
		s.dp.cost = s.dp.best[0][joined].cost
	}
	s.text, s.bounds, s.odd = s.text[:0], s.bounds[:0], -1
	for i := 0; i < n; {
		last := i
		if joined >= 0 {
			last = s.dp.best[i][joined].last
			joined -= last - i
		}
		begin, cell := len(s.text), raw[s.dp.pieces[i][0]:s.dp.pieces[last][1]]
		if s.odd < 0 {
			if at := s.firstOdd(cell); at >= 0 {
				s.odd = s.pos + s.dp.pieces[i][0] + at
			}
		}
		s.appendCell(cell)
		s.bounds = append(s.bounds, begin, len(s.text))
		i = last + 1
	}
	return true
}

// cheapest is how many delimiters to join for the fewest quotes out of place;
// -1 when the record is too long to tell.
func (s *scanner) cheapest(raw []byte) int {
	most := min(len(s.dp.pieces)-1, maxMerge)
	if s.solve(raw, most) > never {
		return -1
	}
	best := 0
	for joined := 1; joined <= most; joined++ {
		if s.dp.best[0][joined].cost < s.dp.best[0][best].cost {
			best = joined
		}
	}
	if s.dp.best[0][best].cost >= never {
		return -1
	}
	return best
}

// cut finds the pieces of a record.
func (s *scanner) cut(raw []byte) {
	r := &s.dp
	r.pieces, r.quotes = r.pieces[:0], r.quotes[:0]
	begin, quotes := 0, 0
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case c == s.d.Escape && c != 0 && i+1 < len(raw) && s.special(raw[i+1:]):
			i++
		case c == s.d.Quote && c != 0:
			if !s.apostrophe(raw, i) || i == begin {
				quotes++
			}
		case s.d.Delimiter != "" && c == s.d.Delimiter[0] && bytes.HasPrefix(raw[i:], []byte(s.d.Delimiter)):
			r.pieces, r.quotes = append(r.pieces, [2]int{begin, i}), append(r.quotes, quotes)
			begin, quotes = i+len(s.d.Delimiter), 0
			i = begin - 1
		}
	}
	r.pieces, r.quotes = append(r.pieces, [2]int{begin, len(raw)}), append(r.quotes, quotes)
}

func (s *scanner) special(b []byte) bool {
	return b[0] == s.d.Escape || b[0] == s.d.Quote || s.d.Delimiter != "" && bytes.HasPrefix(b, []byte(s.d.Delimiter))
}

// solve fills best for readings that join up to joined delimiters and returns
// what the one that joins exactly so many costs.
func (s *scanner) solve(raw []byte, joined int) int {
	r := &s.dp
	n := len(r.pieces)
	if n > maxPieces || joined > maxMerge || n*(joined+1) > 10000 {
		return never + 1
	}
	r.best = r.best[:0]
	for range n + 1 {
		r.best = append(r.best, make([]step, joined+1))
	}
	for j := 1; j <= joined; j++ {
		r.best[n][j].cost = never
	}
	for i := n - 1; i >= 0; i-- {
		row := r.best[i]
		for j := range row {
			row[j].cost = never
		}
		for last := i; last < n && last-i <= joined; last++ {
			if last > i && (r.quotes[i] == 0 || r.quotes[last] == 0) && !(r.sided && s.oneSided(raw, i, last)) {
				continue
			}
			cost := s.cellCost(raw, i, last)
			for j := last - i; j <= joined; j++ {
				rest := r.best[last+1][j-(last-i)]
				switch total := cost + rest.cost; {
				case total >= never || total > row[j].cost:
				case total < row[j].cost:
					row[j] = step{cost: total, many: rest.many, last: last}
				case total > 0:
					row[j].many = true
				}
			}
		}
	}
	return r.best[0][joined].cost
}

// cellCost is how many quotes are out of place when pieces first to last are
// one cell.
func (s *scanner) cellCost(raw []byte, first, last int) int {
	r := &s.dp
	cell := raw[r.pieces[first][0]:r.pieces[last][1]]
	quotes := 0
	for i := first; i <= last; i++ {
		quotes += r.quotes[i]
	}
	if inner, ok := s.unquoted(cell); ok {
		return s.singles(inner)
	}
	switch {
	case bytes.ContainsAny(cell, "\r\n"):
		return never
	case first == last:
		return quotes
	case r.quotes[first] == 0 || r.quotes[last] == 0:
		return quotes + oneSided
	}
	return quotes + 1
}

// oneSided tells whether of all quotes in pieces first to last only one is out
// of place: it begins the first, or ends the last.
func (s *scanner) oneSided(raw []byte, first, last int) bool {
	r := &s.dp
	for i := first + 1; i < last; i++ {
		if r.quotes[i] > 0 {
			return false
		}
	}
	begin, end := r.pieces[first], r.pieces[last]
	switch {
	case r.quotes[first] == 1 && r.quotes[last] == 0:
		return raw[begin[0]] == s.d.Quote
	case r.quotes[first] == 0 && r.quotes[last] == 1:
		return end[1] > end[0] && raw[end[1]-1] == s.d.Quote
	}
	return false
}
