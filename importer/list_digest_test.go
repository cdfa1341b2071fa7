package importer_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"leadimport/client/sandbox"
	"leadimport/importer"
)

// A run that is resumed knows its list again, also one whose bytes nothing had
// to read before the rows were: its byte order mark tells the encoding, and no
// attribute lacks a type.
func TestResumeKnowsTheList(t *testing.T) {
	for _, changed := range []bool{false, true} {
		inBubble(t, fmt.Sprint("changed ", changed), func(t *testing.T) {
			e := newEncounter(t, "2.15", sandbox.Config{})
			e.mapping = "attributes: {email: Email, name: Name}\nignore: [Notes]"
			rows := []string{"\ufeffEmail,Name,Notes"}
			for i := range 3000 {
				rows = append(rows, fmt.Sprintf("p%d@example.com,Somebody with number %d,%s", i, i, strings.Repeat("long ", 200)))
			}
			e.text = strings.Join(rows, "\n")
			e.change = func(cfg *importer.Config) { cfg.Canary = 1 }
			if err := e.run(); err != nil {
				t.Fatal(err)
			}
			if changed {
				e.text = strings.Replace(e.text, "number 2999", "number 3000", 1)
			}
			if err := e.run(); err != nil {
				t.Fatal(err)
			}
			told := slices.ContainsFunc(e.forecast.Notes, func(note string) bool { return strings.Contains(note, "the list has changed") })
			if told != changed {
				t.Errorf("notes %q", e.forecast.Notes)
			}
		})
	}
}
