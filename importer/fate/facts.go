package fate

import (
	"fmt"

	"leadimport/importer/outcome"
)

// Facts are what is known of a row before anything is asked or sent. They do
// not change while the row is on its way.
type Facts struct {
	Row   int    // from 1; 0: no row, a create of an interrupted run whose row is gone
	Fault *Fault // the row cannot be imported as it is
	// ID and UserID name the contact that the row itself says it is.
	ID, UserID string
	Body       string // digest of the row's own values
	// Hash is the digest of what the API holds once the row is applied: of the
	// values of all rows of its key so far.
	Hash string
	// Done: what the API is known to hold covers this row and those before it.
	Done bool
	// Settled is the status with which an earlier run of the same results
	// settled this very row; blank: it did not.
	Settled  outcome.Status
	Past     Past
	CanMatch bool // the mapping says what to look it up by, and the row has it
	CanTrace bool // its key is something that a contact can be looked up by
	Follows  bool // companies or tags come behind its save
	Policy   *Policy
	Planned  *Planned // nil: there is no plan
}

// Fault says why a row is invalid.
type Fault struct{ Code, Message string }

// Past is what files tell of a row's key.
type Past struct {
	ID, UserID string // of the key's contact; blank: none is known
	// Doubt is what was begun for the key and not decided.
	Doubt *Doubt
	// Applied: the API has the lead, as ID, and its companies or tags are open.
	Applied *Applied
}

// Applied is a save that was answered and not followed up to its end.
type Applied struct {
	Body    string // digest of what was saved
	Created bool   // by a create, which was witnessed
}

// Policy is what the user wants done, the same for all rows.
type Policy struct {
	SkipDuplicates, RejectDuplicates bool
	OnlyCreate, OnlyUpdate           bool
	// User and Archived are for matches that are users, or archived.
	User, Archived Treatment
	MatchBy        []string
	// Gone is for rows whose contact of earlier results is gone: Take looks for
	// who it is now.
	Gone Treatment
	// TellsMerges: the API says whom a contact was merged into.
	TellsMerges bool
	MaxResend   int // creates of one row that may be sent again after a doubt
	// RowName names a row in a message; nil: by its number alone.
	RowName func(row int) string
}

func (p *Policy) rowName(row int) string {
	if p.RowName == nil {
		return fmt.Sprintf("row %d", row)
	}
	return p.RowName(row)
}

// Treatment is what is done with a match of a certain kind.
type Treatment uint8

// The treatments. Take is the zero value.
const (
	Take   Treatment = iota // update it as any other
	Skip                    // leave the row out
	Refuse                  // fail the row
)

// Known is what is known of the contact of a key when a row's turn comes. The
// scheduler keeps one for each key that several rows share; a row that shares
// its key with none begins with what history knows.
type Known struct {
	ID, UserID string
	Rows       int    // of the key, that came before in this file and can be imported
	Hash       string // of what the API holds; blank: not known
	Sent       bool   // this run has sent something for the key
	Refused    bool   // of what the key's rows ask for, something is missing
	Blocked    int    // a row before this one is unresolved
}

// Begin is what is known before the first row of a key.
func (p Past) Begin(hash string) Known { return Known{ID: p.ID, UserID: p.UserID, Hash: hash} }

// NamesContact reports whether the row itself says which contact it is.
func (f *Facts) NamesContact() bool { return f.ID != "" || f.UserID != "" }
