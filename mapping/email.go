package mapping

import (
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/width"

	"leadimport/client"
	"leadimport/client/email"
)

func (c *conversion) email(s string) (v client.Value, remark, f *fault) {
	if isPlainAddress(s) {
		return client.String(s), nil, nil
	}
	address := s
	if !isASCII(address) {
		if address, remark, f = cleanAddress(address); f != nil {
			return v, nil, f
		}
	}
	bare := bareAddress(address)
	switch {
	case bare == trim(address):
	case remark == nil:
		remark = emailWithRemark
	default:
		remark = emailWithMore
	}
	address = bare
	if why := checkAddress(address); why != "" {
		hint := ""
		if e := c.escaped(s); e != nil {
			_, hint, _ = strings.Cut(e.message, ", and is sent as it stands")
			hint = "; it looks escaped" + hint
		}
		return v, nil, faultf("invalid_email", "not an e-mail address: %s%s", why, hint)
	}
	if remark == nil {
		remark = c.escaped(address)
	}
	if remark == nil && !isASCII(address) {
		remark = oddAddress(address)
	}
	return client.String(address), remark, nil
}

var (
	emailWithRemark = &fault{"email_with_remark", "sent without what stands around the address, such as a name, mailto: or ?subject=…"}
	emailWithMore   = &fault{"email_with_remark", "sent without what stands around the address, in plain letters, and without characters that nobody sees"}
)

// cleanAddress takes out of an address what nobody sees and nobody typed, and
// writes the full-width letters of East Asian keyboards as what they are. What
// stands for a lost character is refused.
func cleanAddress(s string) (clean string, remark, f *fault) {
	for _, r := range s {
		if r == unicode.ReplacementChar || r == '\ufffc' {
			return s, nil, faultf("invalid_email", "not an e-mail address: %s stands for a character that was lost", named(r))
		}
		if isMark(r) {
			return s, nil, faultf("invalid_email", "not an e-mail address: %s is no digit: is it the mark of a footnote?", named(r))
		}
	}
	var taken []string
	clean = strings.Map(func(r rune) rune {
		if !email.Invisible(r) {
			return r
		}
		if n := named(r); !slices.Contains(taken, n) {
			taken = append(taken, n)
		}
		return -1
	}, s)
	if taken != nil {
		slices.Sort(taken)
		remark = faultf("invisible_character", "sent without %s, which nobody sees", strings.Join(taken, ", "))
	}
	if i := strings.LastIndexByte(clean, '@'); i >= 0 && strings.ContainsAny(clean[i:], "。．｡") { // the dots of domains, RFC 3490
		clean = clean[:i] + strings.NewReplacer("。", ".", "．", ".", "｡", ".").Replace(clean[i:])
		remark = faultf("full_width", "sent in plain letters instead of full-width ones")
	}
	if narrow := width.Narrow.String(clean); narrow != clean && isASCII(narrow) {
		clean = narrow
		remark = faultf("full_width", "sent in plain letters instead of full-width ones")
	}
	return clean, remark, nil
}

// oddAddress is a remark on an address that is right by the rules and seldom
// meant: letters of several scripts that look alike, typographic signs.
func oddAddress(s string) *fault {
	for part := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == '@' || r == '.' }) {
		if one, other := mixedScripts(part); other != "" {
			return faultf("mixed_scripts", "letters of two scripts, %s, stand in one word: sent as it stands", one+" and "+other)
		}
	}
	for _, r := range s {
		if r >= utf8.RuneSelf && !unicode.In(r, unicode.L, unicode.M, unicode.N) {
			return faultf("odd_character", "holds %s: sent as it stands", named(r))
		}
	}
	return nil
}

// alike are scripts whose letters are taken for those of another.
var alike = []string{"Latin", "Cyrillic", "Greek", "Armenian", "Cherokee", "Coptic"}

// mixedScripts names two of them that both have letters in s, with a letter of
// each of the scripts; other is empty when there is one at most.
func mixedScripts(s string) (one, other string) {
	found := ""
	for _, r := range s {
		if !unicode.IsLetter(r) {
			continue
		}
		for _, script := range alike {
			if !unicode.Is(unicode.Scripts[script], r) {
				continue
			}
			switch {
			case found == "":
				found, one = script, script+" "+string(r)
			case found != script:
				return one, script + " " + string(r) + fmt.Sprintf(" (U+%04X)", r)
			}
		}
	}
	return "", ""
}

// named is a character by its number, and by a name where it has a usual one.
func named(r rune) string {
	number := fmt.Sprintf("U+%04X", r)
	switch r {
	case 0xad:
		return number + " (soft hyphen)"
	case 0x200b, 0x2060, 0xfeff:
		return number + " (zero-width space)"
	case 0x200c, 0x200d:
		return number + " (joiner)"
	case 0x61c, 0x200e, 0x200f:
		return number + " (direction mark)"
	case 0xfffc:
		return number + " (object replacement)"
	case 0xfffd:
		return number + " (replacement character)"
	}
	if unicode.IsGraphic(r) {
		return number + " (" + string(r) + ")"
	}
	return number
}

// isPlainAddress says yes, in one look at each byte, to the addresses that
// nearly all people have: letters, digits and a few signs on either side, none
// of them at an end or doubled. It says no to others, right or wrong, which
// checkAddress judges.
func isPlainAddress(s string) bool {
	if len(s) > 64 { // then no part of it is too long
		return false
	}
	at, dot := 0, false
	sign := true // what comes next may not be one
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || isDigit(c):
			sign = false
			continue
		case sign:
			return false
		case c == '@' && at == 0:
			at = i
		case c == '.' || c == '-':
			dot = at > 0 && (dot || c == '.')
		case (c == '_' || c == '+') && at == 0:
		default:
			return false
		}
		sign = true
	}
	return at > 0 && dot && !sign && !isDigit(s[len(s)-1])
}

// bareAddress takes off what mail programs put around an address:
// "Joe <joe@example.com>", "mailto:joe@example.com?subject=Hi".
func bareAddress(s string) string {
	s = trim(s)
	if len(s) > 0 && s[len(s)-1] == '>' {
		if i := strings.LastIndexByte(s, '<'); i >= 0 {
			s = trim(s[i+1 : len(s)-1])
		}
	}
	const scheme = "mailto:"
	if len(s) > len(scheme) && s[0]|0x20 == 'm' && strings.EqualFold(s[:len(scheme)], scheme) {
		s, _, _ = strings.Cut(s[len(scheme):], "?")
		s = trim(s)
	}
	return s
}

// checkAddress tells what is plainly wrong with an address; empty: nothing.
// Unusual addresses pass: quoted local parts, address literals, any script.
// Lengths are those of RFC 5321, section 4.5.3.1, in bytes.
func checkAddress(s string) string {
	if !utf8.ValidString(s) {
		return "it is not valid text"
	}
	local, domain, why := splitAddress(s)
	switch {
	case why != "":
		return why
	case len(local) > 64:
		return "more than 64 bytes before the @"
	case len(s) > 254:
		return "more than 254 bytes"
	}
	if why := checkLocal(local); why != "" {
		return why
	}
	return checkDomain(domain)
}

func splitAddress(s string) (local, domain, why string) {
	at := strings.IndexByte(s, '@')
	if len(s) > 0 && s[0] == '"' {
		end := closingQuote(s)
		if end < 0 {
			return "", "", "the quote before the @ is not closed"
		}
		if at = end + 1; at >= len(s) || s[at] != '@' {
			return "", "", "there is no @ behind the quoted part"
		}
	}
	switch {
	case at < 0:
		return "", "", "there is no @"
	case at == 0:
		return "", "", "there is nothing before the @"
	case at == len(s)-1:
		return "", "", "there is nothing after the @"
	case strings.ContainsAny(s[at+1:], ",;") && strings.Contains(s[at+1:], "@"):
		return "", "", "there is more than one address"
	case strings.Contains(s[at+1:], "@"):
		return "", "", "there is more than one @"
	}
	return s[:at], s[at+1:], ""
}

func closingQuote(s string) int {
	for i := 1; i < len(s); i++ {
		switch s[i] {
		case '\\':
			i++
		case '"':
			return i
		}
	}
	return -1
}

func checkLocal(local string) string {
	if local[0] == '"' { // closed, or splitAddress had refused it
		for _, r := range local {
			if r < ' ' || r == 0x7f {
				return "it has a control character"
			}
		}
		return ""
	}
	for _, r := range local {
		switch {
		case r == ' ' || unicode.IsSpace(r):
			return "it has a blank"
		case r < ' ' || r == 0x7f || isInvisible(r):
			return "it has an invisible character"
		case strings.ContainsRune(`()<>[]:;,\"`, r):
			return "it has a " + string(r)
		}
	}
	if local[0] == '.' || local[len(local)-1] == '.' || strings.Contains(local, "..") {
		return "a dot stands at an end or beside another dot"
	}
	return ""
}

func checkDomain(domain string) string {
	if literal, ok := strings.CutPrefix(domain, "["); ok { // [192.0.2.1], [IPv6:2001:db8::1]
		literal, closed := strings.CutSuffix(literal, "]")
		if _, err := netip.ParseAddr(strings.TrimPrefix(literal, "IPv6:")); !closed || err != nil {
			return "the domain is no address in brackets"
		}
		return ""
	}
	labels := 0
	for rest := domain; ; labels++ {
		label, tail, more := strings.Cut(rest, ".")
		if why := checkLabel(label, domain); why != "" {
			return why
		}
		if !more {
			if labels == 0 {
				return "the domain " + cut(domain) + " has no ending such as .com"
			}
			if allDigits(label) {
				return "the domain ends in a number"
			}
			return ""
		}
		rest = tail
	}
}

func checkLabel(label, domain string) string {
	switch {
	case label == "":
		return "the domain has a dot at an end or beside another dot"
	case len(label) > 63:
		return "a part of the domain is longer than 63 bytes"
	case label[0] == '-' || label[len(label)-1] == '-':
		return "a part of the domain begins or ends with a hyphen"
	}
	for _, r := range label {
		switch {
		case r == '-' || r < utf8.RuneSelf && isAlnum(byte(r)):
		case r == ' ':
			return "it has a blank"
		case r < utf8.RuneSelf:
			return "the domain has a " + printable(r)
		case isInvisible(r):
			return "it has an invisible character"
		}
	}
	return ""
}

func isAlnum(c byte) bool { return isDigit(c) || 'a' <= c|0x20 && c|0x20 <= 'z' }

func printable(r rune) string {
	if r < ' ' || r == 0x7f {
		return "control character"
	}
	return string(r)
}
