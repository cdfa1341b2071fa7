package source

import (
	"fmt"
	"io"
	"slices"

	"leadimport/mapping/cell"
)

// maxLeft is how many notes on what was left out are kept for the next row.
const maxLeft = 1000

// Reader hands out the rows of one pass, in order. Blank lines, rows without
// any text, the header where it is repeated, and totals and footers are no
// rows; the notes of the next row, or Rest, tell of them.
type Reader struct {
	// ReuseCells lets Next use the slice Row.Cells of the row before again, for
	// a caller that only looks at the cells. The strings in it stay good.
	ReuseCells bool

	s       *scanner
	header  []string
	written []string // the header as it stands in the file
	number  int
	within  int // line breaks within the records so far
	cells   []string
	gap     bool // a blank line, or a row that was left out, came before
	other   int  // line of the second table that is being read; 0: none
	out     left // what was left out since the row before
	left    []Note
	err     error
}

// Next returns the next row, io.EOF after the last. Any other error is an
// *Error and ends the pass: a record over MaxRecord or MaxColumns, a read
// error, ErrChanged.
func (r *Reader) Next() (Row, error) {
	for r.err == nil {
		var n int
		if n, r.err = r.s.next(); r.err != nil {
			break
		}
		// In a file of one column an empty line is an empty cell.
		if len(r.header) != 1 && (r.s.blank() || n == 1 && r.s.blankish()) {
			r.gap = true
			continue
		}
		row := r.row(n)
		if r.leave(&row) {
			continue
		}
		r.gap = row.Problem != nil && row.Problem.Code == CodeFooter
		if r.out.any() {
			r.tell()
		}
		if len(r.left) > 0 {
			row.Notes = append(r.left, row.Notes...)
			r.left = nil
		}
		return row, nil
	}
	if r.err == io.EOF {
		r.tell()
	}
	return Row{}, r.err
}

// tell makes notes of what was left out, in the order of its lines.
func (r *Reader) tell() {
	r.left = append(r.left, r.out.notes()...)
	slices.SortStableFunc(r.left, func(a, b Note) int { return a.Line - b.Line })
}

// Rest are the notes on what stands after the last row, once Next has returned
// io.EOF.
func (r *Reader) Rest() []Note { return r.left }

// row is the record of the scanner, of n cells, as a row.
func (r *Reader) row(n int) Row {
	s := r.s
	into := r.cells[:0]
	if !r.ReuseCells {
		into = s.slab.take(n)
	}
	cells := s.cells(into)
	if r.ReuseCells {
		r.cells = cells
	}
	r.number++
	row := Row{Number: r.number, At: At{s.line, s.line - r.within}, Offset: s.at, Cells: cells}
	r.within += s.after - s.line - 1
	if len(cells) != len(r.header) || s.odd >= 0 || s.how != readAsWritten || s.mark || s.start < s.dirty {
		r.judge(&row)
	}
	if row.Problem == nil && (r.gap || r.other > 0) && r.otherTable(row.Cells) {
		if r.other == 0 {
			r.other = row.Line
		}
		row.Problem = &Problem{row.Line, 0, CodeOtherTable, fmt.Sprintf(
			"the row seems to belong to another table, from line %d on: put that into a file of its own", r.other)}
	}
	if row.Problem == nil {
		r.other = 0
	}
	return row
}

// otherTable reports whether a row of the table's width is the header of
// another table, or goes on with one: its values are of other kinds.
func (r *Reader) otherTable(cells []string) bool {
	if r.s.profile == nil || len(cells) < 3 || r.other == 0 && !headerLike(cells) || slices.EqualFunc(cells, r.written, sameName) {
		return false
	}
	return r.s.profile().odd(cells)
}

// leave reports whether a row is none, and keeps in mind what it was.
func (r *Reader) leave(row *Row) bool {
	if len(r.header) < 2 {
		return false
	}
	if len(r.written) > 0 && sameName(row.Cells[0], r.written[0]) && slices.EqualFunc(row.Cells, r.written, sameName) {
		r.number--
		if r.gap = true; len(r.left) < maxLeft {
			r.left = append(r.left, Note{Line: row.Line, Sheet: row.Sheet, Code: NoteHeaderAgain, Message: "the header stands here again; left out"})
		}
		return true
	}
	doubt := func() {
		row.Problem = &Problem{row.Line, 0, CodeFooter, fmt.Sprintf(
			"%q seems to be a total or a footer, not a row of the table: delete the line, or fill in what the other rows have", filledText(row.Cells))}
	}
	notBlank := func(c string) bool { return !cell.Blank(c) }
	switch first := row.Cells[0]; {
	case remark(first) && len(row.Cells) == len(r.header) && slices.ContainsFunc(row.Cells[1:], notBlank) && r.s.profile != nil && r.s.profile().odd(row.Cells):
		doubt()
		return false
	case row.Problem == nil && r.s.profile != nil && len(row.Cells) == len(r.header) && totalled(row.Cells, r.s.profile()):
		doubt()
		return false
	case len(row.Cells) > 2 && !slices.Contains(row.Cells, "") && !cell.Blank(row.Cells[0]) && !drawn(row.Cells[0]):
		return false // the quick way for most rows
	case !slices.ContainsFunc(row.Cells, notBlank):
		r.out.blank.add(row.At)
		r.gap = true
		return true
	case len(row.Cells) == 1 && (remark(row.Cells[0]) || drawn(row.Cells[0]) || databaseCount().MatchString(row.Cells[0])):
		r.out.addFooter(row.At, row.Cells)
		return true
	case row.Problem != nil || len(row.Cells) != len(r.header):
		return false
	}
	var p *profile
	if r.s.profile != nil {
		p = r.s.profile()
	}
	switch judgeFooter(row.Cells, p, r.gap) {
	case isFooter:
		r.out.addFooter(row.At, row.Cells)
		r.gap = true
		return true
	case doubtful:
		doubt()
	}
	return false
}

// judge finds what is wrong with a row, or odd about it.
func (r *Reader) judge(row *Row) {
	s := r.s
	n := len(row.Cells)
	if n == len(r.header)+1 && row.Cells[n-1] == "" && (s.how == readAsWritten || s.how == s.written) {
		row.Cells = row.Cells[:n-1]
		row.Notes = append(row.Notes, Note{Line: row.Line, Code: NoteExtraCell, Message: "a delimiter stands after the last cell; left out"})
		n--
	}
	if s.how != readBroken {
		row.Notes = append(row.Notes, s.notes()...)
	}
	if row.Problem = s.badText(); row.Problem != nil {
		return
	}
	switch {
	case n == len(r.header) && s.how != readBroken:
	case s.how == readBroken:
		line, column := s.place(s.start + max(s.odd, 0))
		row.Problem = &Problem{line, column, CodeStrayQuote, fmt.Sprintf(
			"a quote is out of place, and no one reading gives %s: double the quotes that belong to the text, and put quotes around the cell",
			count(len(r.header), "cell"))}
	case n > 1 && (r.gap || r.other > 0):
		if r.other == 0 {
			r.other = row.Line
		}
		row.Problem = &Problem{row.Line, 0, CodeOtherTable, fmt.Sprintf(
			"the row has %s, the header has %d; it seems to belong to another table, from line %d on: put that into a file of its own",
			count(n, "cell"), len(r.header), r.other)}
	case n < len(r.header):
		row.Problem = &Problem{row.Line, 0, CodeTooFew, fmt.Sprintf(
			"the row has %s, the header has %d: add what is missing, or empty cells at the end", count(n, "cell"), len(r.header))}
	default:
		row.Problem = &Problem{row.Line, 0, CodeTooMany, fmt.Sprintf(
			"the row has %s, the header has %d: put quotes around a cell that contains the delimiter (%s), or take out what is too much",
			count(n, "cell"), len(r.header), delimiterName(s.d.Delimiter))}
	}
}

// At is where a row begins: the physical line, from 1, as editors count, and
// the row that a spreadsheet shows it as. Cells of several lines make them differ.
type At struct{ Line, Sheet int }

func (a At) String() string {
	if a.Sheet == a.Line {
		return fmt.Sprintf("line %d", a.Line)
	}
	return fmt.Sprintf("line %d (row %d in a spreadsheet)", a.Line, a.Sheet)
}

// Row is one record of the table.
type Row struct {
	Number int // data row from 1; the header is not counted, rows that were left out are
	At
	Offset int64    // bytes of text before the record, from 0
	Cells  []string // as many as the header has, unless Problem is not nil; the caller's to keep
	// Problem tells why this record cannot be read as a row: too few or too
	// many cells, bytes that are not text. The row is invalid, the pass goes on.
	Problem *Problem
	// Notes say what was read in another way than it is written, or looks odd,
	// here or in what was left out since the row before.
	Notes []Note
}

// Problem is what is wrong with a record, and where.
type Problem struct {
	Line    int    // physical line
	Column  int    // column in that line, in characters from 1; 0: the whole record
	Code    string // one of the Code constants
	Message string // one line, with what to do
}

// Codes of problems.
const (
	CodeTooFew      = "too_few_cells"
	CodeTooMany     = "too_many_cells"
	CodeBadEncoding = "bad_encoding"
	CodeStrayQuote  = "stray_quote"
	CodeOtherTable  = "other_table"
	CodeFooter      = "footer"
)

// Note is something about the file, or one place in it, that a user should
// know but that stops nothing.
type Note struct {
	Line    int    // physical line; 0: the whole file
	Column  int    // column in that line, in characters from 1; 0: the whole line
	Code    string // one of the Note or Code constants
	Message string // one line
	// Of rows that were left out: where the first of them stands in a
	// spreadsheet, and what it says.
	Sheet int    `json:",omitempty"`
	Text  string `json:",omitempty"`
}

// Codes of notes; those of problems that were mended are used, too.
const (
	NoteDelimiter   = "other_delimiter"
	NoteQuote       = "other_quote"
	NoteHeaderAgain = "repeated_header"
	NoteBlankRow    = "blank_row"
	NoteBlankLine   = "blank_line"
	NoteFooter      = "footer_left_out"
	NoteExtraCell   = "extra_empty_cell"
	NotePreamble    = "preamble"
	NoteTwoRows     = "two_header_rows"
	NoteNoHeader    = "no_header"
	NoteNames       = "header_names"
	NoteNoName      = "column_without_name"
	NoteSameName    = "columns_of_one_name"
	NoteWrapped     = "wrapped_line"
	NoteMark        = "byte_order_mark"
	NoteSeparator   = "separator_line"
	NoteCompressed  = "compressed"
	NoteEncoding    = "encoding"
	NoteDialect     = "dialect"
)
