package sandbox

import (
	"encoding/json"
	"net/http"
	"net/mail"
	"strconv"
	"strings"
	"time"
)

// patch is a body that was checked: what it changes of a contact. A nil field
// is left alone.
type patch struct {
	role, externalID   *string
	email, phone, name *string
	avatar             *string
	userAgent, lastIP  *string
	owner              *int64
	signedUp, lastSeen *time.Time
	unsubscribed       *bool
	verified           *bool
	custom             []attribute
	fields             []*field // to be created
	widened            []*field // integers that become floats
	companies          []attachment
}

// apply makes c what p says.
func (p *patch) apply(s *Server, c *contact) {
	for _, d := range p.fields {
		s.fields.add(d)
	}
	for _, d := range p.widened {
		d.kind = "float"
	}
	assign(&c.role, p.role)
	assign(&c.externalID, p.externalID)
	if p.email != nil && *p.email != c.email {
		c.verified = false // "Changing a contact's email resets it to not verified"
	}
	assign(&c.email, p.email)
	assign(&c.verified, p.verified)
	assign(&c.phone, p.phone)
	assign(&c.name, p.name)
	assign(&c.avatar, p.avatar)
	assign(&c.userAgent, p.userAgent)
	assign(&c.lastIP, p.lastIP)
	assign(&c.owner, p.owner)
	assign(&c.signedUp, p.signedUp)
	assign(&c.lastSeen, p.lastSeen)
	assign(&c.unsubscribed, p.unsubscribed)
	c.custom = merge(c.custom, p.custom)
}

func assign[T any](to *T, from *T) {
	if from != nil {
		*to = *from
	}
}

// reader takes the fields of a body one by one and keeps the first refusal.
type reader struct {
	s       *Server
	q       *request
	in      object
	refusal *answer
}

func (r *reader) mismatch(key, want string) {
	if r.refusal == nil {
		r.refusal = &answer{status: http.StatusBadRequest, code: "type_mismatch", field: key, message: key + " should be " + want}
	}
}

// raw is the value of key; ok is false when there is none, or when it is null
// and clears what was there, which 1.x does not take.
func (r *reader) raw(key string) (raw json.RawMessage, null, ok bool) {
	raw, ok = r.in[key]
	return raw, ok && isNull(raw), ok
}

// text is a string; nullable: null empties it.
func (r *reader) text(key string, nullable bool) *string {
	raw, null, ok := r.raw(key)
	if !ok {
		return nil
	}
	if null && nullable {
		return new(string)
	}
	if raw[0] != '"' {
		r.mismatch(key, "a string")
		return nil
	}
	s := unquote(raw)
	return &s
}

// email is an address, in lower case as the API keeps it ("email values are
// downcased", users page of 1.4).
func (r *reader) email() *string {
	s := r.text("email", false)
	if s == nil {
		return nil
	}
	if r.s.cfg.Email == "reject" && !looksLikeEmail(lower(*s)) && r.refusal == nil {
		r.refusal = invalid("email", "email is not a valid email address")
	}
	*s = r.s.spellEmail(*s)
	return s
}

func looksLikeEmail(s string) bool {
	a, err := mail.ParseAddress(s)
	if err != nil || a.Address != s || a.Name != "" {
		return false
	}
	at := strings.LastIndexByte(s, '@')
	return at > 0 && strings.Contains(s[at+1:], ".")
}

func (r *reader) phone(nullable bool) *string {
	s := r.text("phone", nullable)
	if s != nil && *s != "" && r.s.cfg.Phone == "reject" && !looksLikePhone(*s) && r.refusal == nil {
		r.refusal = invalid("phone", "phone is not a valid phone number")
	}
	if s != nil {
		*s = r.s.spellPhone(*s)
	}
	return s
}

func (r *reader) name(nullable bool) *string {
	s := r.text("name", nullable)
	if s != nil {
		*s = r.s.spellName(*s)
	}
	return s
}

// phoneMarks takes out what people write into phone numbers.
var phoneMarks = strings.NewReplacer(" ", "", "-", "", "(", "", ")", "", ".", "")

// looksLikePhone takes a country code and digits, as help article 6311200
// asks for.
func looksLikePhone(s string) bool {
	digits := phoneMarks.Replace(s)
	rest, ok := strings.CutPrefix(digits, "+")
	if !ok {
		rest, ok = strings.CutPrefix(digits, "00")
	}
	if !ok || len(rest) < 7 || len(rest) > 15 {
		return false
	}
	return strings.Trim(rest, "0123456789") == ""
}

// integer is a whole number; nullable: null makes it 0.
func (r *reader) integer(key string, nullable bool) *int64 {
	raw, null, ok := r.raw(key)
	if !ok {
		return nil
	}
	if null && nullable {
		return new(int64)
	}
	n, err := strconv.ParseInt(string(raw), 10, 64)
	if err != nil {
		r.mismatch(key, "an integer")
		return nil
	}
	return &n
}

// time is a Unix time in seconds; nullable: null makes it the zero time.
func (r *reader) time(key string, nullable bool) *time.Time {
	n := r.integer(key, nullable)
	if n == nil {
		return nil
	}
	if !plausible(*n) && r.refusal == nil {
		r.refusal = invalid(key, key+" should be a Unix timestamp in seconds")
	}
	if isNull(r.in[key]) {
		return new(time.Time)
	}
	t := time.Unix(*n, 0)
	return &t
}

func (r *reader) boolean(key string, nullable bool) *bool {
	raw, null, ok := r.raw(key)
	if !ok {
		return nil
	}
	if null && nullable {
		return new(bool)
	}
	b := string(raw) == "true"
	if !b && string(raw) != "false" {
		r.mismatch(key, "a boolean")
		return nil
	}
	return &b
}
