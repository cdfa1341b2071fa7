package mapping

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"

	"leadimport/client"
	"leadimport/mapping/schematest"
)

var compiledSchema = func() schematest.Schema {
	s, err := schematest.Compile(Schema())
	if err != nil {
		panic(err)
	}
	return s
}()

// whole is what the parser has against a file, for the very columns that it
// names and the version that it asks for.
func whole(file string) error {
	m, err := Parse("m.yaml", []byte(file))
	if err == nil {
		err = m.whole()
	}
	return err
}

func (m *Mapping) whole() error {
	v, ok := m.Version()
	if !ok {
		v = m.NeededVersion()
	}
	_, err := m.Compile(m.Columns(), v)
	return err
}

// checkSchema makes sure that the schema takes a mapping that the parser
// takes. All that the tests of this package parse comes by.
func checkSchema(t testing.TB, file string, m *Mapping) {
	t.Helper()
	if m.whole() != nil {
		return
	}
	if _, err := compiledSchema.Disagreement(file, nil); err != nil {
		t.Fatal(err)
	}
}

// The schema refuses what the parser refuses, but for what it cannot see.
func TestSchemaRefuses(t *testing.T) {
	seen := 0
	for _, c := range parseErrors {
		both, err := compiledSchema.Disagreement(c.file, whole(c.file))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		}
		if both {
			seen++
		}
	}
	if seen < 40 {
		t.Errorf("the schema refuses %d of %d", seen, len(parseErrors))
	}
}

// The mappings of the samples, and those in the scripts of the commands.
func TestSchemaOfOtherMappings(t *testing.T) {
	files := map[string]string{}
	for _, pattern := range []string{"../samples/mappings/*.yaml", "../samples/kubernetes/base/mapping.yaml"} {
		names, err := filepath.Glob(pattern)
		if err != nil || len(names) == 0 {
			t.Fatalf("%s: no files, %v", pattern, err)
		}
		for _, name := range names {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			files[name] = string(data)
		}
	}
	scripts, err := filepath.Glob("../cmd/leadimport/testdata/script/*.txtar")
	if err != nil {
		t.Fatal(err)
	}
	for _, script := range scripts {
		archive, err := txtar.ParseFile(script)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range archive.Files {
			if filepath.Ext(f.Name) == ".yaml" {
				files[script+"/"+f.Name] = string(f.Data)
			}
		}
	}
	good := 0
	for name, file := range files {
		err := whole(file)
		if err == nil {
			good++
		}
		if _, err := compiledSchema.Disagreement(file, err); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if good < 80 {
		t.Errorf("%d good mappings of %d", good, len(files))
	}
}

// Spellings that are right and that few people use.
func TestSchemaTakesWhatIsSeldomWritten(t *testing.T) {
	for _, s := range []string{
		"tags: []", "tags: 2026", "tags: ['{file} } {month}', true]", "companies: []", "tests:", "tests: []",
		"companies: [{company_id: {value: 1}}, {company_id: 2024, name: {columns: [A, B], join: ''}}]",
		"version: '1'", "version: 1", "api_version: 1.0", "api_version: 2.0", "api_version: '2.100'", "api_version: 2.10",
		"blank_words: ' default '", "blank_words: [NULL, 1, true, '~']", "blank_words: [none]", "blank_words: []", "ignore: []", "ignore: [1, true]",
		"match: id", "match: {by: [id, email]}", "match: [custom_attributes.a b]", "key: [{column: 2024}, {column: true}, email]",
	} {
		if err := mustParse(t, s+"\nattributes: {id: I, email: E, custom_attributes.a b: F}").whole(); err != nil {
			t.Errorf("%s: %v", s, err)
		}
	}
	for _, s := range []string{
		"2024", "true", "{column: 1.50}", "{columns: [1, 1.0]}", "{value: false}", "{columns: [A, B], join: ''}",
		"{column: X, values: {1: null, ~: 2, true: false, null: x}}", "{column: X, values: {}}", "{column: X, default: 0}", "{column: X, required: TRUE}",
		"{column: X, type: phone, region: ie, several: first}", "{column: X, type: date, format: [unix, 'DD/MM/YYYY'], zone: UTC}", "{column: X, decode: [html, url]}",
		"{value: x, type: string}", "{column: X, required: false, blank: clear}",
	} {
		if err := mustParse(t, "attributes: {custom_attributes.x: "+s+"}").whole(); err != nil {
			t.Errorf("%s: %v", s, err)
		}
	}
}

// Every key of every map says to editors what it is for and what it takes.
func TestSettingsAreWhole(t *testing.T) {
	check(t, topSettings)
	check(t, keySettings)
	check(t, matchSettings)
	check(t, companySettings)
	check(t, attributeSettings)
	check(t, testSettings)
}

func check[T any](t *testing.T, settings []setting[T]) {
	t.Helper()
	for _, s := range settings {
		if s.about == "" || len(s.schema) == 0 || s.read == nil {
			t.Errorf("%s: about %q, schema %v", s.name, s.about, s.schema)
		}
	}
}

// The schema takes the attributes that a version takes, and no others.
func TestSchemaOfAttributes(t *testing.T) {
	for _, v := range []client.Version{client.Version1, client.Version2, client.Latest[client.Contacts]} {
		for _, a := range v.Attributes() {
			for file, want := range map[string]bool{"attributes: {" + a.Name + ": X}": true, "attributes: {" + a.Name + "z: X}": false} {
				if err := compiledSchema.Check(file); (err == nil) != want {
					t.Errorf("%s: %v", file, err)
				}
			}
		}
	}
	for _, name := range []string{"a", "a b", "ä", "", "a.b", "$", "a\tb", strings.Repeat("ä", 190), strings.Repeat("a", 191)} {
		_, err := client.Version2.Attribute(client.CustomPrefix + name)
		if matches := regexp.MustCompile(client.CustomPattern).MatchString(client.CustomPrefix + name); matches != (err == nil) {
			t.Errorf("custom attribute %q: pattern %t, client %v", name, matches, err)
		}
	}
}
