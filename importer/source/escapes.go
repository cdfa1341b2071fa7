package source

import (
	"bytes"
	"fmt"
	"html"
	"net/url"
	"regexp"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// Text that another program left escaped, or decoded in a wrong way, is said
// and left as it is: it may be meant. Only what no person types counts.

// escapes are the ways in which text is left escaped. Each has bytes of
// which any such text holds one: text without them is not looked at twice.
var escapes = [...]struct {
	code, what string
	marks      string
	in         func(text string) bool
}{
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

// marksOf adds to seen the numbers of the escapes whose mark b holds.
func marksOf(seen uint16, b []byte) uint16 {
	for i := range escapes {
		if seen&(1<<i) == 0 && has(b, escapes[i].marks) {
			seen |= 1 << i
		}
	}
	return seen
}

func has(b []byte, marks string) bool {
	for i := range len(marks) {
		if bytes.IndexByte(b, marks[i]) >= 0 {
			return true
		}
	}
	return false
}

// escapeNotes tell of the cells of a row that hold escaped text, of the ways
// that the file's text has marks of.
func escapeNotes(line int, header, cells []string, seen uint16, raw []byte) []Note {
	var notes []Note
	for i := range escapes {
		e := &escapes[i]
		if seen&(1<<i) == 0 || !has(raw, e.marks) {
			continue
		}
		for n, c := range cells {
			if !e.in(c) {
				continue
			}
			sample := []rune(c)
			if len(sample) > 60 {
				sample = append(sample[:57:57], []rune("...")...)
			}
			notes = append(notes, Note{line, 0, e.code, fmt.Sprintf("column %q has %s, such as %q; left as it is", header[n], e.what, string(sample))})
		}
	}
	return notes
}

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
