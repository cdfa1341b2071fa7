package mapping

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"leadimport/client"
)

// Key is a row's identity.
type Key string

// Lead converts one row. With problems the lead is not to be sent. Key is the
// row's identity with its kind, as the results file shows it:
// "id:5811…", "user_id:…", "email:joe@example.com" (trimmed, e-mail
// case-folded), "row:<digest of all mapped values>" when the key's parts are
// all blank.
//
// The parts of a key of several are joined by commas, in the order of the
// mapping, blank ones too; a comma within one is written "\,".
func (p *Plan) Lead(cells []string) (lead client.Lead, key Key, problems []Problem) {
	lead.Fields = make([]client.Field, 0, p.fields)
	blank := true
	for i := range p.bound {
		b := &p.bound[i]
		var v client.Value
		var f *fault
		text := ""
		if b.constant != nil {
			v, f = b.constant.value, b.constant.fault
		} else {
			text = b.text(cells)
			if isBlank(text) {
				switch {
				case b.fallback != nil:
					v, f = b.fallback.value, b.fallback.fault
				case b.spec.required:
					f = &fault{"required_blank", "blank, and the mapping requires it"}
				case !b.spec.clear:
					continue
				}
			} else {
				blank = false
				v, f = b.conv.convert(text)
			}
		}
		if f != nil {
			problems = append(problems, b.problem(cells, f))
			continue
		}
		switch b.to {
		case toID:
			lead.ID = v.Text()
		case toUserID:
			lead.UserID = v.Text()
		default:
			lead.Fields = append(lead.Fields, client.Field{Name: b.name, Value: v})
		}
	}
	if p.firms != nil {
		var more []Problem
		lead.Companies, more = p.companies(cells)
		problems = append(problems, more...)
	}
	if lead.ID != "" {
		lead.UserID = "" // 1.x looks at id first; one identifier is enough
	}
	if blank {
		problems = []Problem{{Code: "blank_row", Message: "every mapped column of the row is blank: it would make a lead that nobody can tell from another"}}
	}
	return lead, p.rowKey(lead, cells), problems
}

// text is what the row says of b, by the mapping's values; blank: nothing.
func (b *bound) text(cells []string) string {
	text := b.raw(cells)
	if b.values != nil {
		if to, ok := b.values[trim(text)]; ok {
			return to
		}
	}
	return text
}

// raw is the text of b's columns as it stands in the row, joined.
func (b *bound) raw(cells []string) string {
	if len(b.columns) == 1 {
		return cell(cells, b.columns[0])
	}
	var joined strings.Builder
	for _, i := range b.columns {
		part := trim(cell(cells, i))
		if part == "" {
			continue
		}
		if joined.Len() > 0 {
			joined.WriteString(b.spec.join)
		}
		joined.WriteString(part)
	}
	return joined.String()
}

// cell is blank where a row is too short.
func cell(cells []string, i int) string {
	if i < len(cells) {
		return cells[i]
	}
	return ""
}

func (p *Plan) rowKey(lead client.Lead, cells []string) Key {
	switch {
	case lead.ID != "":
		return Key("id:" + lead.ID)
	case lead.UserID != "":
		return Key("user_id:" + lead.UserID)
	case len(p.key) == 1:
		if v := p.keyValue(p.key[0], lead, cells); v != "" {
			return Key(p.key[0].name + ":" + v)
		}
		return p.rowDigest(cells)
	}
	var joined strings.Builder
	found := false
	for i, k := range p.key {
		v := p.keyValue(k, lead, cells)
		found = found || v != ""
		if i > 0 {
			joined.WriteByte(',')
		}
		joined.WriteString(k.name)
		joined.WriteByte(':')
		joined.WriteString(escapeKey.Replace(v))
	}
	if !found {
		return p.rowDigest(cells)
	}
	return Key(joined.String())
}

// escapeKey keeps two rows apart whose parts hold commas.
var escapeKey = strings.NewReplacer(`\`, `\\`, `,`, `\,`)

// keyValue is a part of the key, trimmed; empty when it is blank or has a
// problem.
func (p *Plan) keyValue(k boundKey, lead client.Lead, cells []string) string {
	if k.column >= 0 {
		return trim(cell(cells, k.column))
	}
	b := &p.bound[k.bound]
	v, _ := lead.Value(b.name)
	if b.conv.form == asEmail {
		return strings.ToLower(v.Text())
	}
	return trim(v.Text())
}

// rowDigest identifies a row by what stands in its mapped columns. It looks at
// the cells and not at what they become: a type that the workspace learned
// since yesterday must not make yesterday's rows new ones.
func (p *Plan) rowDigest(cells []string) Key {
	h := sha256.New()
	for i := range p.bound {
		b := &p.bound[i]
		text := trim(b.raw(cells))
		if text == "" {
			continue
		}
		if b.conv.form == asEmail {
			text = strings.ToLower(text)
		}
		h.Write([]byte(b.name))
		h.Write([]byte{0})
		h.Write([]byte(text))
		h.Write([]byte{0})
	}
	sum := h.Sum(nil)
	return Key("row:" + hex.EncodeToString(sum[:16]))
}
