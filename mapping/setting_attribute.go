package mapping

import (
	"slices"
	"strconv"
	"strings"
)

// attributeSettings are the keys of an attribute's long form.
var attributeSettings = []setting[*attribute]{
	{name: "column",
		about:   "The column whose cells are the value.",
		schema:  textSchema,
		company: true,
		read: func(f file, a *attribute, n node) error {
			o, err := f.text(n, "column")
			a.columns = []option{o}
			return err
		}},
	{name: "columns",
		about:   "The columns whose cells are joined. Blank ones are left out.",
		schema:  someTextsSchema,
		company: true,
		read: func(f file, a *attribute, n node) (err error) {
			a.columns, err = f.texts(n, "columns")
			if err == nil && len(a.columns) == 0 {
				err = f.errorf(n.at, "", "columns is an empty list")
			}
			return err
		}},
	{name: "join",
		about:   "What stands between the cells of several columns. Default: a blank.",
		schema:  schema{"type": "string"},
		company: true,
		read: func(f file, a *attribute, n node) error {
			if n.kind != textNode {
				return f.errorf(n.at, "", "join must be text, not %s", n.kind)
			}
			a.join = n.text
			return nil
		}},
	{name: "value",
		about:   "The same value for every row.",
		schema:  textSchema,
		company: true,
		read: func(f file, a *attribute, n node) (err error) {
			a.constant, err = f.scalar(n, "value")
			a.constAt = n.at
			return err
		}},
	{name: "type",
		about:  "What the cells hold. A custom attribute without a type takes the workspace's (API 2.x), else the one that all its values have.",
		schema: wordSchema(typeNames),
		read: func(f file, a *attribute, n node) (err error) {
			if name, ok := otherTypes[strings.ToLower(n.text)]; ok {
				return f.errorf(n.at, `did you mean "`+name+`"?`, "type %q is not known", n.text)
			}
			a.typ, err = f.word(n, "type", typeNames...)
			return err
		}},
	{name: "format",
		about:  "How dates are written, such as DD/MM/YYYY HH:mm, YYYY-MM-DD, unix, unix_ms or excel; or a list of formats. A date that two of them read differently is invalid.",
		schema: listSchema(textSchema, 1),
		read: func(f file, a *attribute, n node) (err error) {
			a.formats, err = f.oneOrMore(n, "format")
			return err
		}},
	{name: "zone",
		about:  "The time zone of dates that name none, such as Europe/Dublin. Default: UTC.",
		schema: textSchema,
		read: func(f file, a *attribute, n node) (err error) {
			a.zone, err = f.text(n, "zone")
			return err
		}},
	{name: "decimal",
		about:  `The sign before the decimals of numbers: "." (the default), or "," as in 1.234,50.`,
		schema: wordSchema(decimalSigns),
		read: func(f file, a *attribute, n node) (err error) {
			a.decimal, err = f.word(n, "decimal", decimalSigns...)
			return err
		}},
	{name: "region",
		about:  "The country of phone numbers without a country code, in two letters, such as IE or GB.",
		schema: regionSchema,
		read: func(f file, a *attribute, n node) (err error) {
			a.region, err = f.region(n)
			return err
		}},
	{name: "values",
		about:   "What the texts of cells mean: text to text, whatever the capitals. What is not listed stays as it is.",
		schema:  schema{"type": "object", "additionalProperties": cellSchema},
		company: true, ofCells: true,
		read: func(f file, a *attribute, n node) error { return a.parseValues(f, n) }},
	{name: "default",
		about:   "The value for blank cells.",
		schema:  textSchema,
		company: true, ofCells: true,
		read: func(f file, a *attribute, n node) (err error) {
			a.fallback, err = f.scalar(n, "default")
			a.fallAt = n.at
			return err
		}},
	{name: "filled",
		about:   "What any text means that values does not list, true or false: for a cell that has the date of something, or is blank.",
		schema:  schema{"type": "boolean"},
		ofCells: true,
		read: func(f file, a *attribute, n node) error {
			is, err := f.boolean(n, "filled")
			a.filled = option{strconv.FormatBool(is), n.at}
			return err
		}},
	{name: "required",
		about:   "true: a blank cell makes the row invalid.",
		contact: true,
		schema:  schema{"type": "boolean"},
		ofCells: true,
		read: func(f file, a *attribute, n node) (err error) {
			a.required, err = f.boolean(n, "required")
			return err
		}},
	{name: "blank",
		about:   "What a blank cell does. skip: it leaves the attribute alone (the default). clear: it empties the attribute.",
		contact: true,
		schema:  wordSchema(blankChoices),
		ofCells: true,
		read: func(f file, a *attribute, n node) error {
			o, err := f.word(n, "blank", blankChoices...)
			a.clear, a.clearAt = o.text == "clear", o.at
			return err
		}},
	{name: "on_invalid",
		about:   "What a value that is not of its type does. reject: the row is invalid (the default). omit: the value is left out and reported, and the row goes in.",
		schema:  wordSchema(invalidWords),
		ofCells: true,
		read: func(f file, a *attribute, n node) (err error) {
			a.invalid, err = f.word(n, "on_invalid", invalidWords...)
			return err
		}},
	{name: "decode",
		about:   "Mends text that another program left escaped, where it is unmistakable: one of these, or a list.",
		schema:  listSchema(wordSchema(decoderNames()), 1),
		company: true, ofCells: true,
		read: func(f file, a *attribute, n node) error { return a.parseDecode(f, n) }},
	{name: "several",
		about:   "first: of several phone numbers in a cell the first is taken. Without it they are invalid.",
		schema:  wordSchema(severalWords),
		ofCells: true,
		read: func(f file, a *attribute, n node) error {
			_, err := f.word(n, "several", severalWords...)
			a.several, a.severalAt = err == nil, n.at
			return err
		}},
	{name: "write",
		about:   "What becomes of a contact that is there already. always: the row's value is written (the default). if_empty: only where the contact has none. create_only: never. append: behind the text that a custom attribute has, unless it is in there.",
		contact: true,
		schema:  wordSchema(writeWords),
		read: func(f file, a *attribute, n node) (err error) {
			a.write, err = f.word(n, "write", writeWords...)
			return err
		}},
	{name: "separator",
		about:   "What stands between the texts of write: append. Default: a comma and a blank.",
		contact: true,
		schema:  schema{"type": "string", "minLength": 1},
		read: func(f file, a *attribute, n node) error {
			if n.kind != textNode || n.text == "" {
				return f.errorf(n.at, `write separator: "; "`, "separator must be text")
			}
			a.separator = option{n.text, n.at}
			return nil
		}},
}

// companyAttributeSettings are those that other attributes of a company have.
var companyAttributeSettings = slices.DeleteFunc(slices.Clone(attributeSettings), func(s setting[*attribute]) bool { return s.contact })

// partSettings are those that the id and the name of a company have.
var partSettings = slices.DeleteFunc(slices.Clone(attributeSettings), func(s setting[*attribute]) bool { return !s.company })
