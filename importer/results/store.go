package results

import (
	"errors"
	"fmt"
	"sync"
	"time"
)

// Store is the results file of one run with its journal and lock.
//
// Open, Begin, Finish and Close are for the goroutine that runs the run;
// Settle, Keep, Doubt, Unsent and Lag for the one that settles; Intent for all. A Store
// may be used inside a synctest bubble when it was opened there.
type Store struct {
	// ExcelSafe puts a single quote before cells that a spreadsheet would run
	// as a formula. It is set before Begin.
	ExcelSafe bool

	path  string
	mode  Mode
	lock  *lock
	files *Files // what an interrupted run left, in mode Resume; nil: nothing

	// Set by Begin, then for the settling goroutine.
	columns columns
	lines   index         // the newest line of each row of this run
	behind  []Place       // the lines without a row
	extras  index         // where the journal keeps cells beyond the header
	count   int           // lines in the results file, those of earlier runs too
	applied bool          // a row was applied
	lag     time.Duration // the longest that was seen
	run     runRecord
	writer  *lineWriter
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
	open     *openIntents
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
	if err == nil && f != nil {
		err = checkLinks(f)
	}
	if err != nil {
		closed(f)
		return err
	}
	closed(f)
	if s.mode == Overwrite {
		return nil
	}
	if s.files, err = openFiles(s.path, true); err != nil {
		return err
	}
	if s.files.results == nil && s.files.journal == nil {
		s.files = nil // Begin was interrupted, or never was: nothing has been sent
	}
	return nil
}

// Files are what an interrupted run left, nil when there is nothing. They may
// be read until Finish or Close.
func (s *Store) Files() *Files { return s.files }

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
// a second. For the settling goroutine. A line whose Row is 0 comes to stand
// behind those of the rows. The lines of rows that nothing was sent for may
// wait, until they can be made durable, to be written together: a resume finds
// out again what it finds of them.
//
// When one of the files cannot be written, the other one still is: what the
// API acknowledged is recorded wherever there is room.
func (s *Store) Settle(o Outcome) error {
	if s.writer == nil {
		return errNotBegun
	}
	l := o.Line.normal()
	rec := outcomeRecord{Line: l, Number: o.Number, UpdatedAt: o.UpdatedAt, Content: o.Content, Doubtful: o.Doubtful, DoubtfulServer: o.DoubtfulServer}
	if err := rec.check(); err != nil {
		return err
	}
	s.cut(&rec, o.Cells)
	s.record = encodeOutcome(s.record[:0], &rec)
	line, err := s.writer.line(l, s.row)
	if err != nil {
		return err
	}

	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return errClosed
	}
	at := newPlace(s.journal.size, l.Status, true)
	put := (*file).append
	if o.Number == 0 && l.Attempts == 0 {
		put = (*file).hold
	}
	noted := put(s.journal, s.record)
	n := -1
	if noted == nil {
		s.open.settle(&rec)
		n = s.noteAt(l.Row, at, n)
		var cells Place
		if rec.Extra != nil {
			cells = at
		}
		if l.Row > 0 && cells != s.extras.at(l.Row) {
			s.extras.set(l.Row, cells)
		}
	}
	err = errors.Join(noted, s.appendLine(l, line, n, put))
	if len(s.results.held) > maxHeld || len(s.journal.held) > maxHeld {
		err = errors.Join(err, s.flush())
	}
	if err != nil {
		return s.failed()
	}
	return nil
}

// maxHeld bounds what is held of a file, in bytes.
const maxHeld = 32 << 10

// flush writes what is held, the journal first. The caller holds the mutex.
func (s *Store) flush() error { return errors.Join(s.journal.flush(), s.results.flush()) }

// cut puts the cells that the header has a column for into s.row, and the
// others into rec.
func (s *Store) cut(rec *outcomeRecord, cells []string) {
	if rec.Row > 0 {
		s.row, rec.Extra = s.columns.split(s.row[:0], cells)
		return
	}
	s.row = append(s.row[:0], cells[:min(len(cells), len(s.columns.names))]...)
	for len(s.row) < len(s.columns.names) {
		s.row = append(s.row, "")
	}
}

// noteAt notes that the line of a row is at p. Lines without a row have a
// number of their own instead, n, which is -1 for a new one.
func (s *Store) noteAt(row int, p Place, n int) int {
	switch {
	case row > 0:
		s.lines.set(row, p)
	case n < 0:
		s.behind = append(s.behind, p)
		return len(s.behind) - 1
	default:
		s.behind[n] = p
	}
	return n
}

// appendLine appends a line to the results file. The caller holds the mutex.
func (s *Store) appendLine(l Line, line []byte, n int, put func(*file, []byte) error) error {
	at := s.results.size
	err := put(s.results, line)
	if err == nil {
		s.noteAt(l.Row, newPlace(at, l.Status, false), n)
		s.count++
	}
	s.touch()
	return err
}

// Keep says that the line at p, of an earlier run of these files, is the line
// of row: its row number and its cells still fit. Nothing is copied but a line
// that is in the journal only, which gets the cells, as for Settle. For the
// settling goroutine.
func (s *Store) Keep(row int, p Place, cells []string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.usable(); err != nil {
		return err
	}
	if s.files == nil || p == 0 {
		return fmt.Errorf("there is no earlier line of row %d", row)
	}
	l, err := s.files.rowAt(p)
	if err == nil && l.Row != row {
		err = fmt.Errorf("%s: the line that is kept for row %d is that of row %d", s.path, row, l.Row)
	}
	if err != nil {
		return err
	}
	if !p.InJournal() {
		s.noteAt(row, newPlace(s.files.moved.now(p.offset()), p.status(), false), -1)
		return nil
	}
	s.row, _ = s.columns.split(s.row[:0], cells)
	line, err := s.writer.line(l, s.row)
	if err != nil {
		return err
	}
	return s.appendLine(l, line, -1, (*file).append)
}

// Doubt records that a row is in doubt and since when, durable within a
// second. For the settling goroutine.
func (s *Store) Doubt(d Doubt) error {
	if err := checkRow(d.Row, d.Number, d.Key); err != nil {
		return err
	}
	return s.note(entry{Doubt: &doubtRecord{Doubt: d}})
}

// Unsent records that a row's newest intent came to nothing, durable within a
// second; losing it costs a look-up. For the settling goroutine.
func (s *Store) Unsent(u Unsent) error {
	if err := checkRow(u.Row, u.Number, u.Key); err != nil {
		return err
	}
	return s.note(entry{Unsent: &u})
}

// Lag records how long the API took to show a lead, if it never took as long
// before; durable within a second. For the settling goroutine.
func (s *Store) Lag(seen time.Duration) error {
	if seen <= s.lag {
		return nil
	}
	if err := s.note(entry{Lag: &lagRecord{Longest: seen}}); err != nil {
		return err
	}
	s.lag = seen
	return nil
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
	if err := s.journal.append(rec); err != nil {
		return err
	}
	s.open.record(0, e)
	return nil
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
	s.files.Close()
	if discard { // before anybody else can have the lock
		errs = append(errs, remove(s.path), remove(journalPath(s.path)), syncDir(s.dir()))
	}
	errs = append(errs, s.lock.release())
	return errors.Join(errs...)
}

func (s *Store) dir() string { return dirOf(s.path) }
