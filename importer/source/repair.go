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

// Costs of a cell that is not written by the rules.
const (
	strayQuote = 1 // each quote out of place
	oneSided   = 1 // a quote that begins the cell and does not close, or ends it and did not open
	never      = 1 << 30
)

// repair finds the reading of a line that has a wanted number of cells and the
// fewest quotes out of place. A reading joins the pieces between delimiters
// into cells; two pieces may be joined only where quotes stand around the
// delimiter between them, or, where sided is set, on one side of it.
type repair struct {
	d      *Dialect
	raw    []byte
	sided  bool
	pieces [][2]int // begin and end in raw
	quotes []int    // in each piece, not counting escaped ones
	best   [][]step // best[piece][joined]: the way to the end of the line from there
}

// step is the first cell of the best reading of the rest of a line.
type step struct {
	cost int  // quotes out of place
	many bool // another reading costs the same
	last int  // piece of the cell
}

// newRepair cuts a line into pieces.
func newRepair(raw []byte, d *Dialect, sided bool) *repair {
	r := &repair{d: d, raw: raw, sided: sided}
	begin, quotes := 0, 0
	for i := 0; i < len(raw); i++ {
		switch c := raw[i]; {
		case d.escapes(raw[i:]):
			i++
		case c == d.Quote && c != 0:
			if !d.apostrophe(raw, i) || i == begin {
				quotes++
			}
		case d.delimits(raw[i:]):
			r.pieces, r.quotes = append(r.pieces, [2]int{begin, i}), append(r.quotes, quotes)
			begin, quotes = i+len(d.Delimiter), 0
			i = begin - 1
		}
	}
	r.pieces, r.quotes = append(r.pieces, [2]int{begin, len(raw)}), append(r.quotes, quotes)
	return r
}

// lineCost is how many quotes are out of place in a line that is read with
// want cells; never when it cannot be.
func lineCost(raw []byte, d *Dialect, want int) int {
	r := newRepair(raw, d, false)
	if joined := len(r.pieces) - want; joined >= 0 {
		return r.solve(joined)
	}
	return never
}

// mended reads a line as want cells, or as whatever costs least when want is 0.
// It is false when there is no such reading, or none that stands out.
func mended(raw []byte, d *Dialect, want int, sided bool) (p parsed, cost int, ok bool) {
	r := newRepair(raw, d, sided)
	joined := len(r.pieces) - want
	if want == 0 {
		joined = r.cheapest()
	} else if joined < 0 || r.solve(joined) >= never || r.best[0][joined].many {
		return p, never, false
	}
	if joined >= 0 {
		cost = r.best[0][joined].cost
	}
	p.odd = -1
	for i := 0; i < len(r.pieces); {
		last := i
		if joined >= 0 {
			last = r.best[i][joined].last
			joined -= last - i
		}
		cell := raw[r.pieces[i][0]:r.pieces[last][1]]
		if at := d.firstOdd(cell); p.odd < 0 && at >= 0 {
			p.odd = r.pieces[i][0] + at
		}
		begin := len(p.text)
		p.text = d.appendCell(p.text, cell)
		p.bounds = append(p.bounds, begin, len(p.text))
		i = last + 1
	}
	return p, cost, true
}

// cheapest is how many delimiters to join for the fewest quotes out of place;
// -1 when the line is too long to tell.
func (r *repair) cheapest() int {
	most := min(len(r.pieces)-1, maxMerge)
	if r.solve(most) > never {
		return -1
	}
	best := 0
	for joined := 1; joined <= most; joined++ {
		if r.best[0][joined].cost < r.best[0][best].cost {
			best = joined
		}
	}
	if r.best[0][best].cost >= never {
		return -1
	}
	return best
}

// solve fills best for readings that join up to joined delimiters and returns
// what the one that joins exactly so many costs.
func (r *repair) solve(joined int) int {
	n := len(r.pieces)
	if n > maxPieces || joined > maxMerge || n*(joined+1) > 10000 {
		return never + 1
	}
	r.best = make([][]step, n+1)
	for i := range r.best {
		r.best[i] = make([]step, joined+1)
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
			if last > i && (r.quotes[i] == 0 || r.quotes[last] == 0) && !(r.sided && r.oneSided(i, last)) {
				continue
			}
			cost := r.cellCost(i, last)
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

// cellCost is what it costs that pieces first to last are one cell.
func (r *repair) cellCost(first, last int) int {
	cell := r.raw[r.pieces[first][0]:r.pieces[last][1]]
	quotes := 0
	for i := first; i <= last; i++ {
		quotes += r.quotes[i]
	}
	if inner, ok := r.d.unquoted(cell); ok {
		return r.d.singles(inner) * strayQuote
	}
	switch {
	case bytes.ContainsAny(cell, "\r\n"):
		return never
	case first == last:
		return quotes * strayQuote
	}
	return quotes*strayQuote + oneSided
}

// oneSided reports whether of all quotes in pieces first to last only one is
// out of place: it begins the first, or ends the last.
func (r *repair) oneSided(first, last int) bool {
	for i := first + 1; i < last; i++ {
		if r.quotes[i] > 0 {
			return false
		}
	}
	begin, end := r.pieces[first], r.pieces[last]
	switch {
	case r.quotes[first] == 1 && r.quotes[last] == 0:
		return r.raw[begin[0]] == r.d.Quote
	case r.quotes[first] == 0 && r.quotes[last] == 1:
		return end[1] > end[0] && r.raw[end[1]-1] == r.d.Quote
	}
	return false
}

// leftOpen reports whether the last cell that begins with a quote does not
// close, and no other quote comes after.
func (r *repair) leftOpen() bool {
	for i := len(r.pieces) - 1; i >= 0; i-- {
		if r.quotes[i] == 0 {
			continue
		}
		begin := r.pieces[i][0]
		return r.d.Quote != 0 && begin < len(r.raw) && r.raw[begin] == r.d.Quote && r.quotes[i] == 1
	}
	return false
}

// unquoted is what stands between the quotes around a cell.
func (d *Dialect) unquoted(cell []byte) ([]byte, bool) {
	cell = bytes.Trim(cell, " \t")
	if n := len(cell); n >= 2 && d.Quote != 0 && cell[0] == d.Quote && cell[n-1] == d.Quote &&
		(d.Escape == 0 || d.Escape == d.Quote || cell[n-2] != d.Escape || n == 2) {
		return cell[1 : n-1], true
	}
	return nil, false
}

// stray is the index of the first quote in what stands between quotes that is
// neither doubled nor escaped, at or after i; -1 when there is none.
func (d *Dialect) stray(inner []byte, i int) int {
	for ; i < len(inner); i++ {
		switch {
		case d.escapes(inner[i:]):
			i++
		case inner[i] != d.Quote || d.apostrophe(inner, i):
		case i+1 < len(inner) && inner[i+1] == d.Quote:
			i++
		default:
			return i
		}
	}
	return -1
}

// singles counts the quotes that are neither doubled nor escaped.
func (d *Dialect) singles(inner []byte) (n int) {
	for i := d.stray(inner, 0); i >= 0; i = d.stray(inner, i+1) {
		n++
	}
	return n
}

// appendCell appends the text of a cell: what stands in quotes around it, or
// the cell as it is written.
func (d *Dialect) appendCell(text, cell []byte) []byte {
	inner, quoted := d.unquoted(cell)
	if !quoted && d.Padded {
		inner = bytes.Trim(cell, " ")
	} else if !quoted {
		inner = cell
	}
	for i := 0; i < len(inner); i++ {
		switch {
		case d.escapes(inner[i:]):
			i++
		case quoted && inner[i] == d.Quote && i+1 < len(inner) && inner[i+1] == d.Quote:
			i++
		}
		text = append(text, inner[i])
	}
	return text
}

// firstOdd is the index of the first quote in a cell that is out of place; -1:
// there is none.
func (d *Dialect) firstOdd(cell []byte) int {
	inner, quoted := d.unquoted(cell)
	if !quoted {
		for i, c := range cell {
			if c == d.Quote && c != 0 && !d.apostrophe(cell, i) {
				return i
			}
		}
		return -1
	}
	if i := d.stray(inner, 0); i >= 0 {
		return bytes.IndexByte(cell, d.Quote) + 1 + i
	}
	return -1
}
