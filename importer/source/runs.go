package source

import (
	"bytes"
	"io"
)

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
