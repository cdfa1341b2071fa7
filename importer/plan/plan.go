// Package plan is the form of a plan: what an import would do, one line a row,
// to be read, reviewed and kept, and then applied. It decides nothing.
//
// A plan is a CSV file, for people and spreadsheets, and a JSON file beside it
// that tells what it was made from. A plan is applied as it was made, or not at
// all: the JSON file has the digest of the CSV, and one of itself.
package plan

import (
	"leadimport/importer/outcome"
)

// Action is what becomes of a row, in the words of a forecast.
type Action string

// The actions.
const (
	Create     Action = "create"
	Update     Action = "update"
	Unchanged  Action = "unchanged"
	Skip       Action = "skip"
	Invalid    Action = "invalid"
	Fail       Action = "fail"
	Unresolved Action = "unresolved"
	LookUp     Action = "look_up" // an earlier run may have created it; what comes of that is open
)

// Actions are all of them, in the order in which they are shown.
var Actions = []Action{Create, Update, Unchanged, Skip, Invalid, Fail, Unresolved, LookUp}

var statuses = map[Action]outcome.Status{
	Create: outcome.Created, Update: outcome.Updated, Unchanged: outcome.Unchanged, Skip: outcome.Skipped,
	Invalid: outcome.Invalid, Fail: outcome.Failed, Unresolved: outcome.Unresolved, LookUp: "",
}

// ActionOf is the action that ends in a status; blank: it is open.
func ActionOf(s outcome.Status) Action {
	for a, status := range statuses {
		if status == s {
			return a
		}
	}
	return LookUp
}

// Status is what a applied row has become; blank: that is open.
func (a Action) Status() outcome.Status { return statuses[a] }

// Line is what a plan says of a row.
type Line struct {
	Row    int
	Action Action
	ID     string // of the contact; blank: it is created, or there is none
	Key    string
	Code   string // why a row is not sent, as in results
	Note   string // the same in words, and what of the row is not written
	// Before and After identify what the contact holds now, and then.
	Before, After string
	// Changes are the texts of what is written, by attribute as About has them:
	// "before → after", the value alone of a create, blank where nothing changes.
	Changes []string
}

// Arrow stands between what a contact has and what it will have.
const Arrow = " → "

// Error says why a plan is not what it should be, and what to do.
type Error struct{ Path, Problem string }

func (e *Error) Error() string { return e.Path + ": " + e.Problem }
