package importer

import (
	"time"

	"leadimport/client"
)

// slack covers the seconds that timestamps are rounded to on either side.
const slack = 2 * time.Second

// inWindow reports whether c can have been created by an attempt of the row
// in doubt: after its first intent, by the server's clock.
func (d *doubt) inWindow(c client.Contact, settle time.Duration) bool {
	if d.first.IsZero() {
		return true
	}
	from := d.first.Add(d.skew - slack)
	to := d.since.Add(d.skew + settle + slack)
	if c.CreatedAt.IsZero() {
		return true
	}
	return !c.CreatedAt.Before(from.Truncate(time.Second)) && !c.CreatedAt.After(to)
}

// carries reports whether c shows what lead says.
func carries(c client.Contact, lead client.Lead) bool {
	return c.Compare(lead, nil) == client.Exact
}
