package mapping

import (
	"fmt"
	"path/filepath"
	"strings"
	"time"
	"unicode/utf8"
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
	if strings.ContainsFunc(name, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return name, fmt.Errorf("tag %q holds a control character", cut(name))
	}
	return name, nil
}

// Tags are those of the mapping.
func (m *Mapping) Tags() []Tag { return append([]Tag(nil), m.tags...) }

// parseTags reads one tag, or a list of them.
func (m *Mapping) parseTags(f file, n node) error {
	items := []node{n}
	if n.kind == listNode {
		items = n.list
	}
	for _, item := range items {
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
