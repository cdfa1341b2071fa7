package mapping

import (
	"regexp"
	"strings"

	"leadimport/client"
)

// schema is what may stand somewhere in the mapping file, in the words of JSON
// Schema. Schemas are shared: nobody changes one.
type schema = map[string]any

// textSchema is what the parser takes as a text: a number, and true or false,
// mean how they are written.
var textSchema = schema{"type": []string{"string", "number", "boolean"}, "pattern": `\S`}

var (
	textsSchema     = schema{"type": "array", "items": textSchema}
	someTextsSchema = schema{"type": "array", "items": textSchema, "minItems": 1}
)

// cellSchema is a cell or a value in a test, or what a cell means.
var cellSchema = schema{"type": []string{"string", "number", "boolean", "null"}}

// customSchema is the name of a custom attribute.
var customSchema = schema{"type": "string", "pattern": client.CustomPattern}

// identifierSchema is an attribute by which match may go.
var identifierSchema = eitherSchema(wordSchema(identifiers), customSchema)

// tagSchema is a text whose braces hold placeholders.
var tagSchema = func() schema {
	var known []string
	for _, p := range placeholders {
		known = append(known, regexp.QuoteMeta(p))
	}
	return schema{"allOf": []schema{textSchema, {"pattern": "^([^{]|" + strings.Join(known, "|") + ")*$"}}}
}()

// wordSchema is one of these words.
func wordSchema(words []string) schema { return schema{"type": "string", "enum": words} }

func eitherSchema(of ...schema) schema { return schema{"anyOf": of} }

// listSchema is one of these, or a list of at least so many.
func listSchema(one schema, atLeast int) schema {
	list := schema{"type": "array", "items": one}
	if atLeast > 0 {
		list["minItems"] = atLeast
	}
	return eitherSchema(one, list)
}

// mapSchema is a map of these settings.
func mapSchema[T any](settings []setting[T], required ...string) schema {
	properties := schema{}
	for _, s := range settings {
		properties[s.name] = described(s.schema, s.about)
	}
	m := schema{"type": "object", "properties": properties, "additionalProperties": false}
	if len(required) > 0 {
		m["required"] = required
	}
	return m
}

// described is a schema with a description. Beside $ref, draft-07 has it
// ignored, and editors show it.
func described(of schema, about string) schema {
	with := schema{"description": about}
	for keyword, value := range of {
		with[keyword] = value
	}
	return with
}
