package mapping

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"leadimport/client/email"
)

// Key is a row's identity.
type Key string

// setKey identifies the row. A word that says nothing is no part of a key.
func (p *Plan) setKey(r *Row, cells []string) {
	switch {
	case r.Lead.ID != "":
		r.Key = Key("id:" + r.Lead.ID)
		return
	case r.Lead.UserID != "":
		r.Key = Key("user_id:" + r.Lead.UserID)
		return
	case len(p.key) == 1:
		if v := p.keyValue(p.key[0], r, cells); v != "" {
			r.Key = Key(p.key[0].name + ":" + v)
			return
		}
	default:
		var joined strings.Builder
		found := false
		for i, k := range p.key {
			v := p.keyValue(k, r, cells)
			found = found || v != ""
			if i > 0 {
				joined.WriteByte(',')
			}
			joined.WriteString(k.name)
			joined.WriteByte(':')
			joined.WriteString(escapeKey.Replace(v))
		}
		if found {
			r.Key = Key(joined.String())
			return
		}
	}
	r.Key, r.NoKey = p.rowDigest(cells), true
}

// escapeKey keeps two rows apart whose parts hold commas.
var escapeKey = strings.NewReplacer(`\`, `\\`, `,`, `\,`)

// keyValue is a part of the key in the form in which identities are compared;
// empty when it is blank, says nothing, or has a problem.
func (p *Plan) keyValue(k boundKey, r *Row, cells []string) string {
	if k.column < 0 {
		b := &p.bound[k.bound]
		v, _ := r.Lead.Value(b.name)
		if b.isEmail() {
			return email.Fold(v.Text())
		}
		text := identity(v.Text())
		if saysNothing(text) {
			r.Remarks = append(r.Remarks, b.remark(text, noIdentity))
			return ""
		}
		return text
	}
	text := identity(cell(cells, k.column))
	if !saysNothing(text) {
		return text
	}
	column := p.columns[k.column].Name
	for _, remark := range r.Remarks {
		if remark.Code == CodeNoIdentity && remark.Column == column {
			return "" // an attribute has the same column, and it is said
		}
	}
	r.Remarks = append(r.Remarks, Problem{Column: column, Value: cut(text), Code: noIdentity.code, Message: noIdentity.message})
	return ""
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
		if b.isEmail() {
			text = email.Fold(text)
		} else {
			text = identity(text)
		}
		h.Write([]byte(b.name))
		h.Write([]byte{0})
		h.Write([]byte(text))
		h.Write([]byte{0})
	}
	sum := h.Sum(nil)
	return Key("row:" + hex.EncodeToString(sum[:16]))
}

func (b *bound) isEmail() bool { return b.conv.form == asEmail || b.name == "email" }

// FoldKey is a key that an earlier version recorded as this one would have: it
// compared e-mail addresses by their lower case alone, and other texts as they
// stood.
func FoldKey(key string) string {
	if isASCII(key) && !strings.Contains(key, "xn--") {
		return key
	}
	parts := splitKey(key)
	for i, part := range parts {
		if address, ok := strings.CutPrefix(part, "email:"); ok {
			parts[i] = "email:" + escapeKey.Replace(email.Fold(unescapeKey.Replace(address)))
		} else {
			parts[i] = identity(part)
		}
	}
	return strings.Join(parts, ",")
}

// Decimals counts the keys that hold a whole number, and those that hold one
// with ".0" behind it: programs write a column of whole numbers so once one of
// its cells is blank, and everybody would be somebody new.
type Decimals struct{ Whole, Decimal int }

// Add counts a key.
func (d *Decimals) Add(key string) {
	if strings.HasPrefix(key, "row:") || strings.HasPrefix(key, "id:") || strings.HasPrefix(key, "email:") && !strings.Contains(key, ",") {
		return
	}
	whole, decimal := false, false
	for _, part := range splitKey(key) {
		number, fraction, isDecimal := strings.Cut(part[strings.LastIndexByte(part, ':')+1:], ".")
		if !allDigits(number) {
			continue
		}
		whole = whole || !isDecimal
		decimal = decimal || isDecimal && fraction != "" && strings.Trim(fraction, "0") == ""
	}
	switch {
	case decimal:
		d.Decimal++
	case whole:
		d.Whole++
	}
}

// Differ reports whether all keys of one list have ".0" and none of the
// other's.
func (d Decimals) Differ(other Decimals) bool {
	all := func(a, b Decimals) bool { return a.Decimal > 0 && a.Whole == 0 && b.Decimal == 0 && b.Whole > 0 }
	return all(d, other) || all(other, d)
}

var unescapeKey = strings.NewReplacer(`\\`, `\`, `\,`, `,`)

// splitKey splits a key at the commas that are not escaped.
func splitKey(key string) []string {
	var parts []string
	start := 0
	for i := 0; i < len(key); i++ {
		switch key[i] {
		case '\\':
			i++
		case ',':
			parts = append(parts, key[start:i])
			start = i + 1
		}
	}
	return append(parts, key[start:])
}
