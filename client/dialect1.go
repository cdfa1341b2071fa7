package client

// body1 is a lead as 1.x takes it: POST /contacts creates, and updates when
// the body names an id or a user_id ("Update Lead", 1.4). An unknown one is
// not created. null is refused for leads ("not of type Numeric, String or
// Boolean", intercom-node#215): the empty string clears.
func body1(lead Lead) []byte {
	o := object{b: make([]byte, 0, 512)}
	o.open()
	if lead.ID != "" {
		o.text("id", lead.ID)
	} else if lead.UserID != "" {
		o.text("user_id", lead.UserID)
	}
	for _, f := range lead.Fields {
		if _, custom := splitCustom(f.Name); custom || f.Name == "id" || f.Name == "user_id" {
			continue // whom a save reaches is said by ID and UserID alone
		}
		v := f.Value
		if v.IsNull() {
			v = String("")
		}
		if f.Name == "avatar" {
			o.name("avatar")
			o.open()
			o.text("type", "avatar")
			o.value("image_url", v)
			o.close()
			continue
		}
		o.value(f.Name, v)
	}
	o.custom(lead.Fields, String(""))
	o.companies(lead.Companies)
	o.close()
	return o.b
}
