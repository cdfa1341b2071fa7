package email_test

import (
	"slices"
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"leadimport/client/email"
)

func TestSame(t *testing.T) {
	for _, pair := range [][2]string{
		{"joe@example.com", "  Joe@EXAMPLE.com "},
		{"jörg@example.com", "JÖRG@example.com"},
		{"jörg@example.com", norm.NFD.String("jörg@example.com")},
		{"joe@bücher.example", "joe@xn--bcher-kva.example"},
		{"joe@bücher.example", "joe@XN--BCHER-KVA.example"},
		{"joe@bücher.example", norm.NFD.String("joe@BÜCHER.example")},
		{"maria.schneiderhan@example.org", "maria.schneider\u00adhan@example.org"},
		{"kari@example.org", "kari\u2060@example.org"},
		{"kari@example.org", "\ufeffkari@exam\u200bple.org"},
		{"omar@example.org", "omar\u061c@example.org"},
		{"taro@example.org", "ｔａｒｏ@example.org"},
		{"taro@example.org", "taro＠ｅｘａｍｐｌｅ．org"},
		{"taro@example.org", "taro@example。org"},
		{"ΟΔΥΣΣΕΥΣ@example.gr", "οδυσσευς@example.gr"},
		{"İpek@example.com", "i̇pek@example.com"},
		{"GROẞ@example.com", "groß@example.com"},
		{`"a@b"@example.com`, `"A@b"@Example.com`},
	} {
		if !email.Same(pair[0], pair[1]) {
			t.Errorf("%q and %q differ: %q, %q", pair[0], pair[1], email.Fold(pair[0]), email.Fold(pair[1]))
		}
	}
}

func TestTwoPeople(t *testing.T) {
	for _, pair := range [][2]string{
		{"İpek@example.com", "ipek@example.com"},
		{"ıpek@example.com", "ipek@example.com"},
		{"groß@example.com", "gross@example.com"},
		{"joe@fußball.example", "joe@fussball.example"},
		{"jorg@example.com", "jörg@example.com"},
		{"j.oe@example.com", "joe@example.com"},
		{"joe+a@example.com", "joe@example.com"},
		{"pаul@example.com", "paul@example.com"}, // the first has a Cyrillic а
		{"a@example.com", "a@example.org"},
		{"joe@example.com", ""},
	} {
		if email.Same(pair[0], pair[1]) {
			t.Errorf("%q and %q are both %q", pair[0], pair[1], email.Fold(pair[0]))
		}
	}
}

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"Joe@Example.com":                 "joe@example.com",
		" joe@example.com\u00a0":          "joe@example.com",
		"joe@xn--bcher-kva.example":       "joe@bücher.example",
		"joe@xn--0.example":               "joe@xn--0.example", // no Punycode
		"joe@[IPv6:2001:DB8::1]":          "joe@[ipv6:2001:db8::1]",
		"xn--bcher-kva@example.com":       "xn--bcher-kva@example.com", // only domains have it
		"JOE@my_host.example":             "joe@my_host.example",
		"no address":                      "no address",
		"":                                "",
		"Ιωάννης@example.gr":              "ιωάννησ@example.gr",
		"joe@xn--fuball-cta.example":      "joe@fußball.example",
		"\u2066joe@example.com\u2069":     "joe@example.com",
		"joe@example.com\u034f\U000e0001": "joe@example.com",
	} {
		if got := email.Fold(in); got != want {
			t.Errorf("Fold(%q) is %q, not %q", in, got, want)
		}
	}
}

// Folding by letters must not part letters that Unicode takes for one, nor
// make a mark of one.
func TestFoldFollowsUnicode(t *testing.T) {
	for r := rune('A'); r <= unicode.MaxRune; r++ {
		if !unicode.IsLetter(r) {
			continue
		}
		got := email.Fold("a" + string(r))
		for _, c := range []rune{unicode.SimpleFold(r)} {
			if unicode.IsLetter(c) && email.Fold("a"+string(c)) != got {
				t.Errorf("%U and %U differ", r, c)
			}
		}
		if strings.ContainsRune(got, 0x345) {
			t.Errorf("%U became the mark U+0345", r)
		}
	}
}

func TestSpellings(t *testing.T) {
	for in, want := range map[string][]string{
		"":                  nil,
		" joe@example.com ": {"joe@example.com"},
		"Joe@Example.com":   {"Joe@Example.com", "joe@example.com"},
		"joe@Bücher.example": {
			"joe@Bücher.example", "joe@bücher.example", "joe@xn--bcher-kva.example", "joe@Bu\u0308cher.example", "joe@bu\u0308cher.example",
		},
		"joe@xn--bcher-kva.example": {"joe@xn--bcher-kva.example", "joe@bücher.example", "joe@bu\u0308cher.example"},
		"jörg@example.com":          {"jörg@example.com", "jo\u0308rg@example.com"},
		"İpek@example.com":          {"İpek@example.com", "i\u0307pek@example.com", "I\u0307pek@example.com"},
	} {
		got := email.Spellings(in)
		if len(got) > 0 && got[0] != strings.TrimSpace(in) {
			t.Errorf("the first of Spellings(%q) is %q", in, got[0])
		}
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("Spellings(%q) are %q, not %q", in, got, want)
		}
	}
}

func FuzzFold(f *testing.F) {
	for _, s := range []string{"Joe@Example.com", "İpek@bücher.de", "a\u00ad@xn--bcher-kva.de", "ｔ@ｅ．org", "ΐ@x", "\u0345@x", "a@b。c", "Ǆ@ﬁ", "a@\u200b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := email.Fold(s)
		if again := email.Fold(once); again != once {
			t.Errorf("%q folds to %q, and that to %q", s, once, again)
		}
		for _, other := range email.Spellings(s) {
			if email.Fold(other) != once {
				t.Errorf("%q is a spelling of %q, but folds to %q and not to %q", other, s, email.Fold(other), once)
			}
		}
	})
}

func BenchmarkFold(b *testing.B) {
	for _, s := range []string{"joe.murphy@example.com", "Joe.Murphy@example.com", "jörg@example.com", "joe@bücher.example"} {
		b.Run(s, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				email.Fold(s)
			}
		})
	}
}
