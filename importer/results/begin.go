package results

import (
	"errors"
	"os"
	"strconv"
	"strings"
)

// tmp ends the name of a file that is about to replace another. There is one
// at most, for the lock is held; one that a crash left is removed.
const tmp = ".tmp"

// Begin puts the files in place: creates them exclusively, 0600, durable with
// their folder; or repairs torn tails and continues (mode Resume); or replaces
// (Overwrite). header are the input's columns; when they are others than those
// of the results file, its lines are written anew under them. A failure is a
// *WriteError and leaves what was there; a *DamagedError, too, when nobody has
// read the files before.
func (s *Store) Begin(meta Meta, header []string) error {
	if s.begun || s.closed {
		return errors.New("results: Begin after Begin or Close")
	}
	for _, p := range []string{s.path, journalPath(s.path)} {
		if err := remove(p + tmp); err != nil {
			return err
		}
	}
	s.columns = newColumns(header)
	s.writer = newLineWriter(s.ExcelSafe)
	s.open = newOpenIntents()
	err := s.place(meta)
	if err == nil {
		err = syncDir(s.dir())
	}
	if err != nil {
		s.withdraw()
		return err
	}
	s.wake, s.dirty = make(chan struct{}, 1), make(chan struct{}, 1)
	s.stop, s.done = make(chan struct{}), make(chan struct{})
	s.batch = newBatch(nil)
	s.begun = true
	go s.write()
	return nil
}

// place opens both files. The journal comes first: a results file without one
// would mean that a journal is lost.
func (s *Store) place(meta Meta) error {
	if s.files != nil {
		return s.proceed(meta)
	}
	s.run = runRecord{Meta: meta, ExcelSafe: &s.ExcelSafe}
	rec, err := opening(s.run)
	if err != nil {
		return err
	}
	if s.journal, err = s.lay(journalPath(s.path), rec); err != nil {
		return err
	}
	if err = s.layResults(); err != nil {
		return err
	}
	if s.mode == New {
		return nil
	}
	// New results with the old journal are the old run; old results with the
	// new journal would be a mixture.
	if err := s.rename(s.results); err != nil {
		return err
	}
	return s.rename(s.journal)
}

// lay creates path with its first record, durable; in the other modes than
// New under a temporary name.
func (s *Store) lay(path string, rec []byte) (*file, error) {
	if s.mode != New {
		path += tmp
	}
	f, err := createFile(path)
	if err != nil {
		return nil, err
	}
	err = f.append(rec)
	if err == nil {
		err = f.sync()
	}
	if err != nil {
		f.Close()
		remove(path)
		return nil, err
	}
	return f, nil
}

func (s *Store) layResults() error {
	rec, err := s.writer.header(s.columns.names)
	if err != nil {
		return err
	}
	s.results, err = s.lay(s.path, rec)
	return err
}

// rename puts a file that lay made in its place, closed meanwhile: Windows
// renames no file that is open.
func (s *Store) rename(f *file) error {
	final := strings.TrimSuffix(f.path, tmp)
	f.Close()
	if err := os.Rename(f.path, final); err != nil {
		return &WriteError{Path: final, Err: err}
	}
	again, err := openFile(final, f.size)
	if err != nil {
		return err
	}
	*f = *again
	return nil
}

// proceed continues the files of an earlier run, or makes anew the one of them
// that is gone.
func (s *Store) proceed(meta Meta) error {
	f := s.files
	if !f.read {
		if err := f.Read(Visitor{}); err != nil {
			return err
		}
	}
	s.open, s.count, s.lag = f.open, f.lines, f.lag
	s.run = runRecord{Meta: meta, LostSince: f.lostSince, ExcelSafe: &s.ExcelSafe}
	switch {
	case f.results == nil:
	case f.fits(s.columns.names, s.ExcelSafe):
		out, err := openFile(s.path, f.resultsEnd)
		if err != nil {
			return err
		}
		s.results = out
		if err := out.sync(); err != nil {
			return err
		}
	default:
		if err := s.migrate(); err != nil {
			return err
		}
	}
	if err := s.proceedJournal(); err != nil {
		return err
	}
	if s.results != nil {
		return nil
	}
	if err := s.layResults(); err != nil {
		return err
	}
	return s.rename(s.results)
}

// proceedJournal appends the record of this run to the journal, durable.
func (s *Store) proceedJournal() error {
	if s.files.journal == nil {
		rec, err := opening(s.run)
		if err != nil {
			return err
		}
		if s.journal, err = s.lay(journalPath(s.path), rec); err != nil {
			return err
		}
		return s.rename(s.journal)
	}
	rec, err := entry{Run: &s.run}.encode()
	if err != nil {
		return err
	}
	if s.journal, err = openFile(journalPath(s.path), s.files.journalEnd); err != nil {
		return err
	}
	if err := errors.Join(s.files.modernise(s.journal), s.journal.append(rec)); err != nil {
		return err
	}
	return s.journal.sync()
}

// modernise gives a journal of an earlier version the number of this one: what
// follows may be what only this version reads.
func (f *Files) modernise(journal *file) error {
	if f.version >= journalVersion {
		return nil
	}
	if _, err := journal.WriteAt([]byte(strconv.Itoa(journalVersion)), versionAt); err != nil {
		return &WriteError{Path: journal.path, Err: err}
	}
	return nil
}

// withdraw takes back what a Begin that failed has created.
func (s *Store) withdraw() {
	for _, f := range []*file{s.results, s.journal} {
		if f == nil {
			continue
		}
		f.Close()
		if s.files == nil && s.mode == New || f.path == s.path+tmp || f.path == journalPath(s.path)+tmp {
			os.Remove(f.path)
		}
	}
	s.results, s.journal = nil, nil
}
