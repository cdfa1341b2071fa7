package mapping

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// isBlank reports whether a cell says nothing: white space only, or the
// invisible characters that come along when text is copied from web pages.
func isBlank(s string) bool {
	if s == "" || isGraphASCII(s[0]) {
		return s == ""
	}
	return trim(s) == ""
}

// trim takes white space and invisible characters off both ends.
func trim(s string) string {
	if s == "" || (isGraphASCII(s[0]) && isGraphASCII(s[len(s)-1])) {
		return s
	}
	return strings.TrimFunc(s, isInvisible)
}

func isGraphASCII(c byte) bool { return c > ' ' && c < 0x7f }

func isInvisible(r rune) bool {
	switch r {
	case '\u200b', '\u200c', '\u200d', '\u200e', '\u200f', '\u2060', '\ufeff', 0x7f:
		return true
	}
	if '\u202a' <= r && r <= '\u202e' || '\u2066' <= r && r <= '\u2069' {
		return true // directions, which phones put around a copied number
	}
	return r < ' ' || unicode.IsSpace(r)
}

func isWordRune(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

func isDigit(c byte) bool { return '0' <= c && c <= '9' }

func allDigits(s string) bool {
	for i := 0; i < len(s); i++ {
		if !isDigit(s[i]) {
			return false
		}
	}
	return s != ""
}

// cut shortens s for a message, at a character, to about 100 bytes.
func cut(s string) string {
	const most = 100
	if len(s) <= most {
		return s
	}
	end := most
	for end > 0 && !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end] + "…"
}

func quote(s string) string { return strconv.Quote(s) }
