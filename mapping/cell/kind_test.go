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
