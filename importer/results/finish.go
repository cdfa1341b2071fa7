package results

import (
	"bufio"
	"os"
	"time"
)

// Finish puts the lines in input order, one (the newest) per row, and
// replaces the results file atomically when it was not in order already. A
// row whose line is only in the journal, and that nobody restored, gets it
// with blank cells: its id must not be lost.
func (s *Store) Finish() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.usable(); err != nil {
		return err
	}
	if !s.ordered || s.anyMissing() {
		if err := s.reorder(); err != nil {
			if s.results.err == nil {
				s.results.err = err
			}
			return err
		}
		s.ordered, s.last = true, s.lines.max
	}
	rec, err := entry{End: &finishedRecord{At: time.Now().UTC()}}.encode()
	if err != nil {
		return err
	}
	s.touch()
	return s.journal.append(rec)
}

func (s *Store) anyMissing() bool {
	for row := 1; row <= s.lines.max; row++ {
		if s.lines.at(row).journal() {
			return true
		}
	}
	return false
}

// reorder writes the lines anew beside the file and puts that in its place.
// Memory stays flat: the lines are found by their offsets. The caller holds
// the mutex.
func (s *Store) reorder() error {
	if err := remove(s.path + tmp); err != nil {
		return err
	}
	out, err := createFile(s.path + tmp)
	if err != nil {
		return err
	}
	moved, err := s.copyLines(out)
	if err == nil {
		err = out.sync()
	}
	if err != nil {
		out.Close()
		os.Remove(out.path)
		return err
	}
	s.earlier.close() // Windows replaces no file that is open
	s.results.Close()
	if err := s.rename(out); err != nil {
		return err
	}
	s.results, s.lines = out, moved
	return syncDir(s.dir())
}

// copyLines copies the header and each row's line to out as they stand, and
// returns where they are now.
func (s *Store) copyLines(out *file) (moved index, err error) {
	buf := bufio.NewWriterSize(out.File, windowSize)
	in, journal := newWindow(s.results, s.results.path), newWindow(s.journal, s.journal.path)
	sc, err := in.record(0)
	if err != nil {
		return moved, err
	}
	put := func(b []byte) {
		buf.Write(b) // its error comes back from Flush
		out.size += int64(len(b))
	}
	put(sc.buf)
	for row := 1; row <= s.lines.max; row++ {
		p := s.lines.at(row)
		if p == 0 {
			continue
		}
		moved.set(row, newPlace(out.size, p.status(), false))
		if p.journal() {
			o, err := journal.outcome(p.offset())
			if err != nil {
				return moved, err
			}
			kept, _ := s.columns.split(nil, nil)
			line, err := s.writer.line(o.Line, kept)
			if err != nil {
				return moved, err
			}
			put(line)
			continue
		}
		sc, err := in.record(p.offset())
		if err != nil {
			return moved, err
		}
		put(sc.buf)
	}
	if err := buf.Flush(); err != nil {
		return moved, &WriteError{Path: out.path, Err: err}
	}
	return moved, nil
}

// Restore writes the line of a row that Earlier reports as Missing to the
// results file again; it does nothing for any other row. cells are the row's
// own, as for Settle. For the settling goroutine.
func (s *Store) Restore(row int, cells []string) error {
	p := s.lines.at(row)
	if !p.journal() {
		return nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.usable(); err != nil {
		return err
	}
	if s.records == nil {
		s.records = newWindow(s.journal, s.journal.path)
	}
	o, err := s.records.outcome(p.offset())
	if err != nil {
		return err
	}
	s.row, _ = s.columns.split(s.row[:0], cells)
	line, err := s.writer.line(o.Line, s.row)
	if err != nil {
		return err
	}
	return s.appendLine(o.Line, line)
}
