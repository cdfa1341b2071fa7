package source

import (
	"bytes"
	"unicode/utf8"

	"leadimport/mapping/cell"
)

// table is what is known of a table: how its records are written, and what
// tells whether one is read rightly.
type table struct {
	d       Dialect
	width   int             // cells that a record has; 0: not known yet
	seen    bool            // a record had them
	tidy    bool            // most records have no blank after a delimiter of one byte
	written how             // how most lines are written: as they are, or readWrapped, readDoubled
	profile func() *profile // what the columns hold; nil: not known
}

// how a record was read: the edit that its reading assumes.
type how uint8

const (
	readAsWritten how = iota
	readWrapped       // the line is one quoted cell that holds the row
	readDoubled       // two quotes stand where one would
	readMissing       // a delimiter is missing before a quote
	readEnclosed      // delimiters between brackets are text
	readQuote         // the quotes are not the table's
	readDelimiter     // the delimiter is not the table's
	readAligned       // words with the delimiter between them are one cell
	readHeader        // the delimiter is not the table's, above its first row
	readMended        // quotes are out of place, and one reading gives the table's width
	readBroken        // quotes are out of place and no reading stands out
	howCount
)

// costs is what each edit costs. A record as it is written, which has not the
// table's width or has a quote out of place, costs 1; another delimiter costs
// as much, less what its cells look better.
var costs = [howCount]float64{
	readAsWritten: 1,
	readBroken:    1,
	readMended:    1,
	readWrapped:   0.05, // line_in_quotes_once
	readDoubled:   0.1,  // doubled_quotes_one_cell
	readMissing:   0.2,  // no_delimiter_before_quote
	readEnclosed:  0.3,  // between_brackets
	readQuote:     0.4,  // other_quote_row
	readAligned:   0.85, // blanks_between_words
	readHeader:    0.86, // header_by_blanks
	readDelimiter: 1,    // other_delimiter
}

// reading is one way to read a record: its cells, the edit that it assumes, and
// what that costs.
type reading struct {
	parsed
	how   how
	other string // the delimiter that it assumes, where it is not the table's
	cost  float64
}

// choose is the reading of a physical line that costs clearly less than the
// line as it is; that, when there is none.
func (t *table) choose(line []byte, asIs reading) reading {
	asIs.cost = costs[asIs.how]
	best, least := asIs, asIs.cost-t.margin()
	for _, readings := range generators {
		for _, r := range readings(t, line, &asIs) {
			if r.cost += costs[r.how]; r.cost < least {
				best, least = r, r.cost
			}
		}
	}
	return best
}

func (t *table) margin() float64 {
	if t.width == 2 || !t.seen {
		return wideMargin
	}
	return margin
}

// generators yield readings of a line that give the table's width.
var generators = []func(t *table, line []byte, asIs *reading) []reading{
	(*table).unwrapped, (*table).halved, (*table).completed, (*table).enclosed, (*table).requoted, (*table).delimited, (*table).aligned, (*table).alignedHeader,
}

// odd reports whether a quote is out of place.
func (r *reading) misquoted() bool {
	return r.odd >= 0 || r.how == readBroken
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

// completed inserts the one delimiter that is missing before a quote, as in
// `5,Lock"Steel, heavy",9`: with it, and only there, the line has the table's
// width and no quote is out of place. A line of the width stays as it is,
// unless the quotes are around a delimiter.
func (t *table) completed(line []byte, asIs *reading) []reading {
	if !asIs.misquoted() || t.width < 2 || t.d.Quote == 0 || t.d.Delimiter == "" || len(line) > maxMendSize || bytes.ContainsAny(line, "\r\n") {
		return nil
	}
	var found []byte
	for i, n := 1, 0; i+1 < len(line); i++ {
		if line[i] != t.d.Quote {
			continue
		}
		if n++; n > maxMissing {
			return nil
		}
		before, after := line[i-1], line[i+1]
		if !wordy(after) || !wordy(before) && bytes.IndexByte([]byte(".!?)"), before) < 0 {
			continue
		}
		if asIs.size() == t.width {
			j := bytes.IndexByte(line[i+1:], t.d.Quote)
			if j < 0 || !bytes.Contains(line[i+1:i+1+j], []byte(t.d.Delimiter)) {
				continue
			}
		}
		whole := bytes.Join([][]byte{line[:i], line[i:]}, []byte(t.d.Delimiter))
		if lineCost(whole, &t.d, t.width) != 0 {
			continue
		}
		if found != nil {
			return nil
		}
		found = whole
	}
	if found == nil {
		return nil
	}
	p, _, ok := mended(found, &t.d, t.width, false)
	if !ok {
		return nil
	}
	p.odd = -1
	return []reading{{parsed: p, how: readMissing}}
}

// maxMissing is how many quotes of a line are looked at for a delimiter that is
// missing before one.
const maxMissing = 60

// wordy reports whether c may be part of a word or a figure.
func wordy(c byte) bool { return isAlnum(c) || c >= 0x80 }

// closers are the marks that end what others begin.
var closers = map[rune]rune{'[': ']', '{': '}', '(': ')', '“': '”', '«': '»', '„': '“'}

// enclosed reads a line with too many cells, none of it in the table's quotes,
// as if delimiters between brackets, or between the quotes that people type,
// were text: `2,[a, b],5`.
func (t *table) enclosed(line []byte, asIs *reading) []reading {
	d := t.d.Delimiter
	if !t.seen || asIs.size() <= t.width || t.width < 2 || d == "" || d == " " || t.d.Runs {
		return nil
	}
	r := reading{how: readEnclosed}
	r.reset()
	var open []rune // closers that are waited for
	begin := 0
	for i := 0; ; {
		if i == len(line) || len(open) == 0 && bytes.HasPrefix(line[i:], []byte(d)) {
			text := line[begin:i]
			if len(open) > 0 || len(text) > 0 && text[0] == t.d.Quote && t.d.Quote != 0 {
				return nil // not closed, or by the rules: not for here
			}
			r.add(text)
			if i == len(line) {
				break
			}
			i += len(d)
			begin = i
			continue
		}
		c, n := utf8.DecodeRune(line[i:])
		if len(open) > 0 && c == open[len(open)-1] {
			open = open[:len(open)-1]
		} else if closer, ok := closers[c]; ok && len(open) < 20 {
			open = append(open, closer)
		}
		i += n
	}
	if r.size() != t.width {
		return nil
	}
	return []reading{r}
}

// oneLine reports whether another reading is looked for of a line that has not
// the table's width.
func (t *table) oneLine(line []byte, asIs *reading) bool {
	return asIs.size() != t.width && t.width > 1 && len(line) > 0 && !bytes.ContainsAny(line, "\r\n")
}

// otherQuote is the quote that a line may have in place of the table's.
func otherQuote(quote byte) byte {
	if quote == '\'' {
		return '"'
	}
	return '\''
}

// requoted reads a line with other quotes than the table's.
func (t *table) requoted(line []byte, asIs *reading) []reading {
	d := t.d
	if d.Quote = otherQuote(d.Quote); !t.oneLine(line, asIs) || !t.seen || !wraps(line, d.Quote, d.Delimiter) {
		return nil
	}
	p, _, ok := mended(line, &d, t.width, false)
	if !ok || p.odd >= 0 {
		return nil
	}
	return []reading{{parsed: p, how: readQuote}}
}

// delimited reads a line with the delimiters of other files. One that gives the
// width without a quote out of place, and cells that look better, is what that
// line was written with.
func (t *table) delimited(line []byte, asIs *reading) []reading {
	if !t.oneLine(line, asIs) {
		return nil
	}
	written := asIs.strings()
	own := look(written)
	var list []reading
	for _, other := range t.others(line) {
		d := t.d
		d.Delimiter = other
		p, _, ok := mended(line, &d, t.width, false)
		if !ok || p.odd >= 0 {
			continue
		}
		cells := p.strings()
		if cells[0] == "" && (t.profile == nil || t.profile().columns[0].kinds[cell.Empty] == 0) {
			continue // a remark that begins with a semicolon
		}
		r := reading{parsed: p, how: readDelimiter, other: other, cost: own - look(cells)}
		switch t.verdict(written, cells) {
		case fitting:
			r.cost -= kindBonus
		case unfitting:
			continue
		}
		list = append(list, r)
	}
	return list
}

// verdict is what the columns say of a reading, compared with the cells that
// the line has as it is.
func (t *table) verdict(asIs, cells []string) verdict {
	if t.profile == nil || len(cells) != t.width {
		return unknown
	}
	p := t.profile()
	switch telling, ok := p.fits(cells); {
	case ok && telling > 1:
		return fitting
	case !ok && t.seen && len(asIs) > 0 && len(asIs) < t.width && p.typical(asIs):
		return unfitting
	}
	return unknown
}

type verdict uint8

const (
	unknown verdict = iota
	fitting
	unfitting // and what stands there as it is is as the column's other cells
)

// others are the delimiters that a line may have in place of the table's.
func (t *table) others(line []byte) []string {
	own := t.d.Delimiter
	var list []string
	if t.tidy && t.width > 2 && spaced(line, own[0]) {
		list = append(list, own+" ")
	}
	for _, c := range candidates {
		if bytes.Count(line, []byte(c.delimiter)) < t.width-1 && !bytes.ContainsAny(line, "\"'") {
			continue
		}
		least := c.least
		switch {
		case t.d.Quote != 0 && bytes.Contains(line, []byte(string(t.d.Quote)+c.delimiter+string(t.d.Quote))):
			least = 2
		case c.delimiter == " " && figures(line):
			least = 3
		}
		if c.delimiter != own && t.width >= least && (t.seen || t.width > 2 && c.prior == 1) {
			list = append(list, c.delimiter)
			if c.prior == 1 {
				list = append(list, c.delimiter+" ")
			}
		}
	}
	return list
}

// otherFits reports whether a line has enough of another delimiter for the
// table's width.
func (t *table) otherFits(line []byte) bool {
	for _, c := range candidates {
		if c.delimiter != t.d.Delimiter && bytes.Count(line, []byte(c.delimiter)) >= t.width-1 {
			return true
		}
	}
	return false
}

// spaced reports whether all delimiters in a line have a blank after them, but
// for those between digits, as in "1,5".
func spaced(line []byte, delimiter byte) bool {
	digit := func(i int) bool { return i >= 0 && i < len(line) && line[i] >= '0' && line[i] <= '9' }
	for i, c := range line {
		if c == delimiter && (i+1 == len(line) || line[i+1] != ' ') && !(digit(i-1) && digit(i+1)) {
			return false
		}
	}
	return true
}

// figures reports whether a line is mostly figures: a few words with blanks
// between them may be a title, a few figures are a row.
func figures(line []byte) bool {
	digits := 0
	for _, c := range line {
		if c >= '0' && c <= '9' || c == '.' || c == '-' {
			digits++
		}
	}
	return digits*2 > len(line)-bytes.Count(line, []byte(" "))
}

// firstLine is the first physical line of b.
func firstLine(b []byte) []byte {
	if i := bytes.IndexAny(b, "\r\n"); i >= 0 {
		return b[:i]
	}
	return b
}

// unquotedAll reads a line that has all cells in single quotes without them,
// when the table's columns have no such cells.
func (t *table) unquotedAll(line []byte) (p parsed, ok bool) {
	if len(line) < 2 || line[len(line)-1] != '\'' || t.profile == nil || t.width < 2 {
		return p, false
	}
	inner := []byte("'" + t.d.Delimiter + "'")
	if bytes.Count(line, inner) != t.width-1 || bytes.Count(line, []byte("'")) != 2*t.width || t.profile().single {
		return p, false
	}
	p.split(line[1:len(line)-1], string(inner), "")
	return p, true
}

// unled reads a line whose delimiters, all of them, have one blank after them
// as delimited by both. The table's other records have none, or the blank
// would be part of its delimiter.
func (t *table) unled(line []byte) (p parsed, ok bool) {
	d := t.d.Delimiter
	i := bytes.IndexByte(line, d[0])
	if i < 0 || i+1 == len(line) || line[i+1] != ' ' ||
		bytes.Count(line, []byte(d+" ")) != t.width-1 || bytes.Contains(line, []byte(d+"  ")) {
		return p, false
	}
	p.split(line, d+" ", "")
	return p, true
}

// unleadQuoted is unled for a record with quotes, in place.
func (t *table) unleadQuoted(p *parsed) bool {
	if len(p.led) == 0 || len(p.led)+p.before != t.width-1 || p.led[0] == 0 {
		return false
	}
	for _, i := range p.led {
		if text := p.text[p.bounds[2*i]:p.bounds[2*i+1]]; len(text) == 0 || text[0] != ' ' || len(text) > 1 && text[1] == ' ' {
			return false // aligned with blanks: they may mean something
		}
	}
	for _, i := range p.led {
		p.bounds[2*i]++
	}
	return true
}
