package mapping

import (
	"fmt"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"leadimport/client"
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
	// Time: it tells when, not whether.
	Time bool
}

// consentWords are parts of column names, in lower case, without accents,
// blanks and punctuation; longer ones first where one holds another.
var consentWords = []struct {
	direction Direction
	sure      bool
	words     string
}{
	{OptOut, true, "unsubscri optout optedout optingout donotemail donotmail donotcontact donotsend donotallowbulk donotallowemail donotbulk donotmarket dontemail dontcontact " +
		"nomarketing noemails nonewsletter emailblacklist emailblocklist blacklisted blocklisted suppressed suppression emailsuspended marketingsuspended optedoutofemail hasoptedout"},
	{OptOut, true, "abgemeldet abbestell austragung ausgetragen keineemail keinemail keinewerbung keinnewsletter werbesperre werbewiderspruch mailsperre emailsperre nichtanschreiben nichtkontaktieren werbeverbot"},
	{OptOut, true, "desabonn desinscri desinscription nepascontacter nepasenvoyer pasdemail pasdenewsletter refusemail oppositionmarketing"},
	{OptOut, true, "dadodebaja bajanewsletter bajaemail desuscri nocontactar noenviar noemailing cancelosuscripcion sinpublicidad"},
	{OptOut, true, "disiscri noncontattare noninviare nonewsletter cancellatodallanewsletter"},
	{OptOut, true, "descadastr naocontactar naoenviar cancelouinscri desinscrito"},
	{OptOut, true, "afgemeld uitgeschreven nietmailen nietbenaderen geenmail geennewsletter geennieuwsbrief"},
	{OptOut, true, "avregistrer avprenumerer avanmal afmeldt avmeldt frameldt ejmail ikkemail ikkekontakt suoramarkkinointikielto"},
	{OptOut, true, "wypisan rezygnacjaznewslettera odhlasen leiratkoz dezabonat abonelikiptal отписа отказотрассыл неписать"},
	{OptOut, true, "配信停止 配信不可 配信拒否 退订 退訂 수신거부"},

	{Status, true, "subscriptionstatus subscriberstatus emailstatus marketingstatus emailpermissionstatus newsletterstatus emailmarketingconsent emailmarketingstatus abonnementstatus"},

	{OptIn, true, "optin optedin optsin subscribedto issubscribed emailsubscribed subscribed acceptsmarketing acceptsemail acceptemail acceptmarketing emailconsent marketingconsent consentemail consentmarketing " +
		"gdprconsent emailpermission marketingpermission agreetomarketing agreetoemail canemail maycontact mayemail allowemail allowmarketing newsletterconsent newsletteroptin receiveemail receivenewsletter"},
	{OptIn, true, "einwilligung werbeerlaubnis mailerlaubnis newsletteranmeldung newsletterangemeldet werbeeinwilligung"},
	{OptIn, true, "inscritnewsletter inscritalanewsletter consentement accepteemail acceptenewsletter"},
	{OptIn, true, "suscrito suscripcionnewsletter consentimiento aceptapublicidad aceptamarketing aceptaemail iscrittonewsletter consensomarketing consensonewsletter consensoemail aceitaemail aceitamarketing aceitareceber"},
	{OptIn, true, "toestemming prenumererar samtycke samtykke tilmeldtnyhedsbrev zgodamarketing zgodanaemail zgodanewsletter souhlasemail согласиенарассыл подписан メルマガ購読 配信許可 配信希望 수신동의"},
	{OptIn, false, "newsletter mailinglist consent consenso zgoda nieuwsbrief nyhetsbrev nyhedsbrev infolettre boletin рассылк メルマガ"},
}

// notConsent are words of a name that make its column speak of something else.
var notConsent = []string{"url", "link", "reason", "grund", "raison", "motivo", "campaign", "kampagne", "token", "source", "title", "page", "landing", "version", "text", "method", "ip", "count", "sms", "phone", "call", "whatsapp", "fax", "terms", "privacy", "id"}

// statusWords are words of names whose columns may tell who has unsubscribed:
// their values decide.
var statusWords = []string{"status", "state", "statut", "etat", "estado", "stato", "stav", "subscription", "subscriber", "abonnement", "abo", "mailing", "mailings", "member", "permission", "marketing", "статус", "状態", "ステータス", "状态"}

var timeWords = []string{"time", "date", "at", "on", "timestamp", "datum", "zeit", "fecha", "data", "since", "am", "le", "when"}

// ConsentOf reports whether a column's name speaks of consent to e-mail, in the
// usual languages and as the usual tools export it.
func ConsentOf(column string) (c Consent, ok bool) {
	words := nameWords(column)
	if slices.ContainsFunc(words, func(w string) bool { return slices.Contains(notConsent, w) }) {
		return Consent{}, false
	}
	name := strings.Join(words, "")
	c = Consent{Column: column, Time: slices.ContainsFunc(words, func(w string) bool { return slices.Contains(timeWords, w) })}
	switch name {
	case "unsubtime", "unsubdate", "unsub":
		c.Direction, c.Sure, c.Time = OptOut, true, name != "unsub"
		return c, true
	case "optintime", "confirmtime": // of everybody in an export of Mailchimp's
		return Consent{}, false
	case "baja", "blacklist", "blocklist", "dne", "abmeldung", "widerspruch", "opposition":
		c.Direction, c.Sure = OptOut, true
		return c, true
	case "abonne", "abonnee", "angemeldet":
		c.Direction, c.Sure = OptIn, true
		return c, true
	}
	for _, list := range consentWords {
		for w := range strings.FieldsSeq(list.words) {
			if !strings.Contains(name, w) {
				continue
			}
			c.Direction, c.Sure = list.direction, list.sure
			// Not opted in, no consent: yes means no.
			if c.Direction == OptIn && slices.ContainsFunc(words, isNegation) {
				c.Direction = OptOut
			}
			return c, true
		}
	}
	return Consent{}, false
}

func isNegation(word string) bool {
	return slices.Contains([]string{"no", "not", "non", "kein", "keine", "nicht", "pas", "sin", "senza", "sem", "nao", "geen", "niet", "ikke", "inte", "ej", "nie", "bez", "без", "не"}, word)
}

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
	for i, w := range words {
		words[i] = norm.NFC.String(w)
	}
	return words
}

// ConsentColumns are those of a header.
func ConsentColumns(header []string) []Consent {
	var list []Consent
	for i, column := range header {
		if c, ok := ConsentOf(column); ok && !strings.HasPrefix(strings.ToLower(column), "import_") {
			c.Index = i
			list = append(list, c)
		}
	}
	return list
}

// consented is a consent column that no attribute takes, with what its cells
// say.
type consented struct {
	Consent
	byValue      bool // its name says nothing of consent: some values have to
	rows, filled int
	counts       map[string]int // of the values, as first written; few are kept
}

const maxConsentWords = 20

func (c *consented) look(s string) {
	c.rows++
	if s = trim(s); s == "" || blankWords[s] || isErrorCell(s) {
		return
	}
	c.filled++
	if c.counts == nil {
		c.counts = map[string]int{}
	}
	// In a column of many words the ones that decide may come late.
	decides := func() bool {
		if !c.byValue || strings.IndexByte("uUoOaAdDcCbB", s[0]) < 0 {
			return false
		}
		is, ok := c.unsubscribed(s)
		return is && ok
	}
	if _, known := c.counts[s]; known || len(c.counts) < maxConsentWords || decides() {
		c.counts[strings.Clone(cut(s))]++
	}
}

// clear reports whether the column is one of consent beyond doubt.
func (c *consented) clear() bool {
	if !c.byValue {
		return c.Sure
	}
	for v := range c.counts {
		if is, ok := c.unsubscribed(v); ok && is {
			return true
		}
	}
	return false
}

// refuses reports whether some row says no to e-mail, or may do so.
func (c *consented) refuses() bool {
	if c.filled == 0 {
		return false
	}
	if c.Direction == OptIn {
		if c.filled < c.rows && !c.Time {
			return true // yes, or nothing
		}
		for v := range c.counts {
			if is, ok := truth(v); !(ok && is) && !c.Time {
				return true
			}
		}
		return false
	}
	for v := range c.counts {
		if is, ok := c.unsubscribed(v); !ok || is {
			return true
		}
	}
	return false
}

// unsubscribed is what a value of the column means for unsubscribed_from_emails;
// ok is false when only a person can tell.
func (c *Consent) unsubscribed(v string) (is, ok bool) {
	words := nameWords(v)
	name := strings.Join(words, "")
	switch {
	case c.Time:
		return true, c.Direction == OptOut
	case strings.Contains(name, "unsubscri"), name == "donotallow", name == "cleaned", name == "optout", name == "optedout", name == "abgemeldet", name == "desabonne", name == "blocked":
		return true, true
	case name == "subscribed", name == "allow", name == "optin", name == "optedin", name == "angemeldet", name == "abonne":
		return false, true
	case c.Direction == Status:
		return false, false
	}
	if is, ok = truth(v); ok {
		return is == (c.Direction == OptOut), true
	}
	return false, false
}

// Line is the line of a mapping that sends the column the right way round: by
// the values that were seen, each with how often, of rows rows. ok is false
// when no line can: a person has to say what the values mean.
func (c *Consent) line(counts map[string]int, filled, rows int) (line string, ok bool) {
	const to = "unsubscribed_from_emails: "
	if c.Time {
		if c.Direction == OptOut && filled == rows && rows > 0 {
			return to + "{value: true}", true
		}
		return "", false
	}
	plain, pairs := c.Direction == OptOut, []string(nil)
	unknown := false
	for v := range counts {
		is, known := c.unsubscribed(v)
		if direct, ok := truth(v); !ok || !known || direct != is {
			plain = false
		}
		meaning := fmt.Sprint(is)
		if !known {
			meaning, unknown = "?", true
		}
		pairs = append(pairs, scalarText(v)+": "+meaning)
	}
	if plain || len(counts) == 0 && c.Direction == OptOut {
		return to + scalarText(c.Column), true
	}
	if len(counts) == 0 {
		pairs = []string{"true: false", "false: true"}
	}
	slices.Sort(pairs)
	return to + "{column: " + scalarText(c.Column) + ", values: {" + strings.Join(pairs, ", ") + "}}", !unknown && len(counts) < maxConsentWords
}

// findConsent notes the columns that speak of consent and that no attribute
// takes, for Observe to count what they say.
func (p *Plan) findConsent(header []string) {
	for _, c := range ConsentColumns(header) {
		if len(p.columns[c.Index].Attributes) == 0 && !p.mapping.ignores(c.Column) {
			p.consent = append(p.consent, consented{Consent: c})
		}
	}
	for i, column := range header {
		_, named := ConsentOf(column)
		if !named && len(p.columns[i].Attributes) == 0 && !p.mapping.ignores(column) && slices.ContainsFunc(nameWords(column), func(w string) bool { return slices.Contains(statusWords, w) }) {
			p.consent = append(p.consent, consented{Consent: Consent{Column: column, Index: i, Direction: Status}, byValue: true})
		}
	}
}

// Consent is an *Error when, after Settle, rows of an inferred mapping say that
// somebody wants no e-mail, and nothing would be done about it. It says the
// lines of a mapping that decide it.
func (p *Plan) Consent() error {
	if !p.mapping.inferred {
		return nil
	}
	for i := range p.consent {
		c := &p.consent[i]
		if !c.clear() || !c.refuses() {
			continue
		}
		return file(p.mapping.name).errorf(place{}, c.decide(p.version), "column %q speaks of who wants no e-mail (%d of %s say something), and nothing says what becomes of it",
			c.Column, c.filled, plural(c.rows, "row"))
	}
	return nil
}

// decide says the two lines of which one decides what becomes of the column.
func (c *consented) decide(v client.Version) string {
	line, ok := c.line(c.counts, c.filled, c.rows)
	ignore := "ignore: [" + scalarText(c.Column) + "]"
	first := "\"" + line + "\" under attributes"
	switch {
	case line == "":
		first = "\"unsubscribed_from_emails: COLUMN\" under attributes, for a column that you make of it with true or false"
	case !ok:
		first += ", with true in the place of each ? that means no e-mail, else false"
	}
	return "write a mapping file (leadimport suggest FILE drafts it) with the line " + first + ", or with the line \"" + ignore + "\" to leave it out on purpose"
}

// consentWarnings tell of columns that speak of consent and are left out, and
// of one that is sent the wrong way round.
func (p *Plan) consentWarnings() (list []string) {
	for i := range p.consent {
		c := &p.consent[i]
		if p.settled && c.filled == 0 || c.byValue && !c.clear() {
			continue
		}
		if !p.mapping.inferred && c.clear() {
			line, _ := c.line(c.counts, c.filled, c.rows)
			if line == "" {
				line = "unsubscribed_from_emails"
			}
			list = append(list, fmt.Sprintf("column %q speaks of who wants no e-mail, and is left out: map %s, or write ignore: [%s]", c.Column, line, scalarText(c.Column)))
		} else if p.mapping.inferred {
			list = append(list, fmt.Sprintf("column %q may speak of who wants e-mail, and is left out: a mapping file can say what becomes of it", c.Column))
		}
	}
	for i := range p.bound {
		b := &p.bound[i]
		if b.name != "unsubscribed_from_emails" || len(b.columns) != 1 {
			continue
		}
		c, ok := ConsentOf(p.columns[b.columns[0]].Name)
		if ok && c.Direction == OptIn && len(b.values) == 0 {
			line, _ := c.line(nil, 0, 0)
			list = append(list, fmt.Sprintf("column %q speaks of who does want e-mail, and is sent as who does not: turn it, %s", c.Column, line))
		}
	}
	return list
}
