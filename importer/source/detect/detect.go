// Package detect finds the encoding of text by its letters: what reads most like
// text in the languages that the encoding is for is what it was written in.
package detect

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
)

// latins are encodings of one byte a character, the most common first, with the
// letters beyond ASCII that their languages use much.
var latins = []struct {
	name, letters string
}{
	{"windows-1252", "éèàâçêëîïôöùüäßñóíáúåæøãœ"},
	{"iso-8859-15", "éèàâçêëîïôöùüäßñóíáúåæøãœšž"},
	{"windows-1250", "ąćęłńóśźżčďěňřšťůžőűáéíýöüäľăâîţşđßę"},
	{"iso-8859-2", "ąćęłńóśźżčďěňřšťůžőűáéíýöüäľăâîţşđßę"},
	{"windows-1251", ""},
	{"windows-1254", "ğışçöüâî"},
	{"windows-1253", ""},
	{"koi8-r", ""},
	{"macintosh", "éèàâçêëîïôöùüäßñóíáúåæøãœ"},
	{"ibm850", "éèàâçêëîïôöùüäßñóíáúåæøã"},
	{"ibm437", "éèàâçêëîïôöùüäßñóíáúåæ"},
	{"ibm852", "ąćęłńóśźżčďěňřšťůžőűáéíýöüäľăâîţşđßę"},
	{"ibm866", ""},
}

// frequent are the letters of latins that most texts with such letters have.
const frequent = "éèàçñäöüßáíóãåæøąęłčřšžăâğışţ"

// Encoding names the encoding in which sample, which is not UTF-8, reads most
// like text.
func Encoding(sample []byte) string {
	best, most := "windows-1252", -100.0
	// Most letters of DOS lie where Windows has few.
	low := slices.ContainsFunc(sample, func(b byte) bool { return b >= 0x80 && b < 0xa0 })
	for i, c := range latins {
		if !low && strings.HasPrefix(c.name, "ibm") {
			continue
		}
		score, n := latinScore(sample, c.name, c.letters)
		if score -= 0.02 * float64(i); i > 0 { // little text is more likely the usual
			score -= 0.2 / float64(n+1)
		}
		if strings.HasPrefix(c.name, "ibm") { // rare by now
			score -= 0.2
		}
		if score > most {
			best, most = c.name, score
		}
	}
	// Bytes that pair up by chance are common: there has to be more to it.
	name, score := "", 0.45
	for _, c := range wides {
		if got := c.score(sample); got > score {
			name, score = c.name, got
		}
	}
	if name != "" && score > most-0.15 {
		return name
	}
	return best
}

// latinScore is how well the n characters beyond ASCII fit their neighbours, on
// average; at most 1.
func latinScore(sample []byte, name, letters string) (score float64, n int) {
	enc, _, err := Named(name)
	if err != nil {
		return -100, 0
	}
	text, err := enc.NewDecoder().Bytes(sample)
	if err != nil {
		return -100, 0
	}
	runes := []rune(string(text))
	sum := 0.0
	for i, r := range runes {
		if r < utf8.RuneSelf {
			continue
		}
		before, after := '\n', '\n'
		if i > 0 {
			before = runes[i-1]
		}
		if i+1 < len(runes) {
			after = runes[i+1]
		}
		sum += fit(before, r, after, letters)
		n++
	}
	if n == 0 {
		return -100, 0
	}
	return sum / float64(n), n
}

// fit rates a character by the two around it.
func fit(before, r, after rune, letters string) float64 {
	left, right := unicode.IsLetter(before), unicode.IsLetter(after)
	switch r {
	case utf8.RuneError:
		return -3
	case '’':
		if left || !right && !unicode.IsSpace(before) {
			return 1
		}
	case '“', '‘', '„', '«':
		if !left && !unicode.IsSpace(after) {
			return 1
		}
	case '”', '»', '…':
		if !right && !unicode.IsSpace(before) {
			return 1
		}
	case '–', '—':
		if left == right {
			return 1
		}
	case '•', '€', '£', '±', '×', '©', '§':
		if !left && !right {
			return 1
		}
	case '®', '™':
		if !unicode.IsSpace(before) && !right {
			return 1
		}
	case '°':
		if !left && !unicode.IsDigit(after) && (after == 'C' || after == 'F' || !right) {
			return 1
		}
	case 'µ':
		if !left && strings.ContainsRune("mgslAVWF", after) {
			return 1
		}
		return -0.5
	case 'ª', 'º':
		if !right && (left || unicode.IsDigit(before)) {
			return 0.9
		}
		return -0.5
	case '¿', '¡':
		if !left && right {
			return 1
		}
		return -0.5
	case '²', '³', '½', '¼', '¾', '·', '№', '\u00a0':
		if !right {
			return 0.7
		}
	}
	switch {
	case r < 0xa0:
		return -3
	case unicode.IsLetter(r):
		return fitLetter(before, r, after, letters)
	case left && right:
		return -1
	}
	return -0.5
}

func fitLetter(before, r, after rune, letters string) float64 {
	if unicode.IsLower(r) && r != 'ß' && unicode.IsUpper(before) && unicode.IsUpper(after) {
		return -1
	}
	wide := func(r rune) bool { return r >= utf8.RuneSelf && unicode.IsLetter(r) }
	ascii := func(r rune) bool { return r < utf8.RuneSelf && unicode.IsLetter(r) }
	if unicode.IsUpper(r) && (unicode.IsLower(before) || unicode.IsLetter(before) && unicode.IsLower(after)) {
		return -1
	}
	if unicode.In(r, unicode.Cyrillic, unicode.Greek) {
		switch {
		case ascii(before) || ascii(after):
			return -1
		case r > 0x44f || r == 'µ': // not Russian
			return 0.3
		case wide(before) || wide(after):
			score := 1.0
			if !strings.ContainsRune("оеаинтсрвлαοιετσνηυρςάέήίόύώ", unicode.ToLower(r)) {
				score = 0.5
			}
			if unicode.IsUpper(r) && unicode.IsUpper(after) {
				score -= 0.1
			}
			return score
		}
		return 0.2
	}
	switch {
	case !unicode.IsLetter(before) && !unicode.IsLetter(after): // a word by itself
		if strings.ContainsRune("àéóíèòÀÉØ", r) {
			return 0.4
		}
		return 0
	case strings.ContainsRune("ðþđţă", unicode.ToLower(r)):
		if strings.ContainsRune(letters, 'ã') || strings.ContainsRune(letters, 'ţ') {
			return 0.6
		}
	}
	switch {
	case r == 'õ' && after != 'e', r == 'û' && letters != "", r == 'ì', r == 'ò':
		return 0.5
	case wide(before) && wide(after):
		return -0.7
	case !strings.ContainsRune(letters, unicode.ToLower(r)):
		return 0
	case wide(before) || wide(after):
		return 0.4
	case !unicode.IsLetter(before) && strings.ContainsRune("èêëîïôùû", r), !unicode.IsLetter(after) && strings.ContainsRune("îïôâê", r):
		return 0.5 // few words begin or end so
	case !strings.ContainsRune(frequent, unicode.ToLower(r)):
		return 0.85
	}
	return 1
}

// dosPages are the code pages of DOS, which web pages never had, and some
// programs for tills and stocks still write.
var dosPages = map[string]encoding.Encoding{
	"ibm437": charmap.CodePage437, "ibm850": charmap.CodePage850, "ibm852": charmap.CodePage852, "ibm866": charmap.CodePage866,
}

// Named finds an encoding by one of its names, and its usual name.
func Named(name string) (encoding.Encoding, string, error) {
	page := strings.NewReplacer("-", "", "_", "", "codepage", "", "cp", "", "dos", "", "ibm", "").Replace(strings.ToLower(name))
	if enc := dosPages["ibm"+page]; enc != nil {
		return enc, "ibm" + page, nil
	}
	enc, err := htmlindex.Get(name)
	if err != nil {
		return nil, "", err
	}
	if full, err := htmlindex.Name(enc); err == nil {
		name = full
	}
	return enc, name, nil
}
