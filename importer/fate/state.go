package fate

import (
	"leadimport/client"
	"leadimport/importer/outcome"
)

// Phase is where a row is.
type Phase uint8

// The phases.
const (
	New        Phase = iota // nothing was done; it may wait for its turn
	Matching                // looked up before it is created
	Reading                 // its contact is read before it is changed
	Sending                 // handed to a worker, or about to be
	InDoubt                 // it may have been created
	Inspecting              // a conflict named a contact, which is read
	Tracing                 // its contact is gone: who it is now is looked for
	FollowUp                // the API has the lead; companies and tags are to come
	Done
)

var phaseNames = []string{"new", "matching", "reading", "sending", "in doubt", "inspecting", "tracing", "follow-up", "done"}

func (p Phase) String() string { return phaseNames[p] }

// asks reports whether a request is out for a row in this phase, or about to be,
// that the end of the run may keep from being sent. Of a row in doubt and of one
// that is followed up, the journal tells what is open.
func (p Phase) asks() bool {
	switch p {
	case Matching, Reading, Sending, Inspecting, Tracing:
		return true
	}
	return false
}

// State is a row on its way. The zero State is a row that waits for its turn.
type State struct {
	Phase Phase
	Known Known // of its key; with what this row did once it is Done
	// ID and UserID are those of the contact that the row is saved to; blank: it
	// is created.
	ID, UserID string
	// Created: the contact was made by a create of this key that was witnessed,
	// so that the row is created whatever else is sent for it.
	Created  bool
	Adopted  bool // the contact was found, and who made it is not known
	Searched bool // match looked the row up
	Sends    int  // creates that were sent and may have been applied
	Doubt    Doubt
	same     bool     // the contact held already what was to be sent
	refusal  Event    // the conflict that is inspected, or the answer that the contact is gone
	left     []string // contacts that were gone when the row was to be saved to them
	line     Line     // what is written once the follow-up is done
}

// IsUpdate reports whether the row is saved to a contact that is known.
func (s State) IsUpdate() bool { return s.ID != "" || s.UserID != "" }

// EventKind is what happened.
type EventKind uint8

// The events.
const (
	Turn         EventKind = iota // the row's turn has come
	Matched                       // match was looked up
	Shown                         // the contact was read
	Answered                      // a complete, valid answer to the save
	Refused                       // the API said no to this row
	Lost                          // the save may have been applied
	Unsent                        // nothing was sent, and the run ends
	LookedUp                      // a look-up for a doubt
	Inspected                     // the contact that a conflict named was read
	Traced                        // a look-up for a contact whose id is gone
	Followed                      // all that belongs to the lead is in
	FollowFailed                  // some of it was refused
)

var eventNames = []string{"turn", "matched", "shown", "answered", "refused", "lost", "unsent", "looked up", "inspected", "traced", "followed", "follow failed"}

func (k EventKind) String() string { return eventNames[k] }

// Event is something that happened to a row. Each kind uses the fields that its
// comment names.
type Event struct {
	Kind EventKind
	// Known of the key, for Turn.
	Known Known
	// Found is what a look-up showed, for Matched, LookedUp, Inspected, Traced.
	Found []Evidence
	// By names the attribute that found somebody, and Taken the row of another
	// key that has claimed the same person, for Matched; 0: none.
	By    string
	Taken int
	// Merged: Found is whom the API says that the contact was merged into, for
	// Traced. Message is why its merges lead to nobody.
	Merged bool
	// Over: the look-up began when the wait was over. Blind: it could not be
	// read to its end. For LookedUp.
	Over, Blind bool
	// Contact is the answer's, for Answered and Shown. Owner is the row that an
	// acknowledged answer gave the same contact to; 0: none. Foreign: it holds
	// more than was sent.
	Contact client.Contact
	Owner   int
	Foreign bool
	// Same: the contact holds already what the rules let this row send. Holds
	// identifies what it holds, where there is a plan. For Shown.
	Same  bool
	Holds string
	// Status, Code, Message and ContactID are the API's, for Refused and
	// FollowFailed; ContactID also for Lost: whom the answer named.
	Status        int
	Code, Message string
	ContactID     string
	// Doubt is what is known of the request, for Lost, and for Answered when it is
	// somebody else's.
	Doubt Doubt
}

// ActionKind is what the scheduler has to do.
type ActionKind uint8

// The actions.
const (
	Nothing    ActionKind = iota // the row stays as it is; a resume goes on with it
	Write                        // write Line: the row is done
	Keep                         // the line of an earlier run stands: the row is done
	SendCreate                   // save it as a new lead
	SendUpdate                   // save it to State.ID
	Match                        // look it up by Policy.MatchBy
	Read                         // read the contact State.ID, and answer Shown or Refused
	LookUp                       // note the doubt and look it up until it is decided
	Inspect                      // read the contact that a conflict named
	Trace                        // look for who the contact is now
	Follow                       // send what belongs to the lead
	Drop                         // there is no row and nothing was created: close the intent
)

var actionNames = []string{"nothing", "write", "keep", "create", "update", "match", "read", "look up", "inspect", "trace", "follow", "drop"}

func (k ActionKind) String() string { return actionNames[k] }

// Action is what to do next.
type Action struct {
	Kind      ActionKind
	Line      Line   // for Write
	ContactID string // for Inspect; for Trace whom the answer named, blank: nobody
}

// Line is the outcome of a row.
type Line struct {
	Status        outcome.Status
	ID, UserID    string
	Code, Message string
	Hash          string // of what the API holds now; blank: not known
}
