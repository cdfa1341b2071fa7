package mapping

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/nyaruka/phonenumbers"
)

// numbering is what the library's metadata say of a calling code, in a form
// that answers the common question fast: is this plainly written number valid?
// It only ever says yes; everything else is for the library to judge, which
// takes twenty times as long.
type numbering struct {
	region  string         // the main one of the code
	prefix  *regexp.Regexp // what is dialled before a national number; nil: nothing
	zero    bool           // that is 0 and nothing else
	regions []numberingRegion
}

type numberingRegion struct {
	leading *regexp.Regexp // nil: the region is known by its numbers alone
	general numberKind
	kinds   []numberKind
}

// numberKind is a pattern for numbers of some lengths, of mobiles for one.
type numberKind struct {
	pattern *regexp.Regexp
	lengths uint32 // a bit for each; 0: any
}

func (k *numberKind) match(digits []byte) bool {
	return (k.lengths == 0 || k.lengths&(1<<len(digits)) != 0) && k.pattern.Match(digits)
}

var (
	// metadata are the library's own, by region. Loading takes 5 ms, so it
	// waits for the first phone number.
	metadata = sync.OnceValue(func() map[string]*phonenumbers.PhoneMetadata {
		all, err := phonenumbers.MetadataCollection()
		if err != nil {
			return nil // then every number goes the library's way
		}
		m := make(map[string]*phonenumbers.PhoneMetadata)
		for _, region := range all.GetMetadata() {
			m[region.GetId()] = region
		}
		return m
	})
	callingCodes = sync.OnceValue(phonenumbers.GetSupportedCallingCodes)
	numberings   sync.Map // calling code → *numbering; nil: none, or the world's
)

func numberingOf(code int) *numbering {
	if n, ok := numberings.Load(code); ok {
		return n.(*numbering)
	}
	n, _ := numberings.LoadOrStore(code, newNumbering(code))
	return n.(*numbering)
}

func newNumbering(code int) *numbering {
	regions := phonenumbers.GetRegionCodesForCountryCode(code)
	if len(regions) == 0 || regions[0] == phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY || metadata()[regions[0]] == nil {
		return nil
	}
	n := &numbering{region: regions[0]}
	if prefix := metadata()[n.region].GetNationalPrefixForParsing(); prefix != "" {
		n.prefix, n.zero = regexp.MustCompile("^(?:"+prefix+")"), prefix == "0"
	}
	for _, id := range regions {
		m := metadata()[id]
		if m == nil {
			return nil
		}
		r := numberingRegion{general: newKind(m.GetGeneralDesc())}
		if m.GetLeadingDigits() != "" {
			r.leading = regexp.MustCompile("^(?:" + m.GetLeadingDigits() + ")")
		}
		for _, d := range []*phonenumbers.PhoneNumberDesc{m.GetMobile(), m.GetFixedLine(), m.GetTollFree(), m.GetVoip(), m.GetPremiumRate(),
			m.GetSharedCost(), m.GetPersonalNumber(), m.GetPager(), m.GetUan(), m.GetVoicemail()} {
			if d.GetNationalNumberPattern() != "" {
				r.kinds = append(r.kinds, newKind(d))
			}
		}
		n.regions = append(n.regions, r)
	}
	return n
}

func newKind(d *phonenumbers.PhoneNumberDesc) numberKind {
	k := numberKind{pattern: regexp.MustCompile("^(?:" + d.GetNationalNumberPattern() + ")$")}
	for _, l := range d.GetPossibleLength() {
		if l > 0 && l < 32 {
			k.lengths |= 1 << l
		}
	}
	return k
}

// prefixed reports whether a number that does not begin with 0 begins with what
// is dialled before national numbers.
func (n *numbering) prefixed(national []byte) bool {
	return n.prefix != nil && !n.zero && n.prefix.Match(national)
}

// valid reports whether a national number is valid in one of the regions, by
// the library's rules (IsValidNumber).
func (n *numbering) valid(national []byte) bool {
	for i := range n.regions {
		r := &n.regions[i]
		if r.leading != nil && !r.leading.Match(national) {
			continue
		}
		if r.match(national) {
			return true
		}
		if r.leading != nil {
			return false
		}
	}
	return false
}

func (r *numberingRegion) match(national []byte) bool {
	if !r.general.match(national) {
		return false
	}
	for i := range r.kinds {
		if r.kinds[i].match(national) {
			return true
		}
	}
	return false
}

// quickE164 is the E.164 form of a number that is plainly written: digits in
// groups, behind + and a calling code, or behind the prefix of national
// numbers of the region.
func quickE164(s, region string) (string, bool) {
	var buf [16]byte
	digits := buf[:0]
	international := strings.HasPrefix(s, "+")
	rest := s
	if international {
		rest = s[1:]
	}
	if rest == "" || len(rest) > 40 || !isDigit(rest[len(rest)-1]) {
		return "", false
	}
	for i := 0; i < len(rest); i++ {
		switch c := rest[i]; {
		case isDigit(c):
			if len(digits) == cap(digits) {
				return "", false
			}
			digits = append(digits, c)
		case c != ' ' && c != '-' && c != '.' && c != '(' && c != ')' || i == 0:
			return "", false
		}
	}
	if international {
		if !internationalE164(digits) {
			return "", false
		}
		if len(digits) == len(rest) {
			return s, true
		}
		return "+" + string(digits), true
	}
	return nationalE164(digits, region)
}

// internationalE164 reports whether digits are a calling code and a number that
// is valid behind it.
func internationalE164(digits []byte) bool {
	code := 0
	for i := 0; i < 3 && i < len(digits) && digits[0] != '0'; i++ {
		code = code*10 + int(digits[i]-'0')
		if !callingCodes()[code] {
			continue
		}
		n, national := numberingOf(code), digits[i+1:]
		return n != nil && len(national) > 0 && national[0] != '0' && !n.prefixed(national) && n.valid(national)
	}
	return false
}

// nationalE164 takes numbers with the prefix 0 alone: such digits can be
// neither a calling code nor, unless another 0 follows, a foreign number.
func nationalE164(digits []byte, region string) (string, bool) {
	code := phonenumbers.GetCountryCodeForRegion(region)
	if code == 0 || len(digits) < 2 || digits[0] != '0' || digits[1] == '0' {
		return "", false
	}
	n, national := numberingOf(code), digits[1:]
	if n == nil || n.region != region || n.prefix == nil || !n.valid(national) {
		return "", false
	}
	// The prefix must be that 0 and capture nothing, and the number must not
	// be one with the 0 as well.
	found := n.prefix.FindSubmatchIndex(digits)
	if len(found) < 2 || found[1] != 1 || n.regions[0].general.pattern.Match(digits) || slices.Max(append(found[2:], -1)) >= 0 {
		return "", false
	}
	return "+" + strconv.Itoa(code) + string(national), true
}
