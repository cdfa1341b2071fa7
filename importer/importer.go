// Package importer is the run: it reads rows, maps them to leads, saves each
// lead exactly once and records its fate.
//
// A run has two halves. Prepare does everything up to the first write: it
// reads and converts every row, asks the API who we are and what it knows, and
// forecasts the outcome. Run then sends. The command check is Prepare alone,
// so that it cannot promise what run does not do.
//
// One goroutine, the loop, settles: it alone decides what is sent next, owns
// the lanes of shared keys, writes results, counts, and decides to stop. One
// goroutine feeds it rows in file order; the workers send and own nothing.
package importer

import (
	"time"

	"leadimport/client"
	"leadimport/importer/results"
	"leadimport/importer/source"
	"leadimport/mapping"
)

// Config is a run. Input, Mapping and Version are required; Client and Store
// too, but for a check without a token.
type Config struct {
	Input   *source.File
	Mapping *mapping.Mapping
	Version client.Version
	// Client is nil when there is no token: Prepare then leaves out what needs
	// the API.
	Client *client.Client
	// Store is opened and not begun. Nil: nothing is recorded, Run must not
	// be called.
	Store *results.Store
	// Previous is what earlier runs did; nil: nothing is known of them.
	Previous *results.Previous

	// Tags are given to every lead that is created or updated, with those of
	// the mapping.
	Tags []mapping.Tag

	CreateAttributes bool
	Duplicates       Duplicates
	Only             Only // empty: creates and updates
	MaxErrors        MaxErrors
	MaxChange        MaxChange
	NewColumns       NewColumns
	// Canary stops the run after so many creates, resumable; 0: none.
	Canary   int
	Shard    Shard
	Limit    int           // only the first rows; 0: all
	Workers  int           // requests in flight at most; default 64
	Timeout  time.Duration // of one attempt; as the client's; default 30 s
	RetryFor time.Duration // as the client's; default 5 min
	Settle   time.Duration // guarantee.md section 1: W; default 10 min

	// Crash is handed the value of a panic on another goroutine than the
	// caller's. It must end the process, which --resume makes up for. Nil: the
	// panic does, with a trace.
	Crash func(any)
}

func (c Config) withDefaults() Config {
	if c.Workers <= 0 {
		c.Workers = 64
	}
	if c.Timeout <= 0 {
		c.Timeout = 30 * time.Second
	}
	if c.RetryFor <= 0 {
		c.RetryFor = 5 * time.Minute
	}
	if c.Settle <= 0 {
		c.Settle = 10 * time.Minute
	}
	return c
}

// Duplicates says what becomes of rows whose key came earlier in the file.
type Duplicates string

const (
	// UpdateDuplicates updates the lead that the first row created, in file
	// order. The zero value means the same.
	UpdateDuplicates Duplicates = "update"
	// SkipDuplicates leaves them.
	SkipDuplicates Duplicates = "skip"
	// RejectDuplicates refuses them as invalid.
	RejectDuplicates Duplicates = "reject"
)

// MaxErrors bounds the rows that may be invalid or refused. The zero value
// sets no bound.
type MaxErrors struct {
	Set     bool
	Rows    int
	Percent float64 // of all rows, when Rows is 0
	IsShare bool    // Percent counts, not Rows
}

// exceeded reports whether errors of rows are too many.
func (m MaxErrors) exceeded(errors, rows int) bool {
	switch {
	case !m.Set:
		return false
	case m.IsShare:
		return float64(errors)*100 > m.Percent*float64(rows)
	default:
		return errors > m.Rows
	}
}

// all reports whether every row may be refused: then not even the same
// refusal for each of the first rows stops the run.
func (m MaxErrors) all() bool { return m.Set && m.IsShare && m.Percent >= 100 }
