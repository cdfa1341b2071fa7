// Package schematest is for tests: it holds mapping files against the JSON
// Schema of them, as an editor does, and knows what a schema cannot see.
package schematest

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"
)

// Schema is a JSON Schema that validates.
type Schema struct{ compiled *jsonschema.Schema }

// Compile reads a JSON Schema and holds it against its own draft.
func Compile(text []byte) (Schema, error) {
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return Schema{}, err
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("mapping.json", document); err != nil {
		return Schema{}, err
	}
	compiled, err := c.Compile("mapping.json")
	return Schema{compiled}, err
}

// errNotYAML is what an editor says without any schema.
var errNotYAML = errors.New("not YAML")

// Check is what the schema has against a file, or that it is not YAML.
func (s Schema) Check(file string) error {
	var value any
	d := yaml.NewDecoder(strings.NewReader(strings.TrimPrefix(file, "\ufeff")), yaml.AllowDuplicateMapKey())
	if err := d.Decode(&value); err != nil {
		return fmt.Errorf("%w: %v", errNotYAML, err)
	}
	return s.compiled.Validate(value)
}

// Kinds are those of the mistakes that a schema does not see. Whatever else
// the parser refuses, the schema refuses too.
var Kinds = []string{
	"how the file is written",
	"what stands there twice",
	"what another place of the file says",
	"two settings of which the value of one excludes the other",
	"countries, time zones and the words of formats",
	"a value that its attribute does not take",
	"what the API version takes",
	"what is blank because nobody sees its characters",
}

// says is how the parser tells of each of Kinds.
var says = []*regexp.Regexp{
	regexp.MustCompile(`: (not YAML:|the mapping file is not UTF-8|anchors, aliases and tags|"<<" keys are not used|nested too deeply|brackets or dashes are nested|a mapping file is one YAML document|a mapping file has at most|the mapping file is empty)`),
	regexp.MustCompile(`" stands in .* twice|names .* twice|has ".*" twice`),
	regexp.MustCompile(`is not among the mapped|is mapped and ignored|is mapped as well|is a constant|has a default: every row|tells nobody apart|put it first`),
	regexp.MustCompile(`: choose one$|: add write: append$|: is for a (date|float|phone): | is for a (date|float|phone): add type`),
	regexp.MustCompile(`region "[^"]{2}" is not known|zone ".*" is not known|format ".*"`),
	regexp.MustCompile(`: (value|default) ".*" of "|cannot be the same for every row|leave type out|characters: at most 255`),
	regexp.MustCompile(`api version [12]\.[0-9]+ (does not take|cannot|does not list)|the API does not show|append is for custom attributes|, and is not written|is somebody.s consent`),
	regexp.MustCompile(`a tag is blank|a word is blank|values has a blank text`),
}

// Unseen is which of Kinds all that an error tells of is; ok is false when it
// tells of something that a schema must see.
func Unseen(err error) (kind string, ok bool) {
	for i, s := range says {
		if s.MatchString(err.Error()) {
			return Kinds[i], true
		}
	}
	return "", false
}

// Disagreement tells that the schema and the parser, whose word on the file is
// parsed, do not judge alike; nil: they do. seen reports that both refuse it.
func (s Schema) Disagreement(file string, parsed error) (seen bool, err error) {
	refused := s.Check(file)
	if parsed == nil {
		if refused != nil {
			err = fmt.Errorf("the schema refuses what the parser takes: %w\n%s", refused, file)
		}
		return false, err
	}
	if refused != nil && !errors.Is(refused, errNotYAML) {
		return true, nil
	}
	if _, ok := Unseen(parsed); !ok {
		err = fmt.Errorf("the schema takes what the parser refuses: %w\n%s", parsed, file)
	}
	return false, err
}
