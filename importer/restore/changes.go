// Package restore knows what updates overwrite: what is to be kept of it, before
// they are sent, and what of it an undo puts back. It is pure: what the API
// holds, and what was written down, come in as values.
package restore

import (
	"strings"

	"leadimport/client"
	"leadimport/importer/results"
)

// Changes are what an update will change of a contact that was read right
// before. Other spellings count, too: the API may keep them.
func Changes(before client.Contact, sent client.Lead) []results.Change {
	list := []results.Change{}
	for _, f := range sent.Fields {
		has, shown := before.Value(f.Name)
		same, compared := before.Shows(f.Name, f.Value)
		switch {
		case !shown || isRounded(has):
			if !same || !compared {
				list = append(list, results.Change{Name: f.Name, Hidden: true})
			}
		case has != f.Value && !(isBlank(has) && isBlank(f.Value)):
			list = append(list, results.Change{Name: f.Name, Before: has, After: f.Value})
		}
	}
	return list
}

func isBlank(v client.Value) bool { return strings.TrimSpace(v.Text()) == "" }

// isRounded reports whether a number has more digits than were kept of it when
// it was read.
func isRounded(v client.Value) bool {
	text := v.Text()
	return v != client.String(text) && len(strings.TrimLeft(text, "-")) > 15 && !strings.Contains(text, ".")
}
