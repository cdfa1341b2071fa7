package client

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
)

// Model is what a data attribute belongs to.
type Model string

// The models, in the words of 2.x.
const (
	OfContacts  Model = "contact"
	OfCompanies Model = "company"
)

// DataAttribute is an attribute of people or companies as the workspace knows it.
type DataAttribute struct {
	Name        string // without CustomPrefix
	Type        Type   // DataType as given when it is not one of ours
	Custom      bool
	Archived    bool
	APIWritable bool
	Options     []string // of a list attribute
}

// DataAttributes lists the workspace's attributes of a model, archived ones
// too. known is false when this API version does not answer the question
// (some 1.x), which is no error.
func (c *Client) DataAttributes(ctx context.Context, of Model) (list []DataAttribute, known bool, err error) {
	query := url.Values{"model": {string(of)}, "include_archived": {"true"}}
	if c.family == Leads {
		if c.version.minor < 4 {
			return nil, false, nil // before 1.4 the path was another, for users only
		}
		query = url.Values{"model": {string(of)}}
		if of == OfContacts {
			query = url.Values{"model": {"customer"}}
		}
	}
	_, err = c.exchange(ctx, call{
		op:        opRead,
		req:       request{method: "GET", path: "/data_attributes", query: query},
		preflight: true,
		decode: func(body []byte) (err error) {
			list, err = readDataAttributes(body)
			return err
		},
	})
	if e, ok := err.(*Error); ok && c.family == Leads && noSuchQuestion(e) {
		return nil, false, nil
	}
	return list, err == nil, err
}

// noSuchQuestion reports whether an answer of 1.x says that it has no list of
// attributes for leads, in whatever words: nothing depends on the list there.
func noSuchQuestion(e *Error) bool {
	switch e.Status {
	case 400, 404, 405, 422:
		return true
	}
	return false
}

func readDataAttributes(body []byte) ([]DataAttribute, error) {
	type item struct {
		Name        text            `json:"name"`
		FullName    text            `json:"full_name"`
		Type        text            `json:"data_type"`
		Custom      *bool           `json:"custom"`
		Archived    flag            `json:"archived"`
		APIWritable *bool           `json:"api_writable"`
		Options     json.RawMessage `json:"options"`
	}
	var j struct {
		Type string `json:"type"`
		Data []item `json:"data"`
		Old  []item `json:"data_attributes"` // 1.x names its lists
	}
	if !isObject(body) || json.Unmarshal(body, &j) != nil || j.Type == "" || j.Data == nil && j.Old == nil {
		return nil, errForeign
	}
	list := make([]DataAttribute, 0, len(j.Data)+len(j.Old))
	for _, it := range append(j.Data, j.Old...) {
		full, custom := splitCustom(string(it.FullName))
		a := DataAttribute{Name: string(it.Name), Type: Type(it.Type), Archived: bool(it.Archived), APIWritable: true}
		if a.Name == "" {
			a.Name = full
		}
		if a.Custom = custom; it.Custom != nil {
			a.Custom = *it.Custom
		}
		if it.APIWritable != nil {
			a.APIWritable = *it.APIWritable
		}
		a.Options = readOptions(it.Options)
		list = append(list, a)
	}
	return list, nil
}

// readOptions reads the options of a list attribute: strings, or objects with
// a value.
func readOptions(b json.RawMessage) []string {
	var texts []text
	var objects []struct {
		Value text `json:"value"`
	}
	var out []string
	if json.Unmarshal(b, &objects) == nil {
		for _, o := range objects {
			out = append(out, string(o.Value))
		}
	} else if json.Unmarshal(b, &texts) == nil {
		for _, t := range texts {
			out = append(out, string(t))
		}
	}
	return out
}

// CreateDataAttribute creates a custom attribute of a model (2.x only). A name
// is unique, so a second request does no harm: when an answer was lost, the
// list of attributes tells what became of it.
func (c *Client) CreateDataAttribute(ctx context.Context, of Model, name string, t Type) error {
	if c.family == Leads {
		return &Error{Kind: Refused, Code: "not_in_this_version", Message: fmt.Sprintf("API version %s cannot create attributes: it makes a custom attribute when a lead first has it", c.version)}
	}
	name = strings.TrimPrefix(name, CustomPrefix)
	o := object{b: make([]byte, 0, 128)}
	o.open()
	o.text("name", name)
	o.text("model", string(of))
	o.text("data_type", string(t))
	o.close()
	a, err := c.exchange(ctx, call{
		op:  opRead,
		req: request{method: "POST", path: "/data_attributes", body: o.b},
		decode: func(body []byte) error {
			var j struct {
				Type string `json:"type"`
				Name text   `json:"name"`
			}
			if !isObject(body) || json.Unmarshal(body, &j) != nil || j.Type != "data_attribute" {
				return errForeign
			}
			return nil
		},
	})
	if e, ok := err.(*Error); ok && !a.Doubtful.IsZero() && e.Kind == Refused && c.hasAttribute(ctx, of, name) {
		return nil
	}
	return err
}

func (c *Client) hasAttribute(ctx context.Context, of Model, name string) bool {
	list, _, err := c.DataAttributes(ctx, of)
	if err != nil {
		return false
	}
	for _, a := range list {
		if a.Custom && a.Name == name && !a.Archived {
			return true
		}
	}
	return false
}
