package source

// Row is one record of the file.
type Row struct {
	Number int      // data row from 1; the header is not counted
	Line   int      // physical line on which the record begins, from 1
	Offset int64    // bytes of text before the record, from 0
	Cells  []string // as many as the header has, unless Problem is not nil; the caller's to keep
	// Problem tells why this record cannot be read as a row: too few or too
	// many cells, bytes that are not text. The row is invalid, the pass goes on.
	Problem *Problem
	// Notes say what was read in another way than it is written, or looks odd.
	Notes []Note
}

// Problem is what is wrong with a record, and where.
type Problem struct {
	Line    int    // physical line
	Column  int    // byte column in that line, from 1; 0: the whole record
	Code    string // one of the Code constants
	Message string // one line, with what to do
}

// Codes of problems.
const (
	CodeTooFew      = "too_few_cells"
	CodeTooMany     = "too_many_cells"
	CodeBadEncoding = "bad_encoding"
	CodeStrayQuote  = "stray_quote"
)

// Note is something about the file, or one place in it, that a user should
// know but that stops nothing.
type Note struct {
	Line    int    // physical line; 0: the whole file
	Column  int    // byte column in that line, from 1; 0: the whole line
	Code    string // snake_case
	Message string // one line
}
