package mapping

import (
	"bytes"
	"maps"
	"slices"
	"strings"
	"unicode"
)

// nothing is a word that stands where a program or a person knew nothing.
type nothing struct {
	why string
	// words are compared without case, blanks and outer brackets.
	words string
	// blanks are spellings that are blank in any column unless the mapping says
	// otherwise. They are compared to the letter: people are called Null and Nan.
	blanks []string
	// answer: in a column of answers the words say something.
	answer bool
}

// nothings is the one list of words that say nothing. None of them is an
// identity: two people who share one would become one lead.
var nothings = []nothing{
	{why: "a database's null", words: `null \n`, blanks: []string{"NULL", "null", `\N`, "(null)", "(NULL)", "<null>", "<NULL>", "[null]", "[NULL]"}},
	{why: "a null of Ruby, Python, Go", words: "nil none"},
	{why: "no number, no time, no value in Python and R", words: "nan nat na", blanks: []string{"NaN", "NaT", "<NA>"}},
	{why: "no value in JavaScript", words: "undefined objectobject invaliddate", blanks: []string{"undefined", "[object Object]", "Invalid date", "Invalid Date"}},
	{why: "a spreadsheet's look-up that found nothing, in its languages", words: "#n/a #na #nv #n/d #n/b #i/t #h/d #н/д #saknas! #otillg #puuttuu! #yok",
		blanks: []string{"#N/A", "#NV", "#N/D", "#N/B", "#I/T", "#Н/Д", "#YOK", "#PUUTTUU!"}},
	{why: "a spreadsheet that still loads or cannot show a value", words: "#getting_data #busy! loading...", blanks: []string{"#GETTING_DATA"}},
	{why: "an empty cell of a pivot table or a report", words: "blank empty leer vide vacío vacio vuoto vazio leeg tom notset undef missing"},
	{why: "not available or not applicable, in English", words: "n/a n.a. n.a n\\a na. notavailable notapplicable notprovided notgiven notspecified notstated notknown unknown unspecified inforequested nodata novalue nothing"},
	{why: "still to be found out", words: "tbc tbd tba t.b.c. t.b.d. t.b.a. todo pending"},
	{why: "no e-mail address", words: "noemail nomail no-email keineemail keinemail keinee-mail sansemail sanse-mail pasdemail pasd'email aucunemail sinemail sinmail sincorreo notienecorreo semmail sememail geenemail geene-mail ingenemail ingene-post brakemail brakmaila nessunaemail senzaemail eisähköpostia bezemailu nincsemail emailyok нетпочты"},
	{why: "keine Angabe", words: "k.a. k.a k/a keineangabe keineangaben nichtangegeben ohneangabe ohneangaben nichtvorhanden keinedaten nichtbekannt unbekannt nichtverfügbar entfällt"},
	{why: "non renseigné", words: "nonrenseigné nonrenseigne n'apas n'existepas pasdedonnées pasderéponse pasconnu nonapplicable noncommuniquée nonspécifié nonspécifiée noncommuniqué n.c. n.c n/c n.r. s/o sansobjet néant neant inconnu inconnue nondisponible"},
	{why: "sin datos", words: "n/d n.d. n.d s/d s/n s.n. sinnúmero sinnumero sindatos sindato notiene noconsta nosesabe noexiste noposee sininformación sininformacion noregistrado noinformado noespecificado noindica nodisponible noaplica desconocido desconocida"},
	{why: "non disponibile", words: "nondisponibile nonapplicabile nonha nonc'è nonpresente nonnoto nonspecificato nonindicato sconosciuto sconosciuta nonfornito"},
	{why: "não informado", words: "nãoinformado naoinformado nãotem naotem nãopossui naopossui nãohá naoconsta nãoconsta nãoaplicável nãoseaplica semnúmero seminformação nãoespecificado nãodisponível semdados semdado desconhecido"},
	{why: "niet van toepassing", words: "n.v.t. n.v.t nvt nietvantoepassing onbekend nietbekend nietingevuld geengegevens heeftgeen nietbeschikbaar nietopgegeven"},
	{why: "uppgift saknas", words: "saknas ejangivet harej haringen ejtillgänglig ikkeangivet harikke eiole eitietoa eisaatavilla puudub eiolemas okänd uppgiftsaknas ikkeoplyst ikkeoppgitt ukendt ukjent eitiedossa tuntematon puuttuu"},
	{why: "brak danych", words: "brakdanych niepodano niema niedostępne nezadáno nemá není neexistuje nemapodataka nijeupisano nuare nuexistă fărădate nincsmegadva nezadáno b/d b.d. niedotyczy nieznany nieznane neuvedeno neznámé nincsadat ismeretlen necunoscut"},
	{why: "нет данных", words: "нетданных немає неттакого нетинформации неизвестен нямаданни няма δενυπάρχει δενέχει לארלוונטי איןמידע لايوجد ندارد tidakada khôngcó ไม่มี belirtilmedi н/д неуказано неуказан неизвестно bilinmiyor belirtilmemiş άγνωστο غيرمعروف לאידוע"},
	{why: "none in East Asian forms", words: "なし 無し 不明 未設定 未入力 未知 该当なし 該当なし 記載なし 暂无 沒有 没有 無資料 无数据 特になし 해당없음 모름 暂无数据 未填 未填写 不详 없음 미입력"},
	{why: "none, in other languages", answer: true, words: "keine keiner kein ohne aucun aucune ninguno ninguna nessuno nessuna nenhum nenhuma geen ingen inget brak нет 無 无 空 yok boş žádný nincs"},
}

const maxNothing = 40 // bytes, of the longest that can be one

var (
	nothingWords = map[string]*nothing{}
	blankWords   = map[string]bool{}
	// nothingStarts tells at one look at two bytes that most texts are no such
	// word: nearly every cell is asked.
	nothingStarts [256][256]bool
	blankStarts   [256]bool
)

func init() {
	for i := range nothings {
		n := &nothings[i]
		for w := range strings.FieldsSeq(n.words) {
			nothingWords[w] = n
			for _, s := range []string{w, strings.ToUpper(w), strings.ToUpper(w[:1]) + w[1:], w[:1] + strings.ToUpper(w[1:]), w[:1] + " " + w[1:], strings.ToUpper(w[:1]) + " " + w[1:]} {
				if len(s) > 1 {
					nothingStarts[s[0]][s[1]] = true
				}
			}
		}
		for _, w := range n.blanks {
			blankWords[w] = true
			blankStarts[w[0]] = true
		}
	}
	blankStarts['#'], blankStarts['0'] = true, true
	for a := range nothingStarts {
		for b := range nothingStarts[a] {
			// Brackets and dashes around a word or alone, letters of full width,
			// dates and UUIDs of zeros.
			if a < 0x80 && !isAlnum(byte(a)) || a == 0xef || a == 0xe2 && b == 0x80 || a == '0' && b == '0' {
				nothingStarts[a][b] = true
			}
		}
	}
}

// mayStart reports whether s can be a word that says nothing.
func mayStart(s string) bool {
	if len(s) < 2 {
		return s != "" && !isAlnum(s[0])
	}
	return len(s) <= maxNothing && nothingStarts[s[0]][s[1]]
}

// saysNothing reports whether s, trimmed, is no identity: a word of the list,
// an error cell, nothing but punctuation, or a UUID or a date of zeros.
func saysNothing(s string) bool {
	if !mayStart(s) {
		return false
	}
	if s[0] == '0' {
		return s == "00000000-0000-0000-0000-000000000000" || isZeroDate(s)
	}
	if isErrorCell(s) || !strings.ContainsFunc(s, isWordRune) {
		return true
	}
	return nothingOf(s) != nil
}

// nothingOf finds s in the list, case, blanks and outer brackets aside.
func nothingOf(s string) *nothing {
	if strings.IndexByte(s, '@') >= 0 {
		return nil
	}
	switch {
	case s[0] == 0xef: // full width
		s = foldWord(s)
	case !isASCII(s):
		s = strings.ToLower(s)
	}
	var buf [2 * maxNothing]byte
	word := buf[:0]
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == ' ' || c == '\t':
		case 'A' <= c && c <= 'Z':
			word = append(word, c|0x20)
		default:
			word = append(word, c)
		}
	}
	if n := nothingWords[string(word)]; n != nil {
		return n
	}
	return nothingWords[string(bytes.Trim(word, "()[]{}<>\"'*_-=~"))]
}

// isErrorCell reports whether s is what a spreadsheet shows for a formula that
// fails, in any of its languages: #REF!, #WERT!, #¿NOMBRE?.
func isErrorCell(s string) bool {
	if len(s) < 4 || len(s) > maxNothing || s[0] != '#' || s[len(s)-1] != '!' && s[len(s)-1] != '?' {
		return false
	}
	letters := 0
	for _, r := range s[1 : len(s)-1] {
		switch {
		case unicode.IsUpper(r):
			letters++
		case r != '/' && r != '0' && r != '¡' && r != '¿' && r != '.':
			return false
		}
	}
	return letters > 1
}

// blanks are the words that a mapping has read as blank.
type blanks struct {
	usual  bool            // the list's own
	listed map[string]bool // those of the mapping, folded
}

// has reports whether s, trimmed, is one of them.
func (b *blanks) has(s string) bool {
	if s == "" {
		return false
	}
	if b.usual && len(s) <= maxNothing && blankStarts[s[0]] {
		if blankWords[s] || isErrorCell(s) || strings.HasPrefix(s, "0000-00-00") && isZeroDate(s) {
			return true
		}
	}
	return b.listed != nil && b.listed[foldWord(s)]
}

// mayBeNothing reports whether a text that is sent looks like a word that says
// nothing, for a person to decide.
func mayBeNothing(s string) bool {
	if !mayStart(s) || s[0] == '0' {
		return false
	}
	if isErrorCell(s) || isASCII(s) && !strings.ContainsFunc(s, isWordRune) {
		return true
	}
	n := nothingOf(s)
	return n != nil && !n.answer && !isFirstName(s)
}

// isFirstName reports whether a word that says nothing is what people are called:
// nobody named so is asked whether he is one. NA and nan are written by programs.
func isFirstName(s string) bool {
	switch s {
	case "Tom", "tom", "TOM", "Na", "Nat", "Nan", "Nil":
		return true
	}
	return false
}

// holdsNull reports whether the first or the last of some words is one that a
// program writes for nothing, as it put them together: "Ann undefined".
func holdsNull(s string) bool {
	first, _, several := strings.Cut(s, " ")
	if !several || len(first) < 2 {
		return false
	}
	last := s[strings.LastIndexByte(s, ' ')+1:]
	return blankStarts[first[0]] && blankWords[first] || last != "" && blankStarts[last[0]] && blankWords[last]
}

// nothingButNothing reports whether s is several words, none of which says
// anything, as a program joins them: "None None", "n/a n/a".
func nothingButNothing(s string) bool {
	if strings.IndexByte(s, ' ') < 0 {
		return false
	}
	for word := range strings.FieldsSeq(s) {
		if !mayBeNothing(word) {
			return false
		}
	}
	return true
}

// BlankWords is the setting that reads as blank, beside what m reads so
// already, those of the values that may say nothing; "" when none of them does.
func (m *Mapping) BlankWords(values []string) string {
	known := m.blank
	var words []string
	for _, v := range values {
		v = trim(v)
		if mayBeNothing(v) && !known.has(v) && !slices.Contains(words, foldWord(v)) {
			words = append(words, foldWord(v))
		}
	}
	if len(words) == 0 {
		return ""
	}
	words = append(slices.Sorted(maps.Keys(known.listed)), words...)
	for i, w := range words {
		words[i] = scalarText(w)
	}
	if known.usual {
		words = slices.Insert(words, 0, "default")
	}
	return "blank_words: [" + strings.Join(words, ", ") + "]"
}

// blankWordsSchema is for parseBlankWords. NULL without quotes is YAML's null,
// and a word in a list; characters that nobody sees may stand beside a word.
var blankWordsSchema = eitherSchema(
	schema{"type": "string", "pattern": `^\W*(default|none)\W*$`, "examples": []string{"default", "none"}},
	schema{"type": "array", "items": schema{"type": []string{"string", "number", "boolean", "null"}, "pattern": textSchema["pattern"]}},
)

// parseBlankWords reads default, none, or a list of words, of which default
// stands for the list's own.
func (m *Mapping) parseBlankWords(f file, n node) error {
	if n.kind == nullNode && n.null == "" {
		return f.errorf(n.at, "write default, none, or [default, unknown]", "blank_words names nothing")
	}
	items := []node{n}
	if n.kind == listNode {
		items = n.list
	}
	m.blank.usual = false
	for _, item := range items {
		if item.kind == nullNode { // NULL without quotes
			item.kind, item.text = textNode, item.null
		}
		o, err := f.text(item, "blank_words")
		if err != nil {
			return err
		}
		switch word := trim(o.text); {
		case word == "default":
			m.blank.usual = true
		case word == "none" && n.kind != listNode:
		case n.kind != listNode:
			return f.errorf(o.at, "write default, none, or [default, "+scalarText(word)+"]", "blank_words must be default, none or a list, not %q", o.text)
		case word == "":
			return f.errorf(o.at, "", "blank_words: a word is blank")
		default:
			if m.blank.listed == nil {
				m.blank.listed = map[string]bool{}
			}
			m.blank.listed[foldWord(word)] = true
		}
	}
	return nil
}
