package mapping

import (
	"sort"
	"strings"

	"leadimport/client"
)

// Compile binds m to the columns of a file and to an API version. The error
// names the place in the mapping file: a column that the file lacks (with the
// nearest name), or has twice; an attribute that the version does not take.
// Mistakes are all of them.
//
// From an inferred mapping an attribute that v does not take is left out, and
// Columns says why.
func (m *Mapping) Compile(header []string, v client.Version) (*Plan, error) {
	f := file(m.name)
	p := &Plan{mapping: m, version: v}
	h := newHeader(header)
	for _, name := range header {
		p.columns = append(p.columns, Column{Name: name, Why: m.reason(name)})
	}
	var wrong mistakes
	for i := range m.attributes {
		a := &m.attributes[i]
		var b bound
		var err *Error
		if !a.broken { // what is wrong with it is told already
			b, err = m.bind(f, a, v)
		}
		if err != nil && m.inferred {
			for _, c := range a.columns {
				if i, missing := h.find(f, c); missing == nil {
					p.columns[i].Why = err.Message
				}
			}
			continue
		}
		if err != nil {
			wrong.add(err)
		}
		wrong.add(p.find(f, a, &b, h))
		if b.to == toField {
			p.fields++
		}
		p.bound = append(p.bound, b)
	}
	if len(p.bound) == 0 && len(wrong.list) == 0 {
		return nil, f.errorf(place{}, "write a mapping file; leadimport suggest FILE makes a first one", "no column has a name that tells what it is")
	}
	wrong.add(m.bindMatch(f, v))
	p.order()
	for _, i := range p.listed {
		p.every = append(p.every, &p.bound[i])
	}
	wrong.add(p.bindCompanies(f, h))
	wrong.add(p.bindTags(f, h))
	wrong.add(p.bindKey(f, h))
	if err := wrong.err(); err != nil {
		return nil, err
	}
	p.phones = map[int]bool{}
	p.reads = p.readColumns()
	p.findConsent(header)
	p.findStrays(header)
	return p, nil
}

// find binds b to the columns of its attribute a.
func (p *Plan) find(f file, a *attribute, b *bound, h *header) error {
	var wrong mistakes
	for _, c := range a.columns {
		i, err := h.find(f, c)
		if err != nil {
			wrong.add(err)
			continue
		}
		b.columns = append(b.columns, i)
		p.columns[i].Attributes = append(p.columns[i].Attributes, a.name)
		if !p.mapping.inferred {
			p.columns[i].Why = ""
		}
	}
	return wrong.err()
}

// reason is why a column is left out, unless an attribute takes it.
func (m *Mapping) reason(column string) string {
	switch {
	case m.inferred:
		return m.why[column]
	case m.ignores(column):
		return "on the mapping's ignore list"
	}
	return "not in the mapping"
}

// header finds columns by their names.
type header struct {
	names []string
	exact map[string]int // -1: more than one has the name
	alike map[string]int // by columnName
}

func newHeader(names []string) *header {
	h := &header{names, make(map[string]int, len(names)), make(map[string]int, len(names))}
	note := func(m map[string]int, name string, i int) {
		if _, twice := m[name]; twice {
			i = -1
		}
		m[name] = i
	}
	for i, name := range names {
		note(h.exact, name, i)
		note(h.alike, columnName(name), i)
	}
	return h
}

// find is the column that a text names: to the letter, or, when no more than
// one is alike, as a person would see it.
func (h *header) find(f file, c option) (int, error) {
	i, ok := h.exact[c.text]
	if !ok {
		i, ok = h.alike[columnName(c.text)]
	}
	switch {
	case ok && i >= 0:
		return i, nil
	case ok:
		return 0, f.errorf(c.at, "give each a name of its own in the file", "the file has more than one column %q", c.text)
	}
	hint := ""
	if parts := h.columnsIn(c.text); len(parts) > 1 {
		hint = "write {columns: [" + strings.Join(parts, ", ") + "]}"
	} else if near, ok := nearest(c.text, h.names); ok {
		hint = `did you mean "` + near + `"?`
	} else if len(h.names) <= 12 {
		hint = "it has " + strings.Join(h.names, ", ")
	}
	return 0, f.errorf(c.at, hint, "the file has no column %q", c.text)
}

// columnsIn are the columns that a text names, when it names several.
func (h *header) columnsIn(text string) []string {
	var parts []string
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune("+;,&|", r) }) {
		part = trim(part)
		if i, ok := h.alike[columnName(part)]; !ok || i < 0 {
			return nil
		}
		parts = append(parts, part)
	}
	return parts
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

func (p *Plan) bindKey(f file, h *header) error {
	var wrong mistakes
	for _, k := range p.mapping.keyParts() {
		part := boundKey{column: -1, name: k.String()}
		if k.column != "" {
			i, err := h.find(f, option{k.column, k.at})
			if err != nil {
				wrong.add(err)
				continue
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
	return wrong.err()
}
