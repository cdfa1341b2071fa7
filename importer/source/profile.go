package source

import (
	"math"
	"slices"
	"strings"

	"leadimport/cell"
)

// Bounds of what is remembered of a table's columns.
const (
	maxProfileRows   = 400
	maxProfileValues = 200
)

// profile is what the columns of a table hold, as a sample of it shows: the
// witness for a row whose cells are not marked as those of the others.
type profile struct {
	columns []column
	first   []string // the first record of the table's width
	single  bool     // more than one record begins with a single quote
	lines   int      // records of several physical lines
}

// column is what one column holds below its first cell.
type column struct {
	rows   float64
	kinds  [cell.Kinds]float64
	values map[string]int
}

// newProfile reads a sample in the table's dialect.
func newProfile(sample []byte, d Dialect, width int) *profile {
	p := &profile{columns: make([]column, width)}
	s := newScanner(nil, "", d)
	s.b, s.end, s.eof = sample, len(sample), true
	var cells []string
	singles, gap := 0, false
	for n := 0; n < maxProfileRows && s.scan() == nil; {
		if s.blank() {
			gap = true
			continue
		}
		if cells = s.cells(cells[:0]); len(cells) != width || s.odd >= 0 {
			gap = false
			continue
		}
		if gap && n > 1 && headerLike(cells) && p.odd(cells) {
			break // another table begins
		}
		gap = false
		if judgeFooter(cells, nil, false) != isRow {
			continue
		}
		if s.after-s.line > 1 {
			p.lines++
		}
		if strings.HasPrefix(cells[0], "'") {
			singles++
			p.single = singles > 1
		}
		if p.first == nil {
			p.first = slices.Clone(cells)
			continue
		}
		n++
		for i, text := range cells {
			p.columns[i].add(text)
		}
	}
	return p
}

func (c *column) add(text string) {
	c.rows++
	c.kinds[cell.KindOf(text)]++
	if c.values == nil {
		c.values = make(map[string]int)
	}
	if _, ok := c.values[text]; ok || len(c.values) < maxProfileValues {
		c.values[text]++
	}
}

// likely is the logarithm of how likely the column holds such a cell, about.
func (c *column) likely(text string) float64 {
	k := cell.KindOf(text)
	share := (c.kinds[k] + 0.2) / (c.rows + 0.2*float64(cell.Kinds))
	if k.IsWords() {
		words := 0.0
		for k := cell.Word; k.IsWords(); k++ {
			words += c.kinds[k]
		}
		share = max(share, 0.2*words/(c.rows+1))
	}
	log := math.Log(share)
	switch {
	case k == cell.Empty:
	case c.values[text] > 0:
		log++
	case c.rows >= 8 && float64(len(c.values)) <= c.rows/4: // a few values are all it has
		log -= 2
	}
	return log
}

// telling tells whether nearly all of the column is of kinds that no cell has
// by chance.
func (c *column) telling() bool {
	n := 0.0
	for k := range cell.Kinds {
		if k.Telling() {
			n += c.kinds[k]
		}
	}
	return n > 0 && n >= 0.9*(c.rows-c.kinds[cell.Empty])
}

// fits tells whether each telling column has seen cells of these kinds, and how
// many of them have a text here.
func (p *profile) fits(cells []string) (telling int, ok bool) {
	for i, text := range cells {
		if c := &p.columns[i]; c.telling() {
			k := cell.KindOf(text)
			if c.kinds[k] == 0 {
				return 0, false
			}
			if k != cell.Empty {
				telling++
			}
		}
	}
	return telling, true
}

// odd reports whether a cell is of a kind that its column, which is of one
// kind, has not.
func (p *profile) odd(cells []string) bool {
	_, ok := p.fits(cells)
	return !ok
}

// typical tells whether cells are of kinds that most cells of the first columns
// are of.
func (p *profile) typical(cells []string) bool {
	for i, text := range cells {
		if c := &p.columns[i]; c.kinds[cell.KindOf(text)]*2 < c.rows {
			return false
		}
	}
	return true
}
