package mapping

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"
	"unicode/utf8"

	"leadimport/client"
)

// company is what the mapping says of a company that leads belong to.
type company struct {
	id, name   attribute // name: no source, when the mapping has none
	attributes []attribute
}

// companyPrefix begins the names of a company's attributes in messages, and in
// tests of the mapping.
const companyPrefix = "companies."

func isOfCompany(name string) bool { return strings.HasPrefix(name, companyPrefix) }

// companySettings are the keys of a company.
var companySettings = append([]setting[*company]{
	{name: "company_id",
		about:  "Your own id of the company. A row without one names no company.",
		schema: schema{"$ref": "#/definitions/part"},
		read: func(f file, c *company, n node) (err error) {
			c.id, err = parsePart(f, n, "companies.company_id")
			return err
		}},
	{name: "name",
		about:  "The company's name.",
		schema: schema{"$ref": "#/definitions/part"},
		read: func(f file, c *company, n node) (err error) {
			c.name, err = parsePart(f, n, "companies.name")
			return err
		}},
}, companyAttributeKeys()...)

// companyAttributeKeys are the keys of what a company may have besides.
func companyAttributeKeys() (list []setting[*company]) {
	for _, a := range client.CompanyAttributes() {
		if a.Name == "name" {
			continue
		}
		about := fmt.Sprintf("Type %s. A column, or a map.", a.Type)
		if a.Whole {
			about = "Type float, of which the API keeps the whole part. A column, or a map."
		}
		list = append(list, setting[*company]{
			name: a.Name, about: about, schema: schema{"$ref": "#/definitions/company_attribute"},
			read: func(f file, c *company, n node) error { return c.add(f, a.Name, n) },
		})
	}
	return list
}

// add reads an attribute besides the id and the name.
func (c *company) add(f file, name string, n node) error {
	a, err := parseSource(f, n, companyPrefix+name, companyAttributeSettings)
	a.broken = err != nil
	c.attributes = append(c.attributes, a)
	return err
}

// companyLimit is how many characters an id or a name of a company may have.
// The API's documents give none; 255 is what it takes in texts of that kind.
const companyLimit = 255

// parseCompanies reads {company_id: COLUMN, name: COLUMN, …}, or a list of such.
func (m *Mapping) parseCompanies(f file, n node) error {
	items := []node{n}
	if n.kind == listNode {
		items = n.list
	}
	for _, item := range items {
		var c company
		if err := c.parse(f, item); err != nil {
			return err
		}
		if c.id.name == "" {
			return f.errorf(item.at, "write {company_id: COLUMN, name: COLUMN}", "a company is known by its company_id, and companies names none")
		}
		m.companies = append(m.companies, c)
	}
	return nil
}

func (c *company) parse(f file, n node) error {
	known := keysOf(companySettings)
	return f.each(n, "companies", nil, func(key, value node) error {
		switch {
		case strings.HasPrefix(key.text, client.CustomPrefix):
			if _, err := client.CompanyAttribute(key.text); err != nil {
				return f.errorf(key.at, "", "%s", err)
			}
			return c.add(f, key.text, value)
		case !slices.Contains(known, key.text):
			return f.errorf(key.at, oneOf(key.text, append(known, client.CustomPrefix+"NAME")), "unknown key %q", key.text)
		}
		return settingOf(companySettings, key.text).read(f, c, value)
	})
}

// parsePart reads the id or the name of a company.
func parsePart(f file, n node, name string) (attribute, error) {
	return parseSource(f, n, name, partSettings)
}

// parseSource reads a column, or a map of these settings.
func parseSource(f file, n node, name string, settings []setting[*attribute]) (attribute, error) {
	a := attribute{name: name, at: n.at, join: " "}
	var err error
	if n.kind == mapNode {
		err = a.parse(f, n, settings)
	} else {
		err = a.parseShort(f, n)
	}
	return a, err
}

// companyParts are the sources of all companies.
func (m *Mapping) companyParts() []*attribute {
	var list []*attribute
	for i := range m.companies {
		c := &m.companies[i]
		if list = append(list, &c.id); c.name.name != "" {
			list = append(list, &c.name)
		}
		for i := range c.attributes {
			list = append(list, &c.attributes[i])
		}
	}
	return list
}

// otherSources are all that takes cells besides attributes and the key.
func (m *Mapping) otherSources() []*attribute {
	list := m.companyParts()
	for i := range m.columnTags {
		list = append(list, &m.columnTags[i].attribute)
	}
	return list
}

// boundCompany is a company bound to the columns of a file.
type boundCompany struct {
	id         bound
	name       *bound  // nil: the mapping has none
	attributes []bound // in the order of client.Company.Fields
}

// bindCompanies binds the companies of the mapping.
func (p *Plan) bindCompanies(f file, h *header) error {
	var wrong mistakes
	for i := range p.mapping.companies {
		c := &p.mapping.companies[i]
		var b boundCompany
		var err error
		b.id, err = p.bindPart(f, &c.id, h)
		wrong.add(err)
		if c.name.name != "" {
			name, err := p.bindPart(f, &c.name, h)
			wrong.add(err)
			b.name = &name
		}
		for i := range c.attributes {
			bound, err := p.bindOfCompany(f, &c.attributes[i], h)
			wrong.add(err)
			b.attributes = append(b.attributes, bound)
		}
		rank := func(b bound) int {
			of := strings.TrimPrefix(b.name, companyPrefix)
			return slices.IndexFunc(standardOfCompany, func(a client.Attribute) bool { return a.Name == of }) & 0xff // custom ones last
		}
		slices.SortStableFunc(b.attributes, func(x, y bound) int { return cmp.Or(rank(x)-rank(y), strings.Compare(x.name, y.name)) })
		for i := range b.attributes {
			p.every = append(p.every, &b.attributes[i])
		}
		p.parts = append(p.parts, b)
	}
	return wrong.err()
}

var standardOfCompany = client.CompanyAttributes()

// bindOfCompany binds an attribute of a company besides its id and its name.
func (p *Plan) bindOfCompany(f file, a *attribute, h *header) (bound, error) {
	standard, err := client.CompanyAttribute(strings.TrimPrefix(a.name, companyPrefix))
	if err != nil {
		return bound{}, f.errorf(a.at, "", "%s", err)
	}
	b, wrong := p.mapping.bindTo(f, a, standard, p.version)
	if wrong != nil {
		return b, wrong
	}
	return b, p.find(f, a, &b, h)
}

func (p *Plan) bindPart(f file, a *attribute, h *header) (bound, error) {
	b := bound{spec: a, name: a.name}
	for n, c := range a.columns {
		if n > 0 {
			b.from += " + "
		}
		b.from += c.text
	}
	if err := p.find(f, a, &b, h); err != nil {
		return b, err
	}
	b.meanings(a.values)
	b.setDecoders(a)
	b.blank = &p.mapping.blank
	b.identifies = a.name == "companies.company_id"
	for _, g := range []struct {
		of *scalar
		to **given
		at place
	}{{a.constant, &b.constant, a.constAt}, {a.fallback, &b.fallback, a.fallAt}} {
		if g.of == nil {
			continue
		}
		*g.to = &given{text: trim(g.of.text)}
		if n := utf8.RuneCountInString(g.of.text); n > companyLimit {
			return b, f.errorf(g.at, "", "%q has %d characters: at most %d are taken", a.name, n, companyLimit)
		}
	}
	return b, nil
}

// HasCompanies reports whether rows may name a company.
func (p *Plan) HasCompanies() bool { return len(p.parts) > 0 }

// addCompanies adds those that a row names, each once. A row whose company_id
// is blank, or a word that says nothing, names none.
func (p *Plan) addCompanies(r *Row, cells []string) {
	for i := range p.parts {
		b := &p.parts[i]
		id := b.id.part(r, cells)
		if id == "" {
			b.ofNobody(r, cells)
			continue
		}
		if slices.ContainsFunc(r.Lead.Companies, func(c client.Company) bool { return identity(c.CompanyID) == identity(id) }) {
			continue
		}
		c := client.Company{CompanyID: id}
		if b.name != nil {
			c.Name = b.name.part(r, cells)
		}
		for i := range b.attributes {
			a := &b.attributes[i]
			if v, _, ok := r.take(a, cells); ok {
				c.Fields = append(c.Fields, client.Field{Name: strings.TrimPrefix(a.name, companyPrefix), Value: v})
			}
		}
		r.Lead.Companies = append(r.Lead.Companies, c)
	}
}

// ofNobody says that a row has values for a company that it does not name.
func (c *boundCompany) ofNobody(r *Row, cells []string) {
	for i := range c.attributes {
		a := &c.attributes[i]
		if a.constant != nil {
			continue
		}
		if text := a.text(cells); text != "" {
			r.Remarks = append(r.Remarks, a.remark(trim(text), noCompany))
		}
	}
}

var noCompany = &fault{"no_company", "the row has no company_id, so there is no company to give it to: not sent"}

// part is what a row says of an id or a name, trimmed; empty: nothing.
func (b *bound) part(r *Row, cells []string) string {
	if b.constant != nil {
		return b.constant.text
	}
	s := b.says(cells)
	r.Remarks = append(append(r.Remarks, s.blank...), s.odd...)
	text := trim(s.text)
	if text == "" && b.fallback != nil {
		return b.fallback.text
	}
	switch odd := b.conv.escaped(text); {
	case b.identifies && isShortened(text):
		r.Problems = append(r.Problems, b.problem(cells, shortened))
		return ""
	case b.identifies && isUnfilled(text):
		r.Problems = append(r.Problems, b.problem(cells, unfilledID))
		return ""
	case b.identifies && isMarked(text):
		r.Problems = append(r.Problems, b.problem(cells, marked))
		return ""
	case b.identifies && text != "" && strings.Trim(text, "0") == "":
		r.Remarks = append(r.Remarks, b.remark(text, zeroID))
	case b.identifies && strings.HasSuffix(text, ".0") && allDigits(text[:len(text)-2]):
		r.Remarks = append(r.Remarks, b.remark(text, decimalID))
	case odd != nil:
		r.Remarks = append(r.Remarks, b.problem(cells, odd))
	case !b.identifies && len(s.odd) == 0:
		if why := little(text); why != nil {
			r.Remarks = append(r.Remarks, b.remark(text, why))
		}
	}
	if len(text) > companyLimit {
		if n := utf8.RuneCountInString(text); n > companyLimit {
			r.Problems = append(r.Problems, b.problem(cells, faultf("too_long", "%d characters, at most %d are taken in %s", n, companyLimit, b.name)))
			return ""
		}
	}
	return text
}

// companyValues are the values that the companies of a lead have, by the keys of
// the mapping.
func companyValues(lead client.Lead) map[string][]client.Value {
	values := map[string][]client.Value{}
	add := func(name string, v client.Value) { values[companyPrefix+name] = append(values[companyPrefix+name], v) }
	for _, c := range lead.Companies {
		add("company_id", client.String(c.CompanyID))
		if c.Name != "" || len(lead.Companies) > 1 {
			add("name", client.String(c.Name))
		}
		for _, f := range c.Fields {
			add(f.Name, f.Value)
		}
	}
	return values
}

// textOf are values as a test of the mapping names them.
func textOf(values []client.Value) string {
	texts := make([]string, len(values))
	for i, v := range values {
		texts[i] = v.Text()
	}
	return strings.Join(texts, ", ")
}

// checkCompanies holds the companies of a lead against a test's expectations.
func (p *Plan) checkCompanies(lead client.Lead, expected []expectation) (messages []string) {
	got := companyValues(lead)
	for name, values := range got {
		if strings.Trim(textOf(values), ", ") == "" {
			delete(got, name)
		}
	}
	for _, e := range expected {
		if !isOfCompany(e.name) {
			continue
		}
		values, ok := got[e.name]
		delete(got, e.name)
		b := p.attribute(e.name)
		same := textOf(values) == e.value.text || b != nil && len(values) == 1 && e.is(values[0], b)
		switch {
		case !ok && e.value.kind != nullNode:
			messages = append(messages, fmt.Sprintf("%s is not in the lead, not %s", e.name, e.show()))
		case ok && (e.value.kind == nullNode || !same):
			messages = append(messages, fmt.Sprintf("%s is %q, not %s", e.name, textOf(values), e.show()))
		}
	}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		messages = append(messages, fmt.Sprintf("%s is %q, and the test does not expect it", name, textOf(got[name])))
	}
	return messages
}

// companyKeys are the keys by which a test names what companies a lead has,
// besides custom attributes.
var companyKeys = func() []string {
	list := []string{companyPrefix + "company_id"}
	for _, a := range client.CompanyAttributes() {
		list = append(list, companyPrefix+a.Name)
	}
	return list
}()

// hasCompanyKey reports whether a test may name that of a company.
func (m *Mapping) hasCompanyKey(name string) bool {
	return len(m.companies) > 0 && slices.Contains(companyKeys[:2], name) ||
		slices.ContainsFunc(m.companyParts(), func(a *attribute) bool { return a.name == name })
}
