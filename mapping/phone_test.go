package mapping

import (
	"strings"
	"testing"
	"unicode"

	"leadimport/client"
)

// phoneCase is a cell, the region of its column, and what comes out: a number,
// "number ~code" when it has a remark, or "<code>".
type phoneCase struct{ region, cell, want string }

func testPhones(t *testing.T, several bool, cases []phoneCase) {
	t.Helper()
	for _, p := range cases {
		c := conversion{form: asPhone, region: p.region, several: several}
		v, remark, f := c.convert(p.cell)
		got := v.Text()
		switch {
		case f != nil:
			got = "<" + f.code + ">"
		case remark != nil:
			got += " ~" + remark.code
		}
		if got != p.want {
			t.Errorf("%s %q is %s, want %s (%v)", p.region, p.cell, got, p.want, f)
		}
	}
}

// No digit may come from a letter, a remark, a decimal point, an exponent or a
// date.
func TestPhoneDigitsAreItsOwn(t *testing.T) {
	testPhones(t, false, []phoneCase{
		{"DE", "030 1234567 ab 18 Uhr", "<phone_with_remark>"},
		{"DE", "030 1234567 (2. Stock)", "<phone_with_remark>"},
		{"DE", "030 1234567 2. Stock", "<phone_with_remark>"},
		{"DE", "030 1234567 2nd floor", "<phone_with_remark>"},
		{"DE", "030 1234567 Mo-Fr 9", "<phone_with_remark>"},
		{"DE", "+49 30 1234567 seit 2019", "<phone_with_remark>"},
		{"DE", "030/1234567 Hr. Meier", "+49301234567 ~phone_with_remark"},
		{"DE", "030 1234567 (Axel)", "+49301234567 ~phone_with_remark"},
		{"DE", "Tel: 030 1234567", "+49301234567 ~phone_prefix"},
		{"DE", "Axel: 030 1234567", "+49301234567 ~phone_prefix"},
		{"DE", "030-1234567 / 68", "<several_phones>"},
		{"DE", "030 12345-67 o. 68", "<phone_with_remark>"},
		{"DE", "030 1234567, 2. Stock", "<phone_with_remark>"},
		{"DE", "12.03.1984", "<phone_is_date>"},
		{"DE", "02.03.1984", "<phone_is_date>"},
		{"DE", "02-03-1984", "<phone_is_date>"},
		{"DE", "02/03/84", "<phone_is_date>"},
		{"DE", "2026-11-21", "<phone_is_date>"},
		{"DE", "2026-11-21 10:30", "<phone_is_date>"},
		{"DE", "301234567.0", "+49301234567 ~phone_decimal"},
		{"DE", "4930987654.0", "+4930987654 ~phone_decimal"},
		{"DE", "0301234567.0", "+49301234567 ~phone_decimal"},
		{"DE", "+49301234567.0", "+49301234567 ~phone_decimal"},
		{"DE", "301234567,00", "+49301234567 ~phone_decimal"},
		{"DE", "301234567.5", "<invalid_phone>"},
		{"IE", "3.53872E+11", "<phone_shortened>"},
		{"IE", "3,53872e+11", "<phone_shortened>"},
		{"US", "1-800-FLOWERS", "<phone_letters>"},
		{"US", "1-800-356-9377 FLOWERS", "+18003569377 ~phone_with_remark"},
		{"US", "650 253 0000 x12", "<phone_extension>"},
		{"US", "650-253-0000x12", "<phone_extension>"},
		{"US", "650-253-0000 ext. 12", "<phone_extension>"},
		{"DE", "030 1234567 Durchwahl 12", "<phone_extension>"},
		{"SE", "070 123 45 67 (Axel)", "+46701234567 ~phone_with_remark"},
		{"SE", "070 123 45 67 (jobb)", "+46701234567 ~phone_with_remark"},
		{"SE", "+46 70 123 45 67 ext.", "<phone_with_remark>"},
		{"SE", "08-123 456 78 hem", "<phone_with_remark>"},
		{"SE", "070 123 45 67 / 68", "<several_phones>"},
		{"DE", "*100#", "<invalid_phone>"},
		{"DE", "0000000000", "<invalid_phone>"},
		{"DE", "joe@example.com", "<invalid_phone>"},
		{"DE", "call me", "<invalid_phone>"},
		{"DE", "2. Stock", "<phone_letters>"},
	})
}

func TestPhoneCountryCodes(t *testing.T) {
	for _, region := range []string{"", "DE", "US", "IE", "BR", "JP", "AU"} {
		testPhones(t, false, []phoneCase{
			{region, "+44 20 7031 3000", "+442070313000"},
			{region, "+44 (0)20 7031 3000", "+442070313000"},
			{region, "+44(0)2070313000", "+442070313000"},
			{region, "0044 20 7031 3000", "+442070313000"},
			{region, "0044 (0) 20 7031 3000", "+442070313000"},
			{region, "(0044) 20 7031 3000", "+442070313000"},
			{region, "(+44) 20 7031 3000", "+442070313000"},
			{region, "+0044 20 7031 3000", "+442070313000"},
			{region, "tel:+44-20-7031-3000", "+442070313000 ~phone_prefix"},
			{region, "p:+353871234569", "+353871234569 ~phone_prefix"},
			{region, "'+353871234567", "+353871234567 ~phone_prefix"},
			{region, "\u202a+353 87 123 4567\u202c", "+353871234567"},
			{region, "+٣٥٣ ٨٧ ١٢٣ ٤٥٦٧", "+353871234567"},
			{region, "＋３５３－８７－１２３－４５６７", "+353871234567"},
			{region, "+999 123 456", "<phone_no_country>"},
			{region, "+353 87", "<invalid_phone>"},
		})
	}
	// What is wrong with a number that has its country code is not the code.
	for _, cell := range []string{"+353 87 12", "0044 20 70", "+44 (0)20 7031 3000 12345678", "+999 123 4567", "+49 30 1234567 / 68", "+353 87 123 4567 ext 5"} {
		_, _, f := (&conversion{form: asPhone}).convert(cell)
		if f == nil || strings.Contains(f.message, "no country code") || strings.Contains(f.message, "state the region") {
			t.Errorf("%q: %+v", cell, f)
		}
	}
}

// A superscript, a figure in a circle and their like are no digits.
func TestPhoneMarksAreNoDigits(t *testing.T) {
	const number, beside = "030 1234567", "+49301234567 ~phone_with_remark"
	for _, mark := range []string{"²", "³", "⁴", "₄", "①", "⑫", "⓪", "❶", "⓵", "➊", "⑴", "⒈", "🄁", "Ⅳ", "㊀", "㏠", "½", "¹²", "⁽¹⁾", "¹⁾", "(²)", "[³]", " ²", "1️⃣", "1⃣"} {
		testPhones(t, false, []phoneCase{
			{"DE", number + mark, beside},
			{"DE", mark + number, beside},
			{"DE", mark + " (030) 1234567", beside},
			{"DE", "+49 30 12345" + mark + "67", "<phone_with_remark>"},
			{"DE", "03" + mark + "0 1234567", "<phone_with_remark>"},
		})
	}
	testPhones(t, true, []phoneCase{{"DE", "030 1234567², 030 7654321³", "+49301234567 ~several_phones"}})
	testPhones(t, false, []phoneCase{
		{"DE", "²", "<invalid_phone>"}, {"DE", "①②③④⑤⑥⑦⑧", "<invalid_phone>"}, {"DE", "0️⃣3️⃣0️⃣1️⃣2️⃣3️⃣4️⃣5️⃣", "<invalid_phone>"},
		{"DE", "030 1234567 ² siehe unten", beside}, {"DE", "Büro¹: 030 1234567", "+49301234567 ~phone_prefix"},
		{"DE", "０３０ １２３４５６７", "+49301234567"}, {"DE", "𝟎𝟑𝟎 𝟏𝟐𝟑𝟒𝟓𝟔𝟕", "+49301234567"}, {"DE", "०३० १२३४५६७", "+49301234567"},
	})
}

// What is wrong is named, and the advice helps.
func TestPhoneCauses(t *testing.T) {
	for _, c := range []struct{ cell, code, says string }{
		{"+49 30 1234567 x22", "phone_extension", "extension"}, {"+49 30 1234567x22", "phone_extension", "extension"}, {"+49 30 1234567 ext. 22", "phone_extension", "extension"}, {"+49 30 1234567 (ext 22)", "phone_extension", "extension"},
		{"+49 30 1234567, Durchwahl -22", "phone_extension", "extension"}, {"030 1234567 DW 22", "phone_extension", "extension"}, {"030 1234567 Nebenstelle 22", "phone_extension", "extension"}, {"030 1234567;ext=22", "phone_extension", "extension"},
		{"1-800-FLOWERS", "phone_letters", "letters"}, {"1800FLOWERS", "phone_letters", "letters"}, {"0800 CALL NOW", "phone_letters", "letters"},
		{"030 12345O7", "phone_letters", "letter O stands among the digits: is it a 0?"}, {"O30 1234567", "phone_letters", "is it a 0?"}, {"+49 3O 1234567", "phone_letters", "is it a 0?"}, {"030 l234567", "phone_letters", "is it a 1?"}, {"030 123456O", "phone_letters", "is it a 0?"},
		{"030 12345О7", "phone_letters", "is it a 0?"}, {"030 123B567", "phone_letters", "letter B"},
		{"12", "invalid_phone", "too few digits"},
	} {
		_, _, f := (&conversion{form: asPhone, region: "DE"}).convert(c.cell)
		if f == nil || f.code != c.code || !strings.Contains(f.message, c.says) {
			t.Errorf("%q: %+v", c.cell, f)
		}
	}
}

// A number that its country's tables do not know is sent; one that may be of
// two countries is not.
func TestUnknownPhones(t *testing.T) {
	testPhones(t, false, []phoneCase{
		{"IE", "099 999 9999", "+353999999999 ~unknown_number"},
		{"DE", "0999", "<invalid_phone>"},
		{"", "+353 99 999 9999", "+353999999999 ~unknown_number"},
		{"", "123987456", "<phone_no_country>"},
		{"US", "253-0000", "<invalid_phone>"}, // without its area code
		{"DE", "353871234567", "<phone_no_country>"},
		{"IE", "353871234567", "+353871234567"},
	})
}

func TestSeveralPhones(t *testing.T) {
	cells := []struct{ cell, first string }{
		{"+353 87 123 4570 ::: +353 1 234 5678", "+353871234570"},
		{"+353 87 123 4570; +353 1 234 5678", "+353871234570"},
		{"+353 87 123 4570, +353 1 234 5678", "+353871234570"},
		{"+353 87 123 4570 / +353 1 234 5678", "+353871234570"},
		{"+353 87 123 4570 or 01 234 5678", "+353871234570"},
		{"+353 87 123 4570\n+353 1 234 5678", "+353871234570"},
		{"(087) 123-4570 | (01) 234 5678", "+353871234570"},
	}
	for _, c := range cells {
		testPhones(t, false, []phoneCase{{"IE", c.cell, "<several_phones>"}})
		testPhones(t, true, []phoneCase{{"IE", c.cell, c.first + " ~several_phones"}})
	}
	testPhones(t, false, []phoneCase{
		{"IE", "+353 87 123 4570 +353 1 234 5678", "<several_phones>"},
		{"DE", "+49 171 / 1234567", "+491711234567"},
		{"DE", "0171/1234567", "+491711234567"},
		{"DE", "030 / 1234567", "+49301234567"},
		{"DE", "07121/12345/67", "<several_phones>"},
	})
}

// A text that is sent as a phone number is looked at all the same.
func TestPhonesWithoutType(t *testing.T) {
	p, err := mustParse(t, "attributes: {email: Email, phone: Phone}").Compile([]string{"Email", "Phone"}, client.Version2)
	if err != nil {
		t.Fatal(err)
	}
	for cell, plain := range map[string]bool{
		"+353 87 123 4567": true, "087 123 4567": true, "(087) 123-4567": true, "123987456": true, "030/1234567": true,
		"3.53872E+11": false, "'+353871234567": false, "p:+353871234569": false, "+353 87 123 4570 ::: +353 1 234 5678": false,
		"n/a": false, "call me": false, "0301234567.0": false, "2026-11-21": false, "030 1234567 (2. Stock)": false,
	} {
		r := p.Convert([]string{"a@b.ie", cell})
		if v, _ := r.Lead.Value("phone"); v.Text() != cell || len(r.Problems) > 0 {
			t.Errorf("%q is sent as %q, %v", cell, v.Text(), r.Problems)
		}
		if plain != (len(r.Remarks) == 0) {
			t.Errorf("%q: remarks %v", cell, r.Remarks)
		}
	}
}

// Whatever stands in a cell, the digits of the number are digits of the cell,
// in their order, and none of them stands behind a letter.
func FuzzPhone(f *testing.F) {
	for _, s := range []string{"030 1234567 (2. Stock)", "0301234567.0", "+44 (0)20 7031 3000", "3.5E+11", "12.03.1984", "p:+353871234569", "030-1234567 / 68", "1-800-FLOWERS", "(00353) 87 1234567", "+٣٥٣ ٨٧ ١٢٣ ٤٥٦٧", "①030 1234567²", "030 12³ 4567", "1️⃣ 030 1234567"} {
		f.Add(s, "DE")
		f.Add(s, "")
	}
	f.Fuzz(func(t *testing.T, s, region string) {
		if region != "" && region != "DE" && region != "US" || isBlank(s) {
			return
		}
		c := conversion{form: asPhone, region: region}
		v, _, fault := c.convert(s)
		if fault != nil {
			return
		}
		again, _, fault := c.convert(v.Text())
		if fault != nil || again != v {
			t.Fatalf("%q gives %s, which gives %s, %v", s, v.Text(), again.Text(), fault)
		}
		plain := plainPhone(strings.Map(func(r rune) rune { // a mark is no digit
			if r > 0x7f && unicode.IsNumber(r) && !unicode.IsDigit(r) {
				return ' '
			}
			return r
		}, s))
		national := strings.TrimPrefix(strings.TrimPrefix(v.Text(), "+49"), "+1")
		if i := strings.IndexFunc(plain, func(r rune) bool { return r >= '0' && r <= '9' }); i >= 0 {
			plain = plain[i:]
		}
		if i := strings.IndexFunc(plain, unicode.IsLetter); i >= 0 {
			plain = plain[:i]
		}
		if len(national) >= 5 && !strings.Contains(digitsOf(plain), national[len(national)-5:]) {
			t.Fatalf("%q gives %s: its digits are not those of %q", s, v.Text(), plain)
		}
	})
}

// The 0 in brackets is taken out where it is only dialled, and kept where it is
// part of the number. Where both are numbers, neither is taken.
func TestPhoneZeroInBrackets(t *testing.T) {
	for _, region := range []string{"", "IT", "DE"} {
		testPhones(t, false, []phoneCase{
			{region, "+39 (0)35 1234567", "<phone_zero>"},
			{region, "0039 (0)382 123456", "<phone_zero>"},
			{region, "(0039) (0)382 123456", "<phone_zero>"},
			{region, "+39 [0]35 1234567", "<phone_zero>"},
			{region, "+39 ( 0 ) 35 1234567", "<phone_zero>"},
			{region, "+39 (0)6 69812345", "+390669812345"},
			{region, "+39 (0)2 12345678", "+390212345678"},
			{region, "+378 (0)549 886377", "+3780549886377"},
			{region, "+225 (0)7 07 12 34 56", "+2250707123456"},
			{region, "+242 (0)6 612 34 56", "+242066123456"},
			{region, "+34 (0)91 123 45 67", "+34911234567"},
			{region, "+1 (0)212 555 0123", "+12125550123"},
			{region, "+49 (0)30 1234567", "+49301234567"},
			{region, "+44 [0]20 7031 3000", "+442070313000"},
			{region, "+33 (0) 1 42 68 53 00", "+33142685300"},
			{region, "+39 035 1234567", "+390351234567"},
		})
	}
}

// A slash or a dash before a number that is a whole one joins nothing.
func TestPhoneAreaOrNumber(t *testing.T) {
	for _, several := range []bool{false, true} {
		testPhones(t, several, []phoneCase{
			{"DE", "030 / 0170 1234567", "<phone_area>"},
			{"DE", "030/0170 1234567", "<phone_area>"},
			{"DE", "(030) / 0170 1234567", "<phone_area>"},
			{"DE", "030 - 0170 1234567", "<phone_area>"},
			{"DE", "030 / +49 170 1234567", "<phone_area>"},
			{"DE", "+49 30 / 0170 1234567", "<phone_area>"},
			{"DE", "030 / 1234567", "+49301234567"},
			{"DE", "030 - 1234567", "+49301234567"},
			{"DE", "0170 / 123 45 67", "+491701234567"},
			{"DE", "+49 / 0170 1234567", "+491701234567"},
			{"DE", "+49 30 / 1234567", "+49301234567"},
		})
	}
}

// Digits that are written in words are not taken for words beside the number.
func TestPhoneNumerals(t *testing.T) {
	testPhones(t, false, []phoneCase{
		{"JP", "〇三-1234-5678", "<phone_letters>"},
		{"JP", "〇三－１２３４－５６７８", "<phone_letters>"},
		{"JP", "○三-1234-5678", "<phone_letters>"},
		{"JP", "03-1234-五六七八", "<phone_letters>"},
		{"JP", "03-一二三四-5678", "<phone_letters>"},
		{"JP", "〇三-一二三四-五六七八", "<invalid_phone>"},
		{"KR", "공이-1234-5678", "<phone_letters>"},
		{"JP", "第一営業部 03-1234-5678", "+81312345678 ~phone_prefix"},
		{"JP", "電話: 03-1234-5678", "+81312345678 ~phone_prefix"},
	})
}

// The number of an item of a list is no part of a phone number, nor are digits
// behind a full stop.
func TestPhoneListMarkers(t *testing.T) {
	for _, marker := range []string{"(2) ", "(2)", "2) ", "2)", "(12) ", "[2] ", "2] ", "2. ", "12. ", "#2 ", "# 2 ", "#2. ", "2- ", "Tel. (2) ", "Tel 2) "} {
		for _, number := range []string{"0171 1234567", "(030) 1234567", "+49 171 1234567", "0049 171 1234567"} {
			for _, several := range []bool{false, true} {
				testPhones(t, several, []phoneCase{{"DE", marker + number, "<phone_with_remark>"}})
			}
		}
	}
	testPhones(t, false, []phoneCase{
		{"DE", "(1) 030 1234567", "<phone_with_remark>"},
		{"DE", "- 2 030 1234567", "<phone_with_remark>"},
		{"DE", "* 2 030 1234567", "<phone_with_remark>"},
		{"DE", "1. 030 1234567; 2. 0171 1234567", "<phone_with_remark>"},
		{"IE", "2) 87 123 4567", "<phone_with_remark>"},
		{"IE", "#2 87 123 4567", "<phone_with_remark>"},
		{"IE", "2. 87 123 4567", "<phone_with_remark>"},
		{"DE", "030 1234567. 12", "<phone_with_remark>"},
		{"DE", "+49 30 1234567. 12", "<phone_with_remark>"},
		{"DE", "(030) 1234567. 1", "<phone_with_remark>"},

		{"IE", "+353 (0)87 123 4567", "+353871234567"},
		{"DE", "(0)30 1234567", "+49301234567"},
		{"DE", "(030) 1234567", "+49301234567"},
		{"DE", "(030)1234567", "+49301234567"},
		{"DE", "(30) 1234567", "+49301234567"},
		{"DE", "30. 1234567", "+49301234567"},
		{"FR", "01. 42. 68. 53. 00", "+33142685300"},
		{"FR", "01.42.68.53.00", "+33142685300"},
		{"DE", "030 1234567.", "+49301234567"},
		{"US", "(1) 415 555 0100", "+14155550100"},
		{"CA", "1. 416 555 0100", "+14165550100"},
		{"US", "1- 415 555 0100", "+14155550100"},
		{"US", "1.415.555.0100", "+14155550100"},
		{"BR", "(11) 98765-4321", "+5511987654321"},
		{"AU", "(02) 9374 4000", "+61293744000"},
		{"PH", "(2) 8123 4567", "+63281234567"},
		{"GB", "(44) 020 7031 3000", "+442070313000"},
	})
}

// What several: first is asked for, it does; where it cannot, nobody is told to
// write it.
func TestSeveralPhonesFirst(t *testing.T) {
	for _, c := range []struct{ cell, first string }{
		{"+353871234567 +353861234567", "+353871234567"},
		{"+353871234567\t+353861234567", "+353871234567"},
		{"087 123 4567\t086 123 4567", "+353871234567"},
		{"087 123 4567 +353 86 123 4567", "+353871234567"},
		{"Home: 01 234 5678; Cell: 087 123 4567", "+35312345678"},
		{"01 234 5678, mobile 087 123 4567", "+35312345678"},
		{"Tel: +353 1 234 5678 | Mob: +353 87 123 4567", "+35312345678"},
	} {
		testPhones(t, false, []phoneCase{{"IE", c.cell, "<several_phones>"}})
		testPhones(t, true, []phoneCase{{"IE", c.cell, c.first + " ~several_phones"}})
	}
	testPhones(t, true, []phoneCase{
		{"IE", "+353871234567+353861234567", "<invalid_phone>"},
		{"DE", "030 1234567, Zimmer 12", "<phone_with_remark>"},
		{"DE", "030 1234567, seit 01.02.2019", "<phone_with_remark>"},
	})
}

// Columns of phones under names of one's own are looked at as well.
func TestPhonesInOwnAttributes(t *testing.T) {
	for column, is := range map[string]bool{
		"Work phone": true, "HomePhone": true, "home_phone": true, "Phone (work)": true, "Phone 2": true, "Phone 1 - Value": true, "Mobile": true, "Telefon privat": true, "Privattelefon": true,
		"Téléphone portable": true, "Teléfono de casa": true, "Emergency phone": true, "Fax": true, "Handynummer": true, "Mobile number": true, "Phone no.": true, "Business Fax": true,
		"Phone type": false, "Phone consent": false, "Phone 1 - Type": false, "Mobile OS": false, "Has phone": false, "Hotel": false, "Automobile": false, "Cell line": false, "iPhone": false, "Phone calls": false, "Called by phone on": false, "Order number": false,
	} {
		p, err := mustParse(t, "attributes: {email: Email, custom_attributes.other: "+quote(column)+"}").Compile([]string{"Email", column}, client.Version2)
		if err != nil {
			t.Fatal(err)
		}
		for _, cell := range []string{"12.03.1984", "0301234567.0", "01 2345678 ab 18 Uhr", "p:+353871234567", "(2) 0171 1234567"} {
			r := p.Convert([]string{"a@b.ie", cell})
			if v, _ := r.Lead.Value("custom_attributes.other"); v.Text() != cell || len(r.Problems) > 0 {
				t.Errorf("%s: %q is sent as %q, %v", column, cell, v.Text(), r.Problems)
			}
			if said := len(r.Remarks) == 1 && r.Remarks[0].Code == "no_phone_number"; said != is {
				t.Errorf("%s: %q: remarks %v", column, cell, r.Remarks)
			}
		}
		for _, cell := range []string{"+353 1 234 5678", "(01) 234 5678", "home", "12345678"} {
			if r := p.Convert([]string{"a@b.ie", cell}); len(r.Remarks) > 0 {
				t.Errorf("%s: %q: remarks %v", column, cell, r.Remarks)
			}
		}
	}
	p, err := mustParse(t, "attributes: {email: Email, custom_attributes.work_phone: Contact 2}").Compile([]string{"Email", "Contact 2"}, client.Version2)
	if err != nil {
		t.Fatal(err)
	}
	if r := p.Convert([]string{"a@b.ie", "12.03.1984"}); len(r.Remarks) != 1 {
		t.Errorf("remarks %v", r.Remarks)
	}
}
