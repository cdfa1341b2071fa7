package mapping

import (
	"slices"
	"sort"
	"strings"

	"leadimport/client"
)

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
	if err := m.bindMatch(f, v); err != nil {
		return nil, err
	}
	p.order()
	if err := p.bindCompanies(f, index, header); err != nil {
		return nil, err
	}
	return p, p.bindKey(f, index, header)
}

// reason is why a column is left out, unless an attribute takes it.
func (m *Mapping) reason(column string) string {
	switch {
	case m.inferred:
		return m.why[column]
	case slices.Contains(m.ignored, column):
		return "on the mapping's ignore list"
	}
	return "not in the mapping"
}

func findColumn(f file, c option, index map[string]int, header []string) (int, error) {
	if i, ok := index[c.text]; ok {
		return i, nil
	}
	hint := ""
	if parts := columnsIn(c.text, index); len(parts) > 1 {
		hint = "write {columns: [" + strings.Join(parts, ", ") + "]}"
	} else if near, ok := nearest(c.text, header); ok {
		hint = `did you mean "` + near + `"?`
	} else if len(header) <= 12 {
		hint = "it has " + strings.Join(header, ", ")
	}
	return 0, f.errorf(c.at, hint, "the file has no column %q", c.text)
}

// columnsIn are the columns that a text names, when it names several.
func columnsIn(text string, index map[string]int) []string {
	var parts []string
	for part := range strings.FieldsFuncSeq(text, func(r rune) bool { return strings.ContainsRune("+;,&|", r) }) {
		part = trim(part)
		if _, ok := index[part]; !ok {
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
