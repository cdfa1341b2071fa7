package results

import (
	"encoding/csv"
	"errors"
	"io"
	"io/fs"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/gocarina/gocsv"
)

// Undone is what an undo did with one contact, a line of the file that lies
// beside the results.
type Undone struct {
	Row    int
	ID     string
	Status UndoneStatus
	Error  string
	At     time.Time
}

// UndoneStatus is what became of a contact.
type UndoneStatus string

const (
	// Taking: about to be, and perhaps done: the record ended there.
	Taking UndoneStatus = "taking"
	// Taken: archived (2.x) or deleted (1.x). Its id is nobody's from then on.
	Taken UndoneStatus = "taken"
	// NotTaken: the API refused.
	NotTaken UndoneStatus = "failed"
	// Restoring: what the run changed of a contact is about to be put back, and
	// perhaps was: the record ended there.
	Restoring UndoneStatus = "restoring"
	// Restored: it was put back. What the run wrote is not what the API holds
	// from then on.
	Restored UndoneStatus = "restored"
)

// sticks reports whether a status says more of an id than one that follows it.
func (s UndoneStatus) sticks(next UndoneStatus) bool {
	switch s {
	case Taken:
		return true
	case Restoring, Restored:
		return next != Restoring && next != Restored && next != Taken
	}
	return false
}

// undoneRecord is Undone in the types that gocsv writes and reads.
type undoneRecord struct {
	Row    number `csv:"import_row"`
	ID     string `csv:"import_id"`
	Status string `csv:"undo_status"`
	Error  string `csv:"undo_error"`
	At     stamp  `csv:"undo_at"`
}

func undonePath(path string) string { return path + ".undo" }

// ReadUndone returns what became of each contact that an undo of the results at
// path has come to, by its id. A last line that a crash has torn does not
// count: that contact is looked at again.
func ReadUndone(path string) (map[string]Undone, error) {
	last := map[string]Undone{}
	_, err := readUndone(undonePath(path), func(u undoneRecord) {
		if s := UndoneStatus(u.Status); u.ID != "" && !last[u.ID].Status.sticks(s) {
			last[u.ID] = Undone{Row: int(u.Row), ID: u.ID, Status: s, Error: u.Error, At: time.Time(u.At)}
		}
	})
	return last, err
}

// readUndone calls each for the whole lines at path, and returns where they
// end; 0 when there is no file.
func readUndone(path string, each func(undoneRecord)) (end int64, err error) {
	data, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	if err != nil {
		return 0, &PathError{Path: path, Problem: rootCause(err).Error(), Err: err}
	}
	text := string(data)
	text = text[:strings.LastIndexByte(text, '\n')+1] // no cell holds a line break
	if text == "" {
		return 0, nil
	}
	in := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\uFEFF")))
	if header, _, _ := strings.Cut(text, "\n"); strings.Contains(header, ";") { // a spreadsheet has saved it
		in.Comma = ';'
	}
	lines, err := gocsv.NewUnmarshaller(in, undoneRecord{})
	if err != nil || len(lines.MismatchedStructFields) > 0 {
		return 0, &PathError{Path: path, Problem: "is not the record of an undo: move it away, and look at what was taken back by hand", Err: err}
	}
	for {
		u, err := lines.Read()
		if err == io.EOF {
			return int64(len(text)), nil
		}
		if err != nil {
			at, _ := in.FieldPos(0)
			return 0, &DamagedError{Path: path, Line: at, Err: explain(err), Hint: "mend that line: it tells of a lead that was taken back"}
		}
		each(u.(undoneRecord))
	}
}

// UndoneLost reports whether an undo was begun, by the journal, and its record
// is gone or cut within its header.
func (f *Files) UndoneLost() bool {
	if !f.undone {
		return false
	}
	end, err := readUndone(undonePath(f.path), func(undoneRecord) {})
	return err == nil && end == 0
}

// UndoneLast reports whether an undo was begun, by the journal, and nothing was
// sent since. Read comes first.
func (f *Files) UndoneLast() bool { return f.undoneLast }

// NoteUndo notes in the journal, durably, that an undo has begun, so that it is
// found out when its record is lost, and what a resumed run sent after it. It is
// called once the record is there, on a Store that is opened with Resume and not
// begun.
func (s *Store) NoteUndo() error {
	f := s.files
	if f == nil || f.journal == nil || f.undoneLast {
		return nil
	}
	rec, err := entry{Undo: &undoRecord{At: time.Now().UTC()}}.encode()
	if err != nil {
		return err
	}
	j, err := openFile(journalPath(s.path), f.journalEnd)
	if err != nil {
		return err
	}
	err = errors.Join(f.modernise(j), j.append(rec))
	if err == nil {
		err = j.sync()
	}
	f.undone, f.undoneLast = f.undone || err == nil, err == nil
	return errors.Join(err, j.Close())
}

// UndoneRecord writes the record of an undo. It is safe for concurrent use.
type UndoneRecord struct {
	mu   sync.Mutex
	file *file
}

// OpenUndone opens the record beside the results at path, which must be locked,
// to go on with it: a torn last line is cut off.
func OpenUndone(path string) (*UndoneRecord, error) {
	path = undonePath(path)
	if err := CheckPath(path); err != nil {
		return nil, err
	}
	end, err := readUndone(path, func(undoneRecord) {})
	if err != nil {
		return nil, err
	}
	u := &UndoneRecord{}
	if exists(path) {
		u.file, err = openFile(path, end)
	} else {
		u.file, err = createFile(path)
	}
	if err != nil || end > 0 {
		return u, err
	}
	if err := u.put(nil); err != nil {
		u.file.Close()
		return nil, err
	}
	return u, nil
}

// Add writes a line; it is durable when Add returns, so that nobody is taken
// back before the last one is on record.
func (u *UndoneRecord) Add(one Undone) error {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.put([]undoneRecord{{
		Row: number(one.Row), ID: clean(one.ID), Status: string(one.Status),
		Error: strings.Join(strings.Fields(clean(one.Error)), " "), At: stamp(one.At),
	}})
}

// put writes lines, or the header for none.
func (u *UndoneRecord) put(lines []undoneRecord) error {
	var text strings.Builder
	marshal := gocsv.MarshalCSVWithoutHeaders
	if lines == nil {
		marshal = gocsv.MarshalCSV
	}
	if err := marshal(lines, gocsv.NewSafeCSVWriter(csv.NewWriter(&text))); err != nil {
		return err
	}
	err := u.file.append([]byte(text.String()))
	if err == nil {
		if err = u.file.sync(); err != nil {
			u.file.err = err
		}
	}
	if err == nil && lines == nil {
		err = syncDir(dirOf(u.file.path))
	}
	return err
}

// Close closes the file.
func (u *UndoneRecord) Close() error { return u.file.Close() }
