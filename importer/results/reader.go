package results

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"strings"
)

// Reader reads a results file, finished or not, line by line. Of a row with
// several lines the last one counts. Not safe for concurrent use.
type Reader struct {
	// Torn tells, after io.EOF, that the file ends in a piece of a line: its
	// run was interrupted.
	Torn bool

	path    string
	file    *os.File
	scanner *scanner
	decoder *decoder
}

// Read opens a results file. The error is a *PathError when path holds
// something else; results of other versions are recognised by their header,
// and columns of ours that this version does not know are passed over.
func Read(path string) (*Reader, error) {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() { // opening a pipe would wait
		err = errors.New("is not a regular file")
	}
	var f *os.File
	if err == nil {
		f, err = os.Open(path)
	}
	if err != nil {
		problem := rootCause(err).Error()
		if errors.Is(err, fs.ErrNotExist) {
			problem = "there is no such file"
		}
		return nil, &PathError{Path: path, Problem: problem, Err: err}
	}
	r := &Reader{path: path, file: f, scanner: newScanner(f, 0)}
	err = r.scanner.scan()
	if err == nil {
		header := r.scanner.values(0)
		header[0] = strings.TrimPrefix(header[0], "\uFEFF") // a spreadsheet's
		r.decoder, err = newDecoder(header)
	}
	if err != nil {
		f.Close()
		return nil, &PathError{Path: path, Problem: errNotResults.Error(), Err: errNotResults}
	}
	return r, nil
}

// Header are the input's columns.
func (r *Reader) Header() []string { return r.decoder.echoed() }

// Next returns the next line and the row's own cells, io.EOF after the last
// whole one, and a *DamagedError for one that cannot be read.
func (r *Reader) Next() (Line, []string, error) {
	l, err := r.next(r.decoder.line)
	if err != nil {
		return Line{}, nil, err
	}
	return l, r.decoder.values(r.scanner), nil
}

// next returns the next line as decode reads it.
func (r *Reader) next(decode func(*scanner) (Line, error)) (Line, error) {
	err := r.scanner.scan()
	switch err {
	case io.EOF:
		return Line{}, err
	case errTorn:
		r.Torn = true
		return Line{}, io.EOF
	}
	var l Line
	if err == nil {
		l, err = decode(r.scanner)
	}
	if err != nil {
		return l, &DamagedError{Path: r.path, Line: r.scanner.line, Err: err}
	}
	return l, nil
}

// Close closes the file.
func (r *Reader) Close() error { return r.file.Close() }

// IsResults tells whether a file with this header is a results file.
func IsResults(header []string) bool {
	_, err := newDecoder(header)
	return err == nil
}

// Outcomes calls each for every outcome that the journal of a results file
// holds, in the order in which they happened; Cells are nil. It is an error
// that wraps fs.ErrNotExist when there is no journal.
func Outcomes(path string, each func(Outcome) error) error {
	f, err := os.Open(journalPath(path))
	if err != nil {
		return fmt.Errorf("reading the journal: %w", err)
	}
	defer f.Close()
	_, err = readJournal(f, f.Name(), func(_ int64, en entry) error {
		if o := en.Outcome; o != nil {
			return each(Outcome{Line: o.Line, Number: o.Number, UpdatedAt: o.UpdatedAt, Skew: o.Skew})
		}
		return nil
	})
	return err
}
