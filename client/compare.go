package client

import (
	"encoding/json"
	"maps"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"leadimport/client/email"
)

// Likeness is how a contact as the API shows it compares with what was sent.
type Likeness uint8

const (
	// Other: somebody else, as far as the contact shows.
	Other Likeness = iota
	// Similar: the strongest identity that was sent, the e-mail or else the
	// phone, is the contact's, but something else differs.
	Similar
	// Exact: the contact holds what was sent, and nothing where nothing was.
	Exact
)

// Compare holds c against lead. attributes names every attribute that the
// mapping may send: what c has in one of them that lead does not send makes
// it another person, whose attributes are a superset.
//
// Exact needs one attribute at least that was sent with a value and compared.
// Spellings that the API is known to change are the same: e-mails are compared
// by package email, phones by their digits, texts with blanks folded, numbers
// and dates by value; null, "" and nothing are all unset. A lead may have become
// a user since, so the role counts only where it was sent. What the API changes by itself or shows in another
// form is not compared: avatar, last_seen_*, last_request_at and the like;
// owner_id and signed_up_at, which it may fill in, only where both have one.
func (c Contact) Compare(lead Lead, attributes []string) Likeness {
	if same, compared := c.holds(lead, attributes); same && compared > 0 {
		return Exact
	}
	if v, _ := lead.Value("email"); !blank(v.Text()) {
		if email.Same(c.Email, v.Text()) {
			return Similar
		}
		return Other
	}
	if v, _ := lead.Value("phone"); !blank(v.Text()) && samePhone(c.Phone, v.Text()) {
		return Similar
	}
	return Other
}

// holds reports whether c shows what lead sends, and nothing in those of
// attributes that it does not send. compared is how many of those that were
// sent with a value could be compared.
func (c Contact) holds(lead Lead, attributes []string) (same bool, compared int) {
	same = true
	for _, f := range lead.Fields {
		equal, shown := c.Shows(f.Name, f.Value)
		if !shown {
			continue
		}
		same = same && equal
		if !blank(f.Value.Text()) {
			compared++
		}
	}
	for _, name := range attributes {
		if _, sent := lead.Value(name); sent {
			continue
		}
		if equal, shown := c.Shows(name, Value{}); shown {
			same = same && equal
		}
	}
	return same, compared
}

// Shows compares one attribute, if c shows it in a way that can be compared: as
// Compare does, but for the role that a create asks for without naming it.
func (c Contact) Shows(name string, sent Value) (same, shown bool) {
	text := sent.Text()
	switch name {
	case "email":
		return email.Same(c.Email, text), true
	case "phone":
		return samePhone(c.Phone, text), true
	case "name":
		return sameText(c.Name, text), true
	case "external_id":
		return c.ExternalID == text, true
	case "role":
		return c.Role == text, c.Role != "" && text != ""
	case "unsubscribed_from_emails":
		if c.Unsubscribed == nil {
			return false, false
		}
		return *c.Unsubscribed == (text == "true"), true
	case "owner_id":
		return c.OwnerID == text, c.OwnerID != "" && text != ""
	case "signed_up_at":
		return sameValue(float64(c.SignedUpAt.Unix()), sent), !c.SignedUpAt.IsZero() && text != ""
	}
	custom, ok := splitCustom(name)
	if !ok || c.Custom == nil {
		return false, false
	}
	return sameValue(c.Custom[custom], sent), true
}

// With is c as it is once lead is saved to it.
func (c Contact) With(lead Lead) Contact {
	c.Custom = maps.Clone(c.Custom)
	for _, f := range lead.Fields {
		text := f.Value.Text()
		switch f.Name {
		case "email":
			c.Email = text
		case "phone":
			c.Phone = text
		case "name":
			c.Name = text
		case "external_id":
			c.ExternalID = text
		case "role":
			c.Role = text
		case "owner_id":
			c.OwnerID = text
		case "signed_up_at":
			c.SignedUpAt = time.Time{}
			if n, err := strconv.ParseInt(text, 10, 64); err == nil {
				c.SignedUpAt = time.Unix(n, 0).UTC()
			}
		case "unsubscribed_from_emails":
			no := text == "true"
			c.Unsubscribed = &no
		}
		if custom, ok := splitCustom(f.Name); ok {
			if c.Custom == nil {
				c.Custom = map[string]any{}
			}
			var v any
			_ = json.Unmarshal(f.Value.appendJSON(nil), &v) // it is JSON
			c.Custom[custom] = v
		}
	}
	return c
}

// Readable reports whether the API shows what a contact has of an attribute.
func Readable(name string) bool {
	switch name {
	case "email", "phone", "name", "external_id", "owner_id", "signed_up_at", "unsubscribed_from_emails":
		return true
	}
	_, custom := splitCustom(name)
	return custom
}

// Value is what c has of an attribute, as it would be sent. The zero Value says
// that it has none. shown is false when the API does not show it: of custom
// attributes, when it showed none at all.
func (c Contact) Value(name string) (v Value, shown bool) {
	text := func(s string) (Value, bool) {
		if s == "" {
			return Value{}, true
		}
		return String(s), true
	}
	switch name {
	case "email":
		return text(c.Email)
	case "phone":
		return text(c.Phone)
	case "name":
		return text(c.Name)
	case "external_id":
		return text(c.ExternalID)
	case "owner_id":
		if n, err := strconv.ParseInt(c.OwnerID, 10, 64); err == nil && c.OwnerID == strconv.FormatInt(n, 10) {
			return Integer(n), true
		}
		return text(c.OwnerID)
	case "signed_up_at":
		if c.SignedUpAt.IsZero() {
			return Value{}, true
		}
		return Integer(c.SignedUpAt.Unix()), true
	case "unsubscribed_from_emails":
		if c.Unsubscribed == nil {
			return Value{}, false
		}
		return Boolean(*c.Unsubscribed), true
	}
	custom, ok := splitCustom(name)
	if !ok || c.Custom == nil {
		return Value{}, false
	}
	switch got := c.Custom[custom].(type) {
	case nil:
		return Value{}, true
	case string:
		return text(got)
	case bool:
		return Boolean(got), true
	case float64:
		return Float(got), true
	}
	return Value{}, false // a list or an object, which nobody can send
}

// Has compares one attribute as Shows does, but also where one of the two is
// unset. shown is false when the API does not show what c has.
func (c Contact) Has(name string, v Value) (same, shown bool) {
	has, shown := c.Value(name)
	if !shown {
		return false, false
	}
	if blank(has.Text()) || blank(v.Text()) {
		return blank(has.Text()) == blank(v.Text()), true
	}
	return c.Shows(name, v)
}

// SameValue compares what the API showed of an attribute with what was sent, as
// Shows does.
func SameValue(name string, shown, sent Value) bool {
	same, _ := Contact{}.With(Lead{Fields: []Field{{name, shown}}}).Has(name, sent)
	return same
}

// samePhone compares numbers as the API may rewrite them: spaces and
// punctuation go, 00 and + both begin an international number ("Customer phone
// numbers", help 6311200).
func samePhone(a, b string) bool {
	x, y := digits(a), digits(b)
	if x == "" || y == "" {
		return sameText(a, b)
	}
	return strings.TrimLeft(x, "0") == strings.TrimLeft(y, "0")
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

// sameText compares texts whose blanks were trimmed or joined, and whose
// accents were composed, on the way.
func sameText(a, b string) bool { return a == b || foldText(a) == foldText(b) }

func foldText(s string) string { return strings.Join(strings.Fields(norm.NFC.String(s)), " ") }

func blank(s string) bool { return strings.TrimSpace(s) == "" }

// sameValue compares a custom attribute as the API shows it with one that was
// sent. The API keeps a value in the type of the attribute, which may be
// another than that of the JSON that was sent.
func sameValue(got any, sent Value) bool {
	text := sent.Text()
	switch got := got.(type) {
	case nil:
		return blank(text)
	case bool:
		return strconv.FormatBool(got) == text
	case float64:
		if f, err := strconv.ParseFloat(text, 64); err == nil {
			return f == got
		}
		at, ok := readTime(text)
		return ok && float64(at.Unix()) == got
	case string:
		if sameText(got, text) {
			return true
		}
		if at, ok := readTime(got); ok {
			other, ok := readTime(text)
			seconds, err := strconv.ParseFloat(text, 64)
			return ok && at.Equal(other) || err == nil && float64(at.Unix()) == seconds
		}
		if sent.kind != kindLiteral {
			return false // 05 is not 5 where both are text
		}
		x, err1 := strconv.ParseFloat(got, 64)
		y, err2 := strconv.ParseFloat(text, 64)
		return err1 == nil && err2 == nil && x == y
	}
	return false
}

// readTime reads a date or a time as JSON APIs write them.
func readTime(s string) (time.Time, bool) {
	for _, layout := range []string{time.RFC3339, time.DateOnly} {
		if at, err := time.Parse(layout, s); err == nil {
			return at, true
		}
	}
	return time.Time{}, false
}
