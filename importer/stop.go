package importer

import (
	"context"
	"errors"
	"fmt"

	"leadimport/client"
	"leadimport/importer/results"
	"leadimport/importer/source"
)

// Reason is why a run did not go on. Each has an exit code of its own.
type Reason uint8

// The reasons, by the words of the contract's table of exit codes.
const (
	Unexpected    Reason = iota + 1 // ours
	NothingSent                     // usage, mapping, file or preflight
	TooManyErrors                   // --max-errors
	Unauthorised                    // token or plan
	Unavailable                     // the API, or an input that changed meanwhile
	CannotWrite                     // disk full, folder gone, quota
	Interrupted                     // a signal
	canaryDone                      // --canary; no error for anybody outside
	staleRow                        // --refuse-stale; told as NothingSent or TooManyErrors
)

// StopError ends a run early. What was done by then is recorded.
type StopError struct {
	Reason Reason
	Err    error
	Hint   string // what to try
}

func (e *StopError) Error() string {
	if e.Hint == "" {
		return e.Err.Error()
	}
	return fmt.Sprintf("%v (%s)", e.Err, e.Hint)
}

func (e *StopError) Unwrap() error { return e.Err }

func stop(reason Reason, hint, format string, args ...any) *StopError {
	return &StopError{Reason: reason, Hint: hint, Err: fmt.Errorf(format, args...)}
}

// StopFor gives an error of a call to the API its reason, for commands that
// import nothing; nil stays nil.
func StopFor(err error) error {
	if err == nil {
		return nil
	}
	return stopFor(err, false)
}

const resumable = "what is done is recorded: run it again with --resume"

// stopFor turns an error that ends the run into its reason. sent tells
// whether a write went out before: a wrong address is then no longer a
// mistake of the preflight.
func stopFor(err error, sent bool) *StopError {
	var stopped *StopError
	var api *client.Error
	var write *results.WriteError
	var path *results.PathError
	var damaged *results.DamagedError
	var slow *client.SlowIntentError
	switch {
	case errors.As(err, &stopped):
		return stopped
	case errors.As(err, &api):
		return stopForAPI(err, api, sent)
	case errors.As(err, &write):
		return &StopError{Reason: CannotWrite, Err: err, Hint: "make room, then run it again with --resume"}
	case errors.As(err, &slow):
		return &StopError{Reason: CannotWrite, Err: err, Hint: "put the results on a quicker disk, or raise --timeout, and run it again with --resume"}
	case errors.As(err, &path), errors.As(err, &damaged):
		return &StopError{Reason: NothingSent, Err: err}
	case errors.Is(err, source.ErrChanged):
		return &StopError{Reason: Unavailable, Err: err, Hint: resumable}
	case errors.Is(err, context.Canceled):
		return &StopError{Reason: Interrupted, Err: errors.New("interrupted"), Hint: resumable}
	default:
		return &StopError{Reason: Unexpected, Err: err}
	}
}

func stopForAPI(err error, api *client.Error, sent bool) *StopError {
	stop := &StopError{Reason: NothingSent, Err: err, Hint: api.Hint}
	switch api.Kind {
	case client.Unauthorised:
		stop.Reason = Unauthorised
	case client.Misdirected:
		if sent {
			stop.Reason = Unavailable
		}
	case client.Unavailable, client.Ambiguous:
		stop.Reason = Unavailable
		if stop.Hint == "" && sent {
			stop.Hint = resumable
		}
	}
	return stop
}
