// Package email compares e-mail addresses as programs spell them. An address
// may come back from an API in lower case, with its domain in Punycode or in
// Unicode, and with its accents composed or not: it is the same address.
package email

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/idna"
	"golang.org/x/text/unicode/norm"
)

// Fold is the form in which all spellings of an address are the same: trimmed,
// Unicode in its compatibility form (NFKC), without characters that nobody
// sees, in lower case, the domain in Unicode.
//
// Case is folded a letter at a time and by no language: ß is not ss, and the
// Turkish İ and ı are neither of them i, because those are addresses of
// different people.
func Fold(address string) string {
	if s, ok := foldASCII(address); ok {
		return s
	}
	s := foldText(address)
	// Folding can give characters that compose anew; a second time settles
	// all but a few constructed ones.
	for range 3 {
		again := foldText(s)
		if again == s {
			break
		}
		s = again
	}
	local, domain := cut(s)
	if domain == "" {
		return s
	}
	return local + foldDomain(domain)
}

// Same reports whether a and b are spellings of one address.
func Same(a, b string) bool { return a == b || Fold(a) == Fold(b) }

// foldASCII is Fold for nearly all addresses that there are.
func foldASCII(s string) (string, bool) {
	s = strings.Trim(s, " ")
	upper := false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c <= ' ' || c >= 0x7f:
			return "", false
		case 'A' <= c && c <= 'Z':
			upper = true
		case c == '-' && i >= 3 && s[i-1] == '-' && s[i-2]|0x20 == 'n' && s[i-3]|0x20 == 'x':
			return "", false // Punycode
		}
	}
	if upper {
		s = strings.ToLower(s)
	}
	return s, true
}

func foldText(s string) string {
	s = strings.Map(func(r rune) rune {
		if Invisible(r) {
			return -1
		}
		return foldRune(r)
	}, norm.NFKD.String(s))
	return norm.NFKC.String(strings.TrimSpace(s))
}

// foldRune is the lower case of the first letter among those that differ from
// r by case only. Decomposed text has no İ, whose lower case would be an i.
func foldRune(r rune) rune {
	if r < utf8.RuneSelf {
		return unicode.ToLower(r)
	}
	first := rune(unicode.MaxRune)
	if unicode.IsLetter(r) {
		first = r
	}
	for other := unicode.SimpleFold(r); other != r; other = unicode.SimpleFold(other) {
		if other < first && unicode.IsLetter(other) {
			first = other
		}
	}
	if first == unicode.MaxRune {
		return r
	}
	return unicode.ToLower(first)
}

// Invisible reports whether r has no look of its own: the format characters
// and those that Unicode has programs ignore where they cannot show them
// (Default_Ignorable_Code_Point), such as soft hyphens, joiners, directions,
// fillers, variation selectors and byte order marks.
func Invisible(r rune) bool {
	if r < 0x300 {
		return r == 0xad
	}
	return unicode.In(r, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// names maps domains as browsers do (UTS 46), without the transitional reading
// that takes ß for ss.
var names = idna.New(idna.MapForLookup(), idna.Transitional(false), idna.StrictDomainName(false))

// maxDomain is longer, in bytes, than any domain whose Punycode has the 255
// that are allowed. Punycode takes time that grows with the square of a length.
const maxDomain = 1024

// foldDomain is a domain in Unicode; one that is no domain stays as it is.
func foldDomain(domain string) string {
	if plain, ok := foldASCII(domain); ok && plain == domain {
		return domain
	}
	if len(domain) > maxDomain {
		return domain
	}
	u, err := names.ToUnicode(domain)
	if err != nil || u == "" {
		return domain
	}
	return u
}

// cut splits an address behind its last @; without one there is no domain.
func cut(s string) (local, domain string) {
	i := strings.LastIndexByte(s, '@')
	if i < 0 {
		return s, ""
	}
	return s[:i+1], s[i+1:]
}

// Spellings are the forms in which an API may keep an address, to look it up
// by: as it was sent, in lower case, composed and decomposed, the domain in
// Punycode and in Unicode. Each is there once, the one that was sent first,
// and each is Same as address. A blank address has none.
func Spellings(address string) []string {
	address = strings.TrimSpace(address)
	if address == "" {
		return nil
	}
	var list []string
	add := func(s string) {
		if !slices.Contains(list, s) {
			list = append(list, s)
		}
	}
	lower := toLower(address)
	add(address)
	add(lower)
	if plain, ok := foldASCII(address); ok && plain == lower {
		return list
	}
	add(Fold(address))
	for _, s := range []string{address, lower} {
		local, domain := cut(s)
		domains := []string{domain}
		if domain != "" {
			domains = append(domains, foldDomain(domain))
		}
		if len(domain) <= maxDomain {
			if ascii, err := names.ToASCII(domain); err == nil {
				domains = append(domains, ascii)
			}
		}
		// The domain may be rewritten before the accents are, or after.
		for _, d := range domains {
			for _, form := range []norm.Form{norm.NFC, norm.NFD} {
				add(local + d)
				add(form.String(local) + d)
				add(form.String(local + d))
			}
		}
	}
	return slices.DeleteFunc(list, func(s string) bool { return !Same(s, address) })
}

// toLower keeps the dot of İ, as Unicode's own mapping does; Go's does not.
func toLower(s string) string {
	return strings.ReplaceAll(strings.ToLower(strings.ReplaceAll(s, "İ", "I\u0307")), "İ", "i\u0307")
}
