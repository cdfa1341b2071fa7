package source

import "slices"

// frame makes what stands around a table count little, so that a short table
// among many remarks is found: lines that begin with #, and lines of one cell
// above and below records that all have the same width. A header that lacks the
// name of the first column, as R writes it, counts as one of its table.
func (t *tally) frame(d Dialect) {
	for width, n := range t.remarks {
		if n*2 < t.records && width != t.usual() {
			t.discount(width, n)
		}
	}
	wide := func(width int) bool { return width > 1 }
	first := slices.IndexFunc(t.order, wide)
	if first < 0 {
		return
	}
	last := len(t.order) - 1
	for !wide(t.order[last]) {
		last--
	}
	core := t.order[first : last+1]
	if len(d.Delimiter) == 1 && t.led*2 < t.records && first == 0 && len(core) > 2 && core[0] > 1 && core[1] == core[0]+1 && alike(core[1:]) {
		t.widths[core[0]]--
		t.widths[core[1]]++
		t.head[0] = core[1]
		t.unnamed = true
	}
	outside := len(t.order) - len(core)
	if outside > 0 && len(core) > 2 && len(core)*4 >= outside && len(t.remarks) == 0 && (alike(core) || nearlyAlike(core)) {
		t.discount(1, float64(outside))
		t.framed = true
	}
}

// discount makes n records of a width count for little.
func (t *tally) discount(width int, n float64) {
	t.widths[width] -= 0.9 * n
	t.records -= 0.9 * n
}

func alike(widths []int) bool {
	return !slices.ContainsFunc(widths, func(w int) bool { return w != widths[0] })
}

// nearlyAlike tells whether three quarters of the records have the same three
// cells or more.
func nearlyAlike(widths []int) bool {
	n := make(map[int]int)
	for _, w := range widths {
		n[w]++
	}
	for w, n := range n {
		if w > 2 && n > 2 && n*4 >= len(widths)*3 {
			return true
		}
	}
	return false
}
