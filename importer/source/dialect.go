package source

import (
	"errors"
	"fmt"
	"slices"
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

// Options say what is known of a file. The zero value finds out everything.
type Options struct {
	Encoding  string // IANA name, e.g. "windows-1252"; "": find out
	Delimiter string // the characters, or a name: comma, semicolon, tab, pipe, space, colon, caret, tilde; "": find out
	Quote     string // one character, or a name: double, single, none; "": find out
	Escape    string // one character, or a name: doubled, backslash; "": find out
	NoHeader  bool   // the first row is data
	SkipLines int    // physical lines above the header that are no part of the table

	// AnyHeader accepts every file as it is, for Records: names that are empty
	// or stand twice, no header, no bytes at all.
	AnyHeader bool
}

// settings are the parts of a dialect that are given.
type settings struct {
	delimiter string
	quote     byte
	escape    byte
	quoteSet  bool
	escapeSet bool
}

// apply is d with what is given.
func (s settings) apply(d Dialect) Dialect {
	if s.delimiter != "" {
		d.Delimiter = s.delimiter
	}
	if s.quoteSet {
		d.Quote = s.quote
	}
	if s.escapeSet {
		d.Escape = s.escape
	}
	return d
}

// Check tells whether the options can be right, before any file is looked at.
// The error names the option.
func (o Options) Check() (option string, err error) {
	if _, err := o.settings(); err != nil {
		var wrong *optionError
		errors.As(err, &wrong)
		return wrong.option, err
	}
	if o.Encoding != "" {
		f := File{in: &input{}}
		if _, err := f.namedCharset(strings.ToLower(o.Encoding)); err != nil {
			var wrong *Error
			errors.As(err, &wrong)
			return "encoding", errors.New(wrong.Message)
		}
	}
	return "", nil
}

// optionError is an option that cannot be right.
type optionError struct{ option, text string }

func (e *optionError) Error() string { return e.text }

func wrongOption(option, format string, args ...any) error {
	return &optionError{option, fmt.Sprintf(format, args...)}
}

func (o Options) settings() (settings, error) {
	var s settings
	s.delimiter = o.Delimiter
	for c, name := range delimiterNames {
		if c != "" && strings.EqualFold(name, o.Delimiter) || o.Delimiter == `\t` && c == "\t" {
			s.delimiter = c
		}
	}
	if len(s.delimiter) > 8 || strings.ContainsAny(s.delimiter, "\r\n\"") {
		return s, wrongOption("delimiter", "%q is no delimiter: give a character such as ; or a name such as tab", o.Delimiter)
	}
	var err error
	if s.quote, s.quoteSet, err = oneChar("quote", o.Quote, map[string]byte{"double": '"', "single": '\'', "none": 0}); err != nil {
		return s, err
	}
	if s.escape, s.escapeSet, err = oneChar("escape", o.Escape, map[string]byte{"doubled": 0, "none": 0, "backslash": '\\'}); err != nil {
		return s, err
	}
	if s.quoteSet && s.quote != 0 && strings.IndexByte(s.delimiter, s.quote) >= 0 {
		return s, wrongOption("quote", "%s cannot be the quote and the delimiter", charName(s.quote))
	}
	if s.escape == s.quote { // as other tools call doubled quotes
		s.escape = 0
	}
	if o.SkipLines < 0 {
		return s, wrongOption("skip-lines", "cannot skip %d lines", o.SkipLines)
	}
	return s, nil
}

func oneChar(what, value string, names map[string]byte) (c byte, set bool, err error) {
	if value == "" {
		return 0, false, nil
	}
	if c, ok := names[strings.ToLower(value)]; ok {
		return c, true, nil
	}
	if len(value) != 1 || value[0] <= ' ' || value[0] > '~' || isAlnum(value[0]) {
		known := make([]string, 0, len(names))
		for name := range names {
			known = append(known, name)
		}
		slices.Sort(known)
		return 0, false, wrongOption(what, "%q is no %s: give one punctuation character, or %s", value, what, strings.Join(known, ", "))
	}
	return value[0], true, nil
}

func isAlnum(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z'
}
