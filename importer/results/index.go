package results

import "slices"

// maxRow bounds row numbers, so that a damaged one cannot ask for memory.
const maxRow = 1<<31 - 1

const chunkRows = 4096

// byRow keeps a small value for each row, in chunks, so that rows nobody has
// come to cost nothing. The zero byRow is empty.
type byRow[T comparable] struct {
	chunks []*[chunkRows]T
	shared []bool // chunks that belong to the one this was cloned from
	max    int    // the highest row that was set
}

// index finds the newest line of each row: 8 bytes a row.
type index = byRow[place]

// at returns the value of row, zero when it has none.
func (x *byRow[T]) at(row int) T {
	c := (row - 1) / chunkRows
	if row < 1 || c >= len(x.chunks) || x.chunks[c] == nil {
		var none T
		return none
	}
	return x.chunks[c][(row-1)%chunkRows]
}

func (x *byRow[T]) set(row int, v T) {
	c := (row - 1) / chunkRows
	if n := c + 1 - len(x.chunks); n > 0 {
		x.chunks = append(x.chunks, make([]*[chunkRows]T, n)...)
		x.shared = append(x.shared, make([]bool, n)...)
	}
	switch {
	case x.chunks[c] == nil:
		x.chunks[c] = new([chunkRows]T)
	case x.shared[c]:
		own := *x.chunks[c]
		x.chunks[c], x.shared[c] = &own, false
	}
	x.chunks[c][(row-1)%chunkRows] = v
	x.max = max(x.max, row)
}

// clone returns one of its own that shares the memory of rows that do not
// change. x must not be set any more.
func (x *byRow[T]) clone() byRow[T] {
	shared := make([]bool, len(x.chunks))
	for i := range shared {
		shared[i] = true
	}
	return byRow[T]{chunks: slices.Clone(x.chunks), shared: shared, max: x.max}
}

// place is where a row's newest line is: its offset, its status, and whether
// it is in the journal only. The zero place is nowhere.
type place uint64

const (
	placeJournal = 1 << 4
	placeShift   = 5
)

func newPlace(offset int64, s Status, journal bool) place {
	p := place(offset)<<placeShift | place(slices.Index(Statuses, s)+1)
	if journal {
		p |= placeJournal
	}
	return p
}

func (p place) offset() int64 { return int64(p >> placeShift) }

func (p place) journal() bool { return p&placeJournal != 0 }

func (p place) status() Status {
	if n := p & (placeJournal - 1); n != 0 {
		return Statuses[n-1]
	}
	return ""
}
