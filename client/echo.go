package client

import (
	"strconv"
	"strings"
	"unicode"
)

// echoes tells whether an answer is about lead, by the strongest sign that
// lead has (guarantee R4): the id for an update, then the stamp, else the
// e-mail, else whatever the answer shows of it.
func (c *Client) echoes(got Contact, lead Lead) bool {
	switch {
	case lead.ID != "" && got.ID != lead.ID:
		return false
	case lead.ID == "" && lead.UserID != "" && got.UserID != lead.UserID:
		return false
	}
	if v, ok := lead.Value(c.stamp); ok && c.stamp != "" && v.Text() != "" {
		name, _ := splitCustom(c.stamp)
		return sameValue(got.Custom[name], v)
	}
	if v, ok := lead.Value("email"); ok && v.Text() != "" {
		return sameEmail(got.Email, v.Text())
	}
	if lead.IsUpdate() {
		return true
	}
	same, compared := got.Carries(lead)
	return same || compared == 0
}

// Carries reports whether c shows what lead sends, as far as contacts show
// it: e-mail, name, phone and custom attributes. E-mails are compared without
// case, phones by their digits. compared is the number of attributes that
// could be compared; with none, carries means nothing.
func (c Contact) Carries(lead Lead) (carries bool, compared int) {
	carries = true
	for _, f := range lead.Fields {
		same, shown := c.shows(f)
		if !shown {
			continue
		}
		compared++
		carries = carries && same
	}
	return carries, compared
}

func (c Contact) shows(f Field) (same, shown bool) {
	sent := f.Value.Text()
	switch f.Name {
	case "email":
		return sameEmail(c.Email, sent), true
	case "name":
		return strings.TrimSpace(c.Name) == strings.TrimSpace(sent), true
	case "phone":
		return samePhone(c.Phone, sent), true
	case "external_id":
		return c.ExternalID == sent, true
	case "role":
		return c.Role == sent, true
	}
	name, ok := splitCustom(f.Name)
	if !ok || c.Custom == nil {
		return false, false
	}
	return sameValue(c.Custom[name], f.Value), true
}

func sameEmail(a, b string) bool {
	return strings.EqualFold(strings.TrimSpace(a), strings.TrimSpace(b))
}

// samePhone compares numbers as the API may rewrite them: spaces and
// punctuation go, 00 and + both begin an international number.
func samePhone(a, b string) bool {
	return strings.TrimLeft(digits(a), "0") == strings.TrimLeft(digits(b), "0")
}

func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}

// sameValue compares a value as the API shows it with one that was sent. An
// attribute that was cleared may be shown as null, as "" or not at all.
func sameValue(got any, sent Value) bool {
	switch got := got.(type) {
	case nil:
		return sent.Text() == ""
	case string:
		return got == sent.Text()
	case bool:
		return strconv.FormatBool(got) == sent.Text()
	case float64:
		f, err := strconv.ParseFloat(sent.Text(), 64)
		return err == nil && f == got
	}
	return false
}

// echoed holds the contact of a 2xx against what was sent (rule R4).
func (x *exchange) echoed(contact Contact) (verdict, *Error) {
	x.answer.Contact = contact
	if x.c.echoes(contact, x.lead) {
		return good, nil
	}
	return x.readBack(contact)
}

// readBack asks for the contact that an answer named when it did not echo
// what was sent: the API may have rewritten it, and then its other attributes
// are ours. If they are not, the answer may be about somebody else.
func (x *exchange) readBack(contact Contact) (verdict, *Error) {
	again, found, err := x.c.Contact(x.ctx, contact.ID)
	if err == nil && found && x.c.echoes(again, x.lead) {
		x.answer.Contact = again
		return good, nil
	}
	if err == nil && found && x.rewritten(again) {
		x.answer.Contact = again
		return good, nil
	}
	return ambiguous, &Error{
		Kind:      Ambiguous,
		Status:    x.answer.Status,
		Code:      "another_contact",
		Message:   "the API answered with a contact that does not carry what was sent",
		RequestID: x.answer.RequestID,
		ContactID: contact.ID,
		Err:       err,
	}
}

// rewritten tells whether contact is ours although it does not carry what was
// sent to the letter: it has the id that was updated; or all that it shows of
// a new lead is what was sent, but for the spelling of the e-mail.
func (x *exchange) rewritten(contact Contact) bool {
	if x.op == opUpdate {
		return x.lead.ID == contact.ID || x.lead.ID == "" && x.lead.UserID == contact.UserID
	}
	if v, ok := x.lead.Value(x.c.stamp); ok && v.Text() != "" {
		return false // a stamp is nobody else's, and never rewritten
	}
	rest := Lead{}
	for _, f := range x.lead.Fields {
		if f.Name != "email" {
			rest.Fields = append(rest.Fields, f)
		}
	}
	same, _ := contact.Carries(rest)
	email, _ := x.lead.Value("email")
	return same && spelledAlike(contact.Email, email.Text())
}

// spelledAlike tells whether two e-mails are the same but for punctuation and
// case, or one names its domain in Punycode.
func spelledAlike(got, sent string) bool {
	if got == "" || sent == "" {
		return false
	}
	if letters(got) == letters(sent) {
		return true
	}
	name1, domain1, _ := strings.Cut(got, "@")
	name2, domain2, _ := strings.Cut(sent, "@")
	ascii := func(s string) bool { return !strings.ContainsFunc(s, func(r rune) bool { return r > 0x7f }) }
	return letters(name1) == letters(name2) && strings.Contains(domain1, "xn--") && !ascii(domain2)
}

// letters are the letters and digits of s, in lower case.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && r != '@' {
			return -1
		}
		return unicode.ToLower(r)
	}, s)
}
