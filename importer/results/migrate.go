package results

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"slices"
)

// fits tells whether lines of this run can be appended to the results file as
// it stands.
func (f *Files) fits(names []string, guard bool) bool {
	guards := f.guards == nil && !guard && !f.guarded || f.guards != nil && *f.guards == guard
	return f.exact && guards && slices.Equal(f.names, names)
}

// migrate writes the lines of the results file anew under the header of this
// run, cells by the names of their columns, and puts that in its place: the
// list was exported with other columns, or a spreadsheet saved the file again.
// A crash leaves either file.
func (s *Store) migrate() error {
	out, err := createFile(s.path + tmp)
	if err != nil {
		return err
	}
	moved, err := s.writeAnew(out)
	if err == nil {
		err = out.sync()
	}
	if err != nil {
		out.Close()
		os.Remove(out.path)
		return err
	}
	f := s.files
	f.mu.Lock()
	defer f.mu.Unlock()
	f.results.Close() // Windows replaces no file that is open
	f.window = nil
	if err := s.rename(out); err != nil {
		return err
	}
	s.results = out
	if err := syncDir(s.dir()); err != nil {
		return err
	}
	if f.results, err = os.Open(s.path); err != nil {
		return &WriteError{Path: s.path, Err: err}
	}
	header, err := s.writer.header(s.columns.names)
	if err != nil {
		return err
	}
	l, _, err := readLayout(f.results, int64(len(header)))
	if err != nil {
		return fmt.Errorf("%s: reading back its header: %w", s.path, err)
	}
	guards := s.ExcelSafe
	f.decoder, f.moved, f.guards = newDecoder(l), moved, &guards
	return nil
}

// writeAnew writes header and lines to out.
func (s *Store) writeAnew(out *file) (*moves, error) {
	f := s.files
	buf := bufio.NewWriterSize(out.File, windowSize)
	put := func(b []byte, err error) error {
		if err == nil {
			_, err = buf.Write(b)
			out.size += int64(len(b))
		}
		return err
	}
	if err := put(s.writer.header(s.columns.names)); err != nil {
		return nil, err
	}
	unguard := f.Guarded() || f.guards == nil && s.ExcelSafe
	from := placesOf(s.columns.names, f.names)
	cells := make([]string, len(from))
	moved := &moves{}
	sc := newScanner(io.NewSectionReader(f.results, f.body, f.resultsEnd-f.body), f.body)
	sc.comma, sc.lines = f.comma, 1
	for {
		err := sc.nextLine()
		if err == io.EOF {
			break
		}
		if err != nil {
			return nil, &DamagedError{Path: f.path, Line: sc.line, Err: err}
		}
		l, err := f.decoder.line(sc)
		if err != nil {
			return nil, &DamagedError{Path: f.path, Line: sc.line, Err: err, Hint: "mend that line"}
		}
		l.distrust()
		old := f.values(sc)
		for i, at := range from {
			cells[i] = ""
			if at >= 0 {
				if cells[i] = old[at]; unguard {
					cells[i] = Unguard(cells[i])
				}
			}
		}
		moved.add(sc.start, out.size)
		if err := put(s.writer.line(l, cells)); err != nil {
			return nil, err
		}
	}
	if err := buf.Flush(); err != nil {
		return nil, &WriteError{Path: out.path, Err: err}
	}
	return moved, nil
}

// placesOf tells for each name where it is in old, -1: nowhere. Of a name that
// comes several times, the first belongs to the first.
func placesOf(names, old []string) []int {
	places := make([]int, len(names))
	taken := make([]bool, len(old))
	for i, name := range names {
		places[i] = -1
		for at, have := range old {
			if have == name && !taken[at] {
				places[i], taken[at] = at, true
				break
			}
		}
	}
	return places
}
