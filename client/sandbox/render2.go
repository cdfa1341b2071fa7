package sandbox

import "strconv"

// The parts of a contact of 2.x that the sandbox never fills.
const (
	neverSet = `,"last_replied_at":null,"last_contacted_at":null,"last_email_opened_at":null,"last_email_clicked_at":null,` +
		`"language_override":null,"browser":null,"browser_version":null,"browser_language":null,"os":null,` +
		`"location":{"type":"location","country":null,"region":null,"city":null,"country_code":null,"continent_code":null},` +
		`"android_app_name":null,"android_app_version":null,"android_device":null,"android_os_version":null,"android_sdk_version":null,"android_last_seen_at":null,` +
		`"ios_app_name":null,"ios_app_version":null,"ios_device":null,"ios_os_version":null,"ios_sdk_version":null,"ios_last_seen_at":null,` +
		`"utm_campaign":null,"utm_content":null,"utm_medium":null,"utm_source":null,"utm_term":null,"referrer":null,"enabled_push_messaging":null`
	shown = 10 // of tags, notes and companies in a contact: "Up to 10 will be displayed here"
)

// appendContact appends a contact of 2.x (schema contact of the OpenAPI
// description). A contact without an e-mail address has neither email nor
// email_domain: the schema lets them be absent but not null.
func (s *Server) appendContact(b []byte, v version, c *contact) []byte {
	b = append(b, `{"type":"contact","id":"`...)
	b = append(b, c.id...)
	b = append(b, `","workspace_id":`...)
	b = appendString(b, s.cfg.Workspace)
	b = append(b, `,"external_id":`...)
	b = appendText(b, c.externalID)
	b = append(b, `,"role":"`...)
	b = append(b, c.role...)
	b = append(b, '"')
	if s.cfg.ArchivedShown {
		b = append(b, `,"archived":`...)
		b = strconv.AppendBool(b, c.archived)
	}
	if c.email != "" {
		b = append(b, `,"email":`...)
		b = appendString(b, c.email)
		b = append(b, `,"email_domain":`...)
		b = appendString(b, c.domain())
	}
	b = append(b, `,"phone":`...)
	b = appendText(b, c.phone)
	b = append(b, `,"name":`...)
	b = appendText(b, c.name)
	b = append(b, `,"avatar":`...)
	switch {
	case c.avatar == "":
		b = append(b, "null"...)
	case v.atLeast(7):
		b = append(b, `{"type":"avatar","image_url":`...)
		b = appendString(b, c.avatar)
		b = append(b, '}')
	default:
		b = appendString(b, c.avatar)
	}
	b = append(b, `,"owner_id":`...)
	switch {
	case c.owner == 0:
		b = append(b, "null"...)
	case v.atLeast(16):
		b = append(b, '"')
		b = strconv.AppendInt(b, c.owner, 10)
		b = append(b, '"')
	default:
		b = strconv.AppendInt(b, c.owner, 10)
	}
	b = append(b, `,"social_profiles":{"type":"list","data":[]},"has_hard_bounced":false,"marked_email_as_spam":false,"unsubscribed_from_emails":`...)
	b = strconv.AppendBool(b, c.unsubscribed)
	b = append(b, `,"created_at":`...)
	b = appendTime(b, c.created)
	b = append(b, `,"updated_at":`...)
	b = appendTime(b, c.updated)
	b = append(b, `,"signed_up_at":`...)
	b = appendTime(b, c.signedUp)
	b = append(b, `,"last_seen_at":`...)
	b = appendTime(b, c.lastSeen)
	b = append(b, neverSet...)
	b = append(b, `,"custom_attributes":`...)
	b = appendCustom(b, c.custom)

	b = append(b, `,"tags":`...)
	b = appendAddresses(b, c.id, "tags", "tag", len(c.tags), func(i int) string { return strconv.Itoa(c.tags[i].label.id) }, "/tags/")
	b = append(b, `,"notes":`...)
	b = appendAddresses(b, c.id, "notes", "note", len(c.notes), func(i int) string { return strconv.Itoa(c.notes[i].id) }, "/notes/")
	b = append(b, `,"companies":`...)
	b = appendAddresses(b, c.id, "companies", "company", len(c.companies), func(i int) string { return c.companies[i].id }, "/companies/")
	b = append(b, `,"opted_out_subscription_types":`...)
	b = appendConsents(b, c, "opt_out")
	b = append(b, `,"opted_in_subscription_types":`...)
	b = appendConsents(b, c, "opt_in")
	return append(b, '}')
}

// appendAddresses appends the list object that a contact has of its tags,
// notes and companies.
func appendAddresses(b []byte, id, plural, kind string, n int, ident func(int) string, url string) []byte {
	b = append(b, `{"type":"list","data":[`...)
	for i := range min(n, shown) {
		b = comma(b, i)
		b = append(b, `{"type":"`...)
		b = append(b, kind...)
		b = append(b, `","id":"`...)
		b = append(b, ident(i)...)
		b = append(b, `","url":"`...)
		b = append(b, url...)
		b = append(b, ident(i)...)
		b = append(b, `"}`...)
	}
	b = append(b, `],"url":"/contacts/`...)
	b = append(b, id...)
	b = append(b, '/')
	b = append(b, plural...)
	b = append(b, `","total_count":`...)
	b = strconv.AppendInt(b, int64(n), 10)
	b = append(b, `,"has_more":`...)
	b = strconv.AppendBool(b, n > shown)
	return append(b, '}')
}

func appendConsents(b []byte, c *contact, kind string) []byte {
	var ids []string
	for _, k := range c.consents {
		if k.kind == kind {
			ids = append(ids, k.id)
		}
	}
	return appendAddresses(b, c.id, "subscriptions", "subscription", len(ids), func(i int) string { return ids[i] }, "/subscription_types/")
}
