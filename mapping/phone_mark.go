package mapping

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// isMark reports whether r shows a digit and is none: the superscript figure of
// a footnote, a number in a circle. Unicode's compatibility form would make a
// digit of it, and a digit of a phone number comes from a decimal digit alone.
func isMark(r rune) bool {
	switch {
	case r < 0x80 || unicode.Is(unicode.Nd, r):
		return false
	case unicode.In(r, unicode.No, unicode.Nl):
		return true
	case 0x2070 <= r && r <= 0x209f: // the signs and brackets of such figures
		return true
	}
	return strings.ContainsAny(norm.NFKC.String(string(r)), "0123456789")
}

// enclosed are digits in a frame that is a character of its own: emoji of keys.
var enclosed = pattern(`\p{Nd}[\x{fe0e}\x{fe0f}]?\p{Me}`)

// foldPhone is s in Unicode's compatibility form, but for the marks in it.
func foldPhone(s string) string {
	if strings.ContainsFunc(s, func(r rune) bool { return unicode.Is(unicode.Me, r) }) {
		s = enclosed().ReplaceAllString(s, "①")
	}
	var b strings.Builder
	for s != "" {
		i := strings.IndexFunc(s, isMark)
		if i < 0 {
			i = len(s)
		}
		b.WriteString(norm.NFKC.String(s[:i]))
		s = s[i:]
		if i = strings.IndexFunc(s, func(r rune) bool { return !isMark(r) }); i < 0 {
			i = len(s)
		}
		b.WriteString(s[:i])
		s = s[i:]
	}
	return b.String()
}

// cutMarks takes the marks at the ends of s off, with the brackets and blanks
// around them.
func cutMarks(s string) string {
	beside := func(r rune) bool { return isMark(r) || strings.ContainsRune(" ()[].,:*", r) }
	front := s[:len(s)-len(strings.TrimLeftFunc(s, beside))]
	if i := strings.LastIndexFunc(front, isMark); i >= 0 {
		s = strings.TrimLeft(strings.TrimLeftFunc(s[i:], isMark), " )].,:")
	}
	tail := s[len(strings.TrimRightFunc(s, beside)):]
	if i := strings.IndexFunc(tail, isMark); i >= 0 {
		s = strings.TrimRight(s[:len(s)-len(tail)+i], " ([.,:")
	}
	return s
}

var (
	markBeside = faultf("phone_with_remark", "sent without the footnote mark beside the number: ², ① and their like are no digits of it")
	markWithin = faultf("phone_with_remark", "², ① and their like are no digits, and stand among those of the number: keep the number alone in the cell")
)

// lookalike is a letter in the place of a digit: between digits, or one that
// looks like one beside them.
var lookalike = pattern(`[0-9](\pL)[0-9]|(?:^|[^\pL0-9])([OoIlОоΟο])[0-9]{2}|[0-9]([OIlОΟ])(?:$|[^\pL0-9])`)

// letterWithin is a fault for a letter that is typed in the place of a digit.
func letterWithin(s string) *fault {
	at := lookalike().FindStringSubmatch(s)
	if at == nil {
		return nil
	}
	letter := at[1] + at[2] + at[3]
	meant := ""
	switch letter {
	case "O", "o", "О", "о", "Ο", "ο":
		meant = ": is it a 0?"
	case "I", "l":
		meant = ": is it a 1?"
	}
	return faultf("phone_letters", "the letter %s stands among the digits%s", letter, meant)
}

// numeral is a number in the words of a script that has no digits for it: the
// numerals of Chinese and Japanese, and the words by which Koreans read digits.
var numeral = pattern(`(^|[^\pL\p{Nl}])[\x{3007}\x{3021}-\x{3029}零一二三四五六七八九十壱弐参壹貳參공영일이삼사오육륙칠팔구]+($|[^\pL\p{Nl}])`)

var spelledNumber = faultf("phone_letters", "a part of the number is written in words, such as 三: write it in digits")
