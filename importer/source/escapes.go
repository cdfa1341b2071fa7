package source

import (
	"bytes"
	"fmt"

	"leadimport/cell"
)

// Text that another program left escaped, or decoded in a wrong way, is said
// and left as it is: it may be meant.

// marksOf adds to seen the numbers of the escapes whose mark b holds.
func marksOf(seen uint16, b []byte) uint16 {
	for i := range cell.Escapes {
		if seen&(1<<i) == 0 && has(b, cell.Escapes[i].Marks) {
			seen |= 1 << i
		}
	}
	return seen
}

func has(b []byte, marks string) bool {
	for i := range len(marks) {
		if bytes.IndexByte(b, marks[i]) >= 0 {
			return true
		}
	}
	return false
}

// escapeNotes tell of the cells of a row that hold escaped text, of the ways
// that the file's text has marks of.
func escapeNotes(line int, header, cells []string, seen uint16, raw []byte) []Note {
	var notes []Note
	for i := range cell.Escapes {
		e := &cell.Escapes[i]
		if seen&(1<<i) == 0 || !has(raw, e.Marks) {
			continue
		}
		for n, c := range cells {
			if !e.In(c) {
				continue
			}
			sample := []rune(c)
			if len(sample) > 60 {
				sample = append(sample[:57:57], []rune("...")...)
			}
			notes = append(notes, Note{line, 0, e.Code, fmt.Sprintf("column %q has %s, such as %q; left as it is", header[n], e.What, string(sample))})
		}
	}
	return notes
}
