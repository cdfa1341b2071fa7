package client

import "context"

// Company is a company that a lead belongs to, by the id that its owner gave
// it. The API's own id of it is another one.
type Company struct {
	CompanyID string // unique in the workspace; it cannot be changed
	Name      string // empty: not sent
	// Fields are its other attributes, each once, standard ones before custom
	// ones. What is not here is not touched.
	Fields []Field
}

// companies appends the companies of a lead of 1.x: the API saves each and
// attaches the lead to it ("Create or Update User", 1.4: companies).
func (o *object) companies(list []Company) {
	if len(list) == 0 {
		return
	}
	o.name("companies")
	o.b = append(o.b, '[')
	for i, company := range list {
		if i > 0 {
			o.b = append(o.b, ',')
		}
		o.company(company)
	}
	o.b = append(o.b, ']')
}

func (o *object) company(c Company) {
	o.open()
	o.text("company_id", c.CompanyID)
	if c.Name != "" {
		o.text("name", c.Name)
	}
	for _, f := range c.Fields {
		if _, custom := splitCustom(f.Name); !custom {
			o.value(f.Name, f.Value)
		}
	}
	o.custom(c.Fields, Value{})
	o.close()
}

// SaveCompany creates or updates a company, and returns the API's own id of
// it ("Companies are looked up via company_id … if not found … created, if
// found … updated": Create or Update a company, 2.15).
func (c *Client) SaveCompany(ctx context.Context, company Company) (id string, a Answer, err error) {
	o := object{}
	o.company(company)
	a, err = c.follow(ctx, request{method: "POST", path: "/companies", body: o.b}, readTyped("company", &id))
	return id, a, err
}

// AttachCompany makes a contact one of the people of a company, which is named
// by the API's own id (2.x only: Attach a Contact to a Company, 2.15). A
// second time changes nothing.
func (c *Client) AttachCompany(ctx context.Context, company, contact string) (Answer, error) {
	if err := c.only2(contact); err != nil {
		return Answer{}, err
	}
	var id string
	return c.follow(ctx, request{method: "POST", path: contactPath(contact) + "/companies", body: idBody(company)}, readTyped("company", &id))
}
