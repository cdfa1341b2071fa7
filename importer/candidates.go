package importer

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"leadimport/client"
)

// candidates are the contacts that one row may be about.
type candidates struct {
	by       int // which identity found them; len(match.By): none found anybody
	contacts []client.Contact
}

// identity is what a row says of one of the attributes that it is looked up
// by.
func (w *row) identity(name string) (client.Value, bool) {
	v, _ := w.lead.Value(name)
	if name == "phone" && !strings.ContainsAny(v.Text(), "123456789") {
		return v, false // a dash is nobody's number
	}
	return v, strings.TrimSpace(v.Text()) != ""
}

// canMatch reports whether there is anything to look a row up by.
func (j *Job) canMatch(w *row) bool {
	return slices.ContainsFunc(j.match.By, func(name string) bool {
		_, ok := w.identity(name)
		return ok
	})
}

// candidates looks rows up, each by the first of its identities that finds
// anybody. It runs in a worker.
func (j *Job) candidates(ctx context.Context, rows []*row) ([]candidates, error) {
	out := make([]candidates, len(rows))
	for i := range out {
		out[i].by = len(j.match.By)
	}
	for by, name := range j.match.By {
		var open []int
		var values []client.Value
		for i, w := range rows {
			if v, ok := w.identity(name); ok && len(out[i].contacts) == 0 {
				open, values = append(open, i), append(values, v)
			}
		}
		if len(open) == 0 {
			continue
		}
		list, err := j.listBy(ctx, name, values)
		if err != nil {
			return nil, fmt.Errorf("looking contacts up by %s: %w", name, err)
		}
		for n, i := range open {
			if c := alive(having(list, name, values[n])); len(c) > 0 {
				out[i] = candidates{by, c}
			}
		}
	}
	return out, nil
}

func (j *Job) listBy(ctx context.Context, name string, values []client.Value) ([]client.Contact, error) {
	if name != "email" {
		return j.cfg.Client.ByAttribute(ctx, name, values...)
	}
	emails := make([]string, len(values))
	for i, v := range values {
		emails[i] = v.Text()
	}
	return j.cfg.Client.ByEmail(ctx, emails)
}

// having are those of list that show this value themselves: what the API's
// search takes for equal is its own affair.
func having(list []client.Contact, name string, v client.Value) []client.Contact {
	var out []client.Contact
	for _, c := range list {
		if same, shown := c.Shows(name, v); same && shown {
			out = append(out, c)
		}
	}
	return out
}

// alive leaves archived contacts out where there are others. The API does not
// say whether its search shows them, so nothing may depend on it.
func alive(list []client.Contact) []client.Contact {
	var out []client.Contact
	for _, c := range list {
		if !c.Archived {
			out = append(out, c)
		}
	}
	if len(out) == 0 {
		return list
	}
	return out
}
