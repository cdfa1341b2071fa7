package mapping

import (
	"slices"
	"strings"

	"leadimport/client"
)

var topKeys = []string{"api_version", "version", "key", "attributes", "match", "gone", "stamp", "tags", "companies", "ignore", "allow_resubscribe", "on_invalid", "blank_words", "tests"}

// Parse reads a mapping file; name is what errors call it. The error is an
// *Error with the place in the file, or Mistakes: all that is wrong with it. A
// mapping beside it is as much as could be read, for Wrong.
func Parse(name string, data []byte) (*Mapping, error) {
	f := file(name)
	root, err := parseYAML(f, data)
	if err != nil {
		return nil, err
	}
	if root.kind == textNode {
		return nil, f.errorf(root.at, "write attributes: {email: Email}; is this the CSV file?", "the mapping must be a map, not text")
	}
	m := &Mapping{name: name, blank: blanks{usual: true}}
	var tests node
	var wrong mistakes
	wrong.add(f.eachHinted(root, "the mapping", topKeys, underAttributes, func(key, value node) error {
		var err error
		switch key.text {
		case "api_version":
			err = m.parseVersion(f, value)
		case "version":
			if value.text != "1" {
				err = f.errorf(value.at, "", "version %q of the mapping format is not known: this program reads version 1", value.text)
			}
		case "key":
			err = m.parseKey(f, value)
		case "attributes":
			err = m.parseAttributes(f, value)
		case "match":
			err = m.parseMatch(f, value)
		case "gone":
			m.gone, err = f.word(value, key.text, string(Follow), string(Skip), string(Fail))
		case "stamp":
			err = m.parseStamp(f, value)
		case "tags":
			err = m.parseTags(f, value)
		case "companies":
			err = m.parseCompanies(f, value)
		case "ignore":
			var list []option
			list, err = f.texts(value, "ignore")
			for _, o := range list {
				m.ignored = append(m.ignored, o.text)
			}
		case "allow_resubscribe":
			m.resubscribe, err = f.boolean(value, key.text)
		case "on_invalid":
			m.onInvalid, err = f.word(value, key.text, "reject", "omit")
		case "blank_words":
			err = m.parseBlankWords(f, value)
		case "tests":
			tests = value
		}
		return err
	}))
	if len(m.attributes) == 0 && len(wrong.list) == 0 {
		return nil, f.errorf(root.at, "add attributes: {email: Email}", "the mapping has no attributes")
	}
	if len(m.attributes) > 0 {
		wrong.add(m.checkKey(f))
		wrong.add(m.checkMatch(f))
		wrong.add(m.checkRest(f))
		if tests.kind != nullNode {
			wrong.add(m.parseTests(f, tests))
		}
	}
	if m.unversioned || len(m.attributes) == 0 {
		return nil, wrong.err() // what an attribute may be depends on it
	}
	return m, wrong.err()
}

// Wrong adds to what is wrong with a mapping what a version and the columns of
// a file have against the rest of it: all mistakes are told at once.
func (m *Mapping) Wrong(err error, header []string, v client.Version) error {
	var wrong mistakes
	wrong.add(err)
	_, err = m.Compile(header, v)
	wrong.add(err)
	return wrong.err()
}

func (m *Mapping) parseVersion(f file, n node) error {
	m.unversioned = true
	o, err := f.text(n, "api_version")
	if err != nil {
		return err
	}
	if m.version, err = client.ParseVersion(o.text); err != nil {
		return f.errorf(n.at, "", "%s", err)
	}
	m.named, m.unversioned = true, false
	return nil
}

func (m *Mapping) parseStamp(f file, n node) error {
	o, err := f.text(n, "stamp")
	if err != nil {
		return err
	}
	if !strings.HasPrefix(o.text, client.CustomPrefix) {
		return f.errorf(n.at, "", "stamp %q is no custom attribute: write %s%s", o.text, client.CustomPrefix, strings.TrimPrefix(o.text, "."))
	}
	if _, err := client.Version2.Attribute(o.text); err != nil {
		return f.errorf(n.at, "", "%s", err)
	}
	m.stamp = o
	return nil
}

// parseKey reads an attribute, a list of them, or {column: NAME}.
func (m *Mapping) parseKey(f file, n node) error {
	items := []node{n}
	if n.kind == listNode {
		items = n.list
	}
	if len(items) == 0 {
		return f.errorf(n.at, "", "key is an empty list")
	}
	for _, item := range items {
		part := keyPart{at: item.at}
		if item.kind == mapNode {
			err := f.each(item, "key", []string{"column"}, func(_, value node) error {
				o, err := f.text(value, "column")
				part.column, part.at = o.text, o.at
				return err
			})
			if err != nil {
				return err
			}
			if part.column == "" {
				return f.errorf(item.at, "write {column: NAME}", "key is an empty map")
			}
		} else {
			o, err := f.text(item, "key")
			if err != nil {
				return err
			}
			part.attribute = o.text
		}
		for _, other := range m.key {
			if other.String() == part.String() {
				return f.errorf(part.at, "", "key names %s twice", part)
			}
		}
		m.key = append(m.key, part)
	}
	return nil
}

// checkKey makes sure that what identifies a row comes from the row.
func (m *Mapping) checkKey(f file) error {
	var wrong mistakes
	for _, k := range m.key {
		if k.column != "" {
			continue
		}
		a := m.attribute(k.attribute)
		switch {
		case a == nil:
			wrong.add(f.errorf(k.at, oneOfMapped(k.attribute, m), "key %q is not among the mapped attributes", k.attribute))
		case a.constant != nil:
			wrong.add(f.errorf(k.at, "", "key %q is a constant: every row would be the same lead", k.attribute))
		case a.fallback != nil:
			wrong.add(f.errorf(k.at, "", "key %q has a default: every row without one would be the same lead", k.attribute))
		}
	}
	return wrong.err()
}

func oneOfMapped(name string, m *Mapping) string {
	var names []string
	for _, a := range m.attributes {
		names = append(names, a.name)
	}
	if near, ok := nearest(name, names); ok {
		return `did you mean "` + near + `"?`
	}
	return "map it, or write {column: " + name + "} for a column"
}

func (m *Mapping) checkRest(f file) error {
	var wrong mistakes
	if m.stamp.set() && m.attribute(m.stamp.text) != nil {
		wrong.add(f.errorf(m.stamp.at, "give the stamp an attribute of its own", "stamp %q is mapped as well", m.stamp.text))
	}
	for _, column := range m.Columns() {
		if m.ignores(column) {
			wrong.add(f.errorf(m.columnPlace(column), "take it off the ignore list", "column %q is mapped and ignored", column))
		}
	}
	return wrong.err()
}

// ignores reports whether a column is on the ignore list.
func (m *Mapping) ignores(column string) bool {
	column = columnName(column)
	return slices.ContainsFunc(m.ignored, func(name string) bool { return columnName(name) == column })
}

func (m *Mapping) attribute(name string) *attribute {
	for i := range m.attributes {
		if m.attributes[i].name == name {
			return &m.attributes[i]
		}
	}
	return nil
}

// columnPlace is where the mapping first names a column.
func (m *Mapping) columnPlace(column string) place {
	for _, a := range m.attributes {
		for _, c := range a.columns {
			if c.text == column {
				return c.at
			}
		}
	}
	for _, k := range m.key {
		if k.column == column {
			return k.at
		}
	}
	for _, part := range m.companyParts() {
		for _, c := range part.columns {
			if c.text == column {
				return c.at
			}
		}
	}
	return place{}
}
