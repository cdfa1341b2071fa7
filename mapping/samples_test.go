package mapping

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"testing"
	_ "time/tzdata" // the zones of the samples, wherever the tests run
)

// The sample mappings are right by themselves and pass their own tests.
func TestSampleMappings(t *testing.T) {
	files, err := filepath.Glob("../samples/mappings/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no sample mappings: %v", err)
	}
	for _, file := range files {
		m := parseSample(t, filepath.Base(file))
		v, ok := m.Version()
		if !ok {
			t.Errorf("%s names no api_version", file)
		}
		if _, err := m.Compile(m.Columns(), v); err != nil {
			t.Error(err)
		}
		for _, f := range m.RunTests(v) {
			t.Errorf("%s: %s", file, f)
		}
	}
}

// Each sample list gives the leads and the problems that its mapping promises.
func TestSampleLists(t *testing.T) {
	for _, s := range []struct {
		list, mapping string
		rows, invalid int
	}{
		{"leads.csv", "leads-1.4.yaml", 1200, 0},
		{"leads.csv", "contacts-2.15.yaml", 1200, 0},
		{"leads.csv", "", 1200, 0},
		{"leads-with-problems.csv", "leads-with-problems.yaml", 42, 13}, // importer/source refuses one more
	} {
		header, rows := readSample(t, s.list)
		m := Infer(header)
		if s.mapping != "" {
			m = parseSample(t, s.mapping)
		}
		v, ok := m.Version()
		if !ok {
			v = m.NeededVersion()
		}
		p, err := m.Compile(header, v)
		if err != nil {
			t.Error(err)
			continue
		}
		for _, row := range rows {
			p.Observe(row)
		}
		p.Settle()
		invalid := 0
		for i, row := range rows {
			if _, _, problems := p.Lead(row); len(problems) > 0 {
				invalid++
				t.Logf("%s row %d: %v", s.list, i+1, problems)
			}
		}
		if len(rows) != s.rows || invalid != s.invalid {
			t.Errorf("%s by %q: %d rows, %d invalid, want %d and %d", s.list, s.mapping, len(rows), invalid, s.rows, s.invalid)
		}
	}
}

func parseSample(t testing.TB, name string) *Mapping {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("../samples/mappings", name))
	if err != nil {
		t.Fatal(err)
	}
	m, err := Parse(name, data)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func readSample(t testing.TB, name string) (header []string, rows [][]string) {
	t.Helper()
	f, err := os.Open(filepath.Join("../samples", name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.FieldsPerRecord, r.LazyQuotes = -1, true // broken records are for importer/source to judge
	all, err := r.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return all[0], all[1:]
}
