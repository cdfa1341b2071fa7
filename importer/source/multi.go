package source

import (
	"bytes"
	"slices"
	"strings"
)

// maxMulti is how many delimiters of several characters are tried.
const maxMulti = 4

// runLength is n when c stands in the sample only in runs of n, 2n, 3n..., in
// every line; a delimiter of n characters then, for nobody leaves every other
// column empty. Where c is common, one run in a line may be one empty column.
func runLength(sample []byte, c byte) int {
	least := 1
	if strings.IndexByte(",;\t", c) >= 0 {
		least = 2
	}
	var lengths []int
	lines := 0
	for line := range bytes.FieldsFuncSeq(sample, func(r rune) bool { return r == '\n' || r == '\r' }) {
		was := len(lengths)
		for i := 0; i < len(line); i++ {
			n := 0
			for i+n < len(line) && line[i+n] == c {
				n++
			}
			if n > 0 {
				lengths = append(lengths, n)
				i += n
			}
		}
		if len(lengths)-was < least {
			return 1
		}
		lines++
	}
	if lines < 2 {
		return 1
	}
	shortest := slices.Min(lengths)
	for _, n := range lengths {
		if n%shortest != 0 {
			return 1
		}
	}
	return min(shortest, 4)
}

// multiCandidates are strings of punctuation and blanks, two to four bytes
// long, that stand equally often in most lines.
func multiCandidates(sample []byte) []string {
	lines := bytes.FieldsFunc(sample, func(r rune) bool { return r == '\n' || r == '\r' })
	lines = lines[:min(len(lines), 60)]
	if len(lines) < 2 {
		return nil
	}
	counts := make(map[string][]int) // in each line
	for n, line := range lines {
		for i := range line {
			for length := 2; length <= 4 && i+length <= len(line); length++ {
				s := line[i : i+length]
				if !isMark(s[length-1]) || !isMark(s[0]) {
					break
				}
				if strings.TrimSpace(string(s)) == "" {
					continue
				}
				if counts[string(s)] == nil {
					counts[string(s)] = make([]int, len(lines))
				}
				counts[string(s)][n]++
			}
		}
	}
	var list []string
	for s, per := range counts {
		sorted := slices.Sorted(slices.Values(per))
		median := sorted[len(sorted)/2]
		same := 0
		for _, n := range per {
			if n == median {
				same++
			}
		}
		if median > 0 && same*10 >= len(per)*8 && !within(s) {
			list = append(list, s)
		}
	}
	// The longest first: of "| " and " | " the latter.
	slices.SortFunc(list, func(a, b string) int {
		if len(a) != len(b) {
			return len(b) - len(a)
		}
		return strings.Compare(a, b)
	})
	return list[:min(len(list), maxMulti)]
}

// isMark tells whether c may be part of a delimiter of several characters.
func isMark(c byte) bool {
	return c == ' ' || c == '\t' || c > ' ' && c < 0x7f && strings.IndexByte(`"'.()[]{}@_+-`, c) < 0 &&
		!(c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z')
}

// within tells whether s is common inside cells: an URL, a clock, a sentence.
func within(s string) bool {
	switch s {
	case "//", ":/", "://", "/ ", " /", "! ", "? ", "% ", "& ", " &", " & ":
		return true
	}
	return s[0] == ' ' && !strings.HasSuffix(s, " ") || !strings.ContainsAny(s, ",;|:^~\t#&$%*<>=!/\\")
}
