package mapping

import (
	"slices"
	"strings"
)

const (
	// Words are written without accents. phoneWords are those for a phone in the names of columns, beside the usual
	// names of a column of phones.
	phoneWords = "phone phones telephone telephones mobile mobiles cell cellphone landline tel gsm fax whatsapp " +
		"telefon mobil handy festnetz rufnummer portable telefono movil celular cellulare " +
		"telefone telemovel telefoon mobiel puhelin телефон"
	// phonePlaces say whose phone it is, behind the word.
	phonePlaces = "number numbers num no nr value work home private personal business office company main other primary secondary " +
		"alternative alternate direct day evening daytime assistant mother father parent guardian " +
		"nummer privat geschaftlich dienstlich firma buro zentrale mobil zuhause numero fixe pro professionnel perso personnel domicile bureau travail " +
		"de del da do du casa trabajo oficina fijo movil particular fisso ufficio lavoro trabalho werk thuis prive jobb hem arbete praca dom mobile cell fax"
)

// holdsPhones reports whether a is text of a column of phones, by its own name or
// the column's: Work phone, Telefon privat, home_phone. Those of Phone type and of
// Phone consent are none.
func (a *attribute) holdsPhones() bool {
	if !strings.Contains(a.name, ".") { // phone itself, and what is no text of anybody's choice
		return false
	}
	_, own, _ := strings.Cut(a.name, "custom_attributes.")
	return namesPhone(own) || len(a.columns) == 1 && namesPhone(a.columns[0].text)
}

// namesPhone: the last word of the name is one for a phone, or the first, and the
// others say whose it is.
func namesPhone(name string) bool {
	var words []string
	for _, w := range nameWords(name) {
		if w = strings.Trim(w, "0123456789"); w != "" {
			words = append(words, w)
		}
	}
	for len(words) > 1 && in("number numbers no nr nummer value", words[len(words)-1]) {
		words = words[:len(words)-1]
	}
	if len(words) == 0 {
		return false
	}
	if last := words[len(words)-1]; in(phoneWords, last) || isPhoneCompound(last) {
		return !slices.ContainsFunc(words, func(w string) bool { return in("i has type no is", w) })
	}
	return (in(phoneWords, words[0]) || isPhoneCompound(words[0])) &&
		!slices.ContainsFunc(words[1:], func(w string) bool { return !in(phonePlaces, w) && !in(phoneWords, w) })
}

// isPhoneCompound: Privattelefon, Diensthandy, Telefonnummer, phonenumber.
func isPhoneCompound(word string) bool {
	for _, end := range []string{"telefon", "handy", "telefonnummer", "mobilnummer", "handynummer", "rufnummer", "faxnummer"} {
		if strings.HasSuffix(word, end) {
			return true
		}
	}
	return in(usual["phone"], word) || len(word) > 6 && strings.HasSuffix(word, "phone") && in("work home mobile office business cell tele company car", strings.TrimSuffix(word, "phone"))
}
