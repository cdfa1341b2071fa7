package client

import (
	"context"
	"encoding/json"
	"net/url"
	"strings"
	"time"

	"leadimport/client/email"
)

// Look-ups show what the API shows, whoever it is: users and leads, and the
// archived where the API lists them. What of it is whose, their callers judge.

// Contact reads a contact by its id, which shows it as it is now: unlike a
// search it does not lag. found is false when the API has no such contact any
// more (404, 410): see Successor. An archived contact is found, with Archived
// set, as long as the API shows it.
func (c *Client) Contact(ctx context.Context, id string) (contact Contact, found bool, err error) {
	if checkID(id) != nil {
		return Contact{}, false, nil
	}
	contact, gone, err := c.read(ctx, id)
	return contact, err == nil && gone == nil, err
}

// Holds reads the contact that lead would update: what Answer.Contact shows is
// as it is now. An error of kind Refused with status 404 or 410 says that there
// is none; its ContactID then names the one that it was merged into, where the
// API tells. It may be called from any goroutine.
func (c *Client) Holds(ctx context.Context, lead Lead) (Answer, error) {
	req := request{method: "GET", path: "/contacts", query: url.Values{"user_id": {lead.UserID}}}
	if lead.ID != "" {
		if err := checkID(lead.ID); err != nil {
			return Answer{}, &Error{Kind: Refused, Code: "invalid_id", Message: err.Error()}
		}
		req = request{method: "GET", path: contactPath(lead.ID)}
	}
	var contact Contact
	answer, err := c.exchange(ctx, call{op: opRead, req: req, decode: func(body []byte) error {
		var ok bool
		if contact, ok = readContact(body, c.family); !ok {
			return errForeign
		}
		return nil
	}})
	answer.Contact = contact
	return answer, err
}

// read asks for a contact. gone is the answer that the API has it no more.
func (c *Client) read(ctx context.Context, id string) (contact Contact, gone *Error, err error) {
	a, err := c.Holds(ctx, Lead{ID: id})
	if isGone(err) {
		return Contact{}, err.(*Error), nil
	}
	return a.Contact, nil, err
}

// isGone reports whether the API answered that it has no such contact.
func isGone(err error) bool {
	e, ok := err.(*Error)
	return ok && e.Kind == Refused && (e.Status == 404 || e.Status == 410)
}

// ByEmail lists the contacts that have one of emails, in any of the spellings
// in which the API may keep it, as far as the API's index has caught up: a
// contact may take minutes to show up. There may be several for one e-mail.
// Archived ones may be missing.
func (c *Client) ByEmail(ctx context.Context, emails []string) ([]Contact, error) {
	var spellings []string
	seen := map[string]bool{}
	for _, address := range emails {
		for _, s := range email.Spellings(address) {
			if !seen[s] {
				seen[s] = true
				spellings = append(spellings, s)
			}
		}
	}
	if c.family == Leads {
		return c.byEmail1(ctx, spellings)
	}
	return c.byEmail2(ctx, spellings)
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
// server's clock and to the second, and with those that do not say when they
// were, once each, as far as the API's index has caught up. It stops when each returns false. complete reports that the API
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
		at := contact.CreatedAt
		if at.IsZero() || !at.Before(w.from) {
			older = false
		}
		outside := !at.IsZero() && (at.Before(w.from) || at.After(w.to))
		if outside || w.seen[contact.ID] {
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

// pageSize is how many contacts the pages of a look-up have. A page that is too
// large to be read is asked for again with half as many, and so are those that
// follow.
type pageSize int

// readable is the size of the pages to begin with: most, or what was last found
// to be as much as can be read.
func (c *Client) readable(most pageSize) pageSize {
	if n := pageSize(c.pages.Load()); n > 0 {
		return min(n, most)
	}
	return most
}

// list asks for a page. ask makes the request for pages of a size; with a size
// of nil they have the size that the API gives them, and an answer that was
// lost is lost for good.
func (c *Client) list(ctx context.Context, size *pageSize, ask func(pageSize) request) (p page, err error) {
	k := call{op: opRead, decode: func(body []byte) (err error) {
		p, err = c.readPage(body)
		return err
	}}
	if size == nil {
		k.fragile, k.req = true, ask(0)
	} else {
		k.req = ask(*size)
		k.smaller = func(least int) (request, bool) {
			if int(*size) <= least {
				return request{}, false
			}
			*size = max(*size/2, pageSize(least))
			c.pages.Store(int32(*size)) // the next look-up begins with it
			c.log.Debug().Int("contacts", int(*size)).Msg("a page is too large to read: asking for smaller ones")
			return ask(*size), true
		}
	}
	_, err = c.exchange(ctx, k)
	return p, err
}

// IsGone is a function that tells whether a contact is not there any more, or
// archived. known is false when that cannot be told: 2.x shows an archived
// contact by its id as it was, and its description knows no member that says so.
func (c *Client) IsGone(ctx context.Context) func(id string) (gone, known bool, err error) {
	return func(id string) (gone, known bool, err error) {
		contact, found, err := c.Contact(ctx, id)
		gone = err == nil && (!found || contact.Archived)
		return gone, gone || c.cfg.Version.Family() == Leads, err
	}
}
