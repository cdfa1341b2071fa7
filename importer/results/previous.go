package results

import (
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"time"
)

// Previous knows the keys of earlier runs. It keeps their places, not their
// lines: at most 64 bytes a key while it is loaded, half of that afterwards.
// Not safe for concurrent use.
type Previous struct {
	files     []*previousFile
	keys      keyTable
	doubts    map[int]Doubt // by entry, from journals
	kinds     map[string]bool
	workspace string
	newest    int // the results file with the youngest line, by number of files; -1: there is none
}

// previousFile is a results file that is held open, so that what was loaded
// stays what is read; or the journal of one, decoder nil, for lines that only
// it has.
type previousFile struct {
	path    string
	file    *os.File
	window  *window
	decoder *decoder
	run     int // number of the results file: a journal belongs to one
}

// PreviousEntry is what earlier runs know of a key.
type PreviousEntry struct {
	// Line is the newest line that has an id; ID is empty when none has. Rows
	// that were invalid or skipped had nothing sent for them: their lines only
	// count when there is no other. Hash is blank unless it is what the API is
	// known to hold.
	Line Line
	// Unresolved: no line has an id, and by the newest word, of a line or of
	// the journal of a run that was never resumed, the key may exist: it is
	// looked up before it is created.
	Unresolved bool
	// Newest: Line is of the newest results.
	Newest bool
	// Doubt is what is known of that. Without a journal it is little: First is
	// zero, and Since is when the row was given up.
	Doubt Doubt
}

// Find looks up a key, with its kind: "email:joe@example.com". ok is false for
// a key that may be created at once. It reads a line from disk; an error means
// that nothing is known, not that the key is new.
func (p *Previous) Find(key string) (e PreviousEntry, ok bool, err error) {
	if p == nil {
		return e, false, nil
	}
	n := p.keys.find(digestOf(key))
	if n < 0 {
		return e, false, nil
	}
	known := p.keys.entries.at(n)
	known.where |= seen
	w := known.where
	if w&hasLine == 0 {
		return PreviousEntry{Unresolved: true, Doubt: p.doubts[n]}, w&unresolved != 0, nil
	}
	f := p.files[w.file()]
	if e.Line, err = f.line(w.offset()); err == nil && e.Line.Key != key {
		err = fmt.Errorf("%s, row %d: the line has changed since it was read", f.path, e.Line.Row)
	}
	if err != nil {
		return PreviousEntry{}, false, err
	}
	if w&staleHash != 0 {
		e.Line.Hash = ""
	}
	e.Newest = f.run == p.newest
	return e, true, nil
}

func (f *previousFile) line(offset int64) (Line, error) {
	if f.window == nil {
		f.window = newWindow(f.file, f.path)
	}
	if f.decoder == nil {
		o, err := f.window.outcome(offset)
		if err != nil {
			return Line{}, err
		}
		return o.Line, nil
	}
	sc, err := f.window.record(offset)
	if err != nil {
		return Line{}, err
	}
	return f.decoder.line(sc)
}

// Workspace is the one that all lines name; empty when none does.
func (p *Previous) Workspace() string { return p.workspace }

// Kinds are the kinds of the keys, sorted: what stands before the colon.
func (p *Previous) Kinds() []string { return slices.Sorted(maps.Keys(p.kinds)) }

// Keys is how many keys are known, with an id or unresolved.
func (p *Previous) Keys() int {
	all, _ := p.count()
	return all
}

// Vanished is how many known keys nobody has asked for.
func (p *Previous) Vanished() int {
	all, asked := p.count()
	return all - asked
}

func (p *Previous) count() (all, asked int) {
	if p == nil {
		return 0, 0
	}
	for n := range p.keys.entries.n {
		if w := p.keys.entries.at(n).where; w&(hasLine|unresolved) != 0 {
			all++
			if w&seen != 0 {
				asked++
			}
		}
	}
	return all, asked
}

// Newest is the results file with the youngest line: its path and the columns
// of its input. ok is false when there are no earlier results.
func (p *Previous) Newest() (path string, columns []string, ok bool) {
	if p == nil || p.newest < 0 {
		return "", nil, false
	}
	f := p.files[p.newest]
	return f.path, f.decoder.echoed(), true
}

// NewestKeys is how many keys have their line in the newest results, and how
// many of those nobody has asked for.
func (p *Previous) NewestKeys() (all, vanished int) {
	if p == nil {
		return 0, 0
	}
	for n := range p.keys.entries.n {
		if w := p.keys.entries.at(n).where; w&hasLine != 0 && p.files[w.file()].run == p.newest {
			all++
			if w&seen == 0 {
				vanished++
			}
		}
	}
	return all, vanished
}

// Close closes the files.
func (p *Previous) Close() error {
	if p == nil {
		return nil
	}
	for _, f := range p.files {
		f.file.Close()
	}
	return nil
}

// previousLoader keeps what only loading needs.
type previousLoader struct {
	*Previous
	times  chunked[keyTimes]     // beside keys.entries
	named  string                // the file whose workspace counts
	mine   func(key string) bool // nil: every key counts
	latest time.Time             // of the newest line
}

// keyTimes orders the lines of a key, in Unix milliseconds.
type keyTimes struct {
	line int64 // of the newest line with an id
	open int64 // of the newest word without one that leaves the key open
}

// put takes a line into account that is at offset of the newest file.
func (l *previousLoader) put(line Line, offset int64) error {
	if ws := line.Workspace; ws != "" && ws != l.workspace {
		path := l.files[len(l.files)-1].path
		if l.workspace != "" {
			return &PathError{Path: path, Problem: fmt.Sprintf("is of workspace %s, but %s is of %s: ids mean nothing in another workspace, name results of one only", ws, l.named, l.workspace)}
		}
		l.workspace, l.named = ws, path
	}
	if line.Key == "" || l.mine != nil && !l.mine(line.Key) {
		return nil
	}
	if run := l.files[len(l.files)-1].run; l.newest < 0 || line.At.After(l.latest) {
		l.newest, l.latest = run, line.At
	}
	switch {
	case line.ID != "":
	case line.Status == Unresolved || line.Status == Failed:
		// The line was written after the wait: nothing was in flight any more.
		l.open(line.At, line.Status == Unresolved, Doubt{Row: line.Row, Key: line.Key, Last: line.At, Since: line.At})
		return nil
	default:
		return nil // nothing was sent
	}
	n := l.entry(line.Key)
	known, times := l.keys.entries.at(n), l.times.at(n)
	at, w := line.At.UnixMilli(), newWhere(len(l.files)-1, offset)
	if line.Status == Invalid || line.Status == Skipped && line.ErrorCode != Gone {
		w |= weak
	}
	if old := known.where; old&hasLine != 0 {
		stronger, weaker := old&weak > w&weak, old&weak < w&weak
		if weaker || !stronger && at < times.line {
			return nil
		}
	}
	times.line = at
	known.where = w | known.where&(flags&^weak)
	return nil
}

// open notes that at this time it was not known what the API holds for d.Key,
// and whether it may hold it at all.
func (l *previousLoader) open(at time.Time, mayExist bool, d Doubt) {
	if l.mine != nil && !l.mine(d.Key) {
		return
	}
	n := l.entry(d.Key)
	known, times := l.keys.entries.at(n), l.times.at(n)
	ms := at.UnixMilli()
	if ms < times.open {
		return
	}
	times.open = ms
	known.where &^= unresolved
	delete(l.doubts, n)
	if mayExist {
		known.where |= unresolved
		l.doubts[n] = d
	}
}

// entry finds or adds a key.
func (l *previousLoader) entry(key string) int {
	d := digestOf(key)
	n := l.keys.find(d)
	if n < 0 {
		n = l.keys.add(d)
		l.times.add(keyTimes{})
		kind, _, _ := strings.Cut(key, ":")
		l.kinds[kind] = true
	}
	return n
}

// weigh decides which hashes still hold.
func (l *previousLoader) weigh() {
	for n := range l.keys.entries.n {
		if known, times := l.keys.entries.at(n), l.times.at(n); known.where&hasLine != 0 && times.open > times.line {
			known.where |= staleHash
		}
	}
}

// read takes all lines of a results file into account.
func (l *previousLoader) read(r *Reader) (anyUnresolved bool, err error) {
	l.files = append(l.files, &previousFile{path: r.path, file: r.file, decoder: r.decoder, run: len(l.files)})
	for {
		line, err := r.next(r.decoder.brief)
		if err == io.EOF {
			return anyUnresolved, nil
		}
		if err != nil {
			return false, err
		}
		anyUnresolved = anyUnresolved || line.Status == Unresolved
		if err := l.put(line, r.scanner.start); err != nil {
			return false, err
		}
	}
}
