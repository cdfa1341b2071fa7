package cell

import (
	"strings"
	"unicode"
)

// Kind is what a cell looks like. Cells of a column mostly are of one kind.
type Kind uint8

const (
	Empty Kind = iota
	Integer
	Number
	Money
	Date
	Time
	DateTime
	Email
	URL
	Code     // letters and digits without a blank between them
	Figures  // figures and marks of another form, such as phone numbers
	Word     // one word
	Phrase   // a few words
	Numbered // a few words after a figure, such as "12 Main Street"
	Prose    // many words
	Marks    // marks only
	Kinds
)

// Telling reports whether k is a kind that a cell does not have by chance: a
// column of such cells tells whether a reading of a row is right.
func (k Kind) Telling() bool { return k >= Integer && k <= Code }

// IsWords reports whether a cell is text that people wrote.
func (k Kind) IsWords() bool { return k >= Word && k <= Prose }

// KindOf is the one classifier of cells: for the dialect of a file, its header,
// the repair of its rows, and the types of its columns.
func KindOf(text string) Kind {
	text = strings.TrimSpace(text)
	if text == "" {
		return Empty
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
		return Marks
	case letters == 0 || letters == 1 && strings.ContainsAny(text, "TZeE") && digits > 1:
		return figureKind(text, blanks)
	case letters == 2 && digits > 7 && strings.HasSuffix(text, "Z") && strings.Contains(text, "T"):
		return figureKind(text, blanks)
	case blanks == 0 && strings.Contains(text, "://"), blanks == 0 && strings.HasPrefix(text, "www."):
		return URL
	case blanks == 0 && strings.IndexByte(text, '@') > 0:
		return Email
	case blanks == 0 && digits > 0:
		return Code
	case blanks == 0:
		return Word
	case blanks > 5:
		return Prose
	case text[0] >= '0' && text[0] <= '9':
		return Numbered
	}
	return Phrase
}

// figureKind is the kind of a text of figures and marks.
func figureKind(text string, blanks int) Kind {
	if day, clock, ok := cutDateTime(text); ok && isDate(day) && isClock(clock) {
		return DateTime
	}
	switch {
	case isDate(text):
		return Date
	case isClock(text):
		return Time
	case blanks > 1 || strings.ContainsAny(text, "()/:"):
		return Figures
	}
	bare := strings.Trim(text, "$€£¥% ")
	number := strings.TrimLeft(bare, "+-")
	if number == "" || strings.Trim(number, "0123456789.,'eE+-") != "" || strings.IndexByte("0123456789.", number[0]) < 0 {
		return Figures
	}
	switch {
	case len(bare) < len(text):
		return Money
	case strings.Trim(number, "0123456789") == "":
		return Integer
	case strings.Contains(number, "-") && !strings.ContainsAny(number, "eE"):
		return Figures
	}
	return Number
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
