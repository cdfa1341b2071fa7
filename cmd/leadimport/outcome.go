package main

import (
	"errors"

	"leadimport/client"
	"leadimport/importer"
	"leadimport/importer/plan"
	"leadimport/importer/results"
	"leadimport/importer/source"
	"leadimport/mapping"
)

// outcomes are the words for how a run ended, in --summary and the metrics:
// a cause each, where several share an exit code.
var outcomes = []string{
	"ok",            // 0: every row asked for is in, or skipped by policy
	"accepted",      // 0: finished; no more rows were refused than --accept-rejects allows
	"canary",        // 0: stopped after as many creates as --canary asks; --resume goes on
	"not_imported",  // 3: finished; some rows are invalid, failed or unresolved
	"max_errors",    // 4
	"unauthorised",  // 5: the token or the plan refuses
	"unavailable",   // 6: the API is away, or cannot be reached
	"input_changed", // 6: between two looks at the file
	"locked",        // 7: another run holds the results
	"cannot_write",  // 8: disk full, folder gone
	"interrupted",   // 130
	"bad_input",     // 2: the file is not there, or cannot be read
	"bad_mapping",   // 2: the mapping is wrong, or does not fit the file
	"bad_path",      // 2: an output cannot be where the flags say
	"bad_results",   // 2: there are results already, of something else, or damaged
	"bad_plan",      // 2: a plan that does not fit, was edited, or applied before
	"misdirected",   // 2: what answers at the address is not the API
	"refused",       // 2: another reason to send nothing; the error says which
	"usage",         // 2: the command line
	"error",         // 1: unexpected
}

// running is the outcome of a run that has not ended: it is still at work, or
// was killed.
const running = "running"

// outcomeOf is the word for the error that a run ended with.
func outcomeOf(err error) string {
	var stopped *importer.StopError
	switch {
	case err == nil:
		return "ok"
	case isStatus(err) && exitCode(err) == exitOK:
		return "accepted"
	case isStatus(err):
		return "not_imported"
	case errors.Is(err, source.ErrChanged):
		return "input_changed"
	case errors.As(err, new(*results.HeldError)), errors.As(err, new(*results.LinkedError)):
		return "locked"
	case errors.As(err, &stopped) && stopped.Reason != importer.NothingSent:
		return stopOutcome(stopped.Reason)
	case errors.As(err, new(*results.WriteError)):
		return "cannot_write"
	case errors.As(err, new(*source.Error)):
		return "bad_input"
	case errors.As(err, new(*mapping.Error)):
		return "bad_mapping"
	case errors.As(err, new(*results.PathError)):
		return "bad_path"
	case errors.As(err, new(*results.ExistsError)), errors.As(err, new(*results.DamagedError)):
		return "bad_results"
	case errors.As(err, new(*plan.Error)):
		return "bad_plan"
	case errors.As(err, new(*client.Error)):
		return "misdirected"
	case errors.As(err, new(usageError)):
		return "usage"
	case stopped != nil:
		return "refused"
	default:
		return "error"
	}
}

func stopOutcome(r importer.Reason) string {
	switch r {
	case importer.TooManyErrors:
		return "max_errors"
	case importer.Unauthorised:
		return "unauthorised"
	case importer.Unavailable:
		return "unavailable"
	case importer.CannotWrite:
		return "cannot_write"
	case importer.Interrupted:
		return "interrupted"
	default:
		return "error"
	}
}
