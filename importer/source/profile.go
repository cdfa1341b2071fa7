package source

import (
	"bytes"
	"math"
	"slices"
	"strings"

	"leadimport/mapping/cell"
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
	var trailing [][]string // rows with one text since the last with more: footers, if no row follows
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
		if judgeFooter(cells, nil, gap) != isRow || remark(cells[0]) {
			gap = true
			continue
		}
		gap = false
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
		if filled(cells) == 1 && width > 1 {
			trailing = append(trailing, slices.Clone(cells))
			continue
		}
		for _, row := range append(trailing, cells) {
			for i, text := range row {
				p.columns[i].add(text)
			}
		}
		trailing = nil
	}
	return p
}

// filled is how many cells have a text.
func filled(cells []string) int {
	n := 0
	for _, c := range cells {
		if !cell.Blank(c) {
			n++
		}
	}
	return n
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
	share := (c.kinds[k] + unseen) / (c.rows + unseen*float64(cell.Kinds))
	if k.IsWords() {
		words := 0.0
		for k := cell.Word; k.IsWords(); k++ {
			words += c.kinds[k]
		}
		share = max(share, alikeWords*words/(c.rows+1))
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
	return n > 0 && n >= tellingShare*(c.rows-c.kinds[cell.Empty])
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

// maxAlign bounds the work of aligning one line with the columns.
const maxAlign = 50000

// aligned reads a line by a delimiter that cuts it into more pieces than there
// are columns, as "2026-11-21 12:30 Mary Ann Smith" by blanks. Pieces are joined
// so that the cells are of the kinds that their columns hold. There is no such
// reading where more than one is likely.
func (t *table) aligned(line []byte, asIs *reading) []reading {
	if !t.oneLine(line, asIs) || t.profile == nil || t.width < 3 || bytes.HasPrefix(line, []byte("#")) || bytes.HasPrefix(line, []byte("//")) {
		return nil
	}
	var cells []string
	most, by := 0.0, ""
	for _, c := range candidates {
		if bytes.Count(line, []byte(c.delimiter)) < t.width-1 {
			continue
		}
		if c.delimiter == t.d.Delimiter && c.delimiter != " " {
			continue // a row that is too long stays so; words do not count
		}
		if got, likely := t.alignedBy(line, c.delimiter); got != nil && (cells == nil || likely > most) {
			cells, most, by = got, likely, c.delimiter
		}
	}
	if cells == nil {
		return nil
	}
	r := reading{how: readAligned, other: by}
	r.reset()
	for _, text := range cells {
		r.add([]byte(text))
	}
	return []reading{r}
}

// piece is what stands between two delimiters.
type piece struct {
	text   string
	quoted bool
}

// alignedBy are the likeliest cells of a line by a delimiter; nil when there are
// none that stand out and fit.
func (t *table) alignedBy(line []byte, delimiter string) (cells []string, likely float64) {
	p := t.profile()
	pieces := t.pieces(line, delimiter)
	n, w := len(pieces), t.width
	spare := n - w
	if spare < 0 || n*w*(spare+1) > maxAlign {
		return nil, 0
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
			text := pieces[c+j].text
			for take := 0; j+take <= spare; take++ {
				if take > 0 {
					last := pieces[c+j+take]
					if pieces[c+j].quoted || last.quoted {
						break
					}
					text += delimiter + last.text
				}
				rest := best[c+1][j+take]
				if rest.likely == never {
					continue
				}
				own := p.columns[c].likely(text)
				if total := own + rest.likely; total > here.likely {
					here.next = max(here.likely, own+rest.next)
					here.likely, here.take = total, take
				} else {
					here.next = max(here.next, total)
				}
			}
		}
	}
	top := best[0][0]
	if top.likely == never || top.likely-top.next < clearMargin {
		return nil, 0
	}
	for c, j := 0, 0; c < w; c++ {
		text := pieces[c+j].text
		for range best[c][j].take {
			j++
			text += delimiter + pieces[c+j].text
		}
		cells = append(cells, text)
	}
	if telling, ok := p.fits(cells); !ok || telling < 2 {
		return nil, 0
	}
	return cells, top.likely
}

// pieces cuts a line at a delimiter. A piece in quotes is one, whatever it holds.
func (t *table) pieces(raw []byte, delimiter string) []piece {
	var list []piece
	for {
		if i := t.closing(raw, delimiter); i > 0 {
			inner := bytes.ReplaceAll(raw[1:i], []byte{t.d.Quote, t.d.Quote}, []byte{t.d.Quote})
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
func (t *table) closing(raw []byte, delimiter string) int {
	if t.d.Quote == 0 || len(raw) == 0 || raw[0] != t.d.Quote {
		return 0
	}
	for i := 1; i < len(raw); i++ {
		switch {
		case t.d.Escape != 0 && raw[i] == t.d.Escape:
			i++
		case raw[i] != t.d.Quote:
		case i+1 < len(raw) && raw[i+1] == t.d.Quote:
			i++
		case i+1 == len(raw) || bytes.HasPrefix(raw[i+1:], []byte(delimiter)):
			return i
		}
	}
	return 0
}

// alignedHeader reads the line above the table's first record as its header
// when another delimiter cuts it into a name for each column, and that record
// is a row like those below it.
func (t *table) alignedHeader(line []byte, asIs *reading) []reading {
	if !t.oneLine(line, asIs) || t.profile == nil || t.seen || t.width < 3 {
		return nil
	}
	p := t.profile()
	if p.first == nil || p.columns[0].rows < 2 {
		return nil
	}
	if telling, ok := p.fits(p.first); !ok || telling == 0 {
		return nil
	}
	for _, c := range candidates {
		if c.delimiter == t.d.Delimiter || t.width < c.least {
			continue
		}
		pieces := t.pieces(line, c.delimiter)
		if len(pieces) != t.width || !names(pieces, t.d.Delimiter) {
			continue
		}
		r := reading{how: readHeader, other: c.delimiter}
		r.reset()
		for _, piece := range pieces {
			r.add([]byte(piece.text))
		}
		return []reading{r}
	}
	return nil
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
