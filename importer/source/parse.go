package source

import (
	"bytes"
	"errors"
)

// errMore asks for more text: the record does not end in the window.
var errMore = errors.New("more text is needed")

// errOdd says that the record is not written by the rules.
var errOdd = errors.New("a quote is out of place")

// parsed are the cells of a record.
type parsed struct {
	text   []byte // of all cells
	bounds []int  // begin and end of each in text
	led    []int  // bare cells that begin with a blank
	before int    // quoted cells that a blank stands before
	escape int    // quotes in quoted cells and delimiters in bare ones that were escaped
	odd    int    // where the first quote out of place stands in what was parsed; -1: nowhere
}

func (p *parsed) reset() {
	p.text, p.bounds, p.led = p.text[:0], p.bounds[:0], p.led[:0]
	p.before, p.escape, p.odd = 0, 0, -1
}

// add appends a cell.
func (p *parsed) add(cell []byte) {
	p.bounds = append(p.bounds, len(p.text), len(p.text)+len(cell))
	p.text = append(p.text, cell...)
}

// size is how many cells there are.
func (p *parsed) size() int { return len(p.bounds) / 2 }

// strings are the cells.
func (p *parsed) strings() []string {
	text, list := string(p.text), make([]string, 0, p.size())
	for i := 0; i < len(p.bounds); i += 2 {
		list = append(list, text[p.bounds[i]:p.bounds[i+1]])
	}
	return list
}

// parse reads the record that b begins with by the rules of RFC 4180: a quote
// at the start of a cell opens, the next one that is not doubled closes, and a
// delimiter or line end follows. Blanks around a quoted cell are not part of
// it. It returns where the record ends in b and how many physical lines it
// takes; errMore when b may be cut, which whole denies; errOdd when the record
// is not written so.
func (p *parsed) parse(b []byte, d *Dialect, whole bool) (end, lines int, err error) {
	if len(d.Delimiter) == 1 && d.Escape == 0 && d.Quote != 0 && !d.Padded && d.Mark == 0 && !d.CR {
		if end, lines, ok := p.parseUsual(b, d.Delimiter[0], d.Quote); ok {
			return end, lines, nil
		}
	}
	p.reset()
	t := parser{p, b, d, whole}
	i, lines := 0, 1
	for {
		begin := len(p.text)
		from := i
		if open := t.skipBlanks(i); open < len(b) && b[open] == d.Quote && d.Quote != 0 {
			if i, err = t.quotedCell(open); err != nil {
				return 0, 0, err
			}
			lines += breaks(b[open:i])
			if open > from {
				p.before++
			}
		} else {
			if i < len(b) && b[i] == ' ' {
				p.led = append(p.led, p.size())
			}
			i = t.bareCell(i)
			if d.CR {
				lines += breaks(b[from:i])
			}
		}
		p.bounds = append(p.bounds, begin, len(p.text))
		switch {
		case i == len(b) && !whole:
			return 0, 0, errMore
		case i == len(b) || t.isEnd(i):
			return i, lines, nil
		case t.atMark(i):
			return i + 1, lines, nil
		}
		i += len(d.Delimiter)
	}
}

// parseUsual is parse for what nearly all records are: no escapes, no blanks
// before a quote, no quote out of place, a line end in b. It is several times
// as fast.
func (p *parsed) parseUsual(b []byte, delimiter, quote byte) (end, lines int, ok bool) {
	p.reset()
	text, bounds := p.text, p.bounds
	lines = 1
	for i := 0; ; i++ {
		begin := len(text)
		if i < len(b) && b[i] == quote {
			for i++; ; i++ {
				j := bytes.IndexByte(b[i:], quote)
				if j < 0 {
					return 0, 0, false
				}
				text = append(text, b[i:i+j]...)
				if i += j + 1; i == len(b) || b[i] != quote {
					break
				}
				text = append(text, quote)
			}
			if cell := text[begin:]; bytes.IndexByte(cell, '\n') >= 0 || bytes.IndexByte(cell, '\r') >= 0 {
				lines += breaks(cell)
			}
		} else {
			from := i
			if i < len(b) && b[i] == ' ' {
				p.led = append(p.led, len(bounds)/2)
			}
			for i < len(b) && b[i] != delimiter && b[i] != '\n' && b[i] != '\r' {
				if b[i] == quote {
					return 0, 0, false
				}
				i++
			}
			text = append(text, b[from:i]...)
		}
		bounds = append(bounds, begin, len(text))
		if i < len(b) && b[i] == delimiter {
			continue
		}
		if i == len(b) || b[i] != '\n' && b[i] != '\r' {
			return 0, 0, false
		}
		p.text, p.bounds = text, bounds
		return i, lines, true
	}
}

// split reads a line without quotes and escapes: its cells are what lies
// between delimiters, without what is in outer around it.
func (p *parsed) split(line []byte, delimiter, outer string) {
	p.reset()
	for {
		cell, rest, more := line, []byte(nil), false
		if delimiter != "" {
			cell, rest, more = bytes.Cut(line, []byte(delimiter))
		}
		p.add(bytes.Trim(cell, outer))
		if !more {
			return
		}
		line = rest
	}
}

// parser is parse at work.
type parser struct {
	*parsed
	b     []byte
	d     *Dialect
	whole bool
}

// isEnd reports whether a line break that ends a record stands at i.
func (t *parser) isEnd(i int) bool {
	return t.b[i] == '\r' || t.b[i] == '\n' && (!t.d.CR || t.whole && i+1 == len(t.b))
}

// atMark reports whether the mark that ends each line stands at i.
func (t *parser) atMark(i int) bool {
	if t.d.Mark == 0 || t.b[i] != t.d.Mark {
		return false
	}
	return i+1 == len(t.b) && t.whole || i+1 < len(t.b) && t.isEnd(i+1)
}

// atDelimiter reports whether a delimiter stands at i. A longer one may be cut
// by the end of the window.
func (t *parser) atDelimiter(i int) bool { return t.d.delimits(t.b[i:]) }

// skipBlanks is the index after the blanks at i, which are not delimiters.
func (t *parser) skipBlanks(i int) int {
	for i < len(t.b) && (t.b[i] == ' ' || t.b[i] == '\t') && !t.atDelimiter(i) {
		i++
	}
	return i
}

// bareCell appends the cell without quotes at i to text, and returns the index
// after it.
func (t *parser) bareCell(i int) int {
	b, d, from, begin := t.b, t.d, i, len(t.text)
	for i < len(b) && !t.isEnd(i) && !t.atDelimiter(i) && !t.atMark(i) {
		if d.escapes(b[i:]) {
			t.text = append(t.text, b[from:i]...)
			i++
			if from = i; t.atDelimiter(i) {
				t.escape++
			}
		} else if b[i] == d.Quote && t.odd < 0 && d.Quote != 0 && (i == from || !d.apostrophe(b, i)) {
			t.odd = i
		}
		i++
	}
	t.text = append(t.text, b[from:i]...)
	if d.Padded {
		t.text = append(t.text[:begin], bytes.Trim(t.text[begin:], " ")...)
	}
	return i
}

// quotedCell appends the cell whose quote opens at i to text, and returns the
// index after the closing quote and the blanks that follow it.
func (t *parser) quotedCell(i int) (int, error) {
	b, d := t.b, t.d
	for i++; ; {
		j := t.nextQuote(i)
		if j < 0 {
			return 0, errMore
		}
		t.text = append(t.text, b[i:j]...)
		if b[j] != d.Quote { // an escape
			if b[j+1] == d.Quote {
				t.escape++
			}
			t.text = append(t.text, b[j+1])
			i = j + 2
			continue
		}
		i = j + 1
		if i < len(b) && isLetter(b[i]) && d.apostrophe(b, j) {
			t.text = append(t.text, d.Quote)
			continue
		}
		if i < len(b) && b[i] == d.Quote {
			t.text = append(t.text, d.Quote)
			i++
			continue
		}
		i = t.skipBlanks(i)
		if len(b)-i < len(d.Delimiter) && !t.whole {
			return 0, errMore
		}
		if i == len(b) || t.isEnd(i) || t.atDelimiter(i) || t.atMark(i) {
			return i, nil
		}
		if d.Mark != 0 && i+1 == len(b) && !t.whole {
			return 0, errMore
		}
		return 0, errOdd
	}
}

// nextQuote is the index of the next quote, or of an escape with something to
// escape, at or after i; -1 when the window ends before.
func (t *parser) nextQuote(i int) int {
	if t.d.Escape == 0 {
		if j := bytes.IndexByte(t.b[i:], t.d.Quote); j >= 0 {
			return i + j
		}
		return -1
	}
	for ; i < len(t.b); i++ {
		if t.d.escapes(t.b[i:]) || t.b[i] == t.d.Quote {
			return i
		}
		if t.b[i] == t.d.Escape && i+1 == len(t.b) && !t.whole {
			return -1
		}
	}
	return -1
}

// delimits reports whether b begins with a delimiter.
func (d *Dialect) delimits(b []byte) bool {
	if len(d.Delimiter) == 1 {
		return len(b) > 0 && b[0] == d.Delimiter[0]
	}
	return d.Delimiter != "" && len(d.Delimiter) <= len(b) && string(b[:len(d.Delimiter)]) == d.Delimiter
}

// escapes reports whether b begins with an escape that has something to escape.
func (d *Dialect) escapes(b []byte) bool {
	return d.Escape != 0 && len(b) > 1 && b[0] == d.Escape && (b[1] == d.Escape || b[1] == d.Quote || d.delimits(b[1:]))
}

// apostrophe reports whether the quote at b[i] is one: it comes after a letter
// and does not end the cell.
func (d *Dialect) apostrophe(b []byte, i int) bool {
	if d.Quote != '\'' || i == 0 || i+1 >= len(b) {
		return false
	}
	if before := b[i-1]; !isLetter(before) && before < 0x80 {
		return false
	}
	after := b[i+1]
	return isLetter(after) || after == ' ' || after >= 0x80
}

// breaks counts the line breaks in b: LF, CR LF, or CR alone.
func breaks(b []byte) int {
	n := bytes.Count(b, []byte{'\n'})
	for {
		i := bytes.IndexByte(b, '\r')
		if i < 0 {
			return n
		}
		b = b[i+1:]
		if len(b) == 0 || b[0] != '\n' {
			n++
		}
	}
}

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }
