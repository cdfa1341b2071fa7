// Package source turns a file into rows: it decompresses, decodes, finds the
// header, and says of every row and every problem where it stands in the
// user's own coordinates.
//
// There are two doors. File.Rows hands out the table: rows with a cell for each
// name of the header, and what is wrong with those that have not. File.Records
// hands out everything that the file holds, as it was found, for showing it.
//
// How a file is read follows from all that a sample of it shows: each dialect
// that could be is tried, and the one under which the records are most alike
// and the cells look most like something is taken (rate). The table's width is
// the witness for a record that is not written by the rules: it is read, within
// its own physical line, in the way that gives that width with the fewest
// quotes out of place (repair). What is well formed stays as it is.
package source

import (
	"bytes"
	"errors"
	"fmt"
	"io"
)

// Bounds of what a reader takes into memory at once.
const (
	MaxRecord  = 1 << 20 // bytes of one record
	MaxColumns = 1000
)

// headSize is how much of a file is looked at to find out how to read it.
const headSize = 256 << 10

// File is an open input that can be read more than once. A second pass
// delivers the very bytes of the first or fails with ErrChanged before it
// hands out a row that differs. Not for use from two goroutines at once.
type File struct {
	in      *input
	opt     Options
	packed  packing
	charset charset
	late    []byte  // lines from further down that tell of the dialect
	found   finding // the dialect, and the width of the table
	sample  []byte  // the text that showed it
	columns *profile
	sep     bool // the first line names the delimiter
	head    int  // physical line of the header; 0: there is none
	first   int  // physical line of the first record of the table
	header  []string
	written []string // the header as it stands in the file; nil: there is none
	shared  []SharedName
	lines   how // how most lines are written: as they are, or readWrapped, readDoubled
	notes   []Note
}

// Open opens the file at path, or spools standard input (path "-", read from
// stdin) to a private temporary file. Name is what messages call it. The error
// is an *Error of one line: missing, a directory, empty (0 bytes), unreadable,
// not text.
func Open(path string, stdin io.Reader) (*File, error) {
	return OpenWith(path, stdin, Options{})
}

// OpenWith is Open for a file of which something is known.
func OpenWith(path string, stdin io.Reader, opt Options) (*File, error) {
	fixed, err := opt.settings()
	if err != nil {
		return nil, &Error{File: path, Message: err.Error(), Err: err}
	}
	in, err := openInput(path, stdin)
	if err != nil {
		return nil, err
	}
	f := &File{in: in, opt: opt}
	if err := f.look(fixed); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// look finds out how to read the file, and reads the header.
func (f *File) look(fixed settings) error {
	head, err := readHead(&pass{in: f.in})
	if err != nil {
		return err
	}
	if len(head) == 0 {
		return f.empty("is empty (0 bytes): a file needs a header")
	}
	if f.packed, err = unpack(f.in, head); err != nil {
		return err
	}
	if f.packed.kind != "" {
		f.notes = append(f.notes, Note{Code: NoteCompressed, Message: "compressed with " + f.packed.kind})
		if head, err = f.headOf(f.bytes); err != nil {
			return err
		}
		if len(head) == 0 {
			return f.empty("is empty (0 bytes when decompressed): a file needs a header")
		}
	}
	if message := otherKind(head); message != "" {
		return &Error{File: f.in.name, Message: message}
	}
	if f.charset, err = f.findCharset(head); err != nil {
		return err
	}
	if head, err = f.headOf(f.text); err != nil {
		return err
	}
	if f.charset.name != "utf-8" {
		f.notes = append(f.notes, Note{Code: NoteEncoding, Message: "encoded in " + f.charset.name})
	}
	if isBinary(head) {
		return &Error{File: f.in.name, Message: "is binary data, not delimited text: export the table as CSV UTF-8"}
	}
	if message := markup(head); message != "" {
		return &Error{File: f.in.name, Message: message}
	}
	f.findDialect(head, fixed)
	return f.findHeader()
}

// empty is what happens with a file that has no record.
func (f *File) empty(message string) error {
	if f.opt.AnyHeader {
		f.found.d = rfc4180
		return nil
	}
	return &Error{File: f.in.name, Message: message}
}

func readHead(r io.Reader) ([]byte, error) {
	head := make([]byte, headSize)
	n, err := io.ReadFull(r, head)
	if err == io.EOF || err == io.ErrUnexpectedEOF {
		err = nil
	}
	return head[:n], err
}

func (f *File) headOf(open func() (io.Reader, error)) ([]byte, error) {
	r, err := open()
	if err != nil {
		return nil, err
	}
	return readHead(r)
}

// bytes is a new pass over the file's bytes, decompressed.
func (f *File) bytes() (io.Reader, error) {
	return f.packed.open(f.in)
}

// text is a new pass over the file's text, in UTF-8.
func (f *File) text() (io.Reader, error) {
	r, err := f.bytes()
	if err != nil {
		return nil, err
	}
	return f.charset.open(r), nil
}

// scanner is a new pass over the file's records.
func (f *File) scanner() (*scanner, error) {
	text, err := f.text()
	if err != nil {
		return nil, err
	}
	var g *grid
	if f.found.d.Runs {
		c := &collapser{in: text, quote: f.found.d.Quote, most: len(f.found.d.Delimiter)}
		if g = newGrid(f.sample, f.found.d, f.found.width); g != nil {
			text = newGridReader(text, g, c)
		} else {
			text = c
		}
	}
	s := newScanner(text, f.in.name, f.found.d)
	s.charset = f.charset.foreign()
	s.written = f.lines
	if f.found.share >= leastShare {
		s.width = f.found.width
		s.profile = f.profile
	}
	if g != nil && s.width != len(g.gutters)+1 {
		s.width, s.profile = len(g.gutters)+1, nil
	}
	s.tidy = !f.found.d.Padded && f.found.led < 0.5 && len(f.found.d.Delimiter) == 1 && f.found.d.Delimiter != " "
	lines := f.opt.SkipLines
	if f.sep {
		lines++
	}
	return s, s.skipLines(lines)
}

// findDialect looks at the first text of the file.
func (f *File) findDialect(head []byte, fixed settings) {
	whole := len(head) < headSize
	body := afterLines(head, f.opt.SkipLines)
	if delimiter, rest := sepLine(body); delimiter != "" {
		f.sep, body = true, rest
		f.notes = append(f.notes, Note{Line: f.opt.SkipLines + 1, Code: NoteSeparator, Message: "the line names the delimiter, " + delimiterName(delimiter)})
		if fixed.delimiter == "" {
			fixed.delimiter = delimiter
		}
	}
	sample := cutSample(body, whole)
	if late := f.late; len(late) > 0 && len(sample) < len(head) {
		if f.charset.enc != nil {
			late, _ = f.charset.enc.NewDecoder().Bytes(late)
		}
		sample = append(sample[:len(sample):len(sample)], late...)
	}
	if inner, found, as, ok := findWrapped(sample, fixed); ok {
		f.found, f.sample, f.lines = found, inner, as
		message := "lines are one quoted cell each that holds a row; they are read as that row"
		if as == readDoubled {
			message = "cells stand between two quotes on each side; they are read as if there was one"
		}
		f.notes = append(f.notes, Note{Code: NoteWrapped, Message: message})
	} else {
		f.found, f.sample = sniffLines(sample, fixed), sample
	}
	if f.found.d != rfc4180 {
		f.notes = append(f.notes, Note{Code: NoteDialect, Message: f.found.d.String()})
	}
}

// profile is what the columns of the table hold. Few files need it.
func (f *File) profile() *profile {
	if f.columns == nil {
		f.columns = newProfile(f.sample, f.found.d, f.found.width)
	}
	return f.columns
}

// afterLines is head without its first n physical lines.
func afterLines(head []byte, n int) []byte {
	for ; n > 0; n-- {
		i := bytes.IndexAny(head, "\r\n")
		if i < 0 {
			return nil
		}
		if bytes.HasPrefix(head[i:], []byte("\r\n")) {
			i++
		}
		head = head[i+1:]
	}
	return head
}

// sepLine reads the line that Excel writes to name the delimiter.
func sepLine(head []byte) (delimiter string, rest []byte) {
	i := bytes.IndexAny(head, "\r\n")
	if i < 0 || i > 12 {
		return "", head
	}
	line := bytes.Trim(head[:i], "\"")
	if len(line) < 5 || !bytes.EqualFold(line[:4], []byte("sep=")) {
		return "", head
	}
	return string(line[4:]), afterLines(head, 1)
}

// Name is the file's name for messages: the path, or "standard input".
func (f *File) Name() string { return f.in.name }

// Header are the names of the columns, in file order, as cell.Name writes
// them. No two are the same: a column without a name is called column_1 by its
// place, as all are in a file without a header, and one whose name others have
// is called by its name and place (see SharedNames).
func (f *File) Header() []string { return f.header }

// HeaderLine is the physical line on which the header begins; 0 when the file
// has none.
func (f *File) HeaderLine() int { return f.head }

// Dialect is how the file marks its cells, as found or given.
func (f *File) Dialect() Dialect { return f.found.d }

// Encoding is the name of the file's encoding, as found or given.
func (f *File) Encoding() string { return f.charset.name }

// Compression is how the file is compressed: gzip, zstd, bzip2, zip, or "".
func (f *File) Compression() string { return f.packed.kind }

// Findings are what was found out about the file as a whole that a plain CSV
// file in UTF-8 would not have. The places of single records are in their notes.
func (f *File) Findings() []Note { return f.notes }

// Rows starts a pass from the first data row.
func (f *File) Rows() (*Reader, error) {
	s, err := f.scanner()
	if err != nil {
		return nil, fmt.Errorf("starting again: %w", err)
	}
	r := &Reader{s: s, header: f.header, written: f.written}
	if f.first == 0 {
		return r, nil
	}
	for s.after < f.first {
		if _, err := s.next(); err != nil {
			return nil, fmt.Errorf("reading the header again: %w", err)
		}
		r.within += s.after - s.line - 1
	}
	s.width, s.seen = len(f.header), true
	return r, nil
}

// SHA256 is the digest of the whole input as it lies on disk, in hex, known
// after the first complete pass; "" before.
func (f *File) SHA256() string { return f.in.sum }

// Close releases the file and removes a spooled copy.
func (f *File) Close() error { return f.in.close() }

// ErrChanged says that the input is no longer what an earlier pass read.
var ErrChanged = errors.New("the file changed while it was being read")

// Error is why an input cannot be read, or not to its end, and where. Every
// error of Open and Next is one; all mean "mend the file", but for those that
// wrap ErrChanged.
type Error struct {
	File    string // as the user named it, or "standard input"
	Line    int    // physical line from 1; 0: the whole file
	Column  int    // in characters, from 1; 0: the whole line
	Message string // what is wrong and what to try
	Err     error  // cause, may be nil
}

func (e *Error) Error() string {
	switch {
	case e.Line > 0 && e.Column > 0:
		return fmt.Sprintf("%s: line %d, column %d: %s", e.File, e.Line, e.Column, e.Message)
	case e.Line > 0:
		return fmt.Sprintf("%s: line %d: %s", e.File, e.Line, e.Message)
	}
	return e.File + ": " + e.Message
}

func (e *Error) Unwrap() error { return e.Err }
