package cell

import "testing"

func TestName(t *testing.T) {
	for in, want := range map[string]string{
		"Email":                 "Email",
		" Email \t":             "Email",
		"Email\u00a0":           "Email",
		"Name\u200b":            "Name",
		"\ufeffName":            "Name",
		"Company\u00a0Name":     "Company Name",
		"Pre\u0301nom":          "Prénom",
		"Te\u0301le\u0301phone": "Téléphone",
		"Na\u00adme":            "Name",
		"می\u200cخواهم":         "می\u200cخواهم",
		"First\nline":           "First\nline",
		"\u200b\u00a0":          "",
	} {
		if got := Name(in); got != want {
			t.Errorf("%q is %q, want %q", in, got, want)
		}
		if again := Name(Name(in)); again != Name(in) {
			t.Errorf("%q: twice is %q", in, again)
		}
	}
}

func TestBlank(t *testing.T) {
	for in, want := range map[string]bool{"": true, " \u00a0\u200b\ufeff\t": true, "-": false, "0": false} {
		if Blank(in) != want {
			t.Errorf("%q", in)
		}
	}
}
