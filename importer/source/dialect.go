package source

import (
	"fmt"
	"strings"
)

// Dialect is how a file marks its cells.
type Dialect struct {
	Delimiter string // between cells; "": there is one column
	Quote     byte   // around cells; 0: none
	Escape    byte   // before a quote or delimiter that belongs to the text; 0: quotes are doubled
	Runs      bool   // a run of blanks, as long as Delimiter or longer, is one, and blanks at both ends of a line are none
	Padded    bool   // blanks around cells are no part of them
	Mark      byte   // ends each line, and is no part of it; 0: none
	CR        bool   // only a carriage return ends a record: a line feed alone is text
}

// gap is the delimiter of aligned columns whose cells hold single blanks.
const gap = "  "

// rfc4180 is what a file is read as when nothing tells otherwise.
var rfc4180 = Dialect{Delimiter: ",", Quote: '"'}

// String names the dialect for people: "delimited by comma, double quotes".
func (d Dialect) String() string {
	var b strings.Builder
	if d.Delimiter == "" {
		b.WriteString("one column")
	} else if d.Runs {
		b.WriteString("delimited by runs of " + strings.Repeat("two ", len(d.Delimiter)-1) + "blanks")
	} else {
		b.WriteString("delimited by " + delimiterName(d.Delimiter))
	}
	if d.Padded {
		b.WriteString(" and blanks around it")
	}
	b.WriteString(", " + quoteName(d.Quote))
	if d.Mark != 0 {
		fmt.Fprintf(&b, ", lines that end in %s", delimiterName(string(rune(d.Mark))))
	}
	if d.CR {
		b.WriteString(", rows that end in a carriage return")
	}
	if d.Escape != 0 {
		fmt.Fprintf(&b, ", escaped with %s", charName(d.Escape))
	}
	return b.String()
}

var delimiterNames = map[string]string{
	",": "comma", ";": "semicolon", "\t": "tab", "|": "pipe", " ": "space", ":": "colon", "^": "caret", "~": "tilde", "\x1f": "unit separator (0x1f)", "\x1e": "record separator (0x1e)", "\x1c": "file separator (0x1c)", "\x01": "control-A (0x01)", "": "nothing",
}

func delimiterName(delimiter string) string {
	if name, ok := delimiterNames[delimiter]; ok {
		return name
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
	return "quotes " + charName(quote)
}

func charName(c byte) string {
	if c == '\\' {
		return "backslash"
	}
	return fmt.Sprintf("%q", rune(c))
}
