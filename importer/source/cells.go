package source

import (
	"bytes"
	"fmt"
	"strings"
)

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
		notes = append(notes, Note{s.line, 0, NoteMark, "a byte order mark stands before the line, as where files were joined; left out"})
	}
	return notes
}

func (s *scanner) readingNotes() []Note {
	gives := fmt.Sprintf("which gives %s", count(s.width, "cell"))
	switch {
	case s.how == readDoubled && s.written != readDoubled:
		return []Note{{s.line, 0, NoteQuote, "two quotes stand where one would, around a cell; the line is read as if there was one, " + gives}}
	case s.how == readWrapped && s.written != readWrapped:
		return []Note{{s.line, 0, NoteWrapped, "the line is one quoted cell that holds a row; it is read as that, " + gives}}
	case s.how == readAligned && s.other == s.d.Delimiter:
		return []Note{{s.line, 0, NoteDelimiter, "words with the delimiter between them are read as one cell where the column has such, " + gives}}
	case s.how == readDelimiter || s.how == readAligned || s.how == readHeader:
		return []Note{{s.line, 0, NoteDelimiter, fmt.Sprintf("this line is delimited by %s, not by %s; it is read so, %s",
			delimiterName(s.other), delimiterName(s.d.Delimiter), gives)}}
	case s.how == readMissing:
		return []Note{{s.line, 0, NoteDelimiter, "a delimiter is missing before a quote; the line is read as if it were there, " + gives}}
	case s.how == readEnclosed:
		return []Note{{s.line, 0, NoteDelimiter, "the delimiter stands between brackets or typed quotes here; it is read as text, " + gives}}
	case s.how == readQuote:
		return []Note{{s.line, 0, NoteQuote, fmt.Sprintf("this line is quoted with %s; it is read so, %s", quoteName(otherQuote(s.d.Quote)), gives)}}
	case s.odd < 0:
		return nil
	}
	line, column := s.place(s.start + s.odd)
	message := "a quote is out of place; it is kept as text"
	if s.how == readMended {
		message = fmt.Sprintf("a quote is out of place; the line is read so that it has %s, and the quote is kept as text", count(s.width, "cell"))
	}
	return []Note{{line, column, CodeStrayQuote, message}}
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
