package client

import (
	"context"
	"encoding/json"
	"strings"
)

// MaxTagged is how many contacts one call tags at most: "We recommend tagging
// no more than 50 users at a time as larger amounts could result in a timeout"
// (Tag or Untag Users, Companies & Leads, 1.3).
const MaxTagged = 50

// TagKey is the same for names that are one tag to the API: "Names are case
// insensitive" (create_or_update_tag_request, 2.15).
func TagKey(name string) string { return strings.ToLower(name) }

// SaveTag creates the tag called name, or finds it, and returns its id. Names
// are case-insensitive (create_or_update_tag_request, 2.15). It may be sent
// any number of times.
func (c *Client) SaveTag(ctx context.Context, name string) (id string, err error) {
	_, err = c.tag(ctx, name, nil, &id)
	return id, err
}

// Tag gives the tag called name to contacts, at most MaxTagged of them, and
// creates the tag when there is none. Both families take contacts under users,
// by their ids (1.3 as above; tag_multiple_users_request, 2.15, and Attach a
// contact, 2.6). One id that the API does not know fails the whole call. Who
// has the tag already keeps it.
func (c *Client) Tag(ctx context.Context, name string, contacts []string) (Answer, error) {
	var id string
	return c.tag(ctx, name, contacts, &id)
}

func (c *Client) tag(ctx context.Context, name string, contacts []string, id *string) (Answer, error) {
	o := object{b: make([]byte, 0, 64+40*len(contacts))}
	o.open()
	o.text("name", name)
	if len(contacts) > 0 {
		o.name("users")
		o.b = append(o.b, '[')
		for i, contact := range contacts {
			if i > 0 {
				o.b = append(o.b, ',')
			}
			o.open()
			o.text("id", contact)
			o.close()
		}
		o.b = append(o.b, ']')
	}
	o.close()
	return c.follow(ctx, request{method: "POST", path: "/tags", body: o.b}, readTyped("tag", id))
}

// AttachTag gives a tag, by its id, to one contact (2.x only: Add tag to a
// contact, 2.15). Who has it already keeps it.
func (c *Client) AttachTag(ctx context.Context, tag, contact string) (Answer, error) {
	if err := c.only2(contact); err != nil {
		return Answer{}, err
	}
	var id string
	return c.follow(ctx, request{method: "POST", path: contactPath(contact) + "/tags", body: idBody(tag)}, readTyped("tag", &id))
}

// HasTag reports whether a contact carries the tag with this id (2.x only).
func (c *Client) HasTag(ctx context.Context, tag, contact string) (found bool, err error) {
	if err := c.only2(contact); err != nil {
		return false, err
	}
	_, err = c.exchange(ctx, call{op: opRead, req: request{method: "GET", path: contactPath(contact) + "/tags"}, decode: func(body []byte) error {
		var j struct {
			Type string `json:"type"`
			Data []struct {
				ID text `json:"id"`
			} `json:"data"`
		}
		if !isObject(body) || json.Unmarshal(body, &j) != nil || j.Type != "list" {
			return errForeign
		}
		for _, t := range j.Data {
			found = found || string(t.ID) == tag
		}
		return nil
	}})
	return found, err
}

// readTyped reads the id of a body that is an object of this type.
func readTyped(kind string, id *string) func(body []byte) error {
	return func(body []byte) error {
		var j struct {
			Type string `json:"type"`
			ID   text   `json:"id"`
		}
		if !isObject(body) || json.Unmarshal(body, &j) != nil || j.Type != kind || j.ID == "" {
			return errForeign
		}
		*id = string(j.ID)
		return nil
	}
}
