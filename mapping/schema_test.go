package mapping

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/rogpeppe/go-internal/txtar"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"leadimport/client"
)

var compiledSchema = func() *jsonschema.Schema {
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(Schema()))
	if err != nil {
		panic(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("mapping.json", document); err != nil {
		panic(err)
	}
	return c.MustCompile("mapping.json")
}()

// bySchema is what the schema has against a mapping file.
func bySchema(file string) error {
	var value any
	if err := yaml.Unmarshal([]byte(strings.TrimPrefix(file, "\ufeff")), &value); err != nil {
		return err
	}
	return compiledSchema.Validate(value)
}

// complete reports what the parser has against a mapping file, for the very
// columns that it names and the version that it asks for.
func complete(m *Mapping) error {
	v, ok := m.Version()
	if !ok {
		v = m.NeededVersion()
	}
	_, err := m.Compile(m.Columns(), v)
	return err
}

// checkSchema makes sure that the schema takes a mapping file if the parser
// does. It is called with all that the tests of this package parse.
func checkSchema(t testing.TB, file string, m *Mapping) {
	t.Helper()
	if complete(m) != nil {
		return
	}
	if err := bySchema(file); err != nil {
		t.Fatalf("the parser takes this, and the schema does not: %v\n%s", err, file)
	}
}

// beyondSchema are the mistakes that a schema does not see, by what the
// parser says of them. All others it must see.
var beyondSchema = []struct{ kind, says string }{
	{"how the file is written", `is not YAML|not YAML:|not UTF-8|anchors, aliases and tags|keys are not used|nested too deeply|second one|256 KiB|the mapping file is empty`},
	{"a key that stands there twice, capitals and blanks aside", `twice`},
	{"what another place of the file says", `is not among the mapped|is mapped and ignored|is mapped as well|goes by .*(constant|default|nobody apart)|is a constant: every row|has a default: every row|put it first`},
	{"two settings of which one excludes the other by its value", `choose one|cannot be left out when it is invalid|is for a (date|float|phone)|cannot both|cannot clear`},
	{"what a table or another grammar knows: countries, zones, formats", `region ".." is not known|zone ".*" is not known|format ".*"`},
	{"a value that its attribute does not take", `is not a|is more than|is invalid|value ".*" of|default ".*" of|cannot be the same for every row|leave type out|at most 255`},
	{"the API version", `api version [12]\.[0-9]+ (does not take|cannot|does not list)`},
	{"the columns of the file", `the file has (no|more than one) column`},
	{"characters that nobody sees", `tag is blank|a word is blank|values has a blank text`},
}

// beyond is the kind of a mistake that a schema does not see; empty: it must.
func beyond(err error) string {
	for _, b := range beyondSchema {
		if regexp.MustCompile(b.says).MatchString(err.Error()) {
			return b.kind
		}
	}
	return ""
}

// The schema refuses what the parser refuses, but for certain kinds.
func TestSchemaRefuses(t *testing.T) {
	refused := 0
	for _, c := range parseErrors {
		_, err := Parse("m.yaml", []byte(c.file))
		switch seen := bySchema(c.file) != nil; {
		case seen:
			refused++
		case beyond(err) == "":
			t.Errorf("%s: the schema takes\n%s\nand the parser does not: %v", c.name, c.file, err)
		}
	}
	if refused < 50 {
		t.Errorf("the schema refuses %d of %d", refused, len(parseErrors))
	}
}

// The mappings in the scripts of the commands, and those of the samples.
func TestSchemaAndMappingsOfScripts(t *testing.T) {
	good, bad := 0, 0
	try := func(name, file string) {
		m, err := Parse(name, []byte(file))
		if err == nil {
			err = complete(m)
		}
		switch refused := bySchema(file); {
		case err == nil && refused != nil:
			t.Errorf("%s: %v", name, refused)
		case err == nil:
			good++
		case refused == nil && beyond(err) == "":
			t.Errorf("%s: the schema takes it, and the parser does not: %v", name, err)
		default:
			bad++
		}
	}
	for _, pattern := range []string{"../samples/mappings/*.yaml", "../samples/kubernetes/base/mapping.yaml"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: no files, %v", pattern, err)
		}
		for _, name := range files {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			try(name, string(data))
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
				try(filepath.Base(script)+"/"+f.Name, string(f.Data))
			}
		}
	}
	if good < 80 || bad < 2 {
		t.Errorf("%d good mappings and %d bad ones", good, bad)
	}
}

// Each key and each word that the parser knows is taken by the schema, and one
// letter more is not.
func TestSchemaKnowsWhatTheParserKnows(t *testing.T) {
	for _, v := range []client.Version{client.Version1, client.Version2} {
		for _, a := range v.Attributes() {
			for file, want := range map[string]bool{"attributes: {" + a.Name + ": X}": true, "attributes: {" + a.Name + "z: X}": false} {
				m := mustParse(t, file)
				_, err := m.Compile(m.Columns(), v)
				if (err == nil) != want || (bySchema(file) == nil) != want {
					t.Errorf("%s: parser %v, schema %v", file, err, bySchema(file))
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
