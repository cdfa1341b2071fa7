package fate

import (
	"crypto/sha256"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"leadimport/client"
	"leadimport/mapping"
)

// Rules say what of a row may be written to a contact that is there already.
// They go by what the contact holds, which is read right before it is updated.
// The API has no lock: what somebody changes between the read and the write,
// some hundredths of a second, is overwritten.
type Rules struct {
	Of map[string]mapping.Rule // by attribute, those that are not written always
	// Resubscribe lets an update say that a person wants e-mail again.
	Resubscribe bool
}

// Held is a value that an update does not send.
type Held struct{ Attribute, Why string }

// maxCustom is how many characters the API takes in a custom attribute (1.x:
// Create or Update User).
const maxCustom = 255

// Allowed is what of a row's lead an update may write to a contact that holds
// now. A no to e-mails is always written; a yes only where Resubscribe says so,
// for the person may have unsubscribed since the list was made.
func (r Rules) Allowed(lead client.Lead, now client.Contact) (out client.Lead, back []Held) {
	out = lead
	out.Fields = make([]client.Field, 0, len(lead.Fields))
	for _, f := range lead.Fields {
		has, _ := now.Value(f.Name)
		same, shown := now.Shows(f.Name, f.Value)
		why := ""
		switch rule := r.Of[f.Name]; {
		case f.Name == OptOut && f.Value != client.Boolean(true) && !r.Resubscribe:
			if shown && !same && !f.Value.IsNull() {
				why = "the contact has unsubscribed, and allow_resubscribe is not set"
			} else {
				continue
			}
		case rule.Write == mapping.WriteCreateOnly:
			why = "create_only"
			if shown && same {
				continue
			}
		case rule.Write == mapping.WriteIfEmpty && !empty(has):
			if why = "if_empty, and the contact has " + valueText(has); same {
				continue
			}
		case rule.Write == mapping.WriteAppend && !empty(has):
			text, more := appended(has.Text(), f.Value.Text(), rule.Separator)
			switch {
			case !more:
				continue
			case len([]rune(text)) > maxCustom:
				why = fmt.Sprintf("append, and the text would have more than %d characters", maxCustom)
			default:
				f.Value = client.String(text)
			}
		}
		if why == "" {
			out.Fields = append(out.Fields, f)
			continue
		}
		back = append(back, Held{f.Name, why})
	}
	return out, back
}

// Nothing reports whether there is nothing to write of what is allowed of a
// row. Without a rule there always is: a row is sent as it stands.
func (r Rules) Nothing(row, allowed client.Lead, now client.Contact) bool {
	if !slices.ContainsFunc(row.Fields, func(f client.Field) bool { return r.Of[f.Name].Write != mapping.WriteAlways }) {
		return false
	}
	return !slices.ContainsFunc(allowed.Fields, func(f client.Field) bool {
		same, shown := now.Shows(f.Name, f.Value)
		return !same || !shown
	})
}

// appended puts what is new of text behind has. more is false when nothing is.
func appended(has, text, separator string) (all string, more bool) {
	mark := strings.TrimSpace(separator)
	if mark == "" {
		mark = separator
	}
	known := map[string]bool{}
	parts := func(s string) []string { return strings.Split(s, mark) }
	for _, p := range parts(has) {
		known[strings.TrimSpace(p)] = true
	}
	all = has
	for _, p := range parts(text) {
		if p = strings.TrimSpace(p); p != "" && !known[p] {
			known[p] = true
			all += separator + p
			more = true
		}
	}
	return all, more
}

func empty(v client.Value) bool { return strings.TrimSpace(v.Text()) == "" }

// valueText is a value of a contact in a note, cut.
func valueText(v client.Value) string {
	text := []rune(v.Text())
	if len(text) > 60 {
		text = append(text[:59], '…')
	}
	return fmt.Sprintf("%q", string(text))
}

// NoteOf is what import_note says of the values that an update does not send.
func NoteOf(back []Held) string {
	if len(back) == 0 {
		return ""
	}
	texts := make([]string, len(back))
	for i, h := range back {
		texts[i] = h.Attribute + ": " + h.Why
	}
	return "not written: " + strings.Join(texts, "; ")
}

// heldInNote is an attribute in a text of NoteOf; what contacts have is quoted
// there, and may look like one.
var (
	heldInNote   = regexp.MustCompile(`(?:not written: |; )([^:;]+): (?:create_only|if_empty|append|the contact has unsubscribed)`)
	quotedInNote = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)
)

// HeldIn are the attributes that a text of NoteOf names: those that an earlier
// process held back.
func HeldIn(note string) []Held {
	var list []Held
	for _, m := range heldInNote.FindAllStringSubmatch(quotedInNote.ReplaceAllString(note, ""), -1) {
		list = append(list, Held{Attribute: m[1]})
	}
	return list
}

// Digest is that of a lead and of the rules by which it is written: a row is
// sent again when a rule changes.
func (r Rules) Digest(lead client.Lead) [16]byte {
	digest := lead.Digest()
	if len(r.Of) == 0 {
		return digest
	}
	ruled := ""
	for _, f := range lead.Fields {
		if rule := r.Of[f.Name]; rule.Write != mapping.WriteAlways {
			ruled += fmt.Sprintf("%q %s %q\n", f.Name, rule.Write, rule.Separator)
		}
	}
	if ruled == "" {
		return digest
	}
	sum := sha256.Sum256(append(digest[:], ruled...))
	return [16]byte(sum[:16])
}

// OptOut is the attribute by which a person says no to e-mails.
const OptOut = "unsubscribed_from_emails"
