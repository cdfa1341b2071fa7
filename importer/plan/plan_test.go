package plan_test

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"leadimport/importer/plan"
)

// write makes a plan with some lines, and returns where it is.
func write(t *testing.T, lines ...plan.Line) (string, *plan.About) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "a.plan.csv")
	about := &plan.About{Format: plan.Format, Version: "1", Attributes: []string{"name", "custom_attributes.note"}}
	var text strings.Builder
	w, err := plan.NewWriter(&text, about)
	for _, l := range lines {
		err = errors.Join(err, w.Write(l))
	}
	err = errors.Join(err, w.Close())
	data, wrong := about.Encode()
	err = errors.Join(err, wrong, os.WriteFile(path, []byte(text.String()), 0o600), os.WriteFile(plan.AboutPath(path), data, 0o600))
	if err != nil {
		t.Fatal(err)
	}
	return path, about
}

func read(t *testing.T, path string, about *plan.About) (lines []plan.Line) {
	t.Helper()
	r, err := plan.Open(path, about)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for {
		l, err := r.Next()
		if err == io.EOF {
			return lines
		}
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, l)
	}
}

func TestRoundTrip(t *testing.T) {
	lines := []plan.Line{
		{Row: 1, Action: plan.Create, Key: "email:a@example.com", Changes: []string{"Ann, \"A\"", "two\nlines"}},
		{Row: 2, Action: plan.Update, ID: "c1", Key: "email:b@example.com", Note: "n", Before: "x", After: "y", Changes: []string{"Ann → Bob", ""}},
		{Row: 3, Action: plan.LookUp, Changes: []string{"", ""}},
		{Row: 4, Action: plan.Invalid, Code: "bad", Changes: []string{"", ""}},
	}
	path, about := write(t, lines...)
	loaded, err := plan.Load(path, "1")
	if err != nil {
		t.Fatal(err)
	}
	if loaded.Rows != 4 || loaded.Counts[plan.Update] != 1 || loaded.Changes["name"] != 2 || loaded.Changes["custom_attributes.note"] != 1 {
		t.Errorf("%+v", loaded)
	}
	if got := read(t, path, about); !reflect.DeepEqual(got, lines) {
		t.Errorf("read %+v\nwant %+v", got, lines)
	}
	for _, a := range plan.Actions {
		if plan.ActionOf(a.Status()) != a {
			t.Errorf("%s is %s", a, plan.ActionOf(a.Status()))
		}
	}
}

// A plan that is cut or changed anywhere is found out.
func TestLoadFindsEveryChange(t *testing.T) {
	path, _ := write(t, plan.Line{Row: 1, Action: plan.Create, Key: "k", Changes: []string{"Ann", ""}})
	for _, file := range []string{path, plan.AboutPath(path)} {
		whole, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		try := func(what string, data []byte) {
			if err := os.WriteFile(file, data, 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := plan.Load(path, "1")
			if wrong := (*plan.Error)(nil); !errors.As(err, &wrong) || strings.Contains(err.Error(), "\n") {
				t.Errorf("%s, %s: %v", filepath.Base(file), what, err)
			}
		}
		end := len(strings.TrimSpace(string(whole)))
		for n := range end {
			try("cut", whole[:n])
			other := append([]byte{}, whole...)
			if other[n] = 'X'; whole[n] == 'X' || strings.ContainsRune(" \n", rune(whole[n])) {
				continue
			}
			try("changed", other)
		}
		if err := os.WriteFile(file, whole, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := plan.Load(path, "1"); err != nil {
		t.Error(err)
	}
	if _, err := plan.Load(path, "2"); err == nil || !strings.Contains(err.Error(), "made by leadimport 1, and this is 2") {
		t.Error(err)
	}
}

// Of two runs that apply a plan, one does; a new plan of the same name may be
// applied again.
func TestMarkApplied(t *testing.T) {
	path, about := write(t)
	if done, err := plan.ReadApplied(path, about); done != nil || err != nil {
		t.Fatal(done, err)
	}
	if err := plan.MarkApplied(path, about, "r.csv"); err != nil {
		t.Fatal(err)
	}
	if err := plan.MarkApplied(path, about, "other.csv"); !errors.Is(err, os.ErrExist) {
		t.Fatal(err)
	}
	if done, err := plan.ReadApplied(path, about); err != nil || done.Results != "r.csv" {
		t.Fatal(done, err)
	}
	about.Seal = "another"
	if err := plan.MarkApplied(path, about, "other.csv"); err != nil {
		t.Fatal(err)
	}
	if err := plan.UnmarkApplied(path); err != nil {
		t.Fatal(err)
	}
}
