package source

// Row is one record of the table.
type Row struct {
	Number int      // data row from 1; the header is not counted, rows that were left out are
	Line   int      // physical line on which the record begins, from 1
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
