package source

import (
	"bytes"
	"fmt"
)

// Record is one record of a file as it was found, be it above the header, the
// header, a row, or below the table.
type Record struct {
	Line    int      // physical line on which it begins, from 1
	Offset  int64    // bytes of text before it, from 0
	Cells   []string // however many there are
	Problem *Problem // bytes that are not text; in Cells they are what Windows-1252 has for them
	Notes   []Note   // what was read in another way than it is written, or looks odd
}

// RecordReader hands out the records of one pass, in order. Blank lines are
// records only in a file of one column.
type RecordReader struct {
	// ReuseCells lets Next use the slice Record.Cells of the record before again.
	ReuseCells bool
	// NoCells leaves Record.Cells nil, for a caller that takes the record with
	// AppendCSV. It is much faster.
	NoCells bool

	s     *scanner
	cells []string
	blank int  // lines left out so far
	bad   bool // the record holds bytes that are not text
	err   error
}

// Records starts a pass over everything that the file holds, from its first
// line but for one that names the delimiter ("sep=;") and what
// Options.SkipLines leaves out.
func (f *File) Records() (*RecordReader, error) {
	s, err := f.scanner()
	if err != nil {
		return nil, err
	}
	return &RecordReader{s: s}, nil
}

// Next returns the next record, io.EOF after the last. Any other error is an
// *Error and ends the pass: a record over MaxRecord or MaxColumns, a read
// error, ErrChanged.
func (r *RecordReader) Next() (Record, error) {
	if r.err != nil {
		return Record{}, r.err
	}
	s := r.s
	var n int
	for {
		if n, r.err = s.next(); r.err != nil {
			return Record{}, r.err
		}
		if !s.blank() || s.width == 1 {
			break
		}
		r.blank++
	}
	record := Record{Line: s.line, Offset: s.at}
	if !r.NoCells {
		into := r.cells[:0]
		if !r.ReuseCells {
			into = s.slab.take(n)
		}
		record.Cells = s.cells(into)
		if r.ReuseCells {
			r.cells = record.Cells
		}
	}
	if n != s.width && s.seen && s.width > 1 {
		record.Notes = append(record.Notes, ragged(s.line, n, s.width))
	}
	if s.odd >= 0 || s.how != readAsWritten || s.mark || s.start < s.dirty {
		record.Notes, record.Problem = append(record.Notes, s.notes()...), s.badText()
	}
	if r.bad = record.Problem != nil; r.bad {
		for i, cell := range record.Cells {
			record.Cells[i] = string(appendUTF8(nil, []byte(cell)))
		}
	}
	return record, nil
}

// ragged notes a record that has not as many cells as the table.
func ragged(line, n, width int) Note {
	code := CodeTooFew
	if n > width {
		code = CodeTooMany
	}
	return Note{line, 0, code, fmt.Sprintf("%s, where most records have %d; left as it is", count(n, "cell"), width)}
}

// BlankLines is how many lines without any text were left out so far.
func (r *RecordReader) BlankLines() int { return r.blank }

// AppendCSV appends the record that Next returned last to b, as a line of
// RFC 4180 with LF at its end.
func (r *RecordReader) AppendCSV(b []byte) []byte {
	if r.bad {
		return appendUTF8(b, r.appendCSV(nil))
	}
	return r.appendCSV(b)
}

func (r *RecordReader) appendCSV(b []byte) []byte {
	s := r.s
	switch {
	case !s.plain:
		for i := 0; i < len(s.bounds); i += 2 {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendQuoted(b, s.text[s.bounds[i]:s.bounds[i+1]])
		}
		if len(s.bounds) == 2 && len(s.text) == 0 {
			b = append(b, `""`...)
		}
	case s.start == s.stop:
		b = append(b, `""`...) // an empty line would be nothing
	case s.d.Delimiter == "," && s.d.Quote == '"':
		b = append(b, s.raw()...)
	case s.d.Delimiter == "":
		b = appendQuoted(b, s.raw())
	default:
		for rest := s.raw(); ; {
			cell, after, more := bytes.Cut(rest, []byte(s.d.Delimiter))
			b = appendQuoted(b, cell)
			if !more {
				break
			}
			b = append(b, ',')
			rest = after
		}
	}
	return append(b, '\n')
}

// appendQuoted appends a cell, in quotes where it needs them.
func appendQuoted(b, cell []byte) []byte {
	for i, c := range cell {
		if c == ',' || c == '"' || c == '\n' || c == '\r' {
			return appendInQuotes(b, cell, i)
		}
	}
	return append(b, cell...)
}

// appendInQuotes appends a cell in quotes; there is none before index i.
func appendInQuotes(b, cell []byte, i int) []byte {
	b = append(b, '"')
	for {
		j := bytes.IndexByte(cell[i:], '"')
		if j < 0 {
			break
		}
		b = append(append(b, cell[:i+j+1]...), '"')
		cell, i = cell[i+j+1:], 0
	}
	return append(append(b, cell...), '"')
}
