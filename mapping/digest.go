package mapping

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"maps"
	"slices"
	"sort"
	"strings"
)

// Digest identifies what m does to a row, in 32 hexadecimal digits: the
// attributes, their sources and settings, the key and the stamp. Comments,
// order, formatting, tests, match, gone, the ignore list, the API version and the
// tags that every lead gets are not in it.
func (m *Mapping) Digest() string {
	lines := make([]string, 0, len(m.attributes))
	for i := range m.attributes {
		lines = append(lines, m.attributes[i].canonical())
	}
	sort.Strings(lines)
	h := sha256.New()
	fmt.Fprintf(h, "mapping 1\nkey %q\nstamp %q\n%s\n", m.KeyKind(), m.stamp.text, strings.Join(lines, "\n"))
	for _, part := range m.companyParts() {
		fmt.Fprintf(h, "company %s\n", part.canonical())
	}
	for i := range m.columnTags {
		t := &m.columnTags[i]
		fmt.Fprintf(h, "tags %s split %q\n", t.canonical(), t.split)
	}
	if m.onInvalid.text == "omit" {
		fmt.Fprintf(h, "on_invalid omit\n")
	}
	if m.write.set() {
		fmt.Fprintf(h, "write %q\n", m.write.text)
	}
	if !m.blank.usual || len(m.blank.listed) > 0 {
		fmt.Fprintf(h, "blank_words %t %q\n", m.blank.usual, slices.Sorted(maps.Keys(m.blank.listed)))
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// canonical is all of a that touches a value, in one line. A new setting is
// added at the end and only when it is set: digests are kept in journals.
func (a *attribute) canonical() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%q", a.name)
	for _, c := range a.columns {
		fmt.Fprintf(&b, " column %q", c.text)
	}
	if len(a.columns) > 1 {
		fmt.Fprintf(&b, " join %q", a.join)
	}
	if a.constant != nil {
		fmt.Fprintf(&b, " value %d %q", a.constant.kind, a.constant.text)
	}
	for _, o := range []struct{ name, text string }{
		{"type", a.typ.text}, {"format", a.format()}, {"zone", a.zone.text}, {"decimal", a.decimal.text}, {"region", a.region.text},
	} {
		if o.text != "" {
			fmt.Fprintf(&b, " %s %q", o.name, o.text)
		}
	}
	values := append([]replacement(nil), a.values...)
	sort.Slice(values, func(i, j int) bool { return values[i].from < values[j].from })
	for _, r := range values {
		fmt.Fprintf(&b, " means %q %q", r.from, r.to)
	}
	if a.fallback != nil {
		fmt.Fprintf(&b, " default %q", a.fallback.text)
	}
	if a.required {
		b.WriteString(" required")
	}
	if a.clear {
		b.WriteString(" clear")
	}
	if a.invalid.set() {
		fmt.Fprintf(&b, " on_invalid %q", a.invalid.text)
	}
	if len(a.decode) > 0 {
		fmt.Fprintf(&b, " decode %q", a.decode)
	}
	if a.several {
		b.WriteString(" several first")
	}
	if a.write.set() {
		fmt.Fprintf(&b, " write %q %q", a.write.text, a.separator.text)
	}
	if a.filled.set() {
		fmt.Fprintf(&b, " filled %s", a.filled.text)
	}
	return b.String()
}

// format is the date formats of a, in the order of the file.
func (a *attribute) format() string {
	texts := make([]string, len(a.formats))
	for i, o := range a.formats {
		texts[i] = o.text
	}
	return strings.Join(texts, " or ")
}
