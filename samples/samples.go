// Package samples is the folder of lists, mappings and manifests to try the
// program with. Each of them is run or checked by a test.
package samples

//go:generate go run ./generate -o leads.csv
