package mapping

import (
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"leadimport/client"
)

func TestDecode(t *testing.T) {
	for _, c := range []struct{ decoder, cell, want string }{
		{"html", "O&#39;Brien", "O'Brien"}, {"html", "Smith &amp; Sons", "Smith & Sons"}, {"html", "&#x41;nn &eacute;", "Ann é"}, {"html", "AT&T", "AT&T"}, {"html", "R&D; Co", "R&D; Co"}, {"html", "AT&amp T", "AT& T"}, {"html", "M&uumlller", "M&uumlller"}, {"html", "K&ouml", "Kö"}, {"html", "&#39Brien", "&#39Brien"}, {"html", "O&#39 Brien", "O' Brien"}, {"html", "a &copy b", "a &copy b"}, {"html", "?a=1&lt=2", "?a=1&lt=2"}, {"html", "Q&amp;amp;A", "Q&amp;A"}, {"html", "<b>x</b>", "<b>x</b>"}, {"html", "a&#0;b", "a&#0;b"}, {"html", "&#xD800;", "&#xD800;"}, {"html", "&#x110000; &amp;", "&#x110000; &"}, {"html", "a&#00 b", "a&#00 b"},
		{"quoted-printable", "G=C3=BCnther", "Günther"}, {"quoted-printable", "M=C3=BCller=20AG", "Müller AG"}, {"quoted-printable", "a=20b", "a=20b"}, {"quoted-printable", "x=C3", "x=C3"}, {"quoted-printable", "1=1", "1=1"},
		{"mime", "=?UTF-8?Q?J=C3=BCrgen?=", "Jürgen"}, {"mime", "=?utf-8?B?SsO8cmdlbg==?= Gross", "Jürgen Gross"}, {"mime", "=?x-none?Q?a?=", "=?x-none?Q?a?="}, {"mime", "a =? b", "a =? b"},
		{"url", "J%C3%BCrgen%20Gross", "Jürgen Gross"}, {"url", "x9%40example.org", "x9@example.org"}, {"url", "100%", "100%"}, {"url", "100%25", "100%"}, {"url", "100%25 sure", "100% sure"}, {"url", "5% and %25", "5% and %"}, {"url", "50% off%20x", "50% off%20x"}, {"url", "a%00b", "a%00b"},
		{"backslash", `O\'Brien`, "O'Brien"}, {"backslash", `the \"Inn\"`, `the "Inn"`}, {"backslash", `C:\users\\x`, `C:\users\\x`}, {"backslash", `O\\\'B`, `O\'B`},
		{"json", `J\u00fcrgen`, "Jürgen"}, {"json", `\ud83d\ude00`, "😀"}, {"json", `\ud83d`, `\ud83d`}, {"json", `a\b`, `a\b`},
		{"spreadsheet", "Ann Walsh_x000D_", "Ann Walsh"}, {"spreadsheet", "a_x000D__x000A_b", "a\nb"}, {"spreadsheet", "max_x0000_y", "max_x0000_y"}, {"spreadsheet", "a_xyz_", "a_xyz_"},
		{"utf-8", "GroÃŸ", "Groß"}, {"utf-8", "J√ºrgen", "Jürgen"}, {"utf-8", "J√ºrgen GroÃŸ", "Jürgen Groß"}, {"utf-8", "Oâ€™Brien", "O’Brien"}, {"utf-8", "ZoÃ« José", "Zoë José"}, {"utf-8", "Ð˜Ð²Ð°Ð½", "Иван"}, {"utf-8", "æ—¥æœ¬", "日本"},
		{"utf-8", "Größe", "Größe"}, {"utf-8", "“RENÉ”", "“RENÉ”"}, {"utf-8", "CAFÉ–BAR", "CAFÉ–BAR"}, {"utf-8", "Иван", "Иван"}, {"utf-8", "日本", "日本"}, {"utf-8", "São Paulo — é", "São Paulo — é"}, {"utf-8", "½ £5", "½ £5"}, {"utf-8", "naïve œuvre", "naïve œuvre"},
	} {
		if got := decoderOf(c.decoder).run(c.cell); got != c.want {
			t.Errorf("%s of %q is %q, not %q", c.decoder, c.cell, got, c.want)
		}
	}
}

// Nothing is decoded unasked; what looks escaped is said, and what does not is
// not.
func TestEscapedIsSaid(t *testing.T) {
	for cell, mend := range map[string]string{
		"Ann Walsh_x000D_": "spreadsheet", "O&#39;Brien": "html", "Smith &amp; Sons": "html", "G=C3=BCnther": "quoted-printable", "=?UTF-8?Q?J=C3=BCrgen?=": "mime", "J%C3%BCrgen%20Gross": "url",
		`O\'Brien`: "decode: backslash", `the \"Inn\"`: "decode: backslash", `O\\\'Brien`: "decode: [backslash, backslash]", "100%25": "decode: url", "100%25 sure": "decode: url", "%C3%BC": "decode: url", "Smith%26Sons": "decode: url", "Caf%C3%A9 Nord": "decode: url",
		"AT&amp T": "decode: html", "K&ouml ln": "decode: html", "Q&amp;amp;A": "decode: [html, html]", "&copy 2026": "holds &copy,", "Acme&reg": "holds &reg,", "Caf%26eacute%3B": "decode: [url, html]",
		`J\u00fcrgen`: "json", "J√ºrgen": "utf-8", "GroÃŸ": "utf-8", "a&#0;b": "holds &#0;", "&#xD800;": "holds &#xD800;", "<b>Ann</b>": "HTML", "<p>Ex</p>": "HTML", "Kari\ufffdn": "lost",
	} {
		v, remark, f := (&conversion{}).convert(cell)
		if v.Text() != cell || f != nil || remark == nil || !strings.Contains(remark.message, mend) {
			t.Errorf("%q is sent as %q with %+v, %+v", cell, v.Text(), remark, f)
		}
	}
	for _, cell := range []string{"Ann", "AT&T", "R&D", "R&copyright", "Q&Amp", "Ampère&Amp", "5%30", "Größe", "“RENÉ”", "100%", "20% off", "a=b", "x_y_z", `C:\users`, "https://example.org/?q=%C3%BC&amp;x", "a < b > c", "<3", "Иван", "日本", "José Müller", "Þór", "1 = 1"} {
		if _, remark, _ := (&conversion{}).convert(cell); remark != nil {
			t.Errorf("%q: %+v", cell, remark)
		}
	}
}

// The advice, followed, leaves nothing to say.
func TestDecodeAdviceHelps(t *testing.T) {
	for _, cell := range []string{"Q&amp;amp;A", "Q&amp;amp;amp;A", `O\\\'Brien`, "Caf%26eacute%3B", "Caf%25C3%25A9", "AT&amp T", "100%25", `O\'Brien &amp; Sons`} {
		for _, given := range []string{"", "html", "[utf-8, html]"} {
			setting := ""
			if given != "" {
				setting = ", decode: " + given
			}
			for range 2 {
				p, err := mustParse(t, "attributes: {email: Email, name: {column: Name"+setting+"}}").Compile([]string{"Email", "Name"}, client.Version2)
				if err != nil {
					t.Fatal(err)
				}
				r := p.Convert([]string{"a@b.ie", cell})
				if len(r.Remarks) == 0 {
					setting = ""
					break
				}
				at := regexp.MustCompile(`decode: .*$`).FindString(strings.TrimSuffix(r.Remarks[0].Message, " mends it"))
				if at == "" || ", "+at == setting {
					t.Fatalf("%q with %q: %v", cell, setting, r.Remarks)
				}
				setting = ", " + at
			}
			if setting != "" {
				t.Errorf("%q: the advice %q, followed, does not help", cell, setting)
			}
		}
	}
}

func FuzzDecode(f *testing.F) {
	for _, s := range []string{"O&#39;Brien", "G=C3=BCnther", "=?UTF-8?Q?J=C3=BCrgen?=", "J%C3%BCrgen", `\u00fc`, "_x000D_", "GroÃŸ", "J√ºrgen", "%", "=", "&#0;", `\ud800`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) {
			return
		}
		for i := range decoders {
			if got := decoders[i].run(s); !utf8.ValidString(got) {
				t.Errorf("%s makes %q of %q", decoders[i].name, got, s)
			}
		}
		if v, _, fault := (&conversion{}).convert(s); fault == nil && v.Text() != s {
			t.Errorf("%q is sent as %q", s, v.Text())
		}
	})
}
