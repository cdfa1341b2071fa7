package mapping

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"leadimport/client"
)

// test is a row and the lead that it must become, or the problems that it
// must have.
type test struct {
	name     string
	at       place
	row      map[string]string
	lead     []expectation
	key      string
	problems []string
}

type expectation struct {
	name  string
	value node
}

// parseTests reads a list of {name, row, lead, key, problems}.
func (m *Mapping) parseTests(f file, n node) error {
	if n.kind != listNode {
		return f.errorf(n.at, "write - row: {…} and lead: {…}", "tests must be a list, not %s", n.kind)
	}
	var wrong mistakes
	for i, item := range n.list {
		t := test{name: fmt.Sprintf("test %d", i+1), at: item.at, row: map[string]string{}}
		given := map[string]bool{}
		err := f.each(item, "a test", keysOf(testSettings), func(key, value node) error {
			given[key.text] = true
			return settingOf(testSettings, key.text).read(f, testOf{&t, m}, value)
		})
		switch {
		case err != nil:
			wrong.add(err)
		case !given["row"]:
			wrong.add(f.errorf(item.at, "add row: {COLUMN: text}", "%s has no row", t.name))
		case given["lead"] == given["problems"]:
			wrong.add(f.errorf(item.at, "add lead: {attribute: value} or problems: [code]", "%s must have either the lead or the problems that the row must give", t.name))
		}
		m.tests = append(m.tests, t)
	}
	return wrong.err()
}

// testOf is a test while it is read, and the mapping that it is of.
type testOf struct {
	*test
	mapping *Mapping
}

// testSettings are the keys of a test.
var testSettings = []setting[testOf]{
	{name: "name",
		about:  "What the test is about.",
		schema: textSchema,
		read: func(f file, t testOf, n node) error {
			o, err := f.text(n, "name")
			t.name = o.text
			return err
		}},
	{name: "row",
		about:  "The cells of the row, by their columns. Columns that it does not name are blank.",
		schema: schema{"type": "object", "additionalProperties": cellSchema},
		read: func(f file, t testOf, n node) error {
			return f.each(n, "row", nil, func(key, value node) error {
				if value.kind == listNode || value.kind == mapNode {
					return f.errorf(value.at, "", "a cell must be text, not %s", value.kind)
				}
				t.row[key.text] = value.text
				return nil
			})
		}},
	{name: "lead",
		about:  "The attributes that the lead must have, and no others.",
		schema: leadSchema(),
		read:   func(f file, t testOf, n node) error { return t.parseLead(f, n) }},
	{name: "key",
		about:  "The key that the row must have, such as email:joe@example.com.",
		schema: textSchema,
		read: func(f file, t testOf, n node) error {
			o, err := f.text(n, "key")
			t.key = o.text
			return err
		}},
	{name: "problems",
		about:  "The codes of the problems that the row must have.",
		schema: textsSchema,
		read: func(f file, t testOf, n node) error {
			list, err := f.texts(n, "problems")
			for _, o := range list {
				t.problems = append(t.problems, o.text)
			}
			return err
		}},
}

// testSchema is a test, which has either a lead or problems.
func testSchema() schema {
	s := mapSchema(testSettings, "row")
	s["anyOf"] = []schema{{"required": []string{"lead"}}, {"required": []string{"problems"}}}
	s["dependencies"] = schema{"problems": schema{"properties": schema{"lead": false}}}
	return s
}

func (t testOf) parseLead(f file, n node) error {
	return f.each(n, "lead", nil, func(key, value node) error {
		if value.kind == listNode || value.kind == mapNode {
			return f.errorf(value.at, "", "an attribute must be a text, a number, true, false or null, not %s", value.kind)
		}
		if t.mapping.attribute(key.text) == nil && !t.mapping.hasCompanyKey(key.text) && !(key.text == tagsKey && len(t.mapping.columnTags) > 0) {
			return f.errorf(key.at, oneOfMapped(key.text, t.mapping), "%q is not among the mapped attributes", key.text)
		}
		t.lead = append(t.lead, expectation{key.text, value})
		return nil
	})
}

// TestFailure is a test of the mapping file whose row became something else.
type TestFailure struct {
	Test    string
	Line    int // in the mapping file
	Message string
}

func (t TestFailure) String() string {
	return fmt.Sprintf("line %d: %s: %s", t.Line, t.Test, t.Message)
}

// Tests is the number of tests in the mapping file.
func (m *Mapping) Tests() int { return len(m.tests) }

// RunTests runs the tests of the mapping file against v; none fails: nil. The
// columns that a row does not name are blank. A custom attribute without a
// type takes that of the rows of all tests, and its values are compared as
// text.
func (m *Mapping) RunTests(v client.Version) []TestFailure {
	header := m.Columns()
	p, err := m.Compile(header, v)
	if err != nil {
		return []TestFailure{{Test: "the mapping", Line: 1, Message: err.Error()}}
	}
	rows := make([][]string, len(m.tests))
	for i, t := range m.tests {
		for _, column := range header {
			rows[i] = append(rows[i], t.row[column])
		}
		p.Observe(rows[i])
	}
	p.Settle()
	var failures []TestFailure
	for i, t := range m.tests {
		for _, message := range t.run(p, rows[i]) {
			failures = append(failures, TestFailure{t.name, t.at.line, message})
		}
	}
	return failures
}

func (t *test) run(p *Plan, cells []string) (messages []string) {
	failf := func(format string, args ...any) { messages = append(messages, fmt.Sprintf(format, args...)) }
	lead, key, problems := p.Lead(cells)
	if t.key != "" && string(key) != t.key {
		failf("key is %q, not %q", key, t.key)
	}
	missing := append([]string(nil), t.problems...)
	for _, problem := range problems {
		if i := slices.Index(missing, problem.Code); i >= 0 {
			missing = append(missing[:i], missing[i+1:]...)
		} else {
			failf("%s (%s)", problem, problem.Code)
		}
	}
	for _, code := range missing {
		failf("the row has no problem %s", code)
	}
	if len(t.problems) > 0 || len(problems) > 0 {
		return messages
	}
	wanted := map[string]bool{}
	messages = append(messages, p.checkCompanies(lead, t.lead)...)
	messages = append(messages, checkTags(lead, t.lead)...)
	for _, e := range t.lead {
		if isOfCompany(e.name) || e.name == tagsKey {
			continue
		}
		wanted[e.name] = true
		got, ok := lead.Value(e.name)
		switch e.name {
		case "id":
			got, ok = client.String(lead.ID), lead.ID != ""
		case "user_id":
			got, ok = client.String(lead.UserID), lead.UserID != ""
		}
		if !ok {
			failf("%s is not in the lead, not %s", e.name, e.show())
		} else if !e.is(got, p.attribute(e.name)) {
			text, _ := got.MarshalJSON()
			failf("%s is %s, not %s", e.name, text, e.show())
		}
	}
	for _, field := range lead.Fields {
		if !wanted[field.Name] {
			text, _ := field.Value.MarshalJSON()
			failf("%s is %s, and the test does not expect it", field.Name, text)
		}
	}
	return messages
}

func (p *Plan) attribute(name string) *bound {
	for _, b := range p.every {
		if b.name == name {
			return b
		}
	}
	return nil
}

func (e expectation) show() string {
	switch e.value.kind {
	case nullNode:
		return "null"
	case textNode:
		return quote(e.value.text)
	}
	return e.value.text
}

// is compares a value with what the test expects: by type where the mapping
// or the API states one, dates also as ISO 8601.
func (e expectation) is(got client.Value, b *bound) bool {
	if e.value.kind == nullNode || got.IsNull() {
		return e.value.kind == nullNode && got.IsNull()
	}
	if b.typ == client.TypeDate {
		if m, ok := parseISO(e.value.text); ok {
			return got.Text() == client.Integer(m.unix(time.UTC)).Text()
		}
	}
	if e.value.kind == numberNode {
		if n, ok := parseNumber(e.value.text, '.'); ok {
			c := conversion{decimal: '.'}
			if v, f := c.float(n.text); f == nil && v.Text() == got.Text() {
				return !b.declared || isLiteral(got)
			}
		}
	}
	if e.value.text != got.Text() {
		return false
	}
	return !b.declared || (e.value.kind == textNode) != isLiteral(got)
}

// isLiteral reports whether v is a number or a boolean in JSON.
func isLiteral(v client.Value) bool {
	text, err := v.MarshalJSON()
	return err == nil && !strings.HasPrefix(string(text), `"`)
}
