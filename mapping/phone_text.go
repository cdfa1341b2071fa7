package mapping

import (
	"strings"
	"unicode"

	"leadimport/client/email"
)

// plainPhone is s with the digits, dashes and blanks of any script in ASCII.
func plainPhone(s string) string {
	s = trim(s)
	if isASCII(s) {
		return s
	}
	return trim(strings.Map(func(r rune) rune {
		switch {
		case unicode.IsSpace(r):
			return ' '
		case unicode.Is(unicode.Pd, r) || r == '\u2212':
			return '-'
		case r > 0x7f && unicode.Is(unicode.Nd, r):
			return '0' + digitOf(r)
		case r == '·' || r == '•':
			return '.'
		case email.Invisible(r):
			return -1
		}
		return r
	}, foldPhone(s)))
}

// digitOf is the value of a decimal digit: those of a script stand in a row of
// ten that begins with its zero.
func digitOf(r rune) rune {
	n := rune(0)
	for unicode.Is(unicode.Nd, r-1) && n < 9 {
		r--
		n++
	}
	return n
}

// isSimplePhone reports whether s is nothing but groups of digits behind a +
// or nothing, which nearly all numbers are.
func isSimplePhone(s string) bool {
	digits, zeros := 0, 0
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case isDigit(c):
			if digits++; c == '0' {
				zeros++
			}
		case c == '+' && i == 0:
		case c == ' ' || c == '-':
			if i == 0 || !isDigit(s[i-1]) {
				return false
			}
		default:
			return false
		}
	}
	return digits >= 5 && digits <= 15 && isDigit(s[len(s)-1]) && !strings.HasPrefix(s, "00") && !strings.HasPrefix(s, "+0") &&
		zeros < digits
}

// prefixes are what lists and forms put before a number: the text mark of a
// spreadsheet, the schemes of links and of lead forms, and words that hold no
// digit.
var prefixes = pattern(`^(?i:['"=]+|(?:tel|phone|callto|sip|p|whatsapp|mobile|mob|fax)[.:]+|[^0-9+(\[]*[^0-9+(\[ ][^0-9+(\[]*)\s*`)

// trimPhone takes off what stands before a number, and quotes around it.
func trimPhone(s string) string {
	for {
		at := prefixes().FindStringIndex(s)
		if at == nil || at[1] == 0 || at[1] == len(s) {
			break
		}
		s = s[at[1]:]
	}
	return strings.TrimRight(s, `"' `)
}

// separators stand between two numbers and in none.
var separators = pattern(`\s*(?::::|[;,|&\n\r\t]|\s(?i:or|oder|ou|und|and|et|y|o|bzw\.?)\s)\s*`)

// splitPhones reports whether s holds more than one number, and cuts the first
// off. What follows must have digits enough to be one, or an ending of one.
func splitPhones(s string) (first string, more bool) {
	if at := separators().FindStringIndex(s); at != nil {
		before, after := s[:at[0]], s[at[1]:]
		if len(digitsOf(before)) >= 5 && len(digitsOf(after)) >= 1 && !isDecimalComma(s) && (!hasLetters(after) || isLabelled(after)) {
			return before, true
		}
	}
	if at := nextPlus().FindStringIndex(s); at != nil && len(digitsOf(s[:at[0]])) >= 7 && !hasLetters(s) {
		return s[:at[0]], true
	}
	// A slash can stand behind an area code, and once. One behind as many
	// digits as a number has stands before another number, or another ending.
	i := strings.IndexByte(s, '/')
	if i < 0 || hasLetters(s) {
		return s, false
	}
	before, after := digitsOf(s[:i]), digitsOf(s[i+1:])
	if strings.HasPrefix(s, "+") && len(before) <= 7 || len(before) <= 6 {
		if j := strings.IndexByte(s[i+1:], '/'); j >= 0 && after != "" {
			return s[:i+1+j], true
		}
		return s, false
	}
	return s[:i], after != ""
}

// nextPlus is where another number begins, with no more than blanks before it.
var nextPlus = pattern(`[\s/]+[(\[]?\+`)

// isLabelled reports whether s is a word and a whole number: Cell: 087 1234567.
func isLabelled(s string) bool {
	number := trimPhone(s)
	digits := len(digitsOf(number))
	return !hasLetters(number) && !isDateLike(number) && (digits >= 9 || digits >= 7 && (number[0] == '0' || number[0] == '+' || number[0] == '('))
}

// listMarkers are one or two digits before a number, as items of a list have
// them: (2), 2), 2. and #2. An area code in brackets has no 0 behind it, and one
// before a full stop less than a whole number.
var listMarkers = pattern(`(?s)^(?:[(\[]\s*([1-9][0-9]?)\s*[)\]]\s*([(\[]*[+0].*)|#\s*([1-9][0-9]?)[).:]?\s+(.*)|([1-9][0-9]?)\s*[)\]]\s*(.*)|([1-9][0-9]?)[.-]\s+(.*))$`)

// markerOf is the number of such an item; empty: s has none.
func markerOf(s string) string {
	at := listMarkers().FindStringSubmatch(s)
	if at == nil {
		return ""
	}
	marker, rest := at[1]+at[3]+at[5]+at[7], at[2]+at[4]+at[6]+at[8]
	digits := len(digitsOf(rest))
	if digits < 7 || at[7] != "" && strings.IndexByte("+0(", rest[0]) < 0 && (digits < 9 || strings.Contains(rest, ". ")) {
		return ""
	}
	return marker
}

func markerBefore(marker string) *fault {
	return faultf("phone_with_remark", "is the %s before the number that of an item of a list, or a part of it? Keep the number alone in the cell", marker)
}

// behindStop reports whether digits stand behind a whole number, a full stop and
// a blank. A number that is written in groups with full stops has them earlier.
func behindStop(s string) bool {
	before, after, ok := strings.Cut(s, ". ")
	return ok && len(digitsOf(before)) >= 7 && digitsOf(after) != "" && !hasLetters(s)
}

// areaThenNumber is a short number, a slash or a dash, and a number that begins
// as whole ones do.
var areaThenNumber = pattern(`^([^/]*[0-9][)\]]*)(?:\s*/\s*|\s+-+\s+)([(\[]*[+0][^/]*)$`)

// areaOrNumber is a fault for 030 / 0170 1234567: no part of a number begins
// with 0 behind an area code, and 030 is no number either.
func areaOrNumber(s string) *fault {
	at := areaThenNumber().FindStringSubmatch(s)
	if at == nil || hasLetters(s) {
		return nil
	}
	before, after := digitsOf(at[1]), digitsOf(at[2])
	country := strings.HasPrefix(s, "+") && len(before) <= 3 || strings.HasPrefix(before, "00") && len(before) <= 5
	if country || len(before) > 7 || len(after) < 7 {
		return nil
	}
	return faultf("phone_area", "is %s the area code, or a number beside another one? Keep one number alone in the cell", strings.TrimSpace(at[1]))
}

func isDecimalComma(s string) bool {
	whole, fraction, ok := strings.Cut(s, ",")
	return ok && allDigits(strings.TrimPrefix(whole, "+")) && strings.Trim(fraction, "0") == ""
}

var exponents = pattern(`^[+-]?[0-9]+([.,][0-9]+)?[eE][+-]?[0-9]+$`)

// notPhone is why s is plainly something else.
func notPhone(s string) *fault {
	switch {
	case exponents().MatchString(s):
		return faultf("phone_shortened", "shortened by a spreadsheet, its last digits are lost: format the column as text and export it again")
	case isDateLike(s):
		return faultf("phone_is_date", "a date, not a phone number")
	case strings.Contains(s, "@"):
		return faultf("invalid_phone", "an e-mail address, not a phone number")
	case strings.ContainsAny(s, "*#"):
		return faultf("invalid_phone", "* and # are dialled, and part of no number")
	}
	return nil
}

var dateLike = pattern(`^([0-9]{4}[-./][0-9]{1,2}[-./][0-9]{1,2}|[0-9]{1,2}([-./])[0-9]{1,2}([-./])([0-9]{4}|[0-9]{2}))([T ].*)?$`)

// isDateLike reports whether s is written as a date is, with a day and a month
// in one order or another.
func isDateLike(s string) bool {
	if len(s) < 6 || !isDigit(s[0]) || !dateLike().MatchString(s) {
		return false
	}
	day, clock, _ := strings.Cut(strings.ReplaceAll(s, "T", " "), " ")
	if clock != "" && !strings.Contains(clock, ":") {
		return false // more groups of a number
	}
	part := strings.FieldsFunc(day, func(r rune) bool { return r == '-' || r == '.' || r == '/' })
	a, b := atoi(part[0]), atoi(part[1])
	if len(part[0]) == 4 {
		a, b = atoi(part[1]), atoi(part[2])
	}
	return a >= 1 && b >= 1 && (a <= 31 && b <= 12 || a <= 12 && b <= 31)
}

// decimalPhone cuts a number that a program has written as a decimal one, at
// its point: one run of digits, a point, and one or two digits.
func decimalPhone(s string) (whole, fraction string, ok bool) {
	i := strings.LastIndexAny(s, ".,")
	if i < 6 {
		return "", "", false
	}
	whole, fraction = s[:i], s[i+1:]
	if !allDigits(strings.TrimPrefix(whole, "+")) || !allDigits(fraction) || len(fraction) > 2 && strings.Trim(fraction, "0") != "" {
		return "", "", false
	}
	return whole, fraction, true
}

// behindOther is a number whose 0 stands behind one or two other digits: those
// of a room or a floor, or one of several numbers.
var behindOther = pattern(`^[1-9][0-9]?[ .,:/-]+\(?0[0-9]{2}`)

// cutRemark cuts a number from the words behind it. A bracket with letters in
// it is part of the words, whatever digits stand in it too, and so is one
// behind a whole number.
func cutRemark(s string) (number, rest string) {
	for i, r := range s {
		switch {
		case r == '(' || r == '[':
			inner, behind, _ := strings.Cut(s[i+1:], ")")
			if hasLetters(inner) || strings.Trim(behind, " ") == "" && len(digitsOf(s[:i])) >= 7 {
				return s[:i], s[i:]
			}
		case r < 0x80 && (isDigit(byte(r)) || strings.ContainsRune(" +-./)]", r)):
		default:
			// A word that touches digits takes them with it: 7th, 2nd.
			start := i
			for start > 0 && isDigit(s[start-1]) && unicode.IsLetter(r) && !isExtension(s[i:]) {
				start--
			}
			if digitsOf(s[:start]) == "" {
				start = i
			}
			return s[:start], s[start:]
		}
	}
	return s, ""
}

// lastGroup is the last run of digits in a number.
func lastGroup(s string) string {
	s = strings.TrimRight(s, " -./)]")
	return s[strings.LastIndexFunc(s, func(r rune) bool { return r < '0' || r > '9' })+1:]
}

var extensions = pattern(`(?i)^[\s(\[;,.-]*(x|ext|extn|exten|extension|extensión|dw|durchwahl|nst|nebenstelle|apparat|klappe|poste|int|interno|anexo|ramal|toestel|tst|anknytning|ankn|lokal|alanumero|wew|wewn|linka|доб|внутр|вн|dahili|内線|分机|分機|내선)[\s.:=#-]*[0-9]+[\s)\]]*$`)

func isExtension(s string) bool { return extensions().MatchString(s) }

func hasLetters(s string) bool { return strings.ContainsFunc(s, unicode.IsLetter) }

func digitsOf(s string) string {
	return strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, s)
}
