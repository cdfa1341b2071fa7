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
	}{
		{"leads.csv", 1200, nil},
		{"updates.csv", 12, nil},
		{"webinar.csv", 5, nil},
		{"leads-with-problems.csv", 40, []string{"too_few_cells", "too_many_cells"}},
		{"messy/bom-and-quoted-header.csv", 2, nil},
		{"messy/old-mac-line-ends.csv", 2, nil},
		{"messy/blank-lines-and-spaces.csv", 2, nil},
		{"messy/semicolon-windows-1252.csv", 3, nil},
		{"messy/title-above-header.csv", 3, nil},
		{"messy/utf-16-tabs.csv", 2, nil},
	}
	var tested []string
	for _, test := range tests {
		tested = append(tested, test.name)
		t.Run(test.name, func(t *testing.T) {
			good, problems, err := rows(t, test.name)
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
