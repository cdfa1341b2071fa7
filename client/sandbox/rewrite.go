package sandbox

import (
	"fmt"
	"strings"

	"golang.org/x/net/idna"
	"golang.org/x/text/cases"
	"golang.org/x/text/language"
	"golang.org/x/text/unicode/norm"
)

// Rewrite says which values are kept, told and looked up in another spelling
// than that in which they were sent. An e-mail address is in lower case in any
// case. Of two that exclude each other, one is drawn for each value.
type Rewrite struct {
	Punycode bool // the domain of an e-mail address in ASCII: what mail servers and DNS take
	Unicode  bool // the same domain in letters: what people read
	NFC      bool // texts composed: what the W3C's character model asks of servers
	NFD      bool // texts decomposed: what file systems and exports of macOS hold
	Blanks   bool // names without outer, doubled and no-break blanks: the strip and squish that Rails models have
	Phone    bool // digits only, after 00: help article 6311200 ("( ) - and spaces will be stripped"), and the example of "Create Lead" 1.4, which is answered 00353875551234
}

// rewriteTable names the kinds of rewriting.
var rewriteTable = []struct {
	name string
	on   func(*Rewrite) *bool
}{
	{"punycode", func(w *Rewrite) *bool { return &w.Punycode }},
	{"unicode", func(w *Rewrite) *bool { return &w.Unicode }},
	{"nfc", func(w *Rewrite) *bool { return &w.NFC }},
	{"nfd", func(w *Rewrite) *bool { return &w.NFD }},
	{"blanks", func(w *Rewrite) *bool { return &w.Blanks }},
	{"phone", func(w *Rewrite) *bool { return &w.Phone }},
}

// RewriteNames are the kinds that ParseRewrite knows.
func RewriteNames() string {
	var names []string
	for _, row := range rewriteTable {
		names = append(names, row.name)
	}
	return strings.Join(names, ", ")
}

// ParseRewrite reads a comma-separated list of kinds, such as
// "punycode,blanks", or "all". An empty list is none.
func ParseRewrite(s string) (Rewrite, error) {
	var w Rewrite
	if strings.TrimSpace(s) == "" {
		return w, nil
	}
	for name := range strings.SplitSeq(s, ",") {
		name = strings.TrimSpace(name)
		known := false
		for _, row := range rewriteTable {
			if name == row.name || name == "all" {
				*row.on(&w) = true
				known = true
			}
		}
		if !known {
			return Rewrite{}, fmt.Errorf("rewriting %q is not known: use all or some of %s", name, RewriteNames())
		}
	}
	return w, nil
}

// first draws between two kinds that exclude each other: it reports whether
// the first is the one for a value.
func (s *Server) first(a, b bool) bool { return a && (!b || s.roll(0.5)) }

// spellEmail is an e-mail address as it is kept.
func (s *Server) spellEmail(email string) string {
	email = lower(email)
	at := strings.LastIndexByte(email, '@')
	if w := s.cfg.Rewrite; at < 0 || !w.Punycode && !w.Unicode {
		return s.spellText(email)
	}
	convert := idna.Punycode.ToUnicode
	if s.first(s.cfg.Rewrite.Punycode, s.cfg.Rewrite.Unicode) {
		convert = idna.Punycode.ToASCII
	}
	domain, err := convert(norm.NFC.String(email[at+1:]))
	if err != nil {
		domain = email[at+1:]
	}
	return s.spellText(email[:at+1] + domain)
}

// lower is the lower case that Ruby gives: the full mapping of Unicode, in
// which a Turkish capital I with its dot stays another letter than i.
func lower(s string) string {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return cases.Lower(language.Und, cases.HandleFinalSigma(false)).String(s)
		}
	}
	return strings.ToLower(s)
}

// spellText is any text as it is kept.
func (s *Server) spellText(text string) string {
	switch w := s.cfg.Rewrite; {
	case s.first(w.NFC, w.NFD):
		return norm.NFC.String(text)
	case w.NFD:
		return norm.NFD.String(text)
	}
	return text
}

// spellName is a name as it is kept.
func (s *Server) spellName(name string) string {
	if s.cfg.Rewrite.Blanks {
		name = strings.Join(strings.Fields(name), " ")
	}
	return s.spellText(name)
}

// spellPhone is a phone number as it is kept; what is none is left alone.
func (s *Server) spellPhone(phone string) string {
	if !s.cfg.Rewrite.Phone || !looksLikePhone(phone) {
		return phone
	}
	digits := phoneMarks.Replace(phone)
	if rest, ok := strings.CutPrefix(digits, "+"); ok {
		return "00" + rest
	}
	return digits
}
