package mapping

import (
	"encoding/csv"
	"strings"
	"testing"
	"unicode/utf8"

	"leadimport/client"
)

// suggested is the mapping that is suggested for a CSV text; it must be one
// that Parse and Compile take.
func suggested(t testing.TB, v client.Version, known []client.DataAttribute, text string) string {
	t.Helper()
	all, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return suggestFor(t, v, known, all[0], all[1:])
}

func suggestFor(t testing.TB, v client.Version, known []client.DataAttribute, header []string, rows [][]string) string {
	t.Helper()
	s := NewSuggester(header)
	for _, row := range rows {
		s.Add(row)
	}
	file := s.Suggest(v, known)
	if again := s.Suggest(v, known); again != file {
		t.Errorf("two suggestions differ:\n%s\n%s", file, again)
	}
	m, err := Parse("suggested.yaml", []byte(file))
	if err != nil {
		t.Fatalf("%v in\n%s", err, file)
	}
	if _, err := m.Compile(header, v); err != nil {
		t.Fatalf("%v in\n%s", err, file)
	}
	return file
}

// The sample's columns, in both families.
func TestSuggestSample(t *testing.T) {
	header, rows := readSample(t, "leads.csv")
	rows = rows[:300]
	for v, want := range map[client.Version][]string{
		client.Version1: {
			`api_version: "1.4"`,
			`key: email   # rows with the same e-mail address are the same lead`,
			`  email: Email   # bears the attribute's own name`,
			`  name: {columns: [First name, Last name]}   # first and last name`,
			`  phone: {column: Mobile, type: phone}   # a usual name of phone`,
			`  #? custom_attributes.company_size: {column: Company size, type: integer}`,
			`  #? custom_attributes.plan: Plan   # "Enterprise", "Free", "Pro"`,
			`  #? custom_attributes.mrr: MRR   # text: as a number "575.50" would not stay as it is written; type: float, if it is an amount`,
			`  #? custom_attributes.trial_end_at: {column: Trial end, type: date}   # read as UTC: add zone: Europe/Dublin, say, if it is another`,
			`  #? custom_attributes.newsletter: {column: Newsletter, type: boolean}`,
			`  last_seen_user_agent: User agent   # a usual name of last_seen_user_agent`,
			`  #? custom_attributes.notes: Notes`,
			`  #? custom_attributes.signed_up_at: {column: Signed up, type: date}`,
		},
		client.Version2: {`  #? custom_attributes.user_agent: User agent`, `  #? signed_up_at: Signed up`},
	} {
		file := suggestFor(t, v, nil, header, rows)
		for _, line := range want {
			if !strings.Contains(file, "\n"+line+"\n") {
				t.Errorf("%s: no line %s in\n%s", v, line, file)
			}
		}
	}
}

func TestSuggest(t *testing.T) {
	known := []client.DataAttribute{
		{Name: "Plan", Type: client.TypeString, Custom: true, APIWritable: true, Options: []string{"Pro", "Free"}},
		{Name: "company_size", Type: client.TypeInteger, Custom: true, APIWritable: true},
		{Name: "monthly_spend", Type: client.TypeFloat, Custom: true, APIWritable: true},
		{Name: "trial_ends_at", Type: client.TypeDate, Custom: true, APIWritable: true},
		{Name: "old", Type: client.TypeString, Custom: true, APIWritable: true, Archived: true},
		{Name: "name", Type: client.TypeString},
	}
	for _, c := range []struct{ name, csv, want string }{
		{"region of the others", "Email,Mobile\na@b.ie,+353 87 123 4567\nb@b.ie,087 123 4568\n", `  phone: {column: Mobile, type: phone, region: IE}   # a usual name of phone; 1 numbers have no country code and are numbers of IE`},
		{"no region", "Email,Mobile\na@b.ie,087 123 4567\n", `  phone: Mobile   # a usual name of phone; sent as it is: 1 of 1 numbers have no country code; for E.164 add type: phone and the region, such as region: IE`},
		{"e-mail by its values", "Kontakt,x\na@b.ie,1\n", `  email: Kontakt   # its values are e-mail addresses`},
		{"no e-mail by its values", "Email,Name\nyes,Joe\nno,Ann\n", `  #? email: Email   # bears the attribute's own name; but its values are no e-mail addresses`},
		{"some other values", "Email,Size\na@b.ie,1\n" + strings.Repeat("a@b.ie,12\n", 99) + "a@b.ie,n/a\n", `  #? custom_attributes.size: {column: Size, type: integer}   # 1 of 101 values are something else, such as "n/a"`},
		{"decimal comma", "Email,MRR\na@b.ie,\"1.234,50\"\nb@b.ie,\"49,00\"\n", `  #? custom_attributes.mrr: {column: MRR, type: float, decimal: ","}`},
		{"which decimal", "Email,MRR\na@b.ie,\"1,234\"\n", `  #? custom_attributes.mrr: {column: MRR, type: float}   # "1,234" is 1234, or 1.234 with decimal: ",": decide`},
		{"currency", "Email,MRR\na@b.ie,$49.00\n", `  #? custom_attributes.mrr: {column: MRR, type: float}`},
		{"leading zeros", "Email,Zip\na@b.ie,01234\nb@b.ie,12345\n", `  #? custom_attributes.zip: Zip   # text, for the sake of leading zeros`},
		{"long ids", "Email,Account\na@b.ie,12345678901234567890\n", `  #? custom_attributes.account: Account   # text: numbers this long would not stay exact`},
		{"day first", "Email,Start\na@b.ie,03/04/2026\nb@b.ie,25/12/2026\n", `  #? custom_attributes.start_at: {column: Start, type: date, format: DD/MM/YYYY}   # read as UTC: add zone: Europe/Dublin, say, if it is another`},
		{"month first", "Email,Start\na@b.ie,03/04/2026 1:05 PM\nb@b.ie,12/25/2026 11:59 AM\n", `  #? custom_attributes.start_at: {column: Start, type: date, format: "MM/DD/YYYY h:mm A"}   # read as UTC: add zone: Europe/Dublin, say, if it is another`},
		{"either first", "Email,Start\na@b.ie,03.04.2026\n", `  #? custom_attributes.start_at: {column: Start, type: date, format: "DD.MM.YYYY"}   # all of it fits MM.DD.YYYY as well: decide; read as UTC: add zone: Europe/Dublin, say, if it is another`},
		{"month as a word", "Email,Start date\na@b.ie,\"Apr 3, 2026\"\n", `  #? custom_attributes.start_at: {column: Start date, type: date, format: "MMM D, YYYY"}   # read as UTC: add zone: Europe/Dublin, say, if it is another`},
		{"Unix time", "Email,created_on\na@b.ie,1763720000\n", `  #? signed_up_at: created_on   # Unix time`},
		{"own date", "email,signed_up_at\na@b.ie,25/12/2026\n", `  signed_up_at: {column: signed_up_at, format: DD/MM/YYYY}   # bears the attribute's own name; read as UTC: add zone: Europe/Dublin, say, if it is another`},
		{"other languages", "E-Mail,Newsletter\na@b.ie,Ja\nb@b.ie,nein\n", `  #? custom_attributes.newsletter: {column: Newsletter, type: boolean}`},
		{"blank", "Email,Fax\na@b.ie,\n", `  #? custom_attributes.fax: Fax   # every cell is blank`},
		{"identity", "Email,User role,role\na@b.ie,x,lead\n", `  #? role: role   # decides whom a row reaches`},
		{"odd names", "Email,\"A: \"\"b\"\" #1\",A b 1\na@b.ie,x,y\n", `  #? custom_attributes.a_b_1: "A: \"b\" #1"`},
		{"same slug", "Email,A-b,A b\na@b.ie,x,z\n", `  #? custom_attributes.a_b_2: A b`},
		{"results", "import_row,import_id,Email\n1,58ab,a@b.ie\n", `  #? id: import_id   # updates the leads that an earlier run made`},
		{"workspace list", "Email,plan\na@b.ie,pro\nb@b.ie,Pro\nc@b.ie,FREE\nd@b.ie,gold\n", `  custom_attributes.Plan: {column: plan, values: {FREE: Free, pro: Pro}}   # the workspace has it, string; "gold" is not in the workspace's list`},
		{"workspace number", "Email,Monthly spend,Company size\na@b.ie,49,12\n", `  custom_attributes.monthly_spend: {column: Monthly spend, type: float}   # the workspace has it, float`},
		{"workspace date", "Email,Trial ends at\na@b.ie,25/12/2026\n", `  custom_attributes.trial_ends_at: {column: Trial ends at, type: date, format: DD/MM/YYYY}   # the workspace has it, date; read as UTC: add zone: Europe/Dublin, say, if it is another`},
		{"workspace of another type", "Email,Company size\na@b.ie,many\n", `  #? custom_attributes.company_size: Company size   # the workspace has it, integer; but its values are of another type`},
		{"archived", "Email,Old\na@b.ie,x\n", `  #? custom_attributes.old: Old`},
		{"nothing sure", "A,B\nx,1\n", `  custom_attributes.b: {column: B, type: integer}`},
		{"no rows", "Email,Plan\n", `  email: Email   # bears the attribute's own name; every cell is blank`},
	} {
		file := suggested(t, client.Version2, known, c.csv)
		if !strings.Contains(file, "\n"+c.want+"\n") {
			t.Errorf("%s: no line\n%s\nin\n%s", c.name, c.want, file)
		}
	}
}

// A long list is sampled evenly, in bounded memory, and one late row still
// decides the order of day and month.
func TestSuggestLongList(t *testing.T) {
	s := NewSuggester([]string{"Email", "Start"})
	for range 100_000 {
		s.Add([]string{"a@b.ie", "03/04/2026"})
	}
	s.Add([]string{"a@b.ie", "12/25/2026"})
	for i := range s.columns {
		if n := len(s.columns[i].values); n > 2*sampled || n < sampled/2 {
			t.Errorf("column %d keeps %d values", i, n)
		}
	}
	if file := s.Suggest(client.Version2, nil); !strings.Contains(file, "format: MM/DD/YYYY}") {
		t.Error(file)
	}
}

// Whatever the header and the cells, the suggestion is a mapping of that file.
func FuzzSuggest(f *testing.F) {
	f.Add("Email,Plan", "a@b.ie,Pro", "b@b.ie,Free", true)
	f.Add("e-mail,Start,custom_attributes.x,import_id", "a,03/04/2026,12,1", ",,,", false)
	f.Add("A: b,#c,'d',\"e\"\t", "1,234", "true,ja,+353871234567", true)
	f.Fuzz(func(t *testing.T, head, one, two string, first bool) {
		header := strings.Split(head, ",")
		seen := map[string]bool{}
		for _, name := range header { // what importer/source refuses
			if strings.TrimSpace(name) == "" || seen[name] || !utf8.ValidString(name) {
				return
			}
			seen[name] = true
		}
		v := client.Version2
		if first {
			v = client.Version1
		}
		for _, known := range [][]client.DataAttribute{nil, {{Name: header[0], Type: client.TypeDate, Custom: true, APIWritable: true}}} {
			s := NewSuggester(header)
			s.Add(strings.Split(one, ","))
			s.Add(strings.Split(two, ","))
			file := s.Suggest(v, known)
			m, err := Parse("s.yaml", []byte(file))
			if err != nil {
				if strings.Contains(err.Error(), "no attributes") || strings.Contains(err.Error(), "attributes must be a map, not nothing") {
					continue // a header of identifiers only
				}
				t.Fatalf("%v in\n%s", err, file)
			}
			if _, err := m.Compile(header, v); err != nil {
				t.Fatalf("%v in\n%s", err, file)
			}
		}
	})
}

// The guesses are right too where the mark is taken away: the whole sample is
// converted without a problem.
func TestSuggestedGuesses(t *testing.T) {
	header, rows := readSample(t, "leads.csv")
	rows = rows[:300]
	for _, v := range []client.Version{client.Version1, client.Version2} {
		file := strings.ReplaceAll(suggestFor(t, v, nil, header, rows), "#? ", "")
		p, err := mustParse(t, file).Compile(header, v)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range p.Columns() {
			if len(c.Attributes) == 0 {
				t.Errorf("%s: column %s is left out", v, c.Name)
			}
		}
		for i, row := range rows {
			if _, _, problems := p.Lead(row); len(problems) > 0 {
				t.Fatalf("%s, row %d: %v", v, i+1, problems)
			}
		}
	}
}
