package source

import (
	"strings"
	"testing"
)

func TestOptions(t *testing.T) {
	tests := []struct {
		name, in string
		opt      Options
		want     string
	}{
		{"delimiter", "a;b,c\n1;2,3\n", Options{Delimiter: ";"}, "0@1 [\"a\" \"b,c\"]\n1@2 [\"1\" \"2,3\"]\n"},
		{"delimiter by name", "a\tb\n1\t2\n", Options{Delimiter: "tab"}, "0@1 [\"a\" \"b\"]\n1@2 [\"1\" \"2\"]\n"},
		{"long delimiter", "a<>b\n1<>2\n", Options{Delimiter: "<>"}, "0@1 [\"a\" \"b\"]\n1@2 [\"1\" \"2\"]\n"},
		{"no quotes", "a,b\n\"1,2\"\n", Options{Quote: "none"}, "0@1 [\"a\" \"b\"]\n1@2 [\"\\\"1\" \"2\\\"\"]\n"},
		{"single quotes", "a,b\n'1,5',2\n", Options{Quote: "single"}, "0@1 [\"a\" \"b\"]\n1@2 [\"1,5\" \"2\"]\n"},
		{"escape", "a,b\n\"x\\\"y\",2\n", Options{Escape: "backslash"}, "0@1 [\"a\" \"b\"]\n1@2 [\"x\\\"y\" \"2\"]\n"},
		{"escape that nothing needs", "a,b\nC:\\x,2\n", Options{Escape: "backslash", Delimiter: ","}, "0@1 [\"a\" \"b\"]\n1@2 [\"C:\\\\x\" \"2\"]\n"},
		{"no header", "name,city\nJane,Dublin\n", Options{NoHeader: true}, "0@0 [\"column_1\" \"column_2\"]\n1@1 [\"name\" \"city\"]\n2@2 [\"Jane\" \"Dublin\"]\n"},
		{"skip lines", "x,y\nz\na,b\n1,2\n", Options{SkipLines: 2}, "0@3 [\"a\" \"b\"]\n1@4 [\"1\" \"2\"]\n"},
		{"skip lines, no header", "x\n1,2\n3,4\n", Options{SkipLines: 1, NoHeader: true}, "0@0 [\"column_1\" \"column_2\"]\n1@2 [\"1\" \"2\"]\n2@3 [\"3\" \"4\"]\n"},
		{"encoding", "a,b\n1,\xe9\n", Options{Encoding: "ISO-8859-2"}, "0@1 [\"a\" \"b\"]\n1@2 [\"1\" \"é\"]\n"},
		{"encoding that is not the file's", "a,b\n1,é\n2,\xe9\n", Options{Encoding: "utf-8"}, "0@1 [\"a\" \"b\"]\n1@2 [\"1\" \"é\"]\n2@3 [\"2\" \"\\xe9\"] bad_encoding 3:3\n"},
		{"character that is not the encoding's", "a,b\n1,\x81\x00\n2,x\n", Options{Encoding: "shift_jis"}, "0@1 [\"a\" \"b\"]\n1@2 [\"1\" \"�\\x00\"] bad_encoding 2:3\n2@3 [\"2\" \"x\"]\n"},
		{"wins over sep line", "sep=;\na,b;c\n1,2;3\n", Options{Delimiter: ","}, "0@2 [\"a\" \"b;c\"]\n1@3 [\"1\" \"2;3\"]\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, err := OpenWith("-", strings.NewReader(tt.in), tt.opt)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			if got := show([]Row{{At: At{Line: f.HeaderLine()}, Cells: f.Header()}}) + show(all(t, f)); got != tt.want {
				t.Errorf("got\n%s\nwant\n%s", got, tt.want)
			}
		})
	}
}

func TestBadOptions(t *testing.T) {
	for want, opt := range map[string]Options{
		"is no delimiter":            {Delimiter: "a\nb"},
		"is no quote":                {Quote: "both"},
		"is no escape":               {Escape: "x"},
		"cannot be the quote":        {Delimiter: "'", Quote: "'"},
		"cannot skip":                {SkipLines: -1},
		"is no encoding":             {Encoding: "ebcdic"},
		"has only blank lines":       {SkipLines: 7},
		"is UTF-32":                  {Encoding: "utf-32le"},
		"\"replacement\" cannot be ": {Encoding: "hz-gb-2312"},
	} {
		_, err := OpenWith("-", strings.NewReader("a,b\n1,2\n"), opt)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%+v: got %v, want %q", opt, err, want)
		}
	}
}

// TestAnyHeader: what cat reads needs no header.
func TestAnyHeader(t *testing.T) {
	for in, want := range map[string]string{
		"":                 "",
		"\n\n":             "",
		"\ufeff":           "",
		"a,,a\n1,2,3\n":    "a,,a\n1,2,3\n",
		"\"\"\n\"\"\n":     "\"\"\n\"\"\n",
		"a,b\n\n\n1,2\n\n": "a,b\n1,2\n",
	} {
		got, _ := cat(t, in)
		if got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}
