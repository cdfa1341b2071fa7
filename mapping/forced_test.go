package mapping

import (
	"testing"

	"leadimport/client"
)

func TestUnforced(t *testing.T) {
	for in, want := range map[string]string{
		`="00123"`: "00123", ` ="00123" `: "00123", `=""`: "", `="a ""b"" c"`: `a "b" c`, `="=1"`: "=1",
		`="`: `="`, `="a"&"b"`: `="a"&"b"`, `="a`: `="a`, `=1`: `=1`, `x="1"`: `x="1"`, `"1"`: `"1"`, "": "", " ": " ",
	} {
		if got := unforced(in); got != want {
			t.Errorf("%q: %q, not %q", in, got, want)
		}
	}
}

// Keys and values are the text that a spreadsheet was to take for text.
func TestForcedCells(t *testing.T) {
	m, err := Parse("m.yaml", []byte("key: {column: CRM}\nattributes:\n  email: Email\n  custom_attributes.code: Code\n  custom_attributes.crm: CRM\n"))
	if err != nil {
		t.Fatal(err)
	}
	p, err := m.Compile([]string{"CRM", "Email", "Code", "Other"}, client.Latest[0])
	if err != nil {
		t.Fatal(err)
	}
	p.Settle()
	for _, c := range []struct {
		cells     []string
		key, code string
		crm       string
		remarks   int
	}{
		{[]string{"1001", "a@example.org", "00123", `="x"`}, "column:CRM:1001", "00123", "1001", 0},
		{[]string{`="1001"`, `="a@example.org"`, `="00123"`, ""}, "column:CRM:1001", "00123", "1001", 3},
		{[]string{`'1001`, "a@example.org", `'00123`, ""}, "column:CRM:1001", "'00123", "'1001", 1},
		{[]string{`="'1001"`, "a@example.org", `="a"&"b"`, ""}, "column:CRM:1001", `="a"&"b"`, "'1001", 2},
		{[]string{`'t Hart`, "a@example.org", "", ""}, "column:CRM:'t Hart", "", "'t Hart", 0},
	} {
		r := p.Convert(c.cells)
		code, _ := r.Lead.Value("custom_attributes.code")
		crm, _ := r.Lead.Value("custom_attributes.crm")
		address, _ := r.Lead.Value("email")
		if string(r.Key) != c.key || code.Text() != c.code || crm.Text() != c.crm || address.Text() != "a@example.org" || len(r.Remarks) != c.remarks || len(r.Problems) > 0 {
			t.Errorf("%q: %s, %q, %q, %q, %v %v", c.cells, r.Key, code.Text(), crm.Text(), address.Text(), r.Remarks, r.Problems)
		}
		if got := FoldKey(string(r.Key)); got != c.key {
			t.Errorf("%q: the key folds to %s", c.cells, got)
		}
	}
	for old, want := range map[string]string{
		`column:CRM:="1001"`: "column:CRM:1001", `column:CRM:'1001`: "column:CRM:1001", `user_id:'1001`: `user_id:'1001`, `id:="1"`: `id:="1"`,
		`column:A:="1",column:B:'2`: "column:A:1,column:B:2", `name:'t Hart`: `name:'t Hart`,
	} {
		if got := FoldKey(old); got != want {
			t.Errorf("%s folds to %s, not %s", old, got, want)
		}
	}
}
