package mapping

import (
	"slices"
	"strings"

	"leadimport/client"
)

var goneWords = []string{string(Follow), string(Skip), string(Fail)}

// parsing is a Mapping while its file is read.
type parsing struct {
	*Mapping
	keys  []string // of the file itself
	tests node     // they name attributes, so that they are read last
}

// topSettings are the keys of the file itself.
var topSettings = []setting[*parsing]{
	{name: "api_version",
		about:  `The version of the Intercom API: "1.4" (leads) or "2.15" (contacts). It is text: quote it, or 2.10 is 2.1 to other programs. Default: 1.4 when an attribute is mapped that only 1.x takes, else 2.15.`,
		schema: schema{"type": []string{"string", "number"}, "pattern": `^[12]\.(0|[1-9][0-9]*)$`, "minimum": 1, "exclusiveMaximum": 3, "examples": []string{client.Version1.String(), client.Version2.String()}},
		read:   func(f file, p *parsing, n node) error { return p.parseVersion(f, n) }},
	{name: "version",
		about:  "The version of this format.",
		schema: schema{"enum": []any{1, "1"}},
		read: func(f file, p *parsing, n node) error {
			if n.text != "1" {
				return f.errorf(n.at, "", "version %q of the mapping format is not known: this program reads version 1", n.text)
			}
			return nil
		}},
	{name: "key",
		about:  "What makes two rows the same lead: an attribute, a list of attributes, or {column: NAME} for a column that is not sent. Default: email, where it is mapped.",
		schema: listSchema(eitherSchema(attributeSchema(), mapSchema(keySettings, "column")), 1),
		read:   func(f file, p *parsing, n node) error { return p.parseKey(f, n) }},
	{name: "attributes",
		about:  "What each attribute of a lead is made of: attribute: Column, or attribute: {column: Column, …}. Custom attributes are written custom_attributes.NAME.",
		schema: attributesSchema(),
		read:   func(f file, p *parsing, n node) error { return p.parseAttributes(f, n, p.keys) }},
	{name: "match",
		about:  "Looks each row up by an attribute, or by the first of a list that finds anybody, before a lead is created. A map says what becomes of users and of archived contacts.",
		schema: eitherSchema(listSchema(identifierSchema, 1), mapSchema(matchSettings, "by")),
		read:   func(f file, p *parsing, n node) error { return p.parseMatch(f, n) }},
	{name: "gone",
		about:  "What becomes of a row whose contact of earlier results is gone. follow: the one that it was merged into, or exactly one with the key's own identity, is updated (the default). skip: the row is left out. fail: the row fails with the API's answer.",
		schema: wordSchema(goneWords),
		read: func(f file, p *parsing, n node) (err error) {
			p.gone, err = f.word(n, "gone", goneWords...)
			return err
		}},
	{name: "stamp",
		about:  "A custom attribute of its own that holds a digest of each row's key, so that a lead can be found again when an answer is lost.",
		schema: customSchema,
		read:   func(f file, p *parsing, n node) error { return p.parseStamp(f, n) }},
	{name: "tags",
		about:  "Tags for every lead that a run creates or updates. {date} is the day on which the run began (UTC), {month} its month, {file} the input's name. {column: NAME, split: \";\"} gives each lead those that its own cell names.",
		schema: listSchema(eitherSchema(tagSchema, mapSchema(tagSettings, "column")), 0),
		read:   func(f file, p *parsing, n node) error { return p.parseTags(f, n) }},
	{name: "companies",
		about:  "The company to which the lead belongs, or a list of companies.",
		schema: listSchema(companySchema(), 0),
		read:   func(f file, p *parsing, n node) error { return p.parseCompanies(f, n) }},
	{name: "ignore",
		about:  "Columns that are left out on purpose.",
		schema: textsSchema,
		read: func(f file, p *parsing, n node) error {
			list, err := f.texts(n, "ignore")
			for _, o := range list {
				p.ignored = append(p.ignored, o.text)
			}
			return err
		}},
	{name: "allow_resubscribe",
		about:  "true: an update may turn unsubscribed_from_emails back to false. Default: false.",
		schema: schema{"type": "boolean"},
		read: func(f file, p *parsing, n node) (err error) {
			p.resubscribe, err = f.boolean(n, "allow_resubscribe")
			return err
		}},
	{name: "on_invalid",
		about:  "What a value that is not of its type does, in all attributes but keys, identifiers, email and unsubscribed_from_emails. reject: the row is invalid (the default). omit: the value is left out and reported, and the row goes in.",
		schema: wordSchema(invalidWords),
		read: func(f file, p *parsing, n node) (err error) {
			p.onInvalid, err = f.word(n, "on_invalid", invalidWords...)
			return err
		}},
	{name: "write",
		about:  "What becomes of a contact that is there already, in all attributes but keys, identifiers and unsubscribed_from_emails. always: the row's value is written (the default). if_empty: only where the contact has none. create_only: never.",
		schema: wordSchema(writeForAll),
		read: func(f file, p *parsing, n node) (err error) {
			p.write, err = f.word(n, "write", writeForAll...)
			return err
		}},
	{name: "blank_words",
		about:  "Words that are read as blank, such as NULL: default (the usual ones), none, or a list of words, in which default stands for the usual ones.",
		schema: blankWordsSchema,
		read:   func(f file, p *parsing, n node) error { return p.parseBlankWords(f, n) }},
	{name: "tests",
		about:  "Rows, and the leads or the problems that they must become. leadimport check runs them.",
		schema: schema{"type": []string{"array", "null"}, "items": testSchema()},
		read: func(_ file, p *parsing, n node) error {
			p.tests = n
			return nil
		}},
}

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
	p := &parsing{Mapping: m, keys: keysOf(topSettings)}
	var wrong mistakes
	wrong.add(f.eachHinted(root, "the mapping", p.keys, underAttributes, func(key, value node) error {
		return settingOf(topSettings, key.text).read(f, p, value)
	}))
	if len(m.attributes) == 0 && len(wrong.list) == 0 {
		return nil, f.errorf(root.at, "add attributes: {email: Email}", "the mapping has no attributes")
	}
	if len(m.attributes) > 0 {
		wrong.add(m.checkKey(f))
		wrong.add(m.checkMatch(f))
		wrong.add(m.checkRest(f))
		if p.tests.kind != nullNode {
			wrong.add(m.parseTests(f, p.tests))
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

// keySettings are the keys of a part of the key that is no attribute.
var keySettings = []setting[*keyPart]{
	{name: "column", about: "The column whose cells tell rows apart.", schema: textSchema, read: func(f file, k *keyPart, n node) error {
		o, err := f.text(n, "column")
		k.column, k.at = o.text, o.at
		return err
	}},
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
			if err := readMap(f, item, "key", keySettings, &part); err != nil {
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
	for _, part := range m.otherSources() {
		for _, c := range part.columns {
			if c.text == column {
				return c.at
			}
		}
	}
	return place{}
}
