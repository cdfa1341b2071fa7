//go:build !race

package importer_test

const (
	defaultSimulations = 500
	cutsEvery          = 1
)
