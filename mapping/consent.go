package mapping

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Direction tells what yes means in a column that speaks of consent.
type Direction uint8

const (
	// OptOut: yes means that nobody may write to the person.
	OptOut Direction = iota + 1
	// OptIn: yes means that somebody may.
	OptIn
	// Status: its words tell, such as subscribed and unsubscribed.
	Status
)

// Consent is a column that speaks of who may be written to.
type Consent struct {
	Column    string
	Index     int
	Direction Direction
	// Sure: nothing else is called so. Otherwise it may be about something else,
	// a newsletter's name for one.
	Sure bool
	// Asked: it is one if its cells say yes and no, and may be anything else if
	// they do not.
	Asked bool
	// May: as Asked, and even then it may be about something else.
	May bool
	// Time: its name tells when, not whether.
	Time bool
}

// maxConsentName is where the question of a form ends at the latest, in bytes.
const maxConsentName = 2000

// ConsentOf reports whether a column's name speaks of consent to e-mail, in the
// usual languages and as the usual tools export it.
func ConsentOf(column string) (c Consent, ok bool) {
	words := nameWords(column[:min(len(column), maxConsentName)])
	c = Consent{Column: column, Time: hasAny(words, timeWords)}
	name := strings.Join(words, "")
	switch {
	case hasAny(words, notConsent), hasAny(words, ofTerms) && !hasStem(" "+strings.Join(words, " ")+" ", mailWords), hasAny(words, otherChannels) && !hasAny(words, someMail),
		name == "optintime", name == "confirmtime": // of everybody in an export of Mailchimp's
		return Consent{}, false
	case name == "unsubtime", name == "unsubdate":
		c.Direction, c.Sure, c.Time = OptOut, true, true
		return c, true
	case name == "peruutettu", name == "peruttu": // an order, too
		c.Direction = OptOut
		return c, true
	case name == "dnc": // do not contact, or call
		c.Direction, c.Asked = OptOut, true
		return c, true
	}
	spaced := " " + strings.Join(words, " ") + " "
	assents := (hasStem(spaced, wanting) || hasStem(spaced, consents)) && (hasStem(spaced, mailWords) || hasStem(spaced, writing))
	switch {
	case outExact[name], saysOut(words, spaced), hasStem(spaced, outNames), saysNo(words, spaced):
		c.Direction, c.Sure = OptOut, true
	case hasStem(spaced, statusNames):
		c.Direction, c.Sure = Status, !hasStem(spaced, paidFor)
	case hasAny(words, notAnswers):
		return Consent{}, false
	case inExact[name], hasStem(spaced, inWords), hasStem(spaced, consents) && hasStem(spaced, mailWords):
		c.Direction, c.Sure = OptIn, true
	case asks(words):
		c.Direction, c.Asked = OptIn, true
	case hasStem(spaced, mayBeIn), len(words) > 2 && assents:
		c.Direction = OptIn
	case assents, len(words) <= 2 && (hasStem(spaced, consents) || hasStem(spaced, mayAsk)):
		c.Direction, c.Asked, c.May = OptIn, true, true
	default:
		return Consent{}, false
	}
	switch {
	case c.Direction == OptIn && hasAny(words, negations): // not opted in, no consent: yes means no
		c.Direction = OptOut
	case c.Direction == OptOut && negated(words): // not unsubscribed
		c.Direction = OptIn
	}
	return c, true
}

// saysOut reports whether a name or a cell speaks of a no to e-mail.
func saysOut(words []string, spaced string) bool {
	return hasStem(spaced, outWords) || hasStem(spaced, refusals) && hasStem(spaced, mailWords)
}

// saysNo reports whether a no stands right before a word of mailing, and not
// before one of an address: that is blank then.
func saysNo(words []string, spaced string) bool {
	if len(words) > 3 || strings.Contains(spaced, " addres") || strings.Contains(spaced, " adres") {
		return false
	}
	for _, no := range nos {
		if _, rest, ok := strings.Cut(spaced, " "+no+" "); ok {
			for _, stem := range mailWords {
				if strings.HasPrefix(" "+rest, " "+strings.TrimPrefix(stem, " ")) {
					return true
				}
			}
		}
	}
	return false
}

// asks reports whether a name is nothing but a question such as Marketing
// emails, or Contact allowed.
func asks(words []string) bool {
	about, strong, may := false, false, false
	for _, w := range words {
		switch {
		case askedOf[w]:
			strong = true
		case contacting[w]:
			about = true
		case allowing[w]:
			may = true
		case !between[w]:
			return false
		}
	}
	return strong || about && may
}

// negated reports whether a word of opting out has a not right before it.
func negated(words []string) bool {
	for i := 1; i < len(words); i++ {
		if negations[words[i-1]] && words[i-1] != "no" && hasStem(" "+strings.Join(words[i:], " ")+" ", outStarts) {
			return true
		}
	}
	return false
}

var outStarts = stems(" unsubscri| opted out| optedout| opt out | optout| abgemeldet | desabonn| desinscri| dado de baja| disiscri| afgemeld| uitgeschreven ")

func hasStem(spaced string, stems []string) bool {
	return slices.ContainsFunc(stems, func(stem string) bool { return strings.Contains(spaced, stem) })
}

func hasAny(words []string, set map[string]bool) bool {
	return slices.ContainsFunc(words, func(w string) bool { return set[w] })
}

// plainLetters are those that have no accent to take away.
var plainLetters = strings.NewReplacer("ł", "l", "ø", "o", "đ", "d", "ß", "ss", "æ", "ae", "œ", "oe", "ı", "i", "ς", "σ")

// nameWords are the words of a column's name in lower case, without accents:
// HasOptedOutOfEmail, opted_out and Opted out: alike.
func nameWords(column string) []string {
	var words []string
	var word []rune
	end := func() {
		if len(word) > 0 {
			words = append(words, string(word))
			word = word[:0]
		}
	}
	lower := false
	for _, r := range norm.NFKD.String(columnName(column)) {
		switch {
		case unicode.Is(unicode.Mn, r) && r < 0x3000: // an accent; kana keep theirs
			continue
		case !isWordRune(r) && !unicode.IsMark(r):
			end()
			lower = false
			continue
		case unicode.IsUpper(r) && lower:
			end()
		}
		lower = unicode.IsLower(r)
		word = append(word, unicode.ToLower(r))
	}
	end()
	for i := 0; i+1 < len(words); i++ { // e-mail, E mail
		if words[i] == "e" && strings.HasPrefix(words[i+1], "mail") {
			words[i] = "e" + words[i+1]
			words = slices.Delete(words, i+1, i+2)
		}
	}
	for i, w := range words {
		if !isASCII(w) {
			words[i] = plainLetters.Replace(norm.NFC.String(w))
		}
	}
	return words
}

// isRecorded reports whether a column is one of a results file.
func isRecorded(column string) bool { return strings.HasPrefix(strings.ToLower(column), "import_") }
