//go:build !race

package results

const sparse = false
