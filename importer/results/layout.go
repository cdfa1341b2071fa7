package results

import (
	"errors"
	"io"
	"slices"
	"strings"
)

var errNotResults = errors.New("is not a results file: its header lacks import_row, import_status, import_id or import_key")

var errUTF16 = errors.New("is encoded in UTF-16, as a spreadsheet saves Unicode text: save it as CSV UTF-8")

// layout is how the columns of a results file lie. Files that a spreadsheet
// saved again are recognised: other delimiters, a BOM, CRLF.
type layout struct {
	comma   byte
	width   int      // columns of the file
	own     []int    // where each of ours is, in the order of ours; -1: nowhere
	cells   []int    // where the others are
	names   []string // what those are called
	guarded bool     // a name among them bears the mark of Guard
	// exact: the header is one that this version writes, byte for byte.
	exact bool
	// again: something else has written the file since.
	again bool
}

// readLayout reads the header of a results file, and returns a scanner that
// goes on behind it. The error is io.EOF or errTorn when there is no whole
// header, errNotResults when it is that of another file.
func readLayout(r io.ReaderAt, size int64) (layout, *scanner, error) {
	var first error
	var mark [2]byte
	if n, _ := r.ReadAt(mark[:], 0); n == 2 && (mark == [2]byte{0xff, 0xfe} || mark == [2]byte{0xfe, 0xff}) {
		return layout{}, nil, errUTF16
	}
	for _, comma := range []byte{',', ';', '\t'} {
		s := newScanner(io.NewSectionReader(r, 0, size), 0)
		s.comma = comma
		err := s.scan()
		if err == nil {
			var l layout
			if l, err = newLayout(s.values(0)); err == nil {
				l.comma = comma
				l.again = l.again || comma != ',' || strings.HasSuffix(string(s.buf), "\r\n")
				l.exact = l.exact && !l.again && string(s.buf) == l.header()
				return l, s, nil
			}
		}
		if first == nil {
			first = err
		}
	}
	return layout{}, nil, first
}

// newLayout reads what the columns mean off a header.
func newLayout(header []string) (layout, error) {
	l := layout{width: len(header), own: make([]int, len(ours))}
	if len(header) > 0 {
		if name, found := strings.CutPrefix(header[0], "\uFEFF"); found {
			header, l.again = slices.Concat([]string{name}, header[1:]), true
		}
	}
	for i := range l.own {
		l.own[i] = slices.Index(header, ours[i])
	}
	for _, needed := range []int{rowColumn, statusColumn, idColumn, keyColumn} {
		if l.own[needed] < 0 {
			return layout{}, errNotResults
		}
	}
	for i, name := range header {
		if !strings.HasPrefix(name, prefix) {
			plain := Unguard(name)
			l.guarded = l.guarded || plain != name
			l.cells, l.names = append(l.cells, i), append(l.names, plain)
		}
	}
	l.exact = len(header) == len(ours)+len(l.cells) && slices.Equal(header[:len(ours)], ours)
	return l, nil
}

// header is what this version writes for these columns.
func (l layout) header() string {
	b, err := newLineWriter(l.guarded).header(l.names)
	if err != nil {
		return ""
	}
	return string(b)
}

// IsResults tells whether a file with this header is a results file.
func IsResults(header []string) bool {
	_, err := newLayout(header)
	return err == nil
}

// IsRejects tells whether a file with this header is a rejects file: it ends
// with the two columns of ours, and is no results file.
func IsRejects(header []string) bool {
	n := len(header) - len(rejectsColumns)
	return n >= 0 && slices.Equal(header[n:], rejectsColumns) && !slices.Contains(header, ours[rowColumn])
}

var rejectsColumns = []string{"import_error_code", "import_error"}
