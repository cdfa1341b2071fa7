package mapping

import (
	"errors"
	"reflect"
	"strings"
	"testing"

	"leadimport/client"
)

func TestCompileErrors(t *testing.T) {
	header := []string{"Email", "First name", "Last name", "Plan", "id"}
	for _, c := range []struct{ file, version, want string }{
		{"email: E-mail", "2.15", `m.yaml:2:10: the file has no column "E-mail": did you mean "Email"?`},
		{"email: email", "2.15", `m.yaml:2:10: the file has no column "email": did you mean "Email"?`},
		{"name: {columns: [First name, Lastname]}", "2.15", `m.yaml:2:32: the file has no column "Lastname": did you mean "Last name"?`},
		{"name: Company", "2.15", `m.yaml:2:9: the file has no column "Company": it has Email, First name, Last name, Plan, id`},
		{"last_seen_user_agent: Plan", "2.15", `m.yaml:2:3: api version 2.15 does not take "last_seen_user_agent": use api_version 1.4, or a custom attribute such as custom_attributes.user_agent`},
		{"role: Plan", "1.4", `m.yaml:2:3: api version 1.4 does not take "role": in 1.x every contact is a lead; leave it out`},
		{"email: Email\n  email_verified: Plan", "2.15", `m.yaml:3:3: api version 2.15 does not take "email_verified": use api_version 2.16, the first that does`},
		{"email: Email\n  email_verified: Plan", "1.4", `m.yaml:3:3: api version 1.4 does not take "email_verified": use api_version 2.16, the first that does`},
		{"email_verified: Plan", "2.16", `m.yaml:2:3: the API takes "email_verified" together with an e-mail address only, and none is mapped: map email as well`},
		{"owner_id: {column: Plan, type: integer}", "2.16", `m.yaml:2:34: the API takes text for "owner_id", not type integer: leave type out`},
		{"owner_id: {column: Plan, type: string}", "2.15", `m.yaml:2:34: the API takes type integer for "owner_id", not string: leave type out`},
		{"emial: Email", "2.15", `m.yaml:2:3: api version 2.15 has no attribute "emial": did you mean "email"?`},
		{"mobile: Plan", "2.15", `m.yaml:2:3: api version 2.15 has no attribute "mobile": did you mean "phone"?`},
		{"first_name: First name", "2.15", `m.yaml:2:3: api version 2.15 has no attribute "first_name": write name: {columns: [FIRST, LAST]}`},
		{"custom_attribute.plan: Plan", "2.15", `m.yaml:2:3: api version 2.15 has no attribute "custom_attribute.plan": did you mean "custom_attributes.plan"?`},
		{"name: First name + Last name", "2.15", `m.yaml:2:9: the file has no column "First name + Last name": write {columns: [First name, Last name]}`},
		{"plan: Plan", "2.15", `m.yaml:2:3: api version 2.15 has no attribute "plan": a custom attribute is written custom_attributes.plan`},
		{"custom_attributes.a.b: Plan", "2.15", `m.yaml:2:3: custom attribute "a.b": the API takes no "." and no "$" in a name`},
		{"custom_attributes." + strings.Repeat("x", 191) + ": Plan", "1.4", `m.yaml:2:3: custom attribute "xxxxxxxxxxxxxxxxxxxx"… is longer than 190 characters`},
		{"name: {column: Plan, type: integer}", "2.15", `m.yaml:2:30: the API takes text for "name", not type integer: leave type out`},
		{"signed_up_at: {column: Plan, type: string}", "2.15", `m.yaml:2:38: the API takes type date for "signed_up_at", not string: leave type out`},
		{"id: {column: id, type: string}", "2.15", `m.yaml:2:26: "id" is an identifier: leave type out`},
		{"role: {column: id, type: string}", "2.15", `m.yaml:2:28: "role" is user or lead: leave type out`},
		{"id: {value: x}", "2.15", `m.yaml:2:3: "id" cannot be the same for every row`},
		{"external_id: {column: id, default: x}", "2.15", `m.yaml:2:3: "external_id" cannot be the same for every row`},
		{"role: {value: contact}", "2.15", `m.yaml:2:17: value "contact" of "role" is neither user nor lead`},
		{"email: {column: Email, blank: clear}", "2.15", `m.yaml:2:33: api version 2.15 cannot clear "email"`},
		{"email: {column: Email, format: DD/MM/YYYY}", "2.15", `m.yaml:2:34: format is for a date: add type: date`},
		{"custom_attributes.x: {column: Email, zone: UTC}", "2.15", `m.yaml:2:46: zone is for a date: add type: date`},
		{"custom_attributes.x: {column: Email, decimal: ','}", "2.15", `m.yaml:2:49: decimal is for a float: add type: float`},
		{"phone: {column: Plan, region: IE}", "2.15", `m.yaml:2:33: region is for a phone: add type: phone`},
		{"custom_attributes.x: {column: Plan, type: date, zone: Dublin}", "2.15", `m.yaml:2:57: zone "Dublin" is not known: use a name such as Europe/Dublin or UTC`},
		{"custom_attributes.x: {column: Plan, type: date, zone: Local}", "2.15", `m.yaml:2:57: zone "Local" is not known: use a name such as Europe/Dublin or UTC`},
		{"custom_attributes.x: {column: Plan, type: date, format: dd/mm/yyyy}", "2.15", `m.yaml:2:59: format "dd/mm/yyyy": "dd" is no word of a format: did you mean "DD/MM/YYYY"?`},
		{"custom_attributes.x: {value: soon, type: date}", "2.15", `m.yaml:2:32: value "soon" of "custom_attributes.x" is not a date: write 2026-11-21 or 2026-11-21T10:30:00Z, or state its format, such as DD/MM/YYYY`},
		{"custom_attributes.x: {column: Plan, default: many, type: integer}", "2.15", `m.yaml:2:48: default "many" of "custom_attributes.x" is not a whole number, such as 1200`},
		{"email: Email\nkey: {column: CRM}", "2.15", `m.yaml:3:15: the file has no column "CRM": it has Email, First name, Last name, Plan, id`},
	} {
		v, err := client.ParseVersion(c.version)
		if err != nil {
			t.Fatal(err)
		}
		_, err = mustParse(t, "attributes:\n  "+c.file).Compile(header, v)
		var e *Error
		if !errors.As(err, &e) || err.Error() != c.want {
			t.Errorf("%s:\ngot  %v\nwant %s", c.file, err, c.want)
		}
	}
}

// Every type that the API has for a standard attribute is kept, in both
// families.
func TestStandardAttributes(t *testing.T) {
	cells := map[client.Type]string{client.TypeString: "joe@example.com", client.TypeDate: "2026-11-21", client.TypeBoolean: "yes", client.TypeInteger: "12"}
	want := map[client.Type]string{client.TypeString: `"joe@example.com"`, client.TypeDate: "1795219200", client.TypeBoolean: "true", client.TypeInteger: "12"}
	for _, v := range []client.Version{client.Version1, client.Version2} {
		for _, a := range v.Attributes() {
			if a.Identity {
				continue
			}
			p, err := mustParse(t, "attributes: {"+a.Name+": X}").Compile([]string{"X"}, v)
			if err != nil {
				t.Errorf("%s %s: %v", v, a.Name, err)
				continue
			}
			lead, _, problems := p.Lead([]string{cells[a.Type]})
			if len(problems) > 0 || len(lead.Fields) != 1 {
				t.Errorf("%s %s: %v, %v", v, a.Name, lead, problems)
				continue
			}
			text, _ := lead.Fields[0].Value.MarshalJSON()
			if string(text) != want[a.Type] || lead.Fields[0].Name != a.Name {
				t.Errorf("%s %s is %s, want %s", v, a.Name, text, want[a.Type])
			}
		}
	}
}

func TestColumns(t *testing.T) {
	m := mustParse(t, `
key: {column: CRM}
ignore: [Internal]
attributes:
  email: Email
  custom_attributes.mail: Email
  name: {columns: [First, Last]}
`)
	p, err := m.Compile([]string{"Last", "Internal", "Email", "CRM", "First", "Fax"}, client.Version2)
	if err != nil {
		t.Fatal(err)
	}
	want := []Column{
		{"Last", []string{"name"}, ""},
		{"Internal", nil, "on the mapping's ignore list"},
		{"Email", []string{"email", "custom_attributes.mail"}, ""},
		{"CRM", nil, "identifies the row, and is not sent"},
		{"First", []string{"name"}, ""},
		{"Fax", nil, "not in the mapping"},
	}
	if got := p.Columns(); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

func TestDescribe(t *testing.T) {
	m := mustParse(t, `
attributes:
  name: {columns: [First, Last]}
  email: {column: Email, required: true}
  phone: {column: Mobile, type: phone, region: IE, blank: clear}
  custom_attributes.plan: {column: Plan, default: Free}
  custom_attributes.trial_ends_at: {column: Trial, type: date, format: DD/MM/YYYY, zone: Europe/Dublin}
  custom_attributes.source: {value: webinar}
`)
	p, err := m.Compile(m.Columns(), client.Version2)
	if err != nil {
		t.Fatal(err)
	}
	want := []string{
		"name ← First + Last (string)",
		"email ← Email (email, required)",
		"phone ← Mobile (phone, IE, blank clears)",
		`custom_attributes.plan ← Plan (the type of the workspace, else of the column, default "Free")`,
		"custom_attributes.trial_ends_at ← Trial (date, DD/MM/YYYY, Europe/Dublin)",
		`custom_attributes.source ← "webinar" (string)`,
	}
	if got := p.Describe(); !reflect.DeepEqual(got, want) {
		t.Errorf("got  %s\nwant %s", strings.Join(got, "\n     "), strings.Join(want, "\n     "))
	}
}
