package client

import (
	"context"
	"encoding/json"
	"net/url"
	"strings"
	"time"
)

// Contact reads a contact by its id, which shows it as it is now: unlike a
// search it does not lag. found is false when the API does not know the id,
// or knows it as deleted or merged (404, 410).
func (c *Client) Contact(ctx context.Context, id string) (contact Contact, found bool, err error) {
	if checkID(id) != nil {
		return Contact{}, false, nil
	}
	return c.contact(ctx, request{method: "GET", path: contactPath(id)})
}

// ContactByUserID reads a lead of 1.x by the user_id that the API gave it. In
// 2.x nothing is found: find_by_external_id knows users only.
func (c *Client) ContactByUserID(ctx context.Context, userID string) (contact Contact, found bool, err error) {
	if userID == "" || c.family != Leads {
		return Contact{}, false, nil
	}
	return c.contact(ctx, request{method: "GET", path: "/contacts", query: url.Values{"user_id": {userID}}})
}

func (c *Client) contact(ctx context.Context, req request) (contact Contact, found bool, err error) {
	_, err = c.exchange(ctx, call{op: opRead, req: req, decode: func(body []byte) error {
		var ok bool
		if contact, ok = readContact(body, c.family); !ok {
			return errForeign
		}
		return nil
	}})
	if isGone(err) {
		return Contact{}, false, nil
	}
	return contact, err == nil, err
}

// isGone tells whether the API answered that it has no such contact.
func isGone(err error) bool {
	e, ok := err.(*Error)
	return ok && e.Kind == Refused && (e.Status == 404 || e.Status == 410)
}

// ByEmail lists the contacts that have one of emails, as far as the API's
// index has caught up: a contact may take minutes to show up. There may be
// several for one e-mail. Archived ones may be missing.
func (c *Client) ByEmail(ctx context.Context, emails []string) ([]Contact, error) {
	emails = spellings(emails)
	if c.family == Leads {
		return c.byEmail1(ctx, emails)
	}
	return c.byEmail2(ctx, emails)
}

// spellings are the e-mails to ask for: as they stand, and in the lower case
// in which the API keeps them (documented for 1.x alone, so both are asked).
func spellings(emails []string) []string {
	var out []string
	seen := map[string]bool{"": true}
	for _, e := range emails {
		e = strings.TrimSpace(e)
		for _, s := range []string{strings.ToLower(e), e} {
			if !seen[s] {
				seen[s] = true
				out = append(out, s)
			}
		}
	}
	return out
}

// ByAttribute lists the contacts whose attribute called name, CustomPrefix and
// all, has one of values (2.x only), with a request for every 15 of them. As
// with ByEmail, the index lags.
func (c *Client) ByAttribute(ctx context.Context, name string, values ...Value) ([]Contact, error) {
	if c.family == Leads {
		return nil, &Error{Kind: Refused, Code: "not_in_this_version", Message: "API version " + c.version.String() + " finds leads by id, user_id and email only"}
	}
	filters := make([]filter, len(values))
	for i, v := range values {
		filters[i] = filter{name, "=", v}
	}
	return c.searchAny(ctx, filters)
}

// CreatedBetween calls each with every contact created from from to to, by the
// server's clock and to the second, once each, as far as the API's index has
// caught up. It stops when each returns false. complete reports that the API
// could list them all and each wanted them all: 1.x lists the newest 10,000
// leads only, and then scrolls where nobody else does. each is called from the
// caller's goroutine.
func (c *Client) CreatedBetween(ctx context.Context, from, to time.Time, each func(Contact) bool) (complete bool, err error) {
	w := span{from: from.Truncate(time.Second), to: to, each: each, seen: map[string]bool{}}
	if c.family == Leads {
		return c.createdBetween1(ctx, &w)
	}
	return c.createdBetween2(ctx, &w)
}

// span is the time that CreatedBetween asks about.
type span struct {
	from, to time.Time
	each     func(Contact) bool
	seen     map[string]bool // ids
}

// take shows those of list that lie in the span. more is false when each has
// had enough; older reports that all of them are from before it.
func (w *span) take(list []Contact) (more, older bool) {
	older = len(list) > 0
	for _, contact := range list {
		if contact.CreatedAt.IsZero() || !contact.CreatedAt.Before(w.from) {
			older = false
		}
		if contact.CreatedAt.Before(w.from) || contact.CreatedAt.After(w.to) || w.seen[contact.ID] {
			continue
		}
		w.seen[contact.ID] = true
		if !w.each(contact) {
			return false, older
		}
	}
	return true, older
}

// page is a list of contacts in either family.
type page struct {
	list   []Contact
	last   bool   // by what it says of the others
	cursor string // 2.x
	scroll string // 1.x
}

func (c *Client) readPage(body []byte) (page, error) {
	var j struct {
		Type     string        `json:"type"`
		Data     []contactJSON `json:"data"`
		Contacts []contactJSON `json:"contacts"`
		Users    []contactJSON `json:"users"` // the documents' own examples of a scroll disagree
		Scroll   text          `json:"scroll_param"`
		Pages    *struct {
			Next  json.RawMessage `json:"next"`
			Page  int             `json:"page"`
			Total int             `json:"total_pages"`
		} `json:"pages"`
	}
	if !isObject(body) || json.Unmarshal(body, &j) != nil || j.Type != "list" && !strings.HasSuffix(j.Type, ".list") || j.Type == "error.list" {
		return page{}, errForeign
	}
	p := page{last: true, scroll: string(j.Scroll)}
	for _, items := range [][]contactJSON{j.Data, j.Contacts, j.Users} {
		for i := range items {
			if items[i].ID == "" {
				return page{}, errForeign
			}
			p.list = append(p.list, items[i].contact(c.family))
		}
	}
	if j.Pages != nil && len(j.Pages.Next) > 0 && string(j.Pages.Next) != "null" {
		p.last = j.Pages.Total > 0 && j.Pages.Page >= j.Pages.Total
		var next struct {
			After text `json:"starting_after"`
		}
		if json.Unmarshal(j.Pages.Next, &next) == nil {
			p.cursor = string(next.After)
		}
	}
	return p, nil
}

// list asks for a page.
func (c *Client) list(ctx context.Context, req request, fragile bool) (p page, err error) {
	_, err = c.exchange(ctx, call{op: opRead, req: req, fragile: fragile, decode: func(body []byte) (err error) {
		p, err = c.readPage(body)
		return err
	}})
	return p, err
}
