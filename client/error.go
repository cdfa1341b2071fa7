package client

import (
	"fmt"
	"regexp"
	"strings"
	"time"
)

// Kind sorts failures by what they mean for the row and the run. It is
// decided once, next to the wire: see the table in the package's comment.
type Kind uint8

const (
	// Refused: the API understood and said no to this row. Final for the row.
	Refused Kind = iota + 1
	// Ambiguous: the request may have been applied; only for creates, and for
	// an update whose time for retries is spent.
	Ambiguous
	// Unavailable: the API was away for Config.RetryFor; surely not applied.
	// The run stops, exit 6; no row is blamed.
	Unavailable
	// Unauthorised: token or plan refuse (401, 402, 403). The run stops, exit 5.
	Unauthorised
	// Misdirected: what answers is not this API, or not this version of it: a
	// redirect, a bad certificate, 404 on a create, 405, 406, 415, three
	// answers in a row that are not the API's. The run stops. See
	// Error.MayBeApplied.
	Misdirected
)

// Error is a failed call. Its text is one line, safe for a terminal, and
// names no person: URLs are left out of it.
type Error struct {
	Kind      Kind
	Status    int    // HTTP status; 0: no answer
	Code      string // the API's code, or ours in snake_case
	Message   string // the API's message, cleaned and cut, or ours
	RequestID string
	Hint      string // what to try next; may be empty
	// ContactID is the id that a 409 conflict names, the contact that another
	// was merged into (410), or the one that a save was answered with although
	// it does not carry what was sent (code another_contact).
	ContactID string
	Err       error // the cause, when it was not an answer

	strange bool // the answer was not the API's
}

// MayBeApplied reports whether the API may have done what a write asked for:
// an answer that is not the API's own may hide that it did, also where it is
// the one that ends the run.
func (e *Error) MayBeApplied() bool { return e.Kind == Ambiguous || e.strange }

func (e *Error) Error() string { return e.Message }

// Unwrap is the cause. It may name the API's host, never a URL or a person.
func (e *Error) Unwrap() error { return e.Err }

// slowIntents is how many intents in a row may take too long.
const slowIntents = 5

// SlowIntentError is the end of a save whose intents took too long to get on
// disk, one after the other: nothing was sent, and nothing more can be.
type SlowIntentError struct {
	Took  time.Duration // the last one
	Limit time.Duration // half of Config.Timeout
}

func (e *SlowIntentError) Error() string {
	return fmt.Sprintf("writing down what is about to be sent took %v, %d times in a row, and may take %v: use a faster disk for the results, or a longer --timeout", e.Took.Round(time.Millisecond), slowIntents, e.Limit)
}

var idInConflict = regexp.MustCompile(`\bid=(\w+)`)

// conflict reads what a 409 says: "A contact matching those details already
// exists with id=5da6…", or "An archived contact …" ("Create a contact", 2.4;
// Intercom-OpenAPI#543). There is no field for the id, only the text.
func conflict(e *Error) {
	if m := idInConflict.FindStringSubmatch(e.Message); m != nil {
		e.ContactID = m[1]
	}
	if strings.Contains(strings.ToLower(e.Message), "archived") {
		e.Code = "conflict_archived"
	}
}
