package source

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// orders is a table with one column of words that no quotes stand around, texts
// that always have them, and columns of every telling kind.
func orders() (table [][]string, quoted []bool) {
	table = [][]string{{"ORDERED", "AT", "Count", "SKU", "Amount", "Item", "Text", "Link", "Remark"}}
	items := []string{"Women's Rain Jacket", "Tent Pegs", "Camping Stove, Two Burner", "Mug", `Frame 12" x 9"`, "Men's Wool Socks 3 Pack"}
	texts := []string{"Keeps you dry, even in heavy rain. It won't let you down.", "Light, strong, and easy to pack; a set of ten.", "Holds 0.3 l."}
	for i := range 40 {
		table = append(table, []string{fmt.Sprintf("%02d/%02d/2026", i%28+1, i%12+1), fmt.Sprintf("%02d:%02d", i%24, i%4*15), fmt.Sprint(i * 7 % 13),
			fmt.Sprintf("AB-%04d", i*37), fmt.Sprintf("$%d.%02d", i*11%97, i*29%100), items[i%6], texts[i%3], fmt.Sprintf("https://example.org/%d.html", i), ""})
	}
	return table, []bool{6: true, 7: true, 8: false}
}

// TestColumnsTell spoils each row in turn, the header, too, in ways that only
// what the columns hold, and how many they are, can undo.
func TestColumnsTell(t *testing.T) {
	table, quoted := orders()
	cells := func(row []string) []string {
		list := make([]string, len(row))
		for i, cell := range row {
			if list[i] = cell; quoted[i] || strings.ContainsAny(cell, ",\"") {
				list[i] = `"` + strings.ReplaceAll(cell, `"`, `""`) + `"`
			}
		}
		return list
	}
	for n := range table {
		if n%sparse != 0 {
			continue
		}
		check := func(how, line string, row []string) {
			var in string
			for i, row := range table {
				if i == n {
					in += line + "\r\n"
				} else {
					in += strings.Join(cells(row), ",") + "\r\n"
				}
			}
			want := slices.Clone(table)
			want[n] = row
			if got, _ := cat(t, in); got != clean(want) {
				t.Errorf("row %d, %s: %s\nis read as %s", n, how, line, strings.Split(got, "\n")[n])
			}
		}
		for _, d := range []string{" ", ":", ";", "\t", "|"} {
			check(fmt.Sprintf("delimited by %q", d), strings.Join(cells(table[n]), d), table[n])
		}
		for i, cell := range cells(table[n]) {
			line, row := cells(table[n]), slices.Clone(table[n])
			line[i], row[i] = `"`+cell, `"`+row[i]
			check("a quote more", strings.Join(line, ","), row)
			if !quoted[i] {
				continue
			}
			line[i] = strings.TrimSuffix(cell, `"`)
			check("not closed", strings.Join(line, ","), row)
			line[i], row[i] = strings.TrimPrefix(cell, `"`), table[n][i]+`"`
			check("not opened", strings.Join(line, ","), row)
			if i == 6 && !strings.HasSuffix(line[5], `"`) {
				line = cells(table[n])
				line[6] = line[5] + line[6]
				check("no delimiter before a quote", strings.Join(slices.Delete(line, 5, 6), ","), table[n])
			}
		}
	}
}
