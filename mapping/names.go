package mapping

import (
	"strings"

	"leadimport/client"
)

// certainty is how sure a column's name makes us of its attribute.
type certainty uint8

const (
	unlikely  certainty = iota // the values speak against it
	guess                      // worth a proposal, never taken unasked
	confident                  // a usual name of nothing else
	exact                      // the attribute's own name
)

// claim is what the name of a column says.
type claim struct {
	attribute string
	part      string // firstName or lastName, of name
	sure      certainty
}

const (
	firstName = "first"
	lastName  = "last"
)

// usual are the names, reduced by normal, that people and their programs give
// to columns, in several languages. A word that means different things in
// different lists (French nom, Spanish nombre) is among parts below.
var usual = map[string]string{
	"email": "emailaddress emailaddr emailid workemail businessemail primaryemail contactemail useremail leademail " +
		"emailadresse mailadresse adresseemail adressemail adresseélectronique courriel correoelectrónico correoelectronico " +
		"emailadres epost epostadress epostadresse sähköposti indirizzoemail postaelettronica endereçodeemail enderecodeemail " +
		"adresemail emailcím eposta メールアドレス 電子メール 邮箱 电子邮件 電子郵件 이메일 электроннаяпочта",
	"phone": "phonenumber phoneno telephone telephonenumber mobile mobilephone mobilenumber mobileno cell cellphone cellnumber tel gsm " +
		"telefon telefonnummer handy handynummer mobiltelefon mobilnummer téléphone numérodetéléphone telefono teléfono móvil movil celular " +
		"cellulare telefone telemóvel telefoon telefoonnummer mobiel telefonszám puhelin телефон 電話番号 电话 手机 電話 전화번호",
	"name":                 "fullname completename leadname vollständigername nomcomplet nombrecompleto nomecompleto volledigenaam 氏名 姓名 фио 이름",
	"avatar":               "avatarurl avatarimage",
	"last_seen_user_agent": "useragent",
}

// guesses are names that often mean an attribute, and often something else.
var guesses = map[string]string{
	"email":                    "mail correo почта contact",
	"phone":                    "portable mobil landline phone1 phone2 whatsapp",
	"name":                     "nom nombre nome naam namn nazwa contact contactname customer customername displayname имя 名前",
	"avatar":                   "photo photourl picture pictureurl image imageurl",
	"last_seen_user_agent":     "browser browseruseragent agent",
	"last_seen_ip":             "ip ipaddress",
	"signed_up_at":             "signedup signup signupdate signedupon signupat registered registeredat registrationdate created createdat createdon createdate datecreated",
	"last_seen_at":             "lastseen lastlogin lastactive lastvisit lastactivity",
	"last_request_at":          "lastseen lastlogin lastactive lastvisit lastactivity",
	"unsubscribed_from_emails": "unsubscribed optout optedout emailoptout donotemail",
	"owner_id":                 "ownerid",
}

// parts are the names of the two halves of a person's name.
var parts = map[string]string{
	firstName: "firstname givenname forename fname vorname prénom prenom primernombre voornaam förnamn fornavn imię imie",
	lastName:  "lastname surname familyname lname nachname familienname nomdefamille apellido apellidos cognome sobrenome apelido achternaam efternamn etternavn nazwisko",
}

// halves are the halves that need the other half beside them to be sure.
var halves = map[string]string{
	firstName: "first nombre nome given",
	lastName:  "last nom family",
}

func in(list, word string) bool {
	for w := range strings.FieldsSeq(list) {
		if w == word {
			return true
		}
	}
	return false
}

// claimOf is what a column's name alone says, ok is false when it says nothing.
func claimOf(column string) (claim, bool) {
	name := columnName(column)
	if strings.HasPrefix(name, client.CustomPrefix) {
		return claim{attribute: name, sure: exact}, true
	}
	n := normal(name)
	for _, v := range []client.Version{client.Version2, client.Version1} {
		for _, a := range v.Attributes() {
			if n == normal(a.Name) {
				return claim{attribute: a.Name, sure: exact}, true
			}
		}
	}
	for attribute, list := range usual {
		if in(list, n) {
			return claim{attribute: attribute, sure: confident}, true
		}
	}
	for part, list := range parts {
		if in(list, n) {
			return claim{attribute: "name", part: part, sure: confident}, true
		}
	}
	return claim{}, false
}

// guessOf is claimOf for names that are less sure. v decides between
// attributes of the two families.
func guessOf(column string, v client.Version) (claim, bool) {
	n := normal(column)
	for _, a := range v.Attributes() {
		if in(guesses[a.Name], n) {
			return claim{attribute: a.Name, sure: guess}, true
		}
	}
	return claim{}, false
}
