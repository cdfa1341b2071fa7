package source

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"leadimport/cell"
)

// SharedName is a name that several columns of the header have. A column of
// them is called by the name and its place: "Phone (column 3)".
type SharedName struct {
	Name    string
	Columns []int // from 1
}

// Places names the columns: "columns 1, 3 and 5".
func (s SharedName) Places() string {
	var b strings.Builder
	b.WriteString("columns ")
	for i, c := range s.Columns {
		switch {
		case i > 0 && i == len(s.Columns)-1:
			b.WriteString(" and ")
		case i > 0:
			b.WriteString(", ")
		}
		b.WriteString(strconv.Itoa(c))
	}
	return b.String()
}

// SharedNames are the names that several columns have. No column is called so:
// what is to be read from one of them must say from which.
func (f *File) SharedNames() []SharedName { return f.shared }

// unclear reports whether names are missing, or stand twice.
func unclear(names []string) bool {
	seen := make(map[string]bool, len(names))
	for _, name := range names {
		name = cell.Name(name)
		if name == "" || seen[name] {
			return true
		}
		seen[name] = true
	}
	return false
}

// headerLike reports whether cells look like a header: three names or more, no
// two the same, and none of them a value.
func headerLike(cells []string) bool {
	if len(cells) < 3 || unclear(cells) {
		return false
	}
	for _, c := range cells {
		if k := cell.KindOf(c); !k.IsWords() && k != cell.Code || valueOf(c) != cell.Word {
			return false
		}
	}
	return true
}

// nameColumns makes names of the header's cells by which each column can be
// told from the others, and notes what it changed.
func (f *File) nameColumns(line int) {
	places := make(map[string][]int, len(f.header))
	var cleaned, nameless []string
	for i, written := range f.header {
		name := cell.Name(written)
		if name != written && strings.Trim(written, " ") != name && name != "" {
			cleaned = append(cleaned, fmt.Sprintf("%q", name))
		}
		f.header[i] = name
		places[name] = append(places[name], i+1)
	}
	if len(cleaned) > 0 {
		f.notes = append(f.notes, Note{line, 0, NoteNames, fmt.Sprintf(
			"%s in the header read without invisible characters, and with accents on their letters: %s", count(len(cleaned), "name"), few(cleaned))})
	}
	for i, name := range f.header {
		columns := places[name]
		if name != "" && len(columns) == 1 {
			continue
		}
		called := fmt.Sprintf("column_%d", i+1)
		if name != "" {
			called = fmt.Sprintf("%s (column %d)", name, i+1)
			if columns[0] == i+1 {
				f.shared = append(f.shared, SharedName{name, columns})
			}
		}
		for places[called] != nil {
			called += "_"
		}
		if places[called] = []int{i + 1}; name == "" {
			nameless = append(nameless, fmt.Sprintf("%q", called))
		}
		f.header[i] = called
	}
	if len(nameless) > 0 {
		f.notes = append(f.notes, Note{line, 0, NoteNoName, fmt.Sprintf("%s of the header %s no name, and %s called %s",
			count(len(nameless), "column"), have(len(nameless)), are(len(nameless)), few(nameless))})
	}
	for _, s := range f.shared {
		var called []string
		for _, c := range s.Columns {
			called = append(called, fmt.Sprintf("%q", f.header[c-1]))
		}
		f.notes = append(f.notes, Note{line, 0, NoteSameName, fmt.Sprintf("%s of the header are named %q, and are called %s",
			s.Places(), s.Name, few(called))})
	}
}

// few lists texts, and how many more there are.
func few(texts []string) string {
	if more := len(texts) - maxNamed; more > 0 {
		texts = append(slices.Clone(texts[:maxNamed]), fmt.Sprintf("and %d more", more))
	}
	return strings.Join(texts, ", ")
}

func have(n int) string {
	if n == 1 {
		return "has"
	}
	return "have"
}

func are(n int) string {
	if n == 1 {
		return "is"
	}
	return "are"
}
