package mapping

import (
	"sort"
	"strings"
	"time"

	"leadimport/client"
)

// customLimit is how many characters the API takes in a custom attribute (1.x:
// Create or Update User; 2.x does not say, and a cut value is a lost one).
const customLimit = 255

// Compile binds m to the columns of a file and to an API version. The error
// names the place in the mapping file: a column that the file lacks (with the
// nearest name), an attribute that the version does not take.
//
// From an inferred mapping an attribute that v does not take is left out, and
// Columns says why.
func (m *Mapping) Compile(header []string, v client.Version) (*Plan, error) {
	f := file(m.name)
	p := &Plan{mapping: m, version: v}
	index := make(map[string]int, len(header))
	for i, name := range header {
		index[name] = i
		p.columns = append(p.columns, Column{Name: name, Why: m.reason(name)})
	}
	for i := range m.attributes {
		a := &m.attributes[i]
		b, err := m.bind(f, a, v)
		if err != nil && m.inferred {
			for _, c := range a.columns {
				p.columns[index[c.text]].Why = err.Message
			}
			continue
		}
		if err != nil {
			return nil, err
		}
		for _, c := range a.columns {
			i, err := findColumn(f, c, index, header)
			if err != nil {
				return nil, err
			}
			b.columns = append(b.columns, i)
			p.columns[i].Attributes = append(p.columns[i].Attributes, a.name)
			if !m.inferred {
				p.columns[i].Why = ""
			}
		}
		if b.to == toField {
			p.fields++
		}
		p.bound = append(p.bound, b)
	}
	if len(p.bound) == 0 {
		return nil, f.errorf(place{}, "write a mapping file; leadimport suggest FILE makes a first one", "no column has a name that tells what it is")
	}
	p.order()
	return p, p.bindKey(f, index, header)
}

// reason is why a column is left out, unless an attribute takes it.
func (m *Mapping) reason(column string) string {
	switch {
	case m.inferred:
		return m.why[column]
	case contains(m.ignored, column):
		return "on the mapping's ignore list"
	}
	return "not in the mapping"
}

func findColumn(f file, c option, index map[string]int, header []string) (int, error) {
	if i, ok := index[c.text]; ok {
		return i, nil
	}
	hint := ""
	if near, ok := nearest(c.text, header); ok {
		hint = `did you mean "` + near + `"?`
	} else if len(header) <= 12 {
		hint = "it has " + strings.Join(header, ", ")
	}
	return 0, f.errorf(c.at, hint, "the file has no column %q", c.text)
}

// order sorts what was bound as Lead.Fields are sorted, so that a lead's
// digest does not depend on the order in the mapping file.
func (p *Plan) order() {
	rank := map[string]int{}
	for i, a := range p.version.Attributes() {
		rank[a.Name] = i + 1
	}
	position := make([]int, len(p.bound)) // in mapping order → index
	for i := range position {
		position[i] = i
	}
	sort.SliceStable(position, func(i, j int) bool {
		a, b := p.bound[position[i]].name, p.bound[position[j]].name
		if ra, rb := rank[a], rank[b]; ra != rb {
			return ra != 0 && (rb == 0 || ra < rb)
		}
		return a < b
	})
	sorted := make([]bound, len(p.bound))
	p.listed = make([]int, len(p.bound))
	for to, from := range position {
		sorted[to] = p.bound[from]
		p.listed[from] = to
	}
	p.bound = sorted
}

func (p *Plan) bindKey(f file, index map[string]int, header []string) error {
	for _, k := range p.mapping.keyParts() {
		part := boundKey{column: -1, name: k.String()}
		if k.column != "" {
			i, err := findColumn(f, option{k.column, k.at}, index, header)
			if err != nil {
				return err
			}
			part.column = i
			if len(p.columns[i].Attributes) == 0 {
				p.columns[i].Why = "identifies the row, and is not sent"
			}
		}
		for i := range p.bound {
			if p.bound[i].name == k.attribute {
				part.bound = i
			}
		}
		p.key = append(p.key, part)
	}
	return nil
}

// bind checks an attribute against the version.
func (m *Mapping) bind(f file, a *attribute, v client.Version) (bound, *Error) {
	b := bound{spec: a, name: a.name}
	standard, err := v.Attribute(a.name)
	if err != nil {
		return b, f.errorf(a.at, attributeHint(a.name, v), "%s", err)
	}
	switch a.name {
	case "id":
		b.to = toID
	case "user_id":
		b.to = toUserID
	}
	if b.to != toField || a.name == "external_id" {
		if a.constant != nil || a.fallback != nil {
			return b, f.errorf(a.at, "", "%q cannot be the same for every row", a.name)
		}
	}
	if a.clear && !standard.Clearable {
		return b, f.errorf(a.clearAt, "", "api version %s cannot clear %q", v, a.name)
	}
	custom := strings.HasPrefix(a.name, client.CustomPrefix)
	form, err2 := a.form(f, standard, custom)
	if err2 != nil {
		return b, err2
	}
	b.declared = a.typ.set() || !custom
	if custom {
		b.conv.limit = customLimit
	}
	if err := a.options(f, form, &b.conv); err != nil {
		return b, err
	}
	for _, c := range a.columns {
		if b.from != "" {
			b.from += " + "
		}
		b.from += c.text
	}
	if len(a.values) > 0 {
		b.values = make(map[string]string, len(a.values))
		for _, r := range a.values {
			b.values[r.from] = r.to
		}
	}
	if a.constant != nil {
		b.constant = &given{text: a.constant.text}
		if !b.declared {
			form = a.constant.form()
		}
	}
	if a.fallback != nil {
		b.fallback = &given{text: a.fallback.text}
	}
	b.open = !b.declared && b.constant == nil
	if b.open {
		b.seen.start(strings.HasSuffix(a.name, "_at"))
		if b.fallback != nil {
			b.seen.look(b.fallback.text)
			b.seen.count = 0
		}
		form = asText
	}
	b.read(form)
	if b.open {
		b.typ = ""
	}
	return b, b.checkGiven(f)
}

// form is the reading that a's declared type or the catalogue asks for.
func (a *attribute) form(f file, standard client.Attribute, custom bool) (form, *Error) {
	declared := formOf(a.typ.text)
	switch {
	case a.name == "role":
		return asRole, a.refuseType(f, "user or lead")
	case standard.Identity:
		return asIdentifier, a.refuseType(f, "an identifier")
	case custom:
		return declared, nil
	case standard.Type == client.TypeString:
		if declared.sends() != client.TypeString {
			return 0, f.errorf(a.typ.at, "leave type out", "the API takes text for %q, not type %s", a.name, a.typ.text)
		}
		if a.name == "email" && !a.typ.set() {
			return asEmail, nil
		}
		return declared, nil
	case a.typ.set() && declared.sends() != standard.Type:
		return 0, f.errorf(a.typ.at, "leave type out", "the API takes type %s for %q, not %s", standard.Type, a.name, a.typ.text)
	}
	return formOf(string(standard.Type)), nil
}

func (a *attribute) refuseType(f file, what string) *Error {
	if a.typ.set() {
		return f.errorf(a.typ.at, "leave type out", "%q is %s", a.name, what)
	}
	return nil
}

// options puts the settings of a type into c, and refuses those of another.
func (a *attribute) options(f file, as form, c *conversion) *Error {
	c.decimal, c.zone = '.', time.UTC
	date := as == asDate
	for _, o := range []struct {
		option
		name, needs string
		ok          bool
	}{
		{a.format, "format", "date", date},
		{a.zone, "zone", "date", date},
		{a.decimal, "decimal", "float", as == asFloat || as == asInteger},
		{a.region, "region", "phone", as == asPhone},
	} {
		if o.set() && !o.ok {
			return f.errorf(o.at, "add type: "+o.needs, "%s is for a %s", o.name, o.needs)
		}
	}
	if a.decimal.set() {
		c.decimal = a.decimal.text[0]
	}
	c.region = a.region.text
	if a.zone.set() {
		zone, err := time.LoadLocation(a.zone.text)
		if err != nil || a.zone.text == "Local" {
			return f.errorf(a.zone.at, "use a name such as Europe/Dublin or UTC", "zone %q is not known", a.zone.text)
		}
		c.zone = zone
	}
	if a.format.set() {
		layout, err := parseLayout(a.format.text)
		if err != nil {
			return f.errorf(a.format.at, "", "%s", err)
		}
		c.layout = layout
	}
	return nil
}

// form is the type that a constant has by the way it is written.
func (s *scalar) form() form {
	switch s.kind {
	case boolNode:
		return asBoolean
	case numberNode:
		if n, ok := plainNumber(s.text, '.'); ok && !strings.Contains(n.text, ".") {
			return asInteger
		}
		return asFloat
	}
	return asText
}

// checkGiven makes sure that what the mapping states can be sent.
func (b *bound) checkGiven(f file) *Error {
	if g := b.constant; g != nil && g.fault != nil {
		return f.errorf(b.spec.at, "", "value %q of %q is %s", cut(g.text), b.name, g.fault.message)
	}
	if g := b.fallback; g != nil && g.fault != nil {
		return f.errorf(b.spec.fallAt, "", "default %q of %q is %s", cut(g.text), b.name, g.fault.message)
	}
	return nil
}

// attributeHint names the attribute that was meant by one that there is not.
func attributeHint(name string, v client.Version) string {
	var names []string
	for _, a := range v.Attributes() {
		names = append(names, a.Name)
	}
	if near, ok := nearest(name, names); ok {
		return `did you mean "` + near + `"?`
	}
	return ""
}
