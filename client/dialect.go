package client

import (
	"fmt"
	"net/url"
)

// saving is the request that saves lead in family f.
func saving(f Family, lead Lead) (request, error) {
	if lead.ID != "" {
		if err := checkID(lead.ID); err != nil {
			return request{}, err
		}
	}
	if f == Leads {
		return request{method: "POST", path: "/contacts", body: body1(lead)}, nil
	}
	if lead.ID == "" && lead.UserID != "" {
		return request{}, fmt.Errorf("a contact of 2.x is updated by its id, not by a user_id")
	}
	r := request{method: "POST", path: "/contacts", body: body2(lead)}
	if lead.ID != "" {
		r.method, r.path = "PUT", contactPath(lead.ID)
	}
	return r, nil
}

// checkID refuses the ids that would make another path than that of a contact.
// Else an id is opaque.
func checkID(id string) error {
	if id == "" || id == "." || id == ".." {
		return fmt.Errorf("%q is not an id", id)
	}
	return nil
}

func contactPath(id string) string { return "/contacts/" + url.PathEscape(id) }

// object appends the members of a JSON object.
type object struct {
	b     []byte
	comma bool
}

func (o *object) open() { o.b = append(o.b, '{'); o.comma = false }

func (o *object) close() { o.b = append(o.b, '}'); o.comma = true }

func (o *object) name(s string) {
	if o.comma {
		o.b = append(o.b, ',')
	}
	o.comma = true
	o.b = append(appendString(o.b, s), ':')
}

func (o *object) text(name, s string) {
	o.name(name)
	o.b = appendString(o.b, s)
}

func (o *object) value(name string, v Value) {
	o.name(name)
	o.b = v.appendJSON(o.b)
}

// custom appends the custom attributes of lead, if it has any, as one object.
// null tells how the family writes a cleared one.
func (o *object) custom(fields []Field, null Value) {
	any := false
	for _, f := range fields {
		name, ok := splitCustom(f.Name)
		if !ok {
			continue
		}
		if !any {
			o.name("custom_attributes")
			o.open()
			any = true
		}
		v := f.Value
		if v.IsNull() {
			v = null
		}
		o.value(name, v)
	}
	if any {
		o.close()
	}
}
