package mapping

import (
	"strings"
	"testing"

	"leadimport/client"
)

// In a column with a decimal comma that nobody states, what can be read in two
// ways is not sent in either.
func TestDecimalSignOfColumn(t *testing.T) {
	for _, c := range []struct {
		setting string
		cells   string // separated by blanks
		want    string // value or "-" of each
	}{
		{"type: float", "1,5 1,234 1.234 7 1.5 1.234,50 12,345,678", "- - - 7 1.5 - 12345678"},
		{"type: float", "1,234 1.5 7", "1234 1.5 7"},
		{"type: float", "1,234 12,345", "1234 12345"},
		{"type: float", "1.234,50 1.234", "- -"},
		{"type: integer", "1,5 1,234", "- -"},
		{"type: integer", "1,234 1,000", "1234 1000"},
		{`type: float, decimal: ","`, "1,5 1,234 1.234", "1.5 1.234 1234"},
		{`type: float, decimal: "."`, "1,5 1,234", "- 1234"},
	} {
		p, err := mustParse(t, "attributes: {email: Email, custom_attributes.n: {column: N, "+c.setting+"}}").Compile([]string{"Email", "N"}, client.Version2)
		if err != nil {
			t.Fatal(err)
		}
		if p.Observes() == strings.Contains(c.setting, "decimal") {
			t.Errorf("%s: observes %v", c.setting, p.Observes())
		}
		for cell := range strings.FieldsSeq(c.cells) {
			p.Observe([]string{"a@b.ie", cell})
		}
		p.Settle()
		var got []string
		for cell := range strings.FieldsSeq(c.cells) {
			r := p.Convert([]string{"a@b.ie", cell})
			if v, ok := r.Lead.Value("custom_attributes.n"); ok && len(r.Problems) == 0 {
				got = append(got, v.Text())
				continue
			}
			got = append(got, "-")
			if len(r.Problems) != 1 || !strings.Contains(r.Problems[0].Message, "decimal: ") {
				t.Errorf("%s, %s: %v", c.setting, cell, r.Problems)
			}
		}
		if strings.Join(got, " ") != c.want {
			t.Errorf("%s: %s is %s, not %s", c.setting, c.cells, strings.Join(got, " "), c.want)
		}
	}
}

// suggest and run take a column of percentages for the same.
func TestPercentagesAreText(t *testing.T) {
	s := NewSuggester([]string{"Email", "Share"})
	p, err := mustParse(t, "attributes: {email: Email, custom_attributes.share: Share}").Compile([]string{"Email", "Share"}, client.Version2)
	if err != nil {
		t.Fatal(err)
	}
	for _, cell := range []string{"50%", "12.5%", "7 %"} {
		s.Add([]string{"a@b.ie", cell})
		p.Observe([]string{"a@b.ie", cell})
	}
	p.Settle()
	draft := s.Suggest(client.Version2, nil)
	if strings.Contains(draft, "type: float }") || !strings.Contains(draft, `custom_attributes.share: Share`) || !strings.Contains(draft, "text: as a number") {
		t.Errorf("%s", draft)
	}
	if typ := p.Attributes()[1].Type; typ != client.TypeString {
		t.Errorf("run takes it for %s", typ)
	}
}
