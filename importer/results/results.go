// Package results keeps the record of a run: the results file that people
// read, the journal of intents that makes a crash harmless, and the lock that
// keeps a second run out.
package results

import "time"

// Status is the fate of a row.
type Status string

// The fates. Unresolved is one: the request may have been applied, the API
// could not say in time, and nothing was sent again.
const (
	Created    Status = "created"
	Updated    Status = "updated"
	Unchanged  Status = "unchanged"
	Skipped    Status = "skipped"
	Invalid    Status = "invalid"
	Failed     Status = "failed"
	Unresolved Status = "unresolved"
)

// Statuses are all of them, in the order in which totals show them.
var Statuses = []Status{Created, Updated, Unchanged, Skipped, Invalid, Failed, Unresolved}

// Line is what the results file says of one row, without the row's own cells.
// The tags are the contract's column names.
type Line struct {
	Row        int       `csv:"import_row"`
	Status     Status    `csv:"import_status"`
	ID         string    `csv:"import_id"`
	UserID     string    `csv:"import_user_id"`
	ErrorCode  string    `csv:"import_error_code"`
	Error      string    `csv:"import_error"`
	HTTPStatus int       `csv:"import_http_status"` // 0 is written blank
	Attempts   int       `csv:"import_attempts"`
	RequestID  string    `csv:"import_request_id"`
	At         time.Time `csv:"import_at"` // RFC 3339, UTC, milliseconds
	Key        string    `csv:"import_key"`
	Hash       string    `csv:"import_hash"` // 32 hex digits, or blank
	Ms         int64     `csv:"import_ms"`
	Workspace  string    `csv:"import_workspace"`
}

// Meta identifies a run, so that a resume can tell what has changed since.
// It is the journal's first record.
type Meta struct {
	Input       string // name, for display
	InputSHA256 string
	Mapping     string // digest of the mapping in effect
	KeyKind     string // what identifies a row, such as "email"
	APIVersion  string
	Workspace   string
	Shard       string // "I/N", or empty
	Rows        int    // rows of the input (of the shard)
	Started     time.Time
}

// Intent says that a create of a row is about to be sent.
type Intent struct {
	Row      int
	Number   int // of the intents of this row, from 1, across resumes
	Key      string
	Body     string // hex digest of what is sent
	At       time.Time
	Deadline time.Time     // after it, this attempt sends no more bytes
	Skew     time.Duration // server's clock minus ours, as far as known
}

// Doubt is a row whose creates may or may not have been applied.
type Doubt struct {
	Row    int
	Number int // the newest intent
	Key    string
	Body   string
	First  time.Time // of its oldest intent that has no outcome
	Last   time.Time // deadline of its newest intent
	Since  time.Time // end of its newest attempt; the wait counts from here
	Skew   time.Duration
}

// Mode says what to do with files that are already there.
type Mode uint8

const (
	// New refuses an existing results file or journal, with ErrExists.
	New Mode = iota
	// Resume continues what is there; it starts anew where there is nothing.
	Resume
	// Overwrite replaces them.
	Overwrite
)

// Store is the results file of one run with its journal and lock.
type Store struct{}

// Open takes the lock beside path and reads what is there. It creates nothing
// but the lock file. The error is a *HeldError when another run has the lock,
// a *ExistsError in mode New, a *PathError for a path that cannot hold results
// (folder missing or not writable, FIFO, device, symlink).
func Open(path string, mode Mode) (*Store, error) { panic("results.Open") }

// Earlier is what an interrupted run left, nil when there is none.
func (s *Store) Earlier() *Earlier { panic("") }

// Begin puts the files in place: creates them exclusively, 0600, durable with
// their folder; or repairs torn tails and continues (mode Resume); or replaces
// (Overwrite). header are the input's columns.
func (s *Store) Begin(meta Meta, header []string) error { panic("") }

// Intent returns once in is durable. Safe from any goroutine; concurrent
// calls share one fsync.
func (s *Store) Intent(in Intent) error { panic("") }

// Doubt records that a row is in doubt and since when, durable within a
// second. For the settling goroutine.
func (s *Store) Doubt(d Doubt) error { panic("") }

// Outcome is the fate of a row with what the journal keeps of it.
type Outcome struct {
	Line      Line
	Cells     []string  // the row's own cells, in the order of the header
	Number    int       // of its newest intent, 0: none
	UpdatedAt time.Time // the API's updated_at of the contact, for undo
	Skew      time.Duration
}

// Settle appends a row's fate to both files; written at once, durable within
// a second. For the settling goroutine.
func (s *Store) Settle(o Outcome) error { panic("") }

// Finish puts the lines in input order, one (the newest) per row, and
// replaces the results file atomically when it was not in order already.
func (s *Store) Finish() error { panic("") }

// Close makes durable what was written and releases the lock. Before Begin it
// leaves nothing behind. It may be called twice.
func (s *Store) Close() error { panic("") }

// Earlier is the record of an interrupted run.
type Earlier struct{}

// Meta of the run that was interrupted; ok is false when its journal is gone.
func (e *Earlier) Meta() (m Meta, ok bool) { panic("") }

// Header are the input columns that the results file echoes.
func (e *Earlier) Header() []string { panic("") }

// Status of a row's newest line; empty: it has none.
func (e *Earlier) Status(row int) Status { panic("") }

// Line reads a row's newest line and its cells from the file.
func (e *Earlier) Line(row int) (Line, []string, error) { panic("") }

// Doubt tells whether a create of row was begun and has no outcome.
func (e *Earlier) Doubt(row int) (Doubt, bool) { panic("") }

// Rows is the highest row number that has a line or an intent.
func (e *Earlier) Rows() int { panic("") }
