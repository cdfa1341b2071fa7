package source

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
)

// TestTmpPoll writes tables of every kind of column in every dialect and
// reads them again. What is ambiguous may go wrong: one file in fifty at most.
func TestTmpPoll(t *testing.T) {
	wrong, all := 0, 0
	total, fails := map[string]int{}, map[string]int{}
	for seed := range uint64(6000) {
		r := rand.New(rand.NewPCG(seed, 1))
		pick := func(list ...string) string { return list[r.IntN(len(list))] }
		kinds := map[string]func() string{
			"name":  func() string { return pick("Jane", "Pat", "Zoë", "O'Brien", "Mary Ann") },
			"last":  func() string { return pick("Doe, Jane", "Roe", "Smith, Jr.") },
			"email": func() string { return fmt.Sprintf("u%d@example.com", r.IntN(999)) },
			"phone": func() string { return fmt.Sprintf("+353 87 %07d", r.IntN(9999999)) },
			"price": func() string { return fmt.Sprintf("%d.%02d", r.IntN(999), r.IntN(99)) },
			"preis": func() string { return fmt.Sprintf("%d,%02d", r.IntN(999), r.IntN(99)) },
			"big":   func() string { return fmt.Sprintf("%d,%03d.%02d", r.IntN(99)+1, r.IntN(999), r.IntN(99)) },
			"date":  func() string { return fmt.Sprintf("%d/%02d/2026", r.IntN(28)+1, r.IntN(12)+1) },
			"iso": func() string {
				return fmt.Sprintf("2026-%02d-%02dT%02d:%02d:00Z", r.IntN(12)+1, r.IntN(28)+1, r.IntN(24), r.IntN(60))
			},
			"when": func() string {
				return fmt.Sprintf("2026-%02d-%02d %02d:%02d", r.IntN(12)+1, r.IntN(28)+1, r.IntN(24), r.IntN(60))
			},
			"time": func() string { return fmt.Sprintf("%02d:%02d", r.IntN(24), r.IntN(60)) },
			"url":  func() string { return fmt.Sprintf("https://example.com/%d?a=%d&b=%d", r.IntN(9), r.IntN(9), r.IntN(9)) },
			"text": func() string {
				return pick("met at the fair", "likes tea, coffee; and rum", "said \"yes\", then \"no\"", "It's fine: really", "call back | maybe", "")
			},
			"long": func() string {
				return pick("We show, at last, that it works. See below.", "A note; with parts; and more parts, too.", "First line\nsecond line")
			},
			"tags":  func() string { return pick("a;b", "red;green;blue", "x", "") },
			"pipes": func() string { return pick("a|b", "red|green|blue", "x") },
			"list":  func() string { return pick("a,b", "red,green,blue", "x") },
			"json":  func() string { return fmt.Sprintf("{\"a\": %d, \"b\": [1,2]}", r.IntN(9)) },
			"id":    func() string { return fmt.Sprintf("%05d", r.IntN(99999)) },
			"int":   func() string { return fmt.Sprint(r.IntN(999)) },
			"bool":  func() string { return pick("true", "false") },
			"empty": func() string { return "" },
			"inch":  func() string { return pick("5\" disk", "3\"", "6' 2\"") },
			"geo":   func() string { return fmt.Sprintf("%d.%d, -%d.%d", r.IntN(90), r.IntN(999), r.IntN(90), r.IntN(999)) },
			"path":  func() string { return pick(`C:\temp\x`, `D:\data`, `/home/joe`) },
		}
		names := []string{"name", "last", "email", "phone", "price", "preis", "big", "date", "iso", "when", "time", "url", "text", "long", "tags", "pipes", "list", "json", "id", "int", "bool", "empty", "inch", "geo", "path"}
		w := r.IntN(7) + 2
		cols := make([]string, w)
		for i := range cols {
			cols[i] = names[r.IntN(len(names))]
		}
		if r.IntN(3) > 0 {
			cols[0] = "id"
		}
		table := [][]string{{}}
		for i, c := range cols {
			table[0] = append(table[0], pick(c, strings.ToUpper(c), c+" "+fmt.Sprint(i)))
		}
		for range r.IntN(20) + 2 {
			row := make([]string, w)
			for i, c := range cols {
				row[i] = kinds[c]()
			}
			table = append(table, row)
		}
		s := style{pick(",", ",", ",", ";", "\t"), `"`, `"`, "\n", r.IntN(4) == 0}
		n := r.IntN(len(table))
		var in, pollution string
		want := clean(table)
		c := make([][]string, len(table))
		copy(c, table)
		switch kind := r.IntN(8); kind {
		case 0:
			pollution = "missing"
			c[n] = c[n][:w-1]
			in, want = s.write(c), clean(c)
		case 1:
			pollution = "extra"
			c[n] = append(append([]string{}, c[n]...), "x")
			in, want = s.write(c), clean(c)
		case 2, 3, 4:
			col := r.IntN(w)
			row := append([]string{}, c[n]...)
			if strings.ContainsAny(row[col], "\n,;\t\"") || row[col] == "" {
				continue
			}
			cells := make([]string, w)
			for k, v := range row {
				cells[k] = s.cell(v)
			}
			v := row[col]
			odd := []string{`"` + v, v + `"`, v[:len(v)/2] + `"` + v[len(v)/2:]}[kind-2]
			pollution = []string{"quote before", "quote after", "quote inside"}[kind-2]
			row[col] = odd
			cells[col] = odd
			if s.all {
				cells[col] = `"` + odd + `"`
			}
			c[n] = row
			want = clean(c)
			in = at(table, s, n, strings.Join(cells, s.delimiter))
		case 5:
			pollution = "delimiter"
			if w < 3 {
				continue
			}
			o := s
			o.delimiter = pick(";", "\t", "|", ", ")
			if o.delimiter == s.delimiter {
				continue
			}
			in = at(table, s, n, strings.TrimSuffix(o.line(table[n]), "\n"))
		case 6:
			pollution = "title"
			in, want = "Some title\n\n"+s.write(table), "Some title\n"+want
		case 7:
			pollution = "end"
			in = s.write(table[:n]) + strings.TrimSuffix(s.line(table[n]), "\n") + pick("\r", "\r\n", "\n\n") + s.write(table[n+1:])
		}
		total[pollution]++
		all++
		if got, f := cat(t, in); got != want {
			fails[pollution]++
			wrong++
			if fails[pollution] < 6 {
				ls := strings.SplitAfter(in, "\n")
				t.Logf("%s\n%s%s%s -- n %d: %q\n got %q\nwant %q", pollution, ls[0], ls[min(1, len(ls)-1)], ls[min(2, len(ls)-1)], n, ls[min(n, len(ls)-1)], lineOf(got, n), lineOf(want, n))
			}
			t.Logf("seed %d: a table of %d columns written with %+v is read as %v, %d wide", seed, w, s, f.Dialect(), f.found.width)
		}
	}
	for k, v := range total {
		t.Logf("%s %d of %d wrong", k, fails[k], v)
	}
	if wrong*50 > all {
		t.Errorf("%d of %d files are read wrong", wrong, all)
	}
}

func lineOf(s string, n int) string {
	l := strings.SplitAfter(s, "\n")
	return l[min(n, len(l)-1)]
}
