package client_test

import (
	"testing"
	"time"

	"leadimport/client"
)

func TestCompare(t *testing.T) {
	const (
		other   = client.Other
		similar = client.Similar
		exact   = client.Exact
	)
	yes, no := true, false
	lead := func(fields ...client.Field) client.Lead { return client.Lead{Fields: fields} }
	custom := func(name string, v client.Value) client.Field {
		return client.Field{Name: client.CustomPrefix + name, Value: v}
	}
	mail, name, phone := field("email", "jane@example.com"), field("name", "Jane Doe"), field("phone", "+353 87 123 4567")
	jane := client.Contact{Email: "jane@example.com", Name: "Jane Doe"}
	shows := func(email string, attributes map[string]any) client.Contact {
		return client.Contact{Email: email, Custom: attributes}
	}
	score := func(v any) client.Contact { return shows("jane@example.com", map[string]any{"n": v}) }
	all := []string{"email", "name", "phone", "custom_attributes.n"}
	for _, tt := range []struct {
		name       string
		contact    client.Contact
		lead       client.Lead
		attributes []string
		want       client.Likeness
	}{
		{"the same", jane, lead(mail, name), all, exact},
		{"another e-mail", client.Contact{Email: "joe@example.com", Name: "Jane Doe"}, lead(mail, name), all, other},
		{"no e-mail", client.Contact{Name: "Jane Doe"}, lead(mail, name), all, other},
		{"another name", client.Contact{Email: "jane@example.com", Name: "Janet"}, lead(mail, name), all, similar},

		{"e-mail in capitals", shows("JANE@Example.com", nil), lead(mail), all, exact},
		{"domain in Punycode", shows("jane@xn--bcher-kva.example", nil), lead(field("email", "jane@bücher.example")), all, exact},
		{"domain in Unicode", shows("jane@bücher.example", nil), lead(field("email", "jane@xn--bcher-kva.example")), all, exact},
		{"decomposed letters", shows("jo\u0308rg@example.com", nil), lead(field("email", "jörg@example.com")), all, exact},
		{"İpek is not ipek", shows("ipek@example.com", nil), lead(field("email", "İpek@example.com")), all, other},
		{"a dot more", shows("ja.ne@example.com", nil), lead(mail), all, other},

		{"blanks in the name", client.Contact{Name: "Jane Doe", Email: "jane@example.com"}, lead(mail, field("name", "  Jane \u00a0 Doe ")), all, exact},
		{"accents of the name", client.Contact{Name: "Jo\u0308rg"}, lead(field("name", "Jörg")), all, exact},
		{"case of the name", client.Contact{Name: "JANE DOE", Email: "jane@example.com"}, lead(mail, name), all, similar},

		{"phone without blanks", client.Contact{Phone: "+353871234567"}, lead(phone), all, exact},
		{"phone with 00", client.Contact{Phone: "00353 (87) 123-4567"}, lead(phone), all, exact},
		{"another phone", client.Contact{Phone: "00353875551234"}, lead(phone), all, other},
		{"no phone", client.Contact{}, lead(phone), all, other},
		{"no phone for a phone without digits", client.Contact{}, lead(mail, field("phone", "ask her")), all, other},
		{"phone, another name", client.Contact{Phone: "+353871234567", Name: "Joe"}, lead(phone, name), all, similar},
		{"the e-mail is the stronger identity", client.Contact{Email: "joe@example.com", Phone: "+353871234567"}, lead(mail, phone), all, other},

		{"5 and 5.0", score(5.0), lead(mail, custom("n", client.Float(5))), all, exact},
		{"5.50 as text", score("5.50"), lead(mail, custom("n", client.Float(5.5))), all, exact},
		{"a number for a text", score(5.0), lead(mail, custom("n", client.String("5.0"))), all, exact},
		{"5 and 6", score(6.0), lead(mail, custom("n", client.Integer(5))), all, similar},
		{"05 and 5 as text", score("5"), lead(mail, custom("n", client.String("05"))), all, similar},
		{"true", score(true), lead(mail, custom("n", client.Boolean(true))), all, exact},
		{"true as text", score("true"), lead(mail, custom("n", client.Boolean(true))), all, exact},
		{"true and false", score(false), lead(mail, custom("n", client.Boolean(true))), all, similar},
		{"true and 1", score(1.0), lead(mail, custom("n", client.Boolean(true))), all, similar},
		{"a date in seconds", score(1577836800.0), lead(mail, custom("n", client.Integer(1577836800))), all, exact},
		{"a date as text", score("2020-01-01T00:00:00.000Z"), lead(mail, custom("n", client.Integer(1577836800))), all, exact},
		{"a text that became a date", score(1577836800.0), lead(mail, custom("n", client.String("2020-01-01"))), all, exact},
		{"a date in another form", score("2020-01-01T01:00:00+01:00"), lead(mail, custom("n", client.String("2020-01-01T00:00:00Z"))), all, exact},
		{"another date", score("2020-01-02"), lead(mail, custom("n", client.Integer(1577836800))), all, similar},
		{"a list", score([]any{"a"}), lead(mail, custom("n", client.String("a"))), all, similar},

		{"null for nothing sent", score(nil), lead(mail), all, exact},
		{"an empty text for nothing sent", score(""), lead(mail), all, exact},
		{"nothing for nothing sent", shows("jane@example.com", map[string]any{}), lead(mail), all, exact},
		{"nothing for null", shows("jane@example.com", map[string]any{}), lead(mail, custom("n", client.Value{})), all, exact},
		{"null for an empty text", score(nil), lead(mail, custom("n", client.String(""))), all, exact},
		{"0 for null", score(0.0), lead(mail, custom("n", client.Value{})), all, similar},
		{"nothing for a value", shows("jane@example.com", map[string]any{}), lead(mail, custom("n", client.Integer(5))), all, similar},
		{"no custom attributes shown at all", jane, lead(mail, name, custom("n", client.Integer(5))), all, exact},

		{"a superset", client.Contact{Email: "jane@example.com", Name: "Jane Doe"}, lead(mail), all, similar},
		{"a superset outside of the mapping", client.Contact{Email: "jane@example.com", Name: "Jane Doe"}, lead(mail), []string{"email"}, exact},
		{"a subset", client.Contact{Email: "jane@example.com"}, lead(mail, name), all, similar},
		{"a superset without e-mail", client.Contact{Name: "Jane Doe", Phone: "+353871234567"}, lead(name), all, other},
		{"a custom superset", score(5.0), lead(mail), all, similar},
		{"a list where nothing was sent", score([]any{"a"}), lead(mail), all, similar},
		{"nothing to compare", client.Contact{}, lead(field("last_seen_ip", "10.0.0.1")), all, other},
		{"only unset ones to compare", client.Contact{}, lead(client.Field{Name: "email"}, client.Field{Name: "name"}), all, other},

		{"a lead", client.Contact{Email: "jane@example.com", Role: "lead"}, lead(mail), all, exact},
		{"became a user since", client.Contact{Email: "jane@example.com", Role: "user"}, lead(mail), all, exact},
		{"a user, as asked for", client.Contact{Email: "jane@example.com", Role: "user"}, lead(mail, field("role", "user")), all, exact},
		{"an update of a user", client.Contact{ID: "c1", Email: "jane@example.com", Role: "user"}, client.Lead{ID: "c1", Fields: []client.Field{mail}}, all, exact},
		{"another external_id", client.Contact{Email: "jane@example.com", ExternalID: "7"}, lead(mail, field("external_id", "8")), all, similar},
		{"an external_id that nobody sent", client.Contact{Email: "jane@example.com", ExternalID: "7"}, lead(mail), []string{"email", "external_id"}, similar},
		{"unsubscribed", client.Contact{Email: "jane@example.com", Unsubscribed: &yes}, lead(mail, client.Field{Name: "unsubscribed_from_emails", Value: client.Boolean(true)}), all, exact},
		{"not unsubscribed", client.Contact{Email: "jane@example.com", Unsubscribed: &no}, lead(mail, client.Field{Name: "unsubscribed_from_emails", Value: client.Boolean(true)}), all, similar},
		{"not unsubscribed, nothing sent", client.Contact{Email: "jane@example.com", Unsubscribed: &no}, lead(mail), []string{"unsubscribed_from_emails"}, exact},
		{"another owner", client.Contact{Email: "jane@example.com", OwnerID: "1"}, lead(mail, client.Field{Name: "owner_id", Value: client.Integer(2)}), all, similar},
		{"an owner that the workspace gave", client.Contact{Email: "jane@example.com", OwnerID: "1"}, lead(mail), []string{"owner_id"}, exact},
		{"signed up then", client.Contact{Email: "jane@example.com", SignedUpAt: time.Unix(1577836800, 0)}, lead(mail, client.Field{Name: "signed_up_at", Value: client.Integer(1577836800)}), all, exact},
		{"signed up at another time", client.Contact{Email: "jane@example.com", SignedUpAt: time.Unix(1577836801, 0)}, lead(mail, client.Field{Name: "signed_up_at", Value: client.Integer(1577836800)}), all, similar},
		{"last seen since", jane, lead(mail, name, client.Field{Name: "last_seen_at", Value: client.Integer(5)}), append(all, "last_seen_at"), exact},
	} {
		if got := tt.contact.Compare(tt.lead, tt.attributes); got != tt.want {
			t.Errorf("%s: %d, want %d", tt.name, got, tt.want)
		}
	}
}
