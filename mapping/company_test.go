package mapping

import (
	"reflect"
	"strings"
	"testing"

	"leadimport/client"
)

func companyPlan(t *testing.T, companies string, header ...string) *Plan {
	t.Helper()
	m, err := Parse("m.yaml", []byte("attributes: {email: Email}\ncompanies: "+companies))
	if err != nil {
		t.Fatal(err)
	}
	p, err := m.Compile(header, client.Version2)
	if err != nil {
		t.Fatal(err)
	}
	p.Settle()
	return p
}

func TestCompanies(t *testing.T) {
	header := []string{"Email", "Id", "Company", "Other"}
	for _, c := range []struct {
		companies string
		cells     []string
		want      []client.Company
	}{
		{"{company_id: Id}", []string{"a@x.ie", " acme\u200b", "Acme", ""}, []client.Company{{CompanyID: "acme"}}},
		{"{company_id: Id, name: Company}", []string{"a@x.ie", "007", " Acme ", ""}, []client.Company{{CompanyID: "007", Name: "Acme"}}},
		{"{company_id: Id, name: Company}", []string{"a@x.ie", " ", "Acme", ""}, nil},
		{"{company_id: Id, name: Company}", []string{"a@x.ie", "1"}, []client.Company{{CompanyID: "1"}}},
		{"{company_id: {column: Id, default: none, values: {x: acme}}, name: {columns: [Company, Other], join: ' / '}}", []string{"a@x.ie", "x", "A", "B"}, []client.Company{{CompanyID: "acme", Name: "A / B"}}},
		{"{company_id: {column: Id, default: none}}", []string{"a@x.ie", "", "", ""}, []client.Company{{CompanyID: "none"}}},
		{"{company_id: {value: acme}, name: {value: Acme}}", []string{"a@x.ie", "", "", ""}, []client.Company{{CompanyID: "acme", Name: "Acme"}}},
		{"[{company_id: Id}, {company_id: Other, name: Company}]", []string{"a@x.ie", "1", "Two", "2"}, []client.Company{{CompanyID: "1"}, {CompanyID: "2", Name: "Two"}}},
		{"[{company_id: Id}, {company_id: Other, name: Company}]", []string{"a@x.ie", "1", "Two", "1"}, []client.Company{{CompanyID: "1"}}},
	} {
		p := companyPlan(t, c.companies, header...)
		lead, key, problems := p.Lead(c.cells)
		if !reflect.DeepEqual(lead.Companies, c.want) || len(problems) > 0 || key != "email:a@x.ie" || !p.HasCompanies() {
			t.Errorf("%s of %q: %+v, %q, %v", c.companies, c.cells, lead.Companies, key, problems)
		}
	}
	p := companyPlan(t, "{company_id: Id, name: Company}", header...)
	_, _, problems := p.Lead([]string{"no", strings.Repeat("ü", 256), strings.Repeat("x", 256), ""})
	if len(problems) != 2 || problems[1].Column != "Id" || problems[1].Code != "too_long" {
		t.Errorf("%v", problems)
	}
	_, _, problems = p.Lead([]string{"a@x.ie", "1", strings.Repeat("x", 256), ""})
	if len(problems) != 1 || problems[0].String() != `column "Company", value "`+strings.Repeat("x", 100)+`…": 256 characters, at most 255 are taken in companies.name` {
		t.Errorf("%v", problems)
	}
	columns := p.Columns()
	if got := columns[1].Attributes; len(got) != 1 || got[0] != "companies.company_id" || columns[3].Why == "" {
		t.Errorf("columns %+v", columns)
	}
}

// TestAttributesOfCompanies: they are typed as those of leads are, and go to no
// company that has no id.
func TestAttributesOfCompanies(t *testing.T) {
	const companies = `
  company_id: Id
  custom_attributes.tier: Tier
  custom_attributes.ready: {column: Ready, values: {jo: true, nee: false}}
  remote_created_at: {column: Since, format: DD/MM/YYYY}
  monthly_spend: {column: MRR, decimal: ","}
  size: {column: Size, default: 1}
  plan: {columns: [Plan, Kind], join: " / "}
  website: Site
  industry: {value: Tools}
`
	header := []string{"Email", "Id", "Tier", "Ready", "Since", "MRR", "Size", "Plan", "Kind", "Site"}
	m := mustParse(t, "attributes: {email: Email}\ncompanies: "+companies)
	p, err := m.Compile(header, client.Version2)
	if err != nil {
		t.Fatal(err)
	}
	rows := [][]string{
		{"a@x.ie", "acme", "1", "jo", "31/01/2020", "1.155,98", "120", "Pro", "Year", "https://acme.example"},
		{"b@x.ie", "acme", "2", "nee", "", "", "", "", "", ""},
		{"c@x.ie", "", "3", "", "x", "", "", "", "", ""},
	}
	for _, r := range rows {
		p.Observe(r)
	}
	p.Settle()
	for i, c := range []struct{ fields, problems, remarks string }{
		{`plan="Pro / Year" size=120 website="https://acme.example" industry="Tools" monthly_spend=1155 remote_created_at=1580428800 custom_attributes.ready=true custom_attributes.tier=1`, "", "companies.monthly_spend:whole_part"},
		{`size=1 industry="Tools" custom_attributes.ready=false custom_attributes.tier=2`, "", ""},
		{"", "", "companies.remote_created_at:no_company companies.custom_attributes.tier:no_company"},
	} {
		r := p.Convert(rows[i])
		got := ""
		for _, company := range r.Lead.Companies {
			got += show(client.Lead{Fields: company.Fields})
		}
		if got != c.fields || codes(r.Problems) != c.problems || codes(r.Remarks) != c.remarks {
			t.Errorf("row %d: %s, problems %v, remarks %v", i+1, got, r.Problems, r.Remarks)
		}
	}
	for cells, want := range map[string]string{
		"acme|||31/02/2020":                     "companies.remote_created_at:not_a_date",
		"acme||||2147483648":                    "companies.monthly_spend:number_range",
		"acme||||2147483647,9":                  "companies.monthly_spend:number_range",
		"acme|||||many":                         "companies.size:not_an_integer",
		"acme||||||" + strings.Repeat("x", 256): "companies.plan:too_long",
	} {
		r := p.Convert(append([]string{"a@x.ie"}, strings.Split(cells, "|")...))
		if codes(r.Problems) != want || !r.Problems[0].CanOmit {
			t.Errorf("%q: %v", cells, r.Problems)
		}
	}
	if got := p.CompanyAttributes(); len(got) != 8 || got[7].Name != "companies.custom_attributes.tier" || got[7].Type != client.TypeInteger {
		t.Errorf("%+v", got)
	}
	if len(p.Attributes()) != 1 || len(p.Rules()) != 0 {
		t.Errorf("they are none of the lead's: %+v", p.Attributes())
	}
	p.SetType("companies.custom_attributes.tier", client.TypeString)
	if v := p.Convert(rows[0]).Lead.Companies[0].Fields[7].Value; v != client.String("1") {
		t.Errorf("of the workspace's type it is %v", v)
	}
}

// TestWriteRulesAreOfContacts: no rule for all attributes is one for companies.
func TestWriteRulesAreOfContacts(t *testing.T) {
	for _, write := range []string{"if_empty", "create_only"} {
		p, err := mustParse(t, "attributes: {email: Email, name: Name}\nwrite: "+write+"\ncompanies: {company_id: Id, plan: Plan}").Compile([]string{"Email", "Name", "Id", "Plan"}, client.Version2)
		if err != nil || len(p.Rules()) != 1 {
			t.Errorf("%s: %v, %v", write, p.Rules(), err)
		}
	}
}

func TestCompanyErrors(t *testing.T) {
	for companies, want := range map[string]string{
		"Acme":            `m.yaml:2:12: companies must be a map, not text`,
		"{}":              `m.yaml:2:12: a company is known by its company_id, and companies names none: write {company_id: COLUMN, name: COLUMN}`,
		"{name: Company}": `m.yaml:2:12: a company is known by its company_id, and companies names none: write {company_id: COLUMN, name: COLUMN}`,
		"{id: Id}":        `m.yaml:2:13: unknown key "id": use one of company_id, name, plan, size, website, industry, monthly_spend, remote_created_at, custom_attributes.NAME`,
		"{company_id: {column: Id, type: string}}":                         `m.yaml:2:38: unknown key "type": use one of column, columns, join, value, values, default, decode`,
		"{company_id: {default: x}}":                                       `m.yaml:2:25: "companies.company_id" has no column, columns or value: add column: NAME`,
		"{company_id: [Id]}":                                               `m.yaml:2:25: "companies.company_id" must be a column or a map, not a list: write {columns: [A, B]}`,
		"{company_id: Idd}":                                                `m.yaml:2:25: the file has no column "Idd": did you mean "Id"?`,
		"{company_id: Id, name: Firm}":                                     `m.yaml:2:35: the file has no column "Firm": it has Email, Id, Company`,
		"{company_id: {value: " + strings.Repeat("x", 256) + "}}":          `m.yaml:2:33: "companies.company_id" has 256 characters: at most 255 are taken`,
		"{company_id: Id, plann: Company}":                                 `m.yaml:2:29: unknown key "plann": did you mean "plan"?`,
		"{company_id: Id, tier: Company}":                                  `m.yaml:2:29: unknown key "tier": use one of company_id, name, plan, size, website, industry, monthly_spend, remote_created_at, custom_attributes.NAME`,
		"{company_id: Id, custom_attributes: {tier: Company}}":             `m.yaml:2:29: unknown key "custom_attributes": did you mean "custom_attributes.NAME"?`,
		"{company_id: Id, custom_attributes.a.b: Company}":                 `m.yaml:2:29: custom attribute "a.b": the API takes no "." and no "$" in a name`,
		"{company_id: Id, custom_attributes.a: }":                          `m.yaml:2:29: "companies.custom_attributes.a" has no column: write custom_attributes.a: COLUMN`,
		"{company_id: Id, plan: Firm}":                                     `m.yaml:2:35: the file has no column "Firm": it has Email, Id, Company`,
		"{company_id: Id, plan: {column: Company, required: true}}":        `m.yaml:2:53: unknown key "required": use one of column, columns, join, value, type, format, zone, decimal, region, values, default, filled, on_invalid, decode, several`,
		"{company_id: Id, plan: {column: Company, blank: clear}}":          `m.yaml:2:53: unknown key "blank": use one of column, columns, join, value, type, format, zone, decimal, region, values, default, filled, on_invalid, decode, several`,
		"{company_id: Id, size: {column: Company, type: string}}":          `m.yaml:2:59: the API takes type integer for "companies.size", not string: leave type out`,
		"{company_id: Id, size: {value: many}}":                            `m.yaml:2:43: value "many" of "companies.size" is not a whole number, such as 1200`,
		"{company_id: Id, monthly_spend: {column: Company, format: unix}}": `m.yaml:2:70: format is for a date: add type: date`,
		"{company_id: Id}\nignore: [Id]":                                   `m.yaml:2:25: column "Id" is mapped and ignored: take it off the ignore list`,
	} {
		m, err := Parse("m.yaml", []byte("attributes: {email: Email}\ncompanies: "+companies))
		if err == nil {
			_, err = m.Compile([]string{"Email", "Id", "Company"}, client.Version2)
		}
		if err == nil || err.Error() != want {
			t.Errorf("%s: %v", companies, err)
		}
	}
}

// TestCompaniesKeepDigests: a mapping without companies is what it was to the
// results of earlier versions, whatever its tags.
func TestCompaniesKeepDigests(t *testing.T) {
	digest := func(more string) string {
		m, err := Parse("m.yaml", []byte("attributes: {email: Email}\n"+more))
		if err != nil {
			t.Fatal(err)
		}
		return m.Digest()
	}
	if got := digest("tags: [a]"); got != digest("") || got != "c8fa603aba0ccca8b9ff0458638a9179" {
		t.Errorf("the digest is %s", got)
	}
	if digest("companies: {company_id: Id}") == digest("") || digest("companies: {company_id: Id}") == digest("companies: {company_id: Id, name: N}") {
		t.Error("companies make no difference")
	}
}

func TestTestsOfCompanies(t *testing.T) {
	for test, want := range map[string]string{
		"{row: {Email: a@x.ie, Id: 1, Name: A}, lead: {email: a@x.ie, companies.company_id: 1, companies.name: A}}": "",
		"{row: {Email: a@x.ie}, lead: {email: a@x.ie}}":                                                             "",
		"{row: {Email: a@x.ie}, lead: {email: a@x.ie, companies.company_id: null}}":                                 "",
		"{row: {Email: a@x.ie, Id: 1, Name: A}, lead: {email: a@x.ie, companies.company_id: 2}}":                    `companies.company_id is "1", not 2|companies.name is "A", and the test does not expect it`,
		"{row: {Email: a@x.ie}, lead: {email: a@x.ie, companies.name: A}}":                                          `companies.name is not in the lead, not "A"`,
	} {
		m, err := Parse("m.yaml", []byte("attributes: {email: Email}\ncompanies: {company_id: Id, name: Name}\ntests: ["+test+"]"))
		if err != nil {
			t.Errorf("%s: %v", test, err)
			continue
		}
		var got []string
		for _, f := range m.RunTests(client.Version1) {
			got = append(got, f.Message)
		}
		if strings.Join(got, "|") != want {
			t.Errorf("%s: %q", test, got)
		}
	}
	_, err := Parse("m.yaml", []byte("attributes: {email: Email}\ntests: [{row: {Email: a@x.ie}, lead: {companies.name: A}}]"))
	if err == nil {
		t.Error("a test names companies, and the mapping has none")
	}
}
