package mapping

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"leadimport/client"
)

// converted is what one cell becomes: JSON, or the code of its problem in
// angle brackets.
func converted(t testing.TB, settings, cell string) string {
	t.Helper()
	m := mustParse(t, "attributes:\n  custom_attributes.x: {column: X"+settings+"}")
	p, err := m.Compile([]string{"X"}, client.Version1)
	if err != nil {
		t.Fatal(err)
	}
	lead, _, problems := p.Lead([]string{cell})
	if len(problems) > 0 {
		if problems[0].Message == "" || problems[0].Code == "" {
			t.Errorf("%q: problem %+v says too little", cell, problems[0])
		}
		return "<" + problems[0].Code + ">"
	}
	if len(lead.Fields) == 0 {
		return ""
	}
	text, err := json.Marshal(lead.Fields[0].Value)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

type cellCase struct{ settings, cell, want string }

func testCells(t *testing.T, cases []cellCase) {
	t.Helper()
	for _, c := range cases {
		if got := converted(t, c.settings, c.cell); got != c.want {
			t.Errorf("%s of %q = %s, want %s", c.settings, c.cell, got, c.want)
		}
	}
}

func TestStrings(t *testing.T) {
	const text = ", type: string"
	testCells(t, []cellCase{
		{text, "pro", `"pro"`},
		{text, " pro ", `" pro "`},
		{text, "007", `"007"`},
		{text, "a\nb\"c", `"a\nb\"c"`},
		{text, "Ó Briain", `"Ó Briain"`},
		{text, "", "<blank_row>"},
		{text, " \t\u00a0\u200b", "<blank_row>"},
		{text, "\x7f", "<blank_row>"},
		{text, strings.Repeat("é", 255), `"` + strings.Repeat("é", 255) + `"`},
		{text, strings.Repeat("é", 256), "<too_long>"},
	})
}

func TestIntegers(t *testing.T) {
	const integer = ", type: integer"
	testCells(t, []cellCase{
		{integer, "0", "0"}, {integer, "12", "12"}, {integer, "-3", "-3"}, {integer, "+3", "3"}, {integer, " 12 ", "12"},
		{integer, "1,200", "1200"}, {integer, "1 200", "1200"}, {integer, "1\u202f200", "1200"}, {integer, "1'200'000", "1200000"},
		{integer, "12,34,567", "1234567"}, {integer, "12.0", "12"}, {integer, "1,200.00", "1200"}, {integer, "$1,200", "1200"},
		{integer, "−5", "-5"}, {integer, "(5)", "-5"},
		{integer, "9007199254740992", "9007199254740992"}, {integer, "-9007199254740992", "-9007199254740992"},
		{integer, "9007199254740993", "<integer_range>"}, {integer, "99999999999999999999", "<integer_range>"},
		{integer, "007", "<leading_zeros>"}, {integer, "00", "<leading_zeros>"}, {integer, "-01", "<leading_zeros>"},
		{integer, "12.5", "<not_an_integer>"}, {integer, "1e3", "<not_an_integer>"}, {integer, "3.5387E+11", "<not_an_integer>"},
		{integer, "12%", "<not_an_integer>"}, {integer, "twelve", "<not_an_integer>"}, {integer, "1,20", "<not_an_integer>"},
		{integer, "1,2000", "<not_an_integer>"}, {integer, "1.200.000", "<not_an_integer>"}, {integer, "0x10", "<not_an_integer>"},
		{integer, "1_000", "<not_an_integer>"}, {integer, "--1", "<not_an_integer>"}, {integer, "-(1)", "<not_an_integer>"},
		{integer, "-", "<not_an_integer>"}, {integer, "1 200,000", "<not_an_integer>"}, {integer, "nan", "<not_an_integer>"}, {integer, "NaN", "<blank_row>"},
		{integer + ", decimal: ','", "1.200", "1200"}, {integer + ", decimal: ','", "1.200,00", "1200"},
		{integer + ", decimal: ','", "1,5", "<not_an_integer>"},
	})
}

func TestFloats(t *testing.T) {
	const float, comma = ", type: float", ", type: float, decimal: ','"
	testCells(t, []cellCase{
		{float, "49.90", "49.9"}, {float, "-0.5", "-0.5"}, {float, ".5", "0.5"}, {float, "1e3", "1000"}, {float, "1.5E-2", "0.015"},
		{float, "1,234.50", "1234.5"}, {float, "1,234", "1234"}, {float, "1 234.5", "1234.5"}, {float, "1,234,567", "1234567"},
		{float, "$1,234.50", "1234.5"}, {float, "-$5", "-5"}, {float, "$-5", "-5"}, {float, "€ 5", "5"}, {float, "5 €", "5"},
		{float, "EUR 5", "5"}, {float, "5 kr", "5"}, {float, "R$ 5.5", "5.5"}, {float, "(1,234.50)", "-1234.5"}, {float, "($5)", "-5"},
		{float, "12%", "0.12"}, {float, "12.5 %", "0.125"}, {float, "-3%", "-0.03"}, {float, "0", "0"}, {float, "007.5", "7.5"},
		{float, "0.1", "0.1"}, {float, "123456789.123", "123456789.123"},
		{comma, "49,90", "49.9"}, {comma, "1.234,50", "1234.5"}, {comma, "1 234,5 €", "1234.5"}, {comma, "1'234,5", "1234.5"}, {comma, "49", "49"},
		{comma, "1.234", "1234"}, {comma, "12,5%", "0.125"},
		{float, "49,90", "<not_a_number>"}, {comma, "49.90", "<not_a_number>"}, {float, "1.234,50", "<not_a_number>"},
		{float, "nan", "<not_a_number>"}, {float, "#DIV/0!", "<blank_row>"}, {float, "Inf", "<not_a_number>"}, {float, "-Infinity", "<not_a_number>"},
		{float, "0x1p4", "<not_a_number>"}, {float, "1e999", "<number_range>"}, {float, "1e99999", "<not_a_number>"},
		{float, "a lot", "<not_a_number>"}, {float, "5 USD/month", "<not_a_number>"}, {float, "1.2.3", "<not_a_number>"}, {float, "5.", "<not_a_number>"},
		{float, "", "<blank_row>"}, {float, "€", "<not_a_number>"}, {float, "%", "<not_a_number>"}, {float, "1e5%", "<not_a_number>"},
		{float, "()", "<not_a_number>"}, {float, "(-5)", "<not_a_number>"}, {float, "-$-5", "<not_a_number>"},
	})
}

// A number that the other decimal sign would make right says so.
func TestNumberHint(t *testing.T) {
	c := conversion{decimal: '.'}
	_, f := c.float("1.234,50")
	if f == nil || !strings.Contains(f.message, `with decimal: "," it would be 1234.50`) {
		t.Errorf("fault %+v", f)
	}
}

func TestBooleans(t *testing.T) {
	const boolean = ", type: boolean"
	for _, s := range []string{"true", "TRUE", "True", " yes ", "Y", "1", "on", "t", "WAHR", "Vrai", "VERDADERO", "SÍ", "ja", "DOĞRU", "ИСТИНА", "はい"} {
		testCells(t, []cellCase{{boolean, s, "true"}})
	}
	for _, s := range []string{"false", "FALSE", "no", "N", "0", "Off", "f", "FALSCH", "FAUX", "Falso", "nein", "YANLIŞ", "yanlış", "ONWAAR", "FAŁSZ", "いいえ"} {
		testCells(t, []cellCase{{boolean, s, "false"}})
	}
	for _, s := range []string{"maybe", "2", "x", "-1", "truee", "certo"} {
		testCells(t, []cellCase{{boolean, s, "<not_a_boolean>"}})
	}
	testCells(t, []cellCase{
		{boolean + ", values: {heute: true, nein: false, abc: yes}", "Heute", "true"},
		{boolean + ", values: {ja: true, nein: false}", " nein ", "false"},
		{boolean + ", values: {ja: true, nein: false}", "yes", "true"},
	})
}

func TestValues(t *testing.T) {
	testCells(t, []cellCase{
		{", values: {pro: Pro, ent: Enterprise}", "pro", `"Pro"`},
		{", values: {pro: Pro, ent: Enterprise}", " ent ", `"Enterprise"`},
		{", values: {pro: Pro}", "PRO", `"Pro"`},
		{", values: {pro: Pro}", " free ", `" free "`},
		{", type: integer, values: {1-10: 10, many: 1000}", "many", "1000"},
		{", type: integer, values: {1-10: 10}", "1-10", "10"},
		{", values: {n/a: null}", "n/a", "<blank_row>"},
		{", values: {n/a: ''}, default: none", "n/a", "<blank_row>"},
		{", values: {null: nothing, 1: one, true: 'yes', 1.50: x}", "null", `"nothing"`},
		{", values: {null: nothing, 1: one, true: 'yes', 1.50: x}", "1", `"one"`},
		{", values: {null: nothing, 1: one, true: 'yes', 1.50: x}", "true", `"yes"`},
		{", values: {null: nothing, 1: one, true: 'yes', 1.50: x}", "1.50", `"x"`},
	})
}

func TestEmails(t *testing.T) {
	const email = ", type: email"
	for cell, want := range map[string]string{
		"joe@example.com":                        "joe@example.com",
		" Joe@Example.COM ":                      "Joe@Example.COM",
		"\u200bjoe@example.com\u00a0":            "joe@example.com",
		"mailto:joe@example.com":                 "joe@example.com",
		"MAILTO:joe@example.com?subject=Hi":      "joe@example.com",
		"<joe@example.com>":                      "joe@example.com",
		"Joe Bloggs <joe@example.com>":           "joe@example.com",
		"Joe <mailto:joe@example.com>":           "joe@example.com",
		"joe+tag@example.co.uk":                  "joe+tag@example.co.uk",
		"o'brien@example.ie":                     "o'brien@example.ie",
		"user-@example.org":                      "user-@example.org",
		"user%example.com@example.org":           "user%example.com@example.org",
		"mailhost!username@example.org":          "mailhost!username@example.org",
		"_@example.org":                          "_@example.org",
		`"joe bloggs"@example.com`:               `"joe bloggs"@example.com`,
		`"very.unusual.@.unusual"@example.com`:   `"very.unusual.@.unusual"@example.com`,
		"joe@[192.0.2.1]":                        "joe@[192.0.2.1]",
		"joe@[IPv6:2001:db8::1]":                 "joe@[IPv6:2001:db8::1]",
		"用户@例子.广告":                               "用户@例子.广告",
		"josé@bücher.example":                    "josé@bücher.example",
		"joe@xn--bcher-kva.example":              "joe@xn--bcher-kva.example",
		"a@b.co":                                 "a@b.co",
		"1234567890@example.com":                 "1234567890@example.com",
		"joe@123.com":                            "joe@123.com",
		"joe\u200b@exam\u00adple.com\u2060":      "joe@example.com",
		"ｔａｒｏ＠ｅｘａｍｐｌｅ．org":                       "taro@example.org",
		"o’brien@example.org":                    "o’brien@example.org",
		"BİLGİ@example.org":                      "BİLGİ@example.org",
		strings.Repeat("a", 64) + "@example.com": strings.Repeat("a", 64) + "@example.com",
	} {
		quoted, _ := json.Marshal(want)
		testCells(t, []cellCase{{email, cell, string(quoted)}})
	}
	for _, cell := range []string{"n/a", "none", "-", "NULL", "#N/A", "keine", "(null)", "noemail"} {
		testCells(t, []cellCase{{email, cell, "<blank_row>"}})
	}
	for _, cell := range []string{
		"joe", "joe@", "@example.com", "joe@example", "joe@@example.com", "joe@a@example.com", "joe bloggs@example.com",
		"joe@example..com", ".joe@example.com", "joe.@example.com", "joe..b@example.com", "joe@.example.com", "joe@example.com.",
		"joe@-example.com", "joe@example-.com", "joe@exa_mple.com", "joe@exam ple.com", "joe@example.com, ann@example.com",
		"joe@example.com;ann@example.com", "joe,b@example.com", "joe(b)@example.com", `"joe@example.com`, `"joe"b@example.com`,
		"joe@192.0.2.1", strings.Repeat("a", 65) + "@example.com", "joe@" + strings.Repeat("a", 64) + ".com",
		"joe@" + strings.Repeat("a.", 130) + "com", "joe@example.com\x00x", "kari\ufffdn@example.org", "mona\ufffc@example.org", "x9%40example.org",
		"mailto:", "joe@[]", `joe@example.com"`,
	} {
		testCells(t, []cellCase{{email, cell, "<invalid_email>"}})
	}
}

// What is changed on the way in is said.
func TestChangesAreSaid(t *testing.T) {
	m := mustParse(t, "key: {column: CRM}\ncompanies: {company_id: Firm}\nattributes: {email: Email, external_id: Ext, avatar: Picture, last_seen_at: Seen}")
	p, err := m.Compile([]string{"Email", "Ext", "CRM", "Picture", "Firm", "Seen"}, client.Version2)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		column int
		cell   string
		want   string // codes of problems in brackets, and of remarks
	}{
		{0, "mailto:k@example.org?subject=x", "email_with_remark"}, {0, "mailto:k@example.org", "email_with_remark"}, {0, "Kim <k@example.org>", "email_with_remark"}, {0, "<k@example.org>", "email_with_remark"},
		{0, "k\u200b@example.org", "invisible_character"}, {0, "mailto:k\u200b@example.org", "email_with_remark"}, {0, "%20k@example.org", "looks_escaped"},
		{0, "k@example.org", ""}, {0, " k@example.org ", ""}, {0, "k²@example.org", "<invalid_email>"}, {0, "k@example.org²", "<invalid_email>"}, {0, "①k@example.org", "<invalid_email>"},
		{1, "ａ12", "plain_identifier"}, {1, "a1\u200b2", "plain_identifier"}, {1, "H₂O", "plain_identifier"}, {1, "a12", ""}, {1, " a12 ", ""}, {1, "a&amp;b", "looks_escaped"},
		{1, "12²", "<marked_id>"}, {1, "²12", "<marked_id>"}, {1, "①", "<marked_id>"}, {1, "１２", "plain_identifier"},
		{2, "12²", "<marked_id>"}, {2, "①", "<marked_id>"}, {2, "m²", ""}, {2, "H₂O", ""}, {2, "12", ""},
		{3, "ann.png", "not_a_url"}, {3, "www.example.org/a.png", "not_a_url"}, {3, "ftp://example.org/a.png", "not_a_url"}, {3, "https://", "not_a_url"}, {3, "https://exam ple.org/a.png", "not_a_url"}, {3, "yes", "not_a_url"},
		{3, "https://example.org/a.png?x=1&amp;y", ""}, {3, "http://example.org", ""}, {3, "n/a", "says_nothing"},
		{4, "7¹", "<marked_id>"}, {4, "71", ""},
	} {
		cells := []string{"a@b.ie", "x", "k", "", "", ""}
		cells[c.column] = c.cell
		r := p.Convert(cells)
		got := ""
		for _, problem := range r.Problems {
			got += "<" + problem.Code + ">"
		}
		for _, remark := range r.Remarks {
			got += remark.Code
		}
		if got != c.want {
			t.Errorf("%q gives %q, want %q", c.cell, got, c.want)
		}
	}
	leads, err := mustParse(t, "attributes: {email: Email, last_seen_ip: IP}").Compile([]string{"Email", "IP"}, client.Version1)
	if err != nil {
		t.Fatal(err)
	}
	for ip, said := range map[string]bool{"192.0.2.1": false, "2001:db8::1": false, "192.0.2": true, "host": true} {
		if r := leads.Convert([]string{"a@b.ie", ip}); (len(r.Remarks) == 1 && r.Remarks[0].Code == "not_an_ip") != said {
			t.Errorf("%q: %v", ip, r.Remarks)
		}
	}
}

// A mark is no digit of any value.
func TestMarksAreNoDigits(t *testing.T) {
	for _, cell := range []string{"12²", "①", "⓪", "１²", "2026-11-21²", "21.11.2026¹", "1½"} {
		for _, as := range []form{asInteger, asFloat, asDate, asBoolean} {
			if v, _, f := (&conversion{form: as, decimal: '.'}).convert(cell); f == nil {
				t.Errorf("%q as form %d is %s", cell, as, v.Text())
			}
		}
	}
	testCells(t, []cellCase{
		{", values: {1: one, 12: twelve}", "①", `"①"`}, {", values: {1: one, 12: twelve}", "1²", `"1²"`},
		{", values: {①: one}", "①", `"one"`}, {", values: {12: twelve}", "１２", `"twelve"`},
	})
}

// A part of a key that says nothing is blank.
func TestKeyOfPartsThatSayNothing(t *testing.T) {
	for _, key := range []string{"[email, {column: CRM}]", "[email, custom_attributes.crm]", "[{column: Email}, {column: CRM}]"} {
		p, err := mustParse(t, "key: "+key+"\nattributes: {email: Email, custom_attributes.crm: CRM}").Compile([]string{"Email", "CRM"}, client.Version2)
		if err != nil {
			t.Fatal(err)
		}
		blank := p.Convert([]string{"a@b.ie", ""})
		for _, word := range []string{"NULL", "N/A", "não tem", "-"} {
			r := p.Convert([]string{"a@b.ie", word})
			if r.Key != blank.Key || r.NoKey || len(r.Remarks) != 1 || r.Remarks[0].Code != CodeNoIdentity {
				t.Errorf("%s: %q has the key %s, a blank one %s; remarks %v", key, word, r.Key, blank.Key, r.Remarks)
			}
			if r := p.Convert([]string{word, word}); !r.NoKey {
				t.Errorf("%s: nothing but %q is the key %s", key, word, r.Key)
			}
		}
	}
	// A name is sent as it stands, and is no part of the key.
	p, err := mustParse(t, "key: [email, name]\nattributes: {email: Email, name: Name}").Compile([]string{"Email", "Name"}, client.Version2)
	if err != nil {
		t.Fatal(err)
	}
	r, blank := p.Convert([]string{"a@b.ie", "n/a"}), p.Convert([]string{"a@b.ie", ""})
	if v, _ := r.Lead.Value("name"); r.Key != blank.Key || v.Text() != "n/a" {
		t.Errorf("the key is %s, that of a blank name %s; the name is %q", r.Key, blank.Key, v.Text())
	}
}

func TestPhones(t *testing.T) {
	const phone, irish = ", type: phone", ", type: phone, region: IE"
	testCells(t, []cellCase{
		{phone, "+353 87 123 4567", `"+353871234567"`}, {phone, "00353 87 123 4567", `"+353871234567"`}, {phone, "+353 (0)87 123 4567", `"+353871234567"`},
		{phone, "tel:+353-87-123-4567", `"+353871234567"`}, {phone, "+1 (650) 253-0000", `"+16502530000"`}, {phone, "\u202a+353 87 123 4567\u202c", `"+353871234567"`},
		{phone, "087 123 4567", "<phone_no_country>"}, {phone, "+353 87", "<invalid_phone>"}, {phone, "+999 123 456", "<phone_no_country>"},
		{phone, "call me", "<invalid_phone>"}, {phone, "+353 87 123 4567 ext. 5", "<phone_extension>"}, {phone, "12", "<invalid_phone>"},
		{irish, "087 123 4567", `"+353871234567"`}, {irish, "(087) 123-4567", `"+353871234567"`}, {irish, "0044 20 7031 3000", `"+442070313000"`},
		{irish, "+44 20 7031 3000", `"+442070313000"`}, {irish, "353871234567", `"+353871234567"`}, {irish, "87 123 4567", `"+353871234567"`},
		{irish, "087 12", "<invalid_phone>"}, {irish, "twelve", "<invalid_phone>"}, {irish, "+", "<invalid_phone>"},
		{", type: phone, region: ie", "087 123 4567", `"+353871234567"`},
	})
}

func FuzzNumber(f *testing.F) {
	for _, s := range []string{"0", "-1,234.50", "12%", "€ 5", "1e5", "(5)", "1'000", "12,34,567", ".5", "NaN", "0x1p4", "١٢"} {
		f.Add(s, true)
	}
	f.Fuzz(func(t *testing.T, s string, point bool) {
		decimal := byte(',')
		if point {
			decimal = '.'
		}
		n, ok := parseNumber(s, decimal)
		if !ok {
			return
		}
		v, err := strconv.ParseFloat(n.text, 64)
		if math.IsNaN(v) || err != nil && !math.IsInf(v, 0) {
			t.Fatalf("%q gives %q: %v", s, n.text, err)
		}
		again, ok := parseNumber(n.text, '.')
		if !ok || again.text != n.text {
			t.Fatalf("%q gives %q, which gives %q", s, n.text, again.text)
		}
		digits := func(s string) string {
			return strings.Map(func(r rune) rune {
				if r < '0' || r > '9' {
					return -1
				}
				return r
			}, s)
		}
		if !n.exponent && digits(n.text) != digits(s) && digits(n.text) != "0"+digits(s) {
			t.Fatalf("%q gives %q: a digit was lost or made up", s, n.text)
		}
	})
}

// What is accepted is accepted again as it was sent.
func FuzzEmail(f *testing.F) {
	for _, s := range []string{"joe@example.com", "Joe <joe@example.com>", "mailto:a@b.ie?x=y", `"a b"@c.ie`, "joe@[::1]", "<<a@b.ie>>"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if isPlainAddress(s) && (bareAddress(s) != s || checkAddress(s) != "") {
			t.Fatalf("%q is not plain: %s", s, checkAddress(s))
		}
		if !utf8.ValidString(s) {
			return
		}
		c := conversion{form: asEmail}
		v, _, fault := c.convert(s)
		if fault != nil {
			return
		}
		again, _, fault := c.convert(v.Text())
		if fault != nil || again != v {
			t.Fatalf("%q gives %q, which gives %q, %v", s, v.Text(), again.Text(), fault)
		}
		if !strings.Contains(v.Text(), "@") || strings.ContainsAny(v.Text(), "\r\n\x00") {
			t.Fatalf("%q was accepted as %q", s, v.Text())
		}
	})
}

// Every other conversion gives JSON of its type, or says why not.
func FuzzConvert(f *testing.F) {
	for _, s := range []string{"12", "1,5", "yes", "2026-11-21", "21/11/2026", "+353 87 123 4567", "1763720000", "\u200b", "3 Apr 2026", "\x7f"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) || isBlank(s) {
			return
		}
		for form := asText; form <= asDate; form++ {
			c := conversion{form: form, limit: customLimit, decimal: '.', zone: time.UTC}
			v, _, fault := c.convert(s)
			if fault != nil {
				if fault.code == "" || fault.message == "" || strings.ContainsAny(fault.message, "\r\n") {
					t.Fatalf("%q: fault %+v", s, fault)
				}
				continue
			}
			text, err := json.Marshal(v)
			if err != nil || !json.Valid(text) {
				t.Fatalf("%q gives %s, %v", s, text, err)
			}
			if literal := text[0] != '"'; literal != (form.sends() != client.TypeString) {
				t.Fatalf("%q as form %d gives %s", s, form, text)
			}
		}
	})
}
