package importer_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"leadimport/client"
	"leadimport/client/sandbox"
)

// What the rules leave of a value, however the contact came to be known: it was
// matched, earlier results of the same list know it, or the row names it.
func TestWriteRules(t *testing.T) {
	// has: what the contact has; cell: what the row says; then what each rule
	// makes of it.
	table := []struct{ name, has, cell, always, ifEmpty, createOnly, append string }{
		{"unset", "", "new", "new", "new", "", "new"},
		{"same", "old", "old", "old", "old", "old", "old"},
		{"other", "old", "new", "new", "old", "old", "old; new"},
		{"blank", "old", "", "old", "old", "old", "old"},
		{"nothing on either side", "", "", "", "", "", ""},
		{"part of it", "old; new", "new", "new", "old; new", "old; new", "old; new"},
	}
	for _, version := range []string{"1.4", "2.15"} {
		for _, how := range []string{"matched", "earlier id", "mapped id"} {
			inBubble(t, version, func(t *testing.T) {
				e := newEncounter(t, version, sandbox.Config{})
				rules := []string{"always", "if_empty", "create_only", "append"}
				for _, rule := range rules {
					if version == "2.15" {
						if err := e.api.CreateDataAttribute(context.Background(), client.OfContacts, rule, client.TypeString); err != nil {
							t.Fatal(err)
						}
					}
				}
				first, second := "Email,X,Id\n", "Email,X,Id\n"
				type want struct{ id, x, says string }
				var wants []want
				for i, c := range table {
					for k, rule := range rules {
						address := fmt.Sprintf("p%d-%d@example.com", i, k)
						id := ""
						if how != "earlier id" {
							fields := []string{"email", address}
							if c.has != "" {
								fields = append(fields, "custom_attributes."+rule, c.has)
							}
							id = e.there(fields...)
						}
						result := []string{c.always, c.ifEmpty, c.createOnly, c.append}[k]
						wants = append(wants, want{address, result, c.name + ", " + rule + ", " + how})
						if how == "mapped id" {
							second += fmt.Sprintf("%s,%s,%s\n", address, c.cell, id)
						} else {
							second += fmt.Sprintf("%s,%s,\n", address, c.cell)
						}
						first += fmt.Sprintf("%s,%s,\n", address, c.has)
					}
				}
				time.Sleep(time.Hour) // the index has caught up
				// A run for each rule, over the rows that it is meant for.
				part := func(text string, k int) string {
					lines := strings.SplitAfter(text, "\n")
					out := lines[0]
					for n, line := range lines[1 : len(lines)-1] {
						if n%len(rules) == k {
							out += line
						}
					}
					return out
				}
				dir := e.dir
				for k, rule := range rules {
					e.dir = t.TempDir()
					attribute := fmt.Sprintf("custom_attributes.%s: {column: X, type: string, write: %s", rule, rule)
					if rule == "append" {
						attribute += `, separator: "; "`
					}
					tail := "attributes:\n  email: Email\n  " + attribute + "}\n"
					e.mapping = tail
					switch how {
					case "matched":
						e.mapping = "match: email\n" + tail
					case "mapped id":
						e.mapping = tail + "  id: Id\n"
					case "earlier id":
						e.text = part(first, k)
						if err := e.run(); err != nil {
							t.Fatal(err)
						}
					}
					e.text = part(second, k)
					if err := e.run(); err != nil {
						t.Fatal(err)
					}
				}
				e.dir = dir
				people := map[string]sandbox.Contact{}
				for _, c := range e.server.State().Contacts {
					if _, twice := people[c.Email]; twice {
						t.Errorf("%s is there twice", c.Email)
					}
					people[c.Email] = c
				}
				for n, w := range wants {
					got, _ := people[w.id].Custom[rules[n%len(rules)]].(string)
					if got != w.x {
						t.Errorf("%s: %q, want %q", w.says, got, w.x)
					}
				}
			})
		}
	}
}
