package client

import (
	"context"
	"net/url"
	"strconv"
)

// Bounds of lists in 1.x: "default and max is 50 per page", and about 10,000
// records deep (intercom-ruby 3.9.5, README).
const (
	perPage1 = 50
	pages1   = 10000 / perPage1
)

// byEmail1 asks for one e-mail at a time ("List Leads" by email, 1.3).
func (c *Client) byEmail1(ctx context.Context, emails []string) ([]Contact, error) {
	var found []Contact
	seen := map[string]bool{}
	for _, email := range emails {
		for n := 1; n <= pages1; n++ {
			query := url.Values{"email": {email}}
			if n > 1 {
				query.Set("page", strconv.Itoa(n))
				query.Set("per_page", strconv.Itoa(perPage1))
			}
			p, err := c.list(ctx, request{method: "GET", path: "/contacts", query: query}, false)
			if isGone(err) {
				break // an older way to say none
			}
			if err != nil {
				return nil, err
			}
			for _, contact := range p.list {
				if !seen[contact.ID] {
					seen[contact.ID] = true
					found = append(found, contact)
				}
			}
			if p.last || len(p.list) == 0 {
				break
			}
		}
	}
	return found, nil
}

// createdBetween1 reads the list of leads, newest first, until it is older
// than w. Leads that come in meanwhile move the others to later pages, so
// none is missed.
func (c *Client) createdBetween1(ctx context.Context, w *span) (complete bool, err error) {
	for n := 1; n <= pages1; n++ {
		p, err := c.list(ctx, request{method: "GET", path: "/contacts", query: url.Values{
			"order":    {"desc"},
			"sort":     {"created_at"},
			"per_page": {strconv.Itoa(perPage1)},
			"page":     {strconv.Itoa(n)},
		}}, false)
		if e, ok := err.(*Error); ok && e.Kind == Refused && n > 1 {
			break // deeper than this API lists
		}
		if err != nil {
			return false, err
		}
		more, older := w.take(p.list)
		if !more {
			return false, nil
		}
		if older || p.last || len(p.list) == 0 {
			return true, nil
		}
	}
	return c.scroll1(ctx, w)
}

// scroll1 reads all leads there are. A workspace has one scroll at a time; a
// page whose answer is lost cannot be had again ("Iterating over all leads",
// 1.2), so either is the end of it.
func (c *Client) scroll1(ctx context.Context, w *span) (complete bool, err error) {
	query := url.Values{}
	for {
		p, err := c.list(ctx, request{method: "GET", path: "/contacts/scroll", query: query}, true)
		if e, ok := err.(*Error); ok && (e.Kind == Refused || e.Kind == Unavailable) {
			c.log.Warn().Str("code", e.Code).Int("status", e.Status).Msg("the API cannot list all leads: " + e.Message)
			return false, nil
		}
		if err != nil {
			return false, err
		}
		if len(p.list) == 0 {
			return true, nil
		}
		if more, _ := w.take(p.list); !more || p.scroll == "" {
			return false, nil
		}
		query.Set("scroll_param", p.scroll)
	}
}

// Delete deletes a lead (1.x only), for good. One that is gone already is an
// *Error of status 404 or 410.
func (c *Client) Delete(ctx context.Context, id string) error {
	if err := checkID(id); err != nil {
		return &Error{Kind: Refused, Code: "invalid_id", Message: err.Error()}
	}
	if c.family != Leads {
		return &Error{Kind: Refused, Code: "not_in_this_version", Message: "in API version " + c.version.String() + " contacts are archived"}
	}
	return c.remove(ctx, request{method: "DELETE", path: contactPath(id)})
}
