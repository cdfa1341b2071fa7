package source

import (
	"bytes"
	"strings"
)

// A line that is one quoted cell and holds a whole row is what a spreadsheet
// writes that was given each row as one cell: "a@example.org,""Ann, PhD"",5".
// It is unwrapped once.

// leastWrapped is the share of lines from which on a file is taken for one of
// wrapped rows: its header may be written plainly, and rows without a comma.
const leastWrapped = 0.5

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
	if found.width < 2 || found.share < 0.9 || found.first != found.width || found.d.Quote != '"' && found.d.Quote != 0 {
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
		if bytes.HasPrefix(line[i:], pair) && between(i-1) && !between(i+2) && line[i+2] != '"' {
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
