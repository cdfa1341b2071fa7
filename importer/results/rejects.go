package results

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
)

// Rejects writes the rows that were not imported, so that they can be mended
// and fed back in: their own columns first, then import_error_code and
// import_error. The file appears, or is replaced, at Commit; until then it
// grows under another name beside.
type Rejects struct {
	path    string
	file    *file
	buf     *bufio.Writer
	csv     *csv.Writer
	columns columns
	guard   bool // --excel-safe
	row     []string
}

// NewRejects starts a rejects file for rows with the given header.
func NewRejects(path string, header []string, excelSafe bool) (*Rejects, error) {
	if err := CheckPath(path); err != nil {
		return nil, err
	}
	if err := remove(path + tmp); err != nil {
		return nil, err
	}
	f, err := createFile(path + tmp)
	if err != nil {
		return nil, err
	}
	r := &Rejects{path: path, file: f, buf: bufio.NewWriter(f), columns: newColumns(header), guard: excelSafe}
	r.csv = csv.NewWriter(r.buf)
	r.write(r.columns.names, rejectsColumns...)
	return r, nil
}

// Add adds a row. Cells that it has too many stand before the two columns of
// ours: none is lost, and what the header names stays in its place.
func (r *Rejects) Add(cells []string, code, message string) error {
	kept, extra := r.columns.split(nil, cells)
	return r.write(append(kept, extra...), code, message)
}

// write writes own cells and ours behind them. gocsv has no place here: it
// writes structs, and only two of these columns are known beforehand.
func (r *Rejects) write(cells []string, more ...string) error {
	r.row = append(append(r.row[:0], cells...), more...)
	if r.guard {
		for i, cell := range r.row {
			r.row[i] = Guard(cell)
		}
	}
	if err := r.csv.Write(r.row); err != nil {
		return &WriteError{Path: r.file.path, Err: err}
	}
	return nil
}

// Commit puts the file in its place, durable.
func (r *Rejects) Commit() error {
	r.csv.Flush()
	err := r.csv.Error()
	if err == nil {
		err = r.buf.Flush()
	}
	if err == nil {
		err = r.file.Sync()
	}
	if closed := r.file.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(r.file.path, r.path)
	}
	if err != nil {
		os.Remove(r.file.path)
		return &WriteError{Path: r.path, Err: err}
	}
	return syncDir(filepath.Dir(r.path))
}

// Abort leaves what was at the path as it is. It does nothing after Commit.
func (r *Rejects) Abort() {
	if r.file.Close() == nil {
		os.Remove(r.file.path)
	}
}

// WriteRejects writes the rows whose newest line is invalid or failed to path,
// in input order, and returns how many they are. Failed rows whose lead is in
// place, and those that wait for a row of their key, are not among them: fed
// back in, they would be second leads; they belong to a resume. It is called
// when nothing is settled any more, before or after Finish.
func (s *Store) WriteRejects(path string) (n int, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch {
	case s.closed:
		return 0, errClosed
	case !s.begun:
		return 0, errNotBegun
	}
	if s.flush() != nil {
		return 0, s.failed()
	}
	l, _, err := readLayout(s.results, s.results.size)
	if err != nil {
		return 0, fmt.Errorf("%s %w", s.path, err)
	}
	c := collector{
		store: s, decoder: newDecoder(l),
		lines: newWindow(s.results, s.results.path, ','), records: newWindow(s.journal, s.journal.path, ','),
	}
	r, err := NewRejects(path, c.decoder.names, s.ExcelSafe)
	if err != nil {
		return 0, err
	}
	defer r.Abort()
	for row := 1; row <= s.lines.max; row++ {
		p := s.lines.at(row)
		if status := p.status(); status != Invalid && status != Failed {
			continue
		}
		l, cells, err := c.reject(row, p)
		if err != nil {
			return n, err
		}
		if l.InPlace() || l.ErrorCode == WaitsForRow {
			continue
		}
		if err := r.Add(cells, l.ErrorCode, l.Error); err != nil {
			return n, err
		}
		n++
	}
	return n, r.Commit()
}

// collector reads rows back from both files.
type collector struct {
	store          *Store
	lines, records *window
	decoder        *decoder
}

// reject returns a row's line with all its cells, too many ones as well.
func (c *collector) reject(row int, p Place) (l Line, cells []string, err error) {
	if p.InJournal() {
		o, err := c.records.outcome(p.offset())
		if err != nil {
			return l, nil, err
		}
		return o.Line, append(make([]string, len(c.decoder.cells)), o.Extra...), nil
	}
	sc, err := c.lines.record(p.offset())
	if err != nil {
		return l, nil, err
	}
	if l, err = c.decoder.line(sc); err != nil {
		return l, nil, fmt.Errorf("%s, the line of row %d: %w", c.store.path, row, err)
	}
	cells = c.decoder.values(sc)
	if c.store.ExcelSafe {
		for i := range cells {
			cells[i] = Unguard(cells[i])
		}
	}
	if at := c.store.extras.at(row); at != 0 {
		o, err := c.records.outcome(at.offset())
		if err != nil {
			return l, nil, err
		}
		cells = append(cells, o.Extra...)
	}
	return l, cells, nil
}
