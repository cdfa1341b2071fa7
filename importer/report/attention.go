package report

import (
	"slices"

	"leadimport/importer/results"
)

// maxAttention bounds the table of rows that need a look. A browser filters
// that many at once, and nobody reads more.
const maxAttention = 1000

type attentionRow struct {
	Place
	Status results.Status
	Title  string
	Code   string
	Detail string
	Who    string
	Cells  []namedCell // only with Options.ShowPeople

	order int // of the file
	group *Group
}

// attention keeps the first rows of each group. When there are too many, the
// largest groups give way, so that three unresolved rows are not lost behind
// 50,000 without an e-mail.
type attention struct {
	rows  []attentionRow
	level int // rows that a group may keep, 0: any number
}

func (a *attention) wants(g *Group) bool { return a.level == 0 || g.kept < a.level }

func (a *attention) add(g *Group, row attentionRow) {
	row.group = g
	g.kept++
	a.rows = append(a.rows, row)
	if len(a.rows) >= 2*maxAttention {
		a.trim()
	}
}

// trim lowers the level until maxAttention rows are left at most.
func (a *attention) trim() {
	count := make(map[*Group]int)
	for _, r := range a.rows {
		count[r.group]++
	}
	left := maxAttention
	sizes := make([]int, 0, len(count))
	for _, n := range count {
		sizes = append(sizes, n)
	}
	slices.Sort(sizes)
	level := 0
	for i, n := range sizes {
		if share := left / (len(sizes) - i); n > share {
			level = share
			break
		}
		left -= n
	}
	if level == 0 {
		return
	}
	a.level = level
	clear(count)
	a.rows = slices.DeleteFunc(a.rows, func(r attentionRow) bool {
		count[r.group]++
		return count[r.group] > level
	})
	for g, n := range count {
		g.kept = min(n, level)
	}
}

func (a *attention) list() []attentionRow {
	if len(a.rows) > maxAttention {
		a.trim()
	}
	return a.rows
}
