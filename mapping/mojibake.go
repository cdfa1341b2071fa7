package mapping

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// misreading is an encoding as which UTF-8 is read by mistake.
type misreading struct {
	m *charmap.Charmap
	// western: its misread letters are Ã, √ and signs, which stand side by side in
	// no language. Of the others they are letters of somebody's language.
	western bool
}

// misreadings are those of the systems that people work with. The bit of each in
// misread is its place here.
var misreadings = []misreading{
	{charmap.Windows1252, true}, {charmap.Macintosh, true},
	{charmap.Windows1254, false}, {charmap.Windows1250, false}, {charmap.Windows1251, false}, {charmap.KOI8R, false}, {charmap.CodePage437, false}, {charmap.CodePage850, false},
}

// misread tells of the characters beyond ASCII as what bytes of UTF-8 they may
// have been: for each encoding a bit for the first byte of a character, and one
// eight places up for a further byte.
var misread = func() map[rune]uint16 {
	kinds := map[rune]uint16{}
	for i, as := range misreadings {
		for b := 0x80; b <= 0xf4; b++ {
			kind := uint16(1) << (8 + i)
			if b >= 0xc0 {
				kind = 1 << i
			}
			kinds[as.m.DecodeByte(byte(b))] |= kind
			if b < 0xa0 && as.m != charmap.Macintosh {
				kinds[rune(b)] |= kind
			}
		}
	}
	delete(kinds, utf8.RuneError)
	return kinds
}()

// mayBeMojibake reports whether two characters beyond ASCII stand side by side
// that are the first and a further byte of UTF-8 in one of the encodings.
func mayBeMojibake(s string) bool {
	first := uint16(0)
	for _, r := range s {
		if r < utf8.RuneSelf {
			first = 0
			continue
		}
		kind := misread[r]
		if first&(kind>>8) != 0 {
			return true
		}
		first = kind & 0xff
	}
	return false
}

// decodeMojibake reads text again whose UTF-8 was read in another encoding.
func decodeMojibake(s string) string {
	after, _ := unreadMojibake(s)
	return after
}

// unreadMojibake is the text, or s itself. Nothing is mended by halves: torn tells
// that a part of s is beyond doubt UTF-8 that was read in another encoding, and
// the rest cannot be read again, or in two ways.
func unreadMojibake(s string) (after string, torn bool) {
	if !mayBeMojibake(s) {
		return s, false
	}
	after = s
	for _, as := range misreadings {
		text, ok, part := as.unread(s)
		torn = torn || part
		if !ok || text == after {
			continue
		}
		if after != s {
			return s, true
		}
		after = text
	}
	if after != s {
		return after, false
	}
	if after, part := unreadWestern(s); after != s || part {
		return after, part
	}
	return s, torn
}

// unread reads all that is beyond ASCII again. part tells that some of it is
// misread beyond doubt, and other parts cannot be.
func (as misreading) unread(s string) (after string, ok, part bool) {
	var b strings.Builder
	all, proof := true, false
	for r := range runs(s) {
		if !r.beyond {
			b.WriteString(r.text)
			continue
		}
		again, fits, proves := as.judge(r)
		all, proof = all && fits, proof || proves
		part = part || fits && proves && utf8.RuneCountInString(again) > 1 && strings.ContainsFunc(r.text, isNoLetter)
		b.WriteString(again)
	}
	if !all || !proof {
		return s, false, part && !all
	}
	return b.String(), true, false
}

// unreadWestern judges each run alone: one cell can hold the work of several
// programs, and letters that were never harmed.
func unreadWestern(s string) (after string, torn bool) {
	var b strings.Builder
	for r := range runs(s) {
		mended := r.text
		for _, as := range misreadings {
			if again, fits, proves := as.judge(r); as.western && r.beyond && fits && proves {
				mended = again
				break
			}
		}
		torn = torn || mended == r.text && mayBeMojibake(mended)
		b.WriteString(mended)
	}
	if after = b.String(); after == s {
		return s, false
	}
	if torn {
		return s, true
	}
	return after, false
}

// run is a part of a text that is beyond ASCII throughout, or nowhere, with the
// characters beside it; 0: there is none.
type run struct {
	text          string
	beyond        bool
	before, after rune
}

func runs(s string) func(yield func(run) bool) {
	return func(yield func(run) bool) {
		before := rune(0)
		for s != "" {
			r := run{beyond: s[0] >= utf8.RuneSelf, before: before}
			end := strings.IndexFunc(s, func(c rune) bool { return c >= utf8.RuneSelf != r.beyond })
			if end < 0 {
				end = len(s)
			}
			r.text, s = s[:end], s[end:]
			if s != "" {
				r.after, _ = utf8.DecodeRuneInString(s)
			}
			before, _ = utf8.DecodeLastRuneInString(r.text)
			if !yield(r) {
				return
			}
		}
	}
}

// bytes are those as which the encoding writes a text. Those that are no
// character in it stay what they are.
func (as misreading) bytes(text string) ([]byte, bool) {
	list := make([]byte, 0, len(text))
	for _, r := range text {
		c, ok := as.m.EncodeRune(r)
		if !ok && r >= 0x80 && r < 0xa0 && as.m != charmap.Macintosh {
			c, ok = byte(r), true
		}
		if !ok {
			return nil, false
		}
		list = append(list, c)
	}
	return list, true
}

// judge reads a run again. fits: what comes of it are letters of one script, those
// beside it too. proves: what stands there is no sound text of any language.
func (as misreading) judge(r run) (again string, fits, proves bool) {
	if !r.beyond {
		return r.text, true, false
	}
	bytes, ok := as.bytes(r.text)
	if again = string(bytes); !ok || !utf8.ValidString(again) || !printableText(again) || !isOneScript(again) {
		return r.text, false, false
	}
	first, _ := utf8.DecodeRuneInString(again)
	last, _ := utf8.DecodeLastRuneInString(again)
	if isForeign(first) && unicode.IsLetter(r.before) || isForeign(last) && unicode.IsLetter(r.after) {
		return r.text, false, false
	}
	return again, true, utf8.RuneCountInString(again) > 1 || provesOne(r, first, len(again))
}

// isForeign reports whether r is a letter and not one that stands beside those of
// ASCII in a word.
func isForeign(r rune) bool {
	return (unicode.IsLetter(r) || unicode.IsMark(r)) && !unicode.Is(unicode.Latin, r) && r != 0xfe0f
}

// closing are signs that stand behind a letter in sound text.
const closing = "…”’“‘–—»›®™©\u00a0"

// provesOne is for a run of one character of size bytes, that has become r: Ä…
// may be ą, and may be Ä and the sign of an ellipsis.
func provesOne(r run, letter rune, size int) bool {
	shown := []rune(r.text)
	first, last := shown[0], shown[len(shown)-1]
	switch {
	case last < 0xa0, !unicode.IsLetter(first): // a control character, √, a line of a box
		return true
	case !unicode.IsLetter(letter):
		return size > 2 || unicode.Is(unicode.Latin, first) && !unicode.IsLetter(last) && !strings.ContainsRune(closing, last)
	case !unicode.Is(unicode.Latin, letter):
		return false
	case size > 2:
		return true
	case isForeign(first) && unicode.IsLetter(r.before), isForeign(last) && unicode.IsLetter(r.after): // MГјller
		return true
	case unicode.IsLower(r.before) && unicode.IsUpper(first), unicode.IsLower(last) && unicode.IsUpper(r.after): // GroĂź, MĂśLLER
		return true
	case unicode.IsLetter(r.before) && unicode.IsUpper(last) && unicode.IsLower(letter) && unicode.IsLower(r.after): // TĂĽrkei
		return true
	case isForeign(first):
		return unicode.IsLetter(r.after) // ц°mit
	case !unicode.IsLetter(last):
		return unicode.IsLetter(r.after) || !strings.ContainsRune(closing, last)
	}
	return !unicode.IsLetter(r.before) && unicode.IsUpper(letter) && unicode.IsLower(r.after) // Ăśmit
}

func isNoLetter(r rune) bool { return !unicode.IsLetter(r) }

// written are the scripts of names, with those of their letters that are in use.
var written = []*unicode.RangeTable{
	{R16: []unicode.Range16{ // Latin
		{'A', 'Z', 1}, {'a', 'z', 1}, {0xc0, 0xd6, 1}, {0xd8, 0xf6, 1}, {0xf8, 0x107, 1}, {0x10a, 0x113, 1}, {0x116, 0x11b, 1}, {0x11e, 0x123, 1}, {0x126, 0x12b, 1}, {0x12e, 0x131, 1}, {0x136, 0x137, 1}, {0x139, 0x148, 1},
		{0x14a, 0x14d, 1}, {0x150, 0x15b, 1}, {0x15e, 0x165, 1}, {0x16a, 0x16b, 1}, {0x16e, 0x173, 1}, {0x178, 0x17e, 1}, {0x218, 0x21b, 1}, {0x1e80, 0x1e85, 1}, {0x1e9e, 0x1e9e, 1}, {0x1ea0, 0x1ef9, 1}}},
	{R16: []unicode.Range16{{0x401, 0x45f, 1}, {0x490, 0x491, 1}}}, // Cyrillic
	{R16: []unicode.Range16{{0x386, 0x386, 1}, {0x388, 0x3ce, 1}}}, // Greek
	{R16: []unicode.Range16{{0x531, 0x556, 1}, {0x561, 0x587, 1}}},
	{R16: []unicode.Range16{{0x5d0, 0x5ea, 1}}},
	{R16: []unicode.Range16{{0x621, 0x652, 1}, {0x67e, 0x67e, 1}, {0x686, 0x686, 1}, {0x698, 0x698, 1}, {0x6a9, 0x6a9, 1}, {0x6af, 0x6af, 1}, {0x6cc, 0x6cc, 1}}},
	unicode.Devanagari, unicode.Thai, unicode.Georgian, unicode.Hangul,
	{R16: []unicode.Range16{{0x3005, 0x3007, 1}, {0x3041, 0x3096, 1}, {0x30a1, 0x30fc, 1}, {0x3400, 0x9fff, 1}}}, // Japanese and Chinese
}

// isOneScript reports whether the letters of s are all of one of them, and what
// else stands there are the signs of typography.
func isOneScript(s string) bool {
	var of *unicode.RangeTable
	for _, r := range s {
		switch {
		case !unicode.IsLetter(r) && !unicode.IsMark(r) || r == 0xfe0f:
			if r >= utf8.RuneSelf && r < 0x2000 && !strings.ContainsRune("£§©«®°»¿¡´·½¼¾²³±µ\u00a0", r) || r >= 0x2000 && !unicode.In(r, unicode.P, unicode.S) && r != 0x200d && r != 0xfe0f && r != 0xfeff {
				return false
			}
			continue
		case of == nil:
			for _, t := range written {
				if unicode.Is(t, r) {
					of = t
					break
				}
			}
		}
		if of == nil || !unicode.Is(of, r) {
			return false
		}
	}
	return true
}
