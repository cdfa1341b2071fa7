package mapping

import (
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"leadimport/client"
)

// maxInteger is the largest integer that every JSON reader keeps exact: 2^53.
const maxInteger = 1 << 53

// number is a number as people write it, reduced to its digits.
type number struct {
	text     string // [-]digits[.digits][e[+-]digits], as strconv reads it
	leading  bool   // zeros before the first digit that counts: 007
	fraction bool   // it has a fraction that is not zero
	exponent bool   // written with an exponent, or as a percentage
}

// parseNumber reads s with decimal as its decimal sign ('.' or ','). It takes
// thousands separators (the other of the two, an apostrophe, blanks) in groups
// of three, or of two before the last as in India; a currency sign or code on
// either side; a percentage, which is a hundredth; brackets for a negative.
func parseNumber(s string, decimal byte) (number, bool) {
	if n, ok := plainNumber(s, decimal); ok {
		return n, true
	}
	s = trim(s)
	negative, percent := false, false
	if strings.HasPrefix(s, "(") && strings.HasSuffix(s, ")") {
		negative, s = true, trim(s[1:len(s)-1])
	}
	s, signed := cutSign(s)
	s = trim(cutCurrency(s))
	if rest, ok := strings.CutSuffix(s, "%"); ok {
		percent, s = true, trim(rest)
	}
	s, again := cutSign(s)
	if signed != "" && again != "" || negative && (signed != "" || again != "") {
		return number{}, false
	}
	negative = negative || signed == "-" || again == "-"
	whole, fraction, exponent, ok := splitNumber(s, decimal)
	if !ok {
		return number{}, false
	}
	n := number{
		leading:  len(whole) > 1 && whole[0] == '0',
		fraction: strings.Trim(fraction, "0") != "",
		exponent: exponent != "" || percent,
	}
	if percent {
		if exponent != "" {
			return number{}, false
		}
		exponent = "-2"
	}
	n.text = assemble(negative, whole, fraction, exponent)
	return n, true
}

// plainNumber is parseNumber for what most cells are: a sign, digits, a point.
func plainNumber(s string, decimal byte) (number, bool) {
	i := 0
	if i < len(s) && s[i] == '-' {
		i++
	}
	first, point, fraction := i, -1, false
	for ; i < len(s); i++ {
		switch c := s[i]; {
		case isDigit(c):
			fraction = fraction || point >= 0 && c != '0'
		case c == '.' && decimal == '.' && point < 0 && i > first:
			point = i
		default:
			return number{}, false
		}
	}
	if i == first || point == i-1 {
		return number{}, false
	}
	leading := s[first] == '0' && first+1 < len(s) && isDigit(s[first+1])
	return number{text: s, leading: leading, fraction: fraction}, true
}

func assemble(negative bool, whole, fraction, exponent string) string {
	var b strings.Builder
	if negative {
		b.WriteByte('-')
	}
	b.WriteString(whole)
	if fraction != "" {
		b.WriteByte('.')
		b.WriteString(fraction)
	}
	if exponent != "" {
		b.WriteByte('e')
		b.WriteString(exponent)
	}
	return b.String()
}

func cutSign(s string) (rest, sign string) {
	for _, p := range []string{"-", "+", "\u2212"} { // the minus sign of typography
		if rest, ok := strings.CutPrefix(s, p); ok {
			if p == "+" {
				return trim(rest), "+"
			}
			return trim(rest), "-"
		}
	}
	return s, ""
}

// currencies are the codes and words that stand beside amounts; signs are
// known by their Unicode category.
var currencies = []string{"US$", "R$", "A$", "C$", "Kč", "zł", "Ft", "kr.", "kr", "Fr.", "lei", "лв",
	"USD", "EUR", "GBP", "CHF", "JPY", "CNY", "AUD", "CAD", "NZD", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "RON", "BGN",
	"INR", "BRL", "MXN", "ZAR", "SGD", "HKD", "KRW", "TRY", "ILS", "AED", "SAR", "THB", "RUB", "UAH", "ISK"}

func cutCurrency(s string) string {
	if r, size := utf8.DecodeRuneInString(s); unicode.Is(unicode.Sc, r) {
		return s[size:]
	}
	if r, size := utf8.DecodeLastRuneInString(s); unicode.Is(unicode.Sc, r) {
		return s[:len(s)-size]
	}
	for _, c := range currencies {
		if len(s) > len(c) && strings.EqualFold(s[:len(c)], c) {
			return s[len(c):]
		}
		if len(s) > len(c) && strings.EqualFold(s[len(s)-len(c):], c) {
			return s[:len(s)-len(c)]
		}
	}
	return s
}

// splitNumber takes the digits out of s, without its grouping.
func splitNumber(s string, decimal byte) (whole, fraction, exponent string, ok bool) {
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		s, exponent = s[:i], s[i+1:]
		if digits := strings.TrimLeft(exponent, "+-"); !allDigits(digits) || len(digits) > 4 || len(exponent)-len(digits) > 1 {
			return "", "", "", false
		}
	}
	if i := strings.IndexByte(s, decimal); i >= 0 {
		s, fraction = s[:i], s[i+1:]
		if !allDigits(fraction) {
			return "", "", "", false
		}
		if s == "" { // .5
			s = "0"
		}
	}
	whole, ok = ungroup(s, decimal)
	return whole, fraction, exponent, ok
}

// ungroup takes one kind of thousands separator out of s, where it stands
// where it should.
func ungroup(s string, decimal byte) (string, bool) {
	if allDigits(s) {
		return s, true
	}
	var sep rune
	var groups []string
	rest := s
	for {
		i := strings.IndexFunc(rest, func(r rune) bool { return r < '0' || r > '9' })
		if i < 0 {
			groups = append(groups, rest)
			break
		}
		r, size := utf8.DecodeRuneInString(rest[i:])
		if sep == 0 {
			sep = r
		}
		if r != sep || !isGroupSign(r, decimal) {
			return "", false
		}
		groups = append(groups, rest[:i])
		rest = rest[i+size:]
	}
	last := len(groups) - 1
	if len(groups[0]) < 1 || len(groups[0]) > 3 || len(groups[last]) != 3 {
		return "", false
	}
	width := 3
	if last > 1 && len(groups[1]) == 2 {
		width = 2
	}
	for _, g := range groups[1:last] {
		if len(g) != width {
			return "", false
		}
	}
	if width == 2 && len(groups[0]) > 2 {
		return "", false
	}
	return strings.Join(groups, ""), true
}

func isGroupSign(r rune, decimal byte) bool {
	switch r {
	case '.', ',':
		return r != rune(decimal)
	case ' ', '\u00a0', '\u202f', '\u2009', '\'', '\u2019':
		return true
	}
	return false
}

// otherDecimal is a hint for a number that would be right with the other
// decimal sign.
func otherDecimal(s string, decimal byte) string {
	other := byte(',')
	if decimal == ',' {
		other = '.'
	}
	if n, ok := parseNumber(s, other); ok {
		return `; with decimal: "` + string(other) + `" it would be ` + n.text
	}
	return ""
}

// twoReadings is a fault for 1,234 and 1.234 in a column with 1,5: nothing tells
// which of the signs are decimal ones.
func (c *conversion) twoReadings(s, code string) *fault {
	if !c.unsureSign {
		return nil
	}
	point, isPoint := parseNumber(s, '.')
	comma, isComma := parseNumber(s, ',')
	if !isPoint || !isComma || point.text == comma.text {
		return nil
	}
	return faultf(code, `%s, or %s as other numbers of the column are written: state decimal: "." or decimal: ","`, point.text, comma.text)
}

func (c *conversion) integer(s string) (client.Value, *fault) {
	n, ok := parseNumber(s, c.decimal)
	if f := c.twoReadings(s, "not_an_integer"); f != nil {
		return client.Value{}, f
	}
	switch {
	case !ok:
		return client.Value{}, faultf("not_an_integer", "not a whole number, such as 1200%s", otherDecimal(s, c.decimal))
	case n.leading:
		return client.Value{}, faultf("leading_zeros", "its leading zeros would be lost: use type: string to keep them")
	case n.exponent:
		return client.Value{}, faultf("not_an_integer", "not a whole number in plain digits: a spreadsheet may have shortened it")
	case n.fraction:
		return client.Value{}, faultf("not_an_integer", "not a whole number: use type: float to keep its fraction")
	}
	digits, _, _ := strings.Cut(n.text, ".")
	i, err := strconv.ParseInt(digits, 10, 64)
	if err != nil || i > maxInteger || i < -maxInteger {
		return client.Value{}, faultf("integer_range", "larger than 9007199254740992, the API could not keep it exact: use type: string")
	}
	return client.Integer(i), nil
}

func (c *conversion) float(s string) (client.Value, *fault) {
	n, ok := parseNumber(s, c.decimal)
	if f := c.twoReadings(s, "not_a_number"); f != nil {
		return client.Value{}, f
	}
	if !ok {
		return client.Value{}, faultf("not_a_number", "not a number, such as 1200.50%s", otherDecimal(s, c.decimal))
	}
	f, err := strconv.ParseFloat(n.text, 64)
	if err != nil || math.IsInf(f, 0) || math.IsNaN(f) {
		return client.Value{}, faultf("number_range", "larger than any number that the API can hold")
	}
	return client.Float(f), nil
}
