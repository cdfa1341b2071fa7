package results

import (
	"errors"
	"io"
	"io/fs"
	"os"
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
	r := &Reader{path: path, file: f}
	var l layout
	if l, r.scanner, err = readLayout(f, info.Size()); err != nil {
		f.Close()
		if err != errUTF16 {
			err = errNotResults
		}
		return nil, &PathError{Path: path, Problem: err.Error(), Err: err}
	}
	r.decoder = newDecoder(l)
	return r, nil
}

// Header are the input's columns.
func (r *Reader) Header() []string { return r.decoder.names }

// Next returns the next line and the row's own cells, io.EOF after the last
// whole one, and a *DamagedError for one that cannot be read.
func (r *Reader) Next() (Line, []string, error) {
	err := r.scanner.nextLine()
	switch err {
	case io.EOF:
		return Line{}, nil, err
	case errTorn:
		r.Torn = true
		return Line{}, nil, io.EOF
	}
	var l Line
	if err == nil {
		l, err = r.decoder.line(r.scanner)
	}
	if err != nil {
		return Line{}, nil, &DamagedError{Path: r.path, Line: r.scanner.line, Err: err}
	}
	return l, r.decoder.values(r.scanner), nil
}

// Close closes the file.
func (r *Reader) Close() error { return r.file.Close() }
