package results

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gocarina/gocsv"
)

// record is Line in the types that gocsv writes and reads. gocsv alone would
// write time.Time with as many decimals as it happens to have and a missing
// HTTP status as 0, and it reads "010" as 8.
type record struct {
	Row        number `csv:"import_row"`
	Status     Status `csv:"import_status"`
	ID         string `csv:"import_id"`
	UserID     string `csv:"import_user_id"`
	ErrorCode  string `csv:"import_error_code"`
	Error      string `csv:"import_error"`
	HTTPStatus number `csv:"import_http_status"`
	Attempts   digits `csv:"import_attempts"`
	RequestID  string `csv:"import_request_id"`
	At         stamp  `csv:"import_at"`
	Key        string `csv:"import_key"`
	Hash       string `csv:"import_hash"`
	Ms         digits `csv:"import_ms"`
	Workspace  string `csv:"import_workspace"`
	Note       string `csv:"import_note"`
}

// number is a decimal integer; 0 is blank.
type number int

func (n number) MarshalCSV() (string, error) {
	if n == 0 {
		return "", nil
	}
	return strconv.Itoa(int(n)), nil
}

func (n *number) UnmarshalCSV(s string) error {
	if s == "" {
		*n = 0
		return nil
	}
	v, err := strconv.Atoi(s)
	*n = number(v)
	return notNumber(s, err)
}

// digits is a decimal integer; 0 is "0", blank reads as 0.
type digits int64

func (d digits) MarshalCSV() (string, error) { return strconv.FormatInt(int64(d), 10), nil }

func (d *digits) UnmarshalCSV(s string) error {
	if s == "" {
		*d = 0
		return nil
	}
	v, err := strconv.ParseInt(s, 10, 64)
	*d = digits(v)
	return notNumber(s, err)
}

// notNumber says so in people's words.
func notNumber(s string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%q is not a whole number", s[:min(len(s), 40)])
}

// stamp is a time with exactly three decimals, in UTC; the zero time is blank.
type stamp time.Time

const stampLayout = "2006-01-02T15:04:05.000Z"

func (t stamp) MarshalCSV() (string, error) {
	if time.Time(t).IsZero() {
		return "", nil
	}
	return time.Time(t).UTC().Format(stampLayout), nil
}

func (t *stamp) UnmarshalCSV(s string) error {
	if s == "" {
		*t = stamp{}
		return nil
	}
	at, err := readTime(s)
	*t = stamp(at)
	return err
}

func (r record) line() Line {
	return Line{
		Row: int(r.Row), Status: r.Status, ID: r.ID, UserID: r.UserID, ErrorCode: r.ErrorCode, Error: r.Error,
		HTTPStatus: int(r.HTTPStatus), Attempts: int(r.Attempts), RequestID: r.RequestID, At: time.Time(r.At),
		Key: r.Key, Hash: r.Hash, Ms: int64(r.Ms), Workspace: r.Workspace, Note: r.Note,
	}
}

// normal brings l to what both files can hold and give back unchanged, and takes
// control characters out of what the server said: a terminal obeys them.
func (l Line) normal() Line {
	l.At = l.At.UTC().Truncate(time.Millisecond)
	for _, s := range []*string{&l.ID, &l.UserID, &l.ErrorCode, &l.Error, &l.RequestID, &l.Workspace, &l.Note} {
		*s = clean(*s)
	}
	for _, s := range []*string{&l.Key, &l.Hash} {
		*s = strings.ToValidUTF8(*s, "\uFFFD") // what JSON would make of it
	}
	return l
}

// check tells whether l can be a line.
func (l Line) check() error {
	if l.Row == 0 && l.ErrorCode != RowVanished {
		return fmt.Errorf("import_row is blank, and the code is %q, not %s", l.ErrorCode, RowVanished)
	}
	if l.Row < 0 || l.Row > maxRow {
		return fmt.Errorf("row %d is not between 1 and %d", l.Row, maxRow)
	}
	if !slices.Contains(Statuses, l.Status) {
		return fmt.Errorf("row %d has the unknown status %q", l.Row, l.Status)
	}
	return nil
}

// lineWriter writes the lines of a results file: gocsv gives our columns, the
// input's are added on the way (it is gocsv's CSVWriter).
type lineWriter struct {
	guard bool // --excel-safe
	one   []record
	cells []string
	row   []string
	buf   bytes.Buffer
	csv   *csv.Writer
}

func newLineWriter(guard bool) *lineWriter {
	w := &lineWriter{guard: guard, one: make([]record, 1)}
	w.csv = csv.NewWriter(&w.buf)
	return w
}

// line returns l as CSV with its line end. The bytes are good until the next
// call.
func (w *lineWriter) line(l Line, cells []string) ([]byte, error) {
	if w.guard {
		for _, s := range []*string{&l.ID, &l.UserID, &l.ErrorCode, &l.Error, &l.RequestID, &l.Key, &l.Hash, &l.Workspace, &l.Note} {
			*s = Guard(*s)
		}
	}
	w.one[0] = record{
		number(l.Row), l.Status, l.ID, l.UserID, l.ErrorCode, l.Error, number(l.HTTPStatus), digits(l.Attempts),
		l.RequestID, stamp(l.At), l.Key, l.Hash, digits(l.Ms), l.Workspace, l.Note,
	}
	w.cells = cells
	w.buf.Reset()
	if err := gocsv.MarshalCSVWithoutHeaders(w.one, w); err != nil {
		return nil, err
	}
	return w.buf.Bytes(), nil
}

// header returns the header with its line end.
func (w *lineWriter) header(names []string) ([]byte, error) {
	w.cells = names
	w.buf.Reset()
	if err := gocsv.MarshalCSV(w.one[:0], w); err != nil {
		return nil, err
	}
	return w.buf.Bytes(), nil
}

func (w *lineWriter) Write(ours []string) error {
	w.row = append(w.row[:0], ours...)
	for _, cell := range w.cells {
		if w.guard {
			cell = Guard(cell)
		}
		w.row = append(w.row, cell)
	}
	return w.csv.Write(w.row)
}

func (w *lineWriter) Flush() { w.csv.Flush() }

func (w *lineWriter) Error() error { return w.csv.Error() }

// ours are our columns in their order, as gocsv reads them off record.
var ours = func() []string {
	var header headerOnly
	if err := gocsv.MarshalCSV([]record{}, &header); err != nil {
		panic(err) // record is not a struct that gocsv can write
	}
	return header
}()

type headerOnly []string

func (h *headerOnly) Write(row []string) error { *h = slices.Clone(row); return nil }

func (h *headerOnly) Flush() {}

func (h *headerOnly) Error() error { return nil }

// Where our columns are among them.
const (
	rowColumn       = 0
	statusColumn    = 1
	idColumn        = 2
	userColumn      = 3
	codeColumn      = 4
	httpColumn      = 6
	atColumn        = 9
	keyColumn       = 10
	hashColumn      = 11
	workspaceColumn = 13
)
