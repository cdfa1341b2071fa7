package results

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// maxRecord bounds one record: that of the input may have 1 MiB, and quoting
// at most doubles it.
const maxRecord = 8 << 20

var (
	errTorn   = errors.New("the last record is cut off")
	errQuote  = errors.New("text follows a closing quote")
	errTooBig = errors.New("a quote is opened and not closed")
)

// scanner splits CSV into records and knows where they are, byte for byte.
// encoding/csv turns CRLF inside quotes into LF, passes over blank lines, and
// takes a last record without its newline for a whole one.
type scanner struct {
	r      *bufio.Reader
	comma  byte
	buf    []byte // the record with its line end
	fields []field
	start  int64 // where it begins
	next   int64 // where the next one begins
	line   int   // its first line, from 1
	lines  int
}

// field is one field of a record: its bytes as they stand, with quotes.
type field struct{ from, to int }

func newScanner(r io.Reader, offset int64) *scanner {
	return &scanner{r: bufio.NewReaderSize(r, 64<<10), comma: ',', next: offset}
}

// scan reads the next record. It returns io.EOF at the end, errTorn when the
// last record has no newline, and errQuote for a record that is no CSV; scan
// may go on after that.
func (s *scanner) scan() error {
	s.buf, s.fields = s.buf[:0], s.fields[:0]
	s.start, s.line = s.next, s.lines+1
	var bad error
	state, from, i := atStart, 0, 0
	for {
		chunk, err := s.r.ReadSlice('\n')
		s.buf = append(s.buf, chunk...)
		s.next += int64(len(chunk))
		if len(s.buf) == len(chunk) && err == nil && bytes.IndexByte(chunk, '"') < 0 {
			s.plain()
			return nil
		}
		for ; i < len(s.buf); i++ {
			switch c := s.buf[i]; {
			case state == inQuotes:
				n := bytes.IndexByte(s.buf[i:], '"')
				if n < 0 {
					i = len(s.buf) - 1
					continue
				}
				i += n
				state = atQuote
			case c == '\n':
				s.lines++
				to := i
				if to > from && s.buf[to-1] == '\r' {
					to--
				}
				s.fields = append(s.fields, field{from, to})
				return bad
			case c == s.comma:
				s.fields = append(s.fields, field{from, i})
				state, from = atStart, i+1
			case c == '"' && state != bare:
				state = inQuotes
			case state == atStart:
				state = bare
			case state == atQuote && c != '\r':
				bad = errQuote
			}
		}
		if state == inQuotes && len(chunk) > 0 && chunk[len(chunk)-1] == '\n' {
			s.lines++
		}
		switch {
		case err == io.EOF && len(s.buf) == 0:
			return io.EOF
		case err == io.EOF:
			return errTorn
		case err != nil && err != bufio.ErrBufferFull:
			return err
		case len(s.buf) > maxRecord:
			return errTooBig
		}
	}
}

// nextLine is scan without the records of blank cells alone: a spreadsheet that
// saves a file may write some behind the last line, and none is a line.
func (s *scanner) nextLine() error {
	for {
		err := s.scan()
		if err != nil || len(bytes.Trim(s.buf, ";,\t\r\n\" ")) > 0 {
			return err
		}
	}
}

// plain splits a record of one line without quotes, which most are: it takes a
// third of the time.
func (s *scanner) plain() {
	s.lines++
	from, comma := 0, s.comma
	for i, c := range s.buf {
		if c == comma {
			s.fields = append(s.fields, field{from, i})
			from = i + 1
		}
	}
	to := len(s.buf) - 1
	if to > from && s.buf[to-1] == '\r' {
		to--
	}
	s.fields = append(s.fields, field{from, to})
}

// The states of scan within a field.
const (
	atStart  = iota
	bare     // without quotes
	inQuotes // after the opening quote
	atQuote  // after a quote within: the closing one, or the first of two
)

// raw returns field i as it stands.
func (s *scanner) raw(i int) []byte { return s.buf[s.fields[i].from:s.fields[i].to] }

// value returns field i without its quotes.
func (s *scanner) value(i int) string {
	b := s.raw(i)
	if len(b) < 2 || b[0] != '"' {
		return string(b)
	}
	b = bytes.TrimSuffix(b[1:], []byte{'"'})
	if bytes.IndexByte(b, '"') < 0 {
		return string(b)
	}
	return string(bytes.ReplaceAll(b, []byte(`""`), []byte(`"`)))
}

// values returns the fields from i on.
func (s *scanner) values(i int) []string {
	list := make([]string, 0, len(s.fields)-i)
	for ; i < len(s.fields); i++ {
		list = append(list, s.value(i))
	}
	return list
}
