package mapping

import "github.com/nyaruka/phonenumbers"

// keepZero settles whether the 0 in brackets behind a country code is part of
// the number: it is dialled within most countries alone, and belongs to every
// number in Italy and some others, where leaving it out can make a number of
// somebody else.
func keepZero(n phoneText) (phoneText, *fault) {
	if n.zero == "" {
		return n, nil
	}
	with, err := phonenumbers.Parse(n.zero, "ZZ")
	if err != nil {
		return n, nil // so is the number without it, which is judged as any other
	}
	without, err := phonenumbers.Parse(n.text, "ZZ")
	kept := phonenumbers.Format(with, phonenumbers.E164)
	if err == nil && kept == phonenumbers.Format(without, phonenumbers.E164) {
		return n, nil // the library knows that it is dialled first
	}
	switch isWith, isWithout := phonenumbers.IsValidNumber(with), err == nil && phonenumbers.IsValidNumber(without); {
	case isWith && !isWithout:
		n.text = kept
	case isWith, !isWithout && keepsZero(with):
		return n, faultf("phone_zero", "does the 0 in brackets belong to the number? In %s it can: write %s, or the number without it", country(with, ""), kept)
	}
	return n, nil
}

// keepsZero reports whether the country of a number is one whose numbers begin
// with a 0, or have it in no place.
func keepsZero(n *phonenumbers.PhoneNumber) bool {
	m := metadata()[country(n, "")]
	return m != nil && m.GetNationalPrefix() == "" && phonenumbers.IsPossibleNumber(n)
}
