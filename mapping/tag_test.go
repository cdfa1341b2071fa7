package mapping

import (
	"strings"
	"testing"
	"time"

	"leadimport/client"
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

// TestTagsOfARow: what a cell names, and what is no tag.
func TestTagsOfARow(t *testing.T) {
	for _, c := range []struct{ tags, cell, want, problems, remarks string }{
		{`{column: T}`, " golf ", "golf", "", ""},
		{`{column: T}`, "golf; chess", "golf; chess", "", ""},
		{`{column: T, split: ";"}`, "golf;chess", "golf|chess", "", ""},
		{`{column: T, split: "; "}`, "golf;chess; tea", "golf|chess|tea", "", ""},
		{`{column: T, split: " "}`, "golf  chess", "golf|chess", "", ""},
		{`{column: T, split: "||"}`, "a|b||c", "a|b|c", "", ""},
		{`{column: T, split: "\n"}`, "a\nb\r\n", "a|b", "", ""},
		{`{column: T, split: ";"}`, "Golf;golf;GOLF;Éire;éire", "Golf|Éire", "", ""},
		{`{column: T, split: ";"}`, ";;golf;\u200b;", "golf", "", ""},
		{`{column: T, split: ";"}`, "n/a;-;NULL;golf", "golf", "", "tags:no_identity tags:no_identity tags:no_identity"},
		{`{column: T, split: ";"}`, "*|TAGS|*;[Interests];golf", "golf", "", "tags:no_identity tags:no_identity"},
		{`{column: T, split: ";"}`, "{date}", "", "", "tags:no_identity"}, // placeholders of the mapping are none in cells
		{`{column: T, split: ";", values: {g: golf, c: ""}}`, "G;c;tea", "golf|tea", "", ""},
		{`{column: T, split: ";", decode: html}`, "R&amp;D;a", "R&D|a", "", ""},
		{`[news, {column: T}, {column: U, split: ","}]`, "golf", "golf|x|y", "", ""},
		{`{column: T}`, "", "", "", ""},
		{`{column: T}`, strings.Repeat("ü", 255), strings.Repeat("ü", 255), "", ""},
		{`{column: T, split: ";"}`, "golf;" + strings.Repeat("x", 256), "golf", "tags:too_long", ""},
		{`{column: T}`, "two\nlines", "", "tags:control_character", ""},
		{`{column: T, on_invalid: omit}`, "two\nlines", "", "", ""},
	} {
		p, err := mustParse(t, "attributes: {email: E}\ntags: "+c.tags).Compile([]string{"E", "T", "U"}, client.Version2)
		if err != nil {
			t.Errorf("%s: %v", c.tags, err)
			continue
		}
		r := p.Convert([]string{"a@x.ie", c.cell, "x,y,golf"})
		if got := strings.Join(r.Lead.Tags, "|"); got != c.want || codes(r.Problems) != c.problems || codes(r.Remarks) != c.remarks {
			t.Errorf("%s of %q: %q, problems %v, remarks %v", c.tags, c.cell, got, r.Problems, r.Remarks)
		}
		if omits := strings.Contains(c.tags, "omit"); (len(r.Omitted) > 0) != omits {
			t.Errorf("%s of %q: omitted %v", c.tags, c.cell, r.Omitted)
		}
	}
	p, err := mustParse(t, "attributes: {email: E}\ntags: {column: T}").Compile([]string{"E", "T"}, client.Version2)
	if err != nil {
		t.Fatal(err)
	}
	if r := p.Convert([]string{"", "golf"}); codes(r.Problems) != ":blank_row" {
		t.Errorf("a row with tags and nothing else: %v", r.Problems)
	}
}

// TestColumnTagsInDigest: a run that is resumed with other columns of tags has
// another mapping.
func TestColumnTagsInDigest(t *testing.T) {
	seen := map[string]bool{}
	for _, tags := range []string{"[]", "{column: T}", "{column: U}", `{column: T, split: ";"}`, "{column: T, values: {a: b}}"} {
		seen[mustParse(t, "attributes: {email: E}\ntags: "+tags).Digest()] = true
	}
	if len(seen) != 5 {
		t.Errorf("%d different digests", len(seen))
	}
}

func FuzzTagsOfARow(f *testing.F) {
	f.Add("golf; chess;N/A", ";")
	f.Add("a\u0130b", "b")
	f.Fuzz(func(t *testing.T, text, split string) {
		m, err := Parse("m.yaml", []byte("attributes: {email: E}\ntags: {column: T, split: \";\"}"))
		if err != nil {
			t.Fatal(err)
		}
		p, err := m.Compile([]string{"E", "T"}, client.Version2)
		if err != nil {
			t.Fatal(err)
		}
		p.tags[0].split = split
		r := p.Convert([]string{"a@x.ie", text})
		seen := map[string]bool{}
		for _, tag := range r.Lead.Tags {
			if tag == "" || tag != trim(tag) || noTagName(tag) != nil || seen[client.TagKey(tag)] {
				t.Errorf("%q split at %q: %q", text, split, r.Lead.Tags)
			}
			seen[client.TagKey(tag)] = true
		}
	})
}

func TestParseTags(t *testing.T) {
	for file, want := range map[string]string{
		"tags: newsletter":                     "newsletter",
		"tags: 2026":                           "2026",
		"tags: [a, 'import {date}']":           "a|import {date}",
		"tags:\n  - a\n  - \"import {month}\"": "a|import {month}",
		"tags: []":                             "",
		"tags: [a, {column: T}, b]":            "a|b",
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
		"tags: ":                               `m.yaml:2:1: tags must be text, not nothing`,
		"tags: {a: b}":                         `m.yaml:2:8: unknown key "a": use one of column, split, values, decode, on_invalid`,
		"tags: [a, '']":                        `m.yaml:2:11: tags is blank`,
		"tags: [a, [b]]":                       `m.yaml:2:11: tags must be text, not a list`,
		"tags:\n  - a\n  - \"{x}\"":            `m.yaml:4:5: tag "{x}": placeholder {x} is not known: use one of {date}, {month}, {file}`,
		"tags: {split: ';'}":                   `m.yaml:2:7: tags has no column: add column: NAME`,
		"tags: {column: }":                     `m.yaml:2:8: column must be text, not nothing`,
		"tags: {column: T, split: ''}":         `m.yaml:2:26: split must be text: write split: ";"`,
		"tags: {column: T, split: 1}":          `m.yaml:2:26: split must be text: write split: ";"`,
		"tags: {column: T, type: string}":      `m.yaml:2:19: unknown key "type": use one of column, split, values, decode, on_invalid`,
		"tags: [{column: T}, {column: ' T '}]": `m.yaml:2:30: tags has the column " T " twice`,
		"tags: {column: T}\nignore: [T]":       `m.yaml:2:16: column "T" is mapped and ignored: take it off the ignore list`,
		"tags: [vip, a, VIP]":                  `m.yaml:2:16: tags has "VIP" twice: the names of tags do not tell capitals from small letters`,
	} {
		if _, err := Parse("m.yaml", []byte("attributes: {email: Email}\n"+file)); err == nil || err.Error() != want {
			t.Errorf("%s: %v", file, err)
		}
	}
}
