package importer

import (
	"leadimport/client"
	"leadimport/mapping"
)

// Forecast is what a run will do, known before it sends anything. The JSON
// names are those of `check --format json`.
type Forecast struct {
	Rows      int `json:"rows"`
	Create    int `json:"create"`
	Update    int `json:"update"`
	Unchanged int `json:"unchanged"`
	Skip      int `json:"skip"`
	Invalid   int `json:"invalid"`
	// Standing rows were settled by the run that is resumed; Doubt counts the
	// rows that it left in doubt: they are looked up before anything is sent.
	Standing int `json:"standing"`
	Doubt    int `json:"doubt"`
	NoKey    int `json:"no_key"`     // rows known by the digest of their values alone
	Shared   int `json:"shared_key"` // rows whose key came earlier in the file

	// Changed keys of the newest earlier results have other values now.
	Changed  int `json:"changed"`
	Vanished int `json:"vanished"` // keys of earlier results that the file no longer has; they are not touched

	// LookUp counts the rows of Create that are looked up by MatchBy first: whom
	// Intercom knows is updated. LookUps is how many calls that takes; an e-mail
	// address in capitals is asked for in two spellings.
	LookUp  int      `json:"look_up"`
	LookUps int      `json:"look_ups"`
	MatchBy []string `json:"-"`

	Calls   int     `json:"calls"`   // writes, at least, and look-ups
	Seconds float64 `json:"seconds"` // at the present limit
	// Limit is how many calls the API grants in LimitSeconds to all users of
	// the token's app, 0 when no answer has told; LimitShare is the part of it
	// that this run takes, 0 to 1: by --share and --rate, and less what others
	// were seen to use.
	Limit        int     `json:"limit"`
	LimitSeconds float64 `json:"limit_seconds"`
	LimitShare   float64 `json:"limit_share"`

	Problems []ProblemGroup `json:"problems"`
	// Remarks are values that are sent and look wrong.
	Remarks []ProblemGroup `json:"remarks"`
	// Repairs are what was read in another way than it is written.
	Repairs []ProblemGroup `json:"repairs"`

	// EmailsKnown of EmailsAsked addresses that are to be created are those of
	// people whom the workspace knows already.
	EmailsAsked int `json:"emails_looked_up"`
	EmailsKnown int `json:"emails_known"`
	// NewColumns are neither in the newest earlier results nor in the mapping.
	NewColumns []string `json:"new_columns"`

	// Open rows are in the API since the run that is resumed; their companies
	// or tags are still to be sent.
	Open int `json:"open"`
	// Companies that valid rows name, each counted once.
	Companies int      `json:"companies"`
	Tags      []string `json:"tags"` // that every lead gets

	Workspace  client.Workspace    `json:"-"`
	Known      bool                `json:"-"` // the API was asked
	Columns    []mapping.Column    `json:"-"`
	Attributes []mapping.Attribute `json:"-"`
	// Missing custom attributes are created before the first write.
	Missing []mapping.Attribute `json:"-"`
	// Notes are what the user should know before the run goes on.
	Notes []string `json:"-"`
	// Unasked names what was left out for want of a token or an answer.
	Unasked []string `json:"-"`
}
