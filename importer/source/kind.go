package source

import (
	"strings"
	"unicode"
)

// kind is what a cell looks like. Cells of a column mostly are of one kind.
type kind uint8

const (
	kindEmpty kind = iota
	kindInteger
	kindNumber
	kindMoney
	kindDate
	kindTime
	kindDateTime
	kindEmail
	kindURL
	kindCode      // letters and digits without a blank between them
	kindFigures   // figures and marks of another form, such as phone numbers
	kindWord      // one word
	kindPhrase    // a few words
	kindNumbered  // a few words after a figure, such as "12 Main Street"
	kindProse     // many words
	kindOtherwise // marks only
	kindCount
)

// telling are the kinds that a cell does not have by chance: a column of such
// cells tells whether a reading of a row is right.
func (k kind) telling() bool { return k >= kindInteger && k <= kindCode }

// isWords tells whether a cell is text that people wrote.
func (k kind) isWords() bool { return k >= kindWord && k <= kindProse }

func kindOf(cell string) kind {
	text := strings.TrimSpace(cell)
	if text == "" {
		return kindEmpty
	}
	letters, digits, blanks := 0, 0, 0
	for _, r := range text {
		switch {
		case r >= '0' && r <= '9':
			digits++
		case unicode.IsSpace(r):
			blanks++
		case unicode.IsLetter(r):
			letters++
		}
	}
	switch {
	case letters == 0 && digits == 0:
		return kindOtherwise
	case letters == 0 || letters == 1 && strings.ContainsAny(text, "TZeE") && digits > 1:
		return figureKind(text, blanks)
	case blanks == 0 && strings.Contains(text, "://"), blanks == 0 && strings.HasPrefix(text, "www."):
		return kindURL
	case blanks == 0 && strings.IndexByte(text, '@') > 0:
		return kindEmail
	case blanks == 0 && digits > 0:
		return kindCode
	case blanks == 0:
		return kindWord
	case blanks > 5:
		return kindProse
	case text[0] >= '0' && text[0] <= '9':
		return kindNumbered
	}
	return kindPhrase
}

// figureKind is the kind of a text of figures and marks.
func figureKind(text string, blanks int) kind {
	if day, clock, ok := cutDateTime(text); ok && isDate(day) && isClock(clock) {
		return kindDateTime
	}
	switch {
	case isDate(text):
		return kindDate
	case isClock(text):
		return kindTime
	case blanks > 1 || strings.ContainsAny(text, "()/:"):
		return kindFigures
	}
	bare := strings.Trim(text, "$€£¥% ")
	number := strings.TrimLeft(bare, "+-")
	if number == "" || strings.Trim(number, "0123456789.,'eE+-") != "" || strings.IndexByte("0123456789.", number[0]) < 0 {
		return kindFigures
	}
	switch {
	case len(bare) < len(text):
		return kindMoney
	case strings.Trim(number, "0123456789") == "":
		return kindInteger
	case strings.Contains(number, "-") && !strings.ContainsAny(number, "eE"):
		return kindFigures
	}
	return kindNumber
}

func cutDateTime(text string) (day, clock string, ok bool) {
	if i := strings.IndexAny(text, " T"); i > 0 {
		return text[:i], text[i+1:], true
	}
	return "", "", false
}

// isDate tells whether text is three figures with the same mark between them.
func isDate(text string) bool {
	i := strings.IndexAny(text, "-/.")
	if i < 1 || i > 4 || len(text) < 6 || len(text) > 10 {
		return false
	}
	parts := strings.Split(text, text[i:i+1])
	for _, part := range parts {
		if part == "" || len(part) > 4 || strings.Trim(part, "0123456789") != "" {
			return false
		}
	}
	return len(parts) == 3 && len(parts[1]) <= 2
}

// isClock tells whether text is a time such as 12:30, 12:30:01.5 or 12:30Z.
func isClock(text string) bool {
	hour, rest, ok := strings.Cut(text, ":")
	return ok && len(hour) > 0 && len(hour) <= 2 && strings.Trim(hour, "0123456789") == "" &&
		len(rest) >= 2 && strings.Trim(rest, "0123456789:.,+-Z") == "" && rest[0] <= '5'
}
