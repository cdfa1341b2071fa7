package history

import (
	"fmt"
	"hash/crc32"
	"time"

	"leadimport/importer/results"
)

// loader reads files into a ledger, and keeps what only loading needs.
type loader struct {
	*ledger
	h      *History
	own    bool
	times  chunked[lineTimes] // beside keys.entries
	latest time.Time          // of the youngest line
	prints bool               // the journal was read: lines may come twice
}

// lineTimes orders the lines of a key.
type lineTimes struct {
	at    int64  // of the line in the table
	print uint32 // tells it from another of the same time
	hash  uint32 // digest of its import_hash; of the run's own lines
}

// load takes the files of one run into account. The journal comes first: at a
// tie it is the truth, and its line is the one that the results file has too
// unless something has changed that.
func (l *loader) load(f *results.Files) error {
	l.files = append(l.files, f)
	l.prints = false
	err := f.Read(results.Visitor{
		WithHash: l.own,
		Outcome: func(line results.Line, p results.Place) error {
			l.prints = true
			return l.line(line, p)
		},
		Line: l.line,
	})
	if err != nil {
		return err
	}
	l.h.lag = max(l.h.lag, f.Lag())
	if f.UndoneLost() && !l.h.undoing {
		l.undoLost[len(l.files)-1] = true
		l.h.warnings = append(l.h.warnings, f.Path()+": an undo of it was begun, and the record of that, which lies beside it (.undo), is gone or cut: who was taken back is not known, so its people are all sent, to find out who is there; put the record back, or run leadimport undo on it again, to have them created again")
	}
	f.EachApplied(func(key string, p results.Place) {
		if err == nil {
			err = l.applied(f, p)
		}
	})
	f.EachLate(func(key string, late results.Late) {
		if n := l.keys.find(DigestOf(key)); n >= 0 {
			if r := l.more(n); late.At.After(r.late.At) {
				r.late = late
			}
		}
	})
	if err != nil {
		return err
	}
	return f.Doubts(func(d results.Doubt, at time.Time) error {
		l.doubt(d, at)
		return nil
	})
}

// line takes in a line. Of a key, the newest one with an id counts; rows that
// were invalid or skipped had nothing sent for them, so their lines only count
// when there is no other; a line whose id was taken back counts least.
func (l *loader) line(line results.Line, p results.Place) error {
	file := len(l.files) - 1
	if err := l.h.sameWorkspace(line.Workspace, l.files[file].Path()); err != nil {
		return err
	}
	if line.Key == "" || l.h.mine != nil && !l.h.mine(line.Key) {
		return nil
	}
	if l.file < 0 || line.At.After(l.latest) {
		l.file, l.latest = file, line.At
	}
	at := millis(line.At)
	if line.ID == "" {
		l.blank(line, at, p)
		return nil
	}
	l.numerals.Add(line.Key)
	n := l.entry(line.Key)
	if line.Status == results.Unresolved {
		l.unresolved(n, line, at, p)
	}
	fresh := knownKey{place: p, key: l.keys.entries.at(n).key, file: uint16(file), flags: l.flagsOf(line)}
	if fresh.flags&taken == 0 {
		l.owns(n, line.ID, at)
	}
	times := lineTimes{at: at}
	if l.prints {
		times.print = printOf(line)
	}
	if l.own {
		times.hash = hashOf(line.Hash)
	}
	return l.choose(n, fresh, times, line.ID)
}

func (l *loader) flagsOf(line results.Line) flags {
	f := hasLine
	if line.Status == results.Invalid || line.Status == results.Skipped && line.ErrorCode != results.Gone {
		f |= weak
	}
	if l.h.undone[line.ID] {
		f |= taken
	}
	if line.Decides() {
		f |= deciding
	}
	switch line.Status {
	case results.Created, results.Updated, results.Unchanged:
		if l.own && line.Hash != "" && f&taken == 0 {
			f |= settled
		}
	}
	return f
}

// rank orders lines before their times do.
func (f flags) rank() int {
	switch {
	case f&hasLine == 0:
		return 0
	case f&taken != 0:
		return 1
	case f&weak != 0:
		return 2
	}
	return 3
}

// choose puts a line of entry n into the table, or leaves the one that is
// there.
func (l *loader) choose(n int, fresh knownKey, times lineTimes, id string) error {
	known, have := l.keys.entries.at(n), l.times.at(n)
	sameRun := known.file == fresh.file && known.flags&hasLine != 0
	inBoth := sameRun && known.place.InJournal() && !fresh.place.InJournal()
	newer := fresh.flags.rank() - known.flags.rank()
	if newer == 0 {
		switch {
		case times.at != have.at:
			newer = int(min(1, max(-1, times.at-have.at)))
		case inBoth && times.print == have.print:
			known.place = fresh.place // the same line, with its cells
			return nil
		case inBoth:
			newer = -1 // changed by hand, or of an earlier row
		default:
			newer = 1 // the later one
		}
	}
	if newer < 0 {
		l.passOver(n, fresh, times, id)
		return nil
	}
	if err := l.replace(n, fresh, times); err != nil {
		return err
	}
	fresh.flags |= known.flags & asked
	*known, *have = fresh, times
	return nil
}

// passOver takes in what a line tells that the one in the table does not.
func (l *loader) passOver(n int, fresh knownKey, times lineTimes, id string) {
	known, have := l.keys.entries.at(n), l.times.at(n)
	if fresh.flags&taken != 0 && known.flags&taken == 0 && times.at > have.at {
		if r := l.more(n); times.at >= r.undone.at {
			r.undone = undone{id, times.at}
		}
	}
	if r := l.rare[n]; fresh.flags&deciding != 0 && (r != nil || known.flags&deciding == 0) {
		r = l.more(n)
		r.decided = max(r.decided, times.at)
	}
	if fresh.flags&settled != 0 && (known.flags&settled == 0 || have.hash != times.hash) {
		l.keep(fresh, times.hash)
	}
}

// replace keeps what the line in the table tells and the one that takes its
// place does not.
func (l *loader) replace(n int, fresh knownKey, times lineTimes) error {
	known, have := l.keys.entries.at(n), l.times.at(n)
	if known.flags&deciding != 0 && (fresh.flags&deciding == 0 || have.at > times.at) {
		r := l.more(n)
		r.decided = max(r.decided, have.at)
	}
	if known.flags&taken != 0 && fresh.flags&taken == 0 && have.at > times.at {
		line, _, err := l.files[known.file].Line(known.place)
		if err != nil {
			return err
		}
		l.more(n).undone = undone{line.ID, have.at}
	}
	if known.flags&settled != 0 && (fresh.flags&settled == 0 || have.hash != times.hash) {
		l.keep(*known, have.hash)
	}
	return nil
}

// keep remembers a line of the run's own that is not the newest of its key.
func (l *loader) keep(k knownKey, hash uint32) {
	d := k.key.of(hash)
	n := l.older.find(d)
	if n < 0 {
		n = l.older.add(d)
	}
	e := l.older.entries.at(n)
	if e.place != 0 && !e.place.InJournal() && k.place.InJournal() {
		return // it has no cells
	}
	k.key = d
	*e = k
}

// blank takes in a line without an id.
func (l *loader) blank(line results.Line, at int64, p results.Place) {
	switch {
	case line.Status == results.Unresolved:
		l.unresolved(l.entry(line.Key), line, at, p)
	case line.Status == results.Failed && line.ErrorCode != results.WaitsForRow, line.Decides():
		r := l.more(l.entry(line.Key))
		r.touched = max(r.touched, at)
		if line.Decides() {
			r.decided = max(r.decided, at)
		}
	}
}

func (l *loader) unresolved(n int, line results.Line, at int64, p results.Place) {
	r := l.more(n)
	r.touched = max(r.touched, at)
	if r.unsure == nil || at >= r.unsure.at {
		r.unsure = &unsure{at: at, row: line.Row, id: line.ID, file: len(l.files) - 1, place: p}
	}
}

// applied takes in a row whose lead the API has, and of which something is
// still to be sent.
func (l *loader) applied(f *results.Files, p results.Place) error {
	a, err := f.Applied(p)
	if err == nil {
		err = l.line(a.Line, p)
	}
	if err != nil || l.h.undone[a.Line.ID] {
		return err
	}
	if n := l.keys.find(DigestOf(a.Line.Key)); l.own && n >= 0 {
		l.more(n).applied = p
	}
	return nil
}

// doubt takes in an intent that has no outcome in its journal.
func (l *loader) doubt(d results.Doubt, at time.Time) {
	switch {
	case d.ID != "" && l.h.undone[d.ID]: // an update of nobody creates nobody
		return
	case d.Key == "":
		l.loose = append(l.loose, d)
		return
	case l.h.mine != nil && !l.h.mine(d.Key):
		return
	}
	n := l.entry(d.Key)
	r := l.more(n)
	r.doubts = append(r.doubts, openDoubt{d, millis(at)})
	r.touched = max(r.touched, millis(at))
	if d.ID != "" {
		l.owns(n, d.ID, millis(at))
	}
}

// owns notes that an id is entry n's, unless a newer line gives it to another.
func (l *loader) owns(n int, id string, at int64) {
	if owner := l.ids.give(id, n); int(*owner) != n && at >= l.times.at(int(*owner)).at {
		*owner = uint32(n)
	}
}

// end draws the conclusions that need the times of lines: they are forgotten.
func (l *loader) end() {
	for n, r := range l.rare {
		if l.keys.entries.at(n).flags&deciding != 0 {
			r.decided = max(r.decided, l.times.at(n).at)
		}
	}
}

// printOf tells outcomes of one key and time apart.
func printOf(line results.Line) uint32 {
	return crc32.Update(crc32.ChecksumIEEE([]byte(line.ID)), crc32.IEEETable, []byte{
		byte(line.Row), byte(line.Row >> 8), byte(line.Row >> 16), byte(line.Row >> 24), line.Status[0], line.Status[len(line.Status)-2],
	})
}

func hashOf(hash string) uint32 {
	if hash == "" {
		return 0
	}
	return crc32.ChecksumIEEE([]byte(hash))
}

// sameWorkspace refuses results of several workspaces.
func (h *History) sameWorkspace(id, path string) error {
	switch {
	case id == "" || id == h.workspace:
		return nil
	case h.workspace == "":
		h.workspace, h.named = id, path
		return nil
	}
	return &results.PathError{Path: path, Problem: fmt.Sprintf("is of workspace %s, but %s is of %s: ids mean nothing in another workspace, name results of one only", id, h.named, h.workspace)}
}
