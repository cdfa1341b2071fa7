package mapping

import (
	"errors"
	"strings"
	"testing"

	"leadimport/client"
)

// Whatever a mapping file holds, it is a mapping or errors of one line each with
// their places; and a mapping compiles for its own columns or says why not. The
// schema takes what does.
func FuzzParse(f *testing.F) {
	for _, s := range []string{
		"attributes: {email: Email}",
		"api_version: 1.4\nkey: [email, {column: CRM}]\nattributes:\n  email: {column: E, required: true}\n  name: {columns: [A, B], join: '-'}\n",
		"attributes:\n  custom_attributes.x: {column: X, type: date, format: DD/MM/YYYY, zone: Europe/Dublin, default: 01/02/2026}\n",
		"attributes:\n  custom_attributes.y: {value: 12}\nstamp: custom_attributes.s\nignore: [Z]\ntests: [{row: {Z: 1}, problems: [blank_row]}]",
		"attributes:\n  phone: {column: P, type: phone, region: IE, values: {n/a: null, 1: 2}, blank: clear}\n",
		"match: email\nattributes: {email: E}", "match: {by: [id, external_id, phone], user: update, archived: skip}\nattributes: {external_id: X, phone: P}",
		"attributes: {email: E}\ntags: [newsletter, 'import {date}']\ncompanies: {company_id: C, name: {columns: [A, B], default: x}}\ntests: [{row: {E: a@x.ie, C: 1}, lead: {email: a@x.ie, companies.company_id: 1}}]",
		"attributes: {email: E}\ntags: '{'\ncompanies: [{company_id: {value: 1}}, {company_id: {column: C, values: {a: b}}}]",
		"? a\n: b\n", "<<: *x", "a: &b [*b]", "- - - -", "\"", "{[", "a: |\n b\n", "---\n...\n", "%YAML 1.2\n---\na: b",
	} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		m, err := Parse("m.yaml", []byte(s))
		if err != nil {
			checkError(t, err, s)
			return
		}
		if len(m.Digest()) != 32 || m.Match().User == "" && len(m.Match().By) > 0 || m.KeyKind() == "" {
			t.Fatalf("%q: digest %q, key %q", s, m.Digest(), m.KeyKind())
		}
		v, ok := m.Version()
		if !ok {
			v = m.NeededVersion()
		}
		header := m.Columns()
		p, err := m.Compile(header, v)
		if err != nil {
			checkError(t, err, s)
			return
		}
		checkSchema(t, s, m)
		p.Observe(header)
		p.Settle()
		p.Lead(header)
		p.Describe()
		m.RunTests(client.Version1)
	})
}

func checkError(t *testing.T, err error, s string) {
	list := Mistakes{}
	var one *Error
	switch {
	case errors.As(err, &list):
	case errors.As(err, &one):
		list = Mistakes{one}
	default:
		t.Fatalf("%q: %v", s, err)
	}
	for _, e := range list {
		if e.Line < 1 || e.Column < 0 || strings.ContainsAny(e.Error(), "\r\n") {
			t.Fatalf("%q: %q", s, e)
		}
	}
}
