package cell

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// Plausible is how much a cell looks like something that people put into one,
// from 0 to 1: a number, a date, an address, a word, a phrase. What is cut at
// the wrong places, or holds what delimits other files, is not.
func Plausible(cell string) float64 {
	text := strings.TrimSpace(cell)
	if text == "" {
		return 0.6
	}
	score := plausibleText(text)
	if len(text) != len(cell) {
		score *= 0.7
	}
	return score
}

func plausibleText(text string) float64 {
	first, last := text[0], text[len(text)-1]
	if len(text) > 1 && first == last && strings.IndexByte("\"'`~|$%*#^/", first) >= 0 {
		return 0.05 // quoted, but not by this dialect's quotes
	}
	var letters, digits, spaces, strong, marks, quotes, commas, colons, runs int
	wasSpace, was, twice := false, rune(0), false
	for i, r := range text {
		switch {
		case (r == ';' || r == ',') && i+1 < len(text) && text[i+1] == ' ' && i > 0:
			// rated below
		case r >= '0' && r <= '9':
			digits++
		case r == ' ':
			spaces++
			if wasSpace {
				runs++
			}
		case r == '"':
			quotes++
		case r == ',':
			commas++
		case r == ':':
			colons++
		case r == ';' || r == '|' || r == '\t' || r == '^' || r == '~':
			strong++
		case unicode.IsLetter(r) || r == '\'' || r == '_' || unicode.IsMark(r):
			letters++
		case r == utf8.RuneError || r < ' ':
			strong++
		default:
			marks++
		}
		twice = twice || r == was && strings.ContainsRune(":|;,~^#=", r)
		wasSpace, was = r == ' ', r
	}
	tight := commas // without a blank after them, which is rare in text
	prose := spaces >= 4 && letters > len(text)/2
	if !prose {
		commas += strings.Count(text, ", ")
		strong += strings.Count(text, "; ")
	}
	switch {
	case quotes > 0 && (first == '"' || last == '"'):
		return 0.15
	case strong > 0, twice:
		return 0.2
	case quotes > 0 && prose:
		return 0.8
	case quotes > 0:
		return 0.5
	case letters == 0:
		return plausibleFigure(text, digits, spaces, commas, colons, marks)
	case first == ',' || last == ',' || first == ':' && len(text) > 1:
		return 0.3
	case first == '\'', last == '\'' && digits > 0:
		return 0.4
	case spaces <= 2 && colons == 1 && commas == 0 && digits < 2 && !strings.Contains(text, "://") && !strings.Contains(text, ": "):
		return 0.7
	case letters*4 < digits && spaces > 1 && commas == 0, spaces > 2 && mostlyFigures(text):
		return 0.5 // figures with blanks between them
	case spaces > 0 && onlyFigures(text):
		return 0.4
	case spaces == 0 && commas == 0:
		return 1 // a word, a name, an address, an identifier
	case tight > 0, commas > spaces:
		return 0.4
	case runs > 2:
		return 0.5
	}
	return 0.9
}

// mostlyFigures tells whether three words or more, and half of all, are figures.
func mostlyFigures(text string) bool {
	words, figures := 0, 0
	for word := range strings.FieldsSeq(text) {
		words++
		if strings.Trim(word, "0123456789.-") == "" {
			figures++
		}
	}
	return figures >= 3 && figures*2 >= words
}

// onlyFigures tells whether all words are figures, such as 1.5e-3.
func onlyFigures(text string) bool {
	for word := range strings.FieldsSeq(text) {
		if strings.Trim(word, "0123456789.-+eE") != "" || strings.Trim(word, ".-+eE") == "" {
			return false
		}
	}
	return true
}

// plausibleFigure rates text without letters.
func plausibleFigure(text string, digits, spaces, commas, colons, marks int) float64 {
	switch {
	case digits == 0:
		if len(text) == 1 || text == "--" {
			return 0.5
		}
		return 0.2
	case commas > 1 && !grouped(text):
		return 0.1
	case commas == 1 && spaces == 0 && colons == 0:
		return plausibleDecimal(text)
	case commas == 1 && spaces == 1 && colons == 0:
		return 0.6 // coordinates
	case commas == 1:
		return 0.2
	case colons > 0 && spaces > 1, colons > 3:
		return 0.4
	case colons > 0, marks > 0 && spaces == 0:
		return 1
	case spaces == 1 && marks == 0 && len(text) <= 5:
		return 0.05 // two small figures
	case spaces > 0:
		if text[0] == '+' || text[0] == '0' || text[0] == '(' {
			return 0.9 // a phone number
		}
		return 0.4
	}
	return 1
}

// plausibleDecimal rates a figure with one comma: two decimals or three digits
// grouped are common, anything else may be two figures.
func plausibleDecimal(text string) float64 {
	whole, part, _ := strings.Cut(strings.TrimLeft(text, "+-$"), ",")
	switch {
	case grouped(text):
		return 0.9
	case strings.Contains(part, "."):
		return 0.2
	case len(whole) > 1 && whole[0] == '0':
		return 0.4
	case len(strings.TrimRight(part, "%")) > 2:
		return 0.6
	}
	return 0.9
}

// grouped tells whether the commas in a number stand before groups of three.
func grouped(text string) bool {
	parts := strings.Split(strings.TrimLeft(text, "+-$ "), ",")
	for i, part := range parts {
		whole, _, _ := strings.Cut(part, ".")
		if i > 0 && len(whole) != 3 || i == 0 && (len(whole) == 0 || len(whole) > 3) {
			return false
		}
	}
	return true
}
