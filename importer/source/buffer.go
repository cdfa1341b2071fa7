package source

import (
	"bytes"
	"io"
	"unicode/utf8"
)

// buffer is the window of text that a scanner looks at. It grows to one record
// and no further than MaxRecord and a chunk.
type buffer struct {
	in       io.Reader
	charset  string // the text was not UTF-8: U+FFFD stands for what could not be read
	b        []byte
	pos, end int   // b[pos:end] is unread
	eof      bool  // nothing comes after end
	off      int64 // offset in the text of b[0]

	// Where the next line feed, carriage return, quote and escape stand, at or
	// after pos; end when there is none before end. Each byte is looked at once
	// for each, however short the records are.
	lf, cr, quote, escape int

	checked int // b[:checked] was looked at for bytes that are not text
	dirty   int // records that begin before it may hold such bytes

	watch bool   // for text that was left escaped
	marks uint16 // of such text, in what was read so far
}

func newBuffer(in io.Reader) *buffer {
	return &buffer{in: in}
}

// find moves *at, one of these four, to the first c at or after pos.
func (b *buffer) find(c byte, at *int) int {
	if *at < b.pos {
		*at = b.index(c, b.pos)
	}
	return *at
}

func (b *buffer) index(c byte, from int) int {
	if i := bytes.IndexByte(b.b[from:b.end], c); i >= 0 {
		return from + i
	}
	return b.end
}

// fill reads on. It may move what is unread to the front.
func (b *buffer) fill() error {
	if len(b.b)-b.end < chunkSize && b.pos > 0 {
		moved := b.pos
		copy(b.b, b.b[b.pos:b.end])
		b.off += int64(moved)
		b.pos, b.end = 0, b.end-moved
		b.lf, b.cr, b.quote, b.escape = b.lf-moved, b.cr-moved, b.quote-moved, b.escape-moved
		b.checked, b.dirty = max(0, b.checked-moved), max(0, b.dirty-moved)
	}
	if len(b.b)-b.end < chunkSize {
		b.b = append(b.b, make([]byte, max(len(b.b), 4*chunkSize))...)
	}
	was := b.end
	n, err := b.in.Read(b.b[b.end:])
	b.end += n
	if err == io.EOF {
		b.eof, err = true, nil
	}
	for _, at := range [...]*int{&b.lf, &b.cr, &b.quote, &b.escape} {
		if *at == was { // none so far: the new bytes are still to be searched
			*at = -1
		}
	}
	b.check()
	return err
}

// check looks at the new bytes at once, which is faster than record by record.
// A character cut by the end of the window waits for its rest.
func (b *buffer) check() {
	to := b.end
	if !b.eof {
		to -= incomplete(b.b[b.checked:b.end])
	}
	fresh := b.b[b.checked:to]
	if !utf8.Valid(fresh) || bytes.IndexByte(fresh, 0) >= 0 || b.charset != "" && bytes.Contains(fresh, []byte("\ufffd")) {
		b.dirty = to
	}
	if b.watch {
		b.marks = marksOf(b.marks, fresh)
	}
	b.checked = to
}
