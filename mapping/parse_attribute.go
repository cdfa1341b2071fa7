package mapping

import (
	"slices"
	"strings"

	"leadimport/client"
)

var (
	typeNames    = []string{"string", "integer", "float", "boolean", "date", "email", "phone"}
	decimalSigns = []string{".", ","}
	blankChoices = []string{"skip", "clear"}
	invalidWords = []string{"reject", "omit"} // of the whole mapping too
	severalWords = []string{"first"}
	// otherTypes are the words of other programs for ours.
	otherTypes = map[string]string{
		"text": "string", "str": "string", "varchar": "string", "int": "integer", "bigint": "integer", "number": "float", "decimal": "float", "double": "float", "numeric": "float",
		"bool": "boolean", "datetime": "date", "timestamp": "date", "time": "date", "e-mail": "email", "mail": "email", "telephone": "phone", "tel": "phone",
	}
)

// parseAttributes reads attributes; topKeys have their place beside them.
func (m *Mapping) parseAttributes(f file, n node, topKeys []string) error {
	return f.each(n, "attributes", nil, func(key, value node) error {
		a := attribute{name: key.text, at: key.at, join: " "}
		if a.name == "" {
			return f.errorf(key.at, "", "an attribute needs a name")
		}
		if slices.Contains(topKeys, a.name) {
			return f.errorf(key.at, "put it at the top, beside attributes", "%q is no attribute", a.name)
		}
		if a.name == strings.TrimSuffix(client.CustomPrefix, ".") {
			return f.errorf(key.at, "write "+client.CustomPrefix+"NAME: COLUMN, a line for each", "%q is not one attribute", a.name)
		}
		var err error
		if value.kind == mapNode {
			err = a.parse(f, value, attributeSettings)
		} else {
			err = a.parseShort(f, value)
		}
		a.broken = err != nil
		m.attributes = append(m.attributes, a)
		return err
	})
}

// parseShort reads attribute: Column.
func (a *attribute) parseShort(f file, n node) error {
	switch n.kind {
	case nullNode:
		return f.errorf(n.at, "write "+strings.TrimPrefix(a.name, companyPrefix)+": COLUMN", "%q has no column", a.name)
	case listNode:
		return f.errorf(n.at, "write {columns: [A, B]}", "%q must be a column or a map, not a list", a.name)
	}
	o, err := f.text(n, "column")
	a.columns = []option{o}
	return err
}

// parse reads the long form, which has these settings.
func (a *attribute) parse(f file, n node, settings []setting[*attribute]) error {
	places := map[string]place{}
	err := f.eachHinted(n, quote(a.name), keysOf(settings), severalTags, func(key, value node) error {
		places[key.text] = key.at
		return settingOf(settings, key.text).read(f, a, value)
	})
	if err != nil {
		return err
	}
	return a.check(f, n.at, places)
}

// severalTags is a hint for who wants several values of a cell: an attribute
// holds one. A list attribute of the API is a choice of one of its options
// (create_data_attribute_request, 2.15), and arrays "will be rejected" (Create or
// Update User, 1.4).
func severalTags(key string) string {
	if key == "split" {
		return `Intercom keeps one value in an attribute, not a list: make tags of it, tags: [{column: NAME, split: ";"}]`
	}
	return ""
}

func (a *attribute) parseValues(f file, n node) error {
	return f.each(n, "values", nil, func(key, value node) error {
		from := trim(key.text)
		if from == "" {
			return f.errorf(key.at, "use default for blank cells", "values has a blank text")
		}
		for _, r := range a.values {
			if r.from == from {
				return f.errorf(key.at, "", "values has %q twice", from)
			}
		}
		if value.kind == listNode || value.kind == mapNode {
			return f.errorf(value.at, "", "what %q means must be text, a number, or true or false, not %s", from, value.kind)
		}
		a.values = append(a.values, replacement{from, value.text})
		return nil
	})
}

// check refuses settings that contradict each other or would do nothing.
func (a *attribute) check(f file, at place, places map[string]place) error {
	var wrong mistakes
	sources := 0
	for _, s := range []string{"column", "columns", "value"} {
		if _, ok := places[s]; ok {
			if sources++; sources > 1 {
				return f.errorf(places[s], "", "%q has more than one of column, columns and value", a.name)
			}
		}
	}
	if sources == 0 {
		return f.errorf(at, "add column: NAME", "%q has no column, columns or value", a.name)
	}
	if p, ok := places["join"]; ok && len(a.columns) < 2 {
		wrong.add(f.errorf(p, "write columns: [A, B]", "join needs columns"))
	}
	for i, c := range a.columns {
		for _, other := range a.columns[:i] {
			if c.text == other.text {
				wrong.add(f.errorf(c.at, "", "columns names %q twice", c.text))
			}
		}
	}
	if p, ok := places["separator"]; ok && a.write.text != "append" {
		wrong.add(f.errorf(p, "add write: append", "separator is for what is appended"))
	}
	if a.clear && (a.write.text == "if_empty" || a.write.text == "append") {
		wrong.add(f.errorf(places["blank"], "choose one", "%s never clears", a.write.text))
	}
	if a.constant != nil {
		for _, s := range attributeSettings {
			if p, ok := places[s.name]; ok && s.ofCells {
				wrong.add(f.errorf(p, "", "%s does nothing for a constant", s.name))
			}
		}
		return wrong.err()
	}
	switch {
	case a.fallback != nil && a.required:
		wrong.add(f.errorf(places["required"], "choose one", "a cell with a default is never missing"))
	case a.fallback != nil && a.clear:
		wrong.add(f.errorf(places["blank"], "choose one", "a blank cell cannot both clear and take the default"))
	case a.required && a.clear:
		wrong.add(f.errorf(places["blank"], "choose one", "a blank cell cannot both clear and be refused"))
	}
	if a.required && a.invalid.text == "omit" {
		wrong.add(f.errorf(places["on_invalid"], "choose one", "what is required cannot be left out when it is invalid"))
	}
	return wrong.err()
}
