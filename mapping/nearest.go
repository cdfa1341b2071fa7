package mapping

import "strings"

// nearest returns the candidate that a person most likely meant by word: one
// that differs in case, blanks and punctuation only, else the one that takes
// the fewest edits, up to a third of its length. ok is false when none is near
// or two are equally so.
func nearest(word string, candidates []string) (near string, ok bool) {
	plain := normal(word)
	best := 1 << 30
	for _, c := range candidates {
		n := normal(c)
		d := Distance(plain, n)
		if plain == "" || d > max(1, len(n)/3) || d >= len(n) {
			continue
		}
		switch {
		case d < best:
			near, ok, best = c, true, d
		case d == best:
			ok = false
		}
	}
	return near, ok
}

// normal is s reduced to what tells names apart: lower-case letters and digits.
func normal(s string) string {
	return strings.Map(func(r rune) rune {
		if isWordRune(r) {
			return r
		}
		return -1
	}, strings.ToLower(identity(s)))
}

// Distance counts the insertions, deletions, replacements and swaps of
// neighbouring characters that turn a into b.
func Distance(a, b string) int {
	s, t := []rune(a), []rune(b)
	if len(s) > 200 || len(t) > 200 {
		return 1 << 29
	}
	before, last, row := make([]int, len(t)+1), make([]int, len(t)+1), make([]int, len(t)+1)
	for j := range last {
		last[j] = j
	}
	for i := 1; i <= len(s); i++ {
		row[0] = i
		for j := 1; j <= len(t); j++ {
			cost := 1
			if s[i-1] == t[j-1] {
				cost = 0
			}
			row[j] = min(last[j]+1, row[j-1]+1, last[j-1]+cost)
			if i > 1 && j > 1 && s[i-1] == t[j-2] && s[i-2] == t[j-1] {
				row[j] = min(row[j], before[j-2]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(t)]
}
