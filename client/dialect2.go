package client

// body2 is a contact as 2.x takes it (create_contact_request and
// update_contact_request in the OpenAPI description of 2.15): POST /contacts
// creates, PUT /contacts/{id} updates what the body names.
//
// Without a role the API makes a user (the description's own example), so a
// create says lead unless the role is mapped. An update never does: a user
// cannot become a lead, and a lead who became a user since must stay one.
func body2(lead Lead) []byte {
	o := object{b: make([]byte, 0, 512)}
	o.open()
	if _, mapped := lead.Value("role"); !mapped && !lead.IsUpdate() {
		o.text("role", "lead")
	}
	for _, f := range lead.Fields {
		if _, custom := splitCustom(f.Name); custom || f.Name == "id" {
			continue
		}
		o.value(f.Name, f.Value)
	}
	o.custom(lead.Fields, Value{})
	o.close()
	return o.b
}
