package source

import (
	"bytes"
	"fmt"
	"strings"
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
	return Note{Line: line, Code: code, Message: fmt.Sprintf("%s, where most records have %d; left as it is", count(n, "cell"), width)}
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

// Records are short and many: a few share one allocation. It stays as long as
// one cell of theirs is kept, so it must not be large.
const (
	slabText  = 2 << 10 // bytes
	slabCells = 128
)

// slab hands out memory for the text and the cells of several records.
type slab struct {
	text  strings.Builder
	cells []string
}

// string is b as a string.
func (m *slab) string(b []byte) string {
	if len(b) > slabText/4 {
		return string(b)
	}
	if m.text.Cap()-m.text.Len() < len(b) {
		m.text = strings.Builder{}
		m.text.Grow(slabText)
	}
	begin := m.text.Len()
	m.text.Write(b)
	return m.text.String()[begin:]
}

// take is room for n cells.
func (m *slab) take(n int) []string {
	if n > slabCells/4 {
		return make([]string, 0, n)
	}
	if len(m.cells) < n {
		m.cells = make([]string, slabCells)
	}
	cells := m.cells[:0:n]
	m.cells = m.cells[n:]
	return cells
}

// cells makes one string of the record and cuts the cells out of it.
func (s *scanner) cells(into []string) []string {
	if s.plain {
		return split(into, s.slab.string(s.raw()), s.d.Delimiter)
	}
	text := s.slab.string(s.text)
	for i := 0; i < len(s.bounds); i += 2 {
		into = append(into, text[s.bounds[i]:s.bounds[i+1]])
	}
	return into
}

// count is how many cells the record has.
func (s *scanner) count() int {
	switch {
	case !s.plain:
		return len(s.bounds) / 2
	case s.d.Delimiter == "":
		return 1
	case len(s.d.Delimiter) == 1:
		return bytes.Count(s.raw(), []byte{s.d.Delimiter[0]}) + 1
	}
	return bytes.Count(s.raw(), []byte(s.d.Delimiter)) + 1
}

func (s *scanner) bounded(cells int) error {
	if cells <= MaxColumns {
		return nil
	}
	return s.fail(s.line, 0, "the record has %d cells, the most are %d: is the delimiter, %s, the right one?",
		cells, MaxColumns, delimiterName(s.d.Delimiter))
}

func split(cells []string, text string, delimiter string) []string {
	switch len(delimiter) {
	case 0:
		return append(cells, text)
	case 1:
		for c := delimiter[0]; ; {
			i := strings.IndexByte(text, c)
			if i < 0 {
				return append(cells, text)
			}
			cells = append(cells, text[:i])
			text = text[i+1:]
		}
	}
	for {
		cell, rest, more := strings.Cut(text, delimiter)
		cells = append(cells, cell)
		if !more {
			return cells
		}
		text = rest
	}
}

// notes are what a user should know of how the record was read.
func (s *scanner) notes() []Note {
	notes := s.readingNotes()
	if s.mark {
		notes = append(notes, Note{Line: s.line, Code: NoteMark, Message: "a byte order mark stands before the line, as where files were joined; left out"})
	}
	return notes
}

func (s *scanner) readingNotes() []Note {
	gives := fmt.Sprintf("which gives %s", count(s.width, "cell"))
	switch {
	case s.how == readDoubled && s.written != readDoubled:
		return []Note{{Line: s.line, Code: NoteQuote, Message: "two quotes stand where one would, around a cell; the line is read as if there was one, " + gives}}
	case s.how == readWrapped && s.written != readWrapped:
		return []Note{{Line: s.line, Code: NoteWrapped, Message: "the line is one quoted cell that holds a row; it is read as that, " + gives}}
	case s.how == readAligned && s.other == s.d.Delimiter:
		return []Note{{Line: s.line, Code: NoteDelimiter, Message: "words with the delimiter between them are read as one cell where the column has such, " + gives}}
	case s.how == readDelimiter || s.how == readAligned || s.how == readHeader:
		return []Note{{Line: s.line, Code: NoteDelimiter, Message: fmt.Sprintf("this line is delimited by %s, not by %s; it is read so, %s",
			delimiterName(s.other), delimiterName(s.d.Delimiter), gives)}}
	case s.how == readMissing:
		return []Note{{Line: s.line, Code: NoteDelimiter, Message: "a delimiter is missing before a quote; the line is read as if it were there, " + gives}}
	case s.how == readEnclosed:
		return []Note{{Line: s.line, Code: NoteDelimiter, Message: "the delimiter stands between brackets or typed quotes here; it is read as text, " + gives}}
	case s.how == readQuote:
		return []Note{{Line: s.line, Code: NoteQuote, Message: fmt.Sprintf("this line is quoted with %s; it is read so, %s", quoteName(otherQuote(s.d.Quote)), gives)}}
	case s.odd < 0:
		return nil
	}
	line, column := s.place(s.start + s.odd)
	message := "a quote is out of place; it is kept as text"
	if s.how == readMended {
		message = fmt.Sprintf("a quote is out of place; the line is read so that it has %s, and the quote is kept as text", count(s.width, "cell"))
	}
	return []Note{{Line: line, Column: column, Code: CodeStrayQuote, Message: message}}
}

// badText is where the record holds bytes that are not text.
func (s *scanner) badText() *Problem {
	if s.start >= s.dirty {
		return nil
	}
	i, message := badText(s.raw(), s.charset)
	if i < 0 {
		return nil
	}
	line, column := s.place(s.start + i)
	return &Problem{line, column, CodeBadEncoding, message}
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}
