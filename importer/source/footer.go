package source

import (
	"fmt"
	"regexp"
	"strings"

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

// total is a cell that says that figures beside it are sums.
var total = regexp.MustCompile(`(?i)^\W*(` +
	`(grand |sub|sub |sub-|overall |report )?totals?|sum|totals? (of )?(all )?(leads|contacts|records|rows|people|members|subscribers|amount|count)|` +
	`(gesamt|zwischen|end)?summen?|gesamt|insgesamt|` + // German
	`(sous-|sous )?total général|totaux|somme|sous-total|` + // French
	`total general|suma|suma total|` + // Spanish
	`totale|totale generale|somma|` + // Italian
	`soma|total geral|` + // Portuguese
	`totaal|subtotaal|eindtotaal|` + // Dutch
	`razem|łącznie|celkem|súčet|összesen|` + // Polish, Czech, Slovak, Hungarian
	`summa|i alt|totalt|yhteensä|` + // Swedish, Danish, Norwegian, Finnish
	`toplam|genel toplam|σύνολο|итого|всего|разом|` + // Turkish, Greek, Russian, Ukrainian
	`合计|总计|小计|合計|総計|小計|합계|총계|` +
	`totals? [^:]{1,30}:|(zwischen)?summe [^:]{1,30}:` +
	`)\s*[:=]?\s*(\(?\s*[-+$€£]?\d[\d.,' ]*( ?[\pL%]+)?\s*\)?)?\W*$`)

// totalOf begins the total of a group, and the names of some companies.
var totalOf = regexp.MustCompile(`(?i)^(sub)?total (for|of|\pL+)`)

// footers begin the lines that programs write below a report.
var footers = regexp.MustCompile(`(?i)^\W*(` +
	`confidential\b.*|confidential information|vertraulich|streng vertraulich.*|confidentiel|confidencial|riservato|` +
	`copyright\b.*|©.*|\(c\) .*|all rights reserved.*|alle rechte vorbehalten.*|` +
	`(report |list |file )?(generated|exported|printed|created|downloaded) (by|on|at|from|with)\b.*|` +
	`(erstellt|exportiert|gedruckt) (am|von|mit)\b.*|(généré|exporté|imprimé) (le|par|avec)\b.*|` +
	`page \d+( of \d+)?|seite \d+( von \d+)?|page \d+ sur \d+|` +
	`end( of (report|file|list|data|export))?|eof|\d+ (more )?(rows?|records?|contacts?|leads?)( (selected|exported|found|affected|in total|total))?|` +
	`(results?|list|export) truncated.*|` +
	`(number of |total number of |record |row )(rows|records|contacts|leads|count)\s*[:=]?\s*\d*|(records|rows)\s*[:=]\s*\d+|` +
	`(anzahl|nombre|número|numero|numero di|aantal|antal|liczba|количество) [^:]{3,30}[:=]\s*\d+|` +
	`(stand|datum|date|fecha|data|as of|report date|run date|édité le|imprimé le|exporté le)\s*[:=]?\s*\d[\d./: -]*` +
	`)\W*$`)

// named is a text with what it is about before it: "Report name: Leads".
var named = regexp.MustCompile(`^[^:@]+:\s+\S|^\.\.\.|^\*\*\*`)

// drawn reports whether text is a line of marks.
func drawn(text string) bool {
	return len(text) > 2 && strings.Trim(text, "-=_*~+.#— ") == ""
}

// remark reports whether text begins as the remarks of programs do.
func remark(text string) bool {
	return strings.HasPrefix(text, "# ") || strings.HasPrefix(text, "//") || strings.HasPrefix(text, "##")
}

// judgeFooter says what a record is that has a cell for each column. Filled are
// the cells with text, each trimmed; gap tells that a blank line or row, or
// another footer, stands before it.
func judgeFooter(cells []string, p *profile, gap bool) rowKind {
	first, filled := "", 0
	for _, c := range cells {
		if c = strings.TrimSpace(c); c == "" {
			continue
		}
		if filled++; filled == 1 {
			first = c
		} else if !isFigure(c) {
			return isRow
		}
	}
	switch {
	case filled == 0:
		return isFooter
	case filled == len(cells) && len(cells) > 2:
		return isRow
	case filled == 1 && (footers.MatchString(first) || drawn(first) || remark(first)):
		if len(cells) > 2 {
			return isFooter
		}
		return doubtful
	case filled == 1 && named.MatchString(first):
		return doubtful
	case total.MatchString(first):
		if p != nil && len(cells) == len(p.columns) && p.lacks(cells) {
			return isFooter
		}
		return doubtful
	case filled > 1 && totalOf.MatchString(first):
		return doubtful
	case filled == 1 && gap && len(cells) > 2 && strings.Count(first, " ") >= 2 && cell.KindOf(first).IsWords():
		return doubtful
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
// have a text where all others have something of another kind.
func (p *profile) lacks(cells []string) bool {
	for i, c := range p.columns {
		k := cell.KindOf(cells[i])
		switch {
		case c.rows < 2:
		case k == cell.Empty && c.kinds[cell.Empty]*10 <= c.rows && !c.figures():
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
		if !cell.Blank(c) {
			list = append(list, strings.TrimSpace(c))
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
