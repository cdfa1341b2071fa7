package source

import (
	"slices"
	"strings"
	"unicode"

	"leadimport/mapping/cell"
)

// What stands among the rows of a table and is none: totals, and the footers
// that programs write below a report, both padded to the table's width by a
// spreadsheet. Only what is plainly that is left out; what may be a lead as
// well becomes a problem, so that nothing is sent and nobody is lost unsaid.

// rowKind is what becomes of a record of the table's width.
type rowKind uint8

const (
	isRow    rowKind = iota
	isFooter         // left out
	doubtful         // a problem
)

// thin are the cells with text of a row that may be none.
type thin struct {
	texts  []string // each as people see it
	figure []bool   // it is a number, a number and what is counted, or a sum's formula
	label  int      // the first text that is no number; -1: there is none
	column int      // of the label
	marks  int      // texts that are lines of marks
	sums   int      // texts that are a sum's formula
	email  bool     // one is an e-mail address
}

func newThin(cells []string) thin {
	t := thin{label: -1}
	for i, c := range cells {
		if c = seen(c); c == "" {
			continue
		}
		sums := c[0] == '=' && summing().MatchString(c)
		k := cell.KindOf(c)
		switch {
		case sums:
			t.sums++
		case drawn(c):
			t.marks++
		case t.label < 0 && k != cell.Integer && k != cell.Number && k != cell.Money:
			t.label, t.column = len(t.texts), i
		}
		t.email = t.email || k == cell.Email
		t.texts, t.figure = append(t.texts, c), append(t.figure, sums || isFigure(c))
	}
	return t
}

// busy reports whether a record plainly has too many texts for a row that is
// none. It is quick, for many a row of leads has a blank cell.
func busy(cells []string) bool {
	n := 0
	for _, c := range cells {
		if c = strings.TrimSpace(c); c == "" || !isLetter(c[0]) && (c[0] == '=' || drawn(c) || isFigure(c)) {
			continue
		}
		if n++; n > 2 {
			return true
		}
	}
	return n == 2 && len(cells) == 2 && !heading(strings.TrimSpace(cells[0]))
}

// seen is a text as people see it: without what has no width, the remains of a
// byte order mark, and more than one blank in a row.
func seen(text string) string {
	text = strings.TrimPrefix(strings.TrimSpace(text), "ï»¿")
	return strings.Join(strings.FieldsFunc(text, func(r rune) bool { return unicode.IsSpace(r) || cell.Invisible(r) }), " ")
}

// words is how many texts beside the label are no figures.
func (t *thin) words() int {
	n := 0
	for i, is := range t.figure {
		if !is && i != t.label {
			n++
		}
	}
	return n
}

// judgeFooter says what a record is that has a cell for each column; p is nil
// while the columns are not known. Gap tells that a blank line or row, or
// another footer, stands before it.
func judgeFooter(cells []string, p *profile, gap bool) rowKind {
	if busy(cells) {
		return isRow
	}
	t := newThin(cells)
	n := len(t.texts)
	switch {
	case n == t.marks, t.sums > 0 && t.label < 0: // or there is no text at all
		return isFooter
	case n == 1 && t.label < 0 && p != nil && len(cells) == len(p.columns) && bareSum(cells, p):
		return doubtful
	case n == len(cells) && n > 2 || t.label < 0 || t.email && !heading(t.texts[0]):
		return isRow
	}
	label := t.texts[t.label]
	if n == 1 {
		if kind := footer(label, len(cells)); kind != isRow {
			return kind
		}
	}
	lacks := p == nil || len(cells) == len(p.columns) && p.lacks(cells, t.column)
	words := t.words()
	switch {
	case n == 2 && len(cells) == 2 && about(t.texts[0], t.texts[1]):
		return doubtful
	case words == 1 && n < len(cells) && lacks:
		return besideText(t)
	case words > 0:
		return isRow
	case total().MatchString(label):
		if p != nil && lacks && t.label == 0 && (len(cells) > 2 || n > 1) {
			return isFooter
		}
		return doubtful
	case n > 1 && totalOf().MatchString(label), n > 1 && lacks && ofTotal().MatchString(label):
		return doubtful
	case n == 2 && lacks && about(t.texts[0], t.texts[1]):
		if strings.HasSuffix(label, ":") && surely().MatchString(strings.Join(t.texts, " ")) {
			return isFooter
		}
		return doubtful
	case n == 1 && gap && len(cells) > 2 && strings.Count(label, " ") >= 2 && cell.KindOf(label).IsWords():
		return doubtful
	}
	return isRow
}

// bareSum reports whether a row has but one figure, behind the first column,
// that is no phone number, and lacks what the other rows have.
func bareSum(cells []string, p *profile) bool {
	at := slices.IndexFunc(cells, func(c string) bool { return seen(c) != "" })
	figure := seen(cells[at])
	return at > 0 && figure[0] != '0' && figure[0] != '+' && len(figure) < 9 && len(cells) > 2 && isFigure(figure) &&
		p.columns[at].figures() && p.lacks(cells, at)
}

// totalled reports whether a row has the word total where most others have a
// number, and a figure in each other cell.
func totalled(cells []string, p *profile) bool {
	if len(cells) < 3 || len(cells) != len(p.columns) || cells[0] == "" || cells[0][0] >= '0' && cells[0][0] <= '9' || !p.columns[0].figures() {
		return false
	}
	for _, c := range cells[1:] {
		if c = seen(c); c == "" || !isFigure(c) {
			return false
		}
	}
	return total().MatchString(seen(cells[0]))
}

// footer says what a row is that has one text only, of a table of some columns.
// In one of two, many leads have no more.
func footer(text string, columns int) rowKind {
	switch {
	case surely().MatchString(text), remark(text), framed(text) && (mostly().MatchString(text) || ends().MatchString(text)):
		return isFooter
	case mostly().MatchString(text):
		if columns > 2 {
			return isFooter
		}
		return doubtful
	case ends().MatchString(text), named().MatchString(text), strings.HasSuffix(text, ":"):
		return doubtful
	}
	return isRow
}

// about reports whether two texts are a name and a value of a report: "Stand:"
// and a date, "Exported by" and who did.
func about(name, value string) bool {
	return heading(name) || isFigure(value) && surely().MatchString(name+" "+value)
}

// heading reports whether a text asks for another one beside it.
func heading(name string) bool {
	if strings.HasSuffix(name, ":") {
		return true
	}
	// Of many names only those that end in a short word are worth a closer look.
	last := name[strings.LastIndexByte(name, ' ')+1:]
	return len(last) < len(name) && len(last) <= 5 && last == strings.ToLower(last) && making().MatchString(name)
}

// besideText says what a row is that lacks what the others have, and has one
// more text beside its label: "Stand:" and a date, a region and its total.
func besideText(t thin) rowKind {
	if first, last := t.texts[0], t.texts[len(t.texts)-1]; len(t.texts) == 2 {
		k := cell.KindOf(last)
		switch joined := surely().MatchString(first + " " + last); {
		case joined && strings.HasSuffix(first, ":") && (k == cell.Date || k == cell.DateTime):
			return isFooter
		case joined, surely().MatchString(first), about(first, last):
			return doubtful
		}
		return isRow
	}
	for i, text := range t.texts {
		if i != t.label && !t.figure[i] && total().MatchString(text) {
			return doubtful
		}
	}
	return isRow
}

// isFigure reports whether a cell beside the word total may be a sum: a number,
// or a number and what is counted.
func isFigure(text string) bool {
	switch k := cell.KindOf(text); k {
	case cell.Integer, cell.Number, cell.Money:
		return true
	case cell.Numbered:
		return strings.Count(text, " ") < 3
	}
	return false
}

// lacks reports whether cells lack what nearly all rows of the table have, or
// have a text where all others have something of another kind. Figures are
// missing in many a row, and in totals of others; not before a label.
func (p *profile) lacks(cells []string, label int) bool {
	for i, c := range p.columns {
		k := cell.KindOf(cells[i])
		switch {
		case c.rows < 2:
		case k == cell.Empty && c.kinds[cell.Empty]*10 <= c.rows && (i < label || !c.figures()):
			return true
		case k != cell.Empty && c.telling() && c.kinds[k] == 0 && !c.figures():
			return true
		}
	}
	return false
}

// figures reports whether most cells of the column are numbers.
func (c *column) figures() bool {
	return (c.kinds[cell.Integer]+c.kinds[cell.Number]+c.kinds[cell.Money])*2 > c.rows-c.kinds[cell.Empty]
}
