package results

import (
	"errors"
	"fmt"
	"time"
)

var (
	errClosed   = errors.New("the results file is closed")
	errNotBegun = errors.New("the results file is not open for writing yet")
)

// HeldError says that another run holds the results file.
type HeldError struct {
	Path  string // of the results file
	PID   int    // of the holder; 0: not known
	Host  string
	Since time.Time
}

func (e *HeldError) Error() string {
	by := "another process"
	if e.PID != 0 {
		by = fmt.Sprintf("process %d on %s since %s", e.PID, e.Host, e.Since.UTC().Format(time.RFC3339))
	}
	return fmt.Sprintf("%s is held by %s: wait until that run ends, or name another results file", e.Path, by)
}

// LinkedError says that a file of a run has more than one name. The lock is
// beside one of them, and does not keep out who comes by another.
type LinkedError struct {
	Path  string
	Links int
}

func (e *LinkedError) Error() string {
	return fmt.Sprintf("%s is one file under %d names (hard links), and only one of them has the lock of its run: copy it to a file of its own (cp %s copy.csv) and use that, or remove the other names",
		e.Path, e.Links, e.Path)
}

// ExistsError says that a results file, or the journal of one, is there
// already and that the mode asks for a new one.
type ExistsError struct {
	Path string // of what exists
}

func (e *ExistsError) Error() string { return e.Path + " exists already" }

// PathError says why a path cannot hold results, before anything was done.
type PathError struct {
	Path    string
	Problem string // what is wrong and what to try
	Err     error  // the cause; may be nil
}

func (e *PathError) Error() string { return e.Path + ": " + e.Problem }

func (e *PathError) Unwrap() error { return e.Err }

// WriteError says that a file could not be written or made durable. The first
// one is final: nothing more is written to that file, and a failed fsync is
// never repeated (the kernel may have dropped the pages and would then report
// success).
type WriteError struct {
	Path string
	Err  error
}

func (e *WriteError) Error() string {
	return fmt.Sprintf("writing %s: %v", e.Path, rootCause(e.Err))
}

func (e *WriteError) Unwrap() error { return e.Err }

// DamagedError says that a file of an earlier run cannot be read, although
// more than its last record is affected.
type DamagedError struct {
	Path string
	Line int // from 1
	Err  error
	Hint string // what to try; may be empty
}

func (e *DamagedError) Error() string {
	msg := fmt.Sprintf("%s, line %d is damaged: %v", e.Path, e.Line, e.Err)
	if e.Hint != "" {
		msg += ": " + e.Hint
	}
	return msg
}

func (e *DamagedError) Unwrap() error { return e.Err }

// rootCause drops the operation and the path that os adds: ours names them.
func rootCause(err error) error {
	for {
		next := errors.Unwrap(err)
		if next == nil {
			return err
		}
		err = next
	}
}
