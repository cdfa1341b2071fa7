package source

import (
	"fmt"
	"strings"
)

// Reader hands out the rows of one pass, in order.
type Reader struct {
	// ReuseCells lets Next use the slice Row.Cells of the row before again, for
	// a caller that only looks at the cells. The strings in it stay good.
	ReuseCells bool

	s      *scanner
	header []string
	number int
	cells  []string
	err    error
}

// Next returns the next row, io.EOF after the last. Any other error is an
// *Error and ends the pass: an unterminated quote (with the line where it
// opened), a record over MaxRecord or MaxColumns, a read error, ErrChanged.
func (r *Reader) Next() (Row, error) {
	if r.err != nil {
		return Row{}, r.err
	}
	for {
		if err := r.s.scan(); err != nil {
			return r.fail(err)
		}
		// In a file of one column an empty line is an empty cell.
		if r.s.blank() && len(r.header) != 1 {
			continue
		}
		break
	}
	cells, err := r.take()
	if err != nil {
		return r.fail(err)
	}
	r.number++
	row := Row{Number: r.number, Line: r.s.line, Offset: r.s.at, Cells: cells}
	if len(cells) != len(r.header) || r.s.odd >= 0 || r.s.start < r.s.dirty {
		r.judge(&row)
	}
	return row, nil
}

func (r *Reader) fail(err error) (Row, error) {
	r.err = err
	return Row{}, err
}

// take makes one string of the record and cuts the cells out of it.
func (r *Reader) take() ([]string, error) {
	cells := r.cells[:0]
	if !r.ReuseCells {
		cells = make([]string, 0, max(1, len(r.header)))
	}
	if s := r.s; s.plain {
		cells = split(cells, string(s.raw()), s.delim)
	} else {
		text := string(s.text)
		for i := 0; i < len(s.bounds); i += 2 {
			cells = append(cells, text[s.bounds[i]:s.bounds[i+1]])
		}
	}
	if r.ReuseCells {
		r.cells = cells
	}
	if len(cells) > MaxColumns {
		return nil, r.s.fail(r.s.line, 0, "the record has %d cells, the most are %d: is the delimiter, %s, the right one?",
			len(cells), MaxColumns, delimiterName(string(r.s.delim)))
	}
	return cells, nil
}

func split(cells []string, text string, delim byte) []string {
	for {
		i := strings.IndexByte(text, delim)
		if i < 0 {
			return append(cells, text)
		}
		cells = append(cells, text[:i])
		text = text[i+1:]
	}
}

// judge finds what is wrong with a row, or odd about it.
func (r *Reader) judge(row *Row) {
	s := r.s
	if s.odd >= 0 {
		line, column := s.place(s.odd)
		if s.broken {
			row.Problem = &Problem{line, column, CodeStrayQuote, fmt.Sprintf(
				"a quote is out of place and the row has %s, not %d: double the quotes that belong to the text, and put quotes around the cell",
				count(len(row.Cells), "cell"), len(r.header))}
		} else {
			row.Notes = append(row.Notes, Note{line, column, CodeStrayQuote, "a quote is out of place; it is kept as text"})
		}
	}
	if s.start < s.dirty {
		if i, message := badText(s.raw()); i >= 0 {
			line, column := s.place(s.start + i)
			row.Problem = &Problem{line, column, CodeBadEncoding, message}
		}
	}
	if row.Problem != nil {
		return
	}
	switch n := len(row.Cells); {
	case n < len(r.header):
		row.Problem = &Problem{row.Line, 0, CodeTooFew, fmt.Sprintf(
			"the row has %s, the header has %d: add what is missing, or empty cells at the end", count(n, "cell"), len(r.header))}
	case n > len(r.header):
		row.Problem = &Problem{row.Line, 0, CodeTooMany, fmt.Sprintf(
			"the row has %s, the header has %d: put quotes around a cell that contains the delimiter (%s), or take out what is too much",
			count(n, "cell"), len(r.header), delimiterName(string(s.delim)))}
	}
}

func count(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// readHeader reads up to the header. It is io.EOF when there is no record.
func readHeader(s *scanner) ([]string, error) {
	for {
		if err := s.scan(); err != nil {
			return nil, err
		}
		if !s.blank() {
			break
		}
	}
	header, err := (&Reader{s: s}).take()
	if err != nil {
		return nil, err
	}
	s.width = len(header)
	return header, nil
}
