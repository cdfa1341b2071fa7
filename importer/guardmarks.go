package importer

import "leadimport/mapping"

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
