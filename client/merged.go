package client

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// maxMerges bounds how many merges are followed, one behind the other. A Link
// of the API leads past three by itself.
const maxMerges = 10

// Successor is whom a contact was merged into.
type Successor struct {
	Contact Contact // without an id: nobody
	// Why says why the merges lead to nobody; blank: it was not merged, as far
	// as the API tells.
	Why string
}

// Successor finds out whom a contact that is gone was merged into, through as
// many merges as there were. into is where the Link of an answer led; blank:
// the contact is asked for, for the description of 2.16 knows a Link in answers
// to reads alone. The successor may be archived.
func (c *Client) Successor(ctx context.Context, id, into string) (Successor, error) {
	path := []string{id}
	next := into
	if next == "" {
		_, gone, err := c.read(ctx, id)
		if err != nil || gone == nil {
			return Successor{}, err
		}
		if next = gone.ContactID; next == "" && gone.Status == http.StatusGone {
			return Successor{Why: gone.Message}, nil
		} else if next == "" {
			return Successor{}, nil
		}
	}
	for {
		circle := slices.Contains(path, next)
		path = append(path, next)
		way := strings.Join(path, " → ")
		switch {
		case circle:
			return Successor{Why: "the API says that they were merged in a circle: " + way}, nil
		case len(path) > maxMerges+1:
			return Successor{Why: fmt.Sprintf("the API tells of more than %d merges, one behind the other: %s", maxMerges, way)}, nil
		}
		contact, gone, err := c.read(ctx, next)
		switch {
		case err != nil:
			return Successor{}, err
		case gone == nil:
			return Successor{Contact: contact}, nil
		case gone.ContactID == "":
			return Successor{Why: fmt.Sprintf("the API says that it was merged (%s), and knows no such contact: %s", way, gone.Message)}, nil
		}
		next = gone.ContactID
	}
}

// linkValue is a link of a Link header (RFC 8288): a target in angle brackets
// and its parameters, whose values may be quoted. A header may have several.
var (
	linkValue = regexp.MustCompile(`<([^<>]*)>((?:\s*;\s*[\w*-]+(?:\s*=\s*(?:"[^"]*"|[^\s",;<>]+))?)*)`)
	linkParam = regexp.MustCompile(`;\s*([\w*-]+)(?:\s*=\s*(?:"([^"]*)"|([^\s",;<>]+)))?`)
)

// merged reads where a merged contact went: 410 comes with
// "Link: </contacts/{id}>; rel="canonical"" (OpenAPI description of 2.16). Only
// the id is taken from it, and asked for where all else is. One that leads to
// another host names nobody of this API.
func (c *Client) merged(e *Error, h http.Header) {
	for _, link := range linkValue.FindAllStringSubmatch(strings.Join(h.Values("Link"), ", "), -1) {
		canonical := slices.ContainsFunc(linkParam.FindAllStringSubmatch(link[2], -1), func(p []string) bool {
			return strings.EqualFold(p[1], "rel") && slices.Contains(strings.Fields(strings.ToLower(p[2]+p[3])), "canonical")
		})
		if !canonical {
			continue
		}
		u, err := url.Parse(strings.TrimSpace(link[1]))
		if err != nil {
			continue
		}
		if u.Host != "" && !strings.EqualFold(u.Host, c.host) {
			e.Message += fmt.Sprintf("; its Link leads to another host, %s, and is not followed", clean(u.Host))
			return
		}
		if _, id, ok := strings.Cut(u.Path, "/contacts/"); ok && checkID(id) == nil && !strings.ContainsAny(id, "/?#") {
			e.ContactID = id
			return
		}
	}
}
