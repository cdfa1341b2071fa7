package mapping

import (
	"strings"

	"leadimport/client"
)

// Mapping is a mapping file, or what was inferred in its place. It does not
// change after it was made and may be used from several goroutines.
type Mapping struct {
	name        string // of the file, for errors
	inferred    bool
	unversioned bool // api_version says nothing that is known
	version     client.Version
	named       bool // version is named in the file
	key         []keyPart
	stamp       option
	attributes  []attribute
	match       match
	gone        option
	companies   []company
	tags        []Tag
	columnTags  []columnTag
	ignored     []string
	tests       []test
	onInvalid   option // the default of all attributes
	write       option // as well
	blank       blanks

	resubscribe bool              // allow_resubscribe
	why         map[string]string // inferred: column → why it was taken or left out
}

// attribute is one entry under attributes, as it stands in the file.
type attribute struct {
	name     string
	at       place
	broken   bool     // it has a mistake
	columns  []option // none: a constant
	join     string
	constant *scalar

	typ       option
	formats   []option
	zone      option
	decimal   option
	region    option
	values    []replacement
	filled    option
	fallback  *scalar // default
	fallAt    place
	constAt   place
	required  bool
	clear     bool // blank: clear
	clearAt   place
	invalid   option   // on_invalid
	decode    []string // decoders, in the order of the file
	several   bool     // several: first
	severalAt place
	write     option
	separator option // of write: append
}

// option is a setting in text, with its place; unset when at is zero.
type option struct {
	text string
	at   place
}

func (o option) set() bool { return o.text != "" || o.at != place{} }

// replacement is one pair under values: the text of a cell and what it means.
type replacement struct{ from, to string }

// keyPart is one part of the key: an attribute or a column.
type keyPart struct {
	attribute string
	column    string
	at        place
}

func (k keyPart) String() string {
	if k.column != "" {
		return "column:" + k.column
	}
	return k.attribute
}

// Version is the API version that the mapping names; ok is false when it
// names none. Then NeededVersion says which one its attributes ask for.
func (m *Mapping) Version() (v client.Version, ok bool) { return m.version, m.named }

// NeededVersion is Version1 when an attribute is mapped that only 1.x takes,
// else Version2.
func (m *Mapping) NeededVersion() client.Version {
	for _, a := range m.attributes {
		if onlyIn1(a.name) {
			return client.Version1
		}
	}
	return client.Version2
}

func onlyIn1(name string) bool {
	if _, err := client.Version2.Attribute(name); err == nil {
		return false
	}
	_, err := client.Version1.Attribute(name)
	return err == nil
}

// Inferred reports whether m was made from a header instead of a file.
func (m *Mapping) Inferred() bool { return m.inferred }

// Stamp is the custom attribute, with its prefix, that is to carry a digest of
// source and key; empty when the mapping names none.
func (m *Mapping) Stamp() string { return m.stamp.text }

// AllowResubscribe tells whether an update may turn unsubscribed_from_emails
// back to false. A create may always say what its row says.
func (m *Mapping) AllowResubscribe() bool { return m.resubscribe }

// Gone is for rows whose contact of earlier results is gone or merged: Follow,
// when the mapping does not say, Skip or Fail.
func (m *Mapping) Gone() Policy {
	if m.gone.set() {
		return Policy(m.gone.text)
	}
	return Follow
}

// Ignored are the columns that the mapping leaves out on purpose.
func (m *Mapping) Ignored() []string { return append([]string(nil), m.ignored...) }

// KeyKind names what identifies a row: "email", "email+phone", "column:CRM id",
// or "row" when nothing that the mapping has could. Results whose keys are of
// another kind do not tell which rows are the same leads. Rows with an id of
// their own are identified by it whatever the kind.
func (m *Mapping) KeyKind() string {
	parts := m.keyParts()
	if len(parts) == 0 {
		return "row"
	}
	kinds := make([]string, len(parts))
	for i, k := range parts {
		kinds[i] = k.String()
	}
	return strings.Join(kinds, "+")
}

// keyParts are the parts of the key in effect: by default email, when it is
// mapped to a column.
func (m *Mapping) keyParts() []keyPart {
	if len(m.key) > 0 {
		return m.key
	}
	for _, a := range m.attributes {
		if a.name == "email" && a.constant == nil && a.fallback == nil {
			return []keyPart{{attribute: "email"}}
		}
	}
	return nil
}

// Columns are the columns that the mapping reads, each once, in the order in
// which it names them.
func (m *Mapping) Columns() []string {
	var names []string
	seen := map[string]bool{}
	add := func(name string) {
		if name != "" && !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	for _, a := range m.attributes {
		for _, c := range a.columns {
			add(c.text)
		}
	}
	for _, k := range m.key {
		add(k.column)
	}
	for _, part := range m.otherSources() {
		for _, c := range part.columns {
			add(c.text)
		}
	}
	return names
}

// NamesContacts is the first mapped attribute by which rows name contacts that
// are in the workspace already, id or user_id; empty: none.
func (m *Mapping) NamesContacts() string {
	for _, a := range m.attributes {
		if namesContact(a.name) {
			return a.name
		}
	}
	return ""
}
