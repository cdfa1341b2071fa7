package mapping

import (
	"fmt"
	"strings"
)

// Error is a mistake in a mapping, with its place in the file. Its text is one
// line such as
//
//	leads.yaml:7:3: unknown key "colum": did you mean "column"?
type Error struct {
	File    string
	Line    int // from 1; 0: the mapping as a whole, or one that was inferred
	Column  int // in characters, from 1
	Message string
	Hint    string // what to try; may be empty
}

func (e *Error) Error() string {
	var b strings.Builder
	if e.File != "" {
		b.WriteString(e.File)
		if e.Line > 0 {
			fmt.Fprintf(&b, ":%d:%d", e.Line, e.Column)
		}
		b.WriteString(": ")
	}
	b.WriteString(e.Message)
	if e.Hint != "" {
		b.WriteString(": ")
		b.WriteString(e.Hint)
	}
	return b.String()
}

// place is a position in the mapping file, both from 1.
type place struct{ line, column int }

// file makes errors that name the mapping file.
type file string

func (f file) errorf(at place, hint, format string, args ...any) *Error {
	return &Error{File: string(f), Line: at.line, Column: at.column, Message: fmt.Sprintf(format, args...), Hint: hint}
}
