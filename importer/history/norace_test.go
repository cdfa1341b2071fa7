//go:build !race

package history

const sparse = false
