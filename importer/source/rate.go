package source

import (
	"bytes"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
	"unicode"

	"leadimport/mapping/cell"
)

// Weights by which dialects and readings are judged. In brackets stands a file
// of the catalogue that is read wrongly without the weight; those without one
// decide between files that the catalogue lacks, and may go when the random
// tables do not need them either. What a reading assumes has its costs in the
// table of the same name.
const (
	// Of delimiters, against the comma; of single characters see candidates.
	rarePrior  = 0.6  // characters that delimit only where they cut every record alike, into three cells at least [colon_row]
	multiPrior = 0.97 // several characters, which the text shows at regular places [backquotes]
	runsPrior  = 0.55 // runs of blanks in lines that look aligned [prose_two_blanks]
	onePattern = 0.45 // no delimiter: any that cuts the records alike is better [poem]

	// Of a dialect whose first record differs from the others.
	wordColumn  = 0.5  // a word over pairs: one column whose cells have a comma [name_list_header]
	titled      = 0.8  // one cell: a title, or another delimiter
	looseBlank  = 0.75 // "a, b" over "1,5, 2": the blank belongs to the delimiter
	otherHeader = 0.9  // another width [poem]

	// Of what else speaks against a dialect.
	unnamedFirst  = 0.9      // the header lacks the name of the first column
	ledAll        = 0.95     // all delimiters have a blank after them: it is part of them
	singleQuoted  = 0.99     // other quotes than double ones
	rareQuoted    = 0.98     // quotes that are rarely some
	escapedToo    = 1 - 1e-6 // an escape: one record that needs it is enough
	oddWeight     = 3.0      // quotes out of place [words_in_quotes_by_blanks]
	blankColumn   = 0.9      // columns without any text
	titleDiscount = 0.75     // of a title above the table [destatis2]
	frameDiscount = 0.9      // of lines around a table [long_preamble]

	// Shares of records.
	leastShare   = 0.4 // their width is the table's
	evenShare    = 0.9 // they are alike enough
	leastWrapped = 0.5 // the file is one of quoted lines: its header may be plain, and rows without a comma
	mostLed      = 0.5 // have a blank after the first delimiter
	allLed       = 0.9

	// Of cells and their columns.
	unseen       = 0.2 // a kind that the column was not seen to have
	alikeWords   = 0.2 // words where it has words of another kind
	tellingShare = 0.9 // of cells whose kinds tell, for the column to tell

	// Margins between readings.
	clearMargin = 1.0  // in likelihood, of joined words
	margin      = 0.05 // in cost [words_only_stay]
	wideMargin  = 0.1  // in cost, where two cells may be one with a comma in it, or a title a sentence [title_of_five_words]
	kindBonus   = 0.5  // in cost, for cells of the kinds that their columns hold [colons_and_clocks]
)

// rate reads the sample in a dialect and says how much it looks like a table:
// its records have the same number of cells, the cells look like something,
// and the quotes are where they belong.
func rate(sample []byte, d Dialect) finding {
	if d.Runs {
		sample = (&collapser{quote: d.Quote, most: len(d.Delimiter)}).collapse(nil, sample)
	}
	s := newScanner(nil, "", d)
	s.b, s.end, s.eof = sample, len(sample), true
	t := tally{widths: make(map[int]float64), spread: strings.Contains(",;\t", d.Delimiter) && d.Delimiter != ""}
	var cells []string
	for s.scan() == nil {
		if s.blank() || isRule(s.raw()) {
			continue
		}
		cells = s.cells(cells[:0])
		t.add(cells, s.odd >= 0, s.before > 0 && !s.plain)
	}
	if t.records == 0 {
		return finding{}
	}
	t.frame(d)
	got := finding{d: d, escapes: s.escaped, width: t.usual(), led: t.led / t.records, odd: t.odd > 0, first: t.head[0], records: len(t.order)}
	pattern := t.pattern(got.width)
	got.share = t.widths[got.width] / t.records
	if d.Delimiter == " " && !d.Runs && t.words() {
		got.width, got.share = t.head[0], max(got.share, leastShare)
	}
	if d.Delimiter == "" {
		pattern = onePattern
	} else if t.head[0] == 1 && got.width == 2 && t.word { // one column whose cells have a comma
		pattern *= wordColumn
	} else if t.head[0] == 1 && got.width > 1 { // a title, or another delimiter
		pattern *= titled
	} else if t.head[0] != got.width && got.led > mostLed { // "a, b" over "1,5, 2": the blank belongs to the delimiter
		pattern *= looseBlank
	} else if t.head[0] != got.width {
		pattern *= otherHeader
	}
	got.score = pattern * t.sense / t.weight * math.Exp(-oddWeight*t.odd/t.records)
	if t.unnamed {
		got.score *= unnamedFirst
	}
	if got.led > allLed { // then the blank is part of the delimiter
		got.score *= ledAll
	}
	switch d.Quote {
	case '"':
	case '\'', '`', 0:
		got.score *= singleQuoted
	default:
		got.score *= rareQuoted
	}
	if d.Escape != 0 { // one record that needs it is enough
		got.score *= escapedToo
	}
	return got
}

// isRule tells whether a line is drawn, as under a header.
func isRule(line []byte) bool {
	return bytes.Count(line, []byte("--"))+bytes.Count(line, []byte("==")) > 1 && len(bytes.Trim(line, "-=+|: \t")) == 0
}

// tally is what was counted in the records of a sample.
type tally struct {
	records float64
	odd     float64 // records with a quote out of place
	led     float64 // records with a blank after the first delimiter
	weight  float64 // of all cells: about their length
	sense   float64 // of cells that look like something
	widths  map[int]float64
	head    []int           // widths of the first records
	order   []int           // widths of all records
	spread  bool            // the delimiter is one that spreadsheets write
	framed  bool            // lines above and below the table count little
	unnamed bool            // the header lacks the name of the first column
	remarks map[int]float64 // widths of the records that begin with #
	word    bool            // the first record is a single word
	filled  []bool          // columns that have letters or digits anywhere
}

func (t *tally) add(cells []string, odd, blank bool) {
	if t.records == 0 {
		t.word = !strings.Contains(strings.TrimSpace(cells[0]), " ")
	}
	t.records++
	t.widths[len(cells)]++
	t.order = append(t.order, len(cells))
	if strings.HasPrefix(cells[0], "#") {
		if t.remarks == nil {
			t.remarks = make(map[int]float64)
		}
		t.remarks[len(cells)]++
	}
	if len(t.head) < maxPreamble {
		t.head = append(t.head, len(cells))
	}
	if odd {
		t.odd++
	}
	if len(cells) > 1 && (blank || strings.HasPrefix(cells[1], " ")) {
		t.led++
	}
	for len(t.filled) < len(cells) {
		t.filled = append(t.filled, false)
	}
	for i, text := range cells {
		t.filled[i] = t.filled[i] || strings.ContainsFunc(text, isText)
		w := float64(min(len(text), 40) + 1)
		t.weight += w
		t.sense += w * cell.Plausible(text)
	}
}

// usual is the number of cells that most records have. Titles are narrow:
// wider records count a little more.
func (t *tally) usual() int {
	width, most := 0, 0.0
	for w, n := range t.widths {
		if n *= math.Sqrt(min(float64(w), 4)); n > most || n == most && w > width {
			width, most = w, n
		}
	}
	return width
}

// pattern is how alike the records are, and how wide: from 0 to nearly 1.
func (t *tally) pattern(usual int) float64 {
	// Titles above the table tell little of how it is delimited.
	if t.framed {
	} else if lead := slices.Index(t.head, usual); lead > 0 && t.widths[usual] > 1 {
		for _, width := range t.head[:lead] {
			if width == 1 {
				t.widths[1] -= titleDiscount
				t.records -= titleDiscount
			}
		}
	}
	sum := 0.0
	for _, width := range slices.Sorted(maps.Keys(t.widths)) { // sums of floats depend on the order
		share := t.widths[width] / t.records
		full := t.columns(width)
		if full == 1 && width > 1 && t.spread && share == 1 {
			full = 2 // a column that is left empty
		}
		alike := share * math.Sqrt(share*float64(full-1)/float64(full))
		if full < width {
			alike *= blankColumn
		}
		sum += alike
	}
	return sum
}

// columns is how many of the first columns have any text. A column without is
// none: "||" is not two pipes.
func (t *tally) columns(width int) int {
	full := 0
	for _, ok := range t.filled[:width] {
		if ok {
			full++
		}
	}
	if !slices.Contains(t.filled, true) {
		full = width // delimiters are all there is
	}
	return max(full, 1)
}

// words tells whether cells seem to have blanks in them, although blanks
// delimit: the first record is a header, some records are as wide, and the
// others are wider, each in its own way.
func (t *tally) words() bool {
	least := t.head[0]
	return least > 3 && len(t.widths) > 2 && t.widths[least] > 3 && slices.Min(t.order) == least
}

func isText(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

// frame makes what stands around a table count little, so that a short table
// among many remarks is found: lines that begin with #, and lines of one cell
// above and below records that all have the same width. A header that lacks the
// name of the first column, as R writes it, counts as one of its table.
func (t *tally) frame(d Dialect) {
	for width, n := range t.remarks {
		if n*2 < t.records && width != t.usual() {
			t.discount(width, n)
		}
	}
	wide := func(width int) bool { return width > 1 }
	first := slices.IndexFunc(t.order, wide)
	if first < 0 {
		return
	}
	last := len(t.order) - 1
	for !wide(t.order[last]) {
		last--
	}
	core := t.order[first : last+1]
	if len(d.Delimiter) == 1 && t.led*2 < t.records && first == 0 && len(core) > 2 && core[0] > 1 && core[1] == core[0]+1 && alike(core[1:]) {
		t.widths[core[0]]--
		t.widths[core[1]]++
		t.head[0] = core[1]
		t.unnamed = true
	}
	outside := len(t.order) - len(core)
	if outside > 0 && len(core) > 2 && len(core)*4 >= outside && len(t.remarks) == 0 && (alike(core) || nearlyAlike(core)) {
		t.discount(1, float64(outside))
		t.framed = true
	}
}

// discount makes n records of a width count for little.
func (t *tally) discount(width int, n float64) {
	t.widths[width] -= frameDiscount * n
	t.records -= frameDiscount * n
}

func alike(widths []int) bool {
	return !slices.ContainsFunc(widths, func(w int) bool { return w != widths[0] })
}

// nearlyAlike tells whether three quarters of the records have the same three
// cells or more.
func nearlyAlike(widths []int) bool {
	n := make(map[int]int)
	for _, w := range widths {
		n[w]++
	}
	for w, n := range n {
		if w > 2 && n > 2 && n*4 >= len(widths)*3 {
			return true
		}
	}
	return false
}

// collapser makes one delimiter of each run of blanks outside quotes that is as
// long or longer, and none of those at the begin and the end of a line, for
// tables whose columns are aligned.
type collapser struct {
	in     io.Reader
	quote  byte
	most   int  // blanks of the delimiter: what is left of a run
	blanks int  // that came before, which are not written yet
	cell   bool // something of the line was written
	quoted bool // the cell began with a quote
	inside bool // between quotes
}

// Read reads behind the first bytes of b, so that blanks which were held back
// do not overtake what is still to be looked at.
func (c *collapser) Read(b []byte) (int, error) {
	for {
		n, err := c.in.Read(b[c.most:])
		out := c.collapse(b[:0], b[c.most:c.most+n])
		if len(out) > 0 || err != nil {
			return len(out), err
		}
	}
}

// collapse appends what becomes of in to out, which may share its memory.
func (c *collapser) collapse(out, in []byte) []byte {
	for _, ch := range in {
		switch {
		case c.inside && ch != c.quote:
		case ch == ' ':
			c.blanks, c.quoted = min(c.blanks+1, c.most), false
			continue
		case ch == '\n' || ch == '\r':
			c.blanks, c.cell, c.quoted = 0, false, false
			out = append(out, ch)
			continue
		case ch == c.quote && c.quote != 0 && (c.quoted || c.blanks == c.most || !c.cell):
			c.inside, c.quoted = !c.inside, true
		}
		for c.cell && c.blanks > 0 {
			out = append(out, ' ')
			c.blanks--
		}
		c.blanks, c.cell = 0, true
		out = append(out, ch)
	}
	return out
}

// aligned tells whether most lines have two blanks or more in a row, or begin
// with one.
func aligned(sample []byte) bool {
	lines, with := 0, 0
	for line := range bytes.FieldsFuncSeq(sample, func(r rune) bool { return r == '\n' || r == '\r' }) {
		lines++
		if bytes.Contains(line, []byte("  ")) || line[0] == ' ' {
			with++
		}
	}
	return with*2 > lines
}

// boxed tells whether lines are drawn above and below a table, as the clients of
// databases do.
func boxed(sample []byte) bool {
	drawn := 0
	for line := range physicalLines(sample) {
		if bytes.HasPrefix(line, []byte("+-")) && bytes.HasSuffix(line, []byte("-+")) && len(bytes.Trim(line, "+-")) == 0 {
			drawn++
		}
	}
	return drawn > 1
}

// padded tells whether blanks around the cells of sample are no part of them:
// the delimiter has blanks itself, or nearly every one has a blank after it, and
// many have more than one on a side. Delimiters in quotes are none.
func padded(sample []byte, delimiter string) bool {
	if mark := strings.Trim(delimiter, " "); mark != delimiter {
		return mark != ""
	}
	if len(delimiter) != 1 || delimiter == "\t" {
		return false
	}
	if delimiter == "|" && boxed(sample) {
		return true
	}
	all, after, wide := 0, 0, 0
	quoted, begins := false, true // in quotes; only blanks came since the cell began
	for i, c := range sample {
		rest, before := sample[i+1:], sample[:i]
		switch {
		case c == '\n' || c == '\r':
			quoted, begins = false, true
		case c == '"' && quoted:
			next := bytes.TrimLeft(rest, " ")
			quoted = len(next) > 0 && next[0] != delimiter[0] && next[0] != '\n' && next[0] != '\r'
			begins = false
		case c == '"' && begins:
			quoted = true
		case c == delimiter[0] && !quoted:
			begins = true
			all++
			if len(rest) == 0 || rest[0] == '\n' || rest[0] == '\r' {
				after++
			} else if rest[0] == ' ' {
				after++
				if bytes.HasPrefix(rest, []byte(gap)) || bytes.HasSuffix(before, []byte(gap)) {
					wide++
				}
			}
		case c != ' ':
			begins = false
		}
	}
	return after*10 >= all*9 && wide*5 >= all && wide > 0
}
