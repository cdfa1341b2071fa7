package mapping

import (
	"strings"
	"testing"

	"leadimport/client"
)

// remarksOf are the remarks on a row as "column:code", and its problems behind
// a "!".
func remarksOf(r Row) string {
	var list []string
	for _, p := range r.Remarks {
		list = append(list, p.Column+":"+p.Code)
	}
	for _, p := range r.Problems {
		list = append(list, "!"+p.Column+":"+p.Code)
	}
	return strings.Join(list, " ")
}

// A word that may say nothing is named in each of several columns as it is in
// one, and one that is read as blank in each too.
func TestJoinedColumnsSayNothing(t *testing.T) {
	p := compiled(t, `attributes: {email: E, name: {columns: [First, Last], join: " "}}`, "E", "First", "Last")
	for _, c := range []struct{ first, last, name, want string }{
		{"Ann", "Lee", "Ann Lee", ""},
		{"None", "Lee", "None Lee", "First:says_nothing"},
		{"N/A", "Kim", "N/A Kim", "First:says_nothing"},
		{"-", "Doe", "- Doe", "First:says_nothing"},
		{"Bob", "-", "Bob -", "Last:says_nothing"},
		{"n/a", "n/a", "n/a n/a", "First:says_nothing Last:says_nothing"},
		{"None", "", "None", "First:says_nothing"},
		{"NULL", "Lee", "Lee", "First:blank_word"},
		{"NULL", "null", "", "First:blank_word Last:blank_word"},
		{"{{first}}", "Lee", "{{first}} Lee", "First:merge_tag"},
		{"Ann undefined", "Lee", "Ann undefined Lee", "First:says_nothing"},
	} {
		r := p.Convert([]string{"a@b.ie", c.first, c.last})
		v, _ := r.Lead.Value("name")
		if got := remarksOf(r); got != c.want || v.Text() != c.name {
			t.Errorf("%q %q: %q with %q, want %q with %q", c.first, c.last, v.Text(), got, c.name, c.want)
		}
	}
	p = compiled(t, `{blank_words: [default, n/a], attributes: {email: E, name: {columns: [First, Last]}}}`, "E", "First", "Last")
	if got := remarksOf(p.Convert([]string{"a@b.ie", "N/A", "Kim"})); got != "First:blank_word" {
		t.Errorf("the advice, followed: %s", got)
	}
}

func TestTextRemarks(t *testing.T) {
	for cell, want := range map[string]string{
		"None None":                             CodeSaysNothing,
		"n/a n/a":                               CodeSaysNothing,
		"null null":                             CodeSaysNothing,
		"- -":                                   CodeSaysNothing,
		"None Lee":                              "",
		"*|FNAME|*":                             "merge_tag",
		"<test lead: dummy data for full_name>": "merge_tag",
		"<Test Lead>":                           "",
		"%%city%%":                              "merge_tag",
		"{{city}}":                              "merge_tag",
		"Dear {{ name }}":                       "merge_tag",
		"{% name %}":                            "merge_tag",
		"${city}":                               "merge_tag",
		"<<City>>":                              "merge_tag",
		"[First Name]":                          "merge_tag",
		"[First] [Last]":                        "merge_tag",
		"%FIRSTNAME%":                           "merge_tag",
		"{first_name}":                          "merge_tag",
		"Ann [Sales]":                           "",
		"100% of 20%":                           "",
		"$500":                                  "",
		"Ann {A}":                               "",
		"A | B":                                 "",
		"A\ufeffB":                              "hidden_character",
		"\ufeffA\ufeff":                         "hidden_character",
		"A\u200bB":                              "hidden_character",
		"Mül\u00adler":                          "hidden_character",
		"A\u200dB":                              "hidden_character",
		"A\x01B":                                "hidden_character",
		"Müller":                                "",
		"A\nB":                                  "",
		"👩\u200d👩\u200d👧":                       "",
		"می\u200cخواهم":                         "",
		"❤\ufe0f":                               "",
		"\u200eשלום Ann":                        "",
		"a=3D b":                                "looks_escaped",
		"a=20b":                                 "looks_escaped",
		`Müller\n2`:                             "looks_escaped",
		`C:\new`:                                "",
		"&notit;":                               "looks_escaped",
		"AT&T; and more":                        "",
		"a=b":                                   "",
		"https://x.ie/?a=3D1":                   "",
	} {
		_, remark, f := (&conversion{}).convert(cell)
		got := ""
		if remark != nil {
			got = remark.code
		}
		if got != want || f != nil {
			t.Errorf("%q: %q, want %q", cell, got, want)
		}
	}
}

// decode: html leaves a name that it does not know, and says so.
func TestDecodeUnknownEntity(t *testing.T) {
	p := compiled(t, "attributes: {email: E, name: {column: N, decode: html}}", "E", "N")
	for cell, want := range map[string]string{"&notit;": "&notit;", "&not;": "¬", "a&semi;": "a;", "A &amp; B": "A & B"} {
		r := p.Convert([]string{"a@b.ie", cell})
		v, _ := r.Lead.Value("name")
		if v.Text() != want || (len(r.Remarks) > 0) != (cell == want) {
			t.Errorf("%q: %q %v", cell, v.Text(), r.Remarks)
		}
	}
}

// What is counted as blank is not sent, however it is spelled; a placeholder is
// nobody's identity.
func TestIdentityThatSaysNothing(t *testing.T) {
	for _, key := range []string{"{column: CRM}", "custom_attributes.crm"} {
		p := compiled(t, "{key: "+key+", attributes: {email: E, custom_attributes.crm: CRM, name: N}}", "E", "CRM", "N")
		for cell, want := range map[string]string{
			"N\u200b/A":       "CRM:no_identity",
			"\ufeffN\ufeff/A": "CRM:no_identity",
			"N/A":             "CRM:no_identity",
			"{{id}}":          "!CRM:merge_tag",
			"[Id]":            "!CRM:merge_tag",
			"A-1":             "",
		} {
			r := p.Convert([]string{"a@b.ie", cell, "Ann"})
			_, sent := r.Lead.Value("custom_attributes.crm")
			if got := remarksOf(r); got != want || sent != (want == "") {
				t.Errorf("key %s, %q: %q, sent %v, want %q", key, cell, got, sent, want)
			}
		}
	}
}

// Where the mapping's values differ by case alone, a third spelling is none of
// them, and is said.
func TestValuesThatDifferByCase(t *testing.T) {
	p := compiled(t, "attributes: {email: E, custom_attributes.x: {column: X, values: {gold: Au, GOLD: X, tin: Sn}}}", "E", "X")
	for cell, want := range map[string]string{"gold": "Au", "GOLD": "X", "Gold": "Gold X:values_case", "TIN": "Sn", "iron": "iron"} {
		r := p.Convert([]string{"a@b.ie", cell})
		v, _ := r.Lead.Value(client.CustomPrefix + "x")
		if got := strings.TrimSpace(v.Text() + " " + remarksOf(r)); got != want {
			t.Errorf("%q: %q, want %q", cell, got, want)
		}
	}
}
