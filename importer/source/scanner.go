package source

import (
	"bytes"
	"fmt"
	"io"
	"iter"
	"strings"
	"unicode/utf8"
)

// scanner cuts text into records. The record it found last is in its fields.
type scanner struct {
	*buffer
	table
	name string // of the file, for errors

	line  int   // physical line on which the record begins
	start int   // b[start:stop] is the record, without its line end
	stop  int   //
	at    int64 // offset in the text
	after int   // physical line on which the next record begins

	plain   bool // no quotes: the cells are what lies between delimiters
	reading      // of a record that is not plain
	escaped int  // quotes and delimiters that were escaped so far
	mark    bool // a byte order mark stands before the record
	spare   parsed
	slab    slab
}

func newScanner(in io.Reader, name string, d Dialect) *scanner {
	s := &scanner{buffer: newBuffer(in), name: name, after: 1}
	s.d, s.odd = d, -1
	s.lf, s.cr, s.quote, s.escape = -1, -1, -1, -1
	return s
}

const longMessage = "the record is longer than %d bytes: is this a delimited file?"

// next finds the next record, reads it in another way than it is written where
// only that gives the table's width, and counts its cells; io.EOF after the
// last.
func (s *scanner) next() (cells int, err error) {
	if err := s.scan(); err != nil {
		return 0, err
	}
	cells = s.count()
	switch {
	case cells != s.width && (s.width > 1 || s.written != readAsWritten) || s.misquoted() || s.how == readMended:
		cells = s.reread(cells)
	case cells >= 3 && s.tidy && s.how == readAsWritten:
		s.unlead()
	}
	if s.plain && cells == s.width && s.start < s.stop && s.b[s.start] == '\'' && s.d.Quote == '"' {
		if p, ok := s.unquotedAll(s.raw()); ok {
			s.plain, s.reading = false, reading{parsed: p, how: readQuote}
		}
	}
	s.seen = s.seen || cells == s.width
	return cells, s.bounded(cells)
}

// reread chooses another reading of the record.
func (s *scanner) reread(cells int) int {
	asIs := s.reading
	if s.plain {
		asIs = reading{}
		asIs.split(s.raw(), s.d.Delimiter, "")
	}
	if best := s.choose(s.raw(), asIs); best.how != asIs.how {
		s.plain, s.reading = false, best
		return best.size()
	}
	return cells
}

// unlead reads a record whose delimiters have a blank after them, where those
// of most records have none.
func (s *scanner) unlead() {
	ok := false
	if !s.plain {
		ok = s.unleadQuoted(&s.parsed)
	} else if p, is := s.unled(s.raw()); is {
		s.plain, s.parsed, ok = false, p, true
	}
	if ok {
		s.how, s.other = readDelimiter, s.d.Delimiter+" "
	}
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
	s.odd, s.how, s.other = -1, readAsWritten, ""
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
		if lines > 1 || s.d.Padded && stop > s.start {
			outer := ""
			if s.d.Padded {
				outer = " "
			}
			s.plain = false
			s.split(s.raw(), s.d.Delimiter, outer)
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
		if s.d.CR && stop > i && s.b[stop-1] == '\n' { // ends the file, not a cell
			return stop - 1, stop, nil
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

// quoted reads the record at pos, whose first line has a quote or an escape in
// it; stop and next are the ends of that line. What is well formed stays as it
// is, unless it swallowed lines and only the first one by itself has the
// table's width.
func (s *scanner) quoted(stop, next int) error {
	b := s.b[s.pos:s.end]
	end, lines, err := s.parse(b, &s.d, s.eof)
	if err == errMore && (s.eof || len(b) > MaxRecord-chunkSize) {
		err = errOdd // a quote that opens and does not close
	}
	switch {
	case err == errMore:
		return err
	case s.seen && (err == errOdd || s.size() != s.width || s.odd >= 0 && s.otherFits(firstLine(b))):
		if other := s.otherRecord(); other != errOdd {
			return other
		}
	}
	if err == errOdd {
		return s.mend(stop, next)
	}
	s.escaped += s.parsed.escape
	after := s.pos + end
	if after < s.end {
		var ok bool
		if after, ok = s.afterBreak(after); !ok {
			return errMore
		}
	}
	width := s.width
	fits := width == 0 || s.size() == width
	if fits && lines > 1 && width > 1 && s.seen && s.allRows(b[:end]) {
		return s.mend(stop, next)
	}
	if !fits && (lines > 1 && next-s.pos < end && s.swallowed(b[next-s.pos:end]) || lines == 1 && s.odd >= 0) {
		if p, _, ok := mended(s.b[s.pos:stop], &s.d, width, true); ok {
			s.parsed, s.how = p, readMended
			s.take(stop, next, 1)
			return nil
		}
	}
	s.take(s.pos+end, after, lines)
	return nil
}

// otherRecord reads the record at pos by the rules with the delimiters of other
// files, and takes it when one gives the table's width; else it is errOdd. It
// looks at maxMendSize bytes at most.
func (s *scanner) otherRecord() error {
	b, cut := s.b[s.pos:s.end], false
	if len(b) > maxMendSize {
		b, cut = b[:maxMendSize], true
	}
	line := firstLine(b)
	own := look(split(nil, string(line), s.d.Delimiter)) // as if quotes meant nothing
	best, end, lines, least := reading{}, 0, 0, -s.margin()
	for _, other := range s.others(line) {
		d := s.d
		d.Delimiter = other
		p := parsed{}
		n, l, err := p.parse(b, &d, s.eof && !cut)
		if err == errMore && !cut && !s.eof {
			return errMore
		}
		if err != nil || p.odd >= 0 || p.size() != s.width {
			continue
		}
		cells := p.strings()
		cost := own - look(cells)
		if s.verdict(nil, cells) == fitting {
			cost -= kindBonus
		}
		if cost < least {
			best, end, lines, least = reading{parsed: p, how: readDelimiter, other: other}, n, l, cost
		}
	}
	if best.how == readAsWritten {
		return errOdd
	}
	after := s.pos + end
	if after < s.end {
		var ok bool
		if after, ok = s.afterBreak(after); !ok && cut {
			return errOdd
		} else if !ok {
			return errMore
		}
	}
	s.reading = best
	s.take(s.pos+end, after, lines)
	return nil
}

// mend reads the record at pos, whose first physical line [pos:stop] is not
// written by the rules. The line alone counts: a stray quote must not swallow
// the lines after it. Only when the line does not give the width, and the
// lines after it are no rows by themselves, a cell may go on over line breaks.
func (s *scanner) mend(stop, next int) error {
	line := s.b[s.pos:stop]
	if n := len(line); s.d.Mark != 0 && n > 0 && line[n-1] == s.d.Mark {
		line = line[:n-1]
	}
	width := s.width
	r := newRepair(line, &s.d, false)
	cost := never
	if joined := len(r.pieces) - width; width > 0 && joined >= 0 {
		cost = r.solve(joined)
	}
	// A quote that is left open at the end of the line may close in the next.
	tail := line[r.pieces[len(r.pieces)-1][0]:]
	open := r.leftOpen()
	if cost >= never || open || cost > 1 && len(tail) > 1 && tail[0] == s.d.Quote {
		if ok, err := s.mendLines(next, cost, open); ok || err != nil {
			return err
		}
	}
	p, _, ok := mended(line, &s.d, width, true)
	s.how = readMended
	if !ok {
		s.how = readBroken
		p, _, _ = mended(line, &s.d, 0, false)
	}
	s.parsed = p
	s.take(stop, next, 1)
	return nil
}

// mendLines tries the record at pos over more than its first physical line. It
// has to have fewer quotes out of place than most; some more when the line is
// left open, for else the lines after it, which are no rows, belong to nothing.
func (s *scanner) mendLines(next, most int, open bool) (bool, error) {
	width := s.width
	if width == 0 {
		return false, nil
	}
	for lines := 2; lines <= maxLines && next < s.end; lines++ {
		lineStop, lineNext, err := s.lineEnd(next)
		if err == errMore && s.end-s.pos > maxMendSize {
			return false, nil
		}
		if err != nil {
			return false, err
		}
		line := s.b[next:lineStop]
		cost := lineCost(line, &s.d, width)
		if cost == 0 {
			return false, nil
		}
		if open && most < never {
			if cost <= 1 || len(newRepair(line, &s.d, false).pieces) == width || lines == 2 && s.recordAt(next) {
				return false, nil
			}
			most += 2
		}
		if s.closes(line) {
			if p, cost, ok := mended(s.b[s.pos:lineStop], &s.d, width, false); ok && cost < most {
				s.parsed, s.how = p, readMended
				s.take(lineStop, lineNext, lines)
				return true, nil
			}
		}
		next = lineNext
	}
	if next == s.end && !s.eof && s.end-s.pos <= maxMendSize {
		return false, errMore
	}
	return false, nil
}

// recordAt reports whether a record that begins at i is well formed and has
// the table's width, over however many lines.
func (s *scanner) recordAt(i int) bool {
	b, whole := s.b[i:s.end], s.eof
	if len(b) > maxAhead {
		b, whole = b[:maxAhead], false
	}
	_, _, err := s.spare.parse(b, &s.d, whole)
	return err == nil && s.spare.odd < 0 && s.spare.size() == s.width
}

// closes reports whether a quote in line could close a cell.
func (t *table) closes(line []byte) bool {
	for i, c := range line {
		if c != t.d.Quote {
			continue
		}
		rest := bytes.TrimLeft(line[i+1:], " \t")
		if len(rest) == 0 || t.d.delimits(rest) || t.d.delimits(line[i+1:]) {
			return true
		}
	}
	return false
}

// swallowed reports whether one of the lines of b is a row by itself: then it
// is not one that a cell goes on over.
func (t *table) swallowed(b []byte) bool {
	for line := range physicalLines(b) {
		if lineCost(line, &t.d, t.width) == 0 {
			return true
		}
	}
	return false
}

// allRows reports whether each physical line of b is a row when quotes mean
// nothing: it has the table's width, and the kinds of values that two of its
// columns have. Then the quotes are text, however well they pair up. Where the
// columns cannot tell, and in a table with more such cells, what is well formed
// stays as it is.
func (t *table) allRows(b []byte) bool {
	if t.profile == nil || t.profile().lines > 1 {
		return false
	}
	for line := range physicalLines(b) {
		if bytes.Count(line, []byte(t.d.Delimiter)) != t.width-1 {
			return false
		}
		cells := strings.Split(string(line), t.d.Delimiter)
		for n := range cells {
			cells[n] = strings.Trim(cells[n], string(rune(t.d.Quote)))
		}
		if telling, ok := t.profile().fits(cells); !ok || telling < 2 {
			return false
		}
	}
	return true
}

// physicalLines are the lines of b without their ends.
func physicalLines(b []byte) iter.Seq[[]byte] {
	return func(yield func([]byte) bool) {
		for len(b) > 0 {
			line := firstLine(b)
			b = b[len(line):]
			if bytes.HasPrefix(b, []byte("\r\n")) {
				b = b[1:]
			}
			if len(b) > 0 {
				b = b[1:]
			}
			if !yield(line) {
				return
			}
		}
	}
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

func (s *scanner) fail(line, column int, format string, args ...any) error {
	return &Error{File: s.name, Line: line, Column: column, Message: fmt.Sprintf(format, args...)}
}

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
	b.checked = to
}
