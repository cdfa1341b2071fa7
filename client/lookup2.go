package client

import (
	"context"
	"encoding/json"
	"time"
)

// Bounds of POST /contacts/search in 2.x (OpenAPI description of 2.15: "max 15
// filters for each AND or OR group"; pagination: "Default is 50. Max is 150").
const (
	filters2 = 15
	perPage2 = 150
)

// filter is one condition of a search.
type filter struct {
	field, operator string
	value           Value
}

// byEmail2 does not ask for a role: a lead may have been merged into a user
// since.
func (c *Client) byEmail2(ctx context.Context, emails []string) ([]Contact, error) {
	filters := make([]filter, len(emails))
	for i, email := range emails {
		filters[i] = filter{"email", "=", String(email)}
	}
	return c.searchAny(ctx, filters)
}

// searchAny lists what matches any of the filters, each contact once, with as
// many of them at a time as a search takes.
func (c *Client) searchAny(ctx context.Context, filters []filter) ([]Contact, error) {
	var found []Contact
	seen := map[string]bool{}
	size := c.readable(perPage2)
	for len(filters) > 0 {
		n := min(len(filters), filters2)
		err := c.pages2(ctx, &size, "OR", filters[:n], func(list []Contact) bool {
			for _, contact := range list {
				if !seen[contact.ID] {
					seen[contact.ID] = true
					found = append(found, contact)
				}
			}
			return true
		})
		if err != nil {
			return nil, err
		}
		filters = filters[n:]
	}
	return found, nil
}

// pages2 calls each with the pages of a search, until it returns false.
func (c *Client) pages2(ctx context.Context, size *pageSize, operator string, filters []filter, each func([]Contact) bool) error {
	cursor := ""
	for {
		p, err := c.list(ctx, size, func(s pageSize) request {
			return request{method: "POST", path: "/contacts/search", body: query2(operator, filters, s, cursor)}
		})
		if err != nil {
			return err
		}
		if !each(p.list) || p.cursor == "" || len(p.list) == 0 {
			return nil
		}
		if p.cursor == cursor {
			return &Error{Kind: Refused, Code: "paging", Message: "the API's search does not get past one of its pages"}
		}
		cursor = p.cursor
	}
}

// query2 is the body of a search. The cursor belongs in it: as a parameter of
// the URL the API ignores it.
func query2(operator string, filters []filter, size pageSize, cursor string) []byte {
	o := object{b: make([]byte, 0, 256)}
	condition := func(f filter) {
		o.open()
		o.text("field", f.field)
		o.text("operator", f.operator)
		o.value("value", f.value)
		o.close()
	}
	o.open()
	o.name("query")
	if len(filters) == 1 {
		condition(filters[0])
	} else {
		o.open()
		o.text("operator", operator)
		o.name("value")
		o.b = append(o.b, '[')
		for i, f := range filters {
			if i > 0 {
				o.b = append(o.b, ',')
			}
			condition(f)
		}
		o.b = append(o.b, ']')
		o.comma = true
		o.close()
	}
	o.name("pagination")
	o.open()
	o.value("per_page", Integer(int64(size)))
	if cursor != "" {
		o.text("starting_after", cursor)
	}
	o.close()
	o.close()
	return o.b
}

// createdBetween2 searches by created_at, which knows calendar days of the
// workspace's zone only ("Searching for Timestamp Fields", 2.15): so it asks
// for more than a day on either side, and w takes what is in it.
func (c *Client) createdBetween2(ctx context.Context, w *span) (complete bool, err error) {
	const margin = 48 * time.Hour
	complete = true
	size := c.readable(perPage2)
	err = c.pages2(ctx, &size, "AND", []filter{
		{"created_at", ">", Integer(w.from.Add(-margin).Unix())},
		{"created_at", "<", Integer(w.to.Add(margin).Unix())},
	}, func(list []Contact) bool {
		complete, _ = w.take(list)
		return complete
	})
	return complete && err == nil, err
}

// Archive archives a contact (2.x only), which can be taken back. One that is
// gone already is an *Error of status 404 or 410.
func (c *Client) Archive(ctx context.Context, id string) error {
	if err := checkID(id); err != nil {
		return &Error{Kind: Refused, Code: "invalid_id", Message: err.Error()}
	}
	if c.family == Leads {
		return &Error{Kind: Refused, Code: "not_in_this_version", Message: "in API version " + c.version.String() + " leads are deleted"}
	}
	return c.remove(ctx, id, request{method: "POST", path: contactPath(id) + "/archive"})
}

// remove asks for the end of a contact, again if need be: it ends once. When
// an earlier request may have been applied, being gone is what was asked for.
// An answer that does not name the contact is none.
func (c *Client) remove(ctx context.Context, id string, req request) error {
	a, err := c.exchange(ctx, call{op: opRead, req: req, decode: func(body []byte) error {
		var gone struct{ ID text }
		if len(body) > 0 && (json.Unmarshal(body, &gone) != nil || string(gone.ID) != id) {
			return errForeign
		}
		return nil
	}})
	if !a.Doubtful.IsZero() && isGone(err) {
		return nil
	}
	return err
}
