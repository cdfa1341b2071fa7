package client

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxMessage is how many characters of a server's text are worth keeping.
const maxMessage = 300

// clean makes a server's text fit for a terminal, a log and a cell: one line,
// no control or formatting characters (a terminal obeys them), at most
// maxMessage characters.
func clean(s string) string {
	if len(s) > 4*maxMessage*utf8.UTFMax {
		s = s[:4*maxMessage*utf8.UTFMax]
	}
	var b strings.Builder
	n, space := 0, false
	for _, r := range s {
		if unicode.IsSpace(r) || unicode.IsControl(r) || r == utf8.RuneError {
			space = n > 0
			continue
		}
		if !unicode.IsGraphic(r) {
			continue
		}
		if n >= maxMessage || space && n >= maxMessage-1 {
			b.WriteString("…")
			break
		}
		if space {
			b.WriteByte(' ')
			n++
			space = false
		}
		b.WriteRune(r)
		n++
	}
	return b.String()
}

// cleanCode keeps a code to what codes are made of.
func cleanCode(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r == '_' || r == '-' || r == '.' || '0' <= r && r <= '9' || 'a' <= r && r <= 'z' || 'A' <= r && r <= 'Z':
			return r
		case r == ' ':
			return '_'
		}
		return -1
	}, s)
	if len(s) > 64 {
		s = s[:64]
	}
	return s
}
