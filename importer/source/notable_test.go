package source

import (
	"strings"
	"testing"
)

// TestNoTable: what is no table is refused whoever asks, and cells that look
// like it are not.
func TestNoTable(t *testing.T) {
	for _, c := range []struct{ in, message string }{
		{"<!DOCTYPE html>\n<html><body>a,b</body></html>\n", "web page"},
		{"\n\n  <HTML lang=\"en\">\n<body>a,b</body></html>\n", "web page"},
		{"<?xml version=\"1.0\"?>\n<rows><row a=\"1\"/></rows>\n", "XML"},
		{"{\n \"a\": 1,\n \"b\": [1,2]\n}\n", "JSON"},
		{"[\n {\"a\": 1, \"b\": 2},\n {\"a\": 3}\n]\n", "JSON"},
		{"{\"a\":1,\"b\":2}\n{\"a\":3,\"b\":4}\n", "JSON"},
		{"[[1,2],[3,4]]", "JSON"},
		{"[{\"a\": \"" + strings.Repeat("x", headSize), "JSON"},
		{"{\"a\":1},2026-11-21\n{\"a\":2},2026-11-22\n", ""},
		{"{a},{b}\n1,2\n", ""},
		{"[1],[2]\n3,4\n", ""},
		{"[section]\nkey=value\n", ""},
		{"[1,2,3]\n", ""},
		{"{\n", ""},
	} {
		f, err := OpenWith("-", strings.NewReader(c.in), Options{AnyHeader: true})
		if err == nil {
			f.Close()
		}
		if got := err != nil; got != (c.message != "") || got && !strings.Contains(err.Error(), c.message) {
			t.Errorf("%.40q: %v", c.in, err)
		}
	}
}
