// Package cell says what a cell of a table looks like, and when two names of
// columns are the same. Reading a file and mapping its columns both ask here,
// so that they agree.
package cell

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Name is the name of a column as names are compared: with composed letters
// (NFC), for a Mac writes é as e and an accent; with plain blanks, for web
// pages have no-break ones; and without what nobody sees: outer blanks and
// characters of no width. Joiners between letters stay: Persian and Hindi
// write with them.
func Name(name string) string {
	if plain(name) {
		return strings.TrimSpace(name)
	}
	name = strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(unicode.Zs, r):
			return ' '
		case Invisible(r) && r != '\u200c' && r != '\u200d':
			return -1
		}
		return r
	}, norm.NFC.String(name))
	return strings.TrimFunc(name, func(r rune) bool { return unicode.IsSpace(r) || Invisible(r) })
}

// plain reports whether a name is printable ASCII, as most are.
func plain(name string) bool {
	for i := range len(name) {
		if name[i] >= 0x7f {
			return false
		}
	}
	return true
}

// Invisible reports whether Unicode says of r that it formats text or is to be
// ignored where it is not supported: nobody sees it.
func Invisible(r rune) bool {
	return r > 0x7f && unicode.In(r, unicode.Cf, unicode.Other_Default_Ignorable_Code_Point, unicode.Variation_Selector)
}

// Blank reports whether a text shows nothing.
func Blank(text string) bool {
	for _, r := range text {
		if !unicode.IsSpace(r) && !Invisible(r) {
			return false
		}
	}
	return true
}
