package mapping

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/nyaruka/phonenumbers"

	"leadimport/client"
)

// region reads a country as ISO 3166 names it in two letters.
// regionSchema is for region, which looks up in a table of countries that takes
// time to load.
var regionSchema = schema{"type": "string", "minLength": 2, "maxLength": 2, "examples": []string{"IE", "GB", "US"}}

func (f file) region(n node) (option, error) {
	o, err := f.text(n, "region")
	if err != nil {
		return o, err
	}
	written := o.text
	o.text = strings.ToUpper(o.text)
	if phonenumbers.GetCountryCodeForRegion(o.text) == 0 {
		hint := "use two letters, such as IE or US"
		if o.text == "UK" {
			hint = `did you mean "GB"?`
		}
		return o, f.errorf(n.at, hint, "region %q is not known", written)
	}
	return o, nil
}

// phone gives E.164, the one form in which Intercom can use a number
// (help 6311200). What is left of the cell beside the number is never read as
// part of it.
func (c *conversion) phone(s string) (v client.Value, remark, f *fault) {
	n, f := readPhone(s, c.several)
	if n.marker != "" && atoi(n.marker) != phonenumbers.GetCountryCodeForRegion(c.region) {
		return v, nil, markerBefore(n.marker)
	}
	if f != nil {
		return v, nil, f
	}
	if n, f = keepZero(n); f != nil {
		return v, nil, f
	}
	e164, remark, f := c.e164(n)
	if f != nil {
		return v, nil, f
	}
	if n.remark != nil {
		remark = n.remark
	}
	return client.String(e164), remark, nil
}

var (
	extension     = &fault{"phone_extension", "an extension stands behind the number, and would be lost: keep it in a custom attribute, or use type: string"}
	unknownNumber = &fault{"unknown_number", "possible, and not among the numbers that its country is known to give: sent all the same"}
)

// e164 is a number in E.164, by the tables of all countries. A number that is
// only unknown to them is taken: new ranges come faster than tables.
func (c *conversion) e164(n phoneText) (number string, remark, f *fault) {
	region := c.region
	if region == "" {
		region = "ZZ"
	}
	text := n.text
	if e164, ok := quickE164(text, c.region); ok {
		return e164, nil, nil
	}
	international := text[0] == '+'
	if !international && c.region == "" {
		return "", nil, faultf("phone_no_country", "no country code: write +353 87 123 4567, or state the region, such as region: IE")
	}
	parsed, err := phonenumbers.Parse(text, region)
	switch {
	case err == phonenumbers.ErrInvalidCountryCode:
		return "", nil, faultf("phone_no_country", "no country has the code that it begins with")
	case err != nil:
		return "", nil, faultf("invalid_phone", "not a phone number, such as +353 87 123 4567")
	}
	number = phonenumbers.Format(parsed, phonenumbers.E164)
	valid := phonenumbers.IsValidNumber(parsed)
	if !international && (!valid || !hasTrunk(text, c.region)) {
		// Without its plus, a foreign number can look like one of the region.
		if abroad, err := phonenumbers.Parse("+"+digitsOf(text), "ZZ"); err == nil && phonenumbers.IsValidNumber(abroad) {
			if other := phonenumbers.Format(abroad, phonenumbers.E164); other != number {
				return "", nil, faultf("phone_no_country", "%s, or a number of %s? Write it with + and its country code", other, c.region)
			}
		}
	}
	if valid {
		return number, nil, nil
	}
	// The library leaves the 0 that is dialled within a country where it is when
	// the number is unknown; behind a country code it is wrong.
	national := phonenumbers.GetNationalSignificantNumber(parsed)
	if national[0] == '0' && metadata()[country(parsed, "")].GetNationalPrefix() == "0" {
		return c.e164(phoneText{text: fmt.Sprintf("+%d%s", parsed.GetCountryCode(), strings.TrimLeft(national, "0"))})
	}
	switch phonenumbers.IsPossibleNumberWithReason(parsed) {
	case phonenumbers.IS_POSSIBLE:
	case phonenumbers.TOO_SHORT:
		return "", nil, faultf("invalid_phone", "too short for a number of %s", country(parsed, c.region))
	case phonenumbers.TOO_LONG:
		return "", nil, faultf("invalid_phone", "too long for a number of %s", country(parsed, c.region))
	case phonenumbers.IS_POSSIBLE_LOCAL_ONLY:
		return "", nil, faultf("invalid_phone", "a local number: its area code is missing")
	default:
		return "", nil, faultf("invalid_phone", "no number of %s has so many digits", country(parsed, c.region))
	}
	return number, unknownNumber, nil
}

// hasTrunk reports whether a national number is written as its region writes
// them: with the 0 that is dialled first, where there is one.
func hasTrunk(text, region string) bool {
	m := metadata()[region]
	return m == nil || m.GetNationalPrefix() != "0" || strings.HasPrefix(digitsOf(text), "0")
}

// country names the country of a number by its region.
func country(n *phonenumbers.PhoneNumber, region string) string {
	if r := phonenumbers.GetRegionCodeForCountryCode(int(n.GetCountryCode())); r != "ZZ" && r != phonenumbers.REGION_CODE_FOR_NON_GEO_ENTITY {
		return r
	}
	if region != "" {
		return region
	}
	return "its country"
}

// phoneText is the number in a cell: digits in groups, behind a + when its
// country code is there.
type phoneText struct {
	text   string
	zero   string // text with the 0 that stood in brackets behind the country code; empty: none did
	remark *fault // on what was taken off
	// marker is a number of one or two digits before a whole one, as items of a
	// list have, unless it is the country code; empty: there is none.
	marker string
}

// readPhone finds the number in a cell, without any table. No digit may come
// from anything else that stands there: the fault says what that is.
func readPhone(s string, several bool) (n phoneText, f *fault) {
	s = plainPhone(s)
	if isSimplePhone(s) && !isDateLike(s) {
		return phoneText{text: s}, nil
	}
	if digitsOf(s) == "" {
		return n, faultf("invalid_phone", "not a phone number, such as +353 87 123 4567")
	}
	if strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Sc, r) }) {
		return n, faultf("invalid_phone", "an amount of money, not a phone number")
	}
	if numeral().MatchString(s) {
		return n, spelledNumber
	}
	if f := letterWithin(s); f != nil {
		if _, rest := cutRemark(trimPhone(s)); !isExtension(rest) {
			return n, f
		}
	}
	if cut := cutMarks(s); cut != s {
		n.remark = markBeside
		s = cut
	}
	cut := trimPhone(s)
	if n.marker = markerOf(s); n.marker == "" {
		n.marker = markerOf(cut)
	}
	if cut != s {
		n.remark = faultf("phone_prefix", "sent without what stands before the number")
		if strings.Trim(strings.TrimSuffix(s, cut), `'"= `) != "" && behindOther().MatchString(cut) {
			return n, faultf("phone_with_remark", "does its first figure belong to the number, or to the words before it? Keep the number alone in the cell")
		}
	}
	s = cut
	if f := notPhone(s); f != nil {
		return n, f
	}
	if f := areaOrNumber(s); f != nil {
		return n, f
	}
	if behindStop(s) {
		return n, faultf("phone_with_remark", "digits stand behind a full stop: do they belong to the number? Keep the number alone in the cell")
	}
	if first, more := splitPhones(s); more {
		if !several {
			return n, faultf("several_phones", "more than one number: several: first takes the first of them")
		}
		n.remark = faultf("several_phones", "more than one number: the first is sent")
		s = cutMarks(first)
		if f := notPhone(s); f != nil {
			return n, f
		}
	}
	if whole, fraction, ok := decimalPhone(s); ok {
		if strings.Trim(fraction, "0") != "" {
			return n, faultf("invalid_phone", "a decimal number: a spreadsheet has calculated with it")
		}
		n.remark = faultf("phone_decimal", "written as a decimal number: sent without what stands behind the point")
		s = whole
	}
	number, rest := cutRemark(s)
	if rest != "" && len(digitsOf(number)) < 5 {
		switch {
		case strings.ContainsFunc(rest, isMark):
			return n, markWithin
		case hasLetters(rest):
			return n, faultf("phone_letters", "letters stand beside too few digits: write those that stand for digits as digits")
		}
	} else if rest != "" {
		if strings.ContainsFunc(rest, unicode.IsDigit) {
			switch r, _ := utf8.DecodeRuneInString(rest); {
			case isExtension(rest):
				return n, extension
			case isMark(r):
				return n, markWithin
			}
			return n, faultf("phone_with_remark", "digits that belong to a remark follow the number: keep the number alone in the cell")
		}
		if last := lastGroup(number); rest[0] != '(' && rest[0] != '[' && (len(last) < 3 || len(last) == 4 && (last[:2] == "19" || last[:2] == "20")) {
			return n, faultf("phone_with_remark", "do the last digits belong to the number, or to the words that follow? Keep the number alone in the cell")
		}
		n.remark = faultf("phone_with_remark", "sent without the words that stand beside the number")
	}
	return finishPhone(n, number)
}

// trunkZero is the 0 of numbers that are written for callers at home and abroad.
var trunkZero = pattern(`[(\[]\s*0\s*[)\]]`)

// finishPhone gives a number the + of its country code, and takes (0) out of
// one that has it: keepZero judges whether the number is one without it.
func finishPhone(n phoneText, s string) (phoneText, *fault) {
	s = strings.TrimRight(s, " -./(")
	digits := digitsOf(s)
	switch {
	case digits == "" || strings.Trim(digits, "0") == "":
		return n, faultf("invalid_phone", "not a phone number, such as +353 87 123 4567")
	case len(digits) < 5:
		return n, faultf("invalid_phone", "too few digits for a phone number")
	case strings.LastIndexByte(s, '+') > 0 && strings.Trim(s[:strings.LastIndexByte(s, '+')], "( ") != "":
		return n, faultf("invalid_phone", "a + stands within the number: keep one number alone in the cell")
	}
	abroad := strings.ContainsRune(s, '+')
	if rest := strings.TrimLeft(s, "+( "); strings.HasPrefix(digits, "00") && len(digits) > 6 && strings.HasPrefix(rest, "0") {
		abroad = true
		s = rest
		for range 2 {
			s = strings.TrimLeft(s, "( ")[1:]
		}
	}
	if abroad {
		s = "+" + strings.TrimLeft(s, "+() ")
		if without := trunkZero().ReplaceAllString(s, " "); without != s {
			n.zero = "+" + digitsOf(s)
			s = without
		}
	}
	if len(digitsOf(s)) > 17 {
		return n, faultf("invalid_phone", "too many digits for one phone number")
	}
	n.text = strings.TrimSpace(s)
	return n, nil
}

// noPhone is a remark on a text that is sent as a phone number and plainly is
// none, or not only one; nil: it may be one.
func noPhone(s string) *fault {
	n, f := readPhone(s, false)
	switch {
	case n.marker != "":
		f = markerBefore(n.marker)
	case f == nil:
		f = n.remark
	}
	if f == nil {
		return nil
	}
	why := f.message
	switch f.code {
	case "phone_prefix":
		why = "something stands before the number, which type: phone takes off"
	case "phone_decimal":
		why = "written as a decimal number, which type: phone mends"
	case "phone_extension":
		why = "an extension stands behind the number"
	case "phone_with_remark":
		why = "a remark stands beside the number"
	case "several_phones":
		why = "more than one number: type: phone, several: first takes the first"
	}
	return &fault{"no_phone_number", "sent as it stands, and plainly not one phone number: " + why}
}
