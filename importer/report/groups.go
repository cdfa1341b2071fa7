package report

import (
	"cmp"
	"slices"
	"strings"

	"leadimport/importer/results"
)

const (
	maxGroups     = 100
	codeDuplicate = "duplicate_key"
	codeOthers    = "other_codes" // what a file with more than maxGroups has besides
)

// Group are the rows that have one fate for one reason.
type Group struct {
	Code       string         `json:"code"`
	Status     results.Status `json:"status"`
	Rows       int            `json:"rows"`
	Title      string         `json:"title"` // the reason in plain words
	Do         string         `json:"do"`    // what to do about it
	Example    string         `json:"example"`
	ExampleRow Place          `json:"example_row"`
	FirstRows  []Place        `json:"first_rows"` // at most ten, in the order of the files

	kept int // of its rows in the table
}

func (g *Group) add(p Place) {
	g.Rows++
	if len(g.FirstRows) < maxFirst {
		g.FirstRows = append(g.FirstRows, p)
	}
}

type reason struct {
	code   string
	status results.Status
}

type groups map[reason]*Group

// of is the group of a reason; first tells that it is new.
func (m *groups) of(code string, status results.Status) (g *Group, first bool) {
	if *m == nil {
		*m = make(groups)
	}
	if g = (*m)[reason{code, status}]; g != nil {
		return g, false
	}
	if len(*m) >= maxGroups {
		code = codeOthers
		if g = (*m)[reason{code, status}]; g != nil {
			return g, false
		}
	}
	h := hintFor(code, status)
	g = &Group{Code: code, Status: status, Title: h.title, Do: h.do}
	(*m)[reason{code, status}] = g
	return g, true
}

// sorted are the groups, what needs a look first, then most rows first.
func (m groups) sorted() []*Group {
	list := []*Group{}
	for _, g := range m {
		list = append(list, g)
	}
	slices.SortFunc(list, func(a, b *Group) int {
		return cmp.Or(cmp.Compare(asked(a), asked(b)), -cmp.Compare(a.Rows, b.Rows),
			strings.Compare(a.Code, b.Code), strings.Compare(string(a.Status), string(b.Status)))
	})
	return list
}

// asked is above 0 for what was done as asked for.
func asked(g *Group) int {
	switch {
	case g.Code == codeOmitted:
		return 3
	case g.Code == codeOptOutKept:
		return 2
	case g.Status == results.Skipped && g.Code == codeDuplicate:
		return 1
	}
	return 0
}
