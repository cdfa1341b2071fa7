package importer

import (
	"fmt"
	"hash/fnv"
	"time"

	"leadimport/client"
	"leadimport/importer/history"
	"leadimport/importer/plan"
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
	// History is what files tell of the keys, Store's own included; nil:
	// nothing.
	History *history.History

	// Tags are given to every lead that is created or updated, with those of
	// the mapping.
	Tags []mapping.Tag

	// ShowAll has Prepare look at the rows also when the mapping does not fit the
	// workspace, so that both can be told at once.
	ShowAll bool

	CreateAttributes bool
	Duplicates       Duplicates
	Only             Only // empty: creates and updates
	MaxErrors        MaxErrors
	MaxChange        MaxChange
	NewColumns       NewColumns
	// Plan is applied: what it does not say is not done. Nil: there is none. It is
	// read once, by Run. RefuseStale stops at the first row that it does not fit.
	Plan        *plan.Reader
	RefuseStale bool
	// Canary stops the run after so many creates, resumable; 0: none.
	Canary   int
	Shard    Shard
	Limit    int           // only the first rows; 0: all
	Workers  int           // requests in flight at most; default 64
	Timeout  time.Duration // of one attempt; as the client's; default 30 s
	RetryFor time.Duration // as the client's; default 5 min
	// Settle is how long after the end of an attempt a lead may take to show up
	// in a look-up; default 10 min. Only "it was not created" needs all of it. A
	// run waits longer where it sees the API take longer: see fate.Lag.
	Settle time.Duration

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

// Only says which of creates and updates a run sends. What may have been
// created already is looked up and recorded whatever it says.
type Only string

const (
	// OnlyCreate leaves the rows whose contact is known or found.
	OnlyCreate Only = "create"
	// OnlyUpdate leaves the rows whose contact is neither.
	OnlyUpdate Only = "update"
)

// MaxErrors bounds the rows that may be invalid or refused. The zero value
// sets no bound.
type MaxErrors struct {
	Set     bool
	Rows    int
	Percent float64 // of all rows, when Rows is 0
	IsShare bool    // Percent counts, not Rows
}

// Exceeded reports whether errors of rows are too many.
func (m MaxErrors) Exceeded(errors, rows int) bool {
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

// MaxChange bounds how much of the newest earlier results a run may change.
// The zero value sets no bound.
type MaxChange struct {
	Set     bool
	Percent float64 // of the keys that the newest earlier results have
}

// NewColumns says what a column means that the newest earlier results did not
// have and the mapping does not name.
type NewColumns string

const (
	// WarnNewColumns notes it. The zero value means the same.
	WarnNewColumns NewColumns = "warn"
	// RefuseNewColumns refuses the file.
	RefuseNewColumns NewColumns = "error"
)

// Shard is one of N parts of the input, by key: the rows of one key are in one
// part, in file order. The zero value is the whole.
type Shard struct {
	Index, Of int // Index from 0
}

func (s Shard) String() string {
	if s.Of == 0 {
		return ""
	}
	return fmt.Sprintf("%d/%d", s.Index, s.Of)
}

// has reports whether a row belongs to s. The same row does in every run and
// on every machine.
func (s Shard) has(key mapping.Key, number int) bool {
	if s.Of <= 1 {
		return true
	}
	h := fnv.New64a()
	if key == "" {
		fmt.Fprint(h, number)
	} else {
		h.Write([]byte(key))
	}
	return h.Sum64()%uint64(s.Of) == uint64(s.Index)
}

// Keys tells which keys belong to s; nil when all do.
func (s Shard) Keys() func(key string) bool {
	if s.Of <= 1 {
		return nil
	}
	return func(key string) bool { return s.has(mapping.Key(key), 0) }
}
