package mapping

import (
	"strings"
	"testing"
	"unicode"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"
)

// misreadAs is UTF-8 as another encoding shows it: bytes that are nothing there
// stay what they are.
func misreadAs(s string, m *charmap.Charmap) string {
	var b strings.Builder
	for i := range len(s) {
		r := m.DecodeByte(s[i])
		if r == unicode.ReplacementChar {
			r = rune(s[i])
		}
		b.WriteRune(r)
	}
	return b.String()
}

// countries are the names of countries in the languages of the encodings.
func countries(t *testing.T) map[string][]string {
	list := map[string][]string{}
	for _, tag := range strings.Fields("pl cs sk hu hr sl ro sq de fr es pt it sv da nb fi is et lv lt nl ca tr az ru uk be bg mk sr sr-Latn el vi") {
		names := display.Regions(language.Make(tag))
		for a := 'A'; a <= 'Z'; a++ {
			for b := 'A'; b <= 'Z'; b++ {
				if r, err := language.ParseRegion(string([]rune{a, b})); err == nil && r.IsCountry() {
					if name := names.Name(r); name != "" {
						list[tag] = append(list[tag], name)
					}
				}
			}
		}
		if len(list[tag]) < 200 {
			t.Fatalf("%s has %d names", tag, len(list[tag]))
		}
	}
	return list
}

// No text of anybody's language is taken for misread, however it is written.
func TestSoundTextIsNoMojibake(t *testing.T) {
	cells := strings.Split(`Zażółć gęślą jaźń|ZAŻÓŁĆ GĘŚLĄ JAŹŃ|Łódź|ŁÓDŹ|Święty Łukasz|Żółć|„Żabka” – sklep…|«Привет»|группа Р»|«класс Р»|Иванов Р…|Ещё|её|Её|Сёгун|Дёготь|ПРИВЕТ|Ґанок|МІНІ|СІРІ|ТІНІ|Гі де Мопассан|ГІ|РІВНЕ|КИЇВ|Їжак|ЊЕГОШ|РЈ|Ђорђе|Љубљана|Џеп|№ 5|Příliš žluťoučký kůň|PŘÍLIŠ ŽLUŤOUČKÝ KŮŇ|Dĺžka|DĹŽKA|VĹČA|STĹP|Ľubomír Šťastný|ĽUBOMÍR|Őrült Ürge|ŐRÜLT|árvíztűrő tükörfúrógép|ÁRVÍZTŰRŐ|Orăşanu|ORĂŞANU|Ăştia|ĂŞTIA|Păşcanu|PĂŞCANU|Ţării|ȚĂRI|Çağlar İbrahim|ÇAĞLAR İBRAHİM|Şükrü Işık|ŞÜKRÜ|Đorđe Šarić|ĐORĐE ŠARIĆ|Žižek|“RENÉ”|CAFÉ–BAR|Ä…|Ö – Ü|½ £5|20 °C|50 µm|© 2026|Ñandú®|naïve œuvre|Ελένη Άννα|ΆΝΝΑ|Nguyễn Văn|├── a|└─ é|─── x|日本|ßß|ÿ|á é í|Ĺ|Ă`, "|")
	n := 0
	for _, names := range countries(t) {
		cells = append(cells, names...)
	}
	for _, cell := range cells {
		for _, s := range []string{cell, strings.ToUpper(cell), strings.ToLower(cell), "«" + cell + "»", "„" + cell + "”", "“" + cell + "”…", cell + " – " + cell, cell + "®"} {
			n++
			if after, torn := unreadMojibake(s); after != s || torn {
				t.Errorf("%q is taken for %q, %v", s, after, torn)
			}
		}
	}
	if n < 50000 {
		t.Errorf("only %d texts", n)
	}
}

// UTF-8 that was read in another encoding is mended, or left whole: nothing but
// the text that it was comes of it.
func TestMojibakeOfAllEncodings(t *testing.T) {
	for _, c := range []struct {
		m     *charmap.Charmap
		tags  string
		least int // of a hundred names
	}{
		{charmap.Windows1252, "de fr es pt sv pl cs ru uk el", 85}, {charmap.Macintosh, "de fr es pt sv", 85}, {charmap.Windows1254, "tr de fr", 85},
		{charmap.Windows1250, "pl cs sk hu hr sl ro de fr es ru", 85}, {charmap.Windows1251, "ru uk bg mk de fr es pl", 85}, {charmap.KOI8R, "ru uk de fr", 85},
		{charmap.CodePage437, "de fr es ru pl", 85}, {charmap.CodePage850, "de fr es ru pl", 85},
	} {
		names := countries(t)
		for tag := range strings.FieldsSeq(c.tags) {
			all, mended, left := 0, 0, []string(nil)
			for _, name := range names[tag] {
				bad := misreadAs(name, c.m)
				if isASCII(name) {
					continue
				}
				all++
				switch after, _ := unreadMojibake(bad); after {
				case name:
					mended++
				case bad:
					left = append(left, bad)
				default:
					t.Errorf("%v: %q becomes %q, not %q", c.m, bad, after, name)
				}
			}
			if mended*100 < all*c.least {
				t.Errorf("%v, %s: %d of %d are mended, not %q", c.m, tag, mended, all, left)
			}
		}
	}
	for _, name := range []string{"José Peña", "Müller Groß", "Zoë", "Ümit", "MÜLLER", "Łukasz Wałęsa", "Štěpán Dvořák", "İbrahim Çağlar", "Привет Иванов", "Анна", "François Œuvré", "O’Brien", "„Łódź” – Bar…", "日本"} {
		for _, as := range misreadings {
			bad := misreadAs(name, as.m)
			if after, _ := unreadMojibake(bad); after != bad && after != name {
				t.Errorf("%v: %q becomes %q", as.m, bad, after)
			}
		}
	}
	for bad, want := range map[string]string{"MĂĽller GroĂź": "Müller Groß", "JosĂ© PeĂ±a": "José Peña", "MГјller": "Müller", "РџСЂРёРІРµС‚": "Привет", "M├╝ller": "Müller", "п÷я─п╦п╡п╣я┌": "Привет"} {
		if _, remark, _ := (&conversion{}).convert(bad); remark == nil || !strings.Contains(remark.message, "decode: utf-8 mends it") {
			t.Errorf("%q: %+v", bad, remark)
		}
		if got := decodeMojibake(bad); got != want {
			t.Errorf("%q becomes %q", bad, got)
		}
	}
}

// A cell is mended whole or not at all, and said either way.
func TestMojibakeIsNotHalfMended(t *testing.T) {
	for _, cell := range []string{"â€œHiâ€", "WaĹ‚Ä™sa Ĺódź"} {
		for _, c := range []conversion{{}, {decode: []*decoder{decoderOf("utf-8")}}} {
			v, remark, f := c.convert(decodeMojibake(cell))
			if v.Text() != cell || f != nil || remark == nil || remark.code != "looks_escaped" || strings.Contains(remark.message, "decode:") {
				t.Errorf("%q is sent as %q with %+v", cell, v.Text(), remark)
			}
		}
	}
}
