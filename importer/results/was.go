package results

import (
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"leadimport/client"
)

// Change is what an update makes of one attribute.
type Change struct {
	Name          string
	Before, After client.Value // as the API showed it, and as it is sent
	// Hidden: the API does not show what was there before. Before and After are
	// not known then.
	Hidden bool
}

// MarshalJSON is c as ["name", before, after], or ["name"] when it is hidden.
func (c Change) MarshalJSON() ([]byte, error) { return c.appendJSON(nil), nil }

func (c Change) appendJSON(b []byte) []byte {
	b = appendText(append(b, '['), c.Name)
	if !c.Hidden {
		b = appendValue(append(b, ','), c.Before)
		b = appendValue(append(b, ','), c.After)
	}
	return append(b, ']')
}

func appendValue(b []byte, v client.Value) []byte {
	text, _ := v.MarshalJSON() // no value fails
	return append(b, text...)
}

// UnmarshalJSON reads what MarshalJSON wrote.
func (c *Change) UnmarshalJSON(b []byte) error {
	var parts []json.RawMessage
	if err := json.Unmarshal(b, &parts); err != nil {
		return err
	}
	if len(parts) != 1 && len(parts) != 3 {
		return errors.New("a change is a name, with the value before and the value after")
	}
	*c = Change{Hidden: len(parts) == 1}
	if err := json.Unmarshal(parts[0], &c.Name); err != nil || c.Hidden {
		return err
	}
	return errors.Join(c.Before.UnmarshalJSON(parts[1]), c.After.UnmarshalJSON(parts[2]))
}

func appendChanges(b []byte, list []Change) []byte {
	b = append(b, '[')
	for i, c := range list {
		if i > 0 {
			b = append(b, ',')
		}
		b = c.appendJSON(b)
	}
	return append(b, ']')
}

func readChanges(raw json.RawMessage) ([]Change, error) {
	if len(raw) == 0 {
		return nil, nil
	}
	list := []Change{}
	err := json.Unmarshal(raw, &list)
	return list, err
}

// Was is what remains of the intent of an update in the journal of a run that
// is done: what undo needs.
type Was struct {
	ID       string
	Row      int
	Changes  []Change
	Deadline time.Time // of its attempt, to the second
}

// appendWas appends the record of w to b.
func appendWas(b []byte, w Was) []byte {
	b = appendText(append(b, `{"was":[`...), w.ID)
	b = strconv.AppendInt(append(b, ','), int64(w.Row), 10)
	b = appendChanges(append(b, ','), w.Changes)
	b = strconv.AppendInt(append(b, ','), w.Deadline.Unix(), 10)
	return append(b, "]}\n"...)
}

// UnmarshalJSON reads what appendWas wrote.
func (w *Was) UnmarshalJSON(b []byte) error {
	*w = Was{Changes: []Change{}}
	var deadline int64
	fields := []any{&w.ID, &w.Row, &w.Changes, &deadline}
	if err := json.Unmarshal(b, &fields); err != nil || len(fields) != 4 || w.ID == "" || w.Changes == nil {
		return errors.New("it does not tell what an update changed")
	}
	w.Deadline = time.Unix(deadline, 0).UTC()
	return nil
}

// MarshalJSON is w as UnmarshalJSON reads it.
func (w Was) MarshalJSON() ([]byte, error) {
	return json.Marshal([]any{w.ID, w.Row, append([]Change{}, w.Changes...), w.Deadline.Unix()})
}
