package cell

import "testing"

func TestKindOf(t *testing.T) {
	for text, want := range map[string]Kind{
		"": Empty, " ": Empty, "12": Integer, "-1.5": Number, "1,5": Number, "$5": Money, "7 %": Money,
		"2026-11-28": Date, "28.11.26": Date, "12:30": Time, "2026-11-28 12:30": DateTime, "2026-11-28T12:30:00Z": DateTime,
		"ann@example.org": Email, "https://example.org/a": URL, "www.example.org": URL, "AB-12": Code,
		"+353 87 123 4567": Figures, "(01) 555": Figures, "Ann": Word, "Mary Ann": Phrase, "12 Main Street": Numbered,
		"This is a text of many words": Prose, "--": Marks,
	} {
		if got := KindOf(text); got != want {
			t.Errorf("%q is of kind %d, want %d", text, got, want)
		}
	}
}

func TestEscapes(t *testing.T) {
	for text, want := range map[string]string{
		"O&#39;Brien": "html_escapes", "<b>Ann</b>": "html_tags", "G=C3=BCnther": "quoted_printable", "J%C3%BCrgen": "percent_escapes",
		`J\u00fcrgen`: "backslash_escapes", "Ann_x000D_": "spreadsheet_escapes", "GroÃŸ": "wrong_decoding", "J√ºrgen": "wrong_decoding",
		"Smith & Sons; Ltd": "", "a < b > c": "", "x=C3": "", "50% off": "", `C:\users`: "", "_x_": "", "João Conceição": "", "√2": "", "Ann <ann@example.org>": "",
		"https://example.org/?q=J%C3%BCrgen": "",
	} {
		got := ""
		for _, e := range Escapes {
			if e.In(text) {
				got = e.Code
			}
		}
		if got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
