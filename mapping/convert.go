package mapping

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"leadimport/client"
)

// form is how the text of a cell is read.
type form uint8

const (
	asText form = iota
	asIdentifier
	asRole
	asEmail
	asPhone
	asInteger
	asFloat
	asBoolean
	asDate
)

// formOf is the reading of a type's name in a mapping, and of client.Type.
func formOf(name string) form {
	switch name {
	case "email":
		return asEmail
	case "phone":
		return asPhone
	case "integer":
		return asInteger
	case "float":
		return asFloat
	case "boolean":
		return asBoolean
	case "date":
		return asDate
	}
	return asText
}

// sends is the type of the values that a form gives.
func (f form) sends() client.Type {
	switch f {
	case asInteger:
		return client.TypeInteger
	case asFloat:
		return client.TypeFloat
	case asBoolean:
		return client.TypeBoolean
	case asDate:
		return client.TypeDate
	}
	return client.TypeString
}

// conversion turns the text of a cell that is not blank into a value.
type conversion struct {
	form    form
	limit   int // characters of a text; 0: none known
	decimal byte
	region  string
	layout  *layout
	zone    *time.Location
	order   dayOrder // of dates such as 3/4/2026, once the column has shown it
}

// fault is why a text has no value.
type fault struct{ code, message string }

func faultf(code, format string, args ...any) *fault {
	return &fault{code, fmt.Sprintf(format, args...)}
}

func (c *conversion) convert(s string) (client.Value, *fault) {
	switch c.form {
	case asIdentifier:
		return client.String(trim(s)), nil
	case asRole:
		role := strings.ToLower(trim(s))
		if role != "user" && role != "lead" {
			return client.Value{}, faultf("invalid_role", "neither user nor lead")
		}
		return client.String(role), nil
	case asEmail:
		return c.email(s)
	case asPhone:
		return c.phone(s)
	case asInteger:
		return c.integer(s)
	case asFloat:
		return c.float(s)
	case asBoolean:
		return c.boolean(s)
	case asDate:
		return c.date(s)
	}
	if c.limit > 0 && len(s) > c.limit && utf8.RuneCountInString(s) > c.limit {
		return client.Value{}, faultf("too_long", "%d characters, the API takes at most %d in a custom attribute", utf8.RuneCountInString(s), c.limit)
	}
	return client.String(s), nil
}
