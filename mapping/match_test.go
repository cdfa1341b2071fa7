package mapping

import (
	"errors"
	"reflect"
	"testing"

	"leadimport/client"
)

func TestMatch(t *testing.T) {
	attributes := "\nattributes: {id: I, external_id: X, email: E, phone: P, custom_attributes.crm_id: C}"
	for _, c := range []struct {
		text string
		want Match
	}{
		{"", Match{}},
		{"match: email", Match{[]string{"email"}, Skip, Fail}},
		{"match: [email, phone]", Match{[]string{"email", "phone"}, Skip, Fail}},
		{"match: {by: email, user: update}", Match{[]string{"email"}, Update, Fail}},
		{"match: {by: [id, external_id, email, phone, custom_attributes.crm_id], user: fail, archived: skip}",
			Match{[]string{"external_id", "email", "phone", "custom_attributes.crm_id"}, Fail, Skip}},
		{"match: id", Match{nil, Skip, Fail}},
		{"match: [user_id, id, email]", Match{[]string{"email"}, Skip, Fail}},
	} {
		m := mustParse(t, c.text+attributes)
		if got := m.Match(); !reflect.DeepEqual(got, c.want) {
			t.Errorf("%s: %+v, want %+v", c.text, got, c.want)
		}
		if with, without := m.Digest(), mustParse(t, attributes).Digest(); with != without {
			t.Errorf("%s: the digest is another one, and rows become the same leads", c.text)
		}
	}
}

func TestMatchErrors(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"match:", `m.yaml:1:1: match names no attribute: write match: email`},
		{"match: []", `m.yaml:1:8: match is an empty list: write [email]`},
		{"match: {}", `m.yaml:1:8: match does not say by what: add by: [email]`},
		{"match: {user: skip}", `m.yaml:1:8: match does not say by what: add by: [email]`},
		{"match: {by: []}", `m.yaml:1:13: by is an empty list: write [email]`},
		{"match: {bye: email}", `m.yaml:1:9: unknown key "bye": did you mean "by"?`},
		{"match: name", `m.yaml:1:8: nobody can be found by "name": use id, external_id, email, phone or a custom attribute`},
		{"match: [email, [phone]]", `m.yaml:1:16: match must be text, not a list`},
		{"match: [email, ~]", `m.yaml:1:16: match names no attribute: write match: email`},
		{"match: [email, email]", `m.yaml:1:16: match names email twice`},
		{"match: [email, id]", `m.yaml:1:16: a row with its id is an update of that contact, whatever else it says: put it first`},
		{"match: {by: [phone, user_id]}", `m.yaml:1:21: a row with its user_id is an update of that contact, whatever else it says: put it first`},
		{"match: [email, phone]", `m.yaml:1:16: match goes by "phone", which is not among the mapped attributes: map it, or take it out`},
		{"match: id", `m.yaml:1:8: match goes by "id", which is not among the mapped attributes: map it, or match by email`},
		{"match: custom_attributes.c", `m.yaml:1:8: match goes by "custom_attributes.c", which is a constant: every row would be the same contact`},
		{"match: custom_attributes.d", `m.yaml:1:8: match goes by "custom_attributes.d", which has a default: every row without one would be the same contact`},
		{"match: custom_attributes.b", `m.yaml:1:8: match goes by "custom_attributes.b", and true or false tells nobody apart`},
		{"match: {by: email, user: ignore}", `m.yaml:1:26: user "ignore" is not known: use one of update, skip, fail`},
		{"match:\n  by: email\n  archived: skipp", `m.yaml:3:13: archived "skipp" is not known: did you mean "skip"?`},
		{"match: {by: email, by: email}", `m.yaml:1:20: "by" stands in match twice, first in line 1`},
	} {
		_, err := Parse("m.yaml", []byte(c.text+"\nattributes: {email: E, custom_attributes.c: {value: x}, custom_attributes.d: {column: D, default: x}, custom_attributes.b: {column: B, type: boolean}}"))
		var e *Error
		if !errors.As(err, &e) || err.Error() != c.want {
			t.Errorf("%s:\ngot  %v\nwant %s", c.text, err, c.want)
		}
	}
}

// 1.x lists leads by e-mail, and nothing else.
func TestMatchOfVersion(t *testing.T) {
	for _, c := range []struct{ text, version, want string }{
		{"match: email", "1.4", ""},
		{"match: [id, email]", "1.4", ""},
		{"match: {by: [email, phone, custom_attributes.c], user: update, archived: skip}", "2.15", ""},
		{"match: phone", "1.4", `m.yaml:1:8: api version 1.4 cannot look leads up by "phone": match by email, or use api_version 2.15`},
		{"match: [email, custom_attributes.c]", "1.3", `m.yaml:1:16: api version 1.3 cannot look leads up by "custom_attributes.c": match by email, or use api_version 2.15`},
		{"match: {by: email, user: update}", "1.4", `m.yaml:1:26: api version 1.4 does not list users, so that none can be matched: leave user out, or use api_version 2.15`},
		{"match: {by: email, archived: fail}", "1.4", `m.yaml:1:30: api version 1.4 does not list archived leads, so that none can be matched: leave archived out, or use api_version 2.15`},
	} {
		v, err := client.ParseVersion(c.version)
		if err != nil {
			t.Fatal(err)
		}
		m := mustParse(t, c.text+"\nattributes: {email: E, phone: P, custom_attributes.c: C}")
		_, err = m.Compile(m.Columns(), v)
		if c.want == "" && err != nil || c.want != "" && (err == nil || err.Error() != c.want) {
			t.Errorf("%s in %s:\ngot  %v\nwant %s", c.text, c.version, err, c.want)
		}
	}
}
