package results

import "slices"

// moves tells where the lines of a file stand since it was written anew with
// other columns: 16 bytes a line, and only then.
type moves struct{ from, to []int64 }

// now is the offset of the line that was at an offset; the same without moves.
func (m *moves) now(at int64) int64 {
	if m == nil {
		return at
	}
	if i, found := slices.BinarySearch(m.from, at); found {
		return m.to[i]
	}
	return at
}

func (m *moves) add(from, to int64) {
	m.from, m.to = append(m.from, from), append(m.to, to)
}
