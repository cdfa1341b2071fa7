package importer

import (
	"fmt"
	"slices"
	"strings"

	"leadimport/importer/report"
)

// ProblemGroup are the problems of one column that have one cause.
type ProblemGroup struct {
	Column  string  `json:"column"`
	Code    string  `json:"code"`
	Message string  `json:"message"` // of the first
	Count   int     `json:"count"`
	First   []Place `json:"first"` // the first few
	// Values are those that come more than once, the most frequent ones.
	Values []ValueCount `json:"values"`
	Fix    string       `json:"fix,omitempty"` // the likely one, of what is a problem
}

// Place is where a problem stands.
type Place struct {
	Row   int    `json:"row"`
	Line  int    `json:"line"`
	Value string `json:"value"`
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
}

const (
	placesPerGroup = 3
	valuesPerGroup = 3
	valuesCounted  = 50   // different ones; those that come often come early
	maxGroups      = 1000 // columns times causes; beyond that nobody reads
)

// add counts a problem. Those with another detail are another group.
func (g *problemGroups) add(column, code, detail, message string, at Place) {
	if g.index == nil {
		g.index = map[[3]string]int{}
	}
	key := [3]string{column, code, detail}
	i, ok := g.index[key]
	if !ok {
		if len(g.list) == maxGroups {
			return
		}
		i = len(g.list)
		g.index[key] = i
		g.list = append(g.list, ProblemGroup{Column: column, Code: code, Message: message})
		g.counts = append(g.counts, map[string]int{})
	}
	group, counts := &g.list[i], g.counts[i]
	group.Count++
	if len(group.First) < placesPerGroup {
		group.First = append(group.First, at)
	}
	if _, known := counts[at.Value]; at.Value != "" && (known || len(counts) < valuesCounted) {
		counts[at.Value]++
	}
}

// groups is the sum, never nil, for JSON has empty lists.
func (g *problemGroups) groups() []ProblemGroup {
	for i := range g.list {
		group := &g.list[i]
		group.Values = frequent(g.counts[i])
	}
	return append([]ProblemGroup{}, g.list...)
}

// fixes adds what is likely to mend each group.
func fixes(groups []ProblemGroup) []ProblemGroup {
	for i := range groups {
		groups[i].Fix = fix(groups[i])
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

// nothings are the words that people write where they know nothing.
var nothings = []string{"n/a", "na", "#n/a", "none", "null", "nil", "-", "--", "?", "unknown", "tbc", "tbd", "nan", "."}

// fix is what a person would try first.
func fix(g ProblemGroup) string {
	if g.Column == "" {
		return report.Advice(g.Code)
	}
	var words []string
	for _, v := range g.Values {
		if word := strings.TrimSpace(v.Value); slices.Contains(nothings, strings.ToLower(word)) {
			words = append(words, fmt.Sprintf("%q: \"\"", word))
		}
	}
	if len(words) > 0 {
		return fmt.Sprintf("if that means nothing, say so in the mapping: {column: %q, values: {%s}}", g.Column, strings.Join(words, ", "))
	}
	return report.Advice(g.Code)
}

// addRow counts what is wrong with an invalid row.
func (g *problemGroups) addRow(r *converted) {
	switch {
	case r.Problem != nil:
		g.add("", r.Problem.Code, "", r.Problem.Message, Place{Row: r.Number, Line: r.Problem.Line})
	case len(r.problems) == 0:
		g.add("", r.fault.Code, "", r.fault.Message, Place{Row: r.Number, Line: r.Line})
	}
	for _, p := range r.problems {
		g.add(p.Column, p.Code, "", p.Message, Place{Row: r.Number, Line: r.Line, Value: p.Value})
	}
}
