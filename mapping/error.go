package mapping

import (
	"cmp"
	"fmt"
	"slices"
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

// Mistakes are all that is wrong with a mapping, in the order of the file, a
// line each. There are two at least.
type Mistakes []*Error

func (m Mistakes) Error() string {
	lines := make([]string, len(m))
	for i, e := range m {
		lines[i] = e.Error()
	}
	return strings.Join(lines, "\n")
}

func (m Mistakes) Unwrap() []error {
	list := make([]error, len(m))
	for i, e := range m {
		list[i] = e
	}
	return list
}

// mistakes collects them.
type mistakes struct{ list []*Error }

// add takes an *Error, Mistakes, or nil.
func (m *mistakes) add(err error) {
	switch err := err.(type) {
	case nil:
	case *Error:
		if err != nil {
			m.list = append(m.list, err)
		}
	case Mistakes:
		m.list = append(m.list, err...)
	default:
		m.list = append(m.list, &Error{Message: err.Error()})
	}
}

// err is nil, the only *Error, or Mistakes.
func (m *mistakes) err() error {
	switch len(m.list) {
	case 0:
		return nil
	case 1:
		return m.list[0]
	}
	list := Mistakes(slices.Clone(m.list))
	slices.SortStableFunc(list, func(a, b *Error) int {
		return cmp.Or(cmp.Compare(a.Line, b.Line), cmp.Compare(a.Column, b.Column))
	})
	return slices.CompactFunc(list, func(a, b *Error) bool { return *a == *b })
}
