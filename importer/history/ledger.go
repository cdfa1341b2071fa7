package history

import (
	"slices"
	"strings"
	"time"

	"leadimport/importer/results"
	"leadimport/mapping"
)

// ledger is what files tell of keys: those of the run itself, or those of
// earlier runs. It keeps the places of lines, not the lines: at most 64 bytes a
// key while it is loaded, two thirds of that afterwards.
type ledger struct {
	files []*results.Files
	keys  keyTable
	// older are lines of the run's own that stand for another hash than the
	// newest line of their key: rows that share a key have one each.
	older keyTable
	ids   idTable
	rare  map[int]*rare // by entry of keys
	loose []results.Doubt
	kinds map[string]bool
	// numerals counts the lines whose keys hold whole numbers, by how they are
	// written.
	numerals mapping.Numerals
	file     int          // whose line is the youngest; -1: there is no line
	undoLost map[int]bool // files whose leads an undo may have taken back
}

// rare is what only few keys need.
type rare struct {
	doubts  []openDoubt // of journals
	unsure  *unsure     // the newest line that is unresolved
	decided int64       // when the newest line was written that decides
	touched int64       // when the API last may have got something else than the line in the table says
	applied results.Place
	late    results.Late
	undone  undone // a line that is newer than the one in the table
}

type openDoubt struct {
	results.Doubt
	at int64 // when the newest intent was made
}

// unsure is a line of a row whose fate nobody knew.
type unsure struct {
	at    int64
	row   int
	id    string
	file  int
	place results.Place
}

// open reports whether something was begun and not decided, as far as one
// ledger tells.
func (r *rare) open() bool {
	if r == nil {
		return false
	}
	late := func(d openDoubt) bool { return d.at >= r.decided }
	return slices.ContainsFunc(r.doubts, late) || r.unsure != nil && r.unsure.at >= r.decided
}

// undone is an id that undo took back, and when it was recorded.
type undone struct {
	id string
	at int64
}

// never is older than any time. Unix milliseconds order lines; a time that is
// not known is never.
const never = 0

func millis(t time.Time) int64 {
	if t.IsZero() {
		return never
	}
	return t.UnixMilli()
}

func newLedger() *ledger {
	return &ledger{rare: map[int]*rare{}, kinds: map[string]bool{}, undoLost: map[int]bool{}, file: -1}
}

// entry finds or adds a key.
func (l *loader) entry(key string) int {
	d := DigestOf(key)
	n := l.keys.find(d)
	if n < 0 {
		n = l.keys.add(d)
		l.times.add(lineTimes{})
		kind, _, _ := strings.Cut(key, ":")
		if !l.kinds[kind] {
			l.kinds[kind] = true
		}
	}
	return n
}

// more returns what is rare of an entry, to be added to.
func (l *ledger) more(n int) *rare {
	r := l.rare[n]
	if r == nil {
		r = &rare{}
		l.rare[n] = r
	}
	return r
}

// alive reports whether an entry is somebody, or may be.
func (l *ledger) alive(n int) bool {
	k := l.keys.entries.at(n)
	if k.flags&hasLine != 0 && k.flags&taken == 0 {
		return true
	}
	return l.rare[n].open()
}

// count counts entries that are alive and fit, and those of them that nobody
// has asked for.
func (l *ledger) count(fits func(k *knownKey) bool) (all, unasked int) {
	for n := range l.keys.entries.n {
		if k := l.keys.entries.at(n); l.alive(n) && fits(k) {
			all++
			if k.flags&asked == 0 {
				unasked++
			}
		}
	}
	return all, unasked
}
