package mapping

import (
	"errors"
	"strings"
	"testing"

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
		{"Marketing status", []string{"Subscribed", "Unsubscribed"}, `values: {Subscribed: false, Unsubscribed: true}`},
		{"Marketing status", []string{"Subscribed", "Subscribed"}, ""},
		{"Do not allow Bulk Emails", []string{"Allow", "Do Not Allow"}, `values: {Allow: false, Do Not Allow: true}`},
		{"UNSUB_TIME", []string{"2026-01-01 10:00:00", "2026-01-02 10:00:00"}, `"unsubscribed_from_emails: {value: true}"`},
		{"UNSUB_TIME", []string{"2026-01-01 10:00:00", ""}, `for a column that you make of it`},
		{"Newsletter", []string{"no"}, ""}, // it may be something else: a warning
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

func TestConsentWarnings(t *testing.T) {
	header := []string{"Email", "Newsletter", "Unsubscribed"}
	for mapping, want := range map[string]string{
		"attributes: {email: Email}":                                                                                                         `column "Unsubscribed" speaks of who wants no e-mail, and is left out`,
		"attributes: {email: Email}\nignore: [Unsubscribed, Newsletter]":                                                                     "",
		"attributes: {email: Email, unsubscribed_from_emails: Unsubscribed}\nignore: [Newsletter]":                                           "",
		"attributes: {email: Email, unsubscribed_from_emails: Newsletter}\nignore: [Unsubscribed]":                                           `column "Newsletter" speaks of who does want e-mail, and is sent as who does not`,
		"attributes: {email: Email, unsubscribed_from_emails: {column: Newsletter, values: {no: true, yes: false}}}\nignore: [Unsubscribed]": "",
	} {
		p, err := mustParse(t, mapping).Compile(header, client.Version2)
		if err != nil {
			t.Fatal(err)
		}
		p.Observe([]string{"a@b.ie", "yes", "true"})
		p.Settle()
		got := strings.Join(p.Warnings(), "\n")
		if want == "" && got != "" || !strings.Contains(got, want) {
			t.Errorf("%s: warnings %q, want %q", mapping, got, want)
		}
		if p.Ambiguous() != nil {
			t.Errorf("%s stops", mapping)
		}
	}
}
