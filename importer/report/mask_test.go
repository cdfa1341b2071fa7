package report

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestWho(t *testing.T) {
	for _, test := range []struct{ key, masked, shown string }{
		{"email:joe@example.com", "j…@example.com", "joe@example.com"},
		{"email:élise@example.com", "é…@example.com", "élise@example.com"},
		{"email:0871234567", "0…", "0871234567"},
		{"email:@x", "@…", "@x"},
		{"email:", "", ""},
		{"id:5811b40d2bb5f9a1c4a1e2d3", "5811b40d2bb5f9a1c4a1e2d3", "id:5811b40d2bb5f9a1c4a1e2d3"},
		{"id:joe@example.com", "id …", "id:joe@example.com"},
		{"phone:+353871234567", "phone …", "phone:+353871234567"},
		{"email,name:joe@example.com,Joe", "email,name …", "email,name:joe@example.com,Joe"},
		{"row:0123", "", ""},
		{"Joe", "…", "Joe"},
		{"", "", ""},
	} {
		if got := (&masker{}).who(test.key); got != test.masked {
			t.Errorf("%q is masked as %q, want %q", test.key, got, test.masked)
		}
		if got := (&masker{off: true}).who(test.key); got != test.shown {
			t.Errorf("%q is shown as %q, want %q", test.key, got, test.shown)
		}
	}
}

func TestMessage(t *testing.T) {
	m := &masker{}
	m.columns([]string{"Email", "First name", "Last name", `A "quoted" one`})
	cells := []string{"joe@example.com", "Joe", "O'Brien-Smith", "Bo"}
	for _, test := range []struct{ message, want string }{
		{`column "Email", value "joe": not an e-mail address`, `column "Email"`},
		{`column "First name + Last name", value "Joe O": blank; column "Email", value "x": no`, `column "First name + Last name", column "Email"`},
		{`column "A \"quoted\" one", value "Bo": no`, `column "A \"quoted\" one"`},
		{`column "Email", value "column \"Joe\", Joe": no`, `column "Email"`},
		{`the API repeats: column "Joe O", value "x"`, ``},
		{`custom_attributes.plan, value "Joe": no`, ``},
		{"line 4: the row has 1 cell, the header has 2", "line 4: the row has 1 cell, the header has 2"},
		{"Joe O'Brien-Smith (joe@example.com) is blocked", "… … (…) is blocked"},
		{"Joey is not Joe", "Joey is not …"},
		{"another: max@example.com", "another: m…@example.com"},
		{"the number 087 123-4567 is taken, see 5811b40d2bb5f9a1c4a1e2d3", "the number … is taken, see 5811b40d2bb5f9a1c4a1e2d3"},
		{"row 1234 waits", "row 1234 waits"},
		{"nojoe@example.company is blocked", "no…pany is blocked"},
	} {
		if got := m.message(test.message, cells); got != test.want {
			t.Errorf("%q is masked as %q, want %q", test.message, got, test.want)
		}
	}
}

// No e-mail address that stands in a row gets through, whatever the API makes
// a message of.
func FuzzMessage(f *testing.F) {
	f.Add("A contact with %s exists", "joe@example.com")
	f.Add(`column "Email", value "%s": no`, "joe@example.com")
	f.Add("%s%s", "a@b")
	f.Fuzz(func(t *testing.T, message, cell string) {
		if len(cell) < 5 || !strings.Contains(cell, "@") || strings.ContainsAny(cell, "… \t\r\n\v\f\u00a0\u0085\"'<>(),;:=") {
			t.Skip()
		}
		m := &masker{}
		m.columns([]string{"Email"})
		text := strings.ReplaceAll(message, "%s", cell)
		got := m.message(text, []string{cell})
		if at := strings.LastIndexByte(cell, '@'); at > 1 && utf8.ValidString(cell) && strings.Contains(got, cell) {
			t.Errorf("%q shows %q: %q", text, cell, got)
		}
	})
}

func FuzzClean(f *testing.F) {
	f.Add("a\x1b[31mb\u202e", 10)
	f.Fuzz(func(t *testing.T, s string, n int) {
		n = 1 + max(n, -n)%300
		got := clean(s, max(n, 1))
		if !utf8.ValidString(got) || utf8.RuneCountInString(got) > n {
			t.Errorf("clean(%q, %d) = %q", s, n, got)
		}
		for _, r := range got {
			if r < 0x20 || r >= 0x7f && r < 0xa0 || r >= 0x202a && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
				t.Errorf("clean(%q) keeps %q", s, r)
			}
		}
	})
}
