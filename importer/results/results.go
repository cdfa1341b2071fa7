package results

import (
	"time"

	"leadimport/client"
	"leadimport/importer/outcome"
)

// Status is what became of a row.
type Status = outcome.Status

// The statuses and codes that this package acts on, see package outcome.
const (
	Created    = outcome.Created
	Updated    = outcome.Updated
	Unchanged  = outcome.Unchanged
	Skipped    = outcome.Skipped
	Invalid    = outcome.Invalid
	Failed     = outcome.Failed
	Unresolved = outcome.Unresolved

	Gone          = outcome.Gone
	RowVanished   = outcome.RowVanished
	WaitsForRow   = outcome.WaitsForRow
	CompanyFailed = outcome.CompanyFailed
	TagFailed     = outcome.TagFailed
)

// Statuses are all of them, in the order in which totals show them.
var Statuses = outcome.Statuses

// Line is what the results file says of one row, without the row's own cells.
// The tags are the contract's column names.
type Line struct {
	// Row is 0, and the cell blank, in the lines of keys that no row has.
	Row        int       `csv:"import_row" json:"row,omitempty"`
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
	// Note names the values of the row that were not written, by the mapping's
	// write rules or for the sake of consent, and why.
	Note string `csv:"import_note" json:"note,omitempty"`
}

// Meta identifies a run, so that a resume can tell what has changed since.
// It is the journal's first record.
type Meta struct {
	// ID is random, and kept by every resume: stamps are made of it.
	ID          string    `json:"id,omitempty"`
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
	// Timeout is that of one attempt: after a crash, the wait counts from the
	// intent plus this.
	Timeout time.Duration `json:"timeout_ns,omitempty"`
	// Plan identifies the plan that the run applies; empty: there is none.
	Plan string `json:"plan,omitempty"`
	// Attributes are those that the mapping may send: what undo compares.
	Attributes []string `json:"attributes,omitempty"`
}

// Intent says that a create of a row is about to be sent, or an update whose
// key other rows share.
type Intent struct {
	Row      int           `json:"row"`
	Number   int           `json:"n"` // of the intents of this key, from 1, across resumes
	Key      string        `json:"key,omitempty"`
	Body     string        `json:"body,omitempty"` // hex digest of what is sent
	At       time.Time     `json:"at"`
	Deadline time.Time     `json:"deadline"`        // after it, this attempt sends no more bytes
	Server   client.Moment `json:"server,omitzero"` // the server's clock at At, as far as known
	ID       string        `json:"id,omitempty"`    // of the contact that is updated; empty: a create
	// Lead is what is sent, the stamp included; of creates only. Whoever looks
	// it up looks for this, not for what the row says by then.
	Lead client.Lead `json:"-"`
	// Was is what an update changes, for undo: empty when the contact holds all
	// of it already, nil when what it holds is not known.
	Was []Change `json:"-"`
}

// Doubt is a lead that may or may not have been created or updated.
type Doubt struct {
	Row    int    `json:"row"`
	Number int    `json:"n"` // the newest intent
	Key    string `json:"key,omitempty"`
	Body   string `json:"body,omitempty"`
	// ID is that of the newest intent: not a create, an update of that contact.
	ID string `json:"id,omitempty"`
	// Lead is that of the newest intent, without fields when it is not known:
	// of journals of the first version, and of results without a journal.
	Lead client.Lead `json:"lead,omitzero"`
	// First is when the oldest intent was made that has no outcome, Last the
	// deadline of the newest one, by the server's clock.
	First client.Moment `json:"first_server,omitzero"`
	Last  client.Moment `json:"last_server,omitzero"`
	// FirstAt and LastAt are the same by our clock.
	FirstAt time.Time `json:"first,omitzero"`
	LastAt  time.Time `json:"last,omitzero"`
	// Since is when the newest attempt ended; after a crash, its deadline. The
	// wait counts from here.
	Since       time.Time     `json:"since,omitzero"`
	SinceServer client.Moment `json:"since_server,omitzero"`
	// Reckoned is FirstAt by the server's clock, too, as it was seen to be set
	// to since, at the earliest.
	Reckoned client.Moment `json:"reckoned,omitzero"`
	// NotOurs are ids that look-ups showed and that are somebody else's.
	NotOurs []string `json:"not_ours,omitempty"`
}

// Unsent takes a key's intents up to Number back: no byte was sent, or the API
// refused the run as a whole, or look-ups have shown that nothing was applied
// and no row is there to send it again.
type Unsent struct {
	Row    int    `json:"row"`
	Number int    `json:"n"` // the newest intent
	Key    string `json:"key,omitempty"`
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
// doubt about the key's intents up to Number, but for unresolved and invalid
// rows and those that failed without an HTTP status: nothing was sent for
// them, so they say nothing about what was sent before.
type Outcome struct {
	Line Line
	// Cells are the row's own, in the order of the input's header. Of a line
	// whose Row is 0 they are those of the results file (History.Unasked), or nil.
	Cells     []string
	Number    int       // of the newest intent, 0: none
	UpdatedAt time.Time // the API's updated_at of the contact, for undo
	// Doubtful is when an attempt ended that may still be applied late, zero:
	// none. The next row of the key waits for it, in a resumed run too (R10).
	Doubtful       time.Time
	DoubtfulServer client.Moment
	// Content identifies what the API showed of the contact, for undo; blank: a
	// line that was only written again, or that is of no contact.
	Content string
}

// InPlace reports whether the API has the lead of a row although the row was
// not imported as a whole.
func (l Line) InPlace() bool {
	return l.Status == Failed && l.ID != "" && (l.ErrorCode == CompanyFailed || l.ErrorCode == TagFailed)
}

// Decides reports whether l says what became of what was sent for its key. One
// that sent nothing, such as a row that turned invalid or waits for another,
// leaves it as it was.
func (l Line) Decides() bool {
	switch l.Status {
	case Created, Updated, Unchanged:
		return true
	case Skipped:
		return l.ID != "" || l.ErrorCode == Gone // else by policy, whatever was sent for other rows
	case Failed:
		return l.HTTPStatus != 0
	}
	return false
}
