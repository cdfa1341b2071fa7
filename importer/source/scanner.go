package source

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// scanner cuts text into records. The record it found last is in its fields.
type scanner struct {
	*buffer
	name  string // of the file, for errors
	delim byte
	qt    byte
	width int // cells that a record should have; 0: not known yet

	line  int   // physical line on which the record begins
	start int   // b[start:stop] is the record, without its line end
	stop  int   //
	at    int64 // offset in the text
	after int   // physical line on which the next record begins

	plain  bool   // no quotes: the cells are what lies between delimiters
	text   []byte // all cells of a record that is not plain
	bounds []int  // begin and end of each in text
	odd    int    // where a quote is out of place; -1: nowhere
	broken bool   // no reading gives the width
}

func newScanner(in io.Reader, name string, d Dialect) *scanner {
	s := &scanner{buffer: newBuffer(in), name: name, delim: d.Delimiter[0], qt: d.Quote, after: 1, odd: -1}
	s.lf, s.cr, s.quote = -1, -1, -1
	return s
}

// errMore asks for more text: the record does not end in the window.
var errMore = errors.New("more text is needed")

const longMessage = "the record is longer than %d bytes: is this a delimited file?"

// scan finds the next record; io.EOF after the last.
func (s *scanner) scan() error {
	for {
		err := s.record()
		if err == nil && s.stop-s.start > MaxRecord {
			return s.fail(s.line, 0, longMessage, MaxRecord)
		}
		if err != errMore {
			return err
		}
		if s.end-s.pos > MaxRecord {
			return s.tooLong()
		}
		if _, err := s.fill(); err != nil {
			return err
		}
	}
}

func (s *scanner) record() error {
	if s.pos == s.end {
		if s.eof {
			return io.EOF
		}
		return errMore
	}
	stop, next, err := s.lineEnd()
	if err != nil {
		return err
	}
	s.line, s.start, s.at = s.after, s.pos, s.off+int64(s.pos)
	s.odd, s.broken = -1, false
	s.plain = s.qt == 0 || s.find(s.qt, &s.quote) >= stop
	if s.plain {
		s.take(stop, next, 1)
		return nil
	}
	return s.quoted(stop, next)
}

// lineEnd tells where the physical line at pos stops and where the next begins.
func (s *scanner) lineEnd() (stop, next int, err error) {
	lf, cr := s.find('\n', &s.lf), s.find('\r', &s.cr)
	stop = min(lf, cr)
	switch {
	case stop == s.end && !s.eof:
		return 0, 0, errMore
	case stop == s.end:
		return stop, stop, nil
	case stop == lf:
		return stop, stop + 1, nil
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

// raw is the record as it lies in the file, without its line end.
func (s *scanner) raw() []byte { return s.b[s.start:s.stop] }

// place is the line and the byte column of index i of the window, which lies
// in the record.
func (s *scanner) place(i int) (line, column int) {
	before := s.b[s.start:i]
	return s.line + breaks(before), len(before) - (bytes.LastIndexAny(before, "\r\n") + 1) + 1
}

// breaks counts the line breaks in b: LF, CR LF, or CR alone.
func breaks(b []byte) int {
	n := bytes.Count(b, []byte{'\n'})
	for i := bytes.IndexByte(b, '\r'); i >= 0; {
		if i+1 == len(b) || b[i+1] != '\n' {
			n++
		}
		j := bytes.IndexByte(b[i+1:], '\r')
		if j < 0 {
			break
		}
		i += 1 + j
	}
	return n
}

func (s *scanner) fail(line, column int, format string, args ...any) error {
	return &Error{File: s.name, Line: line, Column: column, Message: fmt.Sprintf(format, args...)}
}

// tooLong explains why the record in the window does not end.
func (s *scanner) tooLong() error {
	s.line, s.start = s.after, s.pos
	if open := s.openQuote(); open >= 0 {
		line, column := s.place(open)
		return s.fail(line, column, "a quote opens here and does not close within %d bytes: close it, or double it if it belongs to the text", MaxRecord)
	}
	return s.fail(s.line, 0, longMessage, MaxRecord)
}
