package results

import "slices"

// maxRow bounds row numbers, so that a damaged one cannot ask for memory.
const maxRow = 1<<31 - 1

const chunkRows = 4096

// byRow keeps a small value for each row of the run that is going on, in
// chunks, so that rows nobody has come to cost nothing. The zero byRow is
// empty.
type byRow[T comparable] struct {
	chunks []*[chunkRows]T
	max    int // the highest row that was set
}

// index finds the newest line of each row: 8 bytes a row.
type index = byRow[Place]

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
	}
	if x.chunks[c] == nil {
		x.chunks[c] = new([chunkRows]T)
	}
	x.chunks[c][(row-1)%chunkRows] = v
	x.max = max(x.max, row)
}

// Place is where a line stands in the files of a run: its offset, its status,
// and whether it is in the journal only. The zero Place is nowhere.
type Place uint64

const (
	placeJournal = 1 << 4
	placeShift   = 5
)

func newPlace(offset int64, s Status, journal bool) Place {
	p := Place(offset)<<placeShift | Place(slices.Index(Statuses, s)+1)
	if journal {
		p |= placeJournal
	}
	return p
}

func (p Place) offset() int64 { return int64(p >> placeShift) }

// InJournal reports whether the line is in the journal only: the results file
// lost it, or another program has changed it there.
func (p Place) InJournal() bool { return p&placeJournal != 0 }

func (p Place) status() Status {
	if n := p & (placeJournal - 1); n != 0 {
		return Statuses[n-1]
	}
	return ""
}
