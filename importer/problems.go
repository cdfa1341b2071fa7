package importer

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"sort"
	"strings"

	"leadimport/importer/report"
	"leadimport/importer/source"
	"leadimport/mapping"
)

// ProblemGroup are the problems of one column that have one cause.
type ProblemGroup struct {
	Column string `json:"column"`
	Code   string `json:"code"`
	// Message is the first one's; what differs in those of the others is "…".
	Message string  `json:"message"`
	Count   int     `json:"count"`
	First   []Place `json:"first"` // the first few
	// Values are those that come more than once, the most frequent ones.
	Values []ValueCount `json:"values"`
	Fix    string       `json:"fix,omitempty"` // the likely one, of what is a problem
	// LetsIn counts the rows that on_invalid: omit would let in, without these
	// values.
	LetsIn int `json:"omit_lets_in,omitempty"`
	// Treated tells what becomes of values that are no problem.
	Treated Treatment `json:"treated,omitempty"`

	attribute string
	others    int            // of LetsIn, rows that need on_invalid: omit of other attributes, too
	counts    map[string]int // of the values, while there are few
}

// Treatment is what becomes of a value that there is a remark on.
type Treatment string

// The treatments.
const (
	ReadAsBlank Treatment = "read_as_blank"
	Mended      Treatment = "mended"
	SentAsIs    Treatment = "sent_as_is"
)

// treatments are those of the codes that do not simply send what is there.
var treatments = map[string]Treatment{
	mapping.CodeBlankWord: ReadAsBlank, mapping.CodeNoIdentity: ReadAsBlank,
	"no_company":  ReadAsBlank,
	"forced_text": Mended, "text_mark": Mended,
	"whole_part": Mended, "invisible_character": Mended, "full_width": Mended, "email_with_remark": Mended, "plain_identifier": Mended,
	"phone_prefix": Mended, "phone_decimal": Mended, "phone_with_remark": Mended, "several_phones": Mended,
}

func treatmentOf(code string) Treatment {
	if t, ok := treatments[code]; ok {
		return t
	}
	return SentAsIs
}

// Place is where a problem stands.
type Place struct {
	Row   int    `json:"row"`
	Line  int    `json:"line"`
	Sheet int    `json:"sheet_row,omitempty"` // as a spreadsheet shows it, where that is another number
	Value string `json:"value"`
}

func placeOf(row int, at source.At, value string) Place {
	p := Place{Row: row, Line: at.Line, Value: value}
	if at.Sheet != at.Line {
		p.Sheet = at.Sheet
	}
	return p
}

// String is the place as messages name it.
func (p Place) String() string {
	at := source.At{Line: p.Line, Sheet: p.Line}
	if p.Sheet != 0 {
		at.Sheet = p.Sheet
	}
	if p.Row == 0 {
		return at.String()
	}
	return fmt.Sprintf("row %d, %s", p.Row, at)
}

// sheetRows knows which row of a spreadsheet each row is: one number is kept
// for all rows up to where lines are left out.
type sheetRows []struct{ row, before int }

func (s *sheetRows) add(row, sheet int) {
	if n := len(*s); n == 0 || (*s)[n-1].before != sheet-row {
		*s = append(*s, struct{ row, before int }{row, sheet - row})
	}
}

// name names a row of the list in a message.
func (s sheetRows) name(row int) string {
	if row == vanishedClaim {
		return "a row that the list no longer has"
	}
	n := sort.Search(len(s), func(i int) bool { return s[i].row > row })
	if n == 0 {
		return fmt.Sprintf("row %d", row)
	}
	return fmt.Sprintf("row %d (row %d in a spreadsheet)", row, row+s[n-1].before)
}

// RepeatedKey is a key that several rows share.
type RepeatedKey struct {
	Key          string  `json:"key"` // with its kind
	Rows         int     `json:"rows"`
	First        []Place `json:"first"` // the first few
	EmailsDiffer bool    `json:"emails_differ"`
	NamesDiffer  bool    `json:"names_differ"`
	PhonesDiffer bool    `json:"phones_differ"`

	hash uint64 // of the key
	rows int32  // as counted before
}

// ValueCount is how often a value has a problem.
type ValueCount struct {
	Value string `json:"value"`
	Count int    `json:"count"`
}

// problemGroups sums up problems in the order in which they were met.
type problemGroups struct {
	list   []ProblemGroup
	counts []map[string]int // of values, beside list
	index  map[[3]string]int
	causes map[string]string // of messages, while there are few
}

const (
	placesPerGroup = 3
	valuesPerGroup = 3
	valuesCounted  = 50   // different ones; those that come often come early
	maxGroups      = 1000 // columns times causes; beyond that nobody reads
)

// add counts a problem, and returns its group; nil: there are too many. Those
// whose messages differ in more than what they quote and count have another
// cause, and are another group.
func (g *problemGroups) add(column, code, message string, at Place) *ProblemGroup {
	if g.index == nil {
		g.index, g.causes = map[[3]string]int{}, map[string]string{}
	}
	key := [3]string{column, code, g.cause(column, code, message)}
	i, ok := g.index[key]
	if !ok {
		if len(g.list) == maxGroups {
			return nil
		}
		i = len(g.list)
		g.index[key] = i
		g.list = append(g.list, ProblemGroup{Column: column, Code: code, Message: message})
		g.counts = append(g.counts, map[string]int{})
	}
	group, counts := &g.list[i], g.counts[i]
	group.Count++
	if message != group.Message {
		group.Message = common(column, code, group.Message, message)
	}
	if len(group.First) < placesPerGroup {
		group.First = append(group.First, at)
	}
	if _, known := counts[at.Value]; at.Value != "" && (known || len(counts) < valuesCounted) {
		counts[at.Value]++
	}
	return group
}

// particulars are what a message counts of one row; one on a row as a whole
// also quotes it.
var (
	particulars    = regexp.MustCompile(`\d+`)
	rowParticulars = regexp.MustCompile(`"(?:[^"\\]|\\.)*"|\d+`)
)

// cause is a message without what it says of one row.
func (g *problemGroups) cause(column, code, message string) string {
	match := particulars
	switch {
	case code == "ambiguous_date":
		return "" // both readings are the value's
	case !strings.ContainsAny(message, `"0123456789`): // nearly always
		return message
	case column == "":
		match = rowParticulars
	}
	text, ok := g.causes[message]
	if !ok {
		text = match.ReplaceAllString(message, "…")
		if len(g.causes) < maxGroups {
			g.causes[message] = text
		}
	}
	return text
}

// common is what two messages of one cause both say.
func common(column, code, a, b string) string {
	match := particulars
	if column == "" {
		match = rowParticulars
	}
	if code == "ambiguous_date" {
		const such = "such as: "
		return such + strings.TrimPrefix(a, such)
	}
	of := match.FindAllString(b, -1)
	n := -1
	return match.ReplaceAllStringFunc(a, func(text string) string {
		if n++; n < len(of) && of[n] == text {
			return text
		}
		return "…"
	})
}

// groups is the sum, never nil, for JSON has empty lists.
func (g *problemGroups) groups() []ProblemGroup {
	for i := range g.list {
		group := &g.list[i]
		group.Values = frequent(g.counts[i])
		group.counts = g.counts[i]
	}
	return append([]ProblemGroup{}, g.list...)
}

// fixes adds what is likely to mend each group of problems.
func fixes(groups []ProblemGroup, m *mapping.Mapping) []ProblemGroup {
	for i := range groups {
		groups[i].Fix = fix(&groups[i], m)
	}
	return groups
}

// judged adds to each group of remarks what becomes of its values, and the
// setting for words that may say nothing.
func judged(groups []ProblemGroup, m *mapping.Mapping) []ProblemGroup {
	for i := range groups {
		g := &groups[i]
		g.Treated = treatmentOf(g.Code)
		if g.Code == mapping.CodeSaysNothing {
			g.Fix, _ = blankWords(g, m)
		}
	}
	return groups
}

// frequent lists the values that come more than once, the most frequent first.
func frequent(counts map[string]int) []ValueCount {
	list := []ValueCount{}
	for v, n := range counts {
		if n > 1 {
			list = append(list, ValueCount{v, n})
		}
	}
	slices.SortFunc(list, func(a, b ValueCount) int {
		if a.Count != b.Count {
			return b.Count - a.Count
		}
		return strings.Compare(a.Value, b.Value)
	})
	return list[:min(len(list), valuesPerGroup)]
}

// fix is what a person would try first.
func fix(g *ProblemGroup, m *mapping.Mapping) string {
	var ways []string
	words, n := blankWords(g, m)
	if n < g.Count {
		ways = append(ways, report.Advice(g.Code))
	}
	if n > 0 {
		ways = append(ways, words)
	}
	alone := g.LetsIn - g.others
	if alone > 0 {
		ways = append(ways, fmt.Sprintf("Or let %s in without: on_invalid: omit for %s in the mapping.", rowsText(alone), g.attribute))
	}
	if g.others > 0 {
		ways = append(ways, fmt.Sprintf("Or let %s in without all that is invalid of them: on_invalid: omit at the top of the mapping.", rowsText(g.LetsIn)))
	}
	return strings.Join(ways, " ")
}

func rowsText(n int) string {
	if n == 1 {
		return "1 row"
	}
	return fmt.Sprintf("%d rows", n)
}

// blankWords proposes to read as blank those values of a group that may say
// nothing, n of them.
func blankWords(g *ProblemGroup, m *mapping.Mapping) (text string, n int) {
	values := slices.Sorted(maps.Keys(g.counts))
	setting := m.BlankWords(values)
	if setting == "" || g.Column == "" {
		return "", 0
	}
	for _, v := range values {
		if m.BlankWords([]string{v}) != "" {
			n += g.counts[v]
		}
	}
	if n < g.Count {
		return fmt.Sprintf("In %d of the %d rows it may say nothing: %s at the top of the mapping reads that as blank.", n, g.Count, setting), n
	}
	return fmt.Sprintf("If that says nothing, have it read as blank: %s at the top of the mapping.", setting), n
}

// addRow counts what is wrong with an invalid row.
func (g *problemGroups) addRow(r *converted) {
	switch {
	case r.Problem != nil:
		g.add("", r.Problem.Code, r.Problem.Message, Place{Row: r.Number, Line: r.Problem.Line})
	case len(r.problems) == 0:
		g.add("", r.fault.Code, r.fault.Message, placeOf(r.Number, r.At, ""))
	}
	several := slices.ContainsFunc(r.letIn, func(name string) bool { return name != r.letIn[0] })
	for i, p := range r.problems {
		group := g.add(p.Column, p.Code, p.Message, placeOf(r.Number, r.At, p.Value))
		if group == nil || len(r.letIn) == 0 || i > 0 && slices.ContainsFunc(r.problems[:i], func(q mapping.Problem) bool {
			return q.Column == p.Column && q.Code == p.Code
		}) {
			continue
		}
		group.attribute = p.Attribute
		group.LetsIn++
		if several {
			group.others++
		}
	}
}

// addCells counts remarks on the cells of a row, or values that are left out.
func (g *problemGroups) addCells(row int, at source.At, list []mapping.Problem) {
	for _, p := range list {
		g.add(p.Column, p.Code, p.Message, placeOf(row, at, p.Value))
	}
}

// guardMarks are cells that bear the mark of --excel-safe in a list of which
// nothing tells that it was guarded: rejects whose columns of errors were
// deleted. Names begin with an apostrophe, too, so they count when most do.
type guardMarks struct {
	marked, others int
	found          problemGroups
}

func (g *guardMarks) add(r *converted, plan *mapping.Plan) {
	marked, others := plan.GuardMarks(r.Cells)
	g.marked += len(marked)
	g.others += others
	g.found.addCells(r.Number, r.At, marked)
}

// note adds what was found to remarks, to which nothing is added any more.
func (g *guardMarks) note(remarks *problemGroups) {
	if g.marked > g.others {
		remarks.list = append(remarks.list, g.found.list...)
		remarks.counts = append(remarks.counts, g.found.counts...)
	}
}
