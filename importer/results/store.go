package results

import (
	"errors"
	"path/filepath"
	"sync"
)

// Store is the results file of one run with its journal and lock.
//
// Open, Begin, Finish and Close are for the goroutine that runs the run;
// Settle, Doubt and Restore for the one that settles; Intent for all. A Store
// may be used inside a synctest bubble when it was opened there.
type Store struct {
	// ExcelSafe puts a single quote before cells that a spreadsheet would run
	// as a formula. It is set before Begin.
	ExcelSafe bool

	path    string
	mode    Mode
	lock    *lock
	found   found    // what Open found, in mode Resume
	earlier *Earlier // nil: nothing of use

	// Set by Begin, then for the settling goroutine.
	columns columns
	lines   index // the newest line of each row
	extras  index // where the journal keeps cells beyond the header
	ordered bool  // the file is in order, with one line per row
	last    int   // row of the last line in the file
	applied bool  // a row was applied
	writer  *lineWriter
	records *window  // on the journal, to read lines that are missing
	row     []string // cells of the line being written
	record  []byte   // its record in the journal

	// The goroutine that owns every fsync, see write.
	wake, dirty, stop, done chan struct{}
	alone                   int // waits of gather in a row that nobody joined; for that goroutine

	mu       sync.Mutex // guards what follows
	begun    bool
	closed   bool
	results  *file
	journal  *file
	batch    *batch
	spare    []byte // buffer of the batch before
	unsynced bool   // something was written that no fsync has covered yet
}

func journalPath(path string) string { return path + ".journal" }

// Open takes the lock beside path and reads what is there. It creates nothing
// but the lock file. The error is a *HeldError when another run has the lock,
// a *ExistsError in mode New, a *PathError for a path that cannot hold results
// (folder missing or not writable, FIFO, device, symlink, or a file that holds
// something else), a *DamagedError for files that cannot be continued.
func Open(path string, mode Mode) (*Store, error) {
	for _, p := range []string{path, journalPath(path)} {
		if err := CheckPath(p); err != nil {
			return nil, err
		}
	}
	lock, err := takeLock(path)
	if err != nil {
		return nil, err
	}
	s := &Store{path: path, mode: mode, lock: lock}
	if err := s.look(); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// look reads what is there, as the mode demands.
func (s *Store) look() error {
	if s.mode == New {
		for _, p := range []string{s.path, journalPath(s.path)} {
			if exists(p) {
				return &ExistsError{Path: p}
			}
		}
		return nil
	}
	if err := checkOurs(s.path); err != nil {
		return err
	}
	f, err := openWritable(journalPath(s.path))
	if err != nil {
		return err
	}
	closed(f)
	if s.mode == Overwrite {
		return nil
	}
	return s.load()
}

// Earlier is what an interrupted run left, nil when there is none. It may be
// read until Finish or Close.
func (s *Store) Earlier() *Earlier { return s.earlier }

// usable tells whether s may be written to. The caller holds the mutex.
func (s *Store) usable() error {
	switch {
	case s.closed:
		return errClosed
	case !s.begun:
		return errNotBegun
	}
	return s.failed()
}

// failed is the first failure of either file. The caller holds the mutex.
func (s *Store) failed() error {
	if s.journal.err != nil {
		return s.journal.err
	}
	return s.results.err
}

// Settle appends a row's fate to both files; written at once, durable within
// a second. For the settling goroutine.
//
// When one of the files cannot be written, the other one still is: what the
// API acknowledged is recorded wherever there is room.
func (s *Store) Settle(o Outcome) error {
	l := o.Line.tidy()
	if err := l.check(); err != nil {
		return err
	}
	if err := checkRow(l.Row, o.Number); err != nil {
		return err
	}
	var extra []string
	s.row, extra = s.columns.split(s.row[:0], o.Cells)
	s.record = encodeOutcome(s.record[:0], &outcomeRecord{Line: l, Number: o.Number, UpdatedAt: o.UpdatedAt, Skew: o.Skew, Doubtful: o.Doubtful, Extra: extra})
	if s.writer == nil {
		return errNotBegun
	}
	line, err := s.writer.line(l, s.row)
	if err != nil {
		return err
	}

	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return errClosed
	}
	at := s.journal.size
	noted := s.journal.append(s.record)
	if noted == nil {
		s.lines.set(l.Row, newPlace(at, l.Status, true))
		var cells place
		if extra != nil {
			cells = newPlace(at, l.Status, true)
		}
		if cells != s.extras.at(l.Row) {
			s.extras.set(l.Row, cells)
		}
	}
	if err := errors.Join(noted, s.appendLine(l, line)); err != nil {
		return s.failed()
	}
	return nil
}

// appendLine appends the line of a row to the results file. The caller holds
// the mutex.
func (s *Store) appendLine(l Line, line []byte) error {
	at := s.results.size
	err := s.results.append(line)
	if err == nil {
		s.lines.set(l.Row, newPlace(at, l.Status, false))
		s.ordered = s.ordered && l.Row > s.last
		s.last = l.Row
	}
	s.touch()
	return err
}

// Doubt records that a row is in doubt and since when, durable within a
// second. For the settling goroutine.
func (s *Store) Doubt(d Doubt) error {
	if err := checkRow(d.Row, d.Number); err != nil {
		return err
	}
	return s.note(entry{Doubt: &d})
}

// Unsent records that a row's newest intent came to nothing, durable within a
// second; losing it costs a look-up. For the settling goroutine.
func (s *Store) Unsent(u Unsent) error {
	if err := checkRow(u.Row, u.Number); err != nil {
		return err
	}
	return s.note(entry{Unsent: &u})
}

// note appends a record to the journal, to be made durable soon.
func (s *Store) note(e entry) error {
	rec, err := e.encode()
	if err != nil {
		return err
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.usable(); err != nil {
		return err
	}
	s.touch()
	return s.journal.append(rec)
}

// touch has what was written made durable soon. The caller holds the mutex.
func (s *Store) touch() {
	if !s.unsynced {
		s.unsynced = true
		wake(s.dirty)
	}
}

// Close makes durable what was written and releases the lock. Before Begin it
// leaves nothing behind. It may be called twice, and while Intents wait: they
// are made durable, later ones are refused.
func (s *Store) Close() error { return s.close(false) }

func (s *Store) close(discard bool) error {
	s.mu.Lock()
	if s.closed {
		s.mu.Unlock()
		return nil
	}
	s.closed = true
	begun := s.begun
	s.mu.Unlock()

	var errs []error
	if begun {
		close(s.stop)
		<-s.done
		errs = append(errs, s.failed())
	}
	for _, f := range []*file{s.journal, s.results} {
		if f != nil {
			f.Close()
		}
	}
	s.earlier.close()
	if discard { // before anybody else can have the lock
		errs = append(errs, remove(s.path), remove(journalPath(s.path)), syncDir(s.dir()))
	}
	errs = append(errs, s.lock.release())
	return errors.Join(errs...)
}

func (s *Store) dir() string { return filepath.Dir(s.path) }
