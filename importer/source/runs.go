package source

import (
	"bytes"
	"io"
)

// collapser makes one blank of each run of blanks outside quotes, and none of
// those at the begin and the end of a line, for tables whose columns are
// aligned.
type collapser struct {
	in     io.Reader
	quote  byte
	blank  bool // blanks came before, which are not written yet
	cell   bool // something of the line was written
	quoted bool // the cell began with a quote
	inside bool // between quotes
}

func (c *collapser) Read(b []byte) (int, error) {
	for {
		n, err := c.in.Read(b)
		out := c.collapse(b[:0], b[:n])
		// A blank is only held back, never added: out is no longer than b.
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
			c.blank, c.quoted = true, false
			continue
		case ch == '\n' || ch == '\r':
			c.blank, c.cell, c.quoted = false, false, false
			out = append(out, ch)
			continue
		case ch == c.quote && c.quote != 0 && (c.quoted || c.blank || !c.cell):
			c.inside, c.quoted = !c.inside, true
		}
		if c.blank && c.cell {
			out = append(out, ' ')
		}
		c.blank, c.cell = false, true
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
