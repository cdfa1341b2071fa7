package results

import (
	"errors"
	"os"
	"strings"
	"unicode"
	"unicode/utf8"
)

// formula are the characters with which a cell begins that a spreadsheet runs
// (OWASP, CSV Injection).
const formula = "=+-@\t\r\n"

// Guard keeps a spreadsheet from running cell as a formula: it puts a single
// quote before it. A cell that looks as if that had been done gets one more,
// so that Unguard gives every cell back as it was.
func Guard(cell string) string {
	if runs(cell) {
		return "'" + cell
	}
	return cell
}

// Unguard takes the mark of Guard off again. It is for cells that Guard has
// seen, and for our own columns, which never begin with a quote by themselves.
func Unguard(cell string) string {
	if strings.HasPrefix(cell, "'") && runs(cell) {
		return cell[1:]
	}
	return cell
}

// errSeen ends a reading early.
var errSeen = errors.New("seen enough")

// WasGuarded reports whether the cells of a file of ours, results or rejects,
// went through Guard: as the journal beside results tells, and where there is
// none, as far as anybody knows. A cell that only looks so is rare.
func WasGuarded(path string, header []string) bool {
	if !IsResults(header) && !IsRejects(header) {
		return false
	}
	guarded := true
	f, err := os.Open(journalPath(path))
	if err != nil {
		return guarded
	}
	defer f.Close()
	readJournal(f, f.Name(), func(_ int64, en entry) error {
		if en.Run != nil && en.Run.ExcelSafe != nil {
			guarded = *en.Run.ExcelSafe
		}
		return errSeen
	})
	return guarded
}

// runs reports whether cell begins as a formula, behind quotes if there are any.
func runs(cell string) bool {
	rest := strings.TrimLeft(cell, "'")
	return rest != "" && strings.IndexByte(formula, rest[0]) >= 0
}

// clean makes a server's text fit for a terminal and a cell: control characters
// become spaces, and what cannot be seen goes.
func clean(s string) string {
	for i := range len(s) {
		if c := s[i]; c < ' ' || c > '~' {
			return cleaned(s)
		}
	}
	return s
}

func cleaned(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.IsControl(r):
			return ' '
		case r != utf8.RuneError && !unicode.IsGraphic(r):
			return -1
		}
		return r
	}, s)
}
