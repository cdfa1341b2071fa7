// Package history answers what is known of a key, from the results, journals
// and undo files of earlier runs and of the run itself. Rows come, go and move
// between runs; keys stay, so everything is asked by key.
//
// Of a key, the newest line that has an id counts, and an id is never given up
// for a blank one. An id that an undo took back is nobody's; of one that it has
// restored the id alone is known, for what was sent is not there any more. An
// intent without an
// outcome is a doubt, whether or not its run ended, until a newer line says
// what became of it. Where journal and results file tell of the same instant
// and differ, something has changed the results file, and the journal counts.
package history

import (
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	"leadimport/client"
	"leadimport/importer/results"
	"leadimport/mapping"
)

// Options are the files to read.
type Options struct {
	// Own is the store of the run, opened and not begun; nil: there is none.
	// What it resumes is part of the history.
	Own *results.Store
	// Previous are results of earlier runs: paths and globs. A glob that
	// matches nothing is no error, a plain path that is missing is.
	Previous []string
	// Undoing: an undo asks, which writes a lost record of an undo again.
	Undoing bool
	// Self is the run's own results file, which Previous does not mean.
	Self string
	// Mine tells which keys are the caller's: a shard remembers no others;
	// nil: all.
	Mine func(key string) bool
	// Gone asks the API whether a contact is not there any more, or archived;
	// known is false when the API does not tell. It is asked about leads that an
	// undo was about to take back when it was interrupted. Nil: nobody can be
	// asked, and they count as there.
	Gone func(id string) (gone, known bool, err error)
}

// History is what files tell of keys. Its methods may be called from any
// goroutine, but for Close.
type History struct {
	mine    func(key string) bool
	undoing bool
	undone  map[string]bool
	perhaps map[string]bool // an undo was interrupted that may have taken them back
	// restored are ids of whom an undo has put back what a run changed, or may
	// have, and when: what was sent before is not what the API holds.
	restored  map[string]int64
	workspace string
	named     string // the file whose workspace counts
	warnings  []string
	lag       time.Duration
	files     *results.Files // of the run itself; nil: none
	own       *ledger
	earlier   *ledger

	mu sync.Mutex // guards the flag asked
}

// Open reads all files. The error is a *results.HeldError for earlier results
// whose run is still going, a *results.LinkedError, *results.PathError or
// *results.DamagedError for files that cannot be used.
func Open(o Options) (_ *History, err error) {
	h := &History{mine: o.Mine, undoing: o.Undoing, undone: map[string]bool{}, perhaps: map[string]bool{}, restored: map[string]int64{}, own: newLedger(), earlier: newLedger()}
	paths, err := expand(o.Previous, o.Self)
	if err != nil {
		return nil, err
	}
	if o.Own != nil {
		h.files = o.Own.Files()
	}
	if h.files != nil {
		paths = append(paths, h.files.Path())
	}
	for _, path := range paths {
		if err := h.readUndone(path, o.Gone); err != nil {
			return nil, err
		}
	}
	// Later files win ties, the run's own at last.
	before := loader{ledger: h.earlier, h: h}
	if h.files != nil {
		paths = paths[:len(paths)-1]
	}
	for _, path := range paths {
		f, err := results.OpenFiles(path)
		if err == nil {
			err = before.load(f)
		}
		if err != nil {
			h.Close()
			return nil, err
		}
		h.warnings = append(h.warnings, f.Warnings()...)
	}
	before.end()
	if h.files != nil {
		mine := loader{ledger: h.own, h: h, own: true}
		if err := mine.load(h.files); err != nil {
			h.Close()
			return nil, err
		}
		mine.end()
		h.warnings = append(h.warnings, h.files.Warnings()...)
	}
	return h, nil
}

// readUndone learns which ids an undo has made nobody's, and of whom it has put
// back what was there before.
func (h *History) readUndone(path string, gone func(id string) (gone, known bool, err error)) error {
	ids, err := results.ReadUndone(path)
	if err != nil {
		return err
	}
	unknown := 0
	for id, one := range ids {
		status := one.Status
		taken := status == results.Taken
		if status == results.Restoring || status == results.Restored {
			at := millis(one.At)
			if at == never {
				at = math.MaxInt64
			}
			h.restored[id] = max(h.restored[id], at)
		}
		if status == results.Taking && gone == nil {
			unknown++
			h.perhaps[id] = true
		} else if status == results.Taking {
			var known bool
			if taken, known, err = gone(id); err == nil && !known {
				known, err = tells(ids, gone)
			}
			if err != nil {
				return fmt.Errorf("asking for a lead that an interrupted undo was about to take back: %w", err)
			}
			if !known {
				return &results.PathError{Path: path, Problem: fmt.Sprintf("an undo of it was interrupted, and the API does not tell whether lead %s was taken back: run leadimport undo --yes %s to its end, then this again", id, path)}
			}
		}
		if taken {
			h.undone[id] = true
		}
	}
	if unknown > 0 {
		h.warnings = append(h.warnings, fmt.Sprintf("%s: an undo of it was interrupted, and %d of its leads may be gone: run undo again to its end", path, unknown))
	}
	return nil
}

// tells reports whether the API shows of a lead that the undo took back that it
// is gone: then one that it shows otherwise is there.
func tells(ids map[string]results.Undone, gone func(id string) (gone, known bool, err error)) (bool, error) {
	for id, one := range ids {
		if one.Status == results.Taken {
			shown, _, err := gone(id)
			return shown, err
		}
	}
	return false, nil
}

// Known is what is known of a key. The zero Known: nothing.
type Known struct {
	// Line is the newest line of the key that has an id which is somebody's;
	// without an id there is none. Its Hash is blank unless it is what the API
	// is known to hold.
	Line results.Line
	// Own: Line is of the run's own results.
	Own bool
	// Newest: Line is of the newest earlier results.
	Newest bool
	// Doubt was begun and is not decided: it is looked up before anything is
	// created. Its Lead has no fields, and only Key, Row and Since are known,
	// when no journal tells.
	Doubt *results.Doubt
	// Applied: the API has the lead of a row of the run itself; its company or
	// tags are open.
	Applied *results.Applied
	// Late and LateAt are when an attempt ended that may still be applied, by
	// the server's clock and by ours; zero: none.
	Late   client.Moment
	LateAt time.Time
	// Undone is the key's newest id, if undo took it back.
	Undone string
}

// Find tells what is known of a key with its kind: "email:joe@example.com". It
// notes that the key was asked for. It reads lines from disk; an error means
// that nothing is known, not that the key is new.
func (h *History) Find(key string) (Known, error) {
	if h == nil || key == "" {
		return Known{}, nil
	}
	d := DigestOf(key)
	h.mu.Lock()
	own, earlier := h.own.facts(d, true), h.earlier.facts(d, true)
	h.mu.Unlock()
	return h.combine(key, own, earlier)
}

// Seen notes that the file has a key in a row that cannot be imported, and
// tells the id that earlier results know of it. The row takes up nothing that
// the run's own files have of the key.
func (h *History) Seen(key string) (Known, error) {
	if h == nil || key == "" {
		return Known{}, nil
	}
	h.mu.Lock()
	earlier := h.earlier.facts(DigestOf(key), true)
	h.mu.Unlock()
	return h.combine(key, facts{n: -1}, earlier)
}

// Asked reports whether Find was called for a key that the run's own results
// know.
func (h *History) Asked(key string) bool {
	if h == nil {
		return false
	}
	d := DigestOf(key)
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.own.facts(d, false).flags&asked != 0
}

// Settled finds the line of the run's own results that says that the key was
// created, updated or found unchanged with this import_hash. It need not be
// the newest of the key: rows that share a key have a line each, whose hashes
// follow from each other. Whether the API still holds it is for the newest line
// to say, see Find.
func (h *History) Settled(key, hash string) (line results.Line, p results.Place, ok bool, err error) {
	if h == nil || hash == "" {
		return line, 0, false, nil
	}
	d := DigestOf(key)
	newest := h.own.facts(d, false)
	if newest.n < 0 {
		return line, 0, false, nil
	}
	var last results.Line
	if newest.flags&hasLine != 0 {
		if last, err = newest.line(); err != nil {
			return line, 0, false, err
		}
		if newest.flags&settled != 0 && last.Hash == hash && mapping.FoldKey(last.Key) == key {
			line, err = newest.whole()
			return line, newest.place, err == nil, err
		}
	}
	n := h.own.older.find(d.of(hashOf(hash)))
	if n < 0 {
		return line, 0, false, nil
	}
	older := facts{ledger: h.own, knownKey: *h.own.older.entries.at(n)}
	if line, err = older.whole(); err != nil {
		return line, 0, false, err
	}
	ok = mapping.FoldKey(line.Key) == key && line.Hash == hash && line.Row != last.Row // else the same row was sent again since
	return line, older.place, ok, nil
}

// Owner tells whose an id is, over all files.
func (h *History) Owner(id string) (key Digest, ok bool) {
	if h == nil || id == "" || h.undone[id] {
		return Digest{}, false
	}
	for _, l := range []*ledger{h.own, h.earlier} {
		if owner, ok := l.ids.owner(id); ok {
			return l.keys.entries.at(owner).key, true
		}
	}
	return Digest{}, false
}

// OwnOpen calls each for the run's own intents that have no outcome, by their
// rows, whether or not somebody has asked for the key. It ends with each's
// first error.
func (h *History) OwnOpen(each func(results.Doubt) error) error {
	if h == nil {
		return nil
	}
	list := slices.Clone(h.own.loose)
	for n, r := range h.own.rare {
		if len(r.doubts) == 0 {
			continue
		}
		known, err := h.both(h.own.keys.entries.at(n).key, r.doubts[0].Key)
		if err != nil {
			return err
		}
		if known.Doubt != nil {
			list = append(list, *known.Doubt)
		}
	}
	slices.SortFunc(list, func(a, b results.Doubt) int { return a.Row - b.Row })
	for _, d := range list {
		if err := each(d); err != nil {
			return err
		}
	}
	return nil
}

// Undecided reports whether anything was begun of any key, and not decided, as
// far as the files tell.
func (h *History) Undecided() bool {
	if h == nil {
		return false
	}
	for _, l := range []*ledger{h.own, h.earlier} {
		if len(l.loose) > 0 {
			return true
		}
		for _, r := range l.rare {
			if r.unsure != nil || len(r.doubts) > 0 {
				return true
			}
		}
	}
	return false
}

// EarlierOpen calls each for the creates of earlier runs that have no outcome,
// and whose keys neither a row nor the run's own files have taken up: the list
// has their rows no more. It ends with each's first error.
func (h *History) EarlierOpen(each func(results.Doubt) error) error {
	if h == nil {
		return nil
	}
	var list []results.Doubt
	for n, r := range h.earlier.rare {
		k := h.earlier.keys.entries.at(n)
		if len(r.doubts) == 0 || k.flags&asked != 0 || h.own.keys.find(k.key) >= 0 {
			continue
		}
		known, err := h.both(k.key, r.doubts[0].Key)
		if err != nil {
			return err
		}
		if d := known.Doubt; d != nil && d.ID == "" && !d.FirstAt.IsZero() {
			list = append(list, *d)
		}
	}
	slices.SortFunc(list, func(a, b results.Doubt) int { return strings.Compare(a.Key, b.Key) })
	for _, d := range list {
		if err := each(d); err != nil {
			return err
		}
	}
	return nil
}

// both is Find without its note.
func (h *History) both(d Digest, key string) (Known, error) {
	h.mu.Lock()
	own, earlier := h.own.facts(d, false), h.earlier.facts(d, false)
	h.mu.Unlock()
	return h.combine(key, own, earlier)
}

// Unasked calls each for what the run's own results say of keys that nobody has
// asked for: the newest line with an id, and an unresolved one that is newer.
// cells are those of Files.Columns, nil when the line is in the journal only.
// It ends with each's first error.
func (h *History) Unasked(each func(l results.Line, cells []string) error) error {
	if h == nil {
		return nil
	}
	for n := range h.own.keys.entries.n {
		h.mu.Lock()
		f := h.own.entry(n)
		h.mu.Unlock()
		if f.flags&asked != 0 {
			continue
		}
		var at results.Place
		if f.flags&hasLine != 0 && f.flags&taken == 0 {
			at = f.place
			if err := h.give(at, each); err != nil {
				return err
			}
		}
		if f.rare == nil || f.rare.unsure == nil || f.rare.unsure.place == at {
			continue
		}
		if u := f.rare.unsure; u.at >= f.rare.decided && !h.undone[u.id] {
			if err := h.give(u.place, each); err != nil {
				return err
			}
		}
	}
	return nil
}

func (h *History) give(p results.Place, each func(l results.Line, cells []string) error) error {
	line, cells, err := h.files.Line(p)
	if err != nil {
		return err
	}
	return each(line, cells)
}

// Meta is that of the run that is resumed. ok is false when its journal does
// not tell all that was begun: each row without a line must then be looked up
// before it is created; m is what is known nevertheless. Resumes tells whether
// there is such a run at all.
func (h *History) Meta() (m results.Meta, ok bool) {
	if h == nil || h.files == nil {
		return results.Meta{}, true
	}
	return h.files.Meta()
}

// Lost tells since when it is known that intents of the run are lost (see
// Meta): no attempt of the run that lost them was in flight any more.
func (h *History) Lost() (since time.Time, lost bool) {
	if h == nil || h.files == nil {
		return time.Time{}, false
	}
	return h.files.Lost()
}

// Resumes reports whether there is a run that is resumed.
func (h *History) Resumes() bool { return h != nil && h.files != nil }

// Warnings are what a person should know of the files.
func (h *History) Warnings() []string {
	if h == nil {
		return nil
	}
	return h.warnings
}

// Workspace is the one that all lines name, the run's own included; empty when
// none does.
func (h *History) Workspace() string {
	if h == nil {
		return ""
	}
	return h.workspace
}

// Lag is the longest time that any of the runs has seen the API take to show a
// lead that it had created; 0: none has.
func (h *History) Lag() time.Duration {
	if h == nil {
		return 0
	}
	return h.lag
}

// Kinds are the kinds of the keys of earlier results, sorted: what stands
// before the colon.
func (h *History) Kinds() []string {
	if h == nil {
		return nil
	}
	return slices.Sorted(maps.Keys(h.earlier.kinds))
}

// OwnKinds are those of the run's own results.
func (h *History) OwnKinds() []string {
	if h == nil {
		return nil
	}
	return slices.Sorted(maps.Keys(h.own.kinds))
}

// Has reports whether the results of earlier runs, and those of this one, know a
// key. It is not noted that it was asked for.
func (h *History) Has(key string) (earlier, own bool) {
	if h == nil {
		return false, false
	}
	d := DigestOf(key)
	h.mu.Lock()
	defer h.mu.Unlock()
	has := func(l *ledger) bool {
		f := l.facts(d, false)
		return f.n >= 0 && f.flags&taken == 0
	}
	return has(h.earlier), has(h.own)
}

// Numerals tells how whole numbers are written in the keys of all lines that
// have an id.
func (h *History) Numerals() mapping.Numerals {
	if h == nil {
		return mapping.Numerals{}
	}
	return h.own.numerals.Plus(h.earlier.numerals)
}

// Keys is how many keys earlier results know, with an id or in doubt.
func (h *History) Keys() int {
	all, _ := h.count(func(*knownKey) bool { return true })
	return all
}

// Vanished is how many of those nobody has asked for.
func (h *History) Vanished() int {
	_, unasked := h.count(func(*knownKey) bool { return true })
	return unasked
}

// NewestKeys is how many keys have their line in the newest earlier results,
// and how many of those nobody has asked for.
func (h *History) NewestKeys() (all, vanished int) {
	return h.count(func(k *knownKey) bool {
		return k.flags&hasLine != 0 && k.flags&taken == 0 && int(k.file) == h.earlier.file
	})
}

func (h *History) count(fits func(*knownKey) bool) (all, unasked int) {
	if h == nil {
		return 0, 0
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.earlier.count(fits)
}

// Newest is the earlier results file with the youngest line: its path and the
// columns of its input. ok is false when there are no earlier results.
func (h *History) Newest() (path string, columns []string, ok bool) {
	if h == nil || h.earlier.file < 0 {
		return "", nil, false
	}
	f := h.earlier.files[h.earlier.file]
	return f.Path(), f.Columns(), true
}

// Close closes the earlier files. Those of the run are the store's.
func (h *History) Close() error {
	if h == nil {
		return nil
	}
	for _, f := range h.earlier.files {
		f.Close()
	}
	return nil
}
