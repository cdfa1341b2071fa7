package samples

import (
	"bytes"
	"errors"
	"io"
	"os"
	"path/filepath"
	"testing"

	"leadimport/client"
	"leadimport/importer/source"
	"leadimport/mapping"
)

// lists tells which list each mapping is for.
var lists = map[string]string{
	"leads.mapping.yaml":       "leads.csv",
	"contacts-2.15.yaml":       "leads.csv",
	"leads-with-problems.yaml": "leads-with-problems.csv",
	"updates-by-id.yaml":       "updates.csv",
	"webinar.yaml":             "webinar.csv",
	"find-existing.yaml":       "leads.csv",
}

// Each mapping makes a lead of each row of its list, but for the rows that are
// there to be refused.
func TestMappings(t *testing.T) {
	invalid := map[string]int{"leads-with-problems.yaml": 13}
	files, err := filepath.Glob("mappings/*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	files = append(files, "leads.mapping.yaml")
	for _, name := range files {
		base := filepath.Base(name)
		if base == "updates-from-results.yaml" {
			continue // its list is a reader's own results file
		}
		t.Run(base, func(t *testing.T) {
			plan, f := compile(t, name, lists[base])
			defer f.Close()
			bad := 0
			each(t, f, func(row source.Row) {
				_, _, problems := plan.Lead(row.Cells)
				if row.Problem != nil || len(problems) > 0 {
					bad++
				}
			})
			if bad != invalid[base] {
				t.Errorf("%d rows of %s are invalid, want %d", bad, lists[base], invalid[base])
			}
		})
	}
}

// Editors find the schema beside the mappings, and it is the program's.
func TestMappingsNameTheirSchema(t *testing.T) {
	const name = "leadimport.schema.json"
	schema, err := os.ReadFile(filepath.Join("mappings", name))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(schema, mapping.Schema()) {
		t.Errorf("%s is out of date: go run ./cmd/leadimport help schema > samples/mappings/%s", name, name)
	}
	files, err := filepath.Glob("mappings/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("there are no mappings", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.HasPrefix(text, []byte("# yaml-language-server: $schema="+name+"\n")) {
			t.Errorf("%s does not begin with the line that names its schema", file)
		}
	}
}

// One row of the problems is refused for one reason each.
func TestProblemsAreSingle(t *testing.T) {
	plan, f := compile(t, "mappings/leads-with-problems.yaml", "leads-with-problems.csv")
	defer f.Close()
	each(t, f, func(row source.Row) {
		if row.Problem != nil {
			return
		}
		_, _, problems := plan.Lead(row.Cells)
		remark := row.Cells[len(row.Cells)-1]
		switch meant := remark != "" && remark != "Fine as it is"; {
		case meant && len(problems) != 1:
			t.Errorf("row %d (%s): %d problems, want 1", row.Number, remark, len(problems))
		case !meant && len(problems) != 0:
			t.Errorf("row %d: %v", row.Number, problems)
		}
	})
}

func compile(t *testing.T, name, list string) (*mapping.Plan, *source.File) {
	t.Helper()
	if list == "" {
		t.Fatalf("%s: say which list it is for", name)
	}
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	m, err := mapping.Parse(name, data)
	if err != nil {
		t.Fatal(err)
	}
	v, ok := m.Version()
	if !ok {
		v = client.Version2
	}
	f, err := source.Open(list, nil)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := m.Compile(f.Header(), v)
	if err != nil {
		t.Fatal(err)
	}
	each(t, f, func(row source.Row) {
		if row.Problem == nil {
			plan.Observe(row.Cells)
		}
	})
	plan.Settle()
	return plan, f
}

func each(t *testing.T, f *source.File, do func(source.Row)) {
	t.Helper()
	r, err := f.Rows()
	if err != nil {
		t.Fatal(err)
	}
	for {
		row, err := r.Next()
		if errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatal(err)
		}
		do(row)
	}
}
