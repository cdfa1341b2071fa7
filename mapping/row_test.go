package mapping

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"leadimport/client"
)

func compiled(t *testing.T, mapping string, header ...string) *Plan {
	t.Helper()
	p, err := mustParse(t, mapping).Compile(header, client.Version2)
	if err != nil {
		t.Fatal(err)
	}
	p.Settle()
	return p
}

func attributesOf(list []Problem) (names []string) {
	for _, p := range list {
		names = append(names, p.Attribute)
	}
	return names
}

func TestOnInvalid(t *testing.T) {
	header := []string{"Email", "Phone", "Seats", "Out", "Id"}
	const attributes = `
attributes:
  email: Email
  phone: {column: Phone, type: phone, region: IE}
  custom_attributes.seats: {column: Seats, type: integer}
  unsubscribed_from_emails: Out
  custom_attributes.crm: {column: Id, type: integer}
key: custom_attributes.crm
`
	good := []string{"a@b.ie", "087 123 4567", "3", "yes", "1"}
	for _, c := range []struct {
		name, settings string
		cells          []string
		omitted        []string
		problems       []string
		letIn          []string
	}{
		{"good", "on_invalid: omit", good, nil, nil, nil},
		{"reject is the default", "", []string{"a@b.ie", "call me", "3", "yes", "1"}, nil, []string{"phone"}, []string{"phone"}},
		{"two", "", []string{"a@b.ie", "call me", "few", "yes", "1"}, nil, []string{"phone", "custom_attributes.seats"}, []string{"phone", "custom_attributes.seats"}},
		{"omit", "on_invalid: omit", []string{"a@b.ie", "call me", "few", "yes", "1"}, []string{"phone", "custom_attributes.seats"}, nil, nil},
		{"consent is kept", "on_invalid: omit", []string{"a@b.ie", "", "3", "maybe", "1"}, nil, []string{"unsubscribed_from_emails"}, nil},
		{"e-mail is kept", "on_invalid: omit", []string{"joe", "call me", "3", "yes", "1"}, []string{"phone"}, []string{"email"}, nil},
		{"the key is kept", "on_invalid: omit", []string{"a@b.ie", "", "3", "yes", "one"}, nil, []string{"custom_attributes.crm"}, nil},
		{"with a key that is wrong", "", []string{"a@b.ie", "call me", "3", "yes", "one"}, nil, []string{"phone", "custom_attributes.crm"}, nil},
		{"reject", "on_invalid: reject", []string{"a@b.ie", "call me", "3", "yes", "1"}, nil, []string{"phone"}, []string{"phone"}},
	} {
		p := compiled(t, c.settings+attributes, header...)
		r := p.Convert(c.cells)
		if !slices.Equal(attributesOf(r.Omitted), c.omitted) || !slices.Equal(attributesOf(r.Problems), c.problems) || !slices.Equal(r.LetIn(), c.letIn) {
			t.Errorf("%s: omitted %v, problems %v, would be let in by %v", c.name, r.Omitted, r.Problems, r.LetIn())
		}
		for _, o := range r.Omitted {
			if _, ok := r.Lead.Value(o.Attribute); ok {
				t.Errorf("%s: %s is omitted and sent", c.name, o.Attribute)
			}
			if o.Column == "" || o.Value == "" || o.Code == "" || o.Message == "" {
				t.Errorf("%s: %+v does not say all", c.name, o)
			}
		}
	}
	// By name, anything may be left out.
	p := compiled(t, "attributes: {email: {column: Email, on_invalid: omit}, name: Name}", "Email", "Name")
	if r := p.Convert([]string{"joe", "Joe"}); len(r.Problems) > 0 || len(r.Omitted) != 1 || !r.NoKey {
		t.Errorf("an e-mail that is omitted by name: %+v", r)
	}
	// One attribute can say otherwise than the mapping.
	p = compiled(t, "on_invalid: omit\nattributes: {email: Email, custom_attributes.n: {column: N, type: integer, on_invalid: reject}}", "Email", "N")
	if r := p.Convert([]string{"a@b.ie", "x"}); len(r.Problems) != 1 {
		t.Errorf("reject by name: %+v", r)
	}
	// What is required stays so, blank or wrong.
	p = compiled(t, "on_invalid: omit\nattributes: {email: Email, custom_attributes.n: {column: N, type: integer, required: true}}", "Email", "N")
	for _, cell := range []string{"", "x", "NULL"} {
		if r := p.Convert([]string{"a@b.ie", cell}); len(r.Problems) != 1 || r.LetIn() != nil {
			t.Errorf("required %q: %+v", cell, r)
		}
	}
	// A row of which nothing would be left is refused.
	p = compiled(t, "on_invalid: omit\nattributes: {email: Email, phone: {column: Phone, type: phone}}", "Email", "Phone")
	if r := p.Convert([]string{"", "call me"}); len(r.Problems) != 1 || len(r.Omitted) != 0 {
		t.Errorf("nothing is left: %+v", r)
	}
	if r := p.Convert([]string{"", "call me"}); r.LetIn() == nil && len(r.Problems) == 0 {
		t.Errorf("nothing is left: %+v", r)
	}
}

func TestNoIdentity(t *testing.T) {
	header := []string{"CRM id", "Email", "Company id"}
	p := compiled(t, "key: {column: CRM id}\nmatch: custom_attributes.crm\ncompanies: {company_id: Company id}\nattributes: {email: Email, custom_attributes.crm: CRM id}", header...)
	keys := map[Key]bool{}
	for _, word := range []string{"NULL", "#N/A", "n/a", "-", "None", "k.A."} {
		r := p.Convert([]string{word, word + "x@example.org", word})
		if len(r.Problems) > 0 { // n/ax@…
			r = p.Convert([]string{word, "p" + strings.Trim(word, "#/-.") + "@example.org", word})
		}
		if !r.NoKey || keys[r.Key] || !strings.HasPrefix(string(r.Key), "row:") {
			t.Errorf("%q: key %s", word, r.Key)
		}
		keys[r.Key] = true
		if _, ok := r.Lead.Value("custom_attributes.crm"); ok || len(r.Lead.Companies) > 0 {
			t.Errorf("%q is sent as an id", word)
		}
		n := 0
		for _, remark := range r.Remarks {
			if remark.Code == CodeNoIdentity && remark.Value == word {
				n++
			}
		}
		if n != 2 {
			t.Errorf("%q: remarks %v", word, r.Remarks)
		}
	}
	r := p.Convert([]string{"1001", "a@b.ie", "c1"})
	if r.NoKey || r.Key != "column:CRM id:1001" || len(r.Lead.Companies) != 1 || len(r.Remarks) > 0 {
		t.Errorf("%+v", r)
	}
	// A name may be a key, and somebody is called Null.
	p = compiled(t, "key: [name, custom_attributes.town]\nattributes: {name: Name, custom_attributes.town: Town}", "Name", "Town")
	r = p.Convert([]string{"Null", "Cork"})
	if v, _ := r.Lead.Value("name"); v.Text() != "Null" || r.NoKey {
		t.Errorf("%+v", r)
	}
}

// Keys compare as people mean them.
func TestKeysCompare(t *testing.T) {
	p := compiled(t, "key: {column: Id}\nattributes: {email: Email}", "Id", "Email")
	key := func(id string) Key { return p.Convert([]string{id, "a@b.ie"}).Key }
	for _, same := range []string{" A-1 ", "A\u00ad-1", "Ａ-1", "A-1\u200b", "\ufeffA-1"} {
		if key(same) != key("A-1") {
			t.Errorf("%q is not A-1: %s", same, key(same))
		}
	}
	for _, other := range []string{"a-1", "A-1.0", "A1", "А-1"} {
		if key(other) == key("A-1") {
			t.Errorf("%q is A-1", other)
		}
	}
	p = compiled(t, "attributes: {email: Email, name: Name}", "Email", "Name")
	key = func(id string) Key { return p.Convert([]string{id, "Joe"}).Key }
	if key("Maria.Schneider\u00adhan@Example.org") != "email:maria.schneiderhan@example.org" || key("joe@xn--bcher-kva.example") != key("JOE@Bu\u0308cher.example") || key("İpek@example.org") == key("ipek@example.org") {
		t.Error("e-mail addresses do not compare as they should")
	}
	for old, want := range map[string]string{
		"email:joe@example.org": "email:joe@example.org", "email:maria.schneider\u00adhan@example.org": "email:maria.schneiderhan@example.org",
		"email:joe@xn--bcher-kva.example": "email:joe@bücher.example", "column:Id:Ａ1": "column:Id:A1", "email:jo\u0308rg@example.org,phone:+353": "email:jörg@example.org,phone:+353", "row:12": "row:12",
	} {
		if got := FoldKey(old); got != want {
			t.Errorf("FoldKey(%q) is %q, not %q", old, got, want)
		}
	}
}

func TestSeveralFormats(t *testing.T) {
	p := compiled(t, "attributes: {email: Email, signed_up_at: {column: D, type: date, format: [DD/MM/YYYY, MM/DD/YYYY, YYYY-MM-DD, excel]}}", "Email", "D")
	for cell, want := range map[string]string{
		"21/11/2026": "1795219200", "11/21/2026": "1795219200", "2026-11-21": "1795219200", "46347": "1795219200", "03/03/2026": "1772496000",
		"03/04/2026": "ambiguous_date", "soon": "not_a_date", "2026/11/21": "not_a_date",
	} {
		r := p.Convert([]string{"a@b.ie", cell})
		v, _ := r.Lead.Value("signed_up_at")
		got := v.Text()
		if len(r.Problems) > 0 {
			got = r.Problems[0].Code
			if got == "ambiguous_date" && !(strings.Contains(r.Problems[0].Message, "3 April 2026 (DD/MM/YYYY)") && strings.Contains(r.Problems[0].Message, "4 March 2026 (MM/DD/YYYY)")) {
				t.Errorf("%q: %s", cell, r.Problems[0].Message)
			}
		}
		if got != want {
			t.Errorf("%q is %s, want %s", cell, got, want)
		}
	}
}

// Columns bind as a person sees their names; a name that is there twice, or
// not at all, matters when it is mapped.
func TestColumnsBind(t *testing.T) {
	m := mustParse(t, "attributes: {email: Adresse électronique, name: Name}\nignore: [Société]")
	p, err := m.Compile([]string{"Adresse e\u0301lectronique\u00a0", "\u200bName ", "", "Socie\u0301te\u0301", "", "X", "X"}, client.Version2)
	if err != nil {
		t.Fatal(err)
	}
	lead, _, _ := p.Lead([]string{"a@b.ie", "Joe"})
	if v, _ := lead.Value("name"); v.Text() != "Joe" {
		t.Errorf("name is %q", v.Text())
	}
	if why := p.Columns()[3].Why; why != "on the mapping's ignore list" {
		t.Errorf("Société is left out: %s", why)
	}
	for _, header := range [][]string{{"Adresse électronique", "Name", "Name"}, {"Adresse électronique", "Name ", "Name\u00a0"}} {
		if _, err := m.Compile(header, client.Version2); err == nil || !strings.Contains(err.Error(), `more than one column "Name"`) {
			t.Errorf("%q: %v", header, err)
		}
	}
	if _, err := m.Compile([]string{"Adresse électronique", "Name", "Name "}, client.Version2); err != nil {
		t.Errorf("one of them is called so to the letter: %v", err)
	}
	if p, err = Infer([]string{"", "Email", "Products?", "Products?"}).Compile([]string{"", "Email", "Products?", "Products?"}, client.Version2); err != nil || p.Columns()[0].Why != "it has no name" {
		t.Errorf("%v", err)
	}
}

func TestAllMistakes(t *testing.T) {
	m, err := Parse("m.yaml", []byte(`
api_version: "2.15"
key: phone
stmp: x
attributes:
  email: {colum: Email}
  name: {column: Name, requird: true, blank: delete}
  last_seen_ip: IP
  tags: [a, b]
  custom_attributes.n: {column: N, type: int}
tests:
  - row: {Email: a@b.ie}
    led: {}
  - lead: {email: x}
`))
	if m == nil {
		t.Fatalf("%v", err)
	}
	err = m.Wrong(err, []string{"Name", "IP"}, client.Version2)
	var all Mistakes
	if !errors.As(err, &all) {
		t.Fatalf("%v", err)
	}
	for i, want := range []string{`m.yaml:3:6: key "phone" is not among`, `m.yaml:4:1: unknown key "stmp"`, `m.yaml:6:11: unknown key "colum"`, `m.yaml:7:24: unknown key "requird"`, `m.yaml:7:46: blank "delete"`,
		`m.yaml:8:3: `, `m.yaml:9:3: "tags" is no attribute: put it at the top`, `m.yaml:10:33: the file has no column "N"`, `m.yaml:10:42: type "int"`, `m.yaml:13:5: unknown key "led"`, `m.yaml:14:5: test 2 has no row`} {
		if i >= len(all) || !strings.HasPrefix(all[i].Error(), want) {
			t.Fatalf("mistake %d is not %s in\n%v", i+1, want, err)
		}
	}
	if len(all) != 11 || !errors.As(err, new(*Error)) {
		t.Errorf("%d mistakes:\n%v", len(all), err)
	}
	_, err = mustParse(t, "key: {column: Id}\ncompanies: {company_id: Firm}\nattributes: {email: Mail, name: {columns: [First, Last]}}").Compile([]string{"Email", "First"}, client.Version2)
	if !errors.As(err, &all) || len(all) != 4 {
		t.Errorf("%v", err)
	}
}

func TestVersionAdvice(t *testing.T) {
	for version, advice := range map[string]string{"1.4": "", "2.15": "", "2.17": "", "2.99": `is "2.15" meant?`, "1.9": `is "1.4" meant?`} {
		if got := mustParse(t, "api_version: \""+version+"\"\nattributes: {email: Email}").VersionAdvice(); (got == "") != (advice == "") || !strings.Contains(got, advice) {
			t.Errorf("%s: %q", version, got)
		}
	}
}

// What is said of an e-mail address is sent with it, or not at all.
func TestEmailVerified(t *testing.T) {
	version, err := client.ParseVersion("2.16")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ how, email, cell, sends, code string }{
		{"Verified", "joe@example.com", "yes", "true", ""},
		{"Verified", "joe@example.com", "no", "false", ""},
		{"Verified", "joe@example.com", "", "", ""},
		{"Verified", "joe@example.com", "perhaps", "", "not_a_boolean"},
		{"Verified", "", "yes", "", "no_email"},
		{"Verified", "", "no", "", "no_email"},
		{"Verified", "", "", "", ""},
		{"Verified", "joe@", "yes", "", "invalid_email"},
		{"{column: Verified, on_invalid: omit}", "", "yes", "", "omitted no_email"},
		{"{column: Verified, default: false}", "", "", "", ""},
		{"{column: Verified, blank: clear}", "", "", "", ""},
		{"{value: true}", "", "", "", ""},
		{"{value: true}", "joe@example.com", "", "true", ""},
	} {
		p, err := mustParse(t, "key: name\nattributes: {email_verified: "+tt.how+", email: Email, name: Name}").Compile([]string{"Email", "Verified", "Name"}, version)
		if err != nil {
			t.Fatal(err)
		}
		p.Settle()
		r := p.Convert([]string{tt.email, tt.cell, "Joe"})
		code := ""
		for _, problem := range r.Problems {
			code += problem.Code
		}
		for _, problem := range r.Omitted {
			code += "omitted " + problem.Code
		}
		v, sent := r.Lead.Value(client.EmailVerified)
		if code != tt.code || v.Text() != tt.sends || sent != (tt.sends != "") {
			t.Errorf("%s, %q, %q: sends %q (%v), problems %q", tt.how, tt.email, tt.cell, v.Text(), sent, code)
		}
	}
}
