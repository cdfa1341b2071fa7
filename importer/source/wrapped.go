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
func findWrapped(sample []byte, fixed settings) (inner []byte, found finding, ok bool) {
	if fixed.quoteSet && fixed.quote != '"' {
		return nil, found, false
	}
	inner, ok = unwrap(sample)
	if !ok {
		return nil, found, false
	}
	found = sniff(inner, fixed)
	if found.width < 2 || found.share < 0.9 || found.first != found.width || found.d.Quote != '"' && found.d.Quote != 0 {
		return nil, found, false
	}
	if found.width == 2 && !strings.Contains(",;\t|", found.d.Delimiter) {
		return nil, found, false
	}
	telling := false
	p := newProfile(inner, found.d, found.width)
	for i := range p.columns {
		telling = telling || p.columns[i].telling()
	}
	return inner, found, found.width > 2 || telling
}

// unwrapRecord reads a record that is one quoted cell as the row that it
// holds. In a file of wrapped rows it is read so whatever it gives; else only
// when that gives the table's width.
func (s *scanner) unwrapRecord() bool {
	if s.width < 2 || !s.isWrapped() || s.how != readAsWritten || s.odd >= 0 || !bytes.Contains(s.text, []byte(s.d.Delimiter)) || s.d.Delimiter == "" {
		return false
	}
	inner := newScanner(nil, s.name, s.d)
	inner.b, inner.end, inner.eof = s.text, len(s.text), true
	if inner.scan() != nil || inner.stop < inner.end || inner.odd >= 0 || inner.how != readAsWritten {
		return false
	}
	n := inner.count()
	if n != s.width && !s.wrapped {
		return false
	}
	if inner.plain {
		inner.text, inner.bounds = bytes.Clone(inner.raw()), nil
		for begin := 0; ; {
			i := bytes.Index(inner.text[begin:], []byte(s.d.Delimiter))
			if i < 0 {
				inner.bounds = append(inner.bounds, begin, len(inner.text))
				break
			}
			inner.bounds = append(inner.bounds, begin, begin+i)
			begin += i + len(s.d.Delimiter)
		}
	}
	s.text, s.bounds = inner.text, inner.bounds
	if !s.wrapped {
		s.how = readWrapped
	}
	return true
}
