package mapping

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"leadimport/client"
)

// Suggester proposes a mapping file from a header and the rows below it. It is
// not for use from several goroutines.
type Suggester struct {
	header  []string
	columns []survey
	rows    int
	every   int // one row in so many is sampled
	consent []consented
	blanked int            // cells that hold a word that is read as blank
	words   map[string]int // that may say nothing, and how often; few are kept
}

// sampled is how many values of a column are kept: every row of a short list,
// evenly spaced ones of a long one.
const sampled = 2000

// NewSuggester returns a Suggester for the columns of a file.
func NewSuggester(header []string) *Suggester {
	s := &Suggester{header: header, columns: make([]survey, len(header)), every: 1, words: map[string]int{}}
	for i, column := range header {
		if !isRecorded(column) {
			s.consent = append(s.consent, consentOf(header, i))
		}
	}
	return s
}

// Add takes a row into account. The cells are not kept longer than a sample
// needs them; memory is bounded whatever the number of rows.
func (s *Suggester) Add(cells []string) {
	keep := s.rows%s.every == 0
	s.rows++
	full := false
	for i := range s.consent {
		s.consent[i].look(cell(cells, s.consent[i].Index))
	}
	for i := range s.columns {
		c := &s.columns[i]
		v := trim(cell(cells, i))
		if v == "" {
			continue
		}
		switch {
		case usualBlanks.has(v):
			s.blanked++
			continue
		case isZeroDate(v):
			continue
		case mayBeNothing(v):
			if _, known := s.words[v]; known || len(s.words) < maxConsentWords {
				s.words[strings.Clone(v)]++
			}
		}
		c.filled++
		if isDigit(v[0]) {
			c.dates.look(v)
		}
		if keep {
			c.values = append(c.values, strings.Clone(cut(v)))
			full = full || len(c.values) >= 2*sampled
		}
	}
	if full {
		s.every *= 2
		for i := range s.columns {
			c := &s.columns[i]
			half := c.values[:0]
			for j := 0; j < len(c.values); j += 2 {
				half = append(half, c.values[j])
			}
			clear(c.values[len(half):])
			c.values = half
		}
	}
}

// proposal is one line of the file.
type proposal struct {
	attribute string
	source    string // right of the colon
	sure      certainty
	remarks   []string
}

// Suggest is a mapping file for API version v, with comments: what is sure is
// mapped, what is a guess is commented out. known are the workspace's own
// attributes, nil when they are not known. The text depends on the arguments
// and the rows alone, and Parse and Compile take it as it is, unless no column
// tells anything.
func (s *Suggester) Suggest(v client.Version, known []client.DataAttribute) string {
	list := s.propose(v, known)
	sure := slices.ContainsFunc(list, func(p proposal) bool { return p.sure > guess })
	var b strings.Builder
	fmt.Fprintf(&b, "# Suggested from the header and %s. Read it before you use it:\n", plural(s.rows, "row"))
	b.WriteString("# what begins with #? is a guess; take the mark away where it is right.\n")
	fmt.Fprintf(&b, "api_version: %q\n", v)
	if slices.ContainsFunc(list, func(p proposal) bool { return p.attribute == "email" && p.sure > guess }) {
		b.WriteString("key: email   # rows with the same e-mail address are the same lead\n")
	}
	s.settings(&b)
	b.WriteString("\nattributes:\n")
	if !sure {
		b.WriteString("  # No column is sure: these are guesses, all of them.\n")
	}
	for _, p := range list {
		mark := "  "
		if p.sure == unlikely || p.sure == guess && (sure || decidesWhom(p.attribute, v)) {
			mark = "  #? "
		}
		line := mark + keyText(p.attribute) + ": " + p.source
		if len(p.remarks) > 0 {
			line += "   # " + oneLine(strings.Join(p.remarks, "; "))
		}
		b.WriteString(line + "\n")
	}
	return b.String()
}

var usualBlanks = &blanks{usual: true}

// settings writes what holds for all attributes.
func (s *Suggester) settings(b *strings.Builder) {
	b.WriteString("on_invalid: reject   # or omit: a value that is not of its type is left out and reported, and its row goes in\n")
	s.tags(b)
	if s.blanked > 0 {
		fmt.Fprintf(b, "blank_words: default   # %s such as NULL or #N/A: read as blank\n", plural(s.blanked, "cell"))
	}
	if len(s.words) > 0 {
		n, list := 0, []string{"default"}
		for _, w := range slices.Sorted(maps.Keys(s.words)) {
			n += s.words[w]
			list = append(list, scalarText(w))
		}
		fmt.Fprintf(b, "#? blank_words: [%s]   # %s: do they say nothing?\n", strings.Join(list, ", "), plural(n, "cell"))
	}
}

func plural(n int, noun string) string {
	if n == 1 {
		return "1 " + noun
	}
	return fmt.Sprintf("%d %ss", n, noun)
}

// propose makes a proposal for each column, in file order.
func (s *Suggester) propose(v client.Version, known []client.DataAttribute) []proposal {
	m := Infer(s.header)
	names := map[string]bool{}
	for i := range m.attributes {
		names[m.attributes[i].name] = true
	}
	taken := map[string]*attribute{}
	for i := range m.attributes {
		a := &m.attributes[i]
		if _, err := v.Attribute(a.name); err == nil {
			for _, c := range a.columns {
				taken[c.text] = a
			}
		}
	}
	var list []proposal
	columns := newHeader(s.header)
	for i, column := range s.header {
		found := s.columns[i].find(column)
		found.remarks = append(found.remarks, s.columns[i].escapes()...)
		a := taken[column]
		if columnName(column) == "" || columns.exact[column] < 0 {
			continue // it could not be mapped
		}
		if p, ok := s.consentTo(column, v, names); ok && a == nil {
			list = append(list, p)
			continue
		}
		switch {
		case a != nil && a.columns[0].text == column:
			list = append(list, s.sure(m, a, i, found))
		case a != nil: // the other half of a name
		case strings.HasPrefix(strings.ToLower(column), "import_"):
			list = append(list, recorded(column)...)
		default:
			list = append(list, s.guess(column, i, v, known, names, found))
		}
	}
	return list
}

// sure is the proposal for what the name of a column tells, unless its values
// tell otherwise.
func (s *Suggester) sure(m *Mapping, a *attribute, i int, found finding) proposal {
	column := s.header[i]
	p := proposal{attribute: a.name, source: scalarText(column), sure: confident, remarks: []string{m.why[column]}}
	c := &s.columns[i]
	switch {
	case len(a.columns) > 1:
		var parts []string
		for _, c := range a.columns {
			parts = append(parts, scalarText(c.text))
		}
		p.source = "{columns: [" + strings.Join(parts, ", ") + "]}"
		p.remarks = []string{"first and last name"}
	case c.filled == 0:
		p.remarks = append(p.remarks, "every cell is blank")
	case a.name == "email" && found.form != asEmail:
		p.sure = unlikely
		p.remarks = append(p.remarks, "but its values are no e-mail addresses")
	case a.name == "phone":
		found = c.phones()
		p.settings(column, found)
	case strings.HasPrefix(a.name, client.CustomPrefix):
		p.settings(column, found)
	case found.form == asDate && slices.ContainsFunc(found.settings, isFormat):
		found.settings = slices.DeleteFunc(found.settings, func(s string) bool { return s == "type: date" })
		p.settings(column, found)
	case a.name == "email":
		p.remarks = append(p.remarks, found.remarks...)
	}
	return p
}

func isFormat(setting string) bool { return strings.HasPrefix(setting, "format:") }

// settings puts what was found into the line.
func (p *proposal) settings(column string, found finding) {
	if len(found.settings) > 0 {
		p.source = "{column: " + scalarText(column) + ", " + strings.Join(found.settings, ", ") + "}"
	}
	p.remarks = append(p.remarks, found.remarks...)
}

// recorded is the proposal for the columns of a results file.
func recorded(column string) []proposal {
	if column != "import_id" {
		return nil
	}
	return []proposal{{"id", "import_id", guess, []string{"updates the leads that an earlier run made"}}}
}
