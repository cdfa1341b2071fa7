package source

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"leadimport/mapping/cell"
)

// maxPreamble is how many records may stand above the header.
const maxPreamble = 50

// findHeader looks for the first record of the table, and takes it as the
// header unless it looks like a row.
func (f *File) findHeader() error {
	s, err := f.scanner()
	if err != nil {
		return err
	}
	// A name and a value are above the table when a blank line follows.
	var title, pair int // line of the first record above the header, and of such a pair
	var padded int      // line of the first record that is above it if a whole header follows
	for n := 0; ; {
		if _, err := s.next(); err == io.EOF && n > 0 { // all of it looked like titles
			return f.headerAt(0)
		} else if err == io.EOF {
			if f.opt.SkipLines > 0 {
				return f.empty(fmt.Sprintf("has only blank lines after the first %d, which are skipped: a file needs a header", f.opt.SkipLines))
			}
			return f.empty("has only blank lines: a file needs a header")
		} else if err != nil {
			return err
		}
		if s.blank() {
			if pair > 0 && title == 0 {
				title = pair
			}
			pair = 0
			continue
		}
		n++
		cells := s.cells(nil)
		kind := f.titleKind(cells)
		if kind == noTitle {
			if padded > 0 && len(cells) == f.found.width && headerLike(cells) {
				title, padded = padded, 0
			}
			break
		}
		if n > maxPreamble {
			return f.headerAt(0)
		}
		if kind == namedValue && pair == 0 {
			pair = s.line
		} else if kind == sureTitle && title == 0 {
			title = s.line
		} else if kind == paddedTitle && padded == 0 {
			padded = s.line
		}
	}
	at := s.line
	if padded > 0 {
		at = padded
	}
	if pair > 0 {
		at = pair
	}
	if title > 0 && title < at {
		f.notes = append(f.notes, Note{Line: title, Code: NotePreamble, Message: fmt.Sprintf("what stands above the table, which begins at line %d, is not part of it", at)})
	}
	return f.headerAt(at)
}

type titleKind uint8

const (
	noTitle titleKind = iota
	sureTitle
	namedValue
	paddedTitle // a title if a whole header follows
)

// titleKind tells whether a record belongs above the table: a title, a comment,
// a name and a value.
func (f *File) titleKind(cells []string) titleKind {
	if f.opt.NoHeader || f.opt.SkipLines > 0 || f.found.width < 2 {
		return noTitle
	}
	filled := 0
	for _, text := range cells {
		if strings.TrimSpace(text) != "" {
			filled++
		}
	}
	switch {
	case strings.HasPrefix(cells[0], "#") && filled == 1 && drawn(cells[0]):
		return sureTitle
	case len(cells) == f.found.width && filled == 2 && f.found.width > 2 && cells[1] != "" && strings.HasSuffix(strings.TrimSpace(cells[0]), ":"),
		len(cells) > f.found.width && filled <= 2 && cells[0] != "" && strings.HasSuffix(strings.TrimSpace(cells[0]), ":"),
		len(cells) == f.found.width && filled == 1 && f.found.width > 2 && cells[0] != "" && !strings.Contains(strings.TrimSpace(cells[0]), " "):
		return paddedTitle
	case len(cells) == f.found.width:
		// A single word may be all that is left of a header.
		if filled == 0 || filled == 1 && strings.Contains(strings.TrimSpace(strings.Join(cells, "")), " ") {
			if f.found.width > 2 {
				return sureTitle
			}
		}
		return noTitle
	case filled <= 1, strings.HasPrefix(cells[0], "#"), strings.HasPrefix(cells[0], "//"):
		return sureTitle
	case len(cells) > 2 || f.found.width < 3:
		return noTitle
	case strings.HasSuffix(cells[0], ":"), strings.HasPrefix(cells[1], " "): // a sentence
		return sureTitle
	case f.found.width == 3:
		return noTitle
	}
	return namedValue
}

// headerAt reads the header at a physical line; 0: the first record.
func (f *File) headerAt(line int) error {
	s, err := f.scanner()
	if err != nil {
		return err
	}
	for ok := false; !ok; ok = !s.blank() && s.line >= line {
		if _, err := s.next(); err != nil {
			return err
		}
	}
	f.head, f.first, f.header = s.line, s.after, s.cells(nil)
	headless, err := f.headless()
	if err != nil {
		return err
	}
	if f.opt.NoHeader || headless {
		f.first, f.head = s.line, 0
		for i := range f.header {
			f.header[i] = fmt.Sprintf("column_%d", i+1)
		}
		f.notes = append(f.notes, Note{Line: s.line, Code: NoteNoHeader, Message: "there is no header; the columns are called column_1, column_2 and so on"})
		return nil
	}
	if f.opt.AnyHeader {
		return nil
	}
	f.written = slices.Clone(f.header)
	// "# Name,Email" is how some programs mark the header.
	f.header[0] = strings.TrimPrefix(f.header[0], "# ")
	if err := f.checkHeader(s); err != nil {
		return err
	}
	at := s.line
	if unclear(f.header) {
		f.joinHeader(s)
	}
	f.nameColumns(at)
	return nil
}

// joinHeader reads a header of two rows, as spreadsheets have them where the
// upper one spans columns: ",Sales,," over "region,Q1,Q2,Q3". It is tried where
// the upper one alone is no header.
func (f *File) joinHeader(s *scanner) bool {
	upper, line := f.header, s.line
	if n, err := s.next(); err != nil || n != len(upper) || s.blank() {
		return false
	}
	lower, first := s.cells(nil), s.after
	n, err := s.next()
	if err != nil || n != len(upper) {
		return false
	}
	row := s.cells(nil)
	differ := false
	names, above := make([]string, len(upper)), ""
	for i, name := range lower {
		if valueOf(name) != cell.Word && !isYear(name) {
			return false
		}
		differ = differ || valueOf(row[i]) != cell.Word && name != "" && valueOf(name) == cell.Word
		if upper[i] != "" {
			above = upper[i]
		}
		names[i] = strings.TrimSpace(above + " " + name)
	}
	if !differ || unclear(names) {
		return false
	}
	f.header, f.first = names, first
	f.notes = append(f.notes, Note{Line: line, Code: NoteTwoRows, Message: "the header has two rows; a column's name is made of both"})
	return true
}

// headless tells whether the first record looks like a row: where it has an
// e-mail address, a date or mostly figures, so have the records after it.
func (f *File) headless() (bool, error) {
	if f.opt.SkipLines > 0 {
		return false, nil
	}
	values, figures, telling := make([]cell.Kind, len(f.header)), 0, false
	for i, name := range f.header {
		switch values[i] = valueOf(name); values[i] {
		case cell.Word:
		case cell.Number:
			figures++
		default:
			telling = true
		}
	}
	mostly := figures > 0 && figures*2 >= len(f.header) && !years(f.header)
	if !telling && !mostly {
		return false, nil
	}
	alike, other, err := f.compare(values)
	if err != nil {
		return false, err
	}
	telling = false
	for i, value := range values {
		switch differs := alike[i] < other[i]; value {
		case cell.Email, cell.Date:
			telling = telling || !differs
		case cell.Number:
			mostly = mostly && !differs
		}
	}
	return telling || mostly, nil
}

// compare counts for each column the next cells that have a value like it and those
// that have another one.
func (f *File) compare(values []cell.Kind) (alike, other []int, err error) {
	alike, other = make([]int, len(values)), make([]int, len(values))
	s, err := f.scanner()
	if err != nil {
		return nil, nil, err
	}
	for n := 0; n < 10; {
		if _, err := s.next(); err == io.EOF {
			return alike, other, nil
		} else if err != nil {
			return nil, nil, err
		}
		if s.line <= f.head || s.blank() {
			continue
		}
		n++
		for i, text := range s.cells(nil) {
			switch {
			case text == "" || i >= len(values):
			case valueOf(text) == values[i]:
				alike[i]++
			default:
				other[i]++
			}
		}
	}
	return alike, other, nil
}

// checkHeader refuses a header that cannot be read.
func (f *File) checkHeader(s *scanner) error {
	if p := s.badText(); p != nil {
		return s.fail(p.Line, p.Column, "in the header %s", p.Message)
	}
	if s.how == readBroken {
		line, column := s.place(s.start + max(s.odd, 0))
		return s.fail(line, column, "in the header a quote is out of place: close it, or double it if it belongs to the text")
	}
	if !slices.ContainsFunc(f.header, func(name string) bool { return !cell.Blank(name) }) {
		return s.fail(s.line, 0, "the header names no column: name the columns, or say --no-header if this is data")
	}
	return nil
}

// valueOf is what a cell is that no column is called: an address, a number, a
// date; cell.Word when it may be a name.
func valueOf(text string) cell.Kind {
	switch k := cell.KindOf(text); k {
	case cell.Email:
		return cell.Email
	case cell.Date, cell.DateTime:
		return cell.Date
	case cell.Integer, cell.Number, cell.Money, cell.Figures:
		return cell.Number
	}
	return cell.Word
}

// isYear reports whether text is a year, as reports have them for names.
func isYear(text string) bool {
	return len(text) == 4 && (text[:2] == "19" || text[:2] == "20") && cell.KindOf(text) == cell.Integer
}

// years reports whether the figures among names are years.
func years(names []string) bool {
	for _, name := range names {
		if valueOf(name) == cell.Number && !isYear(name) {
			return false
		}
	}
	return true
}

// SharedName is a name that several columns of the header have. A column of
// them is called by the name and its place: "Phone (column 3)".
type SharedName struct {
	Name    string
	Columns []int // from 1
}

// Places names the columns: "columns 1, 3 and 5".
func (s SharedName) Places() string {
	var b strings.Builder
	b.WriteString("columns ")
	for i, c := range s.Columns {
		switch {
		case i > 0 && i == len(s.Columns)-1:
			b.WriteString(" and ")
		case i > 0:
			b.WriteString(", ")
		}
		b.WriteString(strconv.Itoa(c))
	}
	return b.String()
}

// SharedNames are the names that several columns have. No column is called so:
// what is to be read from one of them must say from which.
func (f *File) SharedNames() []SharedName { return f.shared }

// unspaced is a name without what people write between its words.
var unspaced = strings.NewReplacer(" ", "", "_", "", "-", "")

// sameName reports whether two names differ at most in the case of their
// letters, and in blanks, hyphens and underscores. It is asked of every row, so
// the first letter decides mostly.
func sameName(a, b string) bool {
	if strings.EqualFold(a, b) {
		return true
	}
	a, b = strings.TrimSpace(a), strings.TrimSpace(b)
	if a == "" || b == "" || a[0]|0x20 != b[0]|0x20 && a[0] < utf8.RuneSelf && b[0] < utf8.RuneSelf {
		return false
	}
	return strings.EqualFold(unspaced.Replace(a), unspaced.Replace(b))
}

// unclear reports whether names are missing, or stand twice.
func unclear(names []string) bool {
	seen := make(map[string]bool, len(names))
	for _, name := range names {
		name = cell.Name(name)
		if name == "" || seen[name] {
			return true
		}
		seen[name] = true
	}
	return false
}

// headerLike reports whether cells look like a header: three names or more, no
// two the same, and none of them a value.
func headerLike(cells []string) bool {
	if len(cells) < 3 || unclear(cells) {
		return false
	}
	for _, c := range cells {
		if k := cell.KindOf(c); !k.IsWords() && k != cell.Code || valueOf(c) != cell.Word {
			return false
		}
	}
	return true
}

// nameColumns makes names of the header's cells by which each column can be
// told from the others, and notes what it changed.
func (f *File) nameColumns(line int) {
	places := make(map[string][]int, len(f.header))
	var cleaned, nameless []string
	for i, written := range f.header {
		name := cell.Name(written)
		if name != written && strings.Trim(written, " ") != name && name != "" {
			cleaned = append(cleaned, fmt.Sprintf("%q", name))
		}
		f.header[i] = name
		places[name] = append(places[name], i+1)
	}
	if len(cleaned) > 0 {
		f.notes = append(f.notes, Note{Line: line, Code: NoteNames, Message: fmt.Sprintf(
			"%s in the header read without invisible characters, and with accents on their letters: %s", count(len(cleaned), "name"), few(cleaned))})
	}
	for i, name := range f.header {
		columns := places[name]
		if name != "" && len(columns) == 1 {
			continue
		}
		called := fmt.Sprintf("column_%d", i+1)
		if name != "" {
			called = fmt.Sprintf("%s (column %d)", name, i+1)
			if columns[0] == i+1 {
				f.shared = append(f.shared, SharedName{name, columns})
			}
		}
		for places[called] != nil {
			called += "_"
		}
		if places[called] = []int{i + 1}; name == "" {
			nameless = append(nameless, fmt.Sprintf("%q", called))
		}
		f.header[i] = called
	}
	if len(nameless) > 0 {
		f.notes = append(f.notes, Note{Line: line, Code: NoteNoName, Message: fmt.Sprintf("%s of the header %s no name, and %s called %s",
			count(len(nameless), "column"), have(len(nameless)), are(len(nameless)), few(nameless))})
	}
	for _, s := range f.shared {
		var called []string
		for _, c := range s.Columns {
			called = append(called, fmt.Sprintf("%q", f.header[c-1]))
		}
		f.notes = append(f.notes, Note{Line: line, Code: NoteSameName, Message: fmt.Sprintf("%s of the header are named %q, and are called %s",
			s.Places(), s.Name, few(called))})
	}
}

// few lists texts, and how many more there are.
func few(texts []string) string {
	if more := len(texts) - maxNamed; more > 0 {
		texts = append(slices.Clone(texts[:maxNamed]), fmt.Sprintf("and %d more", more))
	}
	return strings.Join(texts, ", ")
}

func have(n int) string {
	if n == 1 {
		return "has"
	}
	return "have"
}

func are(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}
