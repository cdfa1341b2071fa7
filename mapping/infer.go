package mapping

import (
	"fmt"
	"slices"
	"strings"

	"leadimport/client"
)

// inferredName stands for the file in errors about an inferred mapping.
const inferredName = "inferred mapping"

// Infer makes a mapping from the names of the columns alone. Only confident
// matches are taken, and never an attribute that decides whom a row reaches
// (client.Attribute.Identity).
func Infer(header []string) *Mapping {
	m := &Mapping{name: inferredName, inferred: true, blank: blanks{usual: true}, why: make(map[string]string, len(header))}
	claims := make([]claim, len(header)) // without an attribute: none
	twice := map[string]int{}
	for _, column := range header {
		twice[columnName(column)]++
	}
	for i, column := range header {
		c, why := inferable(column)
		switch {
		case columnName(column) == "":
			c, why = claim{}, "it has no name"
		case twice[columnName(column)] > 1:
			c, why = claim{}, "the header has this name twice"
		}
		claims[i], m.why[column] = c, why
	}
	m.joinNames(header, claims)
	for i, c := range claims {
		if c.attribute == "" || c.part != "" {
			continue
		}
		if why := rival(header, claims, i); why != "" {
			m.why[header[i]] = why
			continue
		}
		m.take(c.attribute, header[i])
	}
	slices.SortStableFunc(m.attributes, func(a, b attribute) int {
		return slices.Index(header, a.columns[0].text) - slices.Index(header, b.columns[0].text)
	})
	return m
}

// inferable is the claim of a column that may be taken, or why not.
func inferable(column string) (claim, string) {
	if strings.HasPrefix(strings.ToLower(column), "import_") {
		return claim{}, "written by an earlier run"
	}
	c, ok := claimOf(column)
	if !ok {
		return claim{}, "its name does not tell what it is"
	}
	for _, v := range []client.Version{client.Version1, client.Version2} {
		a, err := v.Attribute(c.attribute)
		switch {
		case err == nil && a.Identity:
			return claim{}, fmt.Sprintf("%s decides whom a row reaches: only a mapping file can map it", a.Name)
		case err != nil && strings.HasPrefix(c.attribute, client.CustomPrefix):
			return claim{}, err.Error()
		}
	}
	if c.sure == exact {
		return c, "bears the attribute's own name"
	}
	return c, "a usual name of " + c.attribute
}

// joinNames maps the two halves of a name, when there is one of each and no
// column for the whole.
func (m *Mapping) joinNames(header []string, claims []claim) {
	half := map[string][]int{}
	whole := ""
	for i, c := range claims {
		if c.part != "" {
			half[c.part] = append(half[c.part], i)
		} else if c.attribute == "name" {
			whole = header[i]
		}
	}
	for i, column := range header { // nom beside prénom, nombre beside apellidos
		for part, list := range halves {
			other := firstName
			if part == firstName {
				other = lastName
			}
			if claims[i].attribute == "" && len(half[part]) == 0 && len(half[other]) == 1 && in(list, normal(column)) {
				claims[i] = claim{"name", part, confident}
				half[part] = []int{i}
			}
		}
	}
	first, last := half[firstName], half[lastName]
	why := ""
	switch {
	case whole != "":
		why = fmt.Sprintf("column %q is the whole name", whole)
	case len(first) > 1 || len(last) > 1:
		why = "more than one column could be this half of the name"
	case len(last) == 0:
		why = "a first name without a last name is not the whole name"
	case len(first) == 0:
		why = "a last name without a first name is not the whole name"
	default:
		m.take("name", header[first[0]], header[last[0]])
		m.why[header[first[0]]], m.why[header[last[0]]] = "a usual name of first names", "a usual name of last names"
		return
	}
	for _, i := range append(first, last...) {
		m.why[header[i]] = why
	}
}

// rival tells why column i does not get its attribute: another column claims
// it with as much right, or with more.
func rival(header []string, claims []claim, i int) string {
	for j, c := range claims {
		if j == i || c.attribute != claims[i].attribute || c.part != "" {
			continue
		}
		mine, theirs := rank(header[i], claims[i]), rank(header[j], c)
		if theirs > mine {
			return fmt.Sprintf("column %q is %s", header[j], c.attribute)
		}
		if theirs == mine {
			return fmt.Sprintf("column %q could be %s as well: a mapping file can say which", header[j], c.attribute)
		}
	}
	return ""
}

func rank(column string, c claim) int {
	if column == c.attribute {
		return int(exact) + 1
	}
	return int(c.sure)
}

func (m *Mapping) take(attributeName string, columns ...string) {
	a := attribute{name: attributeName, join: " "}
	for _, c := range columns {
		a.columns = append(a.columns, option{text: c})
	}
	m.attributes = append(m.attributes, a)
}
