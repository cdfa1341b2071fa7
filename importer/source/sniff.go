package source

import "bytes"

// delimiters are those looked for, in the order of preference.
var delimiters = []string{",", ";", "\t", "|"}

// sniff finds the dialect of a file that begins with head: the delimiter that
// cuts the header and the records after it into the same number of cells.
func sniff(head []byte, name string) Dialect {
	best, bestScore := Dialect{",", '"'}, 0.0
	for _, delimiter := range delimiters {
		d := Dialect{delimiter, '"'}
		if score := regularity(head, name, d); score > bestScore {
			best, bestScore = d, score
		}
	}
	return best
}

// regularity is the share of records that have as many cells as the first one,
// 0 when that is one cell, a little more for wider tables.
func regularity(head []byte, name string, d Dialect) float64 {
	s := newScanner(bytes.NewReader(head), name, d)
	header, err := readHeader(s)
	if err != nil || len(header) < 2 {
		return 0
	}
	r := &Reader{s: s, header: header, ReuseCells: true}
	same, all := 1.0, 1.0
	for all < 200 {
		row, err := r.Next()
		if err != nil {
			break
		}
		all++
		if len(row.Cells) == len(header) {
			same++
		}
	}
	share := same / all
	return share * share * (1 + 0.1*float64(min(len(header), 20))/20)
}
