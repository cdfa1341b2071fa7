package mapping

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"leadimport/client/email"
)

// identity is the form in which two texts that a person takes for the same
// identity are the same: trimmed, in Unicode's compatibility form (NFKC: full
// width and ligatures are how a letter is drawn), without characters that
// nobody sees. Case stays: CRM ids differ by it.
func identity(s string) string {
	s = trim(s)
	if isASCII(s) {
		return s
	}
	return trim(norm.NFKC.String(strings.Map(func(r rune) rune {
		if email.Invisible(r) {
			return -1
		}
		return r
	}, s)))
}

// shortened is why a number in the form 1.23457E+11 is not what it was.
var shortened = &fault{"shortened_number", "a number that a spreadsheet has shortened: its last digits are lost; format the column as text and export it again"}

// isShortened reports whether s is such a number.
func isShortened(s string) bool {
	i := strings.LastIndexByte(s, '+')
	if i < 2 || s[i-1]|0x20 != 'e' || len(s)-i != 3 || !allDigits(s[i+1:]) || !isDigit(s[0]) {
		return false
	}
	return i == 2 || (s[1] == '.' || s[1] == ',') && allDigits(s[2:i-1])
}

// marked is why 12² is nobody's id.
var marked = &fault{"marked_id", "², ① and their like are no digits, and what is compared has them as some: write the id without the mark of a footnote"}

// isMarked reports whether identity makes digits of the marks in s that cannot
// be told from those beside them: 12² would be 122, and ① would be 1.
func isMarked(s string) bool {
	if isASCII(s) {
		return false
	}
	digit, mark := false, false // what stands before
	others := false
	for _, r := range s {
		isDigit, isMark := unicode.Is(unicode.Nd, r), isMark(r) && allDigits(norm.NFKC.String(string(r)))
		if isDigit && mark || isMark && digit {
			return true
		}
		others = others || !isMark && !isInvisible(r)
		digit, mark = isDigit, isMark
	}
	return mark && !others
}

// columnName is the form in which names of columns are compared.
func columnName(s string) string { return identity(s) }

// foldWord is identity without case, for words that a list knows. No digit of
// such a word comes from a mark: ① is not 1, nor is it true.
func foldWord(s string) string {
	s = trim(s)
	if isASCII(s) {
		return strings.ToLower(s)
	}
	if strings.ContainsFunc(s, isMark) {
		return strings.ToLower(s)
	}
	return email.Fold(s)
}

func isASCII(s string) bool {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
