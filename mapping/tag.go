package mapping

import (
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"leadimport/client"
)

// Tag is the name of a tag with placeholders, such as "import {date}".
type Tag struct {
	text string
	at   place // in the mapping file; zero: from elsewhere
}

// placeholders are what a Tag may hold, with what each stands for.
var placeholders = []string{"{date}", "{month}", "{file}"}

// tagLimit is how many characters the name of a tag may have. The API's
// documents give none; 255 is what it takes in texts of that kind.
const tagLimit = 255

// ParseTag reads a tag: text in which {date} stands for the day on which the
// run began (2026-11-22, UTC), {month} for its month (2026-11), and {file} for
// the name of the input without its folder.
func ParseTag(text string) (Tag, error) {
	t := Tag{text: trim(text)}
	if t.text == "" {
		return t, fmt.Errorf("a tag is blank")
	}
	for rest := t.text; ; {
		_, after, found := strings.Cut(rest, "{")
		if !found {
			break
		}
		word, behind, closed := strings.Cut(after, "}")
		if !closed {
			return t, fmt.Errorf("tag %q: a brace opens and is not closed: use %s", cut(t.text), strings.Join(placeholders, ", "))
		}
		if name := "{" + word + "}"; !isPlaceholder(name) {
			return t, fmt.Errorf("tag %q: placeholder %s is not known: %s", cut(t.text), cut(name), oneOf(name, placeholders))
		}
		rest = behind
	}
	_, err := t.Name(time.Time{}, "")
	return t, err
}

func isPlaceholder(name string) bool {
	for _, p := range placeholders {
		if p == name {
			return true
		}
	}
	return false
}

// String is the tag as it was written.
func (t Tag) String() string { return t.text }

// NamesFile reports whether the tag holds the name of the input.
func (t Tag) NamesFile() bool { return strings.Contains(t.text, "{file}") }

// Name is the tag's name in a run of file that began at that time. The error
// tells that the API would not take it.
func (t Tag) Name(began time.Time, file string) (string, error) {
	began = began.UTC()
	name := strings.NewReplacer(
		"{date}", began.Format("2006-01-02"), "{month}", began.Format("2006-01"), "{file}", filepath.Base(file),
	).Replace(t.text)
	name = trim(name)
	if n := utf8.RuneCountInString(name); n > tagLimit {
		return name, fmt.Errorf("tag %q has %d characters: at most %d are taken", cut(name), n, tagLimit)
	}
	if strings.ContainsFunc(name, isTagControl) {
		return name, fmt.Errorf("tag %q holds a control character", cut(name))
	}
	return name, nil
}

// Tags are those of the mapping.
func (m *Mapping) Tags() []Tag { return append([]Tag(nil), m.tags...) }

// tagsKey is the key of tags in the mapping, and in its tests.
const tagsKey = "tags"

// columnTag is a column whose cells name tags.
type columnTag struct {
	attribute
	split string // what stands between them; "": a cell is one tag
}

// tagSettings are the keys of a column of tags.
var tagSettings = []setting[*columnTag]{
	ofTag("column"),
	{name: "split",
		about:  "What stands between the tags of a cell. Without it a cell is one tag.",
		schema: schema{"type": "string", "minLength": 1},
		read: func(f file, t *columnTag, n node) error {
			if n.kind != textNode || n.text == "" {
				return f.errorf(n.at, `write split: ";"`, "split must be text")
			}
			if t.split = trim(n.text); t.split == "" {
				t.split = n.text // blanks
			}
			return nil
		}},
	ofTag("values"),
	ofTag("decode"),
	ofTag("on_invalid"),
}

// ofTag is a setting of an attribute, for a column of tags.
func ofTag(name string) setting[*columnTag] {
	s := settingOf(attributeSettings, name)
	return setting[*columnTag]{name: s.name, about: s.about, schema: s.schema,
		read: func(f file, t *columnTag, n node) error { return s.read(f, &t.attribute, n) }}
}

// parseColumnTag reads {column: NAME, split: ";"}.
func (m *Mapping) parseColumnTag(f file, n node) error {
	t := columnTag{attribute: attribute{name: tagsKey, at: n.at}}
	if err := readMap(f, n, "tags", tagSettings, &t); err != nil {
		return err
	}
	if len(t.columns) == 0 {
		return f.errorf(n.at, "add column: NAME", "tags has no column")
	}
	for _, other := range m.columnTags {
		if columnName(other.columns[0].text) == columnName(t.columns[0].text) {
			return f.errorf(t.columns[0].at, "", "tags has the column %q twice", t.columns[0].text)
		}
	}
	m.columnTags = append(m.columnTags, t)
	return nil
}

// boundTag is a column of tags, bound to the columns of a file.
type boundTag struct {
	bound
	split string
}

// bindTags binds the columns of tags.
func (p *Plan) bindTags(f file, h *header) error {
	var wrong mistakes
	for i := range p.mapping.columnTags {
		t := &p.mapping.columnTags[i]
		b := boundTag{bound{spec: &t.attribute, name: t.name, from: t.columns[0].text, blank: &p.mapping.blank, mayOmit: true}, t.split}
		b.omit = t.invalid.text == "omit" || !t.invalid.set() && p.mapping.onInvalid.text == "omit"
		b.meanings(t.values)
		b.setDecoders(&t.attribute)
		wrong.add(p.find(f, &t.attribute, &b.bound, h))
		p.tags = append(p.tags, b)
	}
	return wrong.err()
}

// TagColumns are the columns whose cells name tags.
func (p *Plan) TagColumns() (names []string) {
	for _, t := range p.tags {
		names = append(names, t.from)
	}
	return names
}

// addTags gives a row's lead the tags that its cells name, each once.
func (p *Plan) addTags(r *Row, cells []string) {
	for i := range p.tags {
		t := &p.tags[i]
		text := t.decoded(cell(cells, t.columns[0]))
		parts := []string{text}
		if t.split != "" {
			parts = strings.Split(text, t.split)
		}
		for _, part := range parts {
			name := t.tag(r, trim(part))
			if name != "" && !slices.ContainsFunc(r.Lead.Tags, func(have string) bool { return client.TagKey(have) == client.TagKey(name) }) {
				r.Lead.Tags = append(r.Lead.Tags, name)
			}
		}
	}
}

var noTag = &fault{CodeNoIdentity, "says nothing: no tag is made of it"}

// tag is the tag that a part of a cell names, trimmed; empty: none.
func (t *boundTag) tag(r *Row, text string) string {
	if to, ok := t.meaning(text); ok {
		text = trim(to)
	} else if saysNothing(text) || !isASCII(text) && saysNothing(identity(text)) || t.blank.has(text) || text != "" && isUnfilled(text) {
		r.Remarks = append(r.Remarks, t.remark(text, noTag))
		return ""
	}
	if text == "" {
		return ""
	}
	if f := noTagName(text); f != nil {
		r.fail(&t.bound, t.remark(text, f))
		return ""
	}
	if why := little(text); why != nil {
		r.Remarks = append(r.Remarks, t.remark(text, why))
	}
	return text
}

// noTagName is why the API would not take a name for a tag; nil: it would.
func noTagName(name string) *fault {
	if n := utf8.RuneCountInString(name); n > tagLimit {
		return faultf("too_long", "%d characters, at most %d are taken in the name of a tag", n, tagLimit)
	}
	if strings.ContainsFunc(name, isTagControl) {
		return faultf("control_character", "the name of a tag holds no line break or other control character")
	}
	return nil
}

func isTagControl(r rune) bool { return r < ' ' || r == 0x7f }

// checkTags holds the tags that a row gives its lead against a test's
// expectations.
func checkTags(lead client.Lead, expected []expectation) []string {
	got, want := strings.Join(lead.Tags, ", "), ""
	said := false
	for _, e := range expected {
		if e.name == tagsKey {
			want, said = e.value.text, true
		}
	}
	switch {
	case got == want:
		return nil
	case !said:
		return []string{fmt.Sprintf("tags is %q, and the test does not expect it", got)}
	}
	return []string{fmt.Sprintf("tags is %q, not %q", got, want)}
}

// parseTags reads one tag, or a list of them.
func (m *Mapping) parseTags(f file, n node) error {
	items := []node{n}
	if n.kind == listNode {
		items = n.list
	}
	for _, item := range items {
		if item.kind == mapNode {
			if err := m.parseColumnTag(f, item); err != nil {
				return err
			}
			continue
		}
		o, err := f.text(item, "tags")
		if err != nil {
			return err
		}
		t, err := ParseTag(o.text)
		if err != nil {
			return f.errorf(item.at, "", "%s", err)
		}
		t.at = item.at
		for _, other := range m.tags {
			if strings.EqualFold(other.text, t.text) {
				return f.errorf(item.at, "", "tags has %q twice: the names of tags do not tell capitals from small letters", t.text)
			}
		}
		m.tags = append(m.tags, t)
	}
	return nil
}
