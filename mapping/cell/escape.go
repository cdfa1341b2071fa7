package cell

import (
	"html"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// Escape is a way in which another program left text escaped, or decoded it
// wrongly. Only what no person types counts.
type Escape struct {
	Code  string // a name for programs
	What  string // what the text has, for people
	Marks string // bytes of which any such text holds one
	In    func(text string) bool
}

// Escapes are the ways in which text is left escaped. Each has bytes of
// which any such text holds one: text without them is not looked at twice.
var Escapes = [...]Escape{
	{"html_escapes", "characters written as HTML does", "&", hasEntity},
	{"html_tags", "HTML tags", "<", htmlTag.MatchString},
	{"quoted_printable", "characters escaped as in e-mail (quoted-printable)", "=", hasQuotedPrintable},
	{"percent_escapes", "characters escaped as in addresses of web pages", "%", hasPercent},
	{"backslash_escapes", "characters escaped with a backslash", `\`, backslashU.MatchString},
	{"spreadsheet_escapes", "characters escaped as in workbooks", "_", workbookX.MatchString},
	{"wrong_decoding", "text that was decoded in a wrong encoding", "\xc3\xe2\xd0", twiceEncoded}, // Ã, â and √, Ð
}

var (
	entity          = regexp.MustCompile(`&(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});`)
	htmlTag         = regexp.MustCompile(`(?i)</?(a|b|i|u|p|br|div|span|strong|em|ul|ol|li|table|tr|td|th|font|html|body|h[1-6]|img)(\s[^<>]*)?/?>`)
	encodedWord     = regexp.MustCompile(`=\?[\w-]+\?[QqBb]\?[^?]*\?=`)
	quotedPrintable = regexp.MustCompile(`(=[0-9A-F]{2}){2,}`)
	percent         = regexp.MustCompile(`%[0-9A-Fa-f]{2}`)
	backslashU      = regexp.MustCompile(`\\u[0-9a-fA-F]{4}`)
	workbookX       = regexp.MustCompile(`_x[0-9A-Fa-f]{4}_`)
	foreignRun      = regexp.MustCompile(`[^\x00-\x7f]+`)
)

func hasEntity(text string) bool {
	for _, e := range entity.FindAllString(text, -1) {
		if html.UnescapeString(e) != e {
			return true
		}
	}
	return false
}

func hasQuotedPrintable(text string) bool {
	if encodedWord.MatchString(text) {
		return true
	}
	for _, run := range quotedPrintable.FindAllString(text, -1) {
		if foreign(unhex(run)) {
			return true
		}
	}
	return false
}

// hasPercent looks for what web pages escape in text that is no address of one.
func hasPercent(text string) bool {
	if strings.Contains(text, "/") || !percent.MatchString(text) {
		return false
	}
	plain, err := url.PathUnescape(text)
	return err == nil && utf8.ValidString(plain) && (foreign(plain) || strings.ContainsAny(plain, "@ ") && !strings.Contains(text, " "))
}

// unhex is what "=C3=BC" stands for.
func unhex(run string) string {
	plain, err := url.PathUnescape(strings.ReplaceAll(run, "=", "%"))
	if err != nil {
		return ""
	}
	return plain
}

// foreign reports whether text is sound UTF-8 and more than ASCII.
func foreign(text string) bool {
	return utf8.ValidString(text) && strings.ContainsFunc(text, func(r rune) bool { return r >= utf8.RuneSelf })
}

// twiceEncoded reports whether the letters beyond ASCII are what the bytes of
// UTF-8 look like in another encoding: "Ã¼" is ü.
func twiceEncoded(text string) bool {
	for _, run := range foreignRun.FindAllString(text, -1) {
		for _, charset := range []*charmap.Charmap{charmap.Windows1252, charmap.Macintosh} {
			if b, err := charset.NewEncoder().String(run); err == nil && foreign(b) && utf8.RuneCountInString(b) < utf8.RuneCountInString(run) {
				return true
			}
		}
	}
	return false
}
