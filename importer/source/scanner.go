package source

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

// scanner cuts text into records. The record it found last is in its fields.
type scanner struct {
	*buffer
	name  string // of the file, for errors
	d     Dialect
	width int // cells that a record of the table has; 0: not known yet

	line  int   // physical line on which the record begins
	start int   // b[start:stop] is the record, without its line end
	stop  int   //
	at    int64 // offset in the text
	after int   // physical line on which the next record begins

	plain   bool   // no quotes: the cells are what lies between delimiters
	text    []byte // all cells of a record that is not plain
	bounds  []int  // begin and end of each in text
	led     []int  // bare cells of a record that is not plain which begin with a blank
	before  int    // quoted cells that a blank stands before
	escapes int    // quotes in quoted cells and delimiters in bare ones that were escaped so far
	odd     int    // where a quote is out of place; -1: nowhere
	how     how
	tidy    bool   // most records have no blank after a delimiter of one byte
	written how    // how most lines of the file are written: as they are, or readWrapped, readDoubled
	mark    bool   // a byte order mark stands before the record
	seen    bool   // a record had the table's width
	other   string // the delimiter that fits when how is readDelimiter
	dp      repair
	profile func() *profile // what the table's columns hold; nil: not known
	slab    slab
	spare   struct { // for a reading that may not be taken
		text   []byte
		bounds []int
	}
}

// how a record was read.
type how uint8

const (
	readAsWritten how = iota
	readMended        // quotes are out of place, but one reading gives the table's width
	readDelimiter     // another delimiter than the table's gives its width
	readQuote         // another quote than the table's gives its width
	readMissing       // with one delimiter more before a quote, the line has the table's width
	readWrapped       // the line is one quoted cell that holds the row
	readDoubled       // two quotes stand where one would
	readEnclosed      // delimiters between brackets are text, which gives the table's width
	readBroken        // quotes are out of place and no reading stands out
)

func newScanner(in io.Reader, name string, d Dialect) *scanner {
	s := &scanner{buffer: newBuffer(in), name: name, d: d, after: 1, odd: -1}
	s.lf, s.cr, s.quote, s.escape = -1, -1, -1, -1
	return s
}

// errMore asks for more text: the record does not end in the window.
var errMore = errors.New("more text is needed")

const longMessage = "the record is longer than %d bytes: is this a delimited file?"

// next finds the next record, reads it with another delimiter where only that
// gives the table's width, and counts its cells; io.EOF after the last.
func (s *scanner) next() (cells int, err error) {
	if err := s.scan(); err != nil {
		return 0, err
	}
	cells = s.count()
	if cells == 1 && s.width > 1 && !s.plain && s.unwrapRecord() {
		cells = s.count()
	}
	if (s.odd >= 0 || s.how != readAsWritten) && s.halveRecord() {
		cells = s.count()
	}
	if (s.odd >= 0 || s.how == readBroken) && s.missing(cells) {
		cells = s.width
	}
	if cells != s.width && (s.enclosed(cells) || s.tryDelimiter()) {
		cells = s.width
	} else if cells >= 3 && cells == s.width && s.tidy && s.how == readAsWritten {
		s.unlead(cells)
	}
	if s.plain && cells == s.width && s.start < s.stop && s.b[s.start] == '\'' && s.d.Quote == '"' {
		s.unquoteAll()
	}
	s.seen = s.seen || cells == s.width
	return cells, s.bounded(cells)
}

// scan finds the next record; io.EOF after the last.
func (s *scanner) scan() error {
	s.mark = false
	for {
		err := s.record()
		if err == nil && s.stop-s.start > MaxRecord {
			return s.fail(s.line, 0, longMessage, MaxRecord)
		}
		if err != errMore {
			return err
		}
		if s.end-s.pos > MaxRecord {
			return s.fail(s.after, 0, longMessage, MaxRecord)
		}
		if err := s.fill(); err != nil {
			return err
		}
	}
}

// skipLines leaves out the first n physical lines.
func (s *scanner) skipLines(n int) error {
	for n > 0 {
		_, next, err := s.lineEnd(s.pos)
		switch {
		case err == errMore && s.end-s.pos > MaxRecord:
			return s.fail(s.after, 0, longMessage, MaxRecord)
		case err == errMore:
			if err := s.fill(); err != nil {
				return err
			}
			continue
		case s.pos == s.end:
			return nil
		}
		s.pos = next
		s.after++
		n--
	}
	return nil
}

func (s *scanner) record() error {
	if s.pos == s.end {
		if s.eof {
			return io.EOF
		}
		return errMore
	}
	if s.b[s.pos] == utf8BOM[0] {
		if s.end-s.pos < len(utf8BOM) && !s.eof {
			return errMore
		}
		// Files that were joined have a mark where each of them began.
		for bytes.HasPrefix(s.b[s.pos:s.end], utf8BOM) {
			s.pos += len(utf8BOM)
			s.mark = true
		}
	}
	stop, next, err := s.lineEnd(s.pos)
	if err != nil {
		return err
	}
	s.line, s.start, s.at = s.after, s.pos, s.off+int64(s.pos)
	s.odd, s.how = -1, readAsWritten
	s.plain = (s.d.Quote == 0 || s.find(s.d.Quote, &s.quote) >= stop) &&
		(s.d.Escape == 0 || s.find(s.d.Escape, &s.escape) >= stop)
	if s.plain {
		lines := 1
		if s.d.CR {
			lines += breaks(s.b[s.pos:stop])
		}
		if s.d.Mark != 0 && stop > s.pos && s.b[stop-1] == s.d.Mark {
			stop--
		}
		s.take(stop, next, lines)
		if lines > 1 {
			s.cutPlain("")
		}
		if s.d.Padded && stop > s.start {
			s.trim()
		}
		return nil
	}
	return s.quoted(stop, next)
}

// lineEnd tells where the physical line at i stops and where the next begins.
func (s *scanner) lineEnd(i int) (stop, next int, err error) {
	if s.d.CR {
		if stop = i + bytes.IndexByte(s.b[i:s.end], '\r'); stop < i {
			stop = s.end
		}
	} else if i == s.pos {
		stop = min(s.find('\n', &s.lf), s.find('\r', &s.cr))
	} else if stop = i + bytes.IndexAny(s.b[i:s.end], "\r\n"); stop < i {
		stop = s.end
	}
	if stop == s.end {
		if !s.eof {
			return 0, 0, errMore
		}
		return stop, stop, nil
	}
	next, ok := s.afterBreak(stop)
	if !ok {
		return 0, 0, errMore
	}
	return stop, next, nil
}

// afterBreak is where the line after the line break at i begins. It is not ok
// when a carriage return ends the window: a line feed may follow.
func (s *scanner) afterBreak(i int) (next int, ok bool) {
	if s.b[i] == '\n' {
		return i + 1, true
	}
	if i+1 == s.end {
		return i + 1, s.eof
	}
	if s.b[i+1] == '\n' {
		return i + 2, true
	}
	return i + 1, true
}

func (s *scanner) take(stop, next, lines int) {
	s.stop, s.pos = stop, next
	s.after = s.line + lines
}

// blank tells whether the record is an empty line.
func (s *scanner) blank() bool { return s.plain && s.start == s.stop }

// blankish tells whether the record is a line of blanks.
func (s *scanner) blankish() bool { return s.plain && len(bytes.TrimSpace(s.raw())) == 0 }

// raw is the record as it lies in the file, without its line end.
func (s *scanner) raw() []byte { return s.b[s.start:s.stop] }

// place is the line of index i of the window, which lies in the record, and
// its column in characters, as editors count them: the bytes are not those of
// the file when that is not UTF-8.
func (s *scanner) place(i int) (line, column int) {
	before := s.b[s.start:i]
	return s.line + breaks(before), utf8.RuneCount(before[bytes.LastIndexAny(before, "\r\n")+1:]) + 1
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

func (s *scanner) fail(line, column int, format string, args ...any) error {
	return &Error{File: s.name, Line: line, Column: column, Message: fmt.Sprintf(format, args...)}
}
