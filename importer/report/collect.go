package report

import (
	"errors"
	"io"
	"math"
	"path/filepath"

	"leadimport/importer/results"
)

// errUnordered says that a file is not in input order: its run has not ended,
// and a row may have several lines.
var errUnordered = errors.New("lines in order of completion")

// Collect reads results files, finished or not, and sums them up. Memory is
// bounded but for 16 bytes a row of the file being read. An error is the
// Reader's, and names the file.
func Collect(paths []string, opt Options) (*Report, error) {
	b, err := collect(paths, opt, false)
	if errors.Is(err, errUnordered) {
		b, err = collect(paths, opt, true)
	}
	if err != nil {
		return nil, err
	}
	return b.finish(), nil
}

func collect(paths []string, opt Options, twice bool) (*builder, error) {
	b := newBuilder(opt)
	names := displayNames(paths)
	for i, path := range paths {
		newest := &newestLines{all: true}
		if twice {
			var err error
			if newest, err = findNewest(path); err != nil {
				return nil, err
			}
		}
		if err := b.read(path, names[i], newest); err != nil {
			return nil, err
		}
	}
	return b, nil
}

// read adds the lines of one file.
func (b *builder) read(path, name string, newest *newestLines) error {
	r, err := results.Read(path)
	if err != nil {
		return err
	}
	defer r.Close()
	b.begin(name, r.Header())
	b.file.Unfinished = newest.unordered
	last := 0
	for n := 1; newest.all || n <= newest.lines; n++ {
		line, cells, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
		if newest.all && !inOrder(&last, line.Row) {
			return errUnordered
		}
		if newest.counts(line.Row, n) {
			b.add(line, cells)
		}
	}
	b.file.Torn = r.Torn || newest.torn
	b.end()
	return nil
}

// newestLines tells which lines of a file count: the last one of each row.
type newestLines struct {
	all       bool // every line does; nothing else is known
	lines     int  // of the file when it was looked at: its run may be going on
	unordered bool // the lines are not in input order
	torn      bool
	seen      map[int]uint64 // rows, 64 to an entry
	again     map[int]int    // the last line of a row that has several
}

// findNewest reads a file for its row numbers alone.
func findNewest(path string) (*newestLines, error) {
	r, err := results.Read(path)
	if err != nil {
		return nil, err
	}
	defer r.Close()
	n := &newestLines{seen: make(map[int]uint64), again: make(map[int]int)}
	last := 0
	for {
		line, _, err := r.Next()
		if err == io.EOF {
			n.torn = r.Torn
			return n, nil
		}
		if err != nil {
			return nil, err
		}
		n.lines++
		n.unordered = !inOrder(&last, line.Row) || n.unordered
		page, bit := line.Row/64, uint64(1)<<(line.Row%64)
		if n.seen[page]&bit != 0 {
			n.again[line.Row] = n.lines
		}
		n.seen[page] |= bit
	}
}

// inOrder reports whether a row may come behind last, which it then is. Lines
// without a row stand behind all that have one.
func inOrder(last *int, row int) bool {
	if row == 0 {
		*last = math.MaxInt
		return true
	}
	before := *last
	*last = row
	return row > before
}

func (n *newestLines) counts(row, line int) bool {
	if row == 0 { // of a row that the list no longer has; there may be many
		return true
	}
	last, several := n.again[row]
	return !several || line == last
}

// displayNames are the paths without their folders, as far as that tells them
// apart.
func displayNames(paths []string) []string {
	count := make(map[string]int)
	for _, path := range paths {
		count[filepath.Base(path)]++
	}
	names := make([]string, len(paths))
	for i, path := range paths {
		names[i] = clean(path, maxName)
		if base := filepath.Base(path); count[base] == 1 {
			names[i] = clean(base, maxName)
		}
	}
	return names
}
