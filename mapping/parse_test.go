package mapping

import (
	"errors"
	"strings"
	"testing"

	"leadimport/client"
)

var parseErrors = []struct{ name, file, want string }{
	{"empty", "", `m.yaml:1:1: the mapping file is empty`},
	{"comment only", "# soon\n", `m.yaml:1:1: the mapping file is empty`},
	{"not UTF-8", "key: \xff", `m.yaml:1:6: the mapping file is not UTF-8 text: save it as UTF-8`},
	{"not YAML", "attributes:\n  email: [Email", `m.yaml:2:10: not YAML: sequence end token ']' not found`},
	{"a tab", "attributes:\n\temail: Email", `m.yaml:2:1: not YAML: a tab in the indentation: indent with blanks`},
	{"a colon", "attributes:\n  email: Email: work", `m.yaml:2:10: not YAML: mapping value is not allowed in this context`},
	{"no map", "Email", `m.yaml:1:1: the mapping must be a map, not text: write attributes: {email: Email}; is this the CSV file?`},
	{"a list", "- email", `m.yaml:1:1: the mapping must be a map, not a list`},
	{"two documents", "attributes: {email: Email}\n---\nkey: email", `m.yaml:3:1: a mapping file is one YAML document, this begins a second one`},
	{"anchor", "attributes:\n  email: &e Email", `m.yaml:2:10: anchors, aliases and tags are not used in a mapping: write the value out`},
	{"alias", "attributes:\n  email: *e", `m.yaml:2:10: anchors, aliases and tags are not used in a mapping: write the value out`},
	{"tag", "attributes:\n  email: !!str Email", `m.yaml:2:10: anchors, aliases and tags are not used in a mapping: write the value out`},
	{"merge", "attributes:\n  <<: {email: Email}", `m.yaml:2:3: "<<" keys are not used in a mapping: write key: value`},
	{"brackets", "key: " + strings.Repeat("[", 2000), `m.yaml:1:106: brackets or dashes are nested too deeply`},
	{"dashes", "key: x\n" + strings.Repeat("- ", 2000), `m.yaml:2:41: brackets or dashes are nested too deeply`},
	{"large", strings.Repeat("# x\n", 70000), `m.yaml:1:1: a mapping file has at most 256 KiB: is this the CSV file?`},
	{"depth", "tests: [[[[[[[[[[1]]]]]]]]]]", `m.yaml:1:16: nested too deeply`},
	{"unknown key", "attribute: {email: Email}", `m.yaml:1:1: unknown key "attribute": did you mean "attributes"?`},
	{"far key of the mapping", "zebra: email\nattributes: {email: Email}", `m.yaml:1:1: unknown key "zebra": use one of ` + strings.Join(keysOf(topSettings), ", ")},
	{"twice", "key: email\nkey: phone", `m.yaml:2:1: "key" stands in the mapping twice, first in line 1`},
	{"version", "version: 2\nattributes: {email: Email}", `m.yaml:1:10: version "2" of the mapping format is not known: this program reads version 1`},
	{"api version", "api_version: 3.0", `m.yaml:1:14: api version "3.0" is not known: use "1.4" (leads) or "2.15" (contacts)`},
	{"api version 2", "api_version: 2", `m.yaml:1:14: api version "2" is not known: use "1.4" (leads) or "2.15" (contacts)`},
	{"api version list", "api_version: [1.4]", `m.yaml:1:14: api_version must be text, not a list`},
	{"no attributes", "key: email", `m.yaml:1:1: the mapping has no attributes: add attributes: {email: Email}`},
	{"null attributes", "attributes:", `m.yaml:1:1: attributes must be a map, not nothing`},
	{"empty attributes", "attributes: {}", `m.yaml:1:1: the mapping has no attributes: add attributes: {email: Email}`},

	{"attribute twice", "attributes:\n  email: A\n  email: B", `m.yaml:3:3: "email" stands in attributes twice, first in line 2`},
	{"blank attribute", "attributes:\n  \"\": A", `m.yaml:2:3: an attribute needs a name`},
	{"no column", "attributes:\n  email:", `m.yaml:2:3: "email" has no column: write email: COLUMN`},
	{"blank column", "attributes:\n  email: ' '", `m.yaml:2:10: column is blank`},
	{"list", "attributes:\n  name: [A, B]", `m.yaml:2:9: "name" must be a column or a map, not a list: write {columns: [A, B]}`},
	{"wrong key", "attributes:\n  email: {colum: Email}", `m.yaml:2:11: unknown key "colum": did you mean "column"?`},
	{"far key", "attributes:\n  email: {x: Email}", `m.yaml:2:11: unknown key "x": use one of column, columns, join, value, type, format, zone, decimal, region, values, default, filled, required, blank, on_invalid, decode, several, write, separator`},
	{"no source", "attributes:\n  email: {required: true}", `m.yaml:2:10: "email" has no column, columns or value: add column: NAME`},
	{"two sources", "attributes:\n  email: {column: A, value: b}", `m.yaml:2:22: "email" has more than one of column, columns and value`},
	{"columns", "attributes:\n  name: {columns: A}", `m.yaml:2:19: columns must be a list, not text: write [A, B]`},
	{"no columns", "attributes:\n  name: {columns: []}", `m.yaml:2:19: columns is an empty list`},
	{"columns twice", "attributes:\n  name: {columns: [A, A]}", `m.yaml:2:23: columns names "A" twice`},
	{"join", "attributes:\n  name: {column: A, join: x}", `m.yaml:2:21: join needs columns: write columns: [A, B]`},
	{"join type", "attributes:\n  name: {columns: [A, B], join: 1}", `m.yaml:2:33: join must be text, not a number`},
	{"value", "attributes:\n  name: {value: null}", `m.yaml:2:17: value must be text, a number, or true or false, not nothing`},
	{"blank value", "attributes:\n  name: {value: ''}", `m.yaml:2:17: value is blank: leave it out`},
	{"value and required", "attributes:\n  name: {value: x, required: true}", `m.yaml:2:20: required does nothing for a constant`},
	{"type", "attributes:\n  custom_attributes.x: {column: A, type: number}", `m.yaml:2:42: type "number" is not known: did you mean "float"?`},
	{"far type", "attributes:\n  custom_attributes.x: {column: A, type: money}", `m.yaml:2:42: type "money" is not known: use one of string, integer, float, boolean, date, email, phone`},
	{"custom map", "attributes:\n  custom_attributes: {plan: Plan}", `m.yaml:2:3: "custom_attributes" is not one attribute: write custom_attributes.NAME: COLUMN, a line for each`},
	{"no attributes key", "email: Email", `m.yaml:1:1: unknown key "email": put it under attributes`},
	{"near type", "attributes:\n  custom_attributes.x: {column: A, type: Boolean}", `m.yaml:2:42: type "Boolean" is not known: did you mean "boolean"?`},
	{"decimal", "attributes:\n  custom_attributes.x: {column: A, type: float, decimal: ';'}", `m.yaml:2:58: decimal ";" is not known: use one of ., ,`},
	{"region", "attributes:\n  phone: {column: A, type: phone, region: UK}", `m.yaml:2:43: region "UK" is not known: did you mean "GB"?`},
	{"region 2", "attributes:\n  phone: {column: A, type: phone, region: Ireland}", `m.yaml:2:43: region "Ireland" is not known: use two letters, such as IE or US`},
	{"blank", "attributes:\n  phone: {column: A, blank: null}", `m.yaml:2:29: blank must be text, not nothing`},
	{"blank word", "attributes:\n  phone: {column: A, blank: clean}", `m.yaml:2:29: blank "clean" is not known: did you mean "clear"?`},
	{"required", "attributes:\n  phone: {column: A, required: yes}", `m.yaml:2:32: required must be true or false, not text: write true or false without quotes`},
	{"default and required", "attributes:\n  phone: {column: A, default: x, required: true}", `m.yaml:2:34: a cell with a default is never missing: choose one`},
	{"default and clear", "attributes:\n  phone: {column: A, default: x, blank: clear}", `m.yaml:2:34: a blank cell cannot both clear and take the default: choose one`},
	{"required and clear", "attributes:\n  phone: {column: A, required: true, blank: clear}", `m.yaml:2:38: a blank cell cannot both clear and be refused: choose one`},
	{"values", "attributes:\n  phone: {column: A, values: [a]}", `m.yaml:2:30: values must be a map, not a list`},
	{"values blank", "attributes:\n  phone: {column: A, values: {'': a}}", `m.yaml:2:31: values has a blank text: use default for blank cells`},
	{"values twice", "attributes:\n  phone: {column: A, values: {a: b, ' a': c}}", `m.yaml:2:37: values has "a" twice`},
	{"values list", "attributes:\n  phone: {column: A, values: {a: [b]}}", `m.yaml:2:34: what "a" means must be text, a number, or true or false, not a list`},

	{"key unmapped", "key: emial\nattributes: {email: Email}", `m.yaml:1:6: key "emial" is not among the mapped attributes: did you mean "email"?`},
	{"key a column", "key: CRM id\nattributes: {email: Email}", `m.yaml:1:6: key "CRM id" is not among the mapped attributes: map it, or write {column: CRM id} for a column`},
	{"key constant", "key: name\nattributes: {name: {value: x}}", `m.yaml:1:6: key "name" is a constant: every row would be the same lead`},
	{"key default", "key: name\nattributes: {name: {column: N, default: x}}", `m.yaml:1:6: key "name" has a default: every row without one would be the same lead`},
	{"key twice", "key: [email, email]\nattributes: {email: Email}", `m.yaml:1:14: key names email twice`},
	{"key list", "key: []\nattributes: {email: Email}", `m.yaml:1:6: key is an empty list`},
	{"key map", "key: {}\nattributes: {email: Email}", `m.yaml:1:6: key is an empty map: write {column: NAME}`},
	{"key map key", "key: {columns: [A]}\nattributes: {email: Email}", `m.yaml:1:7: unknown key "columns": did you mean "column"?`},
	{"stamp", "stamp: import_stamp\nattributes: {email: Email}", `m.yaml:1:8: stamp "import_stamp" is no custom attribute: write custom_attributes.import_stamp`},
	{"stamp name", "stamp: custom_attributes.a.b\nattributes: {email: Email}", `m.yaml:1:8: custom attribute "a.b": the API takes no "." and no "$" in a name`},
	{"stamp mapped", "stamp: custom_attributes.s\nattributes: {custom_attributes.s: Email}", `m.yaml:1:8: stamp "custom_attributes.s" is mapped as well: give the stamp an attribute of its own`},
	{"write word", "attributes:\n  name: {column: N, write: once}", `m.yaml:2:28: write "once" is not known: use one of always, if_empty, create_only, append`},
	{"write append for all", "write: append\nattributes: {email: Email}", `m.yaml:1:8: write "append" is not known: use one of always, if_empty, create_only`},
	{"write separator alone", "attributes:\n  name: {column: N, separator: x}", `m.yaml:2:21: separator is for what is appended: add write: append`},
	{"write that clears", "attributes:\n  name: {column: N, blank: clear, write: if_empty}", `m.yaml:2:21: if_empty never clears: choose one`},
	{"ignore", "ignore: Email\nattributes: {email: Email}", `m.yaml:1:9: ignore must be a list, not text: write [A, B]`},
	{"ignore mapped", "ignore: [Email]\nattributes: {email: Email}", `m.yaml:2:21: column "Email" is mapped and ignored: take it off the ignore list`},
}

// Each mistake has one line with its place; the text is what users see.
func TestParseErrors(t *testing.T) {
	for _, c := range parseErrors {
		t.Run(c.name, func(t *testing.T) {
			_, err := Parse("m.yaml", []byte(c.file))
			var e *Error
			if !errors.As(err, &e) {
				t.Fatalf("error %v is no *Error", err)
			}
			if err.Error() != c.want {
				t.Errorf("got  %s\nwant %s", err, c.want)
			}
		})
	}
}

// What a mapping says is kept, whatever the spelling.
func TestParse(t *testing.T) {
	m := mustParse(t, `
version: 1
api_version: 2.10
key: [email, {column: CRM id}]
stamp: custom_attributes.stamp
ignore: [Notes, 2025]
attributes:
  email: Email
  name: {columns: [First name, Last name]}
  custom_attributes.2024: 2024
  custom_attributes.x: {value: 012}
`)
	if v, ok := m.Version(); !ok || v.String() != "2.10" {
		t.Errorf("version %s, %t, want 2.10: it is text, not a number", v, ok)
	}
	if m.KeyKind() != "email+column:CRM id" {
		t.Errorf("key kind %q", m.KeyKind())
	}
	if m.Stamp() != "custom_attributes.stamp" || m.Inferred() {
		t.Errorf("stamp %q, inferred %t", m.Stamp(), m.Inferred())
	}
	if got := strings.Join(m.Columns(), "|"); got != "Email|First name|Last name|2024|CRM id" {
		t.Errorf("columns %s", got)
	}
}

func TestParseMappedAndIgnoredNumber(t *testing.T) {
	_, err := Parse("m.yaml", []byte("ignore: [2024]\nattributes: {custom_attributes.a: 2024}"))
	if err == nil {
		t.Error("a column that is ignored and mapped was accepted because it is a number")
	}
}

// A byte order mark, CRLF and quotes do not change what a mapping says.
func TestParseSpellings(t *testing.T) {
	want := mustParse(t, "api_version: \"1.4\"\nattributes:\n  email: Email\n").Digest()
	for _, s := range []string{
		"\ufeffapi_version: 1.4\nattributes:\n  email: Email\n",
		"api_version: 1.4\r\nattributes:\r\n  email: Email\r\n",
		"attributes: {\"email\": {column: 'Email'}} # a comment",
		"---\nattributes:\n  email: {columns: [Email]}\n...\n",
	} {
		if got := mustParse(t, s).Digest(); got != want {
			t.Errorf("%q has another digest", s)
		}
	}
}

// A digest changes with everything that touches a value, and with nothing else.
func TestDigest(t *testing.T) {
	base := "attributes:\n  email: Email\n  custom_attributes.x: {column: X, type: float}\n"
	same := []string{
		"attributes:\n  custom_attributes.x: {type: float, column: X}\n  email: Email\n",
		base + "ignore: [Z]\n",
		base + "tests: [{row: {Email: a@b.ie}, lead: {email: a@b.ie}}]\n",
		base + "api_version: 2.15\nkey: email\n",
	}
	other := []string{
		"attributes:\n  email: Email\n  custom_attributes.x: {column: Y, type: float}\n",
		"attributes:\n  email: Email\n  custom_attributes.y: {column: X, type: float}\n",
		"attributes:\n  email: Email\n  custom_attributes.x: {column: X, type: integer}\n",
		"attributes:\n  email: Email\n  custom_attributes.x: {column: X}\n",
		"attributes:\n  email: Email\n  custom_attributes.x: {column: X, type: float, decimal: ','}\n",
		"attributes:\n  email: Email\n  custom_attributes.x: {column: X, type: float, default: 1}\n",
		"attributes:\n  email: Email\n  custom_attributes.x: {column: X, type: float, required: true}\n",
		"attributes:\n  email: Email\n  custom_attributes.x: {column: X, type: float, blank: clear}\n",
		"attributes:\n  email: Email\n  custom_attributes.x: {column: X, type: float, values: {a: 1}}\n",
		"attributes:\n  email: Email\n  custom_attributes.x: {value: 1}\n",
		base + "key: {column: X}\n",
		base + "stamp: custom_attributes.s\n",
	}
	want := mustParse(t, base).Digest()
	if len(want) != 32 {
		t.Errorf("digest %q", want)
	}
	for _, s := range same {
		if mustParse(t, s).Digest() != want {
			t.Errorf("another digest for\n%s", s)
		}
	}
	seen := map[string]string{want: base}
	for _, s := range other {
		d := mustParse(t, s).Digest()
		if first, ok := seen[d]; ok {
			t.Errorf("the same digest for\n%s\nand\n%s", first, s)
		}
		seen[d] = s
	}
}

func TestNeededVersion(t *testing.T) {
	for file, want := range map[string]client.Version{
		"attributes: {email: E}":                          client.Version2,
		"attributes: {email: E, last_seen_user_agent: U}": client.Version1,
		"attributes: {email: E, user_id: U}":              client.Version1,
		"attributes: {email: E, external_id: U}":          client.Version2,
		"attributes: {custom_attributes.x: E}":            client.Version2,
		"attributes: {no_such_attribute: E}":              client.Version2,
	} {
		if got := mustParse(t, file).NeededVersion(); got != want {
			t.Errorf("%s needs %s, want %s", file, got, want)
		}
	}
}

func mustParse(t testing.TB, file string) *Mapping {
	t.Helper()
	m, err := Parse("m.yaml", []byte(file))
	if err != nil {
		t.Fatal(err)
	}
	checkSchema(t, file, m)
	return m
}
