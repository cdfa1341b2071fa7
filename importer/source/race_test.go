//go:build race

package source

// sparse tests one case in so many: this package starts no goroutine, and the
// race detector makes it ten times slower.
const sparse = 10
