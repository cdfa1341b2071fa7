package source

import (
	"fmt"
	"strings"
)

// maxNamed is how many rows that were left out one note shows the text of.
const maxNamed = 5

// left sums up neighbouring rows that were left out.
type left struct {
	blank, footers run
	texts          []string // of footers
}

// run are rows that were left out for one reason.
type run struct {
	rows  int
	first At
}

func (r *run) add(at At) {
	if r.rows++; r.rows == 1 {
		r.first = at
	}
}

func (l *left) any() bool { return l.blank.rows+l.footers.rows > 0 }

func (l *left) addFooter(at At, cells []string) {
	l.footers.add(at)
	if len(l.texts) < maxNamed {
		l.texts = append(l.texts, filledText(cells))
	}
}

// filledText is what a row says, in one line.
func filledText(cells []string) string {
	var list []string
	for _, c := range cells {
		if c = seen(c); c != "" {
			list = append(list, c)
		}
	}
	text := []rune(strings.Join(list, ", "))
	if len(text) > 60 {
		text = append(text[:57], []rune("...")...)
	}
	return string(text)
}

// notes tell of what was left out, and forget it.
func (l *left) notes() []Note {
	var list []Note
	if n := l.blank; n.rows > 0 {
		list = append(list, Note{Line: n.first.Line, Sheet: n.first.Sheet, Code: NoteBlankRow,
			Message: fmt.Sprintf("%s without any text left out", count(n.rows, "row"))})
	}
	if n := l.footers; n.rows > 0 {
		quoted := make([]string, len(l.texts))
		for i, text := range l.texts {
			quoted[i] = fmt.Sprintf("%q", text)
		}
		more := ""
		if n.rows > len(quoted) {
			more = fmt.Sprintf(" and %d more", n.rows-len(quoted))
		}
		list = append(list, Note{Line: n.first.Line, Sheet: n.first.Sheet, Text: l.texts[0], Code: NoteFooter,
			Message: fmt.Sprintf("%s left out, for totals and footers are no rows of the table: %s%s", count(n.rows, "row"), strings.Join(quoted, ", "), more)})
	}
	*l = left{}
	return list
}
