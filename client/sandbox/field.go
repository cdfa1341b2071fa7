package sandbox

import (
	"strconv"
	"strings"
	"time"
	"unicode"
)

// field is a data attribute: what the workspace knows of a custom attribute.
type field struct {
	id          int
	model       string // "contact" or "company"
	name        string
	kind        string // data_type
	description string
	options     []string
	messenger   bool
	archived    bool
	created     time.Time
	updated     time.Time
}

// kinds are the data types that an attribute may have.
var kinds = []string{"string", "integer", "float", "boolean", "date"}

// maxFields is how many custom attributes a workspace holds (help article 179).
const maxFields = 250

// fields are the custom attributes of the workspace.
type fields struct {
	list   []*field
	byName map[string]*field // model, a slash, name
}

func (f *fields) add(d *field) {
	if f.byName == nil {
		f.byName = map[string]*field{}
	}
	d.id = 100 + len(f.list)
	f.list = append(f.list, d)
	f.byName[d.model+"/"+d.name] = d
}

// live finds an attribute that may be written.
func (f *fields) live(model, name string) *field {
	d := f.byName[model+"/"+name]
	if d == nil || d.archived {
		return nil
	}
	return d
}

// fold finds an attribute whatever the case of its name.
func (f *fields) fold(model, name string) *field {
	for _, d := range f.list {
		if d.model == model && strings.EqualFold(d.name, name) {
			return d
		}
	}
	return nil
}

// standard describes an attribute that every workspace has.
type standard struct {
	name, label, kind string
	writable          bool
}

var standards = map[string][]standard{
	"contact": {
		{"id", "ID", "string", false},
		{"name", "Name", "string", true},
		{"email", "Email", "string", true},
		{"phone", "Phone", "string", true},
		{"owner_id", "Owner", "integer", true},
		{"role", "Role", "string", true},
		{"external_id", "User ID", "string", true},
		{"created_at", "First seen", "date", false},
		{"updated_at", "Updated at", "date", false},
		{"signed_up_at", "Signed up", "date", true},
		{"last_seen_at", "Last seen", "date", true},
		{"last_contacted_at", "Last contacted", "date", false},
		{"last_replied_at", "Last heard from", "date", false},
		{"unsubscribed_from_emails", "Unsubscribed from emails", "boolean", true},
		{"has_hard_bounced", "Has hard bounced", "boolean", false},
		{"marked_email_as_spam", "Marked email as spam", "boolean", false},
		{"browser", "Browser", "string", false},
		{"os", "OS", "string", false},
		{"language_override", "Language override", "string", false},
	},
	"company": {
		{"id", "ID", "string", false},
		{"name", "Company name", "string", true},
		{"company_id", "Company ID", "string", false},
		{"plan", "Plan", "string", true},
		{"monthly_spend", "Monthly spend", "float", true},
		{"size", "Company size", "integer", true},
		{"industry", "Company industry", "string", true},
		{"website", "Company website", "string", true},
		{"remote_created_at", "Company created at", "date", true},
		{"created_at", "Created at", "date", false},
		{"updated_at", "Updated at", "date", false},
		{"last_request_at", "Company last seen", "date", false},
	},
}

// nameFault is what the API says of the name of a custom attribute; empty: it
// is fine. strict is the rule since 1.4, "the same naming rules as the ones
// created via the UI"; before it only "." and "$" were forbidden.
func nameFault(name string, strict bool) string {
	const rule = "Your name for this attribute must only contain alphanumeric characters, currency symbols, and hyphens"
	if name == "" || strings.ContainsAny(name, ".$") {
		return rule
	}
	if n := len([]rune(name)); n > 190 {
		return "Your name for this attribute must be no more than 190 characters, it has " + strconv.Itoa(n)
	}
	for _, r := range name {
		allowed := unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.Is(unicode.Sc, r) || r == '-' || r == '_' || r == ' '
		if !allowed && (strict || unicode.IsControl(r)) {
			return rule
		}
	}
	return ""
}
