// Package source turns a file into rows: it decompresses, decodes, finds the
// header, and says of every row and every problem where it stands in the
// user's own coordinates.
package source

import "io"

// Bounds of what a reader takes into memory at once.
const (
	MaxRecord  = 1 << 20 // bytes of one record
	MaxColumns = 1000
)

// File is an open input that can be read more than once. A second pass
// delivers the very bytes of the first or fails with ErrChanged before it
// hands out a row that differs. Not for use from two goroutines at once.
type File struct{}

// Open opens the file at path, or spools standard input (path "-", read from
// stdin) to a private temporary file. Name is what messages call it. The error
// is one line: missing, a directory, empty (0 bytes), unreadable, not text.
func Open(path string, stdin io.Reader) (*File, error) { panic("source.Open") }

// Name is the file's name for messages: the path, or "standard input".
func (f *File) Name() string { panic("") }

// Header are the names of the columns, in file order. Empty and duplicate
// names are an error of Open.
func (f *File) Header() []string { panic("") }

// Rows starts a pass from the first data row.
func (f *File) Rows() (*Reader, error) { panic("") }

// SHA256 is the digest of the whole input as it lies on disk, in hex, known
// after the first complete pass.
func (f *File) SHA256() string { panic("") }

// Close releases the file and removes a spooled copy.
func (f *File) Close() error { panic("") }

// Row is one record of the file.
type Row struct {
	Number int      // data row from 1; the header is not counted
	Line   int      // physical line on which the record begins, from 1
	Cells  []string // as many as the header has, unless Problem is not nil; the caller's to keep
	// Problem tells why this record cannot be read as a row: too few or too
	// many cells, bytes that are not text. The row is invalid, the pass goes on.
	Problem *Problem
}

// Problem is what is wrong with a record, and where.
type Problem struct {
	Line    int    // physical line
	Column  int    // byte column in that line, from 1; 0: the whole record
	Code    string // snake_case: too_few_cells, too_many_cells, bad_encoding, stray_quote
	Message string // one line, with what to do
}

// Reader hands out the rows of one pass, in order.
type Reader struct{}

// Next returns the next row, io.EOF after the last. Any other error ends the
// pass: an unterminated quote (with the line where it opened), a record over
// MaxRecord, a read error, ErrChanged.
func (r *Reader) Next() (Row, error) { panic("") }
