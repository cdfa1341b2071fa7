// Package source turns a file into rows: it decompresses, decodes, finds the
// header, and says of every row and every problem where it stands in the
// user's own coordinates.
package source

import (
	"bytes"
	"fmt"
	"io"
	"strings"
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
	dialect Dialect
	header  []string
}

// Open opens the file at path, or spools standard input (path "-", read from
// stdin) to a private temporary file. Name is what messages call it. The error
// is an *Error of one line: missing, a directory, empty (0 bytes), unreadable,
// not text.
func Open(path string, stdin io.Reader) (*File, error) {
	in, err := openInput(path, stdin)
	if err != nil {
		return nil, err
	}
	f := &File{in: in}
	if err := f.look(); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// look finds out how to read the file, and reads the header.
func (f *File) look() error {
	head := make([]byte, headSize)
	n, err := io.ReadFull(&pass{in: f.in}, head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return err
	}
	head = head[:n]
	if n == 0 {
		return &Error{File: f.in.name, Message: "is empty (0 bytes): a file needs a header"}
	}
	if message := notText(head); message != "" {
		return &Error{File: f.in.name, Message: message}
	}
	f.dialect = sniff(bytes.TrimPrefix(head, utf8BOM), f.in.name)
	s := newScanner(f.text(), f.in.name, f.dialect)
	f.header, err = readHeader(s)
	if err == io.EOF {
		return &Error{File: f.in.name, Message: "has only blank lines: a file needs a header"}
	}
	if err != nil {
		return err
	}
	return f.checkHeader(s)
}

// checkHeader refuses names that cannot tell two columns apart.
func (f *File) checkHeader(s *scanner) error {
	if s.start < s.dirty {
		if i, message := badText(s.raw()); i >= 0 {
			line, column := s.place(s.start + i)
			return s.fail(line, column, "in the header %s", message)
		}
	}
	seen := make(map[string]int, len(f.header))
	for i, name := range f.header {
		if strings.TrimSpace(name) == "" {
			return s.fail(s.line, 0, "column %d of the header has no name: name it, or delete the column", i+1)
		}
		if first, twice := seen[name]; twice {
			return s.fail(s.line, 0, "columns %d and %d of the header are both named %q: rename one", first, i+1, name)
		}
		seen[name] = i + 1
	}
	return nil
}

// text is a new pass over the file's text.
func (f *File) text() io.Reader {
	return &skipBOM{in: &pass{in: f.in}}
}

// Name is the file's name for messages: the path, or "standard input".
func (f *File) Name() string { return f.in.name }

// Header are the names of the columns, in file order. Empty and duplicate
// names are an error of Open.
func (f *File) Header() []string { return f.header }

// Dialect is how the file marks its cells, as found.
func (f *File) Dialect() Dialect { return f.dialect }

// Rows starts a pass from the first data row.
func (f *File) Rows() (*Reader, error) {
	s := newScanner(f.text(), f.in.name, f.dialect)
	if _, err := readHeader(s); err != nil {
		return nil, fmt.Errorf("reading the header again: %w", err)
	}
	return &Reader{s: s, header: f.header}, nil
}

// SHA256 is the digest of the whole input as it lies on disk, in hex, known
// after the first complete pass; "" before.
func (f *File) SHA256() string { return f.in.sum }

// Close releases the file and removes a spooled copy.
func (f *File) Close() error { return f.in.close() }

// skipBOM leaves out the byte order mark that Excel puts before UTF-8.
type skipBOM struct {
	in   io.Reader
	past bool
}

func (s *skipBOM) Read(b []byte) (int, error) {
	n, err := s.in.Read(b)
	if !s.past {
		s.past = true
		if bytes.HasPrefix(b[:n], utf8BOM) {
			n = copy(b, b[len(utf8BOM):n])
			if n == 0 && err == nil {
				return s.in.Read(b)
			}
		}
	}
	return n, err
}
