package report

import (
	"cmp"
	"slices"

	"leadimport/importer/results"
)

const maxSlowest = 10

// Slow is a row that took long: by its number, whoever it is.
type Slow struct {
	Place
	Status results.Status `json:"status"`
	Ms     int64          `json:"ms"` // of its last attempt
}

// slowest keeps the rows that took longest, of equal ones the first.
type slowest []Slow

func (s *slowest) add(row Slow) {
	if len(*s) == maxSlowest && row.Ms <= (*s)[maxSlowest-1].Ms {
		return
	}
	at, _ := slices.BinarySearchFunc(*s, row, func(a, b Slow) int {
		if a.Ms >= b.Ms {
			return -1
		}
		return 1
	})
	*s = slices.Insert(*s, at, row)
	*s = (*s)[:min(len(*s), maxSlowest)]
}

func (s slowest) list() []Slow {
	list := append([]Slow{}, s...)
	slices.SortStableFunc(list, func(a, b Slow) int { return -cmp.Compare(a.Ms, b.Ms) })
	return list
}
