package history

import (
	"fmt"
	"slices"
	"time"

	"leadimport/client"
	"leadimport/importer/results"
	"leadimport/mapping"
)

// facts are what one ledger tells of a key.
type facts struct {
	knownKey
	ledger *ledger
	n      int // the entry; -1: nothing is known
	rare   *rare
}

// facts looks a key up, and notes it when it is asked for.
func (l *ledger) facts(d Digest, ask bool) facts {
	n := l.keys.find(d)
	if n < 0 {
		return facts{n: -1}
	}
	if ask {
		l.keys.entries.at(n).flags |= asked
	}
	return l.entry(n)
}

func (l *ledger) entry(n int) facts {
	return facts{knownKey: *l.keys.entries.at(n), ledger: l, n: n, rare: l.rare[n]}
}

// line reads the line, but for what only people ask for.
func (f facts) line() (results.Line, error) { return f.ledger.files[f.file].Brief(f.place) }

// whole reads all of the line.
func (f facts) whole() (results.Line, error) {
	line, _, err := f.ledger.files[f.file].Line(f.place)
	return line, err
}

// combine draws the conclusion from both ledgers.
func (h *History) combine(key string, own, earlier facts) (k Known, err error) {
	if own.n < 0 && earlier.n < 0 {
		return k, nil
	}
	mine, err := own.word(key)
	if err != nil {
		return k, err
	}
	theirs, err := earlier.word(key)
	if err != nil {
		return k, err
	}
	best := &mine
	if theirs.rank() > mine.rank() || theirs.rank() == mine.rank() && theirs.at > mine.at {
		best = &theirs
	}
	touched := max(mine.touched, theirs.touched)
	if best.rank() > 1 {
		k.Line = best.line
		k.Own = best == &mine
		k.Newest = best == &theirs && int(earlier.file) == h.earlier.file
		of := earlier
		if k.Own {
			of = own
		}
		if touched > best.at || h.perhaps[k.Line.ID] || of.ledger.undoLost[int(of.file)] || h.isRestored(k.Line.ID, best.at, of) {
			k.Line.Hash = ""
		}
	}
	if u := newerUndone(mine.undone, theirs.undone); u.id != "" && (k.Line.ID == "" || u.at > best.at) {
		k.Undone = u.id
	}
	decided := max(mine.decided, theirs.decided)
	named := mine.line.ID != "" && mine.at == decided || theirs.line.ID != "" && theirs.at == decided
	k.Doubt = h.doubt(key, decided, named, own.rare, earlier.rare)
	if k.Doubt != nil {
		k.Line.Hash = ""
	}
	if r := own.rare; r != nil && r.applied != 0 {
		a, err := h.files.Applied(r.applied)
		if err != nil {
			return Known{}, err
		}
		// A line of the same row that is whole, and not older, tells that all of
		// it was sent: the journal lost its outcome.
		if whole := mine.flags&settled != 0 && mine.line.Row == a.Line.Row && !mine.line.At.Before(a.Line.At); !whole && !h.isRestored(a.Line.ID, millis(a.Line.At), own) {
			k.Applied = &a
		}
	}
	for _, r := range []*rare{own.rare, earlier.rare} {
		if r != nil && r.late.At.After(k.LateAt) {
			k.Late, k.LateAt = r.late.Server, r.late.At
		}
	}
	return k, nil
}

// isRestored reports whether an undo has put back what a line tells of. A line
// of a file to which nothing was added since its undo is older than that,
// whatever the clock says.
func (h *History) isRestored(id string, at int64, of facts) bool {
	restored, ok := h.restored[id]
	return ok && (restored >= at || of.ledger.files[of.file].UndoneLast())
}

// word is the newest word of one ledger.
type word struct {
	flags   flags
	line    results.Line
	at      int64
	decided int64
	touched int64
	undone  undone
}

// rank is that of the line.
func (w *word) rank() int { return w.flags.rank() }

func (f facts) word(key string) (w word, err error) {
	if f.n < 0 {
		return w, nil
	}
	w.flags = f.flags
	if f.flags&hasLine != 0 {
		if w.line, err = f.line(); err == nil && mapping.FoldKey(w.line.Key) != key {
			err = fmt.Errorf("%s: the line of row %d has changed since it was read", f.ledger.files[f.file].Path(), w.line.Row)
		}
		if err != nil {
			return w, err
		}
		w.at = millis(w.line.At)
	}
	if f.flags&deciding != 0 {
		w.decided = w.at
	}
	if f.flags&taken != 0 {
		w.undone = undone{w.line.ID, w.at}
	}
	if f.rare != nil {
		w.decided = max(w.decided, f.rare.decided)
		w.touched = f.rare.touched
		w.undone = newerUndone(w.undone, f.rare.undone)
	}
	return w, nil
}

func newerUndone(a, b undone) undone {
	if b.id != "" && (a.id == "" || b.at > a.at) {
		return b
	}
	return a
}

// doubt is what is open of a key since it was last decided; nil: nothing.
// named tells that the line which decided it has an id: then no create was
// begun in the same millisecond, but the one that the line is about.
func (h *History) doubt(key string, decided int64, named bool, all ...*rare) *results.Doubt {
	var open []openDoubt
	var last *unsure
	for _, r := range all {
		if r == nil {
			continue
		}
		for _, d := range r.doubts {
			if d.at > decided || d.at == decided && (d.ID != "" || !named) {
				open = append(open, d)
			}
		}
		if u := r.unsure; u != nil && u.at >= decided && !h.undone[u.id] && (last == nil || u.at > last.at) {
			last = u
		}
	}
	switch {
	case len(open) > 0:
		d := merge(open)
		return &d
	case last != nil:
		// The line was written after the wait: nothing was in flight any more.
		d := results.Doubt{Row: last.row, Key: key, ID: last.id}
		if last.at != never {
			d.Since = time.UnixMilli(last.at).UTC()
		}
		return &d
	}
	return nil
}

// merge makes one doubt of several that nobody decided in between: what may
// have been sent was sent between the first and the last.
func merge(list []openDoubt) results.Doubt {
	slices.SortStableFunc(list, func(a, b openDoubt) int { return int(min(1, max(-1, a.at-b.at))) })
	d := list[len(list)-1].Doubt
	for _, o := range list[:len(list)-1] {
		d.First, d.Last = client.Earlier(d.First, o.First), client.Later(d.Last, o.Last)
		if !d.Reckoned.Known() || o.Reckoned.Known() && o.Reckoned.Low.Before(d.Reckoned.Low) {
			d.Reckoned = o.Reckoned
		}
		if o.FirstAt.Before(d.FirstAt) {
			d.FirstAt = o.FirstAt
		}
		if o.LastAt.After(d.LastAt) {
			d.LastAt = o.LastAt
		}
		if o.Since.After(d.Since) {
			d.Since, d.SinceServer = o.Since, o.SinceServer
		}
		for _, id := range o.NotOurs {
			if !slices.Contains(d.NotOurs, id) {
				d.NotOurs = append(slices.Clone(d.NotOurs), id)
			}
		}
	}
	return d
}
