package client

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
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
// each of them only when there is one. The fields keep their order. A company
// has its other attributes beside its name, as the API takes them. Tags are not
// kept: the row itself tells them.
func (l *Lead) UnmarshalJSON(b []byte) error {
	var j struct {
		ID        string    `json:"id"`
		UserID    string    `json:"user_id"`
		Fields    []Field   `json:"fields"`
		Companies []Company `json:"companies"`
	}
	if err := json.Unmarshal(b, &j); err != nil {
		return err
	}
	*l = Lead{ID: j.ID, UserID: j.UserID, Fields: j.Fields, Companies: j.Companies}
	return nil
}

// UnmarshalJSON reads a company of a lead.
func (c *Company) UnmarshalJSON(b []byte) error {
	var j struct {
		CompanyID string           `json:"company_id"`
		Name      string           `json:"name"`
		Custom    map[string]Value `json:"custom_attributes"`
	}
	var standard map[string]json.RawMessage
	if err := errors.Join(json.Unmarshal(b, &j), json.Unmarshal(b, &standard)); err != nil {
		return err
	}
	*c = Company{CompanyID: j.CompanyID, Name: j.Name}
	for _, a := range companyAttributes {
		raw, ok := standard[a.Name]
		if !ok || a.Name == "name" {
			continue
		}
		f := Field{Name: a.Name}
		if err := f.Value.UnmarshalJSON(raw); err != nil {
			return err
		}
		c.Fields = append(c.Fields, f)
	}
	for _, name := range slices.Sorted(maps.Keys(j.Custom)) {
		c.Fields = append(c.Fields, Field{CustomPrefix + name, j.Custom[name]})
	}
	return nil
}
