package mapping

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"leadimport/client"
)

// company is what the mapping says of a company that leads belong to.
type company struct {
	id, name attribute // name: no source, when the mapping has none
}

// companySettings are the keys of a company.
var companySettings = []setting[*company]{
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
}

// companyLimit is how many characters an id or a name of a company may have.
// The API's documents give none; 255 is what it takes in texts of that kind.
const companyLimit = 255

// parseCompanies reads {company_id: COLUMN, name: COLUMN}, or a list of such.
func (m *Mapping) parseCompanies(f file, n node) error {
	items := []node{n}
	if n.kind == listNode {
		items = n.list
	}
	for _, item := range items {
		var c company
		if err := readMap(f, item, "companies", companySettings, &c); err != nil {
			return err
		}
		if c.id.name == "" {
			return f.errorf(item.at, "write {company_id: COLUMN, name: COLUMN}", "a company is known by its company_id, and companies names none")
		}
		m.companies = append(m.companies, c)
	}
	return nil
}

// parsePart reads the id or the name of a company.
func parsePart(f file, n node, name string) (attribute, error) {
	a := attribute{name: name, at: n.at, join: " "}
	var err error
	if n.kind == mapNode {
		err = a.parse(f, n, partSettings)
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
	}
	return list
}

// boundCompany is a company bound to the columns of a file.
type boundCompany struct {
	id   bound
	name *bound // nil: the mapping has none
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
		p.parts = append(p.parts, b)
	}
	return wrong.err()
}

func (p *Plan) bindPart(f file, a *attribute, h *header) (bound, error) {
	b := bound{spec: a, name: a.name}
	for n, c := range a.columns {
		i, err := h.find(f, c)
		if err != nil {
			return b, err
		}
		if n > 0 {
			b.from += " + "
		}
		b.from += c.text
		b.columns = append(b.columns, i)
		p.columns[i].Attributes = append(p.columns[i].Attributes, a.name)
		p.columns[i].Why = ""
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
		if id == "" || slices.ContainsFunc(r.Lead.Companies, func(c client.Company) bool { return identity(c.CompanyID) == identity(id) }) {
			continue
		}
		c := client.Company{CompanyID: id}
		if b.name != nil {
			c.Name = b.name.part(r, cells)
		}
		r.Lead.Companies = append(r.Lead.Companies, c)
	}
}

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

// companyTexts are the companies of a lead as a test of the mapping names
// them, by its keys.
func companyTexts(lead client.Lead) map[string]string {
	var ids, names []string
	for _, c := range lead.Companies {
		ids, names = append(ids, c.CompanyID), append(names, c.Name)
	}
	texts := map[string]string{}
	if len(ids) > 0 {
		texts["companies.company_id"] = strings.Join(ids, ", ")
	}
	if name := strings.Join(names, ", "); strings.Trim(name, ", ") != "" {
		texts["companies.name"] = name
	}
	return texts
}

// checkCompanies holds the companies of a lead against a test's expectations.
func checkCompanies(lead client.Lead, expected []expectation) (messages []string) {
	got := companyTexts(lead)
	for _, e := range expected {
		if !isCompanyKey(e.name) {
			continue
		}
		text, ok := got[e.name]
		delete(got, e.name)
		switch {
		case !ok && e.value.kind != nullNode:
			messages = append(messages, fmt.Sprintf("%s is not in the lead, not %s", e.name, e.show()))
		case ok && (e.value.kind == nullNode || text != e.value.text):
			messages = append(messages, fmt.Sprintf("%s is %q, not %s", e.name, text, e.show()))
		}
	}
	for _, name := range companyKeys {
		if text, ok := got[name]; ok {
			messages = append(messages, fmt.Sprintf("%s is %q, and the test does not expect it", name, text))
		}
	}
	return messages
}

// companyKeys are the keys by which a test names what companies a lead has.
var companyKeys = []string{"companies.company_id", "companies.name"}

func isCompanyKey(name string) bool { return slices.Contains(companyKeys, name) }
