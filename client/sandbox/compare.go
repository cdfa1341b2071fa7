package sandbox

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
	"time"
)

// operators says which kind of field takes which operator (table "Accepted
// Operators" of the search page).
var operators = map[string]map[string]bool{
	"string":  {"=": true, "!=": true, "IN": true, "NIN": true, "~": true, "!~": true, "^": true, "$": true},
	"integer": {"=": true, "!=": true, "IN": true, "NIN": true, ">": true, "<": true, ">=": true, "<=": true},
	"boolean": {"=": true, "!=": true, "IN": true, "NIN": true},
	"date":    {"=": true, ">": true, "<": true},
	"tag":     {"=": true, "!=": true},
	"segment": {"=": true, "!=": true, "IN": true, "NIN": true},
}

// strings, dates and booleans of a contact that can be searched. A nil getter
// is a field that the sandbox never fills.
var (
	textFields = map[string]func(*contact) string{
		"id": func(c *contact) string { return c.id }, "role": func(c *contact) string { return c.role },
		"name": func(c *contact) string { return c.name }, "avatar": func(c *contact) string { return c.avatar },
		"email": func(c *contact) string { return c.email }, "email_domain": (*contact).domain,
		"phone": func(c *contact) string { return c.phone }, "external_id": func(c *contact) string { return c.externalID },
		"language_override": nil, "browser": nil, "browser_language": nil, "os": nil,
		"location.country": nil, "location.region": nil, "location.city": nil,
		"ios_app_version": nil, "ios_device": nil, "ios_app_device": nil, "ios_os_version": nil, "ios_app_name": nil, "ios_sdk_version": nil,
		"android_app_version": nil, "android_device": nil, "android_app_name": nil, "andoid_sdk_version": nil,
	}
	dateFields = map[string]func(*contact) time.Time{
		"created_at": func(c *contact) time.Time { return c.created }, "updated_at": func(c *contact) time.Time { return c.updated },
		"signed_up_at": func(c *contact) time.Time { return c.signedUp }, "last_seen_at": func(c *contact) time.Time { return c.lastSeen },
		"last_contacted_at": nil, "last_replied_at": nil, "last_email_opened_at": nil, "last_email_clicked_at": nil,
		"ios_last_seen_at": nil, "android_last_seen_at": nil,
	}
	flagFields = map[string]func(*contact) bool{
		"unsubscribed_from_emails": func(c *contact) bool { return c.unsubscribed },
		"marked_email_as_spam":     nil, "has_hard_bounced": nil,
	}
)

// searchKind is the kind of a field, a key of operators.
func (s *Server) searchKind(name string) (string, *answer) {
	if custom, ok := strings.CutPrefix(name, "custom_attributes."); ok {
		d := s.fields.live("contact", custom)
		if d == nil {
			return "", badQuery("Custom attribute '" + custom + "' does not exist")
		}
		if d.kind == "float" {
			return "integer", nil
		}
		return d.kind, nil
	}
	switch name {
	case "owner_id":
		return "integer", nil
	case "tag_id":
		return "tag", nil
	case "segment_id":
		return "segment", nil
	}
	if _, ok := textFields[name]; ok {
		return "string", nil
	}
	if _, ok := dateFields[name]; ok {
		return "date", nil
	}
	if _, ok := flagFields[name]; ok {
		return "boolean", nil
	}
	return "", badQuery("Invalid search field: " + name)
}

// compare compiles one comparison with one value, which has to be of the
// field's kind: "otherwise the query will fail". null means not set.
func (s *Server) compare(name, kind, operator string, value json.RawMessage) (filter, *answer) {
	bad := badQuery("the value for " + name + " should be of type " + kind)
	custom, isCustom := strings.CutPrefix(name, "custom_attributes.")
	own := func(c *contact) any { v, _ := c.lookup(custom); return v }
	null := isNull(value)
	switch kind {
	case "string":
		var want string
		if !null {
			if value[0] != '"' {
				return filter{}, bad
			}
			want = unquote(value)
		}
		get := textFields[name]
		if isCustom {
			get = func(c *contact) string { text, _ := own(c).(string); return text }
		}
		f := filter{match: func(c *contact) bool { return matchText(textOf(get, c), operator, want) }}
		if operator == "=" && want != "" {
			f.narrow = s.exactly(name, want)
		}
		return f, nil
	case "integer":
		want, err := strconv.ParseFloat(strings.Trim(string(value), `"`), 64)
		if err != nil && !null {
			return filter{}, bad
		}
		return filter{match: func(c *contact) bool {
			have, ok := number(c.owner, c.owner != 0)
			if isCustom {
				have, ok = number(own(c), true)
			}
			return matchNumber(have, ok, operator, want, null)
		}}, nil
	case "boolean":
		want := string(value) == "true"
		if !want && string(value) != "false" && !null {
			return filter{}, bad
		}
		get := flagFields[name]
		return filter{match: func(c *contact) bool {
			have, set := get != nil && get(c), true
			if isCustom {
				have, set = own(c).(bool)
			}
			same := set && !null && have == want || !set && null
			return same == (operator == "=")
		}}, nil
	case "date":
		want, ok := s.dayOf(value)
		if !ok && !null {
			return filter{}, bad
		}
		get := dateFields[name]
		return filter{match: func(c *contact) bool {
			var t time.Time
			if n, ok := own(c).(int64); isCustom && ok {
				t = time.Unix(n, 0)
			} else if get != nil {
				t = get(c)
			}
			if t.IsZero() || null {
				return operator == "=" && t.IsZero() && null
			}
			return matchOrder(s.day(t)-want, operator)
		}}, nil
	default: // tag, segment
		id := strings.Trim(string(value), `"`)
		t := s.labels.find(id)
		return filter{match: func(c *contact) bool {
			has := kind == "tag" && t != nil && slices.ContainsFunc(c.tags, func(have tagging) bool { return have.label == t })
			return has == (operator == "=")
		}}, nil
	}
}

// exactly finds contacts by an equal text without a scan, where there is an
// index for it.
func (s *Server) exactly(name, want string) func() []*contact {
	custom, isCustom := strings.CutPrefix(name, "custom_attributes.")
	switch {
	case name == "email":
		return func() []*contact { return s.people.email[want] }
	case name == "id":
		return func() []*contact {
			if c := s.people.byID[want]; c != nil {
				return []*contact{c}
			}
			return nil
		}
	case isCustom:
		return func() []*contact { return s.people.stamped(custom, want) }
	}
	return nil
}
