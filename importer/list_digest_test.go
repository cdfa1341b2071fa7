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
// to read before the rows were: its byte order mark tells the encoding, and the
// types of attributes are known early.
func TestResumeKnowsTheList(t *testing.T) {
	for i := range 4 {
		changed, typed := i%2 > 0, i/2 > 0
		inBubble(t, fmt.Sprint("changed ", changed, ", typed ", typed), func(t *testing.T) {
			e := newEncounter(t, "1.3", sandbox.Config{})
			e.mapping = "attributes: {email: Email, custom_attributes.title: {column: Name, type: string}}\nignore: [Notes]"
			if !typed { // the first rows tell the type, and the others are not read for it
				e.mapping = strings.Replace(e.mapping, "{column: Name, type: string}", "Name", 1)
			}
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
