package mapping

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"leadimport/client/email"
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

// isInvisible reports whether r is a blank, a control character, or one that
// nobody sees. Variation selectors and tags, which end an emoji, are part of it.
func isInvisible(r rune) bool {
	if r < ' ' || r == 0x7f || unicode.IsSpace(r) {
		return true
	}
	return r < 0xe0000 && !unicode.Is(unicode.Variation_Selector, r) && email.Invisible(r)
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
