package samples

import (
	"errors"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"leadimport/importer/source"
)

// rows reads a list as the program does: the rows that can be read, and the
// codes of those that cannot.
func rows(t *testing.T, name string) (good int, problems []string, err error) {
	t.Helper()
	f, err := source.Open(name, nil)
	if err != nil {
		return 0, nil, err
	}
	defer f.Close()
	r, err := f.Rows()
	if err != nil {
		return 0, nil, err
	}
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			return good, problems, nil
		} else if err != nil {
			return good, problems, err
		}
		if row.Problem != nil {
			problems = append(problems, row.Problem.Code)
		} else {
			good++
		}
	}
}

// What messy/README.md says of each file.
func TestLists(t *testing.T) {
	tests := []struct {
		name     string
		good     int
		problems []string
		err      string
	}{
		{"leads.csv", 1200, nil, ""},
		{"updates.csv", 12, nil, ""},
		{"leads-with-problems.csv", 39, []string{"too_few_cells", "stray_quote", "too_many_cells"}, ""},
		{"messy/bom-and-quoted-header.csv", 2, nil, ""},
		{"messy/old-mac-line-ends.csv", 2, nil, ""},
		{"messy/blank-lines-and-spaces.csv", 3, nil, ""},
		{"messy/semicolon-windows-1252.csv", 0, []string{"bad_encoding", "bad_encoding", "bad_encoding"}, ""},
		{"messy/title-above-header.csv", 0, nil, "line 1: column 2 of the header has no name"},
		{"messy/utf-16-tabs.csv", 0, nil, "is UTF-16"},
	}
	var tested []string
	for _, test := range tests {
		tested = append(tested, test.name)
		t.Run(test.name, func(t *testing.T) {
			good, problems, err := rows(t, test.name)
			if test.err != "" {
				if err == nil || !strings.Contains(err.Error(), test.err) {
					t.Errorf("error %v, want one with %q", err, test.err)
				}
				return
			}
			if err != nil || good != test.good || !slices.Equal(problems, test.problems) {
				t.Errorf("%d rows, problems %q, error %v; want %d, %q", good, problems, err, test.good, test.problems)
			}
		})
	}
	for _, pattern := range []string{"*.csv", "messy/*"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range files {
			if strings.HasSuffix(f, ".results.csv") || f == filepath.Join("messy", "README.md") {
				continue // a reader's own run
			}
			if !slices.Contains(tested, filepath.ToSlash(f)) {
				t.Errorf("no test reads %s", f)
			}
		}
	}
}
