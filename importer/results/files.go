package results

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"sync"
	"time"
)

// Files are the results file of one run and its journal, as they were left.
// What they tell of keys is importer/history's business; what belongs to the
// layout of files is here. Line, Applied and Doubts may be called from any
// goroutine once Read has returned, until Close, Store.Finish or Store.Close.
type Files struct {
	path    string
	resumes bool // of the run that is resumed: the journal alone will do

	results *os.File // nil: there is none that holds a header
	journal *os.File // nil: there is none that holds a record
	*decoder
	body int64 // where the first line begins

	// Set by Read.
	read       bool
	trusted    bool // the journal says that the results file tells all
	meta       Meta
	guards     *bool // whether cells are guarded; nil: not known
	lost       bool  // the journal does not tell all that was begun
	lostSince  time.Time
	open       *openIntents
	lines      int // in the results file
	resultsEnd int64
	journalEnd int64
	version    int // of the journal
	torn       bool
	undone     bool // an undo was begun
	undoneLast bool // and nothing was sent since
	lag        time.Duration
	spoiled    []string // lines whose id or key a spreadsheet spoiled, the first few
	spoilt     int      // how many they are
	blankIDs   int      // lines whose id is gone
	blankID    int      // the first of them

	mu      sync.Mutex // guards what follows
	window  *window    // on the results
	records *window    // on the journal
	moved   *moves     // nil: places are offsets in the file
	brief   briefs
}

// OpenFiles opens what an earlier run left at path. It is refused while that
// run holds its lock, with a *HeldError; the error is a *PathError when path
// holds something else, a *LinkedError when the file has another name.
func OpenFiles(path string) (*Files, error) {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() { // opening a pipe would wait
		err = errors.New("is not a regular file")
	}
	if err != nil {
		problem := rootCause(err).Error()
		if errors.Is(err, fs.ErrNotExist) {
			problem = "there is no such file"
		}
		return nil, &PathError{Path: path, Problem: problem, Err: err}
	}
	if err := checkHeld(path); err != nil {
		return nil, err
	}
	f, err := openFiles(path, false)
	if err == nil && f.results == nil {
		f.Close()
		err = &PathError{Path: path, Problem: errNotResults.Error(), Err: errNotResults}
	}
	if err != nil {
		return nil, err
	}
	return f, nil
}

// openFiles opens both files as far as they are there.
func openFiles(path string, resumes bool) (f *Files, err error) {
	f = &Files{path: path, resumes: resumes, open: newOpenIntents()}
	defer func() {
		if err != nil {
			f.Close()
			f = nil
		}
	}()
	if f.results, err = openRead(path); err != nil {
		return f, err
	}
	if f.journal, err = openRead(journalPath(path)); err != nil {
		return f, err
	}
	if f.journal != nil && resumes {
		if _, err := readLine(bufio.NewReader(io.NewSectionReader(f.journal, 0, 1<<62))); err == io.EOF {
			f.journal = closed(f.journal) // Begin was interrupted
		}
	}
	if f.results == nil {
		return f, nil
	}
	info, err := f.results.Stat()
	if err != nil {
		return f, &PathError{Path: path, Problem: rootCause(err).Error(), Err: err}
	}
	l, sc, err := readLayout(f.results, info.Size())
	switch {
	case err == nil:
		f.decoder, f.body = newDecoder(l), sc.next
	case resumes && (err == io.EOF || err == errTorn): // Begin was interrupted
		f.results = closed(f.results)
	case err == errUTF16:
		return f, &PathError{Path: path, Problem: err.Error(), Err: err}
	default:
		return f, &PathError{Path: path, Problem: errNotResults.Error(), Err: errNotResults}
	}
	return f, nil
}

// openRead opens a file for reading; nil: there is none.
func openRead(path string) (*os.File, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, &PathError{Path: path, Problem: rootCause(err).Error(), Err: err}
	}
	if err := checkLinks(f); err != nil {
		f.Close()
		return nil, err
	}
	return f, nil
}

// closed closes a file.
func closed(f *os.File) *os.File {
	if f != nil {
		f.Close()
	}
	return nil
}

// Path is that of the results file.
func (f *Files) Path() string { return f.path }

// Columns are those of the input that the results file echoes; nil when it is
// gone and only the journal is left.
func (f *Files) Columns() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.decoder == nil {
		return nil
	}
	return f.names
}

// Meta is that of the run, the newest when it was resumed. ok is false when
// the journal does not tell all that was begun: it is gone or was cut, now or
// before a run between. m is what is known nevertheless.
func (f *Files) Meta() (m Meta, ok bool) { return f.meta, f.lostSince.IsZero() }

// Lost tells since when it is known that intents are lost (see Meta): no
// attempt of the run that lost them was in flight any more.
func (f *Files) Lost() (since time.Time, lost bool) { return f.lostSince, !f.lostSince.IsZero() }

// HasJournal reports whether there is a journal at all.
func (f *Files) HasJournal() bool { return f.journal != nil }

// Guarded reports whether the cells bear the mark of --excel-safe, as far as
// the files tell.
func (f *Files) Guarded() bool { return f.guards != nil && *f.guards || f.decoder != nil && f.guarded }

// Lag is the longest time that a run of these files has seen the API take to
// show a lead that it had created; 0: none has.
func (f *Files) Lag() time.Duration { return f.lag }

// Torn reports whether the results file ends in a piece of a line.
func (f *Files) Torn() bool { return f.torn }

// Doubts calls each for the intents that have no outcome; at is when the newest
// one was made.
func (f *Files) Doubts(each func(d Doubt, at time.Time) error) error {
	for _, open := range f.open.doubts {
		d, err := open.doubtOf()
		if err != nil {
			return fmt.Errorf("%s: %w", journalPath(f.path), err)
		}
		if err := each(d, open.at); err != nil {
			return err
		}
	}
	return nil
}

// EachLate calls each for the keys that an attempt may still be applied to.
func (f *Files) EachLate(each func(key string, l Late)) {
	for key, l := range f.open.late {
		each(key, l)
	}
}

// EachApplied calls each for the rows whose lead the API has, and of which
// something is still to be sent.
func (f *Files) EachApplied(each func(key string, p Place)) {
	for key, a := range f.open.applied {
		each(key, a.place)
	}
}

// Line reads the line at p and its cells, without the mark of --excel-safe.
// cells are nil when it is in the journal only.
func (f *Files) Line(p Place) (Line, []string, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if p.InJournal() {
		o, err := f.outcome(p)
		if err != nil {
			return Line{}, nil, err
		}
		return o.Line, nil, nil
	}
	sc, err := f.recordAt(p)
	if err != nil {
		return Line{}, nil, err
	}
	l, err := f.decoder.line(sc)
	if err != nil {
		return Line{}, nil, fmt.Errorf("%s at byte %d: %w", f.path, p.offset(), err)
	}
	l.distrust()
	cells := f.values(sc)
	if f.Guarded() {
		for i := range cells {
			cells[i] = Unguard(cells[i])
		}
	}
	return l, cells, nil
}

// Brief reads of the line at p what telling keys apart needs, and its user_id:
// without gocsv, which takes six times as long, and without the cells. A night
// asks for every line that it has.
func (f *Files) Brief(p Place) (Line, error) {
	if p.InJournal() {
		l, _, err := f.Line(p)
		return l, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	sc, err := f.recordAt(p)
	if err != nil {
		return Line{}, err
	}
	if f.brief.decoder != f.decoder {
		f.brief = briefs{decoder: f.decoder, withHash: true}
	}
	l, err := f.brief.line(sc)
	if err != nil {
		return Line{}, fmt.Errorf("%s at byte %d: %w", f.path, p.offset(), err)
	}
	l.UserID = Unguard(string(f.brief.cell(sc, userColumn)))
	l.distrust()
	return l, nil
}

// rowAt reads whose line is at p, and the line itself where it is in the
// journal only.
func (f *Files) rowAt(p Place) (l Line, err error) {
	if p.InJournal() {
		l, _, err = f.Line(p)
		return l, err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	sc, err := f.recordAt(p)
	if err == nil {
		l.Row, err = wholeNumber(sc.raw(f.own[rowColumn]))
	}
	return l, err
}

// recordAt scans the line at p of the results file. The caller holds the mutex.
func (f *Files) recordAt(p Place) (*scanner, error) {
	if f.window == nil {
		f.window = newWindow(f.results, f.path, f.comma)
	}
	return f.window.record(f.moved.now(p.offset()))
}

// Applied reads the record at p.
func (f *Files) Applied(p Place) (Applied, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	o, err := f.outcome(p)
	if err != nil {
		return Applied{}, err
	}
	return o.applied(), nil
}

func (f *Files) outcome(p Place) (*outcomeRecord, error) {
	if f.records == nil {
		f.records = newWindow(f.journal, journalPath(f.path), ',')
	}
	return f.records.outcome(p.offset())
}

// Close closes the files.
func (f *Files) Close() error {
	if f != nil {
		f.results, f.journal = closed(f.results), closed(f.journal)
	}
	return nil
}
