package importer_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"

	"leadimport/importer/invariants"
)

// drawList makes a list of n rows: most with an e-mail address, some that share
// one, some with a phone or a name alone, some with next to nothing, and some
// that resemble another so much that only one cell tells them apart. spelt
// lets addresses be written in ways that an API may change.
func drawList(rng *rand.Rand, n int, spelt bool) []invariants.Row {
	rows := make([]invariants.Row, n)
	crowded := rng.IntN(4) == 0 // many rows share few addresses
	for i := range rows {
		r := invariants.Row{
			Email: fmt.Sprintf("p%d@example.com", i), Phone: fmt.Sprintf("+35387%07d", i),
			Name: fmt.Sprintf("Person %d", i), Score: fmt.Sprint(i),
		}
		if spelt && i%3 == 0 {
			r.Email, r.Name = fmt.Sprintf("p%d@%s.example", i, [...]string{"b\u00fccher", "xn--bcher-kva"}[i%2]), fmt.Sprintf("Zo\u00eb  %d", i)
		}
		switch rng.IntN(14) {
		case 0, 1:
			if k := rng.IntN(n); k < i {
				r.Email = rows[k].Email
			}
		case 2:
			r.Email = ""
		case 3:
			r.Email, r.Phone = "", ""
		case 4:
			r.Phone, r.Name, r.Score = "", "", ""
		case 5:
			r.Phone, r.Score = "", ""
		case 6, 7: // a twin of an earlier one, or a part of it
			if i > 0 {
				r = rows[rng.IntN(i)]
				r.Email = ""
				switch rng.IntN(3) {
				case 0:
					r.Score = fmt.Sprint(i)
				case 1:
					r.Score = ""
				default:
					r.Phone = ""
				}
			}
		}
		if k := rng.IntN(2 * n); crowded && k < i {
			r.Email = rows[k].Email
		}
		if r == (invariants.Row{}) || r.Email == "" && r.Phone == "" && r.Name == "" {
			r.Name = fmt.Sprintf("Person %d", i)
		}
		rows[i] = r
	}
	return rows
}

// edit changes a list as people and exports do between two runs: rows come, go
// and move, cells are mended, a key changes. fresh numbers new people.
func edit(rng *rand.Rand, rows []invariants.Row, fresh *int) (_ []invariants.Row, what []string) {
	rows = slices.Clone(rows)
	for range 1 + rng.IntN(4) {
		i := rng.IntN(len(rows))
		*fresh++
		switch n := rng.IntN(6); {
		case n == 0:
			rows = slices.Insert(rows, i, invariants.Row{Email: fmt.Sprintf("new%d@example.com", *fresh), Name: fmt.Sprint("New ", *fresh), Score: fmt.Sprint(1000 + *fresh)})
			what = append(what, fmt.Sprintf("insert %d", i+1))
		case n == 1 && len(rows) > 3:
			rows = slices.Delete(rows, i, i+1)
			what = append(what, fmt.Sprintf("delete %d", i+1))
		case n == 2:
			r := rows[i]
			rows = slices.Delete(rows, i, i+1)
			k := rng.IntN(len(rows) + 1)
			rows = slices.Insert(rows, k, r)
			what = append(what, fmt.Sprintf("move %d to %d", i+1, k+1))
		case n == 3:
			rows[i].Name = fmt.Sprint("Mended ", *fresh)
			what = append(what, fmt.Sprintf("mend %d", i+1))
		case n == 4:
			rows[i].Score = fmt.Sprint(2000 + *fresh)
			what = append(what, fmt.Sprintf("score %d", i+1))
		default:
			rows[i].Email = fmt.Sprintf("other%d@example.com", *fresh)
			what = append(what, fmt.Sprintf("key of %d", i+1))
		}
	}
	return rows, what
}

// export writes a list, as one of the shapes in which a CRM may do so.
func export(rows []invariants.Row, shape int) string {
	lines := strings.Split(strings.TrimSpace(invariants.CSV(rows)), "\n")
	for i, line := range lines {
		switch {
		case shape == 1 && i == 0:
			lines[i] += ",Note"
		case shape == 1:
			lines[i] += fmt.Sprintf(",note %d", i)
		case shape == 2:
			cells := strings.Split(line, ",")
			slices.Reverse(cells)
			lines[i] = strings.Join(cells, ",")
		}
	}
	return strings.Join(lines, "\n") + "\n"
}
