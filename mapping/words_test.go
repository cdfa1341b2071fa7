package mapping

import (
	"strings"
	"testing"

	"leadimport/client"
)

func TestSaysNothing(t *testing.T) {
	for _, s := range []string{"NULL", "null", "Null", "(null)", "<NULL>", "[null]", `"NULL"`, `\N`, "N/A", "n/a", "N / A", "#N/A", "#NV", "#N/D", "#REF!", "#NAME?", "#DIV/0!", "#BEZUG!", "#¿NOMBRE?", "#ЗНАЧ!",
		"-", "--", "—", ".", "...", "?", "/", "*", "none", "None", "- none -", "nan", "NaN", "NaT", "<NA>", "undefined", "[object Object]", "n.a.", "N. A.", "k.A.", "k. A.", "keine Angabe", "keine", "non renseigné", "NON RENSEIGNÉ",
		"sin datos", "não informado", "saknas", "brak", "нет", "Нет данных", "なし", "無", "없음", "tbd", "unknown", "not available", "(not set)", "(blank)", "(leer)", "noemail", "ＮＵＬＬ", "n/ａ", "ei ole", "Ei ole", "não tem", "NÃO TEM", "nao tem", "s/n", "S/N", "no tiene", "n'a pas", "non c'è", "keine E-Mail", "nincs email", "没有", "해당 없음", "tidak ada", "ไม่มี", "לא ידוע",
		"00000000-0000-0000-0000-000000000000", "0000-00-00"} {
		if !saysNothing(identity(s)) {
			t.Errorf("%q is an identity", s)
		}
	}
	for _, s := range []string{"", "0", "1", "-1", "007", "a", "N", "NA-1", "Nadia", "Nolan", "Nullman", "none@example.org", "k1", "KA", "#1", "#42", "c1", "NULL1", "A/B", "1/2", "山", "空港", "2026-11-21", "x"} {
		if saysNothing(identity(s)) {
			t.Errorf("%q is no identity", s)
		}
	}
}

// Each word has one entry, in the form in which words are compared, and what is
// blank everywhere is no identity either.
func TestNothingsAreSound(t *testing.T) {
	for _, n := range nothings {
		if n.why == "" {
			t.Errorf("%q has no reason", n.words)
		}
		for _, w := range n.blanks {
			if !saysNothing(w) {
				t.Errorf("%q is blank, and an identity", w)
			}
			if b := (&blanks{usual: true}); !b.has(w) {
				t.Errorf("%q is not blank", w)
			}
		}
		for w := range strings.FieldsSeq(n.words) {
			if !saysNothing(w) || !saysNothing(strings.ToUpper(w)) {
				t.Errorf("%q is not found", w)
			}
		}
	}
}

func TestBlankWords(t *testing.T) {
	for _, c := range []struct {
		setting, cell string
		blank         bool
	}{
		{"", "NULL", true}, {"", "null", true}, {"", `\N`, true}, {"", "#REF!", true}, {"", "#WERT!", true}, {"", "NaN", true}, {"", "<NA>", true}, {"", "undefined", true}, {"", "0000-00-00 00:00:00", true},
		{"", "Null", false}, {"", "Nan", false}, {"", "nan", false}, {"", "None", false}, {"", "n/a", false}, {"", "-", false}, {"", "Anna Null", false}, {"", "Null Records", false}, {"", "#1", false}, {"", "1899-12-30", false},
		{"blank_words: default", "NULL", true}, {"blank_words: none", "NULL", false}, {"blank_words: none", "#REF!", false},
		{"blank_words: [default, None, n/a]", "none", true}, {"blank_words: [default, None, n/a]", "N/A", true}, {"blank_words: [default, None]", "NULL", true},
		{"blank_words: [Info Requested]", "info requested", true}, {"blank_words: [Info Requested]", "NULL", false}, {"blank_words: [none]", "none", true}, {"blank_words: [NULL, ~]", "NULL", true}, {"blank_words: [NULL]", "#REF!", false}, {"blank_words: [none]", "NULL", false},
	} {
		p, err := mustParse(t, c.setting+"\nattributes: {email: Email, name: Name}").Compile([]string{"Email", "Name"}, client.Version2)
		if err != nil {
			t.Fatal(err)
		}
		r := p.Convert([]string{"a@b.ie", c.cell})
		v, sent := r.Lead.Value("name")
		said := len(r.Remarks) == 1 && r.Remarks[0].Code == CodeBlankWord && r.Remarks[0].Value == c.cell
		if sent == c.blank || said != c.blank || sent && v.Text() != c.cell {
			t.Errorf("%s: %q is sent: %v %q, remarks %v", c.setting, c.cell, sent, v.Text(), r.Remarks)
		}
	}
}

// A word that is sent and may say nothing is remarked on, an answer is not.
func TestWordsThatMaySayNothing(t *testing.T) {
	for cell, remark := range map[string]bool{"None": true, "n/a": true, "-": true, "unknown": true, "нет": false, "keine": false, "Null": true, "Info Requested": true, "info requested": true, "Tom": false, "tom": false, "Na": false, "Nat": false, "Nan": false, "NA": true, "nan": true, "nil": true, "Norway": false, "C&A": false, "♥": false} {
		_, f, _ := (&conversion{}).convert(cell)
		if (f != nil && f.code == CodeSaysNothing) != remark {
			t.Errorf("%q: remark %+v", cell, f)
		}
	}
}

// The words are blank in a key in brackets too, and so are those of the mapping.
func TestKeyOfBlankWord(t *testing.T) {
	for _, c := range []struct{ setting, cell string }{{"", "[empty]"}, {"", "(leer)"}, {"", "Info Requested"}, {`blank_words: [default, "[empty]", "[CRM id]"]`, "[empty]"}, {`blank_words: [default, "[CRM id]", unassigned]`, "[CRM id]"}, {`blank_words: [unassigned]`, "Unassigned"}} {
		p, err := mustParse(t, c.setting+"\nkey: {column: CRM}\nattributes: {email: Email}").Compile([]string{"Email", "CRM"}, client.Version2)
		if err != nil {
			t.Fatal(err)
		}
		if r := p.Convert([]string{"a@b.ie", c.cell}); !r.NoKey || len(r.Problems) > 0 || len(r.Remarks) != 1 || r.Remarks[0].Code != CodeNoIdentity {
			t.Errorf("%s: %q has key %s, %v, %v", c.setting, c.cell, r.Key, r.Problems, r.Remarks)
		}
	}
	p, err := mustParse(t, "key: {column: CRM}\nattributes: {email: Email}").Compile([]string{"Email", "CRM"}, client.Version2)
	if err != nil {
		t.Fatal(err)
	}
	for _, cell := range []string{"[CRM id]", "<test lead: dummy data for crm_id>"} {
		if r := p.Convert([]string{"a@b.ie", cell}); len(r.Problems) != 1 || r.Problems[0].Code != "merge_tag" {
			t.Errorf("%q: %v", cell, r.Problems)
		}
	}
}

// What values says of a word comes first.
func TestValuesBeforeBlankWords(t *testing.T) {
	p, err := mustParse(t, "attributes: {email: Email, name: {column: Name, values: {NULL: Nobody}}, custom_attributes.n: {column: N, default: few}}").Compile([]string{"Email", "Name", "N"}, client.Version2)
	if err != nil {
		t.Fatal(err)
	}
	lead, _, _ := p.Lead([]string{"a@b.ie", "NULL", "#N/A"})
	if v, _ := lead.Value("name"); v.Text() != "Nobody" {
		t.Errorf("name is %q", v.Text())
	}
	if v, _ := lead.Value("custom_attributes.n"); v.Text() != "few" {
		t.Errorf("n is %q: a word that says nothing takes the default", v.Text())
	}
}

// Each answer has the one meaning that its language gives it.
func TestAnswersAreSound(t *testing.T) {
	if len(answers) > 64 {
		t.Errorf("%d languages: an answer has a bit for each of 64", len(answers))
	}
	for i, a := range answers {
		for want, words := range map[bool]string{true: a.true_, false: a.not} {
			for w := range strings.FieldsSeq(words) {
				for _, s := range []string{w, strings.ToUpper(w), " " + w + " "} {
					got, ok := answerOf(s)
					if strings.ContainsAny(w, "ıi") && s == strings.ToUpper(w) && !ok {
						continue
					}
					if !ok || got.is != want || got.languages&(1<<i) == 0 {
						t.Errorf("%s: %q is %v, %v", a.language, s, got, ok)
					}
				}
			}
		}
	}
	for s, want := range map[string]bool{"예": true, "네": true, "아니오": false, "아니요": false, "はい": true, "いいえ": false, "是": true, "否": false, "Hayır": false} {
		if is, ok := truth(s); !ok || is != want {
			t.Errorf("%q is %v, %v", s, is, ok)
		}
	}
}

func TestZeroDates(t *testing.T) {
	for _, s := range []string{"0000-00-00", "0000-00-00 00:00:00", "0000-00-00T00:00:00Z", "00/00/0000", "0/0/0000", "00.00.0000", "1899-12-30", "1899-12-30 00:00:00", "30.12.1899", "12/30/1899", "1899-12-31", "1900-01-00", "0001-01-01", "0001-01-01T00:00:00", "01/01/0001", "1/1/0001 12:00:00 AM"} {
		if !isZeroDate(s) {
			t.Errorf("%q is a date", s)
		}
	}
	for _, s := range []string{"", "0", "1900-01-01", "1970-01-01", "2000-01-01", "1899-12-29", "30/11/0026", "0001-01-02", "1899-12-30 10:00", "00:00:00", "0000", "000-000-0000", "0800-00-00"} {
		if isZeroDate(s) {
			t.Errorf("%q is no date", s)
		}
	}
}
