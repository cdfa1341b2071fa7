package client

import (
	"crypto/sha256"
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// CustomPrefix begins the name of every custom attribute.
const CustomPrefix = "custom_attributes."

// Lead is what one row says of one person: the attributes to save, and whom
// to save them to. It is a value; nothing in it is shared or changed after it
// was made.
type Lead struct {
	// ID is the API's own id of the contact to update. Empty: create one,
	// unless UserID is set.
	ID string
	// UserID identifies the lead to update in family 1.x, where the API
	// assigned it. It is never sent on a create.
	UserID string
	// Fields are the attributes to save, each name once, custom attributes
	// last. What is not here is not touched by an update.
	Fields []Field
	// Companies are those that the lead belongs to. In 1.x a save carries
	// them; in 2.x they are saved and attached by calls of their own.
	Companies []Company
	// Tags are those that the lead gets of its own row, by calls behind the
	// save; each once, whatever its capitals.
	Tags []string
}

// Field is one attribute of a lead: a name of the catalogue, or CustomPrefix
// and the name of a custom attribute.
type Field struct {
	Name  string
	Value Value
}

// IsUpdate reports whether saving l updates a contact that is named by an
// identifier. Otherwise it creates one, and is not idempotent.
func (l Lead) IsUpdate() bool { return l.ID != "" || l.UserID != "" }

// Value returns the value of the attribute called name, and whether l has it.
func (l Lead) Value(name string) (Value, bool) {
	for _, f := range l.Fields {
		if f.Name == name {
			return f.Value, true
		}
	}
	return Value{}, false
}

// Digest identifies the attributes of l, whoever they belong to: two leads
// with the same fields, values, companies and tags have the same digest in every run and on
// every machine. It is 16 bytes of SHA-256, enough to tell rows apart and
// small enough to remember for each of millions.
func (l Lead) Digest() [16]byte {
	b := make([]byte, 0, 512)
	for _, f := range l.Fields {
		b = appendString(b, f.Name)
		b = f.Value.appendJSON(b)
		b = append(b, '\n')
	}
	for _, c := range l.Companies {
		b = append(b, "company "...)
		b = appendString(b, c.CompanyID)
		b = appendString(b, c.Name)
		for _, f := range c.Fields {
			b = appendString(b, f.Name)
			b = f.Value.appendJSON(b)
		}
		b = append(b, '\n')
	}
	for _, tag := range l.foldedTags() {
		b = append(b, "tag "...)
		b = appendString(b, tag)
		b = append(b, '\n')
	}
	sum := sha256.Sum256(b)
	return [16]byte(sum[:16])
}

// foldedTags are the tags as the API tells them apart, in one order.
func (l Lead) foldedTags() []string {
	if len(l.Tags) == 0 {
		return nil
	}
	list := make([]string, len(l.Tags))
	for i, tag := range l.Tags {
		list[i] = TagKey(tag)
	}
	slices.Sort(list)
	return list
}

type kind uint8

const (
	kindNull kind = iota
	kindString
	kindLiteral // a JSON number, true or false, in text
)

// Value is one JSON value: null, a string, a number or a boolean, the only
// ones that attributes take. The zero Value is null, which clears.
type Value struct {
	kind kind
	text string
}

// String is a JSON string.
func String(s string) Value { return Value{kindString, s} }

// Integer is a JSON number without a fraction.
func Integer(n int64) Value { return Value{kindLiteral, strconv.FormatInt(n, 10)} }

// Float is a JSON number. f must not be NaN or infinite.
func Float(f float64) Value { return Value{kindLiteral, strconv.FormatFloat(f, 'f', -1, 64)} }

// Boolean is true or false.
func Boolean(b bool) Value { return Value{kindLiteral, strconv.FormatBool(b)} }

// IsNull reports whether v is null.
func (v Value) IsNull() bool { return v.kind == kindNull }

// Text is the value as a person would read it: a string without quotes,
// nothing for null.
func (v Value) Text() string { return v.text }

func (v Value) appendJSON(b []byte) []byte {
	switch v.kind {
	case kindString:
		return appendString(b, v.text)
	case kindLiteral:
		return append(b, v.text...)
	default:
		return append(b, "null"...)
	}
}

// appendString appends s as a JSON string. Invalid UTF-8 never comes here:
// the reader of the file refuses it.
func appendString(b []byte, s string) []byte {
	plain := true
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < 0x20 || c == '"' || c == '\\' || c >= 0x7f {
			plain = false
			break
		}
	}
	if plain {
		b = append(b, '"')
		b = append(b, s...)
		return append(b, '"')
	}
	quoted, _ := json.Marshal(s) // a string always marshals
	return append(b, quoted...)
}

// splitCustom returns the name of a custom attribute without its prefix.
func splitCustom(name string) (string, bool) { return strings.CutPrefix(name, CustomPrefix) }
