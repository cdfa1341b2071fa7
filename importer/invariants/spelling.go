package invariants

import (
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// An API may keep values in another spelling than they were sent in.

// foldEmail is the same for the spellings of an e-mail address.
func foldEmail(s string) string {
	s = strings.ToLower(norm.NFC.String(strings.TrimSpace(s)))
	name, domain, ok := strings.Cut(s, "@")
	if !ok {
		return s
	}
	if ascii, err := idna.Punycode.ToASCII(domain); err == nil {
		domain = ascii
	}
	return name + "@" + domain
}

// foldPhone is the same for the spellings of a phone number.
func foldPhone(s string) string {
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
	return strings.TrimLeft(digits, "0")
}

// foldName is the same for the spellings of a name.
func foldName(s string) string { return strings.Join(strings.Fields(norm.NFC.String(s)), " ") }

// fold brings a row to one spelling.
func (r Row) fold() Row {
	return Row{Email: foldEmail(r.Email), Phone: foldPhone(r.Phone), Name: foldName(r.Name), Score: r.Score}
}
