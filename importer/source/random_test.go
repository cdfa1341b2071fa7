package source

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
)

// TestRandomTables writes tables of every kind of column in every dialect and
// reads them again. What is ambiguous may go wrong: one file in forty at most.
func TestRandomTables(t *testing.T) {
	wrong, all := 0, 0
	for seed := range uint64(300 / sparse) {
		r := rand.New(rand.NewPCG(seed, 1))
		pick, table := picker(r), randomTable(r)
		w := len(table[0])
		s := style{pick(",", ",", ";", "\t", "|", ", ", "||", "~", "^"), pick(`"`, `"`, `"`, `'`), "", pick("\n", "\r\n"), r.IntN(3) == 0}
		s.escape = s.quote
		if r.IntN(4) == 0 {
			s.escape = `\`
		}
		in := s.write(table)
		if s.quote == "'" && !s.all && !strings.Contains(in, "'") {
			continue
		}
		all++
		if got, f := cat(t, in); got != clean(table) {
			wrong++
			t.Logf("seed %d: a table of %d columns written with %+v is read as %v, %d wide", seed, w, s, f.Dialect(), f.found.width)
		}
	}
	if wrong*40 > all {
		t.Errorf("%d of %d files are read wrong", wrong, all)
	}
}

// TestRandomClean writes tables by the rules of RFC 4180, with the delimiters
// that programs use most: none of them may be read wrong, whatever is in them.
func TestRandomClean(t *testing.T) {
	for i, s := range []style{
		{",", `"`, `"`, "\n", false}, {",", `"`, `"`, "\r\n", true}, {";", `"`, `"`, "\n", false},
		{"\t", `"`, `"`, "\n", false}, {"|", `"`, `"`, "\n", false},
	} {
		for seed := range uint64(200 / sparse) {
			table := randomTable(rand.New(rand.NewPCG(seed, uint64(20+i))))
			in := s.write(table)
			if got, f := cat(t, in); got != clean(table) {
				t.Fatalf("seed %d, written with %+v, is read as %v:\n%s\n\nas\n%s", seed, s, f.Dialect(), in, got)
			}
		}
	}
}

// TestRandomSpoiled spoils one row of a random table: the others are read as
// ever, and it as it is written, but for one file in forty at most.
func TestRandomSpoiled(t *testing.T) {
	wrong, all := 0, 0
	for seed := range uint64(300 / sparse) {
		r := rand.New(rand.NewPCG(seed, 2))
		table := randomTable(r)
		s := style{picker(r)(",", ",", ",", ";", "\t"), `"`, `"`, "\n", r.IntN(4) == 0}
		in, want, how := spoil(r, table, s)
		if in == "" {
			continue
		}
		all++
		if got, f := cat(t, in); got != want {
			wrong++
			t.Logf("seed %d: %s in a table of %d columns, read as %v, %d wide", seed, how, len(table[0]), f.Dialect(), f.found.width)
		}
	}
	if wrong*40 > all {
		t.Errorf("%d of %d files are read wrong", wrong, all)
	}
}

// spoil writes a table with one thing wrong, and what it is to be read as; ""
// when the row it chose has nothing that could be spoiled.
func spoil(r *rand.Rand, table [][]string, s style) (in, want, how string) {
	pick, n, w := picker(r), r.IntN(len(table)), len(table[0])
	row := slices.Clone(table[n])
	changed := slices.Clone(table)
	switch how = pick("missing", "extra", "quote before", "quote after", "quote inside", "delimiter", "title", "line end"); how {
	case "missing":
		changed[n] = row[:w-1]
		return s.write(changed), clean(changed), how
	case "extra":
		changed[n] = append(row, "x")
		return s.write(changed), clean(changed), how
	case "delimiter":
		other := s
		if other.delimiter = pick(";", "\t", "|", ", "); other.delimiter == s.delimiter || w < 3 {
			return "", "", ""
		}
		return at(table, s, n, strings.TrimSuffix(other.line(row), "\n")), clean(table), how
	case "title":
		return "Some title\n\n" + s.write(table), "Some title\n" + clean(table), how
	case "line end":
		return s.write(table[:n]) + strings.TrimSuffix(s.line(row), "\n") + pick("\r", "\r\n", "\n\n") + s.write(table[n+1:]), clean(table), how
	}
	col := r.IntN(w)
	v := row[col]
	if v == "" || strings.ContainsAny(v, "\n,;\t\"") {
		return "", "", ""
	}
	odd := map[string]string{"quote before": `"` + v, "quote after": v + `"`, "quote inside": v[:len(v)/2] + `"` + v[len(v)/2:]}[how]
	cells := make([]string, w)
	for i, v := range row {
		cells[i] = s.cell(v)
	}
	if row[col], cells[col] = odd, odd; s.all {
		cells[col] = `"` + odd + `"`
	}
	changed[n] = row
	return at(table, s, n, strings.Join(cells, s.delimiter)), clean(changed), how
}

func picker(r *rand.Rand) func(list ...string) string {
	return func(list ...string) string { return list[r.IntN(len(list))] }
}

// randomTable has two to eight columns of cells as people have them.
func randomTable(r *rand.Rand) [][]string {
	pick := picker(r)
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
		"body": func() string {
			return pick("Dear Ann,\nthanks, see you.\nBest, Joe", "line one\nline two, more", "so, what?\nthis, that", "1,2\n3,4",
				"\nfirst a blank line, then text", "He said \"no, thanks\"\nand left, at last", "one line, no more", "a\n\nb, c\n")
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
	names := []string{"name", "last", "email", "phone", "price", "preis", "big", "date", "iso", "when", "time", "url", "text", "long", "body", "tags", "pipes", "list", "json", "id", "int", "bool", "empty", "inch", "geo", "path"}
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
	return table
}
