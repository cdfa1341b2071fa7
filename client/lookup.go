package client

import (
	"context"
)

// Contact reads a contact by its id, which shows it as it is now: unlike a
// search it does not lag. found is false when the API does not know the id,
// or knows it as deleted or merged (404, 410).
func (c *Client) Contact(ctx context.Context, id string) (contact Contact, found bool, err error) {
	return c.contact(ctx, request{method: "GET", path: contactPath(id)})
}

func (c *Client) contact(ctx context.Context, req request) (contact Contact, found bool, err error) {
	_, err = c.do(ctx, call{req: req, decode: func(body []byte) error {
		var ok bool
		if contact, _, ok = readContact(body, c.family); !ok {
			return errAlien
		}
		return nil
	}})
	if e, ok := err.(*Error); ok && e.Kind == Refused && (e.Status == 404 || e.Status == 410) {
		return Contact{}, false, nil
	}
	return contact, err == nil, err
}
