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
		if s.isWrapped() && s.odd < 0 && s.how == readAsWritten {
			wrapped++
			out = append(append(out, s.text...), '\n')
		} else {
			out = append(append(out, s.raw()...), '\n')
		}
	}
	return out, lines > 1 && wrapped > 1 && wrapped >= leastWrapped*lines
}

// isWrapped reports whether the record is one cell in quotes.
func (s *scanner) isWrapped() bool {
	return !s.plain && len(s.bounds) == 2 && s.stop-s.start > 1 && s.b[s.start] == s.d.Quote && s.b[s.stop-1] == s.d.Quote
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

// unwrapRecord reads a record that is one quoted cell as the row that it
// holds. In a file of wrapped rows it is read so whatever it gives; else only
// when that gives the table's width.
func (s *scanner) unwrapRecord() bool {
	if s.width < 2 || !s.isWrapped() || s.how != readAsWritten || s.odd >= 0 || !bytes.Contains(s.text, []byte(s.d.Delimiter)) || s.d.Delimiter == "" {
		return false
	}
	return s.takeInner(s.text, readWrapped, s.written == readWrapped)
}

// takeInner reads text as the record, by the rules, and notes how unless the
// whole file is written so.
func (s *scanner) takeInner(text []byte, as how, always bool) bool {
	inner := newScanner(nil, s.name, s.d)
	inner.b, inner.end, inner.eof = text, len(text), true
	if inner.scan() != nil || inner.stop < inner.end || inner.odd >= 0 || inner.how != readAsWritten {
		return false
	}
	if n := inner.count(); n != s.width && !always {
		return false
	}
	if inner.plain {
		inner.cutPlain("")
	}
	s.text, s.bounds, s.plain, s.odd, s.how = inner.text, inner.bounds, false, -1, readAsWritten
	if !always {
		s.how = as
	}
	return true
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

// halveRecord reads a record with a quote out of place as if its cells had one
// quote on each side, where they have two.
func (s *scanner) halveRecord() bool {
	if s.d.Quote != '"' || s.d.Escape != 0 || s.width < 2 {
		return false
	}
	text, changed := halve(s.raw())
	return changed && s.takeInner(text, readDoubled, s.written == readDoubled)
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
