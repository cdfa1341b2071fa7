package mapping

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
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
		if isTextMarked(text) {
			r.Remarks = append(r.Remarks, b.remark(text, textMark))
		}
		return text
	}
	text := identity(cell(cells, k.column))
	why := noIdentity
	switch {
	case saysNothing(text) || p.mapping.blank.has(text):
	case isShortened(text):
		why = shortened
	case isUnfilled(text):
		why = unfilledID
	case isMarked(cell(cells, k.column)):
		why = marked
	case isTextMarked(text):
		r.Remarks = append(r.Remarks, Problem{Column: p.columns[k.column].Name, Value: cut(text), Code: textMark.code, Message: textMark.message})
		return text
	default:
		return text
	}
	problem := Problem{Column: p.columns[k.column].Name, Value: cut(text), Code: why.code, Message: why.message}
	list := &r.Remarks
	if why != noIdentity {
		list = &r.Problems
	}
	for _, said := range *list {
		if said.Code == problem.Code && said.Column == problem.Column {
			return "" // an attribute has the same column
		}
	}
	*list = append(*list, problem)
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
	key = unmarkKey(key)
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

// Numerals tell how the whole numbers in keys are written: with ".0" behind
// them, as programs write a column once one of its cells is blank, or without
// the zeros before them, as spreadsheets do. Everybody would be somebody new.
type Numerals struct {
	Whole, Decimal, Padded int // how many keys hold such a number
	Shortest, Width        int // digits of the shortest whole, and padded one
}

// Add counts a key.
func (n *Numerals) Add(key string) {
	if !isNumbers(key) {
		return
	}
	var of Numerals
	for _, part := range splitKey(key) {
		number, fraction, isDecimal := strings.Cut(part[strings.LastIndexByte(part, ':')+1:], ".")
		switch {
		case !allDigits(number) || isDecimal && (fraction == "" || strings.Trim(fraction, "0") != ""):
		case isDecimal:
			of.Decimal = 1
		case number[0] == '0' && len(number) > 1:
			of.Padded, of.Width = 1, len(number)
		default:
			of.Whole, of.Shortest = 1, len(number)
		}
	}
	if of.Decimal > 0 {
		of.Whole = 0
	}
	*n = n.Plus(of)
}

// Plus are those of both.
func (n Numerals) Plus(o Numerals) Numerals {
	least := func(a, b int) int {
		if a == 0 || b == 0 {
			return max(a, b)
		}
		return min(a, b)
	}
	return Numerals{n.Whole + o.Whole, n.Decimal + o.Decimal, n.Padded + o.Padded, least(n.Shortest, o.Shortest), least(n.Width, o.Width)}
}

// Differ shows how the numbers of two lists are written when it is plain that
// one of them was harmed: all of one have ".0" and none of the other's, or one
// list has zeros before them to one width, and the other shorter numbers alone.
func (n Numerals) Differ(other Numerals) (here, there string, differ bool) {
	decimal := func(a, b Numerals) bool {
		return a.Decimal > 0 && a.Whole+a.Padded == 0 && b.Decimal == 0 && b.Whole > 0
	}
	stripped := func(a, b Numerals) bool {
		return a.Padded == 0 && a.Whole > 0 && b.Padded > 0 && a.Shortest < b.Width && (b.Whole == 0 || b.Shortest >= b.Width)
	}
	switch {
	case decimal(n, other):
		return "1001.0", "1001", true
	case decimal(other, n):
		return "1001", "1001.0", true
	case stripped(n, other):
		return "123", "00123", true
	case stripped(other, n):
		return "00123", "123", true
	}
	return "", "", false
}

// markedNumber is a number that is written with marks: those between thousands, a
// decimal mark with zeros behind it or nothing, and + before what is too short
// for a phone number. A comma is escaped in keys of several parts.
var markedNumber = pattern(`^(\d+|\+\d{1,7}|\d{1,3}(?:(?:\\?,|[. '’])\d{3})+)((?:\.|\\?,)0*)?$`)

// PlainKeys are what a key may read whose numbers are written as 1001.0, 1001,0
// or 1,001 when they are written as 1001: "1.000" may be 1 and 1000. None: its
// numbers have no such marks.
func PlainKeys(key string) []string {
	if !strings.ContainsAny(key, "+.,'’ ") || !isNumbers(key) {
		return nil
	}
	whole := splitKey(key)
	if slices.ContainsFunc(whole, func(part string) bool { return !strings.Contains(part, ":") }) {
		whole = []string{key} // of one part, whose commas are not escaped
	}
	grouped := slices.Clone(whole)
	for i := range whole {
		at := strings.LastIndexByte(whole[i], ':') + 1
		kind, text := whole[i][:at], whole[i][at:]
		m := markedNumber().FindStringSubmatch(text)
		if m == nil {
			continue
		}
		whole[i] = kind + digitsOf(m[1])
		grouped[i] = kind + digitsOf(m[1])
		if z := m[2]; len(digitsOf(z)) == 3 {
			grouped[i] += digitsOf(z) // 1.000
		}
	}
	var list []string
	for _, parts := range [][]string{whole, grouped} {
		if plain := strings.Join(parts, ","); plain != key && !slices.Contains(list, plain) {
			list = append(list, plain)
		}
	}
	return list
}

// DecimalKey is a key with ".0" behind its whole numbers; empty: it has none.
func DecimalKey(key string) string {
	if !isNumbers(key) {
		return ""
	}
	parts, any := splitKey(key), false
	for i, part := range parts {
		if allDigits(part[strings.LastIndexByte(part, ':')+1:]) {
			parts[i], any = part+".0", true
		}
	}
	if !any {
		return ""
	}
	return strings.Join(parts, ",")
}

// isNumbers reports whether the numbers of a key may be written in several ways.
func isNumbers(key string) bool {
	return !strings.HasPrefix(key, "row:") && !strings.HasPrefix(key, "id:") && (!strings.HasPrefix(key, "email:") || strings.Contains(key, ","))
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
