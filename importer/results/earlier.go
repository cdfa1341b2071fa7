package results

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"sync"
	"time"
)

// Earlier is the record of an interrupted run. It does not change and may be
// read from any goroutine, until Store.Finish or Store.Close.
type Earlier struct {
	path      string
	meta      Meta
	ok        bool
	lostSince time.Time
	header    []string
	lines     index
	extras    index
	doubts    map[int]Doubt
	late      map[int]time.Time // rows whose fate is known, and of which an attempt may still be applied
	applied   map[int]appliedRow
	rows      int
	end       int64  // of the last whole line
	torn      []byte // what follows it
	tornLine  int
	damage    *DamagedError // of whole lines at the end

	results, journal *os.File

	mu      sync.Mutex // guards what follows
	decoder *decoder   // nil: there is no results file
	window  *window    // on the results
	records *window    // on the journal
}

// Meta of the run that was interrupted, the newest when it was resumed before.
// ok is false when the journal does not tell all that was begun: it is gone or
// was cut, now or before a run between. Each row without a line must then be
// looked up before it is created; m is what is known nevertheless.
func (e *Earlier) Meta() (m Meta, ok bool) { return e.meta, e.ok }

// Lost tells since when it is known that intents are lost (see Meta): no
// attempt of the run that lost them was in flight any more.
func (e *Earlier) Lost() (since time.Time, lost bool) { return e.lostSince, !e.lostSince.IsZero() }

// Header are the input columns that the results file echoes; nil when the
// results file is gone and only its journal is left.
func (e *Earlier) Header() []string { return e.header }

// Status of a row's newest line; empty: it has none.
func (e *Earlier) Status(row int) Status { return e.lines.at(row).status() }

// Rows is the highest row number that has a line or an intent.
func (e *Earlier) Rows() int { return max(e.rows, e.lines.max) }

// Doubt tells whether a create of row was begun and has no outcome; a row that
// ended unresolved has none.
func (e *Earlier) Doubt(row int) (Doubt, bool) {
	d, ok := e.doubts[row]
	return d, ok
}

// Doubtful is Outcome.Doubtful of a row's newest outcome.
func (e *Earlier) Doubtful(row int) time.Time { return e.late[row] }

// Missing tells whether the newest line of row is in the journal only: the
// results file lost it. Store.Restore writes it again.
func (e *Earlier) Missing(row int) bool { return e.lines.at(row).journal() }

// Line reads a row's newest line and its cells from the file. cells are nil
// when the line is Missing.
func (e *Earlier) Line(row int) (l Line, cells []string, err error) {
	p := e.lines.at(row)
	if p == 0 {
		return Line{}, nil, fmt.Errorf("row %d has no line in %s", row, e.path)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if p.journal() {
		if e.records == nil {
			e.records = newWindow(e.journal, journalPath(e.path))
		}
		o, err := e.records.outcome(p.offset())
		if err != nil {
			return Line{}, nil, err
		}
		return o.Line, nil, nil
	}
	if e.window == nil {
		e.window = newWindow(e.results, e.path)
	}
	sc, err := e.window.record(p.offset())
	if err != nil {
		return Line{}, nil, err
	}
	return e.decode(sc, row)
}

// decode reads the scanned line, which must be that of row. The caller holds
// the mutex.
func (e *Earlier) decode(sc *scanner, row int) (Line, []string, error) {
	l, err := e.decoder.line(sc)
	if err == nil && l.Row != row {
		err = fmt.Errorf("it is the line of row %d", l.Row)
	}
	if err != nil {
		return Line{}, nil, fmt.Errorf("%s, the line of row %d: %w", e.path, row, err)
	}
	return l, e.decoder.values(sc), nil
}

// EachLine calls each for the newest line of every row, in no certain order;
// cells are nil when the line is Missing. It ends with each's first error.
func (e *Earlier) EachLine(each func(l Line, cells []string) error) error {
	if e.decoder != nil {
		sc := newScanner(io.NewSectionReader(e.results, 0, e.end), 0)
		for sc.scan() == nil {
			row, _ := strconv.Atoi(string(sc.raw(0))) // 0, without a place, for the header
			if p := e.lines.at(row); p == 0 || p.journal() || p.offset() != sc.start {
				continue
			}
			e.mu.Lock()
			l, cells, err := e.decode(sc, row)
			e.mu.Unlock()
			if err == nil {
				err = each(l, cells)
			}
			if err != nil {
				return err
			}
		}
	}
	for row := 1; row <= e.lines.max; row++ {
		if !e.Missing(row) {
			continue
		}
		l, _, err := e.Line(row)
		if err == nil {
			err = each(l, nil)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// apply takes one record of the journal into account, in their order.
func (e *Earlier) apply(at int64, en entry, prints *byRow[uint32]) error {
	switch {
	case en.Run != nil:
		e.meta, e.ok, e.lostSince = en.Run.Meta, en.Run.LostSince.IsZero(), en.Run.LostSince
	case en.Intent != nil:
		in := en.Intent
		d := Doubt{Row: in.Row, Number: in.Number, Key: in.Key, Body: in.Body, First: in.At, Last: in.Deadline, Since: in.Deadline, Skew: in.Skew, ID: in.ID}
		if open, ok := e.doubts[in.Row]; ok && !open.First.IsZero() {
			d.First = open.First
		}
		e.doubts[in.Row] = d
		e.rows = max(e.rows, in.Row)
	case en.Doubt != nil:
		d := *en.Doubt
		if open := e.doubts[d.Row]; d.First.IsZero() {
			d.First = open.First
		}
		e.doubts[d.Row] = d
		e.rows = max(e.rows, d.Row)
	case en.Unsent != nil:
		if en.Unsent.Number >= e.doubts[en.Unsent.Row].Number {
			delete(e.doubts, en.Unsent.Row)
		}
	case en.Applied != nil:
		e.noteApplied(at, en.Applied)
	case en.Outcome != nil:
		return e.settle(at, en.Outcome, prints)
	}
	return nil
}

// decides tells whether an outcome says what became of the row's intents. One
// that sent nothing, such as a row that turned invalid or waits for another,
// leaves them as they were: in doubt, should they be so.
func decides(o *outcomeRecord) bool {
	switch o.Status {
	case Unresolved, Invalid:
		return false
	case Failed:
		return o.HTTPStatus != 0
	}
	return true
}

// settle takes an outcome into account. The journal is written first, so a
// line that the results file does not have was lost by it, unless a power cut
// took the journal's later records and not the line: an id is never given up,
// else the later of the two counts. When they are of one time and differ, the
// line was changed by hand or by a spreadsheet (65e1 becomes 650).
func (e *Earlier) settle(at int64, o *outcomeRecord, prints *byRow[uint32]) error {
	if decides(o) && o.Number >= e.doubts[o.Row].Number {
		delete(e.doubts, o.Row)
	}
	if done(o.Status) {
		delete(e.applied, o.Row)
	}
	if o.Doubtful.IsZero() {
		delete(e.late, o.Row)
	} else {
		e.late[o.Row] = o.Doubtful
	}
	var extra place
	if o.Extra != nil {
		extra = newPlace(at, o.Status, true)
	}
	if extra != e.extras.at(o.Row) {
		e.extras.set(o.Row, extra)
	}
	known := e.lines.at(o.Row)
	if known != 0 && !known.journal() {
		stamp, err := stamp(o.At).MarshalCSV()
		if err != nil {
			return err
		}
		if prints.at(o.Row) == fingerprint(string(o.Status), o.ID, stamp) {
			return nil
		}
		l, _, err := e.Line(o.Row)
		if err != nil {
			return err
		}
		if o.ID == "" && l.ID != "" || (o.ID == "") == (l.ID == "") && o.At.Before(l.At) {
			return nil
		}
	}
	e.lines.set(o.Row, newPlace(at, o.Status, true))
	return nil
}

func (e *Earlier) close() {
	if e == nil {
		return
	}
	for _, f := range []*os.File{e.results, e.journal} {
		if f != nil {
			f.Close()
		}
	}
}
