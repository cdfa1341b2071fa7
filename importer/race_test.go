//go:build race

package importer_test

// The race detector makes everything ten times slower, and finds in a few
// hundred imports what it finds in thousands.
const (
	defaultSimulations = 60
	cutsEvery          = 4
	lagsEvery          = 3
	defaultRestored    = 8
)
