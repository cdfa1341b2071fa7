//go:build !race

package source

const sparse = 1
