package mapping

import (
	"strings"

	"github.com/nyaruka/phonenumbers"

	"leadimport/client"
)

// region reads a country as ISO 3166 names it in two letters.
func (f file) region(n node) (option, error) {
	o, err := f.text(n, "region")
	if err != nil {
		return o, err
	}
	written := o.text
	o.text = strings.ToUpper(o.text)
	if phonenumbers.GetCountryCodeForRegion(o.text) == 0 {
		hint := "use two letters, such as IE or US"
		if o.text == "UK" {
			hint = `did you mean "GB"?`
		}
		return o, f.errorf(n.at, hint, "region %q is not known", written)
	}
	return o, nil
}

// phone gives E.164, the one form in which Intercom can use a number
// (help 6311200).
func (c *conversion) phone(s string) (client.Value, *fault) {
	s = trim(s)
	if rest, ok := strings.CutPrefix(s, "00"); ok && c.region == "" {
		s = "+" + rest
	}
	region := c.region
	if region == "" {
		region = "ZZ"
	}
	if e164, ok := quickE164(s, c.region); ok {
		return client.String(e164), nil
	}
	n, err := phonenumbers.Parse(s, region)
	switch {
	case err == phonenumbers.ErrInvalidCountryCode && c.region == "":
		return client.Value{}, faultf("invalid_phone", "no country code: write +353 87 123 4567, or state the region, such as region: IE")
	case err != nil:
		return client.Value{}, faultf("invalid_phone", "not a phone number, such as +353 87 123 4567")
	case !phonenumbers.IsValidNumber(n):
		if c.region != "" && !strings.HasPrefix(s, "+") {
			return client.Value{}, faultf("invalid_phone", "no number of region %s: write it with its country code, such as +353 87 123 4567", c.region)
		}
		return client.Value{}, faultf("invalid_phone", "no number of its country has these digits")
	case n.GetExtension() != "":
		return client.Value{}, faultf("invalid_phone", "its extension %s would be lost: keep it in a custom attribute, or use type: string", cut(n.GetExtension()))
	}
	return client.String(phonenumbers.Format(n, phonenumbers.E164)), nil
}
