package mapping

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"leadimport/client"
)

// Schema is a JSON Schema of the mapping file, with which editors complete its
// keys, explain them and mark mistakes. It is made from the tables by which
// Parse reads, and refuses nothing that Parse and Compile take. What depends on
// the columns of a file, on the API version or on another key's value is left to them.
//
// It is of draft-07: the YAML language server, which most editors use, does
// not know the later ones.
func Schema() []byte {
	root := mapSchema(topSettings, "attributes")
	root["$schema"] = "http://json-schema.org/draft-07/schema#"
	root["description"] = "What the columns of a list become: a mapping file of leadimport. What hangs on the columns of a file, on the API version or on another key is looked at by leadimport check alone."
	root["definitions"] = schema{"attribute": sourceSchema(attributeSettings), "part": sourceSchema(partSettings), "company_attribute": sourceSchema(companyAttributeSettings)}
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(root); err != nil {
		panic(err) // it is made of texts, lists and maps alone
	}
	return out.Bytes()
}

// sourceSchema is a column, or a map of these settings of an attribute.
func sourceSchema(settings []setting[*attribute]) schema {
	long := mapSchema(settings)
	long["type"] = []string{"string", "number", "boolean", "object"}
	long["pattern"] = textSchema["pattern"]
	long["anyOf"] = []schema{{"required": []string{"column"}}, {"required": []string{"columns"}}, {"required": []string{"value"}}}
	beside := schema{"column": false, "columns": false}
	for _, s := range settings {
		if s.ofCells {
			beside[s.name] = false
		}
	}
	long["dependencies"] = schema{
		"columns": schema{"properties": schema{"column": false}},
		"join":    schema{"required": []string{"columns"}, "properties": schema{"columns": schema{"minItems": 2}}},
		"value":   schema{"properties": beside},
	}
	return long
}

// attributesSchema is the map of all attributes that any version takes.
func attributesSchema() schema {
	properties := schema{}
	for _, name := range standardAttributes() {
		properties[name] = described(schema{"$ref": "#/definitions/attribute"}, aboutAttribute(name))
	}
	custom := described(schema{"$ref": "#/definitions/attribute"}, "A custom attribute: a column, or a map.")
	return schema{
		"type": "object", "minProperties": 1, "properties": properties,
		"patternProperties": schema{client.CustomPattern: custom}, "additionalProperties": false,
	}
}

// companySchema is a company with all attributes that one may have.
func companySchema() schema {
	s := mapSchema(companySettings, "company_id")
	custom := described(schema{"$ref": "#/definitions/company_attribute"}, "A custom attribute of the company: a column, or a map.")
	s["patternProperties"] = schema{client.CustomPattern: custom}
	return s
}

// standardAttributes are those of both families, in any version, each once.
func standardAttributes() []string {
	var names []string
	for _, v := range []client.Version{client.Latest[client.Leads], client.Latest[client.Contacts]} {
		for _, a := range v.Attributes() {
			if !slices.Contains(names, a.Name) {
				names = append(names, a.Name)
			}
		}
	}
	return names
}

// aboutAttribute says what a standard attribute takes, by the catalogue.
func aboutAttribute(name string) string {
	a, err1 := client.Version1.Attribute(name)
	b, err2 := client.Version2.Attribute(name)
	newer, err3 := client.Latest[client.Contacts].Attribute(name)
	where := "in API 1.x and 2.x"
	switch {
	case err1 != nil && err2 != nil && err3 == nil:
		a, where = newer, fmt.Sprintf("in API versions after %s only", client.Version2)
	case err1 != nil:
		a, where = b, "in API 2.x only"
	case err2 != nil:
		where = "in API 1.x only"
	}
	if a.Identity {
		return fmt.Sprintf("Type %s, %s. It decides whom the row reaches or what they become, and is never inferred. A column, or a map.", a.Type, where)
	}
	return fmt.Sprintf("Type %s, %s. A column, or a map.", a.Type, where)
}

// attributeSchema is the name of an attribute.
func attributeSchema() schema { return eitherSchema(wordSchema(standardAttributes()), customSchema) }

// leadSchema is the lead that a test expects: values by mapped attributes.
func leadSchema() schema {
	words := append([]string{tagsKey}, companyKeys...)
	custom := schema{"type": "string", "pattern": "^" + regexp.QuoteMeta(companyPrefix) + strings.TrimPrefix(client.CustomPattern, "^")}
	return schema{"type": "object", "additionalProperties": cellSchema, "propertyNames": eitherSchema(attributeSchema(), wordSchema(words), custom)}
}
