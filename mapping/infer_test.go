package mapping

import (
	"strings"
	"testing"

	"leadimport/client"
)

func TestInfer(t *testing.T) {
	for _, c := range []struct{ header, want string }{
		{"Email,First name,Last name,Mobile,Company size,Plan,MRR,Trial end,Newsletter,User agent,Notes,Signed up",
			"1.4: email=Email name=First name+Last name phone=Mobile last_seen_user_agent=User agent"},
		{"email", "2.15: email=email"},
		{"E-mail,Full name,Phone number", "2.15: email=E-mail name=Full name phone=Phone number"},
		{" EMAIL ADDRESS ,NAME,TELEPHONE", "2.15: email= EMAIL ADDRESS  name=NAME phone=TELEPHONE"},
		{"e_mail,first_name,last_name,mobile_phone", "2.15: email=e_mail name=first_name+last_name phone=mobile_phone"},
		{"Vorname,Nachname,E-Mail-Adresse,Telefon", "2.15: name=Vorname+Nachname email=E-Mail-Adresse phone=Telefon"},
		{"Nom,Prénom,Courriel,Téléphone", "2.15: name=Prénom+Nom email=Courriel phone=Téléphone"},
		{"Nombre,Apellidos,Correo electrónico,Móvil", "2.15: name=Nombre+Apellidos email=Correo electrónico phone=Móvil"},
		{"氏名,メールアドレス,電話番号", "2.15: name=氏名 email=メールアドレス phone=電話番号"},
		{"Nom,Email", "2.15: email=Email"},
		{"Last name,First name", "2.15: name=First name+Last name"},
		{"First name,Email", "2.15: email=Email"},
		{"Last name,Email", "2.15: email=Email"},
		{"Name,First name,Last name", "2.15: name=Name"},
		{"Phone,Mobile", "2.15: phone=Phone"},
		{"Mobile,Telephone", "2.15:"},
		{"email,Email", "2.15: email=email"},
		{"Email,E-mail", "2.15:"},
		{"Email,Work email", "2.15: email=Email"},
		{"id,user_id,external_id,role,User ID,Role,Email", "2.15: email=Email"},
		{"import_id,import_status,import_user_id,Email", "2.15: email=Email"},
		{"custom_attributes.plan,custom_attributes.a.b,custom_attributes.,Plan", "2.15: custom_attributes.plan=custom_attributes.plan"},
		{"signed_up_at,last_seen_at,Signed up,Last seen", "2.15: signed_up_at=signed_up_at last_seen_at=last_seen_at"},
		{"last_request_at,last_seen_ip", "1.4: last_request_at=last_request_at last_seen_ip=last_seen_ip"},
		{"Unsubscribed from emails,Avatar,owner_id,Owner", "2.15: unsubscribed_from_emails=Unsubscribed from emails avatar=Avatar owner_id=owner_id"},
		{"Newsletter,Unsubscribed,Opt out,Company,Photo,Browser,IP", "2.15:"},
		{"Plan,Plan,Email", "2.15: email=Email"},
		{"Email,Email", "2.15:"},
		{"", "2.15:"},
		{"---,☎,%", "2.15:"},
	} {
		header := strings.Split(c.header, ",")
		m := Infer(header)
		got := m.NeededVersion().String() + ":"
		for _, a := range m.attributes {
			var columns []string
			for _, c := range a.columns {
				columns = append(columns, c.text)
			}
			got += " " + a.name + "=" + strings.Join(columns, "+")
		}
		if got != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", c.header, got, c.want)
		}
		if !m.Inferred() {
			t.Error("an inferred mapping that does not say so")
		}
		for _, column := range header {
			if m.why[column] == "" {
				t.Errorf("%s: no reason for %q", c.header, column)
			}
		}
	}
}

// An inferred attribute that the version does not take is left out, with the
// reason, where one of a mapping file would be an error.
func TestInferredForOtherVersion(t *testing.T) {
	header := []string{"Email", "User agent", "signed_up_at"}
	for _, c := range []struct {
		v    client.Version
		want string
	}{
		{client.Version1, `Email→email (bears the attribute's own name); User agent→last_seen_user_agent (a usual name of last_seen_user_agent); signed_up_at→ (api version 1.4 does not take "signed_up_at": leads of 1.x have none; use api_version 2.15, or a custom attribute whose name ends in _at)`},
		{client.Version2, `Email→email (bears the attribute's own name); User agent→ (api version 2.15 does not take "last_seen_user_agent": use api_version 1.4, or a custom attribute such as custom_attributes.user_agent); signed_up_at→signed_up_at (bears the attribute's own name)`},
	} {
		p, err := Infer(header).Compile(header, c.v)
		if err != nil {
			t.Fatal(err)
		}
		var got []string
		for _, column := range p.Columns() {
			got = append(got, column.Name+"→"+strings.Join(column.Attributes, "+")+" ("+column.Why+")")
		}
		if strings.Join(got, "; ") != c.want {
			t.Errorf("%s:\ngot  %s\nwant %s", c.v, strings.Join(got, "; "), c.want)
		}
		lead, key, problems := p.Lead([]string{"a@b.ie", "Mozilla", "2026-11-21"})
		if len(lead.Fields) != 2 || key != "email:a@b.ie" || problems != nil {
			t.Errorf("%s: %s %s %v", c.v, show(lead), key, problems)
		}
	}
}

func TestInferNothing(t *testing.T) {
	header := []string{"A", "B"}
	_, err := Infer(header).Compile(header, client.Version2)
	want := "inferred mapping: no column has a name that tells what it is: write a mapping file; leadimport suggest FILE makes a first one"
	if err == nil || err.Error() != want {
		t.Errorf("%v", err)
	}
}

// The identifying attributes are never inferred, whatever the header.
func FuzzInfer(f *testing.F) {
	f.Add("Email,id,role", true)
	f.Add("custom_attributes.x,First name,nom", false)
	f.Fuzz(func(t *testing.T, line string, first bool) {
		header := strings.Split(line, ",")
		m := Infer(header)
		v := client.Version2
		if first {
			v = client.Version1
		}
		p, err := m.Compile(header, v)
		if err != nil {
			return
		}
		seen := map[string]bool{}
		for _, a := range p.Attributes() {
			standard, err := v.Attribute(a.Name)
			if err != nil || standard.Identity || seen[a.Name] {
				t.Fatalf("%q: %q was inferred: %v", header, a.Name, err)
			}
			seen[a.Name] = true
		}
		p.Lead(header)
	})
}

// A name says one thing: none of the words that are known stands in two lists.
func TestNamesAreUnambiguous(t *testing.T) {
	seen := map[string]string{}
	for _, lists := range []map[string]string{usual, parts} {
		for what, list := range lists {
			for _, word := range strings.Fields(list) {
				if normal(word) != word {
					t.Errorf("%q is not in its normal form %q", word, normal(word))
				}
				if other, ok := seen[word]; ok {
					t.Errorf("%q is in the lists of %s and %s", word, other, what)
				}
				seen[word] = what
			}
		}
	}
	for what, list := range guesses {
		for _, word := range strings.Fields(list) {
			if other, ok := seen[word]; ok {
				t.Errorf("%q is a guess of %s and sure of %s", word, what, other)
			}
		}
	}
}
