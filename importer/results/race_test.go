//go:build race

package results

// The race detector makes everything ten times slower, and finds in a few cuts
// what it finds in all of them.
const sparse = true
