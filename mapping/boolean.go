package mapping

import (
	"strings"

	"leadimport/client"
)

// answers are true and false as spreadsheets write them in their languages,
// and the words of forms. Each word has one meaning in all of them; 1 and 0, y
// and n are for the first.
var answers = []struct {
	language   string
	true_, not string
	cell       bool // a spreadsheet's own value, which its column is made of
}{
	{"English", "true", "false", true},
	{"German", "wahr", "falsch", true},
	{"French", "vrai", "faux", true},
	{"Spanish", "verdadero", "falso", true},
	{"Italian", "vero", "falso", true},
	{"Portuguese", "verdadeiro", "falso", true},
	{"Dutch", "waar", "onwaar", true},
	{"Swedish", "sant", "falskt", true},
	{"Danish", "sand", "falsk", true},
	{"Norwegian", "sann", "usann", true},
	{"Finnish", "tosi", "epätosi", true},
	{"Polish", "prawda", "fałsz", true},
	{"Czech", "pravda", "nepravda", true},
	{"Hungarian", "igaz", "hamis", true},
	{"Romanian", "adevărat", "fals", true},
	{"Turkish", "doğru", "yanliş", true},
	{"Russian", "истина", "ложь", true},
	{"English", "yes y on t 1", "no n off f 0", false},
	{"German", "ja", "nein", false},
	{"French", "oui", "non", false},
	{"Spanish", "sí si", "no", false},
	{"Italian", "sì", "no", false},
	{"Portuguese", "sim", "não nao", false},
	{"Dutch", "ja", "nee", false},
	{"Swedish", "ja", "nej", false},
	{"Norwegian", "ja", "nei", false},
	{"Finnish", "kyllä", "ei", false},
	{"Polish", "tak", "nie", false},
	{"Czech", "ano", "ne", false},
	{"Hungarian", "igen", "nem", false},
	{"Romanian", "da", "nu", false},
	{"Turkish", "evet", "hayir", false},
	{"Slovak", "áno", "nie", false},
	{"Greek", "ναι", "όχι οχι", false},
	{"Russian", "да", "нет", false},
	{"Ukrainian", "так", "ні", false},
	{"Japanese", "はい", "いいえ", false},
	{"Chinese", "是", "否", false},
	{"Chinese", "對 对", "錯 错", false},
	{"Korean", "예 네", "아니요 아니오", false},
	{"Greek", "ναι", "όχι", false},
	{"Ukrainian", "так", "ні", false},
	{"Bulgarian", "да", "не", false},
	{"Slovak", "áno", "nie", false},
	{"Croatian", "da", "ne", false},
	{"Estonian", "jah", "ei", false},
	{"Latvian", "jā", "nē", false},
	{"Lithuanian", "taip", "ne", false},
	{"Icelandic", "já", "nei", false},
	{"Indonesian", "ya", "tidak", false},
	{"Vietnamese", "có", "không", false},
	{"Thai", "ใช่", "ไม่ใช่", false},
	{"Hindi", "हाँ हां", "नहीं", false},
	{"Arabic", "نعم", "لا", false},
	{"Hebrew", "כן", "לא", false},
}

// answer is what a word means, and by which of answers.
type answer struct {
	is        bool
	languages uint64 // a bit for each of answers that has the word
}

var answerWords = func() map[string]answer {
	words := map[string]answer{}
	for i, a := range answers {
		for w := range strings.FieldsSeq(a.true_) {
			words[w] = answer{true, words[w].languages | 1<<i}
		}
		for w := range strings.FieldsSeq(a.not) {
			words[w] = answer{false, words[w].languages | 1<<i}
		}
	}
	return words
}()

// cellLanguages are the bits of the languages of spreadsheets.
var cellLanguages = func() (bits uint64) {
	for i, a := range answers {
		if a.cell {
			bits |= 1 << i
		}
	}
	return bits
}()

// answerOf is the meaning of s; ok is false when it is no such word.
func answerOf(s string) (a answer, ok bool) {
	if len(s) > 24 {
		return answer{}, false
	}
	a, ok = answerWords[foldWord(s)]
	if !ok && strings.ContainsRune(s, 'ı') {
		a, ok = answerWords[foldWord(strings.ReplaceAll(s, "ı", "i"))] // yanlış, hayır
	}
	return a, ok
}

// truth reads the words that spreadsheets and forms export. Others are for the
// mapping's values.
func truth(s string) (is, ok bool) {
	a, ok := answerOf(s)
	return a.is, ok
}

func (c *conversion) boolean(s string) (client.Value, *fault) {
	is, ok := truth(trim(s))
	if !ok {
		return client.Value{}, faultf("not_a_boolean", "neither true nor false: say under values what it means")
	}
	return client.Boolean(is), nil
}
