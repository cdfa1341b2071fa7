package mapping

import (
	"slices"
	"strings"
)

// attributeSettings are the keys of an attribute's long form.
var attributeSettings = []setting[*attribute]{
	{name: "column", company: true, read: func(f file, a *attribute, n node) error {
		o, err := f.text(n, "column")
		a.columns = []option{o}
		return err
	}},
	{name: "columns", company: true, read: func(f file, a *attribute, n node) (err error) {
		a.columns, err = f.texts(n, "columns")
		if err == nil && len(a.columns) == 0 {
			err = f.errorf(n.at, "", "columns is an empty list")
		}
		return err
	}},
	{name: "join", company: true, read: func(f file, a *attribute, n node) error {
		if n.kind != textNode {
			return f.errorf(n.at, "", "join must be text, not %s", n.kind)
		}
		a.join = n.text
		return nil
	}},
	{name: "value", company: true, read: func(f file, a *attribute, n node) (err error) {
		a.constant, err = f.scalar(n, "value")
		a.constAt = n.at
		return err
	}},
	{name: "type", read: func(f file, a *attribute, n node) (err error) {
		if name, ok := otherTypes[strings.ToLower(n.text)]; ok {
			return f.errorf(n.at, `did you mean "`+name+`"?`, "type %q is not known", n.text)
		}
		a.typ, err = f.word(n, "type", typeNames...)
		return err
	}},
	{name: "format", read: func(f file, a *attribute, n node) (err error) {
		a.formats, err = f.oneOrMore(n, "format")
		return err
	}},
	{name: "zone", read: func(f file, a *attribute, n node) (err error) {
		a.zone, err = f.text(n, "zone")
		return err
	}},
	{name: "decimal", read: func(f file, a *attribute, n node) (err error) {
		a.decimal, err = f.word(n, "decimal", decimalSigns...)
		return err
	}},
	{name: "region", read: func(f file, a *attribute, n node) (err error) {
		a.region, err = f.region(n)
		return err
	}},
	{name: "values", company: true, ofCells: true, read: func(f file, a *attribute, n node) error { return a.parseValues(f, n) }},
	{name: "default", company: true, ofCells: true, read: func(f file, a *attribute, n node) (err error) {
		a.fallback, err = f.scalar(n, "default")
		a.fallAt = n.at
		return err
	}},
	{name: "required", ofCells: true, read: func(f file, a *attribute, n node) (err error) {
		a.required, err = f.boolean(n, "required")
		return err
	}},
	{name: "blank", ofCells: true, read: func(f file, a *attribute, n node) error {
		o, err := f.word(n, "blank", blankChoices...)
		a.clear, a.clearAt = o.text == "clear", o.at
		return err
	}},
	{name: "on_invalid", ofCells: true, read: func(f file, a *attribute, n node) (err error) {
		a.invalid, err = f.word(n, "on_invalid", invalidWords...)
		return err
	}},
	{name: "decode", company: true, ofCells: true, read: func(f file, a *attribute, n node) error { return a.parseDecode(f, n) }},
	{name: "several", ofCells: true, read: func(f file, a *attribute, n node) error {
		_, err := f.word(n, "several", severalWords...)
		a.several, a.severalAt = err == nil, n.at
		return err
	}},
}

// partSettings are those that the id and the name of a company have.
var partSettings = slices.DeleteFunc(slices.Clone(attributeSettings), func(s setting[*attribute]) bool { return !s.company })
