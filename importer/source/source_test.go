package source

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
)

func write(t testing.TB, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "leads.csv")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func open(t testing.TB, content string) *File {
	t.Helper()
	f, err := Open(write(t, content), nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func all(t testing.TB, f *File) []Row {
	t.Helper()
	r, err := f.Rows()
	if err != nil {
		t.Fatal(err)
	}
	var rows []Row
	for {
		row, err := r.Next()
		if err == io.EOF {
			return rows
		}
		if err != nil {
			t.Fatal(err)
		}
		rows = append(rows, row)
	}
}

// show writes rows as one line each: number@line, cells, problem, notes.
func show(rows []Row) string {
	var b strings.Builder
	for _, row := range rows {
		fmt.Fprintf(&b, "%d@%d %q", row.Number, row.Line, row.Cells)
		if p := row.Problem; p != nil {
			fmt.Fprintf(&b, " %s %d:%d", p.Code, p.Line, p.Column)
		}
		for _, n := range row.Notes {
			fmt.Fprintf(&b, " note %s %d:%d", n.Code, n.Line, n.Column)
		}
		b.WriteString("\n")
	}
	return b.String()
}

func TestRows(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"plain", "a,b\n1,2\n3,4\n", "1@2 [\"1\" \"2\"]\n2@3 [\"3\" \"4\"]\n"},
		{"no newline at the end", "a,b\n1,2", "1@2 [\"1\" \"2\"]\n"},
		{"header only", "a,b\n", ""},
		{"header only, no newline", "a,b", ""},
		{"crlf", "a,b\r\n1,2\r\n", "1@2 [\"1\" \"2\"]\n"},
		{"cr", "a,b\r1,2\r3,4", "1@2 [\"1\" \"2\"]\n2@3 [\"3\" \"4\"]\n"},
		{"mixed line ends", "a,b\r\n1,2\n3,4\r5,6\r\n", "1@2 [\"1\" \"2\"]\n2@3 [\"3\" \"4\"]\n3@4 [\"5\" \"6\"]\n"},
		{"bom", "\ufeffa,b\n1,2\n", "1@2 [\"1\" \"2\"]\n"},
		{"bom before a quoted header", "\ufeff\"a\",b\n1,2\n", "1@2 [\"1\" \"2\"]\n"},
		{"quotes", "a,b\n\"1,5\",\"say \"\"hi\"\"\"\n\"\",\"\"\"\"\n", "1@2 [\"1,5\" \"say \\\"hi\\\"\"]\n2@3 [\"\" \"\\\"\"]\n"},
		{"line breaks in quotes stay", "a,b\n\"x\r\ny\",\"p\nq\rr\"\n3,4\n", "1@2 [\"x\\r\\ny\" \"p\\nq\\rr\"]\n2@6 [\"3\" \"4\"]\n"},
		{"blank lines are skipped", "\n\na,b\n\n1,2\n\r\n3,4\n\n", "1@5 [\"1\" \"2\"]\n2@7 [\"3\" \"4\"]\n"},
		{"blank lines of one column are rows", "a\nx\n\ny\n", "1@2 [\"x\"]\n2@3 [\"\"]\n3@4 [\"y\"]\n"},
		{"too few", "a,b,c\n1,2\n4,5,6\n", "1@2 [\"1\" \"2\"] too_few_cells 2:0\n2@3 [\"4\" \"5\" \"6\"]\n"},
		{"too many", "a,b\n1,2,3\n4,5\n", "1@2 [\"1\" \"2\" \"3\"] too_many_cells 2:0\n2@3 [\"4\" \"5\"]\n"},
		{"semicolons", "a;b\n1,5;2\n", "1@2 [\"1,5\" \"2\"]\n"},
		{"tabs", "a\tb\n1\t2\n", "1@2 [\"1\" \"2\"]\n"},
		{"pipes", "a|b|c\n1,0|2|x;y\n", "1@2 [\"1,0\" \"2\" \"x;y\"]\n"},
		{"stray quote in a cell", "a,b\n5\" disk,2\n", "1@2 [\"5\\\" disk\" \"2\"] note stray_quote 2:2\n"},
		{"text after a closing quote", "a,b\n\"x\" y,2\n3,4\n", "1@2 [\"\\\"x\\\" y\" \"2\"] note stray_quote 2:1\n2@3 [\"3\" \"4\"]\n"},
		{"quote that is not doubled", "a,b\n\"say \"hi\" to, them\",2\n3,4\n", "1@2 [\"say \\\"hi\\\" to, them\" \"2\"] note stray_quote 2:6\n2@3 [\"3\" \"4\"]\n"},
		{"unterminated", "a,b\n1,2\nx,\"y\nz,w\n", "1@2 [\"1\" \"2\"]\n2@3 [\"x\" \"\\\"y\"] note stray_quote 3:3\n3@4 [\"z\" \"w\"]\n"},
		{"unterminated, too few", "a,b,c\n1,2,3\nx,\"y\nz,w,v\n", "1@2 [\"1\" \"2\" \"3\"]\n2@3 [\"x\" \"\\\"y\"] stray_quote 3:3\n3@4 [\"z\" \"w\" \"v\"]\n"},
		{"quotes and width both wrong", "a,b,c\n\"x\"y,2\n3,4,5\n", "1@2 [\"\\\"x\\\"y\" \"2\"] stray_quote 2:1\n2@3 [\"3\" \"4\" \"5\"]\n"},
		{"not utf-8", "a,é\n1,caf\xe9\né,éé\n", "1@2 [\"1\" \"caf\\xe9\"] bad_encoding 2:6\n2@3 [\"é\" \"éé\"]\n"},
		{"not utf-8, second line of a cell", "a,éé\n1,\"x\ncaf\xe9\"\n3,éé\n", "1@2 [\"1\" \"x\\ncaf\\xe9\"] bad_encoding 3:4\n2@4 [\"3\" \"éé\"]\n"},
		{"nul", "a,b\n1,x\x00y\n3,4\n", "1@2 [\"1\" \"x\\x00y\"] bad_encoding 2:4\n2@3 [\"3\" \"4\"]\n"},
		{"import columns are columns", "import_id,email\n1,a@b.c\n", "1@2 [\"1\" \"a@b.c\"]\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := open(t, tt.in)
			for pass := 1; pass <= 2; pass++ {
				if got := show(all(t, f)); got != tt.want {
					t.Errorf("pass %d of %q:\n got %s\nwant %s", pass, tt.in, got, tt.want)
				}
			}
		})
	}
}

func TestOpenErrors(t *testing.T) {
	dir := t.TempDir()
	tests := []struct{ name, path, in, want string }{
		{"missing", filepath.Join(dir, "none.csv"), "", "there is no such file"},
		{"directory", dir, "", "is a directory"},
		{"empty", "", "", "is empty"},
		{"only a BOM", "", "\ufeff", "only blank lines"},
		{"blank lines", "", "\n\n\r\n", "only blank lines"},
		{"header not utf-8", "", "a,pr\xe9nom\né,éé,éé\n", "line 1, column 5: in the header byte 0xe9 is not UTF-8 (it would be 'é' in Windows-1252)"},
		{"utf-32", "", "\xff\xfe\x00\x00a\x00\x00\x00", "is UTF-32 text"},
		{"gzip", "", "\x1f\x8b\x08\x00", "decompressing (gzip)"},
		{"web page", "", "\n<!DOCTYPE html>\n<html><title>Log in, please</title>\n", "is a web page"},
		{"json", "", "[\n  {\"email\": \"jane@example.com\"}\n]\n", "is JSON"},
		{"xml", "", "<?xml version='1.0'?><leads/>\n", "is XML"},
		{"pdf", "", "%PDF-1.7\n%\xe2\xe3\n", "is a PDF document"},
		{"picture", "", "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR", "is a picture"},
		{"parquet", "", "PAR1\x15\x04\x15", "is a Parquet file"},
		{"binary", "", "\x01\x02\x03a,b\n\x04\x05", "is binary data"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			path := tt.path
			if path == "" {
				path = write(t, tt.in)
			}
			_, err := Open(path, nil)
			if err == nil {
				t.Fatal("no error")
			}
			var e *Error
			if !errors.As(err, &e) || e.File != path {
				t.Errorf("%#v is not an *Error that names %s", err, path)
			}
			if !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %q, want one line with %q", err, tt.want)
			}
		})
	}
}

func TestUnreadable(t *testing.T) {
	if os.Geteuid() == 0 {
		t.Skip("root may read everything")
	}
	path := write(t, "a\n")
	os.Chmod(path, 0)
	if _, err := Open(path, nil); err == nil || !strings.Contains(err.Error(), "permission denied") {
		t.Error(err)
	}
}

func TestNextErrors(t *testing.T) {
	tests := []struct{ name, in, want string }{
		{"long line", "a,b\n1," + strings.Repeat("x", MaxRecord+10) + "\n", "line 2: the record is longer"},
		{"very long line", "a,b\n1," + strings.Repeat("x", 10*MaxRecord) + "\n", "line 2: the record is longer"},
		{"columns", "a,b\n1,2\n3,4\n5,6\n1" + strings.Repeat(",", MaxColumns) + "\n", "line 5: the record has 1001 cells"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r, err := open(t, tt.in).Rows()
			if err != nil {
				t.Fatal(err)
			}
			for err == nil {
				_, err = r.Next()
			}
			var e *Error
			if !errors.As(err, &e) || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("got %q, want %q", err, tt.want)
			}
			if _, again := r.Next(); again != err {
				t.Errorf("then %v", again)
			}
			if cap(r.s.b) > 4*MaxRecord {
				t.Errorf("%d bytes of buffer", cap(r.s.b))
			}
		})
	}
}

func TestKeptCells(t *testing.T) {
	f := open(t, "a,b\n1,2\n\"3\",4\n5,6\n")
	var got [][]string
	for _, row := range all(t, f) {
		got = append(got, row.Cells)
	}
	if want := [][]string{{"1", "2"}, {"3", "4"}, {"5", "6"}}; !reflect.DeepEqual(got, want) {
		t.Errorf("got %q", got)
	}
}

func TestStdin(t *testing.T) {
	t.Setenv("TMPDIR", t.TempDir())
	f, err := Open("-", strings.NewReader("a,b\n1,2\n"))
	if err != nil {
		t.Fatal(err)
	}
	if f.Name() != "standard input" {
		t.Errorf("name %q", f.Name())
	}
	for range 2 {
		if got := show(all(t, f)); got != "1@2 [\"1\" \"2\"]\n" {
			t.Error(got)
		}
	}
	if err := f.Close(); err != nil {
		t.Error(err)
	}
	if left, _ := os.ReadDir(os.Getenv("TMPDIR")); len(left) > 0 {
		t.Errorf("%s is left behind", left[0].Name())
	}
	_, err = Open("-", strings.NewReader(""))
	if err == nil || !strings.Contains(err.Error(), "standard input: is empty") {
		t.Error(err)
	}
	if left, _ := os.ReadDir(os.Getenv("TMPDIR")); len(left) > 0 {
		t.Errorf("%s is left behind", left[0].Name())
	}
}

// TestLate: what comes late in a file takes part in finding its dialect.
func TestLate(t *testing.T) {
	for _, late := range []string{"1,\"say \\\"hi\\\", please\"\n", "1,\"a \\\"b\\\"\"\n"} {
		f := open(t, "a,b\n"+strings.Repeat("1,plain\n2,\"quo,ted\"\n", 10000)+late+"3,end\n")
		if f.Dialect().Escape != '\\' {
			t.Errorf("%q: %v", late, f.Dialect())
		}
		rows := all(t, f)
		if got := rows[len(rows)-2].Cells[1]; strings.Contains(got, "\\") {
			t.Errorf("%q became %q", late, got)
		}
	}
}
