package main

import "fmt"

// plural is a number with what it counts.
func plural(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// either is the word for one, or for another number.
func either(n int, one, many string) string {
	if n == 1 {
		return one
	}
	return many
}
