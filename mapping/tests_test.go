package mapping

import (
	"strings"
	"testing"

	"leadimport/client"
)

func TestRunTests(t *testing.T) {
	const file = `
attributes:
  id: Id
  email: Email
  signed_up_at: Signed
  custom_attributes.size: Size
  custom_attributes.mrr: {column: MRR, type: float}
  custom_attributes.plan: {column: Plan, blank: clear, type: string}
  custom_attributes.ok: {column: OK, type: boolean}
tests:
  - name: all
    row: {Email: a@b.ie, Signed: 2026-11-21, Size: 12, MRR: 1.50, Plan: pro, OK: yes, Other: x}
    lead: {email: a@b.ie, signed_up_at: 2026-11-21, custom_attributes.size: 12, custom_attributes.mrr: 1.5, custom_attributes.plan: pro, custom_attributes.ok: true}
    key: email:a@b.ie
  - row: {Id: 58ab, Signed: 1763720000}
    lead: {id: 58ab, signed_up_at: 1763720000, custom_attributes.plan: null}
  - row: {Email: no}
    problems: [invalid_email]
  - row: {}
    problems: [blank_row]
`
	m := mustParse(t, file)
	if m.Tests() != 4 {
		t.Errorf("%d tests", m.Tests())
	}
	if failures := m.RunTests(client.Version2); failures != nil {
		t.Error(failures)
	}
}

func TestRunTestsFails(t *testing.T) {
	for _, c := range []struct{ test, want string }{
		{"{row: {E: a@b.ie}, lead: {email: b@b.ie, custom_attributes.x: null}}", `line 6: test 1: email is "a@b.ie", not "b@b.ie"`},
		{"{row: {E: a@b.ie}, lead: {}}", `line 6: test 1: email is "a@b.ie", and the test does not expect it; line 6: test 1: custom_attributes.x is null, and the test does not expect it`},
		{"{row: {E: a@b.ie, X: 1}, lead: {email: a@b.ie, custom_attributes.x: '1'}}", `line 6: test 1: custom_attributes.x is 1, not "1"`},
		{"{row: {E: a@b.ie}, lead: {email: a@b.ie, custom_attributes.x: 1}}", `line 6: test 1: custom_attributes.x is null, not 1`},
		{"{row: {X: 1}, lead: {email: a@b.ie, custom_attributes.x: 1}}", `line 6: test 1: email is not in the lead, not "a@b.ie"`},
		{"{name: bad, row: {E: no}, lead: {email: no}}", `line 6: bad: column "E", value "no": not an e-mail address: there is no @ (invalid_email)`},
		{"{row: {E: a@b.ie}, problems: [invalid_email]}", `line 6: test 1: the row has no problem invalid_email`},
		{"{row: {E: a@b.ie}, key: email:x, lead: {email: a@b.ie, custom_attributes.x: null}}", `line 6: test 1: key is "email:a@b.ie", not "email:x"`},
	} {
		m := mustParse(t, "attributes:\n  email: E\n  custom_attributes.x: {column: X, type: integer, blank: clear}\ntests:\n  # one\n  - "+c.test)
		var got []string
		for _, f := range m.RunTests(client.Version2) {
			got = append(got, f.String())
		}
		if strings.Join(got, "; ") != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", c.test, strings.Join(got, "; "), c.want)
		}
	}
	m := mustParse(t, "attributes: {role: R}\ntests: [{row: {R: lead}, lead: {role: lead}}]")
	if got := m.RunTests(client.Version1); len(got) != 1 || !strings.Contains(got[0].Message, "in 1.x every contact is a lead") {
		t.Errorf("a mapping that does not compile: %v", got)
	}
}

func TestTestErrors(t *testing.T) {
	for test, want := range map[string]string{
		"{}":                                   `m.yaml:2:8: tests must be a list, not a map: write - row: {…} and lead: {…}`,
		"[{lead: {}}]":                         `m.yaml:2:9: test 1 has no row: add row: {COLUMN: text}`,
		"[{row: {}}]":                          `m.yaml:2:9: test 1 must have either the lead or the problems that the row must give: add lead: {attribute: value} or problems: [code]`,
		"[{rows: {}}]":                         `m.yaml:2:10: unknown key "rows": did you mean "row"?`,
		"[{row: {}, lead: {emal: x}}]":         `m.yaml:2:26: "emal" is not among the mapped attributes: did you mean "email"?`,
		"[{row: {A: [1]}, lead: {}}]":          `m.yaml:2:19: a cell must be text, not a list`,
		"[{row: {}, lead: {email: [x]}}]":      `m.yaml:2:33: an attribute must be a text, a number, true, false or null, not a list`,
		"[{row: {}, lead: {}, problems: [x]}]": `m.yaml:2:9: test 1 must have either the lead or the problems that the row must give: add lead: {attribute: value} or problems: [code]`,
	} {
		_, err := Parse("m.yaml", []byte("attributes: {email: E}\ntests: "+test))
		if err == nil || err.Error() != want {
			t.Errorf("%s:\ngot  %v\nwant %s", test, err, want)
		}
	}
}
