package mapping

import (
	"strings"
	"testing"

	"leadimport/client"
)

func TestWarnings(t *testing.T) {
	const dates = "custom_attributes.trial holds dates, which 1.x takes for numbers: end its name in _at"
	const noKey = "no e-mail address is mapped and no key is named: a row is known by all its values, and one that changes is a new lead"
	for _, c := range []struct {
		file string
		v    client.Version
		want string
	}{
		{"email: E, custom_attributes.trial: {column: D, type: date}", client.Version1, dates},
		{"email: E, custom_attributes.trial: D", client.Version1, dates},
		{"email: E, custom_attributes.trial: D", client.Version2, ""},
		{"email: E, custom_attributes.trial_ends_at: D, last_request_at: D", client.Version1, ""},
		{"phone: E", client.Version2, noKey},
		{"phone: E, id: D", client.Version2, ""},
		{"phone: E}\nkey: {column: D", client.Version2, ""},
	} {
		p, err := mustParse(t, "attributes: {"+c.file+"}").Compile([]string{"E", "D"}, c.v)
		if err != nil {
			t.Fatal(err)
		}
		p.Observe([]string{"a@b.ie", "2026-11-21"})
		p.Settle()
		if got := strings.Join(p.Warnings(), "; "); got != c.want {
			t.Errorf("%s in %s: %q, want %q", c.file, c.v, got, c.want)
		}
	}
}
