package client

import (
	"context"
	"fmt"
	"time"

	"leadimport/client/email"
)

// echoed holds the contact of a 2xx against what was sent (rule R4). One that
// does not carry it is asked for by its id: a save may be answered before it
// is complete. If it is somebody else's then, what became of ours is not known.
func (x *exchange) echoed(contact Contact) (verdict, *Error) {
	c := x.c
	x.answer.Contact = contact
	if c.echoes(contact, x.lead) {
		c.unlike.Store(0)
		return good, nil
	}
	again, err := x.readBack(contact.ID)
	if err == nil && c.echoes(again, x.lead) || x.op == opUpdate && again.ID != "" && sameContact(again, x.lead) {
		c.unlike.Store(0)
		x.answer.Contact = again
		return good, nil
	}
	if again.ID != "" {
		x.answer.Contact = again
	}
	e := &Error{
		Kind:      Ambiguous,
		Status:    x.answer.Status,
		Code:      "another_contact",
		Message:   fmt.Sprintf("%s answered with a contact that does not carry what was sent", c.host),
		RequestID: x.answer.RequestID,
		ContactID: contact.ID,
		Err:       err,
	}
	if x.unlike {
		return ambiguous, e // one call that goes wrong each time is one
	}
	x.unlike = true
	if c.unlike.Add(1) >= manyStrange {
		e.Kind, e.strange = Misdirected, true
		e.Hint = "check what stands between here and the API, and whether the API changes the attributes that are mapped: with a stamp in the mapping nothing else is compared"
		return stop, e
	}
	return ambiguous, e
}

// readBack reads the contact that a save was answered with. Like the save
// itself it is awaited when the caller goes, for the time of an attempt.
func (x *exchange) readBack(id string) (Contact, error) {
	ctx, cancel := outlasting(x.ctx, x.c.cfg.Timeout)
	defer cancel()
	contact, found, err := x.c.Contact(ctx, id)
	if err == nil && !found {
		err = fmt.Errorf("the contact that the API answered with is not there")
	}
	return contact, err
}

// outlasting is a context that ends d after ctx does.
func outlasting(ctx context.Context, d time.Duration) (context.Context, context.CancelFunc) {
	longer, cancel := context.WithCancel(context.WithoutCancel(ctx))
	stop := context.AfterFunc(ctx, func() {
		if sleep(longer, d) == nil {
			cancel()
		}
	})
	return longer, func() { stop(); cancel() }
}

// echoes reports whether an answer is about lead, by the strongest sign that
// lead has: the id for an update, then the stamp, else the e-mail, else
// whatever the answer shows of it.
func (c *Client) echoes(got Contact, lead Lead) bool {
	if !sameContact(got, lead) {
		return false
	}
	if v, ok := lead.Value(c.stamp); ok && c.stamp != "" && v.Text() != "" {
		name, _ := splitCustom(c.stamp)
		return sameValue(got.Custom[name], v)
	}
	if v, ok := lead.Value("email"); ok && v.Text() != "" {
		return email.Same(got.Email, v.Text())
	}
	if lead.IsUpdate() {
		return true
	}
	same, _ := got.holds(lead, nil)
	return same
}

// sameContact reports whether got is the contact that lead updates, if it
// updates one.
func sameContact(got Contact, lead Lead) bool {
	switch {
	case lead.ID != "":
		return got.ID == lead.ID
	case lead.UserID != "":
		return got.UserID == lead.UserID
	}
	return true
}
