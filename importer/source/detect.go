package source

import (
	"strings"
	"unicode"
	"unicode/utf8"

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
}

// detect names the encoding in which sample, which is not UTF-8, reads most
// like text.
func detect(sample []byte) string {
	best, most := "windows-1252", -100.0
	for i, c := range latins {
		if score := latinScore(sample, c.name, c.letters) - 0.02*float64(i); score > most {
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

// latinScore is how well the characters beyond ASCII fit their neighbours, on
// average; at most 1.
func latinScore(sample []byte, name, letters string) float64 {
	enc, err := htmlindex.Get(name)
	if err != nil {
		return -100
	}
	text, err := enc.NewDecoder().Bytes(sample)
	if err != nil {
		return -100
	}
	runes := []rune(string(text))
	sum, n := 0.0, 0
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
		return -100
	}
	return sum / float64(n)
}

// fit rates a character by the two around it.
func fit(before, r, after rune, letters string) float64 {
	switch {
	case r == utf8.RuneError || r < 0xa0:
		return -3
	case unicode.IsLetter(r) && r != 'ª' && r != 'º':
		return fitLetter(before, r, after, letters)
	case r == '’' && unicode.IsLetter(before),
		strings.ContainsRune("“‘„«", r) && !unicode.IsLetter(before) && !unicode.IsSpace(after),
		strings.ContainsRune("”’»…", r) && !unicode.IsSpace(before) && !unicode.IsLetter(after),
		strings.ContainsRune("–—•", r) && !unicode.IsLetter(before) && !unicode.IsLetter(after),
		strings.ContainsRune("€£±", r) && !unicode.IsLetter(before) && !unicode.IsLetter(after),
		r == '°' && (after == 'C' || after == 'F' || !unicode.IsLetter(after)):
		return 1
	case unicode.IsLetter(before) && unicode.IsLetter(after):
		return -1
	case strings.ContainsRune("“”‘’„–—…•«»§©®™²³½·№\u00a0", r):
		return 0.4
	}
	return -0.5
}

func fitLetter(before, r, after rune, letters string) float64 {
	wide := func(r rune) bool { return r >= utf8.RuneSelf && unicode.IsLetter(r) }
	ascii := func(r rune) bool { return r < utf8.RuneSelf && unicode.IsLetter(r) }
	if unicode.IsUpper(r) && unicode.IsLower(before) {
		return -1
	}
	if unicode.In(r, unicode.Cyrillic, unicode.Greek) {
		switch {
		case ascii(before) || ascii(after):
			return -1
		case r > 0x44f || r == 'µ': // not Russian
			return 0.3
		case wide(before) || wide(after):
			if unicode.IsUpper(r) && unicode.IsUpper(after) {
				return 0.7
			}
			return 1
		}
		return 0.2
	}
	switch {
	case !unicode.IsLetter(before) && !unicode.IsLetter(after): // a word by itself
		if strings.ContainsRune("àéóíèòÀÉ", r) {
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
	}
	return 1
}
