package source

import (
	"encoding/csv"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"
	"testing"
)

// layout is a way to write a table by the rules.
type layout struct {
	name          string
	before, after string // the delimiter
	begin         string // of a line
	left, right   bool   // cells are as long as the longest of their column
	all           bool   // quotes around every cell
	holds         bool   // cells of the last column hold the delimiter, in quotes
}

var layouts = []layout{
	{name: "plain"},
	{name: "spaced", after: " "},
	{name: "spaced on both sides", before: " ", after: " "},
	{name: "left", before: " ", after: " ", left: true},
	{name: "left, indented", before: " ", after: " ", begin: " ", left: true},
	{name: "left and tight", after: " ", left: true},
	{name: "right", after: " ", right: true},
	{name: "quoted and left", before: " ", after: " ", left: true, all: true},
	{name: "quoted and right", after: " ", right: true, all: true},
	{name: "left, delimiters in quotes", before: " ", after: " ", left: true, holds: true},
	{name: "right, delimiters in quotes", before: " ", after: " ", right: true, holds: true},
}

// write is the table in this layout.
func (l layout) write(table [][]string, s style) string {
	s.all = l.all
	longest := make([]int, len(table[0]))
	for _, row := range table {
		for i, cell := range row {
			longest[i] = max(longest[i], len(s.cell(cell)))
		}
	}
	var b strings.Builder
	for _, row := range table {
		b.WriteString(l.begin)
		for i, cell := range row {
			if i > 0 {
				b.WriteString(l.before + s.delimiter + l.after)
			}
			cell = s.cell(cell)
			blanks := strings.Repeat(" ", longest[i]-len(cell))
			if l.right {
				b.WriteString(blanks)
			}
			b.WriteString(cell)
			if l.left {
				b.WriteString(blanks)
			}
		}
		b.WriteString("\n")
	}
	return b.String()
}

// TestNothingIsLost writes tables by the rules, aligned and quoted in many ways,
// and reads them in every dialect that the program can choose for them: but
// for delimiters, quotes, escapes and outer blanks, each record has all the
// characters that its lines have.
func TestNothingIsLost(t *testing.T) {
	for _, l := range layouts {
		for seed := range uint64(30 / sparse) {
			r := rand.New(rand.NewPCG(seed, 7))
			table := randomTable(r)
			s := style{picker(r)(",", ",", ";", "\t", "|"), `"`, `"`, "\n", false}
			nothingIsLost(t, fmt.Sprintf("%s %d", l.name, seed), l.write(table, s))
		}
	}
}

// TestLayouts reads what the layouts write: the cells are those of the table,
// but for outer blanks where columns are not aligned. What is ambiguous may go
// wrong: one file in forty.
func TestLayouts(t *testing.T) {
	wrong, all := 0, 0
	for _, l := range layouts {
		for seed := range uint64(60 / sparse) {
			r := rand.New(rand.NewPCG(seed, 8))
			table := randomTable(r)
			s := style{picker(r)(",", ",", ";", "\t", "|"), `"`, `"`, "\n", false}
			if l.holds {
				for n := 1; n < len(table); n += 2 {
					table[n][len(table[n])-1] = "R" + s.delimiter + "D"
				}
			}
			all++
			got, f := cat(t, l.write(table, s))
			records, err := csv.NewReader(strings.NewReader(got)).ReadAll()
			for _, record := range records {
				for i := 0; i < len(record) && !l.left && !l.right; i++ {
					record[i] = strings.Trim(record[i], " ")
				}
			}
			if err != nil || clean(records) != clean(table) {
				wrong++
				t.Logf("%s %d: a table of %d columns, with %q, is read as %v, %d wide", l.name, seed, len(table[0]), s.delimiter, f.Dialect(), f.found.width)
			}
		}
	}
	if wrong*40 > all {
		t.Errorf("%d of %d files are read wrong", wrong, all)
	}
}

// TestNothingIsLostInMessyFiles is the same for the catalogue.
func TestNothingIsLostInMessyFiles(t *testing.T) {
	eachMessy(t, func(name, in string) {
		if f, err := OpenWith("-", strings.NewReader(in), Options{AnyHeader: true}); err == nil {
			text, err := f.text()
			if err != nil {
				t.Fatal(err)
			}
			all, err := io.ReadAll(text)
			if err != nil {
				t.Fatal(err)
			}
			f.Close()
			nothingIsLost(t, name, string(all))
		}
	})
}

func nothingIsLost(t *testing.T, name, in string) {
	t.Helper()
	sample := []byte(in)
	for _, c := range delimiterCandidates(sample, settings{}) {
		for _, d := range quoteCandidates(sample, c.delimiter, settings{}) {
			d.Runs, d.Padded = c.runs, padded(sample, c.delimiter)
			f, err := Open("-", strings.NewReader(in))
			if err != nil {
				f, err = OpenWith("-", strings.NewReader(in), Options{AnyHeader: true})
			}
			if err != nil {
				t.Fatal(err)
			}
			f.found, f.columns = rate(sample, d), nil
			records, err := f.Records()
			if err != nil {
				t.Fatal(err)
			}
			for {
				record, err := records.Next()
				if err == io.EOF {
					break
				}
				if err != nil {
					t.Fatalf("%s, %v: %v", name, d, err)
				}
				raw := string(appendUTF8(nil, records.s.raw()))
				if got, want := bare(strings.Join(record.Cells, ""), d, records.s.other), bare(raw, d, records.s.other); got != want {
					t.Fatalf("%s, %v: of\n%q, line %d, remains\n%q", name, d, raw, record.Line, record.Cells)
				}
			}
			f.Close()
		}
	}
}

// bare is text without what a reading may leave out.
func bare(text string, d Dialect, other string) string {
	return strings.Map(func(r rune) rune {
		if strings.ContainsRune(" \t\"'\r\n"+d.Delimiter+other, r) || r == rune(d.Quote) || r == rune(d.Escape) {
			return -1
		}
		return r
	}, text)
}
