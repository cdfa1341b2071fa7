package mapping

import (
	"strings"

	"leadimport/client"
)

// Write says when an attribute of a contact that is there already may be
// written. A create writes all that its row says.
type Write uint8

const (
	WriteAlways     Write = iota
	WriteIfEmpty          // only where the contact has nothing
	WriteCreateOnly       // never
	WriteAppend           // behind what the contact has, unless it is in there
)

var writeWords = []string{"always", "if_empty", "create_only", "append"}

var writeForAll = writeWords[:3]

// String is the word of the mapping file.
func (w Write) String() string { return writeWords[w] }

func (w Write) reading() string {
	switch w {
	case WriteIfEmpty:
		return "written only where the contact has nothing"
	case WriteCreateOnly:
		return "written only when the lead is created"
	case WriteAppend:
		return "appended"
	}
	return ""
}

func writeOf(word string) Write {
	for i, w := range writeWords {
		if w == word {
			return Write(i)
		}
	}
	return WriteAlways
}

// Rule is the write rule of an attribute.
type Rule struct {
	Write     Write
	Separator string // of WriteAppend
}

// Reads reports whether the rule depends on what the contact holds.
func (r Rule) Reads() bool { return r.Write == WriteIfEmpty || r.Write == WriteAppend }

// Rules are the write rules by attribute, those that are not WriteAlways. The
// map is not to be changed.
func (p *Plan) Rules() map[string]Rule {
	rules := map[string]Rule{}
	for i := range p.bound {
		if b := &p.bound[i]; b.rule.Write != WriteAlways {
			rules[b.name] = b.rule
		}
	}
	return rules
}

// rule is that of an attribute: its own, or the mapping's. As with on_invalid,
// the mapping's is not for what says who somebody is, nor for consent.
func (m *Mapping) rule(f file, a *attribute, as form) (Rule, *Error) {
	var r Rule
	switch {
	case a.write.set():
		r.Write = writeOf(a.write.text)
	case !namesContact(a.name) && !m.keeps(a):
		r.Write = writeOf(m.write.text)
		if r.Reads() && !client.Readable(a.name) {
			return r, f.errorf(a.at, "give it a write of its own: create_only or always", "write: %s is for all attributes, and the API does not show %q, so that nobody can tell what a contact has", r.Write, a.name)
		}
		return r, nil
	}
	switch {
	case r.Write == WriteAlways:
	case namesContact(a.name):
		return r, f.errorf(a.write.at, "leave write out", "%q says which contact a row is, and is not written", a.name)
	case a.name == "unsubscribed_from_emails":
		return r, f.errorf(a.write.at, "leave write out: a yes is always sent, a no only with allow_resubscribe: true", "%q is somebody's consent, which no rule decides", a.name)
	case r.Reads() && !client.Readable(a.name):
		return r, f.errorf(a.write.at, "write create_only or always", "the API does not show %q, so that nobody can tell what a contact has", a.name)
	case r.Write == WriteAppend && (as != asText || !strings.HasPrefix(a.name, client.CustomPrefix)):
		return r, f.errorf(a.write.at, "write if_empty, create_only or always", "append is for custom attributes that hold text, and %q holds %s", a.name, a.holds(as))
	}
	if r.Write == WriteAppend {
		if r.Separator = ", "; a.separator.set() {
			r.Separator = a.separator.text
		}
	}
	return r, nil
}

// holds is what an attribute holds, in words.
func (a *attribute) holds(as form) string {
	if as == asText {
		return "one text"
	}
	if a.typ.set() {
		return "type " + a.typ.text
	}
	return "no text"
}
