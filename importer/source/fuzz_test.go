package source

import (
	"bytes"
	"encoding/csv"
	"io"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"unicode/utf8"
)

// scanAll cuts text into records, blank lines included.
func scanAll(t *testing.T, in io.Reader, d Dialect, width int) (records [][]string, lines []int, err error) {
	s := newScanner(in, "fuzz", d)
	s.width = width
	last, at := 0, int64(-1)
	for {
		if _, err := s.next(); err != nil {
			return records, lines, err
		}
		if s.line <= last || s.at <= at {
			t.Fatalf("record at line %d, byte %d follows line %d, byte %d", s.line, s.at, last, at)
		}
		last, at = s.line, s.at
		if s.blank() {
			continue
		}
		cells := s.cells(nil)
		records, lines = append(records, cells), append(lines, s.line)
	}
}

// FuzzScan compares with encoding/csv what that accepts, and small reads with
// large ones.
func FuzzScan(f *testing.F) {
	for _, s := range []string{
		"a,b\n1,2\n", "a,\"b\r\nc\"\r\n\n\"\"\"\",x", "a\rb", "\"a\"b,c\n", "\"", "\"a", "a\"b,\"\"\n", "\xff,\x00\n", "é,\"é\n", ",\r\n,\r", "\n\r\n\r",
	} {
		f.Add([]byte(s))
	}
	comma := rfc4180
	f.Fuzz(func(t *testing.T, in []byte) {
		got, lines, err := scanAll(t, bytes.NewReader(in), comma, 0)
		slow, _, slowErr := scanAll(t, iotest.OneByteReader(bytes.NewReader(in)), comma, 0)
		if !slices.EqualFunc(got, slow, slices.Equal) || (err == io.EOF) != (slowErr == io.EOF) {
			t.Fatalf("read at once %q %v, byte by byte %q %v", got, err, slow, slowErr)
		}
		// encoding/csv does not know CR as a line end.
		if strings.Contains(strings.ReplaceAll(string(in), "\r\n", ""), "\r") {
			return
		}
		std := csv.NewReader(bytes.NewReader(in))
		std.FieldsPerRecord = -1
		var want [][]string
		var wantLines []int
		for {
			record, err := std.Read()
			if err == io.EOF {
				break
			}
			if err != nil {
				return
			}
			line, _ := std.FieldPos(0)
			want, wantLines = append(want, record), append(wantLines, line)
		}
		for _, record := range want {
			if len(record) > MaxColumns {
				return
			}
		}
		if err != io.EOF {
			t.Fatalf("%v on %q, which encoding/csv accepts", err, in)
		}
		for _, record := range got { // encoding/csv folds CRLF in quotes
			for i, cell := range record {
				record[i] = strings.ReplaceAll(cell, "\r\n", "\n")
			}
		}
		if !slices.EqualFunc(got, want, slices.Equal) || !slices.Equal(lines, wantLines) {
			t.Fatalf("%q:\n got %q at %v\nwant %q at %v", in, got, lines, want, wantLines)
		}
	})
}

func FuzzRows(f *testing.F) {
	f.Add("a;b\n1;2\n\"x;\n\xe9;\x00\n")
	f.Add("a,b\n\"x\"y,2\n1\n1,2,3\n")
	f.Fuzz(func(t *testing.T, in string) {
		file, err := Open("-", strings.NewReader(in))
		if err != nil {
			if strings.ContainsAny(strings.TrimPrefix(err.Error(), "standard input: "), "\r\n") {
				t.Fatalf("%q is not one line", err)
			}
			return
		}
		defer file.Close()
		r, err := file.Rows()
		if err != nil {
			t.Fatal(err)
		}
		for last := 0; ; {
			row, err := r.Next()
			if err != nil {
				break
			}
			if row.Number != last+1 && !strings.ContainsAny(in, ",;\t|:^~ ") { // a row of delimiters alone is left out, and counted
				t.Fatalf("row %d follows row %d", row.Number, last)
			}
			if row.Number <= last {
				t.Fatalf("row %d follows row %d", row.Number, last)
			}
			last = row.Number
			good := len(row.Cells) == len(file.Header()) && utf8.ValidString(strings.Join(row.Cells, ""))
			if row.Problem == nil && !good {
				t.Fatalf("no problem with %q", row.Cells)
			}
		}
	})
}

// FuzzDialects reads with any dialect and width: where the window ends must
// not matter, and no letter may get lost.
func FuzzDialects(f *testing.F) {
	f.Add("a,b\n1,2\n", ",", byte('"'), byte(0), 2, byte(0))
	f.Add("a||b\r\n'1||',2\r||||\n'", "||", byte('\''), byte(0), 2, byte(0))
	f.Add("\"a\\\"b\",c\n\"x\ny\"z,w\n\"\n1;2\n", ",", byte('"'), byte('\\'), 2, byte(0))
	f.Add("\"a \"b\n c\",1\n \"d\" ,2\n3,4,5\n", ",", byte('"'), byte(0), 2, byte(0))
	f.Add("a , \"b, c\" , d\n,  ,\nx,y,z\n", ",", byte('"'), byte(0), 3, byte(1))
	f.Add("a,\"b\";\n1,2;\n\"x;\ny\",z;", ",", byte('"'), byte(0), 2, byte(2))
	f.Add("a,b\r1,2\n3\r\n\"x\ny\",z\r", ",", byte('"'), byte(0), 2, byte(4))
	f.Add("\"a,\"\"b\"\"\"\n1,2\n\"\"x, y\"\",z\n", ",", byte('"'), byte(0), 2, byte(0))
	f.Fuzz(func(t *testing.T, in, delimiter string, quote, escape byte, width int, flags byte) {
		if len(delimiter) > 3 || strings.ContainsFunc(delimiter+string([]byte{quote, escape}), isText) ||
			strings.ContainsAny(delimiter, "\r\n\x00"+string([]byte{quote, escape})) || !utf8.ValidString(in) ||
			strings.ContainsAny(string([]byte{quote, escape}), "\r\n \t") || quote == escape || quote >= utf8.RuneSelf || escape >= utf8.RuneSelf || !utf8.ValidString(delimiter) {
			return
		}
		d := Dialect{Delimiter: delimiter, Quote: quote, Escape: escape, Padded: flags&1 != 0 && len(delimiter) == 1 && delimiter != " ", CR: flags&4 != 0}
		if flags&2 != 0 && delimiter != ";" && quote != ';' && escape != ';' {
			d.Mark = ';'
		}
		got, _, err := scanAll(t, strings.NewReader(in), d, width%20)
		slow, _, slowErr := scanAll(t, iotest.OneByteReader(strings.NewReader(in)), d, width%20)
		if !slices.EqualFunc(got, slow, slices.Equal) || (err == io.EOF) != (slowErr == io.EOF) {
			t.Fatalf("read at once %q %v, byte by byte %q %v", got, err, slow, slowErr)
		}
		if err != io.EOF {
			return
		}
		letters := func(s string) int {
			n := 0
			for _, r := range s {
				if isText(r) {
					n++
				}
			}
			return n
		}
		n := 0
		for _, record := range got {
			n += letters(strings.Join(record, ""))
		}
		if n != letters(in) {
			t.Fatalf("%d letters of %d are in %q", n, letters(in), got)
		}
	})
}
