package main

import (
	"strings"
	"testing"

	"leadimport/mapping"
	"leadimport/mapping/schematest"
)

// TestBadMappings: every mistake in a mapping is told with its place, which
// the mark « gives.
func TestBadMappings(t *testing.T) { tryAll(t, badMappings()) }

// TestSchemaOfBadMappings: an editor sees these mistakes too, but for kinds
// that no schema can tell. What only the list is against is right by itself.
func TestSchemaOfBadMappings(t *testing.T) {
	schema, err := schematest.Compile(mapping.Schema())
	if err != nil {
		t.Fatal(err)
	}
	seen, unseen := 0, map[string]bool{}
	for _, b := range badMappings() {
		if b.m == "" {
			continue
		}
		file := strings.ReplaceAll(b.m, "«", "")
		m, err := mapping.Parse("m.yaml", []byte(file))
		if err == nil {
			v, ok := m.Version()
			if !ok {
				v = m.NeededVersion()
			}
			_, err = m.Compile(m.Columns(), v)
		}
		both, disagreement := schema.Disagreement(file, err)
		switch {
		case disagreement != nil:
			t.Errorf("%s: %v", b.say, disagreement)
		case both:
			seen++
		case err != nil:
			kind, _ := schematest.Unseen(err)
			unseen[kind] = true
		}
	}
	if seen < 60 {
		t.Errorf("the schema refuses %d", seen)
	}
	for _, kind := range schematest.Kinds {
		if !unseen[kind] {
			t.Errorf("nothing is unseen by the schema because of %s: is the kind still needed?", kind)
		}
	}
}

func badMappings() []bad {
	const do = "run --sandbox leads.csv"
	const attributes = "attributes:\n  email: Email\n"
	return []bad{
		// No mapping at all.
		{do: do + " --mapping missing.yaml", say: "--mapping: missing.yaml: …no such file"},
		{do: do + " --mapping .", say: "--mapping: .: …directory"},
		{do: do + " --mapping empty.yaml", files: map[string]string{"empty.yaml": ""}, say: "empty.yaml:1:1: the mapping file is empty"},
		{do: do + " --mapping blank.yaml", files: map[string]string{"blank.yaml": "# nothing\n\n"}, say: "blank.yaml:1:1: the mapping file is empty"},
		{do: do + " --mapping leads.csv", say: "leads.csv:1:1: …is this the CSV file?"},
		{do: do + " --mapping other.csv", files: map[string]string{"other.csv": goodList}, say: "other.csv:1:1: the mapping must be a map, not text"},
		{do: do, m: strings.Repeat("# long\n", 40000), say: "m.yaml:1:1: a mapping file has at most 256 KiB: is this the CSV file?"},
		{do: do, m: "attributes:\n  email: E\xff\n", say: "m.yaml:2:11: …UTF-8"},
		{do: do, m: "\xff\xfea\x00", say: "m.yaml:1:1: …UTF-8"},
		{do: do + " --mapping /dev/null", say: "/dev/null:1:1: the mapping file is empty"},
		{do: do + " --mapping /dev/zero", say: "--mapping: /dev/zero is larger than 1024 KiB"},
		{do: "check --mapping m.json", files: map[string]string{"m.json": "{\"attributes\": {\"email\": [\"Email\"]}}"}, say: "m.json:1:26: \"email\" must be a column or a map, not a list"},
		// YAML.
		{do: do, m: "attributes:\n  email: «[Email\n", say: "not YAML"},
		{do: do, m: "attributes:\n  email: «\"Email\n", say: "not YAML"},
		{do: do, m: "attributes:\n«\temail: Email\n", say: "not YAML: a tab in the indentation"},
		{do: do, m: "attributes:\r\n«\temail: Email\r\n", say: "not YAML: a tab in the indentation"},
		{do: do, m: "attributes:\n  email: Email\n «name: Name\n", say: "not YAML"},
		{do: do, m: "attributes:\n  email: «&a Email\n  name: *a\n", say: "anchors, aliases and tags are not used in a mapping"},
		{do: do, m: "attributes:\n  email: «!!str Email\n", say: "anchors, aliases and tags are not used in a mapping"},
		{do: do, m: attributes + "---\n«attributes:\n  name: Name\n", say: "one YAML document, this begins a second one"},
		{do: do, m: "«- email\n- name\n", say: "the mapping must be a map, not a list"},
		{do: do, m: attributes + "  «<<: {name: Name}\n", say: "keys are not used in a mapping"},
		{do: do, m: attributes + "ignore: " + strings.Repeat("[", 99) + "«[", say: "not YAML"},
		// Keys of the mapping.
		{do: do, m: attributes + "«stmp: custom_attributes.key\n", say: `unknown key "stmp": did you mean "stamp"?`},
		{do: do, m: "«atributes:\n  email: Email\n", say: `unknown key "atributes": did you mean "attributes"?`},
		{do: do, m: "«email: Email\n", say: `unknown key "email": put it under attributes`},
		{do: do, m: "«foo: bar\n", say: `unknown key "foo": use one of api_version, version`},
		{do: do, m: "key: email\n«key: email\n" + attributes, say: `"key" stands in the mapping twice, first in line 1`},
		{do: do, m: "«key: email\n", say: "the mapping has no attributes: add attributes: {email: Email}"},
		{do: do, m: "attributes: «[email]\n", say: "attributes must be a map, not a list"},
		{do: do, m: "«attributes:\n", say: "attributes must be a map, not nothing"},
		{do: do, m: "«attributes: {}\n", say: "the mapping has no attributes"},
		{do: do, m: "version: «2\n" + attributes, say: `version "2" of the mapping format is not known: this program reads version 1`},
		{do: do, m: "api_version: «3\n" + attributes, say: `api version "3" is not known`},
		{do: do, m: "api_version: «[1.4]\n" + attributes, say: "api_version must be text, not a list"},
		{do: do, m: "api_version: «\"\"\n" + attributes, say: "api_version is blank"},
		{do: do, m: attributes + "allow_resubscribe: «yes please\n", say: "allow_resubscribe must be true or false, not text"},
		{do: do, m: attributes + "allow_resubscribe: «\"true\"\n", say: "write true or false without quotes"},
		{do: do, m: attributes + "allow_resubscribe: «1\n", say: "allow_resubscribe must be true or false, not a number"},
		{do: do, m: attributes + "ignore: «Name\n", say: "ignore must be a list, not text: write [A, B]"},
		{do: do, m: attributes + "ignore: [Name, «{a: b}]\n", say: "ignore: an item must be text, not a map"},
		{do: do, m: "attributes:\n  email: «Email\nignore: [Email]\n", say: `column "Email" is mapped and ignored`},
		{do: do, m: "attributes:\n  email: Email\n  «tags: [a, b]\n", say: `"tags" is no attribute: put it at the top, beside attributes`},
		{do: do, m: attributes + "on_invalid: «skip\n", say: `on_invalid "skip" is not known: use one of reject, omit`},
		{do: do, m: attributes + "blank_words: «NULL\n", say: "blank_words must be default, none or a list, not \"NULL\": write default, none, or [default, \"NULL\"]"},
		{do: do, m: attributes + "«blank_words:\n", say: "blank_words names nothing"},
		{do: do, m: "attributes:\n  email: Email\n  name: {column: Name, decode: «htm}\n", say: `decode "htm" is not known: did you mean "html"?`},
		{do: do, m: "attributes:\n  email: Email\n  name: {column: Name, several: «first}\n", say: "several is for a phone: add type: phone"},
		{do: do, m: "attributes:\n  email: Email\n  custom_attributes.n: {column: Plan, type: integer, required: true, «on_invalid: omit}\n", say: "what is required cannot be left out when it is invalid"},
		{do: do, m: "attributes:\n  email: Email\n  custom_attributes.d: {column: Plan, type: date, format: [DD/MM/YYYY, «DD/MM/YYYY]}\n", say: "format names \"DD/MM/YYYY\" twice"},
		// Attributes and columns.
		{do: do, m: "attributes:\n  email: «Mail\n", say: `Mail…Email`},
		{do: do, m: "attributes:\n  email: Email\n  name: {column: «nmae}\n", say: `nmae…Name`},
		{do: do, m: "attributes:\n  email: Email\n  name: {columns: [Name, «Surname]}\n", say: `Surname`},
		{do: do, m: "attributes:\n  email: Email\n  «nmae: Name\n", say: `nmae…name`},
		{do: do, m: "attributes:\n  email: Email\n  «custom_attributes: Name\n", say: "write custom_attributes.NAME"},
		{do: do, m: "attributes:\n  email: Email\n  «custom_attributes.: Name\n", say: `custom_attributes.`},
		{do: do, m: "attributes:\n  email: Email\n  «custom_attributes.a.b: Name\n", say: `a.b`},
		{do: do, m: "attributes:\n  email: Email\n  «custom_attributes." + strings.Repeat("x", 200) + ": Name\n", say: `character`},
		{do: do, m: "attributes:\n  email: Email\n  «email: Name\n", say: `"email" stands in attributes twice, first in line 2`},
		{do: do, m: "attributes:\n  email: Email\n  «\"\": Name\n", say: "an attribute needs a name"},
		{do: do, m: "attributes:\n  «email:\n  name: Name\n", say: `"email" has no column: write email: COLUMN`},
		{do: do, m: "attributes:\n  email: «[Email]\n", say: `"email" must be a column or a map, not a list: write {columns: [A, B]}`},
		{do: do, m: "attributes:\n  email: {«colum: Email}\n", say: `unknown key "colum": did you mean "column"?`},
		{do: do, m: "attributes:\n  email: «{}\n", say: `"email" has no column, columns or value`},
		{do: do, m: "attributes:\n  email: {column: Email, «value: a@b.c}\n", say: `"email" has more than one of column, columns and value`},
		{do: do, m: "attributes:\n  email: Email\n  name: {column: Name, «join: ' '}\n", say: "join needs columns"},
		{do: do, m: "attributes:\n  email: Email\n  name: {columns: [Name, «Name]}\n", say: `columns names "Name" twice`},
		{do: do, m: "attributes:\n  email: Email\n  name: {columns: «[]}\n", say: "columns is an empty list"},
		{do: do, m: "attributes:\n  email: Email\n  name: {columns: [Name, Plan], join: «3}\n", say: "join must be text, not a number"},
		{do: do, m: "attributes:\n  email: Email\n  custom_attributes.plan: {column: Plan, type: «integr}\n", say: `type "integr" is not known: did you mean "integer"?`},
		{do: do, m: "attributes:\n  email: Email\n  custom_attributes.plan: {column: Plan, type: «int}\n", say: `did you mean "integer"?`},
		{do: do, m: "attributes:\n  email: Email\n  custom_attributes.plan: {column: Plan, type: «object}\n", say: `type "object" is not known: use one of string, integer`},
		{do: do, m: "attributes:\n  email: Email\n  custom_attributes.d: {column: Plan, type: date, format: «DD-ZZ-YYYY}\n", say: `DD-ZZ-YYYY`},
		{do: do, m: "attributes:\n  email: Email\n  custom_attributes.d: {column: Plan, type: date, format: «HH:mm}\n", say: `HH:mm`},
		{do: do, m: "attributes:\n  email: Email\n  custom_attributes.d: {column: Plan, type: date, zone: «Europe/Dubin}\n", say: `Europe/Dubin`},
		{do: do, m: "attributes:\n  email: Email\n  custom_attributes.d: {column: Plan, type: float, decimal: «';'}\n", say: `decimal ";" is not known`},
		{do: do, m: "attributes:\n  email: Email\n  custom_attributes.d: {column: Plan, type: integer, zone: «Europe/Dublin}\n", say: `zone`},
		{do: do, m: "attributes:\n  email: Email\n  custom_attributes.d: {column: Plan, format: «DD/MM/YYYY}\n", say: `format`},
		{do: do, m: "attributes:\n  email: Email\n  phone: {column: Plan, type: phone, region: «ZZ}\n", say: `"ZZ"`},
		{do: do, m: "attributes:\n  email: Email\n  phone: {column: Plan, type: phone, region: «Ireland}\n", say: `"Ireland"`},
		{do: do, m: "attributes:\n  email: Email\n  name: {column: Name, values: {a: b, «a: c}}\n", say: `"a" stands in values twice`},
		{do: do, m: "attributes:\n  email: Email\n  name: {column: Name, values: {«\" \": b}}\n", say: "use default for blank cells"},
		{do: do, m: "attributes:\n  email: Email\n  name: {column: Name, values: {a: «[b]}}\n", say: `what "a" means must be text`},
		{do: do, m: "attributes:\n  email: Email\n  name: {column: Name, values: «pro}\n", say: `values must be a map, not text`},
		{do: do, m: "attributes:\n  email: Email\n  custom_attributes.n: {column: Name, type: integer, default: «few}\n", say: `few`},
		{do: do, m: "attributes:\n  email: Email\n  custom_attributes.n: {type: integer, value: «99999999999999999999}\n", say: `99999999999999999999`},
		{do: do, m: "attributes:\n  email: Email\n  custom_attributes.n: {type: float, value: «.nan}\n", say: `nan`},
		{do: do, m: "attributes:\n  email: Email\n  name: {column: Name, default: x, «required: true}\n", say: "a cell with a default is never missing"},
		{do: do, m: "attributes:\n  email: Email\n  name: {column: Name, required: «yes}\n", say: "required must be true or false"},
		{do: do, m: "attributes:\n  email: Email\n  name: {column: Name, default: x, «blank: clear}\n", say: "a blank cell cannot both clear and take the default"},
		{do: do, m: "attributes:\n  email: Email\n  name: {column: Name, blank: «delete}\n", say: `blank "delete" is not known`},
		{do: do, m: "attributes:\n  email: Email\n  name: {value: Joe, «required: true}\n", say: "required does nothing for a constant"},
		{do: do, m: "attributes:\n  email: Email\n  name: {value: «\" \"}\n", say: "value is blank"},
		{do: do, m: "attributes:\n  email: {value: «nobody}\n", say: `nobody`},
		{do: do, m: "api_version: \"1.4\"\nattributes:\n  email: Email\n  «owner_id: Name\n", say: `1.4…owner_id`},
		{do: do, m: "api_version: \"2.15\"\nattributes:\n  email: Email\n  «last_seen_ip: Name\n", say: `2.15…last_seen_ip`},
		{do: do, m: "api_version: \"1.4\"\nattributes:\n  email: Email\n  «external_id: Name\n", say: `1.4…external_id`},
		{do: do, m: "attributes:\n  email: Email\n  id: Name\n", say: "m.yaml: id is mapped…leadimport sandbox"},
		// Key and stamp.
		{do: do, m: "key: «name\n" + attributes, say: `key "name" is not among the mapped attributes`},
		{do: do, m: "key: «[]\n" + attributes, say: "key is an empty list"},
		{do: do, m: "key: [email, «email]\n" + attributes, say: "twice"},
		{do: do, m: "key: {column: «CRM id}\n" + attributes, say: "CRM id"},
		{do: do, m: "key: {«colum: Email}\n" + attributes, say: `unknown key "colum"`},
		{do: do, m: "key: «{}\n" + attributes, say: "key is an empty map"},
		{do: do, m: "key: «custom_attributes.s\nattributes:\n  email: Email\n  custom_attributes.s: {value: x}\n", say: "is a constant: every row would be the same lead"},
		{do: do, m: "key: «custom_attributes.s\nattributes:\n  email: Email\n  custom_attributes.s: {column: Plan, default: x}\n", say: "has a default"},
		{do: do, m: "stamp: «import_key\n" + attributes, say: `write custom_attributes.import_key`},
		{do: do, m: "stamp: «custom_attributes.k\nattributes:\n  email: Email\n  custom_attributes.k: Plan\n", say: `is mapped as well`},
		// Match.
		{do: do, m: "match: «nmae\n" + attributes, say: `nobody can be found by "nmae"`},
		{do: do, m: "match: «[]\n" + attributes, say: "match is an empty list"},
		{do: do, m: "match: [email, «email]\n" + attributes, say: "match names email twice"},
		{do: do, m: "match: [«phone]\n" + attributes, say: `match goes by "phone", which is not among the mapped attributes`},
		{do: do, m: "match: [email, «id]\n" + attributes, say: "put it first"},
		{do: do, m: "match: {by: email, user: «merge}\n" + attributes, say: `user "merge" is not known: use one of update, skip, fail`},
		{do: do, m: "match: {by: email, archived: «true}\n" + attributes, say: `archived "true" is not known`},
		{do: do, m: "match: {by: email, «users: skip}\n" + attributes, say: `unknown key "users": did you mean "user"?`},
		{do: do, m: "match: «{user: skip}\n" + attributes, say: "match does not say by what: add by: [email]"},
		{do: do, m: "match: {«by: }\n" + attributes, say: "by names no attribute"},
		{do: do, m: "match: «custom_attributes.s\nattributes:\n  email: Email\n  custom_attributes.s: {value: x}\n", say: "is a constant"},
		{do: do, m: "match: «custom_attributes.s\nattributes:\n  email: Email\n  custom_attributes.s: {column: Plan, type: boolean}\n", say: "tells nobody apart"},
		{do: do, m: "api_version: \"1.4\"\nmatch: [email, «phone]\nattributes:\n  email: Email\n  phone: Name\n", say: `api version 1.4 cannot look leads up by "phone"`},
		{do: do, m: "api_version: \"1.4\"\nmatch: {by: email, user: «skip}\n" + attributes, say: "does not list users"},
		// Tags and companies.
		{do: do, m: "tags: «\" \"\n" + attributes, say: "blank"},
		{do: do, m: "tags: [a, «A]\n" + attributes, say: `tags has "A" twice`},
		{do: do, m: "tags: [a, «\"{dat}\"]\n" + attributes, say: `placeholder {dat} is not known: did you mean "{date}"?`},
		{do: do, m: "tags: {«name: x}\n" + attributes, say: `unknown key "name": use one of column, split, values, decode, on_invalid`},
		{do: do, m: "tags: «{split: ';'}\n" + attributes, say: "tags has no column: add column: NAME"},
		{do: do, m: "«tags:\n" + attributes, say: "tags must be text, not nothing"},
		{do: do, m: "tags: [«" + long(256) + "]\n" + attributes, say: "256 characters: at most 255"},
		{do: do, m: attributes + "companies: «Plan\n", say: "companies must be a map, not text"},
		{do: do, m: attributes + "companies: «{name: Plan}\n", say: "a company is known by its company_id"},
		{do: do, m: attributes + "companies: {«id: Plan}\n", say: `unknown key "id": use one of company_id, name`},
		{do: do, m: attributes + "companies: {company_id: «Firm}\n", say: "Firm"},
		{do: do, m: attributes + "companies: {company_id: {column: Plan, «type: integer}}\n", say: `unknown key "type"`},
		{do: do, m: attributes + "companies: [{company_id: Plan}, «{}]\n", say: "company_id"},
		// Tests.
		{do: do, m: attributes + "tests: «yes\n", say: "tests must be a list"},
		{do: do, m: attributes + "tests:\n  - «{lead: {email: a@b.c}}\n", say: "row"},
		{do: "check", m: attributes + "tests:\n  - row: {Mail: a@b.c}\n    lead: {email: a@b.c}\n", say: "1 of 1 tests failed"},
		{do: do, m: attributes + "tests:\n  - row: {Email: a@b.c}\n    lead: {«nmae: x}\n", say: `nmae`},
		{do: do, m: attributes + "tests:\n  - row: {Email: a@b.c}\n    «led: {}\n", say: `unknown key "led"`},
		{do: "check", m: attributes + "tests:\n  - row: {Email: nobody}\n    lead: {email: a@b.c}\n", say: `m.yaml: 1 of 1 tests failed`},
		{do: "check --api-version 1.4", m: "attributes:\n  email: Email\n  «signed_up_at: Name\n", say: "1.4…signed_up_at"},
		// With marks and line ends of other systems.
		{do: do, m: "\ufeffattributes:\r\n  email: «Mail\r\n", say: `Mail…Email`},
		{do: do, m: "\ufeff«foo: bar\r\n", say: `unknown key "foo"`},
		{do: do, m: "# Jürgen’s ☃\nattributes: {email: Email, custom_attributes.ä: Name, name: {column: Name, «join: x}}\n", say: "join needs columns"},
		{do: do, m: "attributes: {email: Email, name: {column: «Näme}}\n", say: `Näme…Name`},
		{do: do, m: "attributes:\n  email: «|-\n    Mail\n", say: `Mail…Email`},
		{do: do, m: "attributes:\n  email: «>\n    Emial\n  name: Name\n", say: `"Emial\n": did you mean "Email"?`},
		{do: do, m: "attributes:\n  \"email\": «'Mail'\n", say: `Mail…Email`},
		{do: do, m: "attributes:\n  email: «\"\\e[2JMail\"\n", say: `Mail`},
		{do: do, m: "attributes:\r  email: Mail\r", say: `m.yaml:2:10: …Mail…Email`},
		{do: do, m: "attributes:\n\n\n  # a comment\n\n  email: Email\n\n\n  «nmae: Name\n", say: `nmae`},
		{do: do, m: "attributes:\n  email: Email\n  name: {columns: [Name,\n    Plan,\n    «Plam]}\n", say: `Plam`},
	}
}
