package main

import (
	"errors"
	"strings"

	"leadimport/importer"
	"leadimport/importer/plan"
	"leadimport/importer/results"
	"leadimport/importer/source"
	"leadimport/mapping"
)

// The exit codes, as the README and the contract list them.
const (
	exitOK           = 0
	exitUnexpected   = 1
	exitUsage        = 2
	exitNotImported  = 3
	exitTooMany      = 4
	exitUnauthorised = 5
	exitUnavailable  = 6
	exitHeld         = 7
	exitCannotWrite  = 8
	exitInterrupted  = 130
)

// usageError is a command line that cannot be right.
type usageError struct{ text string }

func (e usageError) Error() string { return e.text }

// statusError carries an exit code for an outcome that is no failure of the
// program: the run has ended. text says what is to be done; blank: nothing.
type statusError struct {
	code int
	text string
}

func (e statusError) Error() string { return e.text }

func isStatus(err error) bool { return errors.As(err, new(statusError)) }

// exitCode is the one place where errors become exit codes.
func exitCode(err error) int {
	var (
		status  statusError
		stopped *importer.StopError
		held    *results.HeldError
		linked  *results.LinkedError
		write   *results.WriteError
		path    *results.PathError
		exists  *results.ExistsError
		damaged *results.DamagedError
		src     *source.Error
		mapped  *mapping.Error
		planned *plan.Error
		usage   usageError
	)
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &status):
		return status.code
	case errors.As(err, &stopped):
		return stopCode(stopped.Reason)
	case errors.As(err, &held), errors.As(err, &linked):
		return exitHeld
	case errors.As(err, &write):
		return exitCannotWrite
	case errors.Is(err, source.ErrChanged):
		return exitUnavailable
	case errors.As(err, &src), errors.As(err, &mapped), errors.As(err, &usage), errors.As(err, &planned),
		errors.As(err, &path), errors.As(err, &exists), errors.As(err, &damaged):
		return exitUsage
	default:
		return exitUnexpected
	}
}

func stopCode(r importer.Reason) int {
	switch r {
	case importer.NothingSent:
		return exitUsage
	case importer.TooManyErrors:
		return exitTooMany
	case importer.Unauthorised:
		return exitUnauthorised
	case importer.Unavailable:
		return exitUnavailable
	case importer.CannotWrite:
		return exitCannotWrite
	case importer.Interrupted:
		return exitInterrupted
	default:
		return exitUnexpected
	}
}

// oneLine keeps an error on one line, whatever a library put in it.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || r == '\r' }), " ")
}

// brief keeps the beginning and the end of an error that something made long,
// such as the name of a file.
func brief(s string) string {
	const head, tail = 700, 300
	if len(s) <= head+tail {
		return s
	}
	return strings.ToValidUTF8(s[:head], "") + " ... " + strings.ToValidUTF8(s[len(s)-tail:], "")
}

// apiError gives an error of the API its exit code outside of a run.
func apiError(err error) error { return importer.StopFor(err) }
