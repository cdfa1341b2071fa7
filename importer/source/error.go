package source

import (
	"errors"
	"fmt"
)

// ErrChanged says that the input is no longer what an earlier pass read.
var ErrChanged = errors.New("the file changed while it was being read")

// Error is why an input cannot be read, or not to its end, and where. Every
// error of Open and Next is one; all mean "mend the file", but for those that
// wrap ErrChanged.
type Error struct {
	File    string // as the user named it, or "standard input"
	Line    int    // physical line from 1; 0: the whole file
	Column  int    // in characters, from 1; 0: the whole line
	Message string // what is wrong and what to try
	Err     error  // cause, may be nil
}

func (e *Error) Error() string {
	switch {
	case e.Line > 0 && e.Column > 0:
		return fmt.Sprintf("%s: line %d, column %d: %s", e.File, e.Line, e.Column, e.Message)
	case e.Line > 0:
		return fmt.Sprintf("%s: line %d: %s", e.File, e.Line, e.Message)
	}
	return e.File + ": " + e.Message
}

func (e *Error) Unwrap() error { return e.Err }
