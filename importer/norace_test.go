//go:build !race

package importer_test

const (
	defaultSimulations = 500
	cutsEvery          = 1
	lagsEvery          = 1
	defaultRestored    = 40
)
