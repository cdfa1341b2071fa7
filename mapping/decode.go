package mapping

import (
	"html"
	"mime"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"
)

// decoder mends text that another program left escaped, or decoded as another
// encoding than it has. It changes what is unmistakable and leaves the rest.
type decoder struct {
	name   string
	what   string // what such text looks like
	signs  string // without one of these bytes a text has nothing to decode
	decode func(string) string
	// plain reports whether the change is one that text which was never
	// escaped would not show, so that it may be remarked on unasked; nil: any.
	plain func(before, after string) bool
}

// decoders in the order in which they are tried. A mapping names them.
var decoders = []decoder{
	{"mime", "an encoded word of an e-mail's header", "=", decodeMIME, nil},
	{"quoted-printable", "quoted-printable text of an e-mail", "=", decodeQuotedPrintable, nil},
	{"html", "characters escaped for HTML", "&", decodeHTML, nil},
	{"url", "text escaped for a web address", "%", decodeURL, plainURL},
	{"backslash", `quotes escaped with a backslash, as PHP and MySQL write them`, `\`, decodeBackslash, nil},
	{"json", `characters escaped as \u`, `\`, decodeJSON, nil},
	{"spreadsheet", "characters escaped by a spreadsheet's file", "_", decodeSpreadsheet, nil},
	{"utf-8", "UTF-8 that was read in another encoding", "", decodeMojibake, nil},
}

func decoderNames() []string {
	var names []string
	for _, d := range decoders {
		names = append(names, d.name)
	}
	return names
}

func decoderOf(name string) *decoder {
	i := slices.IndexFunc(decoders, func(d decoder) bool { return d.name == name })
	if i < 0 {
		return nil
	}
	return &decoders[i]
}

func (a *attribute) parseDecode(f file, n node) error {
	list, err := f.oneOrMore(n, "decode")
	if err != nil {
		return err
	}
	for _, o := range list {
		if decoderOf(o.text) == nil {
			return f.errorf(o.at, oneOf(o.text, decoderNames()), "decode %q is not known", o.text)
		}
		a.decode = append(a.decode, o.text)
	}
	return nil
}

// run decodes s, once; what is not escaped is s itself.
func (d *decoder) run(s string) string {
	if d.signs != "" && !strings.ContainsAny(s, d.signs) || d.signs == "" && isASCII(s) {
		return s
	}
	after := d.decode(s)
	if after == s || !utf8.ValidString(after) {
		return s
	}
	return after
}

// mayBeEscaped are the bytes without which no decoder has anything to do.
var mayBeEscaped = func() (set [256]bool) {
	for c := range set {
		set[c] = c >= utf8.RuneSelf || strings.IndexByte(`&=%\_<`, byte(c)) >= 0
	}
	return set
}()

// escaped is a remark on text that looks escaped or decoded wrongly, once c has
// decoded it; nil: it looks as it should.
func (c *conversion) escaped(s string) *fault {
	found := false
	for i := 0; i < len(s) && !found; i++ {
		found = mayBeEscaped[s[i]]
	}
	if !found || strings.Contains(s, "://") {
		return nil
	}
	for i := range decoders {
		d := &decoders[i]
		if after := d.run(s); after != s && (d.plain == nil || d.plain(s, after)) {
			return faultf("looks_escaped", "looks like %s, and is sent as it stands: %s mends it", d.what, c.decodeAlso(d, after))
		}
	}
	if _, torn := unreadMojibake(s); torn {
		return faultf("looks_escaped", "looks like UTF-8 that was read in another encoding, of which some is lost, and is sent as it stands: export the list again as UTF-8, or write it right in the list")
	}
	if strings.ContainsAny(s, "\ufffd\ufffc") {
		return faultf("lost_character", "holds U+FFFD or U+FFFC, which stands for a character that was lost: sent as it stands")
	}
	if strings.ContainsFunc(s, func(r rune) bool { return r >= 0x80 && r < 0xa0 }) {
		return faultf("looks_escaped", "holds control characters, which letters or quotes become that are read in a wrong encoding: sent as it stands")
	}
	if e := looseEntity().FindString(s); e != "" {
		return faultf("looks_escaped", "holds %s, which stands for a sign in HTML when a semicolon follows, and is sent as it stands: write the sign itself in the list", e)
	}
	for _, e := range entity().FindAllString(s, -1) {
		if html.UnescapeString(e) != e {
			return faultf("looks_escaped", "holds %s, which is no sign of HTML and begins like one, and is sent as it stands: write what is meant in the list", e)
		}
	}
	if e := plainEscape().FindString(s); e != "" && !strings.Contains(s, `:\`) {
		return faultf("looks_escaped", "holds %s, by which a program has escaped a sign or the end of a line, and is sent as it stands: write the sign itself in the list", strings.TrimSpace(e))
	}
	if leftOver().MatchString(s) {
		return faultf("looks_escaped", "looks like characters that a program has escaped, in an encoding that is not known, and is sent as it stands")
	}
	if strings.IndexByte(s, '<') >= 0 && markup().MatchString(s) {
		return faultf("looks_escaped", "looks like HTML, and is sent as it stands")
	}
	return nil
}

var (
	markup = pattern(`(?i)<(/?(a|b|i|p|u|br|div|span|strong|em|font|h[1-6]|li|ul|ol|td|tr|table|img)\b[^<>]*)>`)
	// leftOver are =E9 and %E9 of an older encoding within a word, and escapes of
	// programs: \xc3.
	leftOver = pattern(`\pL[=%][C-F][0-9A-F]\p{Ll}|\pL{2}[=%][C-F][0-9A-F]$|\\x[0-9a-fA-F]{2}`)
	// plainEscape is a sign of quoted-printable text that has no other, or a
	// line's end as programs write it.
	plainEscape = pattern(`=(3D|20|0D|0A)|\\[nrt]`)
	entity      = pattern(`&(#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});`)
	equalsRun   = pattern(`(=[0-9A-F]{2})+`)
	percentRun  = pattern(`(%[0-9A-Fa-f]{2})+`)
	unicodeRun  = pattern(`(\\u[0-9A-Fa-f]{4})+`)
	cellEscape  = pattern(`_x[0-9A-Fa-f]{4}_`)
	encoded     = pattern(`=\?[A-Za-z0-9-]+\?[QqBb]\?[^? ]*\?=`)
)

var (
	// openEntity is an entity whose semicolon was lost, and whose name is no
	// word, as those of looseEntity are.
	openEntity  = pattern(`&(#[0-9]{2,7}|#[xX][0-9a-fA-F]{2,6}|amp|quot|apos|lt|gt|nbsp|szlig|(?:[AEIOUYaeiouy]acute|[AEIOUaeiou](?:grave|circ|uml)|yuml|[ANOano]tilde|[Cc]cedil|[Aa]ring|[Oo]slash|AElig|aelig))([^A-Za-z0-9;=]|$)`)
	looseEntity = pattern(`&(copy|reg|trade|euro|pound|yen|cent|deg|ndash|mdash|lsquo|rsquo|ldquo|rdquo|bdquo|laquo|raquo|hellip|bull|middot|ordm|ordf|sect|para|frac12|sup[123])\b`)
)

func decodeHTML(s string) string {
	s = entity().ReplaceAllStringFunc(s, func(e string) string {
		// Of a name that it does not know, the library takes the beginning.
		if after := unescapeEntity(e); len(after) == 1 || !strings.HasSuffix(after, ";") {
			return after
		}
		return e
	})
	return openEntity().ReplaceAllStringFunc(s, func(e string) string {
		at := openEntity().FindStringSubmatch(e)
		if whole := "&" + at[1] + ";"; unescapeEntity(whole) != whole {
			return unescapeEntity(whole) + at[2]
		}
		return e
	})
}

// unescapeEntity leaves the numbers alone that are no character, &#0; and
// &#xD800;, which the library makes U+FFFD of: then nobody sees what stood there.
func unescapeEntity(e string) string {
	if after := html.UnescapeString(e); after != "\ufffd" {
		return after
	}
	return e
}

// decodeAlso is the setting that decodes what c leaves, after which is the text
// once d has decoded it: text is escaped by several programs, or twice.
func (c *conversion) decodeAlso(d *decoder, after string) string {
	list := append(slices.Clone(c.decode), d)
	for range 3 {
		i := slices.IndexFunc(decoders, func(d decoder) bool {
			next := d.run(after)
			return next != after && (d.plain == nil || d.plain(after, next))
		})
		if i < 0 {
			break
		}
		after = decoders[i].run(after)
		list = append(list, &decoders[i])
	}
	if len(list) == 1 {
		return "decode: " + d.name
	}
	var names []string
	for _, d := range list {
		names = append(names, d.name)
	}
	return "decode: [" + strings.Join(names, ", ") + "]"
}

var escapedQuote = pattern(`\\(['"\\])`)

// decodeBackslash decodes a text in which a quote is escaped: a backslash that
// stands before another one may be a folder's.
func decodeBackslash(s string) string {
	if !strings.Contains(s, `\'`) && !strings.Contains(s, `\"`) {
		return s
	}
	return escapedQuote().ReplaceAllString(s, "$1")
}

func decodeMIME(s string) string {
	if !encoded().MatchString(s) {
		return s
	}
	after, err := new(mime.WordDecoder).DecodeHeader(s)
	if err != nil {
		return s
	}
	return after
}

// decodeQuotedPrintable takes runs that are UTF-8 beyond ASCII; where there is
// one, escaped ASCII is decoded as well.
func decodeQuotedPrintable(s string) string { return decodeRuns(s, equalsRun(), "=") }

func decodeRuns(s string, run *regexp.Regexp, sign string) string {
	beyond := false
	for _, r := range run.FindAllString(s, -1) {
		b := unescapeHex(r, sign)
		beyond = beyond || utf8.ValidString(b) && !isASCII(b)
	}
	if !beyond {
		return s
	}
	return run.ReplaceAllStringFunc(s, func(r string) string {
		if b := unescapeHex(r, sign); utf8.ValidString(b) && printableText(b) {
			return b
		}
		return r
	})
}

func unescapeHex(run, sign string) string {
	var b strings.Builder
	for part := range strings.SplitSeq(run[1:], sign) {
		n, err := strconv.ParseUint(part, 16, 8)
		if err != nil {
			return run
		}
		b.WriteByte(byte(n))
	}
	return b.String()
}

func printableText(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) || r == utf8.RuneError })
}

// decodeURL decodes a text that is escaped throughout: every % begins an
// escape, and no blank stands in it. Of others it decodes what is UTF-8 beyond
// ASCII, and percent signs.
func decodeURL(s string) string {
	if strings.ContainsAny(s, " \t") || !percentRun().MatchString(s) {
		if after := decodeRuns(s, percentRun(), "%"); after != s {
			return after
		}
		return strings.ReplaceAll(s, "%25", "%")
	}
	after, err := url.PathUnescape(s)
	if err != nil || !printableText(after) {
		return s
	}
	return after
}

// plainURL leaves 5%30 and the like alone: nobody escapes plain letters and
// digits.
func plainURL(before, after string) bool {
	return isASCII(before) && !isASCII(after) || escapedSign().MatchString(before)
}

var escapedSign = pattern(`%(2[0-9A-Fa-f]|3[A-Fa-f]|40|5[B-Fb-f]|7[B-Eb-e])`)

func decodeJSON(s string) string {
	return unicodeRun().ReplaceAllStringFunc(s, func(run string) string {
		var units []uint16
		for part := range strings.SplitSeq(run[2:], `\u`) {
			n, err := strconv.ParseUint(part, 16, 16)
			if err != nil {
				return run
			}
			units = append(units, uint16(n))
		}
		if b := string(utf16.Decode(units)); printableText(b) {
			return b
		}
		return run
	})
}

// decodeSpreadsheet decodes _x000D_ and its like, by which a spreadsheet's
// file keeps control characters. Those at the end say nothing.
func decodeSpreadsheet(s string) string {
	after := cellEscape().ReplaceAllStringFunc(s, func(e string) string {
		n, err := strconv.ParseUint(e[2:6], 16, 16)
		switch {
		case err != nil || n == 0 || utf16.IsSurrogate(rune(n)):
			return e
		case n == '\r':
			return ""
		case n < ' ' && n != '\n' && n != '\t':
			return ""
		}
		return string(rune(n))
	})
	if after != s {
		after = strings.TrimRightFunc(after, isInvisible)
	}
	return after
}
