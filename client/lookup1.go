package client

import (
	"context"
	"maps"
	"net/url"
	"strconv"
)

// Bounds of lists in 1.x: "default and max is 50 per page", and about 10,000
// records deep (intercom-ruby 3.9.5, README).
const (
	perPage1 = 50
	records1 = 10000
)

// byEmail1 asks for one e-mail at a time ("List Leads" by email, 1.3).
func (c *Client) byEmail1(ctx context.Context, emails []string) ([]Contact, error) {
	var found []Contact
	seen := map[string]bool{}
	size := c.readable(perPage1)
	for _, address := range emails {
		_, err := c.pages1(ctx, &size, url.Values{"email": {address}}, func(p page) (more bool) {
			for _, contact := range p.list {
				if !seen[contact.ID] {
					seen[contact.ID] = true
					found = append(found, contact)
				}
			}
			return true
		})
		if err != nil && !isGone(err) { // 404 is an older way to say none
			return nil, err
		}
	}
	return found, nil
}

// pages1 calls each with the pages of a list, until it returns false. ended
// reports that the list came to its end, rather than to the depth at which the
// API ends all lists.
//
// Pages have numbers, which change with their size: a smaller one begins where
// the last one ended, or before. What comes in meanwhile at the top of a list
// moves the others to later pages. So contacts may come twice, and none is
// missed.
func (c *Client) pages1(ctx context.Context, size *pageSize, query url.Values, each func(page) bool) (ended bool, err error) {
	for offset := 0; offset < records1; {
		number := 0
		p, err := c.list(ctx, size, func(s pageSize) request {
			number = offset/int(s) + 1
			q := maps.Clone(query)
			if number > 1 || s < perPage1 || q.Has("sort") {
				q.Set("per_page", strconv.Itoa(int(s)))
				q.Set("page", strconv.Itoa(number))
			}
			return request{method: "GET", path: "/contacts", query: q}
		})
		if e, ok := err.(*Error); ok && e.Kind == Refused && offset > 0 {
			return false, nil // deeper than this API lists
		}
		if err != nil {
			return false, err
		}
		if !each(p) || p.last || len(p.list) == 0 {
			return true, nil
		}
		offset = number * int(*size)
	}
	return false, nil
}

// createdBetween1 reads the list of leads, newest first, until it is older
// than w.
func (c *Client) createdBetween1(ctx context.Context, w *span) (complete bool, err error) {
	size := c.readable(perPage1)
	complete = true
	ended, err := c.pages1(ctx, &size, url.Values{"order": {"desc"}, "sort": {"created_at"}}, func(p page) bool {
		more, older := w.take(p.list)
		complete = more
		return more && !older
	})
	if err != nil {
		return false, err
	}
	if ended {
		return complete, nil
	}
	return c.scroll1(ctx, w)
}

// scroll1 reads all leads there are. A workspace has one scroll at a time; a
// page whose answer is lost cannot be had again ("Iterating over all leads",
// 1.2), so either is the end of it.
func (c *Client) scroll1(ctx context.Context, w *span) (complete bool, err error) {
	query := url.Values{}
	for {
		p, err := c.list(ctx, nil, func(pageSize) request { return request{method: "GET", path: "/contacts/scroll", query: query} })
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
	return c.remove(ctx, id, request{method: "DELETE", path: contactPath(id)})
}
