package mapping

import (
	"strings"
	"testing"
	"time"
)

func TestTagNames(t *testing.T) {
	late := time.Date(2026, 11, 22, 23, 30, 0, 0, time.FixedZone("EST", -5*3600)) // the 23rd in UTC
	for text, want := range map[string]string{
		"newsletter":             "newsletter",
		" import {date} ":        "import 2026-11-23",
		"{month}: {file}":        "2026-11: leads.csv",
		"{date}{date}":           "2026-11-232026-11-23",
		"50 % } of it":           "50 % } of it",
		strings.Repeat("ü", 255): strings.Repeat("ü", 255),
	} {
		tag, err := ParseTag(text)
		if err != nil {
			t.Errorf("%q: %v", text, err)
			continue
		}
		if got, err := tag.Name(late, "/lists/leads.csv"); got != want || err != nil {
			t.Errorf("%q is %q, not %q, %v", text, got, want, err)
		}
		if tag.NamesFile() != strings.Contains(text, "{file}") || tag.String() != strings.TrimSpace(text) {
			t.Errorf("%q: %v, %q", text, tag.NamesFile(), tag)
		}
	}
	for text, want := range map[string]string{
		"":                       "a tag is blank",
		"\u200b":                 "a tag is blank",
		"import {dat}":           `tag "import {dat}": placeholder {dat} is not known: did you mean "{date}"?`,
		"import {Date}":          `tag "import {Date}": placeholder {Date} is not known: did you mean "{date}"?`,
		"import {source}":        `tag "import {source}": placeholder {source} is not known: use one of {date}, {month}, {file}`,
		"{}":                     `tag "{}": placeholder {} is not known: use one of {date}, {month}, {file}`,
		"import {date":           `tag "import {date": a brace opens and is not closed: use {date}, {month}, {file}`,
		"two\nlines":             `tag "two\nlines" holds a control character`,
		strings.Repeat("x", 256): `tag "` + strings.Repeat("x", 100) + `…" has 256 characters: at most 255 are taken`,
	} {
		if _, err := ParseTag(text); err == nil || err.Error() != want {
			t.Errorf("%q: %v", text, err)
		}
	}
	long, err := ParseTag(strings.Repeat("x", 250) + "{file}")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := long.Name(late, "leads.csv"); err == nil {
		t.Error("a name of 259 characters was taken")
	}
}

func TestParseTags(t *testing.T) {
	for file, want := range map[string]string{
		"tags: newsletter":                     "newsletter",
		"tags: 2026":                           "2026",
		"tags: [a, 'import {date}']":           "a|import {date}",
		"tags:\n  - a\n  - \"import {month}\"": "a|import {month}",
		"tags: []":                             "",
	} {
		m, err := Parse("m.yaml", []byte("attributes: {email: Email}\n"+file))
		if err != nil {
			t.Errorf("%s: %v", file, err)
			continue
		}
		var got []string
		for _, tag := range m.Tags() {
			got = append(got, tag.String())
		}
		if strings.Join(got, "|") != want {
			t.Errorf("%s: %q", file, got)
		}
	}
	for file, want := range map[string]string{
		"tags: ":                    `m.yaml:2:1: tags must be text, not nothing`,
		"tags: {a: b}":              `m.yaml:2:8: unknown key "a": use one of column, split, values, decode, on_invalid`,
		"tags: [a, '']":             `m.yaml:2:11: tags is blank`,
		"tags: [a, [b]]":            `m.yaml:2:11: tags must be text, not a list`,
		"tags:\n  - a\n  - \"{x}\"": `m.yaml:4:5: tag "{x}": placeholder {x} is not known: use one of {date}, {month}, {file}`,
		"tags: [vip, a, VIP]":       `m.yaml:2:16: tags has "VIP" twice: the names of tags do not tell capitals from small letters`,
	} {
		if _, err := Parse("m.yaml", []byte("attributes: {email: Email}\n"+file)); err == nil || err.Error() != want {
			t.Errorf("%s: %v", file, err)
		}
	}
}
