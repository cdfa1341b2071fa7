package main

import (
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"
)

// obeyed reports what of a text a terminal would obey, line ends aside.
func obeyed(text string) (found []rune) {
	for _, r := range text {
		switch {
		case r == '\n':
		case r < 0x20, r >= 0x7f && r < 0xa0, strings.ContainsRune("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u2028\u2029", r):
			found = append(found, r)
		}
	}
	return found
}

func FuzzVisible(f *testing.F) {
	f.Add("Jürgen\nGroß 😀", 3)
	f.Add("\x1b[31mred\x1b]0;title\a\u202e\u009b2J\r\xff\xc3", 1)
	f.Add("a\xf0\x9f", 2)
	f.Fuzz(func(t *testing.T, text string, size int) {
		var out strings.Builder
		v := &visible{w: &out}
		for rest := text; rest != ""; { // cut anywhere, within a character as well
			n := min(len(rest), max(1, size%7))
			if m, err := v.Write([]byte(rest[:n])); m != n || err != nil {
				t.Fatal(m, err)
			}
			rest = rest[n:]
		}
		got := out.String()
		if found := obeyed(got); found != nil || !utf8.ValidString(got) {
			t.Errorf("%q came out as %q with %q", text, got, found)
		}
		if utf8.ValidString(text) && obeyed(text) == nil && got != text {
			t.Errorf("%q came out as %q", text, got)
		}
		if found := obeyed(printable(text)); found != nil || strings.Contains(printable(text), "\n") {
			t.Errorf("%q is not printable: %q", text, found)
		}
		data, err := json.Marshal(text)
		if err != nil {
			t.Fatal(err)
		}
		var want, have string
		escaped := escapeJSON(data)
		if json.Unmarshal(data, &want) != nil || json.Unmarshal(escaped, &have) != nil || want != have || obeyed(string(escaped)) != nil {
			t.Errorf("%q is escaped as %s", text, escaped)
		}
	})
}
