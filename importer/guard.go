package importer

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// MaxChange bounds how much of the newest earlier results a run may change.
// The zero value sets no bound.
type MaxChange struct {
	Set     bool
	Percent float64 // of the keys that the newest earlier results have
}

// guardChange refuses a file that would change too much of what the newest
// earlier results hold, or no longer has too much of it: it is more often a
// broken export than a busy night. A run that is resumed was let through
// when it began.
func (j *Job) guardChange() error {
	limit, f := j.cfg.MaxChange, &j.forecast
	if !limit.Set || j.earlier != nil {
		return nil
	}
	keys, vanished := j.cfg.Previous.NewestKeys()
	if j.cfg.Limit > 0 {
		vanished = 0 // the rest of the file was not looked at
	}
	if float64(f.Changed+vanished)*100 <= limit.Percent*float64(keys) {
		return nil
	}
	path, _, _ := j.cfg.Previous.Newest()
	return stop(NothingSent, "if the file is right, run it again with a higher --max-change, or without it",
		"of %d people in %s, %d have changed and %d are no longer in the file: %.1f%% is more than --max-change %g%%",
		keys, path, f.Changed, vanished, 100*float64(f.Changed+vanished)/float64(keys), limit.Percent)
}

// NewColumns says what a column means that the newest earlier results did not
// have and the mapping does not name.
type NewColumns string

const (
	// WarnNewColumns notes it. The zero value means the same.
	WarnNewColumns NewColumns = "warn"
	// RefuseNewColumns refuses the file.
	RefuseNewColumns NewColumns = "error"
)

// guardColumns compares the header with that of the newest earlier results. A
// column that the mapping file maps or ignores was met by a person; one that
// an inferred mapping takes was not.
func (j *Job) guardColumns() error {
	path, then, ok := j.cfg.Previous.Newest()
	if !ok {
		return nil
	}
	f, m := &j.forecast, j.cfg.Mapping
	known := append(slices.Clone(then), m.Ignored()...)
	if !m.Inferred() {
		known = append(known, m.Columns()...)
	}
	now := j.cfg.Input.Header()
	var fresh, gone []string
	for _, name := range now {
		if name != "" && !slices.Contains(known, name) && !strings.HasPrefix(name, "import_") {
			fresh = append(fresh, name)
		}
	}
	for _, name := range then {
		if !slices.Contains(now, name) && !slices.Contains(m.Ignored(), name) {
			gone = append(gone, name)
		}
	}
	if len(fresh) > 0 && j.cfg.NewColumns == RefuseNewColumns {
		return stop(NothingSent, "map them, or put them under ignore: in the mapping",
			"%s: the file has columns that %s did not have: %s", j.cfg.Input.Name(), path, quoted(fresh))
	}
	if len(fresh) > 0 {
		f.NewColumns = fresh
		f.Notes = append(f.Notes, fmt.Sprintf("new since %s: %s (map it, or put it under ignore: in the mapping)", path, quoted(fresh)))
	}
	if len(gone) > 0 {
		f.Notes = append(f.Notes, fmt.Sprintf("gone since %s: %s", path, quoted(gone)))
	}
	return nil
}

// quoted lists names for a message.
func quoted(names []string) string {
	list := make([]string, len(names))
	for i, name := range names {
		list[i] = strconv.Quote(name)
	}
	return strings.Join(list, ", ")
}
