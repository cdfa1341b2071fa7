package source

import (
	"bytes"
	"encoding/csv"
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
)

// style is how a table is written to a file.
type style struct {
	delimiter, quote, escape, end string
	all                           bool // quotes around every cell
}

var plainStyle = style{",", `"`, `"`, "\n", false}

func (s style) cell(c string) string {
	if s.all || s.quote != "" && (strings.ContainsAny(c, s.quote+"\r\n") || strings.Contains(c, s.delimiter)) {
		if s.escape == `\` {
			c = strings.ReplaceAll(c, `\`, `\\`)
		}
		return s.quote + strings.ReplaceAll(c, s.quote, s.escape+s.quote) + s.quote
	}
	return c
}

func (s style) line(record []string) string {
	cells := make([]string, len(record))
	for i, c := range record {
		cells[i] = s.cell(c)
	}
	return strings.Join(cells, s.delimiter) + s.end
}

func (s style) write(table [][]string) string {
	var b strings.Builder
	for _, record := range table {
		b.WriteString(s.line(record))
	}
	return b.String()
}

// tables are what is written and read back.
func tables() map[string][][]string {
	leads := [][]string{{"Date", "Time", "Qty", "Product ID", "Price", "Name", "Comment", "URL", "Email"}}
	for i := range 30 {
		comment := []string{"", "called back", "wants \"Pro\", not \"Basic\"", "two\nlines", "yes; maybe: later", "costs 5, not 6"}[i%6]
		leads = append(leads, []string{
			fmt.Sprintf("%02d/11/2026", i%28+1), fmt.Sprintf("%02d:%02d:00", i%24, i%60), fmt.Sprint(i % 7), fmt.Sprintf("PR%05d", i),
			fmt.Sprintf("%d.%02d", i*3, i%100), []string{"Jane Doe", "O'Brien, Pat", "Zoë", "Li Wei"}[i%4], comment,
			fmt.Sprintf("http://example.com/%d?a=b&c=%d", i, i), fmt.Sprintf("jane%d@example.com", i)})
	}
	figures := [][]string{{"x", "y", "z", "w"}}
	for i := range 10 {
		figures = append(figures, []string{fmt.Sprint(i), fmt.Sprintf("%d.5", i*i), fmt.Sprint(-i), "1e5"})
	}
	pairs := [][]string{{"name", "city"}}
	for i := range 12 {
		pairs = append(pairs, []string{[]string{"Jane Doe", "Pat", "Mary Ann Smith"}[i%3], []string{"Dublin", "New York", "Rio de Janeiro"}[i/2%3]})
	}
	contacts := [][]string{{"First name", "Last name", "Email", "Mobile", "Plan", "MRR"}}
	for i := range 25 {
		contacts = append(contacts, []string{"Jane", "Doe", fmt.Sprintf("jane%d@example.com", i), fmt.Sprintf("+353 87 %07d", i), []string{"pro", "", "ent"}[i%3], fmt.Sprintf("%d,%02d", i, i)})
	}
	long := [][]string{{"id", "title", "abstract"}}
	for i := range 15 {
		long = append(long, []string{fmt.Sprint(i + 1), "On the " + []string{"nature", "origin", "use"}[i%3] + " of things", "We show, at last, that \"it\" works: see (1); and more, e.g. this. It's done."})
	}
	return map[string][][]string{"leads": leads, "figures": figures, "pairs": pairs, "contacts": contacts, "long": long, "few": leads[:4], "fewcontacts": contacts[:3]}
}

// clean is a table as cat writes it.
func clean(table [][]string) string {
	var b []byte
	for _, record := range table {
		for i, c := range record {
			if i > 0 {
				b = append(b, ',')
			}
			b = appendQuoted(b, []byte(c))
		}
		if len(record) == 1 && record[0] == "" {
			b = append(b, `""`...)
		}
		b = append(b, '\n')
	}
	return string(b)
}

// at replaces record i of a written table.
func at(table [][]string, s style, i int, line string) (in string) {
	for n, record := range table {
		if n == i {
			in += line + s.end
		} else {
			in += s.line(record)
		}
	}
	return in
}

func TestPolluted(t *testing.T) {
	for name, table := range tables() {
		t.Run(name, func(t *testing.T) { testPolluted(t, name, table) })
	}
}

func testPolluted(t *testing.T, name string, table [][]string) {
	want := clean(table)
	cases := 0
	check := func(pollution, in, want string) {
		if cases++; cases%sparse != 0 {
			return
		}
		t.Run(strings.ReplaceAll(pollution, "/", "slash"), func(t *testing.T) {
			got, f := cat(t, in)
			if got != want {
				g, w := strings.SplitAfter(got, "\n"), strings.SplitAfter(want, "\n")
				n := 0
				for n < len(g) && n < len(w) && g[n] == w[n] {
					n++
				}
				t.Errorf("read as %v, %d wide; line %d of %d (%d):\n got %q\nwant %q", f.Dialect(), f.found.width, n+1, len(g), len(w),
					g[min(n, len(g)-1)], w[min(n, len(w)-1)])
			}
		})
	}
	for _, d := range []string{",", ";", "\t", "|", "^", "~", " ", ":", ", ", "; ", " | ", "||", ";;", "::", ",,", "|~|", "~^~"} {
		if name != "leads" && name != "few" && !strings.Contains(",;\t, ||", d) {
			continue // the others would take too long
		}
		s := plainStyle
		s.delimiter = d
		check(fmt.Sprintf("delimiter %q", d), s.write(table), want)
		s.all = true
		check(fmt.Sprintf("delimiter %q all quoted", d), s.write(table), want)
		s.quote, s.escape = "'", "'"
		check(fmt.Sprintf("delimiter %q all in single quotes", d), s.write(table), want)
		s.escape = `\`
		check(fmt.Sprintf("delimiter %q single quotes escaped", d), s.write(table), want)
		s.quote = `"`
		check(fmt.Sprintf("delimiter %q all quoted, escaped", d), s.write(table), want)
		s.all = false
		check(fmt.Sprintf("delimiter %q escaped", d), s.write(table), want)
		if d == " " {
			continue // what is not escaped could be anything
		}
		s.escape = ""
		check(fmt.Sprintf("delimiter %q quotes not escaped", d), s.write(table), want)
		s.all = true
		check(fmt.Sprintf("delimiter %q all quoted, quotes not escaped", d), s.write(table), want)
	}
	s := plainStyle
	for _, end := range []string{"\r\n", "\r"} {
		s.end = end
		check(fmt.Sprintf("line end %q", end), s.write(table), want)
	}
	s = plainStyle
	s.quote, s.escape = "'", "'"
	if bytes.Contains([]byte(s.write(table)), []byte("'")) {
		check("single quotes where needed", s.write(table), want)
	}
	s.quote, s.escape, s.all = "`", "`", true
	check("backquotes", s.write(table), want)
	s = plainStyle
	whole := s.write(table)
	check("no newline at the end", strings.TrimSuffix(whole, "\n"), want)
	check("two newlines at the end", whole+"\n", want)
	check("BOM", "\ufeff"+whole, want)
	check("sep line", "sep=,\n"+whole, want)
	check("no header", s.write(table[1:]), clean(table[1:]))
	check("two header rows", s.line(table[0])+s.line(make([]string, len(table[0])))+s.write(table[1:]),
		clean(slices.Insert(slices.Clone(table), 1, make([]string, len(table[0])))))
	check("title", "Report of leads\n"+whole, "Report of leads\n"+want)
	check("title and blank line", "Report of leads\n\n"+whole, "Report of leads\n"+want)
	check("three lines above", "Report\nBy: Jane\nDate: 2026-11-21\n"+whole, "Report\nBy: Jane\nDate: 2026-11-21\n"+want)
	check("padded title", s.line(append([]string{"Report"}, make([]string, len(table[0])-1)...))+whole, clean([][]string{append([]string{"Report"}, make([]string, len(table[0])-1)...)})+want)
	check("footer", whole+"Total: 12\n", want+"Total: 12\n")
	check("two tables", whole+"\n"+"a,b,c\n1,2,3\n4,5,6\n", want+"a,b,c\n1,2,3\n4,5,6\n")
	check("two tables alike", whole+"\n"+whole, want+want)
	for _, i := range []int{0, 1, len(table) / 2, len(table) - 1} {
		in := func(change func(r []string) []string) (string, string) {
			c := slices.Clone(table)
			c[i] = change(slices.Clone(c[i]))
			return s.write(c), clean(c)
		}
		a, b := in(func(r []string) []string { return r[:len(r)-1] })
		check(fmt.Sprintf("missing cell at %d", i), a, b)
		a, b = in(func(r []string) []string { return append(r, "extra") })
		check(fmt.Sprintf("extra cell at %d", i), a, b)
		a, b = in(func(r []string) []string { return append(r, "", "") })
		check(fmt.Sprintf("extra delimiters at %d", i), a, b)
		for _, d := range []string{";", "\t", "|", ", ", " "} {
			if d == " " && (i == 0 || name == "contacts" && i == 1) {
				continue // "Last name" could be a title
			}
			if name == "leads" || name == "contacts" || name == "figures" {
				o := s
				o.delimiter = d
				check(fmt.Sprintf("delimiter %q at %d", d, i), at(table, s, i, strings.TrimSuffix(o.line(table[i]), "\n")), want)
			}
		}
		check(fmt.Sprintf("blank line at %d", i), s.write(table[:i])+"\n"+s.write(table[i:]), want)
		for _, end := range []string{"\r", "\r\n"} {
			line := strings.TrimSuffix(s.line(table[i]), "\n")
			check(fmt.Sprintf("line end %q at %d", end, i), s.write(table[:i])+line+end+s.write(table[i+1:]), want)
		}
		// One cell with a quote more. The rest of the row is read as ever.
		for col := range table[i] {
			if i != 1 && i != len(table)/2 || col%3 != 0 && col != len(table[i])-1 {
				continue // all of them would take too long
			}
			c := slices.Clone(table)
			c[i] = slices.Clone(c[i])
			c[i][col] = strings.NewReplacer("\"", "", ",", "", "\n", " ").Replace(c[i][col])
			line := func(cell string) string {
				cells := make([]string, len(c[i]))
				for k, v := range c[i] {
					cells[k] = s.cell(v)
				}
				cells[col] = cell
				return strings.Join(cells, ",")
			}
			cell := c[i][col]
			for _, odd := range []string{cell + `"`, `"` + cell, cell[:len(cell)/2] + `"` + cell[len(cell)/2:]} {
				if odd == `"` && col > 0 {
					continue
				}
				c[i][col] = odd
				check(fmt.Sprintf("stray quote at %d,%d %q", i, col, odd), at(table, s, i, line(odd)), clean(c))
			}
			for _, odd := range []string{`"` + cell, cell + `"`} {
				c[i][col] = odd
				if cell != "" {
					check(fmt.Sprintf("stray quote in a quoted cell at %d,%d %q", i, col, odd), at(table, s, i, line(`"`+odd+`"`)), clean(c))
				}
			}
			c[i][col] = cell[:len(cell)/2] + `"` + cell[len(cell)/2:]
			if len(cell) > 1 {
				check(fmt.Sprintf("stray quote in a quoted cell at %d,%d", i, col), at(table, s, i, line(`"`+c[i][col]+`"`)), clean(c))
			}
		}
	}
	for _, enc := range []string{"windows-1252", "macintosh", "utf-16le", "utf-16be"} {
		e, _ := htmlindex.Get(enc)
		in, err := e.NewEncoder().String(whole)
		if err != nil {
			t.Fatal(err)
		}
		check(enc, in, want)
		if strings.HasPrefix(enc, "utf-16") {
			in, _ = unicode.UTF16(unicode.Endianness(enc != "utf-16be"), unicode.UseBOM).NewEncoder().String(whole)
			check(enc+" with BOM", in, want)
		}
	}
}

// TestRoundTrip: what cat writes is read again as the same by cat and by
// encoding/csv.
func TestRoundTrip(t *testing.T) {
	for _, table := range tables() {
		out, _ := cat(t, plainStyle.write(table))
		if again, _ := cat(t, out); again != out {
			t.Error("cat of cat differs")
		}
		records, err := csv.NewReader(strings.NewReader(out)).ReadAll()
		if err != nil || !slices.EqualFunc(records, table, slices.Equal) {
			t.Error(err)
		}
	}
}
