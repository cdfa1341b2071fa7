package mapping

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"
	_ "time/tzdata" // the zones of the samples, wherever the tests run
)

// The sample mappings are right by themselves and pass their own tests.
func TestSampleMappings(t *testing.T) {
	files, err := filepath.Glob("../samples/mappings/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatalf("no sample mappings: %v", err)
	}
	for _, file := range append(files, "../leads.mapping.yaml") {
		m := parseSample(t, strings.TrimPrefix(file, "../samples/mappings/"))
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

// Each sample list is converted without a problem.
func TestSampleLists(t *testing.T) {
	for _, s := range []struct {
		list, mapping string
		rows          int
	}{
		{"leads.csv", "../leads.mapping.yaml", 1200},
		{"leads.csv", "contacts-2.15.yaml", 1200},
		{"leads.csv", "", 1200},
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
		for i, row := range rows {
			if _, _, problems := p.Lead(row); len(problems) > 0 {
				t.Errorf("%s by %q, row %d: %v", s.list, s.mapping, i+1, problems)
			}
		}
		if len(rows) != s.rows {
			t.Errorf("%s has %d rows, want %d", s.list, len(rows), s.rows)
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
	all, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return all[0], all[1:]
}
