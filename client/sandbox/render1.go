package sandbox

import "strconv"

// render is c as the version of q shows it.
func (s *Server) render(q *request, c *contact) []byte {
	if q.version.major == 1 {
		return s.appendPerson(make([]byte, 0, 1100), c)
	}
	return s.appendContact(make([]byte, 0, 2300), q.version, c)
}

// appendPerson appends a lead or user of 1.x (examples of "Create Lead" and
// "Update Lead"; fixture contact.json of the Go SDK). Where somebody is the API
// works out by itself, so here it is never known.
func (s *Server) appendPerson(b []byte, c *contact) []byte {
	kind, userID := "contact", c.userID
	if c.role == "user" {
		kind, userID = "user", c.externalID
	}
	b = append(b, `{"type":"`...)
	b = append(b, kind...)
	b = append(b, `","id":"`...)
	b = append(b, c.id...)
	b = append(b, `","user_id":`...)
	b = appendText(b, userID)
	b = append(b, `,"anonymous":`...)
	b = strconv.AppendBool(b, c.role == "lead")
	b = append(b, `,"email":`...)
	b = appendText(b, c.email)
	b = append(b, `,"phone":`...)
	b = appendText(b, c.phone)
	b = append(b, `,"name":`...)
	b = appendText(b, c.name)
	b = append(b, `,"pseudonym":`...)
	b = appendText(b, c.pseudonym)
	b = append(b, `,"avatar":{"type":"avatar","image_url":`...)
	b = appendText(b, c.avatar)
	b = append(b, `},"app_id":`...)
	b = appendString(b, s.cfg.Workspace)
	b = append(b, `,"companies":{"type":"company.list","companies":[`...)
	for i, f := range c.companies {
		b = comma(b, i)
		b = append(b, `{"type":"company","company_id":`...)
		b = appendString(b, f.companyID)
		b = append(b, `,"id":"`...)
		b = append(b, f.id...)
		b = append(b, `","name":`...)
		b = appendText(b, f.name)
		b = append(b, '}')
	}
	b = append(b, `]},"location_data":{"type":"location_data","city_name":null,"continent_code":null,"country_name":null,"latitude":null,"longitude":null,"postal_code":null,"region_name":null,"timezone":null,"country_code":null},"last_request_at":`...)
	b = appendTime(b, c.lastSeen)
	b = append(b, `,"last_seen_ip":`...)
	b = appendText(b, c.lastIP)
	b = append(b, `,"created_at":`...)
	b = appendTime(b, c.created)
	b = append(b, `,"remote_created_at":`...)
	b = appendTime(b, c.signedUp)
	b = append(b, `,"signed_up_at":`...)
	b = appendTime(b, c.signedUp)
	b = append(b, `,"updated_at":`...)
	b = appendTime(b, c.updated)
	b = append(b, `,"session_count":0,"social_profiles":{"type":"social_profile.list","social_profiles":[]},"owner_id":`...)
	if c.owner == 0 {
		b = append(b, "null"...)
	} else {
		b = strconv.AppendInt(b, c.owner, 10)
	}
	b = append(b, `,"unsubscribed_from_emails":`...)
	b = strconv.AppendBool(b, c.unsubscribed)
	b = append(b, `,"user_agent_data":`...)
	b = appendText(b, c.userAgent)
	b = append(b, `,"tags":{"type":"tag.list","tags":[`...)
	for i, t := range c.tags {
		b = comma(b, i)
		b = append(b, `{"type":"tag","id":"`...)
		b = strconv.AppendInt(b, int64(t.label.id), 10)
		b = append(b, `","name":`...)
		b = appendString(b, t.label.name)
		b = append(b, '}')
	}
	b = append(b, `]},"segments":{"type":"segment.list","segments":[]},"utm_campaign":null,"utm_content":null,"utm_medium":null,"utm_source":null,"utm_term":null,"custom_attributes":`...)
	b = appendCustom(b, c.custom)
	return append(b, '}')
}

func appendCustom(b []byte, list []attribute) []byte {
	b = append(b, '{')
	for i, a := range list {
		b = comma(b, i)
		b = appendString(b, a.name)
		b = append(b, ':')
		b = appendValue(b, a.value)
	}
	return append(b, '}')
}

func comma(b []byte, i int) []byte {
	if i > 0 {
		return append(b, ',')
	}
	return b
}
