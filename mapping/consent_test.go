package mapping

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"leadimport/client"
)

func TestConsentOf(t *testing.T) {
	for direction, columns := range map[Direction][]string{
		OptOut: {"Unsubscribed", "unsubscribed_from_emails", "Unsubscribed from all email", "Opted out of email: Marketing Information", "Email Opt Out",
			"HasOptedOutOfEmail", "Has Opted Out Of Email", "Email Opted Out", "Do Not Email", "DoNotEmail", "Do not contact", "Do not allow Bulk Emails", "Opt-out", "UNSUB_TIME",
			"EMAIL_BLACKLISTED", "Email Blocklisted", "Suppressed", "Abgemeldet", "Newsletter abbestellt", "Keine Werbung", "kein Newsletter", "Werbesperre", "Désabonné", "De\u0301sabonne\u0301", "Ne pas contacter",
			"Baja", "Dado de baja", "No contactar", "Disiscritto", "Descadastrado", "Afgemeld", "Uitgeschreven", "Avregistrerad", "Afmeldt", "Wypisany", "Отписан", "配信停止", "退订", "Not opted in"},
		OptIn: {"Subscribed", "Email opt-in", "Opted in", "Accepts Email Marketing", "Accepts Marketing", "Marketing consent", "GDPR consent", "Newsletter", "Einwilligung",
			"Newsletter-Anmeldung", "Abonné", "Suscrito", "Consenso marketing", "Toestemming", "Samtycke", "Zgoda marketingowa", "メルマガ購読", "Do you want our newsletter?"},
		Status: {"Marketing status", "Email subscriber status", "Email permission status", "Email Marketing Consent", "Subscription status"},
	} {
		for _, column := range columns {
			if c, ok := ConsentOf(column); !ok || c.Direction != direction {
				t.Errorf("%q: %+v, %v, want %d", column, c, ok, direction)
			}
		}
	}
	for _, column := range []string{"Email", "Name", "Status", "Unsubscribe link", "Unsubscribe reason", "UNSUB_CAMPAIGN_TITLE", "OPTIN_TIME", "OPTIN_IP", "SMS opt-out", "Do not call",
		"Do you agree to our terms: yes/no?", "Subscription plan", "Subscription", "Company", "Baja California", "Notes", "", "Option", "Adoption date", "Submit Date (UTC)", "Abonnement"} {
		if c, ok := ConsentOf(column); ok {
			t.Errorf("%q speaks of consent: %+v", column, c)
		}
	}
	if c, _ := ConsentOf("Newsletter"); c.Sure {
		t.Error("a newsletter may be the name of one")
	}
}

// Without a mapping a run stops where somebody says no, and says the lines
// that decide it.
func TestConsentStops(t *testing.T) {
	for _, c := range []struct {
		column string
		cells  []string
		line   string // empty: it does not stop
	}{
		{"Unsubscribed", []string{"true", ""}, `"unsubscribed_from_emails: Unsubscribed" under attributes`},
		{"Email Opt Out", []string{"0", "1"}, `"unsubscribed_from_emails: Email Opt Out" under attributes`},
		{"Unsubscribed", []string{"false", "", "no"}, ""},
		{"Unsubscribed", []string{"", "NULL"}, ""},
		{"Unsubscribed", []string{"maybe"}, `"unsubscribed_from_emails: {column: Unsubscribed, values: {maybe: ?}}" under attributes, with true in the place of each ?`},
		{"Abgemeldet", []string{"WAHR", "FALSCH"}, `"unsubscribed_from_emails: Abgemeldet"`},
		{"Subscribed", []string{"yes", "no"}, `"unsubscribed_from_emails: {column: Subscribed, values: {\"no\": true, \"yes\": false}}"`},
		{"Subscribed", []string{"yes", "yes"}, ""},
		{"Subscribed", []string{"yes", ""}, `values: {\"yes\": false}`},
		{"Subscribed", []string{"Yes", "yes", "YES", "No"}, `values: {\"No\": true, \"YES\": false}`},
		{"Marketing status", []string{"Subscribed", "Unsubscribed"}, `values: {Subscribed: false, Unsubscribed: true}`},
		{"Marketing status", []string{"Subscribed", "Subscribed"}, ""},
		{"Do not allow Bulk Emails", []string{"Allow", "Do Not Allow"}, `values: {Allow: false, Do Not Allow: true}`},
		{"UNSUB_TIME", []string{"2026-01-01 10:00:00", "2026-01-02 10:00:00"}, `"unsubscribed_from_emails: {column: UNSUB_TIME, filled: true}" under attributes, or`},
		{"UNSUB_TIME", []string{"2026-01-01 10:00:00", ""}, `"unsubscribed_from_emails: {column: UNSUB_TIME, filled: true}" under attributes, or`},
		{"UNSUB_TIME", []string{"2026-01-01 10:00:00", "NULL"}, `{column: UNSUB_TIME, filled: true}" under attributes and "blank_words: default" above them`},
		{"UNSUB_TIME", []string{"2026-01-01 10:00:00", "never"}, `for a column that you make of it`},
		{"No e-mails please", []string{"yes", ""}, `"unsubscribed_from_emails: No e-mails please"`},
		{"Remove me", []string{"yes", ""}, `"unsubscribed_from_emails: Remove me"`},
		{"Email Consent Status", []string{"withdrawn", "granted"}, `values: {granted: false, withdrawn: true}`},
		{"Subscribed plan", []string{"Pro", "Free"}, ""},
		{"Subscription status", []string{"active", "canceled", "past_due"}, ""}, // a warning
		{"Subscription status", []string{"Unsubscribed", "active"}, `values: {Unsubscribed: true, active: ?}`},
		{"Opting party", []string{"a", "b"}, ""},
		{"Permission", []string{"Denied", "Granted"}, ""}, // a warning
		{"I agree to receive marketing communications", []string{"No", "Yes"}, ""},
		{"Newsletter", []string{"no"}, ""}, // it may be something else: a warning
		{"Rezygnacja z mailingu", []string{"tak", "nie"}, `"unsubscribed_from_emails: Rezygnacja z mailingu"`},
		{"Nu mai trimite e-mail", []string{"da", "nu"}, `"unsubscribed_from_emails: Nu mai trimite e-mail"`},
		{"DND", []string{"TRUE", "FALSE"}, `"unsubscribed_from_emails: DND"`},
		{"DND", []string{"FALSE", "FALSE"}, ""},
		{"Не присылать письма", []string{"так", "ні"}, `"unsubscribed_from_emails: Не присылать письма"`},
		{"Ne plus recevoir le bulletin par e-mail", []string{"oui", "non"}, `"unsubscribed_from_emails: Ne plus recevoir le bulletin par e-mail"`}, // le is no date
		{"E-Mails nicht zulassen", []string{"Zulassen", "Nicht zulassen"}, `values: {Nicht zulassen: true, Zulassen: false}`},
		{"Unsubscribed", []string{"2026-01-01 10:00:00", ""}, `{column: Unsubscribed, filled: true}`}, // when it was
		{"Email Marketing Consent Timestamp", []string{"2026-01-01 10:00:00", ""}, ""},
		// Cells tell, in columns of other names.
		{"Status", []string{"Subscribed", "Unsubscribed", "Cleaned", "Bounced"}, `values: {Bounced: ?, Cleaned: true, Subscribed: false, Unsubscribed: true}`},
		{"Estado", []string{"Dado de baja", "Activo"}, `values: {Activo: ?, Dado de baja: true}`},
		{"Lista", []string{"Abgemeldet", "Angemeldet"}, `values: {Abgemeldet: true, Angemeldet: false}`},
		{"Info", []string{"Désabonné", ""}, `values: {Désabonné: true}`},
		{"Tag", []string{"VIP", "Disiscritto"}, `values: {Disiscritto: true, VIP: ?}`},
		{"Groep", []string{"afgemeld"}, `values: {afgemeld: true}`},
		// So do they where the name may be of something else, too.
		{"Newsletter", []string{"Unsubscribed", "Subscribed"}, `values: {Subscribed: false, Unsubscribed: true}`},
		{"Newsletter", []string{"abgemeldet", "aktiv"}, `values: {abgemeldet: true, aktiv: ?}`},
		{"Рассылка", []string{"отписан", "подписан"}, `values: {отписан: true, подписан: false}`},
		{"DNC", []string{"Opted out", "ok"}, `values: {Opted out: true, ok: ?}`},
		{"Newsletter date", []string{"abgemeldet", "2026-01-01"}, `abgemeldet: true`},
		// Names that only ask: their cells answer.
		{"Marketing contact status", []string{"Non-marketing contact", "Marketing contact"}, `values: {Marketing contact: false, Non-marketing contact: ?}`},
		{"Marketing contact status", []string{"Marketing contact"}, ""},
		{"Marketing emails", []string{"Off", "On"}, `values: {\"Off\": true, \"On\": false}`},
		{"email_marketing", []string{"false", "true"}, `"unsubscribed_from_emails: {column: email_marketing`},
		{"Darf kontaktiert werden", []string{"ja", "nein"}, `values: {ja: false, nein: true}`},
		{"Mailing", []string{"NEIN", "JA"}, `values: {JA: false, NEIN: true}`},
		{"Recibir emails", []string{"no", "sí"}, `column: Recibir emails`},
		{"Contact allowed", []string{"yes", "no"}, `column: Contact allowed`},
		{"Accetta newsletter", []string{"no", "sì"}, `column: Accetta newsletter`},
		{"メール配信", []string{"不可", "可"}, `values: {不可: true, 可: false}`},
		{"DNC", []string{"Yes", "No"}, `"unsubscribed_from_emails: DNC"`},
		{"DNC", []string{"No"}, ""},
		{"Marketingsperre", []string{"ja", "nein"}, `"unsubscribed_from_emails: Marketingsperre"`},
		{"Widerruf", []string{"ja", "nein"}, `"unsubscribed_from_emails: Widerruf"`},
		{"Ne plus recevoir", []string{"oui", "non"}, `"unsubscribed_from_emails: Ne plus recevoir"`},
		{"Spärr reklam", []string{"ja", "nej"}, `"unsubscribed_from_emails: Spärr reklam"`},
		{"Tilausperuttu", []string{"kyllä", "ei"}, `"unsubscribed_from_emails: Tilausperuttu"`},
		{"Marketing", []string{"Google Ads", "Fair"}, ""},
		{"Marketing", []string{"yes", "yes"}, ""},
		{"Mailings", []string{"0", "1", "12"}, ""}, // how many
		{"Mailing", []string{"no", "yes", "perhaps"}, `values: {\"no\": true, \"yes\": false, perhaps: ?}`},
		{"Mailing", []string{"Spring", "Autumn"}, ""},
		{"Status", []string{"open", "closed", "Blocked", "Cleaned"}, ""},
		{"Estado", []string{"Activo", "Baja"}, ""}, // a warning
		{"Prioridad", []string{"Alta", "Media", "Baja"}, ""},
		{"Email status", []string{"Verified", "Unavailable"}, ""},
		{"Company", []string{"Uno Marketing", "ACME Fire Suppression"}, ""},
		{"Notes", []string{"called twice, he said that his wife had unsubscribed long ago, ask her again"}, ""}, // prose
	} {
		header := []string{"Email", c.column}
		p, err := Infer(header).Compile(header, client.Version2)
		if err != nil {
			t.Fatal(err)
		}
		if !p.Observes() {
			t.Errorf("%q is not looked at", c.column)
		}
		for _, cell := range c.cells {
			p.Observe([]string{"a@b.ie", cell})
		}
		p.Settle()
		err = p.Ambiguous()
		var e *Error
		if c.line == "" {
			if err != nil {
				t.Errorf("%q %q stops: %v", c.column, c.cells, err)
			}
			continue
		}
		if !errors.As(err, &e) || !strings.Contains(strings.ReplaceAll(err.Error(), `\"`, `"`), strings.ReplaceAll(c.line, `\"`, `"`)) || !strings.Contains(err.Error(), `"ignore: [`) {
			t.Errorf("%q %q: %v\nwants %s", c.column, c.cells, err, c.line)
		}
	}
}

// What decides may come late, behind many other words.
func TestConsentWordsComeLate(t *testing.T) {
	for _, column := range []string{"Status", "Tag"} {
		header := []string{"Email", column}
		p, err := Infer(header).Compile(header, client.Version2)
		if err != nil {
			t.Fatal(err)
		}
		for i := range 300 {
			p.Observe([]string{"a@b.ie", fmt.Sprintf("word %d", i)})
		}
		p.Observe([]string{"a@b.ie", "Unsubscribed"})
		for i := range 100_000 { // what is kept has an end
			p.Observe([]string{"a@b.ie", fmt.Sprintf("unsubscribed %d", i)})
		}
		p.Settle()
		if err := p.Ambiguous(); err == nil || !strings.Contains(err.Error(), `Unsubscribed: true`) {
			t.Errorf("%s: %v", column, err)
		}
		for i := range p.consent {
			if n := len(p.consent[i].counts) + len(p.consent[i].passed); n > maxDeciding+maxPassed {
				t.Errorf("%s: %d words are kept", column, n)
			}
		}
	}
}

func TestConsentWarnings(t *testing.T) {
	const to = "attributes: {email: Email, unsubscribed_from_emails: "
	want := func(speaks, words, line string) string {
		return speaks + " (" + words + "): turn it, unsubscribed_from_emails: " + line
	}
	const in, out, status = "speaks of who does want e-mail, and is sent as who does not", "speaks of who wants no e-mail, and is sent as who does", "says who wants e-mail, and is sent the wrong way round"
	for _, c := range []struct {
		column, mapping string
		cells           []string
		want            string // empty: no warning
	}{
		{"Unsubscribed", "attributes: {email: Email}", []string{"true"}, `column "Unsubscribed" speaks of who wants no e-mail, and is left out`},
		{"Unsubscribed", "attributes: {email: Email}\nignore: [Unsubscribed]", []string{"true"}, ""},
		{"Status", "attributes: {email: Email}", []string{"Unsubscribed"}, `column "Status" speaks of who wants no e-mail, and is left out`},
		{"Status", "attributes: {email: Email}", []string{"open", "Blocked"}, ""},
		{"Newsletter", "attributes: {email: Email}", []string{"Unsubscribed", "Subscribed"}, `column "Newsletter" speaks of who wants no e-mail, and is left out`},
		{"Tag", "attributes: {email: Email}", []string{"VIP", "Baja"}, ""},
		{"Unsubscribed", to + "Unsubscribed}", []string{"true", "false"}, ""},
		{"Out", to + "Out}", []string{"true", "false"}, ""},
		// What unsubscribes nobody, though it is sent.
		{"UNSUB_TIME", "attributes: {email: Email, custom_attributes.left_at: UNSUB_TIME}", []string{"2026-01-01", ""}, `column "UNSUB_TIME" speaks of who wants no e-mail, and goes into custom_attributes.left_at alone, which unsubscribes nobody: map unsubscribed_from_emails: {column: UNSUB_TIME, filled: true} as well`},
		{"UNSUB_TIME", "attributes: {email: Email, custom_attributes.left_at: UNSUB_TIME}", []string{"", ""}, ""},
		{"UNSUB_TIME", "attributes: {email: Email, custom_attributes.left_at: UNSUB_TIME, unsubscribed_from_emails: {column: UNSUB_TIME, filled: true}}", []string{"2026-01-01", ""}, ""},
		{"Left at", "attributes: {email: Email, custom_attributes.left_at: Left at}", []string{"2026-01-01", ""}, ""},

		{"Subscribed", to + "Subscribed}", []string{"yes", "no"}, want(in, `"no", "yes"`, `{column: Subscribed, values: {"no": true, "yes": false}}`)},
		{"Newsletter", to + "Newsletter}", []string{"ja", "nein", "", "NULL"}, want(in, `"ja", "nein"`, `{column: Newsletter, values: {ja: false, nein: true}}`)},
		// Words that no cell has turn nothing.
		{"Subscribed", to + "{column: Subscribed, values: {false: true, true: false}}}", []string{"yes", "no"}, want(in, `"no", "yes"`, `{column: Subscribed, values: {"no": true, "yes": false}}`)},
		{"Subscribed", to + "{column: Subscribed, values: {yes: false}}}", []string{"yes", "no"}, want(in, `"no"`, `{column: Subscribed, values: {"no": true, "yes": false}}`)},
		{"Subscribed", to + "{column: Subscribed, values: {yes: false, no: true}}}", []string{"yes", "no", "ja"}, want(in, `"ja"`, `{column: Subscribed, values: {"no": true, "yes": false, ja: false}}`)},
		{"Subscribed", to + "{column: Subscribed, values: {yes: true, no: false}}}", []string{"yes", "no"}, want(in, `"no", "yes"`, `{column: Subscribed, values: {"no": true, "yes": false}}`)},
		{"Subscribed", to + "{column: Subscribed, values: {Yes: false, NO: true}}}", []string{"yes", "no", "YES"}, ""}, // case aside
		{"Subscribed", to + "{column: Subscribed, values: {yes: false, no: true, never: true}}}", []string{"yes", "no"}, ""},
		{"Subscribed", to + "Subscribed}", []string{"", "NULL"}, ""}, // nothing is sent
		{"Subscribed", to + "Subscribed}", []string{"yes", "who knows"}, `{column: Subscribed, values: {"yes": false, who knows: ?}}, with true in the place of each ?`},
		// The other way round, and words that say it by themselves.
		{"Unsubscribed", to + "{column: Unsubscribed, values: {yes: false, no: true}}}", []string{"yes", "no"}, want(out, `"no", "yes"`, "Unsubscribed")},
		{"Status", to + "{column: Status, values: {Subscribed: true, Unsubscribed: false, Active: false}}}", []string{"Subscribed", "Unsubscribed", "Active"}, want(status, `"Subscribed", "Unsubscribed"`, `{column: Status, values: {Active: ?, Subscribed: false, Unsubscribed: true}}`)},
		{"Status", to + "{column: Status, values: {Subscribed: false, Unsubscribed: true}}}", []string{"Subscribed", "Unsubscribed"}, ""},
		{"Out", to + "{column: Out, values: {Abgemeldet: false, Angemeldet: false}}}", []string{"Abgemeldet", "Angemeldet"}, want(status, `"Abgemeldet"`, `{column: Out, values: {Abgemeldet: true, Angemeldet: false}}`)},
	} {
		header := []string{"Email", c.column}
		p, err := mustParse(t, c.mapping).Compile(header, client.Version2)
		if err != nil {
			t.Fatal(c.mapping, err)
		}
		if !p.Observes() && c.want != "" {
			t.Errorf("%s: no cell is looked at", c.mapping)
		}
		for _, cell := range c.cells {
			p.Observe([]string{"a@b.ie", cell})
		}
		p.Settle()
		got := strings.Join(p.Warnings(), "\n")
		if c.want == "" && got != "" || !strings.Contains(got, c.want) {
			t.Errorf("%s %q:\n got %q\nwant %q", c.mapping, c.cells, got, c.want)
		}
		if p.Ambiguous() != nil {
			t.Errorf("%s stops", c.mapping)
		}
	}
}

// What asks for a yes is said when it is left out, and when it is sent unturned.
func TestConsentAsked(t *testing.T) {
	for _, c := range []struct{ column, no, yes string }{
		{"I agree to receive marketing communications", "No", "Yes"}, {"Ich möchte E-Mails erhalten", "nein", "ja"}, {"Dürfen wir Sie per E-Mail kontaktieren?", "Nein", "Ja"},
		{"Acepto recibir correos", "no", "sí"}, {"Yes, send me updates by email", "FALSE", "TRUE"}, {"Would you like to hear from us?", "No", "Yes"}, {"Keep me updated", "false", "true"},
		{"Mail ok", "0", "1"}, {"Marketing OK", "no", "yes"}, {"Permission", "Denied", "Granted"}, {"Zustimmung", "nein", "ja"}, {"Souhlas", "ne", "ano"},
		{"Agreed", "no", "yes"}, {"GDPR", "no", "yes"}, {"Subscriber", "no", "yes"},
	} {
		header := []string{"Email", c.column}
		for text, want := range map[string]string{
			"": `column "` + c.column + `" may speak of who wants e-mail, and is left out`,
			"attributes: {email: Email, unsubscribed_from_emails: {column: " + quote(c.column) + ", values: {Denied: false, Granted: true}}}": `column "` + c.column + `" speaks of who does want e-mail, and is sent as who does not`,
		} {
			m := Infer(header)
			if text != "" {
				m = mustParse(t, text)
			}
			p, err := m.Compile(header, client.Version2)
			if err != nil {
				t.Fatal(err)
			}
			p.Observe([]string{"a@b.ie", c.no})
			p.Observe([]string{"a@b.ie", c.yes})
			p.Settle()
			if got := strings.Join(p.Warnings(), "\n"); !strings.Contains(got, want) || p.Ambiguous() != nil {
				t.Errorf("%q: %q, %v\nwants %s", c.column, got, p.Ambiguous(), want)
			}
		}
	}
	for column, cells := range map[string][]string{"Permission level": {"admin", "editor"}, "Permission": {"read", "write"}, "Subscriber": {"Ann", "Bob"}} {
		p, err := Infer([]string{"Email", column}).Compile([]string{"Email", column}, client.Version2)
		if err != nil {
			t.Fatal(err)
		}
		for _, cell := range cells {
			p.Observe([]string{"a@b.ie", cell})
		}
		p.Settle()
		if got := p.Warnings(); len(got) > 0 {
			t.Errorf("%q: %q", column, got)
		}
	}
}

// What the advice says is right: with its line there is nothing to warn of.
func TestConsentAdvice(t *testing.T) {
	for _, c := range []struct {
		column string
		cells  []string
		want   string // unsubscribed, a letter a cell: y, n, or - for nothing
	}{
		{"Subscribed", []string{"yes", "no", ""}, "ny-"},
		{"UNSUB_TIME", []string{"2026-01-01 10:00:00", "", "2026-02-01 10:00:00"}, "y-y"},
		{"Abgemeldet am", []string{"01.02.2026", "", "NULL"}, "y--"},
		{"Unsubscribed at", []string{"2026-01-01T10:00:00Z", "0000-00-00 00:00:00"}, "y-"},
		{"Opt-out date", []string{"1/31/2026", "", "2/1/2026"}, "y-y"},
		{"Newsletter abonniert (opt-in)", []string{"ja", "nein"}, "ny"},
		{"Subscribed", []string{"Yes", "yes", "TRUE", "0"}, "nnny"},
		{"Marketing status", []string{"Subscribed", "Unsubscribed", "Opted out"}, "nyy"},
		{"Zgoda na mailing", []string{"tak", "nie"}, "ny"},
		{"Согласие на рассылку", []string{"да", "нет"}, "ny"},
		{"Rezygnacja z mailingu", []string{"tak", "nie"}, "yn"},
		{"メルマガ購読", []string{"はい", "いいえ"}, "ny"},
	} {
		header := []string{"Email", c.column}
		p, err := mustParse(t, "attributes: {email: Email, unsubscribed_from_emails: "+quote(c.column)+"}").Compile(header, client.Version2)
		if err != nil {
			t.Fatal(err)
		}
		s := NewSuggester(header)
		for _, cell := range c.cells {
			p.Observe([]string{"a@b.ie", cell})
			s.Add([]string{"a@b.ie", cell})
		}
		p.Settle()
		line, ok := p.consents[0].line()
		if !ok {
			t.Errorf("%q: %s", c.column, line)
			continue
		}
		draft := s.Suggest(client.Version2, nil)
		if !strings.Contains(draft, "\n  "+line+"   #") {
			t.Errorf("%q: suggest says\n%s\nnot %s", c.column, draft, line)
		}
		p, err = mustParse(t, draft).Compile(header, client.Version2)
		if err != nil {
			t.Fatal(draft, err)
		}
		for _, cell := range c.cells {
			p.Observe([]string{"a@b.ie", cell})
		}
		p.Settle()
		if list := p.Warnings(); len(list) > 0 {
			t.Errorf("%q: %s: %q", c.column, line, list)
		}
		got := ""
		for _, cell := range c.cells {
			r := p.Convert([]string{"a@b.ie", cell})
			v, ok := r.Lead.Value(optOut)
			switch {
			case len(r.Problems) > 0:
				got += "!"
			case !ok:
				got += "-"
			case v == client.Boolean(true):
				got += "y"
			default:
				got += "n"
			}
		}
		if got != c.want {
			t.Errorf("%q: %s makes %s of %q, not %s", c.column, line, got, c.cells, c.want)
		}
	}
}

// suggest drafts what cells tell, too, and leaves open what only a person knows.
func TestSuggestConsentOfCells(t *testing.T) {
	for column, want := range map[string]string{
		"Estado": "\n  #? unsubscribed_from_emails: {column: Estado, values: {Activo: ?, Dado de baja: true}}   #",
		"DNC":    "\n  #? unsubscribed_from_emails: DNC   # may speak of who wants no e-mail\n", // or no call
		"Status": "\n  unsubscribed_from_emails: {column: Status, values: {Abgemeldet: true, Angemeldet: false}}   #",
	} {
		s := NewSuggester([]string{"Email", column})
		for _, cell := range map[string][]string{"Estado": {"Dado de baja", "Activo"}, "Status": {"Angemeldet", "Abgemeldet"}, "DNC": {"yes", "no"}}[column] {
			s.Add([]string{"a@b.ie", cell})
		}
		if draft := s.Suggest(client.Version2, nil); !strings.Contains(draft, want) {
			t.Errorf("%s", draft)
		}
	}
}

// No cell and no name makes it fall.
func FuzzConsent(f *testing.F) {
	f.Add("Unsubscribed", "yes")
	f.Add("Rezygnacja z mailingu", "Désabonné")
	f.Add("メール 配信停止", "2026-01-01")
	f.Fuzz(func(t *testing.T, column, value string) {
		if !utf8.ValidString(column + value) { // a file is read as text
			return
		}
		header := []string{"Email", column}
		s := NewSuggester(header)
		s.Add([]string{"a@b.ie", value})
		draft := s.Suggest(client.Version2, nil)
		m, err := Parse("draft", []byte(draft))
		if err != nil {
			t.Fatalf("%v\n%s", err, draft)
		}
		if _, err := m.Compile(header, client.Version2); err != nil && columnName(column) != "email" && columnName(column) != "" {
			t.Fatalf("%v\n%s", err, draft)
		}
		if p, err := Infer(header).Compile(header, client.Version2); err == nil {
			p.Observe([]string{"a@b.ie", value})
			p.Settle()
			_, _ = p.Ambiguous(), p.Warnings()
		}
	})
}
