package mapping

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"leadimport/client"
)

func TestSettledTypes(t *testing.T) {
	for _, c := range []struct {
		name  string
		cells []string
		typ   client.Type
		first string // the first value as JSON
	}{
		{"x", []string{"true", "FALSE", ""}, client.TypeBoolean, "true"},
		{"x", []string{"1", "0"}, client.TypeInteger, "1"},
		{"x", []string{"-12", " 3 "}, client.TypeInteger, "-12"},
		{"x", []string{"123456789012345"}, client.TypeInteger, "123456789012345"},
		{"x", []string{"1234567890123456"}, client.TypeString, `"1234567890123456"`},
		{"x", []string{"1", "2.5"}, client.TypeFloat, "1"},
		{"x", []string{"2.50", "0.05"}, client.TypeString, `"2.50"`},
		{"x", []string{"1.9", "1.10"}, client.TypeString, `"1.9"`},
		{"x", []string{"12E12", "3"}, client.TypeString, `"12E12"`},
		{"x", []string{"12", "NULL", "#DIV/0!", "NaN"}, client.TypeInteger, "12"},
		{"x", []string{"2026-11-21", "0000-00-00", "1899-12-30"}, client.TypeDate, "1795219200"},
		{"x", []string{"WAHR", "FALSCH"}, client.TypeBoolean, "true"},
		{"x", []string{"WAHR"}, client.TypeString, `"WAHR"`},
		{"x", []string{"WAHR", "FAUX"}, client.TypeString, `"WAHR"`},
		{"x", []string{"ja", "nein"}, client.TypeString, `"ja"`},
		{"x", []string{"0.123456789012345"}, client.TypeString, `"0.123456789012345"`},
		{"x", []string{"007"}, client.TypeString, `"007"`},
		{"x", []string{"1", "007"}, client.TypeString, `"1"`},
		{"x", []string{"01.5"}, client.TypeString, `"01.5"`},
		{"x", []string{"-0"}, client.TypeString, `"-0"`},
		{"x", []string{"+3"}, client.TypeString, `"+3"`},
		{"x", []string{"1,200"}, client.TypeString, `"1,200"`},
		{"x", []string{"1e3"}, client.TypeString, `"1e3"`},
		{"x", []string{"12", "n/a"}, client.TypeString, `"12"`},
		{"x", []string{"yes", "no"}, client.TypeString, `"yes"`},
		{"x", []string{"true", "1"}, client.TypeString, `"true"`},
		{"x", []string{"2026-11-21", "2026-11-21T10:30:00Z"}, client.TypeDate, "1795219200"},
		{"x", []string{"2026-11-21 10:30:00"}, client.TypeDate, "1795257000"},
		{"x", []string{"2026-11-31"}, client.TypeString, `"2026-11-31"`},
		{"x", []string{"21/11/2026"}, client.TypeString, `"21/11/2026"`},
		{"x", []string{"2026-11-21", "1"}, client.TypeString, `"2026-11-21"`},
		{"x", []string{"1763720000"}, client.TypeInteger, "1763720000"},
		{"seen_at", []string{"1763720000", "1763720001000"}, client.TypeDate, "1763720000"},
		{"seen_at", []string{"1763720001000"}, client.TypeDate, "1763720001"},
		{"seen_at", []string{"12"}, client.TypeInteger, "12"},
		{"x", []string{"", " "}, client.TypeString, ""},
		{"x", nil, client.TypeString, ""},
	} {
		p, err := mustParse(t, "attributes: {phone: P, custom_attributes."+c.name+": X}").Compile([]string{"X", "P"}, client.Version1)
		if err != nil {
			t.Fatal(err)
		}
		if a := p.Attributes()[1]; a.Type != "" || a.Declared || a.From != "X" || !p.Observes() {
			t.Errorf("before it is settled: %+v", a)
		}
		for _, cell := range c.cells {
			p.Observe([]string{cell, "1"})
		}
		p.Settle()
		if a := p.Attributes()[1]; a.Type != c.typ || a.Declared || p.Observes() {
			t.Errorf("%q: %+v, want %s", c.cells, a, c.typ)
		}
		for i, cell := range c.cells {
			lead, _, problems := p.Lead([]string{cell, "1"})
			if len(problems) > 0 {
				t.Errorf("%q: %v", c.cells, problems)
			}
			v, ok := lead.Value("custom_attributes." + c.name)
			text, _ := v.MarshalJSON()
			if i == 0 && (c.first != "" && string(text) != c.first || ok != (c.first != "")) {
				t.Errorf("%q: the first is %s, want %s", c.cells, text, c.first)
			}
		}
	}
}

// What the mapping or the API states is not the workspace's to change; what
// neither states is, constants and defaults too.
func TestSetType(t *testing.T) {
	m := mustParse(t, `
attributes:
  email: Email
  custom_attributes.declared: {column: A, type: string}
  custom_attributes.open: {column: A}
  custom_attributes.constant: {value: 12}
  custom_attributes.text: {value: "12"}
  custom_attributes.fallback: {column: B, default: 7}
  custom_attributes.list: {column: C}
`)
	p, err := m.Compile([]string{"Email", "A", "B", "C"}, client.Version2)
	if err != nil {
		t.Fatal(err)
	}
	row := []string{"a@b.ie", "5", "", "x"}
	lead, _, _ := p.Lead(row)
	if got, want := show(lead), `email="a@b.ie" custom_attributes.constant=12 custom_attributes.declared="5" custom_attributes.fallback="7" custom_attributes.list="x" custom_attributes.open="5" custom_attributes.text="12"`; got != want {
		t.Errorf("before:\ngot  %s\nwant %s", got, want)
	}
	for _, name := range []string{"email", "custom_attributes.declared", "custom_attributes.open", "custom_attributes.constant", "custom_attributes.text", "custom_attributes.no"} {
		p.SetType(name, client.TypeFloat)
	}
	p.SetType("custom_attributes.list", "list")
	p.Observe(row)
	p.Settle()
	lead, _, problems := p.Lead(row)
	if got, want := show(lead), `email="a@b.ie" custom_attributes.constant=12 custom_attributes.declared="5" custom_attributes.fallback=7 custom_attributes.list="x" custom_attributes.open=5 custom_attributes.text=12`; got != want || problems != nil {
		t.Errorf("after:\ngot  %s\nwant %s %v", got, want, problems)
	}
	types := map[string]client.Type{}
	for _, a := range p.Attributes() {
		types[a.Name] = a.Type
	}
	if types["custom_attributes.open"] != client.TypeFloat || types["custom_attributes.list"] != "list" || types["email"] != client.TypeString {
		t.Errorf("types %v", types)
	}
}

// A constant that the workspace's type cannot hold is a problem of the rows.
func TestConstantOfAnotherType(t *testing.T) {
	p, err := mustParse(t, "attributes: {email: E, custom_attributes.x: {value: soon}}").Compile([]string{"E"}, client.Version2)
	if err != nil {
		t.Fatal(err)
	}
	p.SetType("custom_attributes.x", client.TypeDate)
	_, _, problems := p.Lead([]string{"a@b.ie"})
	if codes(problems) != "custom_attributes.x:not_a_date" || problems[0].Column != "" || problems[0].Value != "soon" {
		t.Errorf("%+v", problems)
	}
}

// A default has the column's type, or the column has text for its sake.
func TestDefaultTakesPart(t *testing.T) {
	for fallback, want := range map[string]client.Type{"0": client.TypeInteger, "none": client.TypeString, "0.5": client.TypeFloat} {
		p, err := mustParse(t, "attributes: {email: E, custom_attributes.x: {column: X, default: "+fallback+"}}").Compile([]string{"E", "X"}, client.Version2)
		if err != nil {
			t.Fatal(err)
		}
		p.Observe([]string{"", "12"})
		p.Settle()
		if got := p.Attributes()[1].Type; got != want {
			t.Errorf("default %s: %s, want %s", fallback, got, want)
		}
		if _, _, problems := p.Lead([]string{"a@b.ie", ""}); problems != nil {
			t.Errorf("default %s: %v", fallback, problems)
		}
	}
}

// A text that the workspace does not list is sent, with a remark that says what
// the workspace knows.
func TestSetOptions(t *testing.T) {
	p, err := mustParse(t, "attributes: {custom_attributes.plan: {column: Plan, values: {ent: Enterprise}}}").Compile([]string{"Plan"}, client.Version2)
	if err != nil {
		t.Fatal(err)
	}
	p.SetOptions("custom_attributes.plan", []string{"Pro", "Enterprise"})
	for cell, want := range map[string]string{
		"Pro":        "",
		"ent":        "",
		"pro ":       `column "Plan", value "pro ": the workspace knows "Pro": write that, or map it under values: {"pro": "Pro"}`,
		"enterprize": `column "Plan", value "enterprize": the workspace knows "Enterprise": is that meant?`,
		"gold":       `column "Plan", value "gold": not in the workspace's list: Pro, Enterprise`,
	} {
		if _, _, problems := p.Lead([]string{cell}); problems != nil {
			t.Errorf("%q: %v", cell, problems)
		}
		got := ""
		if remarks := p.Remarks([]string{cell}); len(remarks) > 0 {
			got = remarks[0].String()
		}
		if got != want {
			t.Errorf("%q: %s, want %s", cell, got, want)
		}
	}
}

// Once nothing more is observed, no value changes what was settled.
func TestObservesNoMore(t *testing.T) {
	values := []string{"true", "false", "1", "2.5", "2.50", "007", "2026-11-21", "21/11/2026", "3/4/2026", "1763720000", "WAHR", "FALSCH", "yes", "no", "pro", "a b", "", "n/a", "0000-00-00"}
	random := rand.New(rand.NewPCG(1, 2))
	early := 0
	for range 3000 {
		text := "attributes: {phone: P, custom_attributes.x: X, custom_attributes.seen_at: {column: Y, default: " + []string{"pro", "'1'", "'true'"}[random.IntN(3)] + "}}"
		if random.IntN(4) == 0 {
			text = "attributes: {phone: P, custom_attributes.x: X, custom_attributes.y: {column: Y, type: date}}"
		}
		var plans [2]*Plan
		for i := range plans {
			p, err := mustParse(t, text).Compile([]string{"X", "P", "Y"}, client.Version1)
			if err != nil {
				t.Fatal(err)
			}
			plans[i] = p
		}
		from := random.IntN(len(values))
		some := values[from : from+random.IntN(len(values)-from)+1] // columns that are alike
		observes := true
		for range 1 + random.IntN(12) {
			row := []string{some[random.IntN(len(some))], "", some[random.IntN(len(some))]}
			for i := range plans[0].bound {
				switch b := &plans[0].bound[i]; {
				case isBlank(b.text(row)):
				case b.freeDate():
					b.seen.dates.look(b.text(row))
				default:
					b.seen.look(b.text(row))
				}
			}
			if observes {
				plans[1].Observe(row)
				observes = plans[1].Observes()
			}
		}
		if !observes {
			early++
		}
		var got [2]string
		for i, p := range plans {
			p.Settle()
			got[i] = fmt.Sprintf("%+v %q %v", p.Attributes(), p.Warnings(), p.Ambiguous())
		}
		if got[0] != got[1] {
			t.Fatalf("%s: all rows say\n%s\nthe first ones\n%s", text, got[0], got[1])
		}
	}
	if early < 300 {
		t.Errorf("only %d of 3000 ended early", early)
	}
}
