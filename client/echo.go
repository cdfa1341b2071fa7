package client

import (
	"strconv"
	"strings"
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
