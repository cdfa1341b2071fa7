package main

import (
	"strings"
	"testing"
)

func TestRegionNote(t *testing.T) {
	for _, c := range []struct{ region, url, host string }{
		{"EU", defaultURL, "--api-url https://api.eu.intercom.io "},
		{"au", defaultURL, "--api-url https://api.au.intercom.io "},
		{"US", defaultURL, ""},
		{"", defaultURL, ""},
		{"EU", "https://api.eu.intercom.io", ""},
		{"EU", "http://127.0.0.1:4010", ""},
	} {
		note := regionNote(c.region, c.url)
		if (note != "") != (c.host != "") || !strings.Contains(note, c.host) {
			t.Errorf("region %q at %s: %q", c.region, c.url, note)
		}
	}
}
