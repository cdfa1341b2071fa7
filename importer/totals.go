package importer

import (
	"slices"

	"leadimport/importer/results"
)

// Totals counts rows by their fate.
type Totals struct {
	counts [7]int // by the position in results.Statuses
}

func (t *Totals) add(s results.Status) { t.counts[slices.Index(results.Statuses, s)]++ }

// Of is the number of rows with the fate s.
func (t Totals) Of(s results.Status) int { return t.counts[slices.Index(results.Statuses, s)] }

// Sum is the number of rows whose fate is known.
func (t Totals) Sum() int {
	n := 0
	for _, count := range t.counts {
		n += count
	}
	return n
}

// NotImported is the number of rows that a user has to look at.
func (t Totals) NotImported() int {
	return t.Of(results.Invalid) + t.Of(results.Failed) + t.Of(results.Unresolved)
}
