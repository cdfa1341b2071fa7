package results

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"strconv"
	"time"
)

// Finish puts the lines of this run in input order, one (the newest) per row,
// and those without a row behind them. It replaces the results file atomically
// when it was not so already; lines of earlier runs that were neither kept nor
// settled again go then. A row whose line is only in the journal gets it with
// blank cells: its id must not be lost. The journal is cut down to what a later
// run needs of it.
func (s *Store) Finish() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.usable(); err != nil {
		return err
	}
	if s.flush() != nil {
		return s.failed()
	}
	if !s.inOrder() {
		if err := s.reorder(); err != nil {
			if s.results.err == nil {
				s.results.err = err
			}
			return err
		}
	}
	end := finishedRecord{At: time.Now().UTC(), Lag: s.lag}
	if sum, err := sumOf(s.results, s.results.size); err == nil {
		open := s.open.size()
		end.Open, end.Size, end.Sum = &open, s.results.size, sum
	}
	rec, err := entry{End: &end}.encode()
	if err != nil {
		return err
	}
	s.touch()
	if err := s.compact(rec); err == nil {
		return nil
	}
	return s.journal.append(rec)
}

// eachPlace calls each for the lines of the final file, in its order; row is 0
// for those without one. It ends with the first error.
func (s *Store) eachPlace(each func(row int, p Place) error) error {
	for row := 1; row <= s.lines.max; row++ {
		p := s.lines.at(row)
		if p == 0 {
			continue
		}
		if err := each(row, p); err != nil {
			return err
		}
	}
	for _, p := range s.behind {
		if err := each(0, p); err != nil {
			return err
		}
	}
	return nil
}

// inOrder tells whether the results file is what it is to be in the end.
func (s *Store) inOrder() bool {
	n, last := 0, int64(-1)
	err := s.eachPlace(func(_ int, p Place) error {
		if p.InJournal() || p.offset() <= last {
			return errNotInOrder
		}
		n, last = n+1, p.offset()
		return nil
	})
	return err == nil && n == s.count
}

var errNotInOrder = errors.New("the lines are not in their final order")

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
	lines, behind, err := s.copyLines(out)
	if err == nil {
		err = out.sync()
	}
	if err != nil {
		out.Close()
		os.Remove(out.path)
		return err
	}
	s.files.Close() // Windows replaces no file that is open
	s.results.Close()
	if err := s.rename(out); err != nil {
		return err
	}
	s.results, s.lines, s.behind = out, lines, behind
	s.count = len(behind)
	for row := 1; row <= lines.max; row++ {
		if lines.at(row) != 0 {
			s.count++
		}
	}
	return syncDir(s.dir())
}

// copyLines copies the header and the lines to out as they stand, and returns
// where they are now.
func (s *Store) copyLines(out *file) (lines index, behind []Place, err error) {
	buf := bufio.NewWriterSize(out.File, windowSize)
	in, journal := newWindow(s.results, s.results.path, ','), newWindow(s.journal, s.journal.path, ',')
	sc, err := in.record(0)
	if err != nil {
		return lines, behind, err
	}
	put := func(b []byte) {
		buf.Write(b) // its error comes back from Flush
		out.size += int64(len(b))
	}
	put(sc.buf)
	err = s.eachPlace(func(row int, p Place) error {
		to := newPlace(out.size, p.status(), false)
		if row > 0 {
			lines.set(row, to)
		} else {
			behind = append(behind, to)
		}
		if p.InJournal() {
			o, err := journal.outcome(p.offset())
			if err != nil {
				return err
			}
			s.row, _ = s.columns.split(s.row[:0], nil)
			line, err := s.writer.line(o.Line, s.row)
			if err == nil {
				put(line)
			}
			return err
		}
		sc, err := in.record(p.offset())
		if err != nil {
			return err
		}
		if is, _ := strconv.Atoi(string(sc.raw(rowColumn))); is != row {
			return fmt.Errorf("%s: the line that is kept for row %d is that of row %d", s.path, row, is)
		}
		put(sc.buf)
		return nil
	})
	if err != nil {
		return lines, behind, err
	}
	if err := buf.Flush(); err != nil {
		return lines, behind, &WriteError{Path: out.path, Err: err}
	}
	return lines, behind, nil
}
