package source

import (
	"fmt"
	"strings"
)

// Dialect is how a file marks its cells.
type Dialect struct {
	Delimiter string // between cells
	Quote     byte   // around cells; 0: none
}

// String names the dialect for people: "comma, double quotes".
func (d Dialect) String() string {
	return fmt.Sprintf("delimited by %s, %s", delimiterName(d.Delimiter), quoteName(d.Quote))
}

func delimiterName(delimiter string) string {
	switch delimiter {
	case ",":
		return "comma"
	case ";":
		return "semicolon"
	case "\t":
		return "tab"
	case "|":
		return "pipe"
	}
	return fmt.Sprintf("%q", delimiter)
}

func quoteName(quote byte) string {
	switch quote {
	case 0:
		return "no quotes"
	case '"':
		return "double quotes"
	case '\'':
		return "single quotes"
	}
	return fmt.Sprintf("quotes %s", strings.TrimSpace(string(rune(quote))))
}
