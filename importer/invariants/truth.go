package invariants

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// Truth is what really happened at the API: what it holds, and which creates
// it received. It is read from the sandbox's own state.
type Truth struct {
	Contacts map[string]Contact  // archived ones too; by id
	Made     map[string]Create   // those that creates of the program made, also if they are gone since; by id
	Creates  map[string][]Create // what was received for a key, in that order
	Changes  []Change            // all other writes
}

// Contact is a lead or a user as the API holds it.
type Contact struct {
	ID        string         `json:"id"`
	Role      string         `json:"role"`
	Email     string         `json:"email"`
	Phone     string         `json:"phone"`
	Name      string         `json:"name"`
	Archived  bool           `json:"archived"`
	Stranger  bool           `json:"stranger"`
	CreatedAt time.Time      `json:"created_at"`
	Custom    map[string]any `json:"custom_attributes"`
}

// Row is the contact as a row would name it.
func (c Contact) Row() Row {
	r := Row{Email: c.Email, Phone: c.Phone, Name: c.Name}
	if score, ok := c.Custom["score"]; ok && score != nil {
		r.Score = fmt.Sprint(score)
	}
	return r
}

// Create is a create that the API received.
type Create struct {
	At        time.Time // by the true clock
	AppliedAt time.Time
	Applied   bool
	ID        string // of the lead, when it was applied
	Row       Row    // what was sent
	Status    int    // of the answer; 0: none
	Fault     string // that befell it
	n         int    // position in the log of writes
}

// Change is another write that the API received.
type Change struct {
	At      time.Time
	Kind    string
	ID      string // of the contact, when it was applied
	Applied bool
}

// ReadTruth reads the sandbox's state. The first skip writes are not the
// program's.
func ReadTruth(state []byte, skip int) (*Truth, error) {
	var in struct {
		Contacts []Contact `json:"contacts"`
		Writes   []struct {
			At        time.Time       `json:"at"`
			Kind      string          `json:"kind"`
			ID        string          `json:"id"`
			Status    int             `json:"status"`
			Fault     string          `json:"fault"`
			Applied   bool            `json:"applied"`
			AppliedAt time.Time       `json:"applied_at"`
			Body      json.RawMessage `json:"body"`
		} `json:"writes"`
	}
	if err := json.Unmarshal(state, &in); err != nil {
		return nil, err
	}
	t := &Truth{Contacts: map[string]Contact{}, Made: map[string]Create{}, Creates: map[string][]Create{}}
	for _, c := range in.Contacts {
		t.Contacts[c.ID] = c
	}
	for i, w := range in.Writes {
		switch {
		case i < skip:
		case w.Kind == "create":
			c := Create{At: w.At, AppliedAt: w.AppliedAt, Applied: w.Applied, ID: w.ID, Status: w.Status, Fault: w.Fault, Row: SentRow(w.Body), n: i}
			key := c.Row.Key()
			t.Creates[key] = append(t.Creates[key], c)
			if c.Applied {
				t.Made[c.ID] = c
			}
		default:
			t.Changes = append(t.Changes, Change{At: w.At, Kind: w.Kind, ID: w.ID, Applied: w.Applied})
		}
	}
	return t, nil
}

// SentRow reads the row out of the body of a create.
func SentRow(body []byte) Row {
	var c struct {
		Email  string                     `json:"email"`
		Phone  string                     `json:"phone"`
		Name   string                     `json:"name"`
		Custom map[string]json.RawMessage `json:"custom_attributes"`
	}
	_ = json.Unmarshal(body, &c) // what is no body is nobody's row
	return Row{Email: c.Email, Phone: c.Phone, Name: c.Name, Score: strings.Trim(string(c.Custom["score"]), `"`)}
}
