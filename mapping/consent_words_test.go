package mapping

import (
	"strings"
	"testing"
)

// outHeaders are names of columns that say no to e-mail, by language and tool.
var outHeaders = map[string]string{
	"English":   "Unsubscribed|Opted out|Do not e-mail|Don't email|DoNotMail|No mailing|No Newsletter|No marketing|Removed from mailing list|Marketing declined|Newsletter unsubscribe|DND|Do Not Disturb|Suppressed|Blacklisted|Stop e-mails|Marketing objection|No longer wants newsletter|Does not wish marketing|Refuses mailing|Do not call or e-mail|No e-mails please|No emails please|Remove me|Email/SMS opt out|Robinson list",
	"German":    "Abgemeldet|Newsletter abbestellt|Vom Newsletter abgemeldet|Newsletterabmeldung|Newsletter gekündigt|Keine Werbung|Keine E-Mail|Kein Mailing|Keine Mailings|Werbewiderspruch|Widerspruch Werbung|E-Mail-Werbung unerwünscht|E-Mails nicht zulassen|Mailingsperre|Newsletter-Sperre|Robinsonliste",
	"French":    "Désabonné|Désinscrit|Désinscription newsletter|Ne plus recevoir d'e-mails|Ne pas envoyer de courriel|Refus newsletter|Refuse les e-mails|Pas d'e-mail|Opposition à la prospection|Ne souhaite pas recevoir la newsletter|STOP PUB",
	"Spanish":   "Baja|Dado de baja|Baja del boletín|No desea publicidad|No quiere recibir correos|No enviar correo|No acepta publicidad|Rechaza publicidad|Desuscrito|No autoriza comunicaciones",
	"Portugues": "Descadastrado|Não enviar e-mail|Não deseja receber newsletter|Não aceita marketing|Recusou e-mails|Cancelou inscrição|Não quer receber boletim",
	"Italian":   "Disiscritto|Non inviare e-mail|Non desidera newsletter|Rifiuta marketing|Non accetta comunicazioni commerciali|Revoca consenso marketing|Opposizione marketing|Cancellato dalla newsletter|Escluso da mailing",
	"Dutch":     "Afgemeld|Uitgeschreven|Niet mailen|Geen e-mail|Geen mailings|Geen nieuwsbrief|Wil niet gemaild worden (e-mail)|Afmelding nieuwsbrief|Bezwaar marketing|Nieuwsbrief opgezegd|Wenst geen reclame",
	"Polish":    "Wypisany|Rezygnacja z mailingu|Rezygnacja z newslettera|Zrezygnował z newslettera|Nie wysyłać e-maili|Brak zgody na marketing|Sprzeciw marketing|Wypisany z newslettera|Odmowa marketingu|Wycofana zgoda na mailing|Nie chce reklam",
	"Romanian":  "Dezabonat|Nu mai trimite e-mail|Nu trimiteți newsletter|Refuză newsletter|Nu dorește e-mail|Fără consimțământ marketing|Nu acceptă marketing",
	"Czech":     "Odhlášen|Odhlášen z newsletteru|Nezasílat e-maily|Nechce newsletter|Nesouhlas s marketingem|Odmítl newsletter|Zrušený odběr novinek|Neposílat obchodní sdělení",
	"Slovak":    "Odhlásený z newslettera|Nezasielať e-maily|Nechce newsletter|Nesúhlas s marketingom|Odmietol newsletter|Neposielať reklamu",
	"Hungarian": "Leiratkozott|Leiratkozás|Nem kér hírlevelet|Nem kér e-mailt|Hírlevél letiltva|Nem küldhető e-mail|Hírlevél lemondva|Marketing elutasítva",
	"Swedish":   "Avregistrerad|Avprenumererad|Skicka inte e-post|Vill inte ha nyhetsbrev|Ej utskick|Ej e-post|Inga mejl|Reklamspärr|Avböjt nyhetsbrev|Önskar ej e-post",
	"Danish":    "Afmeldt|Afmeldt nyhedsbrev|Afmelding nyhedsbrev|Ønsker ikke e-mail|Ikke e-mail|Nej tak til nyhedsbrev|Spærret for mails|Reserveret mod markedsføring|Ingen nyhedsbreve",
	"Norwegian": "Avmeldt|Avmeldt nyhetsbrev|Ønsker ikke e-post|Ikke e-post|Reservert mot e-post|Nei takk til nyhetsbrev|Meldt av nyhetsbrev",
	"Finnish":   "Markkinointikielto|Suoramarkkinointikielto|Sähköpostikielto|Ei uutiskirjettä|Ei saa lähettää sähköpostia|Peruuttanut uutiskirjeen|Perunut uutiskirjeen|Kieltänyt sähköpostimarkkinoinnin|Ei halua sähköpostia",
	"Greek":     "Απεγγραφή|Απεγγράφηκε από newsletter|Να μην στέλνονται email|Δεν επιθυμεί email|Όχι newsletter|Αντίρρηση μάρκετινγκ|Άρνηση newsletter",
	"Turkish":   "Abonelik iptali|Abonelikten çıktı|E-posta istemiyor|E-posta gönderme|Bülten iptal|Ticari ileti izni yok|E-posta izni yok|Reklam istemiyor",
	"Russian":   "Отписан|Отписался|Отписка от рассылки|Отказ от рассылки|Не присылать письма|Не хочет получать рассылку|Запрет на рассылку|Без согласия на рассылку|Не писать",
	"Ukrainian": "Відписаний|Відписався|Відмова від розсилки|Не надсилати листи|Не бажає отримувати розсилку|Заборона розсилки|Без згоди на розсилку",
	"Japanese":  "配信停止|メール配信停止|メルマガ解除|DM不可|メール不要|購読解除|受信拒否|オプトアウト",
	"Chinese":   "退订|已退订|取消订阅|拒收邮件|不接收邮件|免打扰",
	"Korean":    "수신거부|수신 거부|이메일 수신거부|구독 취소|광고 거부|메일 거부",

	"Mailchimp":        "UNSUB_TIME|Unsubscribed",
	"HubSpot":          "Unsubscribed from all email|Opted out of email: Marketing Information|hs_email_optout|Opted Out of Email",
	"Salesforce":       "Email Opt Out|HasOptedOutOfEmail|Has Opted Out Of Email|Email Opt-Out|HASOPTEDOUTOFEMAIL",
	"Dynamics":         "Do not allow Emails|Do not allow Bulk Emails|donotbulkemail|DoNotEMail|donotemail",
	"Brevo":            "BLACKLIST|EMAIL_BLACKLISTED|emailBlacklisted|Email Blocklisted",
	"Klaviyo":          "Email Suppressions|Suppressed",
	"ActiveCampaign":   "Unsubscribe Date|Unsubscribed at",
	"Zoho":             "Email Opt Out|Email_Opt_Out|Unsubscribed Mode",
	"Marketo, Pardot":  "Unsubscribed|Marketing Suspended|Black Listed|Do not email|Opted Out",
	"Mailjet, Odoo":    "IsExcludedFromCampaigns|IsUnsubscribed|is_blacklisted|Opt-Out",
	"Insightly, Sugar": "EMAIL_OPTED_OUT|email_opt_out|EmailOptedOut",
	"Freshsales":       "Do not disturb",
	"CiviCRM":          "NO BULK EMAILS (User Opt Out)|Do Not Email",
}

func TestOptOutNames(t *testing.T) {
	for language, list := range outHeaders {
		for name := range strings.SplitSeq(list, "|") {
			if c, ok := ConsentOf(name); !ok || c.Direction != OptOut || !c.Sure {
				t.Errorf("%s: %q: %+v, %v", language, name, c, ok)
			}
		}
	}
}

// Names that have words of consent in them, or are like them, and are none.
func TestOrdinaryNames(t *testing.T) {
	for name := range strings.SplitSeq("Status|Newsletter topic|Newsletter name|Newsletter language|Contract terminated|No. of employees|Mail stop|Mailstop|Mail Stop Code|DNS|Land|DND rating|Email|E-mail address|No email address|Mailing Street|Mailing City|Mailing State/Province|Mailing Zip"+
		"|Email status|Email verified|Email bounced|Emails sent|No. of emails|No emails opened|Last email received|Marketing budget|Marketing manager|Marketing channel|Campaign|Promo code|Order cancelled|Cancelled at|Subscription plan|Subscription cancelled|Blocked|Blocked by|Removed|Rejected"+
		"|Adopt outcome|Option|Laptop Outlet|Stop|Bus stop|Next stop|Object|Objective|Notes|Comments|Tags|Owner|Source|Consent version|Privacy policy|Terms accepted"+
		"|Kunde gesperrt|Gesperrt|Keine Angabe|Kündigung|Betreff|Objet|Objet e-mail|E-mail zákazníka|Zákazník|Stav|Estado|Estado civil|Baja California|Altas y bajas|Prioridad|Adresse mail|Code postal|Nombre de mails|Téléphone|Pub"+
		"|Nie dotyczy|Brak|Numer|Adres e-mail|Zgoda na regulamin|Kieli|Puhelin|Sähköposti|Uutiset|Εταιρεία|Τηλέφωνο|Email επικοινωνίας|Şehir|Ülke|E-posta|Kampanya|Город|Почта|Новости|Имя|Комментарий|Отправлено|Місто|Лист|会社名|メール|住所|邮箱|公司|이메일|회사"+
		"|Stopped at|Email template|Refund|Refused delivery|Declined offers|Time zone|Country|Company|Job title|Website|LinkedIn|First Touch|Lifecycle stage|Lead score|Last activity|Bounce reason|Unsubscribe reason|Unsubscribe link|SMS opt-out|Phone opt out|Do not call|WhatsApp opt-out|Fax opt out"+
		"|Contact|Contact name|Contact email|Email contact|Contact owner|Contact status|Contacted|Last contacted|E-mail|Mail|Mails|Correo|Correo electrónico|Kontakt|Contacto|Post|Has email|Email valid|Email active|Marketing qualified|Marketing source|Marketing area|Marketing spend|Email client|Can drive|Receives invoices|Wants demo|Direct mail piece|Widerrufsrecht|Sparkasse|Sparr|Tila|Tilaus|Accepted|Accepted by|Active|Allowed|Postleitzahl|Kontaktperson|可|配信", "|") {
		if c, ok := ConsentOf(name); ok {
			t.Errorf("%q speaks of consent: %+v", name, c)
		}
	}
}

// What says yes to e-mail, so that yes is not taken for no.
func TestOptInNames(t *testing.T) {
	for name := range strings.SplitSeq("Email consent|Consent to e-mail|Marketing permission|Zgoda na mailing|Zgoda marketingowa e-mail|Souhlas s newsletterem|Súhlas s newsletterom|Hozzájárulás hírlevélhez|Acord newsletter|Samtycke e-post|Samtykke nyhedsbrev|Markkinointilupa sähköposti lupa|Συγκατάθεση newsletter|E-posta izni|Согласие на рассылку|Згода на розсилку"+
		"|Consentimiento boletín|Consenso newsletter|Toestemming e-mail|Einwilligung Werbung|Not unsubscribed|Nicht abgemeldet", "|") {
		if c, ok := ConsentOf(name); !ok || c.Direction != OptIn || !c.Sure {
			t.Errorf("%q: %+v, %v", name, c, ok)
		}
	}
}

// Questions and names that ask for a yes, and may be about something else.
func TestAskingNames(t *testing.T) {
	for language, list := range map[string]string{
		"English":    "I agree to receive marketing communications|Yes, send me updates by email|Would you like to hear from us?|Keep me updated|Mail ok|Marketing OK|Permission|Agreed|GDPR|Consent given|Subscriber|Communication preferences|Stay in touch|Contact me?|I accept the privacy policy and want to receive e-mails",
		"German":     "Ich möchte E-Mails erhalten|Dürfen wir Sie per E-Mail kontaktieren?|Zustimmung|DSGVO|Einverstanden mit Kontaktaufnahme",
		"French":     "Je souhaite recevoir vos offres par e-mail|Pouvons-nous vous contacter par courriel ?|RGPD",
		"Spanish":    "Acepto recibir correos|Deseo recibir novedades|Quiero recibir ofertas por correo",
		"Italian":    "Desidero ricevere comunicazioni|Acconsento a essere contattato via e-mail",
		"Dutch":      "Ik wil graag e-mails ontvangen|Mogen we contact opnemen?",
		"Portuguese": "Quero receber e-mails|Aceito receber comunicações",
		"Polish":     "Chcę otrzymywać e-maile|Wyrażam zgodę na kontakt",
		"Czech":      "Souhlas|Chci dostávat novinky",
		"Swedish":    "Jag vill ha e-post|Jag vill ta emot erbjudanden och nyheter",
		"Danish":     "Jeg vil modtage e-mails|Jeg accepterer at modtage nyheder",
		"Norwegian":  "Jeg ønsker å motta e-post",
		"Finnish":    "Haluan vastaanottaa sähköpostia|Haluan tarjouksia",
		"Romanian":   "Doresc să primesc e-mailuri",
		"Hungarian":  "Szeretnék e-maileket kapni|Elfogadom a hírek küldését",
		"Turkish":    "E-posta almak istiyorum|Kampanya haberleri almak istiyorum",
	} {
		for name := range strings.SplitSeq(list, "|") {
			if c, ok := ConsentOf(name); !ok || c.Direction != OptIn {
				t.Errorf("%s: %q: %+v, %v", language, name, c, ok)
			}
		}
	}
}

func TestConsentWord(t *testing.T) {
	for v := range strings.SplitSeq("Unsubscribed|UNSUBSCRIBED|unsubscribed on 2026-01-02|Opted out|Opt-out|Do not contact|Do not email|Dado de baja|Abgemeldet|Désabonné|Désinscrit|Disiscritto|Afgemeld|Uitgeschreven|Descadastrado|Wypisany|Odhlášen|Leiratkozott|Dezabonat|Avregistrerad|Afmeldt|Avmeldt|Απεγγραφή|Отписан|Відписаний|配信停止|已退订|수신거부|Blacklisted|Rezygnacja z mailingu", "|") {
		if is, ok := consentWord(v); !ok || !is {
			t.Errorf("%q: %v, %v", v, is, ok)
		}
	}
	for v := range strings.SplitSeq("Subscribed|Opted in|Opt-in|Angemeldet|Abonné|Suscrito|Iscritto", "|") {
		if is, ok := consentWord(v); !ok || is {
			t.Errorf("%q: %v, %v", v, is, ok)
		}
	}
	for v := range strings.SplitSeq("open|closed|Active|Activo|Inactive|Bounced|Cleaned|Blocked|Pending|New|Qualified|yes|no|true|1|x|Never subscribed|Not subscribed|NOT_SUBSCRIBED|Non-subscribed|No consent|Baja|Alta|Media|No email|kein E-Mail|noemail|sans email|No|Nein|Uno Marketing|Ondrej Mailath|Laptop Outlet|ACME Fire Suppression|Blacklist Records|Stop & Shop|Mail stop 12|Marketing|Email|Newsletter|Cancelled|Refunded|Do not call|SMS opt-out|Widerspruch|Gesperrt|Gekündigt|Wypis|Unsubscribe link|Dublin|Ann Walsh|Not unsubscribed", "|") {
		if is, ok := consentWord(v); ok {
			t.Errorf("%q: %v", v, is)
		}
	}
}
