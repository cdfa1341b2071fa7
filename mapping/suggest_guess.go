package mapping

import (
	"fmt"
	"slices"
	"strings"

	"leadimport/client"
)

// guess is the proposal for a column whose name alone is not enough: an
// attribute of the workspace of that name is sure, anything else a guess.
func (s *Suggester) guess(column string, i int, v client.Version, known []client.DataAttribute, names map[string]bool, found finding) proposal {
	if a, ok := sameName(column, known); ok && !names[client.CustomPrefix+a.Name] {
		if p, ok := matching(column, a, found, &s.columns[i]); ok {
			names[p.attribute] = true
			return p
		}
	}
	p := proposal{source: scalarText(column), sure: guess}
	standard, ok := guessOf(column, v)
	switch claimed, isClaim := claimOf(column); {
	case isClaim && decidesWhom(claimed.attribute, v):
		p.attribute = claimed.attribute
		p.remarks = []string{"decides whom a row reaches"}
		return p
	case ok && !names[standard.attribute] && fits(standard.attribute, found, v):
		p.attribute = standard.attribute
		if standard.attribute == "phone" && s.columns[i].filled > 0 {
			found = s.columns[i].phones()
		}
		if len(found.settings) > 0 && found.form != asEmail {
			found.settings = slices.DeleteFunc(slices.Clone(found.settings), func(s string) bool { return s == "type: date" || s == "type: boolean" })
			p.settings(column, found)
		}
	case found.form == asEmail && !names["email"]:
		p.attribute, p.sure = "email", confident
		p.remarks = append([]string{"its values are e-mail addresses"}, found.remarks...)
	default:
		p.attribute = newName(column, i, found.form == asDate, names)
		p.settings(column, found)
	}
	names[p.attribute] = true
	return p
}

// tagColumns are usual names of columns whose cells name tags, reduced by normal.
const tagColumns = "tag tags label labels interest interests topic topics keyword keywords interessen interesse themen étiquettes etiquetas intérêts intereses interesses etichette interessi"

// tags writes a line for columns that may name tags, as a guess: a tag is made in
// the workspace for each of their texts.
func (s *Suggester) tags(b *strings.Builder) {
	var columns []string
	for i, column := range s.header {
		c := &s.columns[i]
		if c.filled == 0 || !in(tagColumns, normal(columnName(column))) || newHeader(s.header).exact[column] < 0 {
			continue
		}
		source := "{column: " + scalarText(column)
		most, split := 0, ""
		for _, mark := range []string{";", "|", ","} {
			n := 0
			for _, v := range c.values {
				n += strings.Count(v, mark)
			}
			if n > most {
				most, split = n, mark
			}
		}
		if split != "" {
			source += fmt.Sprintf(", split: %q", split)
		}
		columns = append(columns, source+"}")
	}
	if len(columns) > 0 {
		fmt.Fprintf(b, "#? tags: [%s]   # each text of a cell becomes a tag in Intercom\n", strings.Join(columns, ", "))
	}
}

// consentTo is the proposal for a column that speaks of who wants no e-mail,
// the right way round. The first of several is taken.
func (s *Suggester) consentTo(column string, v client.Version, names map[string]bool) (proposal, bool) {
	const to = optOut
	i := slices.IndexFunc(s.consent, func(c consented) bool { return c.Column == column })
	if i < 0 || !s.consent[i].clear() && s.consent[i].Direction != OptOut || names[to] {
		return proposal{}, false
	}
	if _, err := v.Attribute(to); err != nil {
		return proposal{}, false
	}
	c := &s.consent[i]
	line, ok := c.line()
	if line == "" {
		return proposal{}, false
	}
	p := proposal{attribute: to, source: strings.TrimPrefix(line, to+": "), sure: confident}
	switch {
	case c.filled == 0:
		p.sure, p.remarks = guess, []string{"every cell is blank"}
	case !c.clear(), c.Asked && c.Direction == OptOut: // or no call
		p.sure, p.remarks = guess, []string{"may speak of who wants no e-mail"}
	case !ok:
		p.sure, p.remarks = guess, []string{"speaks of who wants no e-mail: write true for each ? that means no e-mail, else false"}
	case c.Direction == OptIn:
		p.remarks = []string{"who does want e-mail, turned round"}
		if c.filled < c.rows {
			p.remarks = append(p.remarks, fmt.Sprintf("blank in %s: default: true would unsubscribe them", plural(c.rows-c.filled, "row")))
		}
	default:
		p.remarks = []string{"who wants no e-mail"}
	}
	names[to] = true
	return p, true
}

func decidesWhom(name string, v client.Version) bool {
	a, err := v.Attribute(name)
	return err == nil && a.Identity
}

// fits reports whether the values of a column are such as a standard attribute
// takes.
func fits(name string, found finding, v client.Version) bool {
	a, err := v.Attribute(name)
	switch {
	case err != nil:
		return false
	case name == "email":
		return found.form == asEmail
	case a.Type == client.TypeString:
		return found.form == asText || found.form == asPhone
	}
	return found.form.sends() == a.Type
}

// sameName finds the workspace's attribute that bears the column's name, in
// whatever spelling.
func sameName(column string, known []client.DataAttribute) (client.DataAttribute, bool) {
	var found []client.DataAttribute
	for _, a := range known {
		if a.Custom && !a.Archived && a.APIWritable && normal(a.Name) == normal(column) && normal(column) != "" {
			found = append(found, a)
		}
	}
	if len(found) != 1 {
		return client.DataAttribute{}, false
	}
	return found[0], true
}

// matching maps a column to an attribute of the workspace, when its values are
// of that type.
func matching(column string, a client.DataAttribute, found finding, c *survey) (proposal, bool) {
	name := client.CustomPrefix + a.Name
	if _, err := client.Version2.Attribute(name); err != nil {
		return proposal{}, false
	}
	p := proposal{attribute: name, source: scalarText(column), sure: confident, remarks: []string{"the workspace has it, " + string(a.Type)}}
	want := formOf(string(a.Type))
	switch {
	case c.filled == 0:
		p.remarks = append(p.remarks, "every cell is blank")
	case want == asText:
		p.options(column, a.Options, c)
	case found.form == want, want == asFloat && found.form == asInteger:
		if want == asFloat && found.form == asInteger {
			found.settings = append([]string{"type: float"}, found.settings[1:]...)
		}
		p.settings(column, found)
	default:
		p.sure = unlikely
		p.remarks = append(p.remarks, "but its values are of another type")
	}
	return p, true
}

// options maps the values of a column to those that the workspace lists, where
// only case and blanks tell them apart.
func (p *proposal) options(column string, options []string, c *survey) {
	var pairs []string
	seen := map[string]bool{}
	unknown := ""
	for _, v := range c.values {
		if seen[v] || slices.Contains(options, v) || len(options) == 0 {
			continue
		}
		seen[v] = true
		i := slices.IndexFunc(options, func(o string) bool { return normal(o) == normal(v) })
		if i < 0 {
			if unknown == "" {
				unknown = v
			}
			continue
		}
		pairs = append(pairs, scalarText(v)+": "+scalarText(options[i]))
	}
	if len(pairs) > 0 {
		slices.Sort(pairs)
		p.source = "{column: " + scalarText(column) + ", values: {" + strings.Join(pairs, ", ") + "}}"
	}
	if unknown != "" {
		p.remarks = append(p.remarks, quote(cut(unknown))+" is not in the workspace's list")
	}
}

// newName makes a custom attribute's name from a column's: lower case, words
// joined by underscores. Dates end in _at, by which 1.x knows them.
func newName(column string, i int, date bool, names map[string]bool) string {
	words := strings.FieldsFunc(strings.ToLower(strings.TrimPrefix(column, client.CustomPrefix)), func(r rune) bool { return !isWordRune(r) })
	name := strings.Join(words, "_")
	if runes := []rune(name); len(runes) > 150 {
		name = string(runes[:150])
	}
	if name == "" {
		name = fmt.Sprintf("column_%d", i+1)
	}
	if date && !strings.HasSuffix(name, "_at") {
		name = strings.TrimSuffix(strings.TrimSuffix(name, "_on"), "_date") + "_at"
	}
	unique := client.CustomPrefix + name
	for n := 2; names[unique]; n++ {
		unique = fmt.Sprintf("%s%s_%d", client.CustomPrefix, name, n)
	}
	return unique
}

// keyText is an attribute's name as a key of YAML.
func keyText(name string) string {
	for i := 0; i < len(name); i++ {
		if c := name[i]; !isAlnum(c) && c != '_' && c != '.' {
			return quote(name)
		}
	}
	return name
}

// scalarText is s as YAML: plain where that is safe in a block and in a list.
func scalarText(s string) string {
	plain := s != "" && s[0] > ' ' && !isDigit(s[0]) && s[0] != '-' && s[0] != '_' && s[len(s)-1] != ' '
	for _, r := range s {
		if !isWordRune(r) && r != ' ' && r != '-' && r != '_' && r != '/' {
			plain = false
		}
	}
	switch strings.ToLower(s) {
	case "true", "false", "null", "yes", "no", "on", "off", "y", "n", "nan", "inf":
		plain = false
	}
	if plain {
		return s
	}
	return quote(s)
}
