package mapping

import (
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"sync"
	"testing"

	"leadimport/client"
)

// show is a lead in one line, as the API would see it.
func show(lead client.Lead) string {
	var parts []string
	if lead.ID != "" {
		parts = append(parts, "id="+lead.ID)
	}
	if lead.UserID != "" {
		parts = append(parts, "user_id="+lead.UserID)
	}
	for _, f := range lead.Fields {
		text, _ := json.Marshal(f.Value)
		parts = append(parts, f.Name+"="+string(text))
	}
	return strings.Join(parts, " ")
}

func codes(problems []Problem) string {
	var list []string
	for _, p := range problems {
		list = append(list, p.Attribute+":"+p.Code)
	}
	return strings.Join(list, " ")
}

func TestLead(t *testing.T) {
	const file = `
attributes:
  custom_attributes.z: {column: Z, type: integer, default: 7}
  custom_attributes.a: {column: A, blank: clear}
  custom_attributes.source: {value: 2026-11, type: string}
  phone: Phone
  name: {columns: [First, Last], join: ", "}
  email: Email
`
	m := mustParse(t, file)
	p, err := m.Compile([]string{"Email", "First", "Last", "Phone", "A", "Z", "Other"}, client.Version2)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		cells               string
		lead, key, problems string
	}{
		{"Joe@Example.com |Joe|Bloggs|087 123|a|1|x",
			`email="Joe@Example.com" phone="087 123" name="Joe, Bloggs" custom_attributes.a="a" custom_attributes.source="2026-11" custom_attributes.z=1`,
			"email:joe@example.com", ""},
		{"joe@example.com|Joe||||", `email="joe@example.com" name="Joe" custom_attributes.a=null custom_attributes.source="2026-11" custom_attributes.z=7`, "email:joe@example.com", ""},
		{"joe@example.com", `email="joe@example.com" custom_attributes.a=null custom_attributes.source="2026-11" custom_attributes.z=7`, "email:joe@example.com", ""},
		{"|||||| ", "", "", ":blank_row"},
		{"||||||only what is not mapped", "", "", ":blank_row"},
		{"no|Joe||||many", "", "", "email:invalid_email custom_attributes.z:not_an_integer"},
	} {
		lead, key, problems := p.Lead(strings.Split(c.cells, "|"))
		if codes(problems) != c.problems {
			t.Errorf("%s: problems %v, want %s", c.cells, problems, c.problems)
		}
		if c.problems != "" {
			continue
		}
		if show(lead) != c.lead || string(key) != c.key {
			t.Errorf("%s:\ngot  %s %s\nwant %s %s", c.cells, key, show(lead), c.key, c.lead)
		}
	}
}

// The order in the mapping file does not change a lead's digest.
func TestFieldOrder(t *testing.T) {
	header := []string{"A", "B", "C", "D"}
	digests := map[[16]byte]bool{}
	for _, file := range []string{
		"attributes: {email: A, phone: B, custom_attributes.b: C, custom_attributes.a: D}",
		"attributes: {custom_attributes.a: D, custom_attributes.b: C, phone: B, email: A}",
	} {
		p, err := mustParse(t, file).Compile(header, client.Version2)
		if err != nil {
			t.Fatal(err)
		}
		lead, _, _ := p.Lead([]string{"a@b.ie", "1", "c", "d"})
		digests[lead.Digest()] = true
	}
	if len(digests) != 1 {
		t.Error("the order in the mapping changes the digest")
	}
}

func TestKeys(t *testing.T) {
	header := []string{"Email", "Phone", "CRM", "Id", "User"}
	for _, c := range []struct{ file, version, cells, kind, key string }{
		{"email: Email", "2.15", " Joe@Example.com ||||", "email", "email:joe@example.com"},
		{"email: Email, phone: Phone", "2.15", "|087||||", "email", "row:"},
		{"phone: Phone", "2.15", "x@y.ie|087||||", "row", "row:"},
		{"email: {value: a@b.ie}, phone: Phone", "2.15", "|087||||", "row", "row:"},
		{"email: {column: Email, default: a@b.ie}, phone: Phone", "2.15", "|087||||", "row", "row:"},
		{"email: Email, id: Id", "2.15", "joe@example.com|||58ab |", "email", "id:58ab"},
		{"email: Email, id: Id", "2.15", "joe@example.com||| |", "email", "email:joe@example.com"},
		{"email: Email, id: Id, user_id: User", "1.4", "joe@example.com|||58ab|u1", "email", "id:58ab"},
		{"email: Email, user_id: User", "1.4", "joe@example.com||||u1", "email", "user_id:u1"},
		{"email: Email}\nkey: {column: CRM", "2.15", "joe@example.com|| C1 ||", "column:CRM", "column:CRM:C1"},
		{"email: Email}\nkey: {column: CRM", "2.15", "joe@example.com||||", "column:CRM", "row:"},
		{"email: Email, phone: Phone}\nkey: [email, phone", "2.15", "JOE@example.com|087|||", "email+phone", "email:joe@example.com,phone:087"},
		{"email: Email, phone: Phone}\nkey: [email, phone", "2.15", "|087|||", "email+phone", "email:,phone:087"},
		{"email: Email, phone: Phone}\nkey: [phone, {column: CRM}", "2.15", "|1,2|a\\b||", "phone+column:CRM", `phone:1\,2,column:CRM:a\\b`},
		{"email: Email, phone: Phone, name: CRM}\nkey: [email, phone", "2.15", "||x||", "email+phone", "row:"},
		{"phone: {column: Phone, type: phone, region: IE}}\nkey: [phone", "2.15", "|087 123 4567|||", "phone", "phone:+353871234567"},
		{"custom_attributes.mail: {column: Email, type: email}}\nkey: [custom_attributes.mail", "2.15", "JOE@x.ie||||", "custom_attributes.mail", "custom_attributes.mail:joe@x.ie"},
	} {
		close := "}"
		if strings.Contains(c.file, "key: [") {
			close = "]"
		}
		m := mustParse(t, "attributes: {"+c.file+close)
		v, _ := client.ParseVersion(c.version)
		p, err := m.Compile(header, v)
		if err != nil {
			t.Fatal(err)
		}
		lead, key, problems := p.Lead(strings.Split(c.cells, "|"))
		if len(problems) > 0 || m.KeyKind() != c.kind || string(key) != c.key && (c.key != "row:" || !strings.HasPrefix(string(key), "row:") || len(key) != 36) {
			t.Errorf("%s of %s: key %s of kind %s, want %s of kind %s; %v", c.file, c.cells, key, m.KeyKind(), c.key, c.kind, problems)
		}
		if lead.IsUpdate() != (strings.HasPrefix(c.key, "id:") || strings.HasPrefix(c.key, "user_id:")) {
			t.Errorf("%s of %s: update is %t", c.file, c.cells, lead.IsUpdate())
		}
		for _, f := range lead.Fields {
			if f.Name == "id" || f.Name == "user_id" {
				t.Errorf("%s is a field, not an identifier", f.Name)
			}
		}
	}
}

// A row is known by what its mapped cells say, whatever type their attributes
// have today, and never by columns that are not mapped.
func TestRowDigest(t *testing.T) {
	m := mustParse(t, "attributes: {phone: Phone, custom_attributes.size: Size, custom_attributes.x: {value: 1}}")
	header := []string{"Phone", "Size", "Other"}
	key := func(change func(*Plan), cells ...string) Key {
		p, err := m.Compile(header, client.Version2)
		if err != nil {
			t.Fatal(err)
		}
		change(p)
		_, key, problems := p.Lead(cells)
		if len(problems) > 0 {
			t.Fatal(problems)
		}
		return key
	}
	want := key(func(*Plan) {}, "087", "12", "x")
	for i, got := range []Key{
		key(func(*Plan) {}, "087", " 12 ", "y"),
		key(func(p *Plan) { p.SetType("custom_attributes.size", client.TypeInteger) }, "087", "12", ""),
		key(func(p *Plan) { p.Observe([]string{"", "12", ""}); p.Settle() }, "087", "12", ""),
	} {
		if got != want {
			t.Errorf("case %d: the same row has another key", i)
		}
	}
	for _, cells := range [][]string{{"088", "12", "x"}, {"087", "13", "x"}, {"087", "", "x"}, {"", "08712", "x"}, {"08712", "", "x"}} {
		if key(func(*Plan) {}, cells...) == want {
			t.Errorf("%q has the key of another row", cells)
		}
	}
}

func TestRole(t *testing.T) {
	p, err := mustParse(t, "attributes: {email: E, role: R}").Compile([]string{"E", "R"}, client.Version2)
	if err != nil {
		t.Fatal(err)
	}
	lead, _, problems := p.Lead([]string{"a@b.ie", " Lead "})
	if show(lead) != `role="lead" email="a@b.ie"` || problems != nil {
		t.Errorf("%s %v", show(lead), problems)
	}
	if _, _, problems = p.Lead([]string{"a@b.ie", "admin"}); codes(problems) != "role:invalid_role" {
		t.Errorf("%v", problems)
	}
}

func TestProblems(t *testing.T) {
	m := mustParse(t, `
attributes:
  email: {column: Email, required: true}
  name: {columns: [First, Last], required: true}
  custom_attributes.size: {column: Size, type: integer}
`)
	p, err := m.Compile(m.Columns(), client.Version2)
	if err != nil {
		t.Fatal(err)
	}
	_, _, problems := p.Lead([]string{"", "", "", "x" + strings.Repeat("é", 80)})
	want := []string{
		`column "Email": blank, and the mapping requires it`,
		`column "First + Last": blank, and the mapping requires it`,
		`column "Size", value "x` + strings.Repeat("é", 49) + `…": not a whole number, such as 1200`,
	}
	var got []string
	for _, p := range problems {
		got = append(got, p.String())
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("got  %q\nwant %q", got, want)
	}
}

// A plan that is settled may be used from several goroutines.
func TestLeadConcurrently(t *testing.T) {
	header, rows := readSample(t, "leads.csv")
	m := parseSample(t, "../leads.mapping.yaml")
	p, err := m.Compile(header, client.Version1)
	if err != nil {
		t.Fatal(err)
	}
	p.Settle()
	var want []string
	for _, row := range rows[:200] {
		lead, key, _ := p.Lead(row)
		want = append(want, fmt.Sprint(key, show(lead)))
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for i, row := range rows[:200] {
				if lead, key, _ := p.Lead(row); fmt.Sprint(key, show(lead)) != want[i] {
					t.Errorf("row %d differs", i+1)
				}
			}
		})
	}
	wg.Wait()
}

// Two rows have the same key when the parts of it say the same, and only then.
func FuzzKey(f *testing.F) {
	f.Add("a", "b", "a", "b")
	f.Add("1,column:B:2", "3", "1", "2,column:B:3")
	f.Add(`a\`, ",b", `a`, `\,b`)
	f.Add("", "x", "x", "")
	f.Add(" a ", "", "a", "\u200b")
	p, err := mustParse(f, "key: [{column: A}, {column: B}]\nattributes: {name: A, custom_attributes.b: B}").Compile([]string{"A", "B"}, client.Version2)
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, a1, b1, a2, b2 string) {
		for _, s := range []string{a1, b1, a2, b2} {
			if saysNothing(identity(s)) {
				return // no part of a key
			}
		}
		_, one, _ := p.Lead([]string{a1, b1})
		_, two, _ := p.Lead([]string{a2, b2})
		if same := identity(a1) == identity(a2) && identity(b1) == identity(b2); same != (one == two) {
			t.Fatalf("%q %q and %q %q: %s, %s", a1, b1, a2, b2, one, two)
		}
	})
}
