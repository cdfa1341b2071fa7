package client

import "context"

// follow sends what belongs to a lead that is there already. It is sent again
// until there is an answer, as an update is: a second time changes nothing.
func (c *Client) follow(ctx context.Context, req request, decode func(body []byte) error) (Answer, error) {
	return c.exchange(ctx, call{op: opFollow, req: req, decode: decode})
}

// only2 refuses what 1.x has no call for, and an id that would make another
// path.
func (c *Client) only2(contact string) error {
	if c.family == Leads {
		return &Error{Kind: Refused, Code: "not_in_this_version", Message: "API version " + c.version.String() + " has no such call"}
	}
	if err := checkID(contact); err != nil {
		return &Error{Kind: Refused, Code: "invalid_id", Message: err.Error()}
	}
	return nil
}

// idBody is {"id": id}.
func idBody(id string) []byte {
	o := object{}
	o.open()
	o.text("id", id)
	o.close()
	return o.b
}
