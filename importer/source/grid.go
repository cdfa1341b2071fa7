package source

import (
	"bufio"
	"bytes"
	"io"
	"slices"
	"unicode/utf8"

	"golang.org/x/text/width"
)

// grid is where the cells of a table stand that is aligned by blanks. Runs of
// blanks do not tell a blank cell, nor a cell of two words from two cells; where
// all rows leave the same places blank, those do.
type grid struct {
	d       Dialect
	gutters []gutter // between the columns
}

// gutter are places that the fewest rows take, from 0.
type gutter struct{ from, to int }

// Lines that have to leave the gutters blank: most, and some at least.
const (
	gridLines  = 2
	gridMisses = 3 // one in so many may have a cell that is too long
)

// newGrid finds the columns of a sample by its first line with several cells;
// nil: they stand in no fixed places. usual is how many cells most lines have
// when runs of blanks alone delimit them.
func newGrid(sample []byte, d Dialect, usual int) *grid {
	var header []gutter // begin and end of its cells
	var lines [][]byte
	for line := range physicalLines(sample) {
		cells := runs([]rune(string(line)), len(d.Delimiter))
		switch {
		case len(cells) < 2 || isRule(line) || d.Quote != 0 && bytes.IndexByte(line, d.Quote) >= 0:
		case header == nil:
			header = cells
		default:
			lines = append(lines, line)
		}
	}
	if len(lines) < gridLines || d.Quote == 0 {
		return nil
	}
	taken := map[int]int{} // by lines
	for _, line := range lines {
		for i, r := range []rune(string(line)) {
			if r != ' ' {
				taken[i]++
			}
		}
	}
	g := &grid{d: d}
	for n := 1; n < len(header); n++ {
		least := len(lines)
		for i := header[n-1].to; i < header[n].from; i++ {
			least = min(least, taken[i])
		}
		if least*gridMisses > len(lines) {
			return nil
		}
		var found []gutter
		for i := header[n-1].to; i < header[n].from; i++ {
			switch last := len(found) - 1; {
			case taken[i] > least:
			case last >= 0 && found[last].to == i:
				found[last].to++
			default:
				found = append(found, gutter{i, i + 1})
			}
		}
		// Words may end in the same place in all rows. The gutter is then the one
		// before which nothing and behind which the next column begins.
		if last := len(found) - 1; last > 0 && (found[last].to != header[n].from || taken[header[n].from]*2 < len(lines)) {
			return nil
		}
		g.gutters = append(g.gutters, found[len(found)-1])
	}
	misses := 0
	filled := make([]bool, len(header))
	for _, line := range lines {
		cells, ok := g.cut(line)
		if !ok {
			misses++
		}
		for i, c := range cells {
			filled[i] = filled[i] || len(c) > 0
		}
	}
	if misses*gridMisses > len(lines) || len(header) != usual && slices.Contains(filled, false) {
		return nil
	}
	return g
}

// runs are where the cells of a line begin and end that runs of so many blanks
// delimit.
func runs(line []rune, least int) (cells []gutter) {
	for i := 0; i < len(line); i++ {
		if line[i] == ' ' {
			continue
		}
		if n := len(cells) - 1; n >= 0 && i-cells[n].to < least {
			cells[n].to = i + 1
		} else {
			cells = append(cells, gutter{i, i + 1})
		}
	}
	return cells
}

// measures are how programs count the places that a character takes.
var measures = []func(r rune) int{
	func(rune) int { return 1 },
	func(r rune) int {
		if k := width.LookupRune(r).Kind(); k == width.EastAsianWide || k == width.EastAsianFullwidth {
			return 2
		}
		return 1
	},
	func(r rune) int { return max(1, utf8.RuneLen(r)) },
}

// cut are the cells of a line by their places; not ok: one of them reaches into
// a gutter.
func (g *grid) cut(line []byte) (cells [][]byte, ok bool) {
	for _, measure := range measures {
		if cells, ok = g.cutBy(line, measure); ok {
			return cells, true
		}
		if utf8.RuneCount(line) == len(line) {
			break
		}
	}
	return nil, false
}

func (g *grid) cutBy(line []byte, measure func(rune) int) (cells [][]byte, ok bool) {
	at, begin, n := 0, 0, 0
	for i := 0; i < len(line); {
		r, size := utf8.DecodeRune(line[i:])
		for n < len(g.gutters) && at >= g.gutters[n].to {
			cells = append(cells, bytes.Trim(line[begin:i], " "))
			begin = i
			n++
		}
		wide := measure(r)
		if n < len(g.gutters) && at+wide > g.gutters[n].from && r != ' ' {
			return nil, false
		}
		at += wide
		i += size
	}
	cells = append(cells, bytes.Trim(line[begin:], " "))
	for len(cells) <= len(g.gutters) {
		cells = append(cells, nil)
	}
	return cells, true
}

// shifts reports whether runs of blanks make a row of a line that has the right
// number of cells, though its cells stand in no places that the table knows: a
// cell that is only too long pushes the others on by one delimiter.
func (g *grid) shifts(line []byte) bool {
	cells := runs([]rune(string(line)), len(g.d.Delimiter))
	if len(cells) != len(g.gutters)+1 || utf8.RuneCount(line) != len(line) {
		return false
	}
	for i := 1; i < len(cells); i++ {
		gutter := g.gutters[i-1]
		inPlace := cells[i].from >= gutter.to && (i == len(g.gutters) || cells[i].from < g.gutters[i].to)
		if !inPlace && cells[i].from-cells[i-1].to > len(g.d.Delimiter) {
			return true
		}
	}
	return false
}

// gridReader writes the lines of a table with one delimiter between cells. What
// a grid does not tell, the collapser does.
type gridReader struct {
	in   *bufio.Reader
	grid *grid
	c    *collapser
	rest bool // of a line that is longer than the buffer
	out  []byte
}

func newGridReader(in io.Reader, g *grid, c *collapser) *gridReader {
	return &gridReader{in: bufio.NewReaderSize(in, chunkSize), grid: g, c: c}
}

func (r *gridReader) Read(b []byte) (int, error) {
	for len(r.out) == 0 {
		line, err := r.in.ReadSlice('\n')
		if len(line) == 0 {
			return 0, err
		}
		r.out = r.line(r.out[:0], line, r.rest || err == bufio.ErrBufferFull)
		r.rest = err == bufio.ErrBufferFull
	}
	n := copy(b, r.out)
	r.out = r.out[n:]
	return n, nil
}

func (r *gridReader) line(out, line []byte, part bool) []byte {
	d := r.grid.d
	text := bytes.TrimRight(line, "\r\n")
	if part || r.c.inside || bytes.IndexByte(text, d.Quote) >= 0 {
		return r.c.collapse(out, line)
	}
	cells, ok := r.grid.cut(text)
	with := 0
	for _, c := range cells {
		if len(c) > 0 {
			with++
		}
	}
	switch {
	case ok && with > 1:
	case r.grid.shifts(text):
		return append(out, line...) // with each blank a delimiter it has too many cells, and is no row
	default:
		return r.c.collapse(out, line)
	}
	for i, c := range cells {
		if i > 0 {
			out = append(out, d.Delimiter...)
		}
		if len(c) == 0 || bytes.Contains(c, []byte(d.Delimiter)) {
			out = append(append(append(out, d.Quote), c...), d.Quote)
		} else {
			out = append(out, c...)
		}
	}
	return append(out, line[len(text):]...)
}
