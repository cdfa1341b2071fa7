package client

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// MarshalJSON is v as JSON.
func (v Value) MarshalJSON() ([]byte, error) { return v.appendJSON(nil), nil }

// UnmarshalJSON reads null, a string, a number or a boolean. A number keeps
// its digits: 5.0 stays 5.0.
func (v *Value) UnmarshalJSON(b []byte) error {
	b = bytes.TrimSpace(b)
	switch {
	case len(b) == 0:
		return errors.New("no value")
	case bytes.Equal(b, []byte("null")):
		*v = Value{}
	case b[0] == '"':
		var s string
		if err := json.Unmarshal(b, &s); err != nil {
			return err
		}
		*v = String(s)
	case b[0] == '{' || b[0] == '[':
		return errors.New("a value is null, a string, a number or a boolean")
	case !json.Valid(b):
		return fmt.Errorf("%.20q is not JSON", b)
	default:
		*v = Value{kindLiteral, string(b)}
	}
	return nil
}

// MarshalJSON is f as ["name", value].
func (f Field) MarshalJSON() ([]byte, error) { return f.appendJSON(nil), nil }

func (f Field) appendJSON(b []byte) []byte {
	b = appendString(append(b, '['), f.Name)
	b = f.Value.appendJSON(append(b, ','))
	return append(b, ']')
}

// UnmarshalJSON reads ["name", value].
func (f *Field) UnmarshalJSON(b []byte) error {
	var parts []json.RawMessage
	if err := json.Unmarshal(b, &parts); err != nil {
		return err
	}
	if len(parts) != 2 {
		return fmt.Errorf("an attribute is its name and its value, not %d things", len(parts))
	}
	if err := json.Unmarshal(parts[0], &f.Name); err != nil {
		return err
	}
	return f.Value.UnmarshalJSON(parts[1])
}

// MarshalJSON is l as a record of it is kept: see UnmarshalJSON.
func (l Lead) MarshalJSON() ([]byte, error) { return l.AppendJSON(nil), nil }

// AppendJSON appends what MarshalJSON returns to b.
func (l Lead) AppendJSON(b []byte) []byte {
	o := object{b: b}
	o.open()
	if l.ID != "" {
		o.text("id", l.ID)
	}
	if l.UserID != "" {
		o.text("user_id", l.UserID)
	}
	if len(l.Fields) > 0 {
		o.name("fields")
		for i, f := range l.Fields {
			o.b = append(o.b, "[,"[min(i, 1)])
			o.b = f.appendJSON(o.b)
		}
		o.b = append(o.b, ']')
	}
	o.companies(l.Companies)
	o.close()
	return o.b
}

// UnmarshalJSON reads what MarshalJSON wrote:
//
//	{"id": "…", "user_id": "…", "fields": [["email", "…"], …], "companies": [{"company_id": "…", "name": "…"}, …]}
//
// each of them only when there is one. The fields keep their order.
func (l *Lead) UnmarshalJSON(b []byte) error {
	var j struct {
		ID        string  `json:"id"`
		UserID    string  `json:"user_id"`
		Fields    []Field `json:"fields"`
		Companies []struct {
			CompanyID string `json:"company_id"`
			Name      string `json:"name"`
		} `json:"companies"`
	}
	if err := json.Unmarshal(b, &j); err != nil {
		return err
	}
	*l = Lead{ID: j.ID, UserID: j.UserID, Fields: j.Fields}
	for _, c := range j.Companies {
		l.Companies = append(l.Companies, Company(c))
	}
	return nil
}
