package client

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
)

// Type is the type of an attribute, in the words of /data_attributes.
type Type string

// The types of attributes. A date is sent as Unix seconds (learn-more/object-model:
// "All temporal fields in the API are encoded as Unix timestamps in seconds").
const (
	TypeString  Type = "string"
	TypeInteger Type = "integer"
	TypeFloat   Type = "float"
	TypeBoolean Type = "boolean"
	TypeDate    Type = "date"
)

// Attribute is a standard attribute that a version takes in a save.
type Attribute struct {
	Name string
	Type Type
	// Identity marks an attribute that decides whom a save reaches (id,
	// user_id, external_id) or what they become (role): never to be inferred.
	Identity bool
	// Clearable reports whether the API takes an empty value for it: null in
	// family 2.x (create_contact_request in the OpenAPI description of
	// 2.15), the empty string in 1.x, which refuses null for leads.
	Clearable bool
	// URL and IP mark a text that is a web or an IP address.
	URL, IP bool
	// Whole marks a number of which the API keeps the whole part alone, up to
	// 2^31-1.
	Whole bool

	since int // the first minor version of the family that takes it
}

// EmailVerified is the attribute by which somebody has proved to own the e-mail
// address: the API takes it together with email only (OpenAPI description of
// 2.16).
const EmailVerified = "email_verified"

var attributes1 = []Attribute{
	{Name: "id", Type: TypeString, Identity: true},
	{Name: "user_id", Type: TypeString, Identity: true},
	{Name: "email", Type: TypeString},
	{Name: "phone", Type: TypeString, Clearable: true},
	{Name: "name", Type: TypeString, Clearable: true},
	{Name: "avatar", Type: TypeString, URL: true},
	{Name: "last_request_at", Type: TypeDate},
	{Name: "update_last_request_at", Type: TypeBoolean},
	{Name: "new_session", Type: TypeBoolean},
	{Name: "last_seen_ip", Type: TypeString, IP: true},
	{Name: "last_seen_user_agent", Type: TypeString},
	{Name: "unsubscribed_from_emails", Type: TypeBoolean},
}

var attributes2 = []Attribute{
	{Name: "id", Type: TypeString, Identity: true},
	{Name: "role", Type: TypeString, Identity: true},
	{Name: "external_id", Type: TypeString, Identity: true},
	{Name: "email", Type: TypeString},
	{Name: EmailVerified, Type: TypeBoolean, Clearable: true, since: 16},
	{Name: "phone", Type: TypeString, Clearable: true},
	{Name: "name", Type: TypeString, Clearable: true},
	{Name: "avatar", Type: TypeString, Clearable: true, URL: true},
	{Name: "signed_up_at", Type: TypeDate, Clearable: true},
	{Name: "last_seen_at", Type: TypeDate, Clearable: true},
	{Name: "owner_id", Type: TypeInteger, Clearable: true},
	{Name: "unsubscribed_from_emails", Type: TypeBoolean, Clearable: true},
}

// instead says what to do about an attribute that a family does not take and
// that people expect of it.
var instead = map[Family]map[string]string{
	Leads: {
		"role":         "in 1.x every contact is a lead; leave it out",
		"external_id":  "use api_version 2.15, or keep it in a custom attribute",
		"signed_up_at": "leads of 1.x have none; use api_version 2.15, or a custom attribute whose name ends in _at",
		"last_seen_at": "1.x calls it last_request_at",
		"owner_id":     "use api_version 2.15",
		EmailVerified:  "use api_version 2.16, the first that does",
	},
	Contacts: {
		"user_id":                "2.x calls it external_id",
		"last_seen_user_agent":   "use api_version 1.4, or a custom attribute such as custom_attributes.user_agent",
		"last_seen_ip":           "use api_version 1.4, or a custom attribute",
		"last_request_at":        "2.x calls it last_seen_at",
		"update_last_request_at": "map last_seen_at, or use api_version 1.4",
		"new_session":            "leave it out, or use api_version 1.4",
		EmailVerified:            "use api_version 2.16, the first that does",
	},
}

// Attributes are the standard attributes that v takes, in a fixed order. The
// slice is the caller's own.
func (v Version) Attributes() []Attribute {
	list := attributes2
	if v.Family() == Leads {
		list = attributes1
	}
	list = slices.DeleteFunc(slices.Clone(list), func(a Attribute) bool { return a.since > v.minor })
	for i := range list {
		if list[i].Name == "owner_id" && v.minor >= 16 {
			list[i].Type = TypeString // the OpenAPI description of 2.16
		}
	}
	return list
}

// Attribute looks up a standard attribute or a custom one (CustomPrefix and a
// name; its Type is empty: the workspace decides). The error says what to use
// instead of an attribute that v does not take.
func (v Version) Attribute(name string) (Attribute, error) {
	if custom, ok := splitCustom(name); ok {
		if err := checkCustomName(custom); err != nil {
			return Attribute{}, err
		}
		return Attribute{Name: name, Clearable: true}, nil
	}
	for _, a := range v.Attributes() {
		if a.Name == name {
			return a, nil
		}
	}
	if hint, ok := instead[v.Family()][name]; ok {
		return Attribute{}, fmt.Errorf("api version %s does not take %q: %s", v, name, hint)
	}
	return Attribute{}, fmt.Errorf("api version %s has no attribute %q: a custom attribute is written %s%s", v, name, CustomPrefix, name)
}

// companyAttributes are what a company takes besides its company_id, in every
// version (Create or Update Company, 1.0; create_or_update_company_request,
// 2.15). monthly_spend "will truncate floats".
var companyAttributes = []Attribute{
	{Name: "name", Type: TypeString},
	{Name: "plan", Type: TypeString},
	{Name: "size", Type: TypeInteger},
	{Name: "website", Type: TypeString},
	{Name: "industry", Type: TypeString},
	{Name: "monthly_spend", Type: TypeFloat, Whole: true},
	{Name: "remote_created_at", Type: TypeDate},
}

// CompanyAttributes are the standard attributes of a company, in a fixed order.
// The slice is the caller's own.
func CompanyAttributes() []Attribute { return slices.Clone(companyAttributes) }

// CompanyAttribute looks up an attribute of a company, a custom one too, as
// Version.Attribute does those of people.
func CompanyAttribute(name string) (Attribute, error) {
	if custom, ok := splitCustom(name); ok {
		return Attribute{Name: name}, checkCustomName(custom)
	}
	if i := slices.IndexFunc(companyAttributes, func(a Attribute) bool { return a.Name == name }); i >= 0 {
		return companyAttributes[i], nil
	}
	return Attribute{}, fmt.Errorf("a company has no attribute %q: a custom attribute is written %s%s", name, CustomPrefix, name)
}

// CustomPattern is the pattern of what Attribute takes as a custom attribute,
// in the regular expressions that Go and JavaScript share.
var CustomPattern = fmt.Sprintf(`^%s[^%s\x00-\x1f\x7f]{1,%d}$`, regexp.QuoteMeta(CustomPrefix), notInCustom, customNameLimit)

const (
	customNameLimit = 190  // characters in the name of a custom attribute
	notInCustom     = ".$" // nor control characters
)

// checkCustomName keeps the rules that both families document for the names
// of custom attributes (1.4 changelog and Create or Update User, 1.4: at most
// 190 characters, no "." and no "$").
func checkCustomName(name string) error {
	switch {
	case name == "":
		return fmt.Errorf("a custom attribute needs a name after %q", CustomPrefix)
	case len([]rune(name)) > customNameLimit:
		return fmt.Errorf("custom attribute %.20q… is longer than %d characters", name, customNameLimit)
	case strings.ContainsAny(name, notInCustom):
		return fmt.Errorf("custom attribute %q: the API takes no \".\" and no \"$\" in a name", name)
	}
	for _, r := range name {
		if r < 0x20 || r == 0x7f {
			return fmt.Errorf("custom attribute %q: the API takes no control characters in a name", name)
		}
	}
	return nil
}
