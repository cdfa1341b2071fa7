package source

import (
	"bytes"
	"slices"
	"strings"
)

// maxMulti is how many delimiters of several characters are tried.
const maxMulti = 6

// known are delimiters of characters that others may not have: arrows, and a tab
// that a program wrote as it was told.
var known = []string{" -> ", "->", `\t`}

// multiCandidates are strings of punctuation and blanks, two to four bytes
// long, that stand in most lines.
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
				if strings.Trim(string(s), " ") == "" {
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
	for _, s := range known {
		with := 0
		for _, line := range lines {
			if bytes.Contains(line, []byte(s)) {
				with++
			}
		}
		if with*2 > len(lines) {
			list = append(list, s)
		}
	}
	share := make(map[string]int)
	for s, per := range counts {
		for _, n := range per {
			if n > 0 {
				share[s]++
			}
		}
		if share[s]*2 > len(per) && !within(s) {
			list = append(list, s)
		}
	}
	// The longest first: of "| " and " | " the latter.
	slices.SortFunc(list, func(a, b string) int {
		if len(a) != len(b) {
			return len(b) - len(a)
		}
		if share[a] != share[b] {
			return share[b] - share[a]
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
	if strings.HasPrefix(s, gap) || strings.HasSuffix(s, gap) { // aligned
		return true
	}
	return s[0] == ' ' && !strings.HasSuffix(s, " ") || !strings.ContainsAny(s, ",;|:^~\t#&$%*<>=!/\\")
}
