package source

import (
	"bytes"
	"slices"
	"strings"
)

// sampleSize is how much text is tried with every dialect, in bytes.
const sampleSize = 64 << 10

// candidates are the delimiters looked for. The prior is how much less likely
// than the comma one is, as it is common inside cells. A line of another
// delimiter than its table's is read with it from least columns on.
var candidates = []struct {
	delimiter string
	prior     float64
	least     int
}{
	{",", 1, 2}, {";", 1, 2}, {"\t", 1, 2}, {"|", 1, 2}, {"\x1f", 1, 2}, {"\x1e", 1, 2}, {"\x1c", 1, 2}, {"\x01", 1, 2},
	{"；", 0.9, 3}, {"،", 0.8, 3}, {"¦", 0.9, 3}, {"§", 0.9, 3}, {"¬", 0.9, 3},
	{"^", 0.9, 3}, {"~", 0.9, 3}, {":", 0.6, 5}, {" ", 0.5, 5},
	{"#", rarePrior, 5}, {"!", rarePrior, 5}, {"*", rarePrior, 5}, {"&", rarePrior, 5}, {"=", rarePrior, 5},
}

// decimals are commas that belong to numbers.
var decimals = pattern(`\d,\d`)

// finding is a dialect and what speaks for it.
type finding struct {
	d       Dialect
	width   int     // cells of most records
	share   float64 // of records that have them
	score   float64
	escapes int     // that the dialect has a use for
	led     float64 // share of records with a blank after the first delimiter
	odd     bool    // a quote is out of place
	first   int     // cells of the first record
	records int
}

// sniff finds the dialect of a file from a sample of its lines. What is set in
// fixed stays.
func sniff(sample []byte, fixed settings) finding {
	var best, even finding
	for _, c := range delimiterCandidates(sample, fixed) {
		pad := padded(sample, c.delimiter)
		for _, d := range quoteCandidates(sample, c.delimiter, fixed) {
			d.Runs, d.Padded = c.runs, pad
			got := rate(sample, d)
			got.score *= c.prior
			if c.prior == rarePrior && len(c.delimiter) == 1 && c.delimiter != ":" && (got.share < 1 || got.width < 3 || got.odd) {
				continue
			}
			if len(d.Delimiter) > 1 && !d.Runs && got.first == 1 && strings.Trim(d.Delimiter, d.Delimiter[:1]) == "" {
				continue // "::" may be two colons and nothing between them
			}
			if d.Escape != 0 && got.escapes == 0 && !fixed.escapeSet {
				continue
			}
			if got.score > best.score {
				best = got
			}
			if got.share == 1 && got.first == got.width && got.width > 1 && got.records > 2 && !got.odd &&
				strings.Contains(",;\t|", d.Delimiter) && got.score > even.score {
				even = got
			}
		}
	}
	// Lists in cells cut by their marks look better than they do whole, but
	// never as even as the table that they stand in.
	if even.score > 0 && (best.share < evenShare || best.first == 1) && !(even.d.Delimiter == "," && decimals().Match(sample)) && best.d.Delimiter != "" && strings.Contains(",;\t|", strings.TrimSuffix(best.d.Delimiter, " ")) {
		best = even
	}
	if best.score == 0 {
		best.d = fixed.apply(rfc4180)
	}
	return best
}

// sniffLines is sniff for a file whose lines may end in a mark, or whose records
// may end in a carriage return only.
func sniffLines(sample []byte, fixed settings) finding {
	best := sniff(sample, fixed)
	if mark := endMark(sample); mark != 0 {
		var out []byte
		for line := range bytes.Lines(sample) {
			text := bytes.TrimRight(line, "\r\n")
			out = append(append(out, bytes.TrimSuffix(text, []byte{mark})...), line[len(text):]...)
		}
		if got := sniff(out, fixed); got.d.Delimiter != string(rune(mark)) && got.width > 1 && got.first == got.width && got.share >= evenShare && got.score > best.score {
			got.d.Mark = mark
			best = got
		}
	}
	if returns, feeds := lineEnds(sample); returns > 1 && feeds > 0 && best.d.Mark == 0 {
		d := best.d
		d.CR = true
		if got := rate(sample, d); got.share > best.share && got.share >= evenShare && got.width > 1 && got.first == got.width {
			best = got
		}
	}
	return best
}

// endMark is the character that ends nearly all lines, the header aside, and
// delimits cells elsewhere; 0 when there is none.
func endMark(sample []byte) byte {
	marks := map[byte]int{}
	lines := -1
	var first, last byte
	for line := range bytes.Lines(sample) {
		line = bytes.TrimRight(line, "\r\n")
		if len(line) == 0 {
			continue
		}
		if lines++; lines == 0 {
			first = line[len(line)-1]
		} else {
			last = line[len(line)-1]
			marks[last]++
		}
	}
	if lines > 1 && last != first { // a file that is cut may lack the last
		lines--
	}
	for _, mark := range []byte(";,|") {
		if lines > 0 && marks[mark]*20 >= lines*19 {
			return mark
		}
	}
	return 0
}

// lineEnds counts the carriage returns of a text, and the line feeds that
// stand alone.
func lineEnds(b []byte) (returns, feeds int) {
	for i, c := range b {
		switch {
		case c == '\r':
			returns++
		case c == '\n' && (i == 0 || b[i-1] != '\r'):
			feeds++
		}
	}
	return returns, feeds
}

// cutSample is the beginning of head, up to a line end; all of it when it is
// the whole file and short.
func cutSample(head []byte, whole bool) []byte {
	if len(head) <= sampleSize && whole {
		return head
	}
	head = head[:min(len(head), sampleSize)]
	if i := bytes.LastIndexAny(head, "\r\n"); i >= 0 {
		return head[:i+1]
	}
	return head
}

type candidate struct {
	delimiter string
	prior     float64
	runs      bool
}

func delimiterCandidates(sample []byte, fixed settings) []candidate {
	if fixed.delimiter != "" {
		return []candidate{{fixed.delimiter, 1, false}}
	}
	list := []candidate{{"", 1, false}}
	long := multiCandidates(sample)
	for _, c := range candidates {
		if !bytes.Contains(sample, []byte(c.delimiter)) || c.delimiter == ":" && !colons(sample) {
			continue
		}
		list = append(list, candidate{c.delimiter, c.prior, false})
	}
	if aligned(sample) {
		list = append(list, candidate{" ", runsPrior, true}, candidate{gap, runsPrior, true})
	}
	for _, d := range long {
		if d[0] == ' ' && bytes.HasPrefix(sample, []byte(d[1:])) {
			continue // the mark stands before the first cell, too: it is what the lines begin with
		}
		prior := multiPrior
		if d == ": " { // as in a name and a value, or a sentence
			prior = rarePrior
		}
		list = append(list, candidate{d, prior, false})
	}
	return list
}

// colons tells whether half of the lines have a colon that belongs to no clock
// and no URL; two where there are clocks.
func colons(sample []byte) bool {
	lines, with := 0, 0
	for line := range bytes.FieldsFuncSeq(sample, func(r rune) bool { return r == '\n' || r == '\r' }) {
		if lines++; lines > 60 {
			break
		}
		bare, least := 0, 1
		for i, c := range line {
			switch {
			case c != ':' || bytes.HasPrefix(line[i:], []byte("://")):
			case clockColon(line, i):
				least = 2
			default:
				bare++
			}
		}
		if bare >= least {
			with++
		}
	}
	return with*2 >= min(lines, 60)
}

// clockColon tells whether the colon at line[i] stands before two digits of
// minutes or seconds.
func clockColon(line []byte, i int) bool {
	digit := func(i int) bool { return i >= 0 && i < len(line) && line[i] >= '0' && line[i] <= '9' }
	return digit(i-1) && digit(i+1) && line[i+1] < '6' && digit(i+2) && !digit(i+3)
}

// quoteCandidates are the dialects of a delimiter whose quotes and escapes the
// sample has in places that could mean something.
func quoteCandidates(sample []byte, delimiter string, fixed settings) []Dialect {
	quotes := []byte{'"'}
	switch {
	case fixed.quoteSet:
		quotes = []byte{fixed.quote}
	default:
		line := sample[:max(0, bytes.IndexAny(sample, "\r\n"))]
		for _, q := range []byte("'`~|$%*#^/") {
			// What is rarely a quote has to be around all cells.
			common := q == '\'' || q == '`'
			if !common && (len(line) < 2 || line[0] != q || line[len(line)-1] != q) {
				continue
			}
			if strings.IndexByte(delimiter, q) < 0 && wraps(sample, q, delimiter) {
				quotes = append(quotes, q)
			}
		}
	}
	var list []Dialect
	for _, q := range quotes {
		if fixed.escapeSet {
			list = append(list, Dialect{Delimiter: delimiter, Quote: q, Escape: fixed.escape})
			continue
		}
		list = append(list, Dialect{Delimiter: delimiter, Quote: q})
		for _, e := range escapeCandidates(sample, q, delimiter) {
			list = append(list, Dialect{Delimiter: delimiter, Quote: q, Escape: e})
		}
	}
	return list
}

// wraps tells whether q stands at the begin and the end of cells that hold
// something.
func wraps(sample []byte, q byte, delimiter string) bool {
	opens, closes := 0, 0
	for i, c := range sample {
		if c != q {
			continue
		}
		before, after := sample[:i], sample[i+1:]
		if len(after) > 0 && after[0] == q || i > 0 && before[i-1] == q {
			continue
		}
		if i == 0 || before[i-1] == '\n' || before[i-1] == '\r' || delimiter != "" && bytes.HasSuffix(before, []byte(delimiter)) {
			opens++
		}
		if len(after) == 0 || after[0] == '\n' || after[0] == '\r' || delimiter != "" && bytes.HasPrefix(after, []byte(delimiter)) {
			closes++
		}
	}
	return opens > 0 && closes > 0 && opens < 4*closes && closes < 4*opens
}

// escapeCandidates are the characters that stand before quotes inside cells,
// or, where nothing is quoted, before delimiters.
func escapeCandidates(sample []byte, quote byte, delimiter string) []byte {
	var list []byte
	for _, e := range []byte("\\/^~`!#$%&*?") {
		if e == quote || strings.IndexByte(delimiter, e) >= 0 {
			continue
		}
		if quote != 0 && bytes.Contains(sample, []byte{e, quote}) ||
			e == '\\' && delimiter != "" && bytes.Contains(sample, append([]byte{e}, delimiter...)) {
			list = append(list, e)
		}
	}
	return list
}

// maxMulti is how many delimiters of several characters are tried.
const maxMulti = 6

// known are delimiters of characters that others may not have: arrows, and a tab
// that a program wrote as it was told.
var known = []string{" -> ", "->", `\t`}

// multiCandidates are strings of punctuation and blanks, two to four bytes
// long, that stand in most lines.
func multiCandidates(sample []byte) []string {
	lines := bytes.FieldsFunc(sample, func(r rune) bool { return r == '\n' || r == '\r' })
	lines = lines[:min(len(lines), 60)]
	if len(lines) < 2 {
		return nil
	}
	counts := make(map[string][]int) // in each line
	for n, line := range lines {
		for i := range line {
			for length := 2; length <= 4 && i+length <= len(line); length++ {
				s := line[i : i+length]
				if !isMark(s[length-1]) || !isMark(s[0]) {
					break
				}
				if strings.Trim(string(s), " ") == "" {
					continue
				}
				if counts[string(s)] == nil {
					counts[string(s)] = make([]int, len(lines))
				}
				counts[string(s)][n]++
			}
		}
	}
	var list []string
	for _, s := range known {
		with := 0
		for _, line := range lines {
			if bytes.Contains(line, []byte(s)) {
				with++
			}
		}
		if with*2 > len(lines) {
			list = append(list, s)
		}
	}
	share := make(map[string]int)
	for s, per := range counts {
		for _, n := range per {
			if n > 0 {
				share[s]++
			}
		}
		if share[s]*2 > len(per) && !within(s) && !forcesText(sample, s) {
			list = append(list, s)
		}
	}
	// The longest first: of "| " and " | " the latter.
	slices.SortFunc(list, func(a, b string) int {
		if len(a) != len(b) {
			return len(b) - len(a)
		}
		if share[a] != share[b] {
			return share[b] - share[a]
		}
		return strings.Compare(a, b)
	})
	return list[:min(len(list), maxMulti)]
}

// forcesText reports whether s is a delimiter and the = of ="00123", by which
// programs keep a spreadsheet from making a number of a cell.
func forcesText(sample []byte, s string) bool {
	return strings.HasSuffix(s, "=") && bytes.Contains(sample, []byte(s+`"`))
}

// isMark tells whether c may be part of a delimiter of several characters.
func isMark(c byte) bool {
	return c == ' ' || c == '\t' || c > ' ' && c < 0x7f && strings.IndexByte(`"'.()[]{}@_+-`, c) < 0 &&
		!(c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z')
}

// within tells whether s is common inside cells: an URL, a clock, a sentence.
func within(s string) bool {
	switch s {
	case "//", ":/", "://", "/ ", " /", "! ", "? ", "% ", "& ", " &", " & ":
		return true
	}
	if strings.HasPrefix(s, gap) || strings.HasSuffix(s, gap) { // aligned
		return true
	}
	return s[0] == ' ' && !strings.HasSuffix(s, " ") || !strings.ContainsAny(s, ",;|:^~\t#&$%*<>=!/\\")
}

// A line that is one quoted cell and holds a whole row is what a spreadsheet
// writes that was given each row as one cell: "a@example.org,""Ann, PhD"",5".
// It is unwrapped once.

// unwrap is a sample in which lines that are one quoted cell are what is in
// the quotes; false when too few are.
func unwrap(sample []byte) ([]byte, bool) {
	s := newScanner(nil, "", Dialect{Quote: '"'})
	s.b, s.end, s.eof = sample, len(sample), true
	var out []byte
	lines, wrapped := 0.0, 0.0
	for s.scan() == nil {
		if s.blank() {
			continue
		}
		lines++
		if !s.plain && s.how == readAsWritten && isWrapped(s.raw(), &s.parsed, '"') {
			wrapped++
			out = append(append(out, s.text...), '\n')
		} else {
			out = append(append(out, s.raw()...), '\n')
		}
	}
	return out, lines > 1 && wrapped > 1 && wrapped >= leastWrapped*lines
}

// findWrapped reports whether a sample is one of wrapped rows, and what it is
// like inside: then its records are alike and have three cells, or two of which
// one cannot come about by chance. A column of names such as "Doe, Jane" is a
// column of names.
func findWrapped(sample []byte, fixed settings) (inner []byte, found finding, as how, ok bool) {
	if fixed.quoteSet && fixed.quote != '"' {
		return nil, found, as, false
	}
	as = readDoubled
	if inner, ok = halveAll(sample); !ok {
		as = readWrapped
		inner, ok = unwrap(sample)
	}
	if !ok {
		return nil, found, as, false
	}
	found = sniff(inner, fixed)
	if found.width < 2 || found.share < evenShare || found.first != found.width || found.d.Quote != '"' && found.d.Quote != 0 {
		return nil, found, as, false
	}
	if found.width == 2 && !strings.Contains(",;\t|", found.d.Delimiter) {
		return nil, found, as, false
	}
	telling := false
	p := newProfile(inner, found.d, found.width)
	for i := range p.columns {
		telling = telling || p.columns[i].telling()
	}
	return inner, found, as, found.width > 2 || telling || as == readDoubled
}

// isWrapped reports whether a record is one cell in quotes.
func isWrapped(raw []byte, p *parsed, quote byte) bool {
	return p.size() == 1 && p.odd < 0 && len(raw) > 1 && raw[0] == quote && raw[len(raw)-1] == quote
}

// unwrapped reads a record that is one quoted cell as the row that it holds. In
// a file of wrapped rows it is read so whatever it gives; else only when that
// gives the table's width.
func (t *table) unwrapped(line []byte, asIs *reading) []reading {
	if t.width < 2 || asIs.how != readAsWritten || !isWrapped(line, &asIs.parsed, t.d.Quote) || !bytes.Contains(asIs.text, []byte(t.d.Delimiter)) || t.d.Delimiter == "" {
		return nil
	}
	return t.inner(asIs.text, readWrapped)
}

// inner reads text as a record, by the rules.
func (t *table) inner(text []byte, as how) []reading {
	r := reading{how: as}
	end, _, err := r.parse(text, &t.d, true)
	if err != nil || end < len(text) || r.odd >= 0 || r.size() != t.width && t.written != as {
		return nil
	}
	return []reading{r}
}

// halve is a line whose cells stand between two quotes on each side, with one
// on each; false when there is no such cell.
func halve(line []byte) ([]byte, bool) {
	pair := []byte(`""`)
	between := func(i int) bool { return i < 0 || i >= len(line) || bytes.IndexByte([]byte(",;\t|\r\n"), line[i]) >= 0 }
	var out []byte
	changed := false
	for i := 0; i < len(line); i++ {
		if bytes.HasPrefix(line[i:], []byte(`""""`)) && between(i-1) && between(i+4) { // an empty cell
			i += 2
		} else if bytes.HasPrefix(line[i:], pair) && between(i-1) && !between(i+2) && line[i+2] != '"' {
			n := bytes.IndexByte(line[i+2:], '"')
			if end := i + 2 + n; n > 0 && bytes.HasPrefix(line[end:], pair) && between(end+2) {
				out = append(out, line[i+1:end+1]...)
				i, changed = end+1, true
				continue
			}
		}
		out = append(out, line[i])
	}
	return out, changed
}

// halved reads a record with a quote out of place as if its cells had one quote
// on each side, where they have two.
func (t *table) halved(line []byte, asIs *reading) []reading {
	if asIs.odd < 0 && asIs.how == readAsWritten || t.d.Quote != '"' || t.d.Escape != 0 || t.width < 2 {
		return nil
	}
	text, changed := halve(line)
	if !changed {
		return nil
	}
	return t.inner(text, readDoubled)
}

// halveAll is a sample in which the quotes around cells are one where they are
// two; false unless most lines begin with such a cell, which no other way of
// writing does.
func halveAll(sample []byte) ([]byte, bool) {
	lines, doubled := 0, 0
	for line := range bytes.Lines(sample) {
		lines++
		if len(line) > 2 && line[0] == '"' && line[1] == '"' && bytes.IndexByte([]byte("\",;\t|\r\n"), line[2]) < 0 {
			doubled++
		}
	}
	out, _ := halve(sample)
	return out, doubled > 1 && doubled*2 >= lines
}
