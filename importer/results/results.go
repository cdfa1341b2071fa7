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

// Gone is the ErrorCode of a row whose lead, known from earlier results, the
// API has no more (guarantee R10).
const Gone = "gone"

// Line is what the results file says of one row, without the row's own cells.
// The tags are the contract's column names.
type Line struct {
	Row        int       `csv:"import_row" json:"row"`
	Status     Status    `csv:"import_status" json:"status"`
	ID         string    `csv:"import_id" json:"id,omitempty"`
	UserID     string    `csv:"import_user_id" json:"user_id,omitempty"`
	ErrorCode  string    `csv:"import_error_code" json:"error_code,omitempty"`
	Error      string    `csv:"import_error" json:"error,omitempty"`
	HTTPStatus int       `csv:"import_http_status" json:"http_status,omitempty"` // 0 is written blank
	Attempts   int       `csv:"import_attempts" json:"attempts,omitempty"`
	RequestID  string    `csv:"import_request_id" json:"request_id,omitempty"`
	At         time.Time `csv:"import_at" json:"at,omitzero"` // RFC 3339, UTC, milliseconds
	Key        string    `csv:"import_key" json:"key,omitempty"`
	Hash       string    `csv:"import_hash" json:"hash,omitempty"` // 32 hex digits, or blank
	Ms         int64     `csv:"import_ms" json:"ms,omitempty"`
	Workspace  string    `csv:"import_workspace" json:"workspace,omitempty"`
}

// Meta identifies a run, so that a resume can tell what has changed since.
// It is the journal's first record.
type Meta struct {
	Input       string    `json:"input,omitempty"` // name, for display
	InputSHA256 string    `json:"input_sha256,omitempty"`
	Mapping     string    `json:"mapping,omitempty"`  // digest of the mapping in effect
	KeyKind     string    `json:"key_kind,omitempty"` // what identifies a row, such as "email"
	APIVersion  string    `json:"api_version,omitempty"`
	Workspace   string    `json:"workspace,omitempty"`
	Shard       string    `json:"shard,omitempty"` // "I/N", or empty
	Rows        int       `json:"rows,omitempty"`  // rows of the input (of the shard)
	Tags        []Tag     `json:"tags,omitempty"`
	Started     time.Time `json:"started,omitzero"`
}

// Intent says that a create of a row is about to be sent, or an update whose
// key other rows share.
type Intent struct {
	Row      int           `json:"row"`
	Number   int           `json:"n"` // of the intents of this row, from 1, across resumes
	Key      string        `json:"key,omitempty"`
	Body     string        `json:"body,omitempty"` // hex digest of what is sent
	At       time.Time     `json:"at"`
	Deadline time.Time     `json:"deadline"`          // after it, this attempt sends no more bytes
	Skew     time.Duration `json:"skew_ns,omitempty"` // server's clock minus ours, as far as known
	ID       string        `json:"id,omitempty"`      // of the contact that a look-up found, and that is updated
}

// Doubt is a row whose creates may or may not have been applied.
type Doubt struct {
	Row    int           `json:"row"`
	Number int           `json:"n"` // the newest intent
	Key    string        `json:"key,omitempty"`
	Body   string        `json:"body,omitempty"`
	First  time.Time     `json:"first"` // of its oldest intent that has no outcome
	Last   time.Time     `json:"last"`  // deadline of its newest intent
	Since  time.Time     `json:"since"` // end of its newest attempt; the wait counts from here
	Skew   time.Duration `json:"skew_ns,omitempty"`
	// ID is that of the newest intent: not a create, an update of that contact.
	ID string `json:"id,omitempty"`
}

// Unsent takes an intent back: no byte of it was sent, or the API refused the
// run as a whole. The row is what it was before.
type Unsent struct {
	Row    int `json:"row"`
	Number int `json:"n"` // the newest intent
}

// Mode says what to do with files that are already there.
type Mode uint8

const (
	// New refuses an existing results file or journal, with an *ExistsError.
	New Mode = iota
	// Resume continues what is there; it starts anew where there is nothing.
	Resume
	// Overwrite replaces them.
	Overwrite
)

// Outcome is the fate of a row with what the journal keeps of it. It ends the
// doubt about the row's intents up to Number, but for unresolved and invalid
// rows and those that failed without an HTTP status: nothing was sent for
// them, so they say nothing about what was sent before.
type Outcome struct {
	Line      Line
	Cells     []string  // the row's own cells, in the order of the header
	Number    int       // of the newest intent, 0: none
	UpdatedAt time.Time // the API's updated_at of the contact, for undo
	Skew      time.Duration
	// Doubtful is when an attempt ended that may still be applied late, zero:
	// none. The next row of the key waits for it, in a resumed run too (R10).
	Doubtful time.Time
}
