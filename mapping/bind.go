package mapping

import (
	"strings"
	"time"

	"leadimport/client"
)

// customLimit is how many characters the API takes in a custom attribute (1.x:
// Create or Update User; 2.x does not say, and a cut value is a lost one).
const customLimit = 255

// bind checks an attribute against the version.
func (m *Mapping) bind(f file, a *attribute, v client.Version) (bound, *Error) {
	standard, err := v.Attribute(a.name)
	if err != nil {
		return bound{spec: a, name: a.name}, f.noAttribute(a, v, err)
	}
	return m.bindTo(f, a, standard, v)
}

// bindTo binds a to what the API has, of a contact or of a company.
func (m *Mapping) bindTo(f file, a *attribute, standard client.Attribute, v client.Version) (bound, *Error) {
	b := bound{spec: a, name: a.name}
	switch a.name {
	case "id":
		b.to = toID
	case "user_id":
		b.to = toUserID
	}
	if b.to != toField || a.name == "external_id" {
		if a.constant != nil || a.fallback != nil {
			return b, f.errorf(a.at, "", "%q cannot be the same for every row", a.name)
		}
	}
	if a.clear && !standard.Clearable {
		return b, f.errorf(a.clearAt, "", "api version %s cannot clear %q", v, a.name)
	}
	if a.name == client.EmailVerified && m.attribute("email") == nil {
		return b, f.errorf(a.at, "map email as well", "the API takes %q together with an e-mail address only, and none is mapped", a.name)
	}
	custom := strings.HasPrefix(standard.Name, client.CustomPrefix)
	form, err2 := a.form(f, standard, custom)
	if err2 != nil {
		return b, err2
	}
	b.declared = a.typ.set() || !custom
	if !isOfCompany(a.name) { // no rule says what becomes of companies
		if b.rule, err2 = m.rule(f, a, form); err2 != nil {
			return b, err2
		}
	}
	if b.rule.Write == WriteAppend {
		b.declared = true // what is appended to is text
	}
	switch {
	case custom:
		b.conv.limit, b.conv.limits = customLimit, "the API takes at most %d in a custom attribute"
	case isOfCompany(a.name):
		b.conv.limit, b.conv.limits = companyLimit, "at most %d are taken in "+a.name
	}
	b.conv.whole = standard.Whole
	if err := a.options(f, form, &b.conv); err != nil {
		return b, err
	}
	for _, c := range a.columns {
		if b.from != "" {
			b.from += " + "
		}
		b.from += c.text
	}
	b.meanings(a.values)
	b.filled = a.filled.text
	b.blank = &m.blank
	b.setDecoders(a)
	b.identifies = form == asEmail || m.identifies(a)
	b.conv.isPhone = a.name == "phone"
	b.conv.holdsPhones = a.holdsPhones()
	b.conv.isURL, b.conv.isIP = standard.URL, standard.IP
	b.mayOmit = a.constant == nil && !a.required
	b.omit = a.invalid.text == "omit" || b.mayOmit && !a.invalid.set() && m.onInvalid.text == "omit" && !m.keeps(a)
	b.mayOmit = b.mayOmit && !m.keeps(a)
	if a.constant != nil {
		b.constant = &given{text: a.constant.text}
		if !b.declared {
			form = a.constant.form()
		}
	}
	if a.fallback != nil {
		b.fallback = &given{text: a.fallback.text}
	}
	b.open = !b.declared && b.constant == nil
	if b.open {
		b.seen.start(strings.HasSuffix(a.name, "_at"))
		if b.fallback != nil {
			b.seen.look(b.fallback.text)
			b.seen.count = 0
		}
		form = asText
	}
	b.read(form)
	if b.open {
		b.typ = ""
	}
	return b, b.checkGiven(f)
}

func (b *bound) setDecoders(a *attribute) {
	for _, name := range a.decode {
		b.conv.decode = append(b.conv.decode, decoderOf(name))
	}
}

// form is the reading that a's declared type or the catalogue asks for.
func (a *attribute) form(f file, standard client.Attribute, custom bool) (form, *Error) {
	declared := formOf(a.typ.text)
	switch {
	case a.name == "role":
		return asRole, a.refuseType(f, "user or lead")
	case standard.Identity:
		return asIdentifier, a.refuseType(f, "an identifier")
	case custom:
		return declared, nil
	case standard.Type == client.TypeString:
		if declared.sends() != client.TypeString {
			return 0, f.errorf(a.typ.at, "leave type out", "the API takes text for %q, not type %s", a.name, a.typ.text)
		}
		if a.name == "email" && !a.typ.set() {
			return asEmail, nil
		}
		return declared, nil
	case a.typ.set() && declared.sends() != standard.Type:
		return 0, f.errorf(a.typ.at, "leave type out", "the API takes type %s for %q, not %s", standard.Type, a.name, a.typ.text)
	}
	return formOf(string(standard.Type)), nil
}

func (a *attribute) refuseType(f file, what string) *Error {
	if a.typ.set() {
		return f.errorf(a.typ.at, "leave type out", "%q is %s", a.name, what)
	}
	return nil
}

// options puts the settings of a type into c, and refuses those of another.
func (a *attribute) options(f file, as form, c *conversion) *Error {
	c.decimal, c.zone = '.', time.UTC
	date := as == asDate
	for _, o := range []struct {
		option
		name, needs string
		ok          bool
	}{
		{a.formatOption(), "format", "date", date},
		{a.zone, "zone", "date", date},
		{a.decimal, "decimal", "float", as == asFloat || as == asInteger},
		{a.region, "region", "phone", as == asPhone},
		{option{at: a.severalAt}, "several", "phone", as == asPhone},
		{a.filled, "filled", "boolean", as == asBoolean},
	} {
		if o.set() && !o.ok {
			return f.errorf(o.at, "add type: "+o.needs, "%s is for a %s", o.name, o.needs)
		}
	}
	if a.decimal.set() {
		c.decimal = a.decimal.text[0]
	}
	c.region, c.several = a.region.text, a.several
	if a.zone.set() {
		zone, err := time.LoadLocation(a.zone.text)
		if err != nil || a.zone.text == "Local" {
			return f.errorf(a.zone.at, "use a name such as Europe/Dublin or UTC", "zone %q is not known", a.zone.text)
		}
		c.zone = zone
	}
	for i, o := range a.formats {
		layout, err := parseLayout(o.text)
		if err != nil {
			return f.errorf(o.at, "", "%s", err)
		}
		for _, other := range c.layouts {
			if other.text == layout.text {
				return f.errorf(a.formats[i].at, "", "format names %q twice", o.text)
			}
		}
		c.layouts = append(c.layouts, layout)
	}
	return nil
}

// formatOption is the first format of a, for its place.
func (a *attribute) formatOption() option {
	if len(a.formats) == 0 {
		return option{}
	}
	return a.formats[0]
}

// identifies reports whether a's values tell people apart, so that a word that
// says nothing must not stand for one of them. A name may be a key as well,
// but people are called Null.
func (m *Mapping) identifies(a *attribute) bool {
	switch a.name {
	case "email", "id", "user_id", "external_id":
		return true
	case "name":
		return false
	}
	for _, o := range m.match.by {
		if o.text == a.name {
			return true
		}
	}
	for _, k := range m.key {
		if k.attribute == a.name || k.column != "" && len(a.columns) == 1 && columnName(a.columns[0].text) == columnName(k.column) {
			return true
		}
	}
	return false
}

// keeps reports whether a is never omitted unless it says so by name: without
// it the row would be somebody else, or somebody else's choice.
func (m *Mapping) keeps(a *attribute) bool {
	if a.name == "unsubscribed_from_emails" || a.name == "role" || m.identifies(a) {
		return true
	}
	for _, k := range m.key {
		if k.attribute == a.name {
			return true
		}
	}
	return false
}

// form is the type that a constant has by the way it is written.
func (s *scalar) form() form {
	switch s.kind {
	case boolNode:
		return asBoolean
	case numberNode:
		if n, ok := plainNumber(s.text, '.'); ok && !strings.Contains(n.text, ".") {
			return asInteger
		}
		return asFloat
	}
	return asText
}

// checkGiven makes sure that what the mapping states can be sent.
func (b *bound) checkGiven(f file) *Error {
	if g := b.constant; g != nil && g.fault != nil {
		return f.errorf(b.spec.constAt, "", "value %q of %q is %s", cut(g.text), b.name, g.fault.message)
	}
	if g := b.fallback; g != nil && g.fault != nil {
		return f.errorf(b.spec.fallAt, "", "default %q of %q is %s", cut(g.text), b.name, g.fault.message)
	}
	return nil
}

// noAttribute is the error for an attribute that v does not take: what was
// meant, where that can be told, else the client's own words.
func (f file) noAttribute(a *attribute, v client.Version, err error) *Error {
	if near := meant(a.name, v); near != "" {
		return f.errorf(a.at, near, "api version %s has no attribute %q", v, a.name)
	}
	return f.errorf(a.at, "", "%s", err)
}

// meant is a hint for the name of an attribute that there is in neither family.
func meant(name string, v client.Version) string {
	if strings.HasPrefix(name, client.CustomPrefix) {
		return ""
	}
	for _, other := range client.Latest {
		if _, err := other.Attribute(name); err == nil {
			return "" // the client knows what to use instead
		}
	}
	if prefix, rest, ok := strings.Cut(name, "."); ok && rest != "" && strings.HasPrefix(strings.ToLower(prefix), "custom") {
		return `did you mean "` + client.CustomPrefix + rest + `"?`
	}
	var names []string
	for _, a := range v.Attributes() {
		names = append(names, a.Name)
	}
	if near, ok := nearest(name, names); ok {
		return `did you mean "` + near + `"?`
	}
	if c, ok := claimOf(name); ok {
		if c.part != "" {
			return "write name: {columns: [FIRST, LAST]}"
		}
		return `did you mean "` + c.attribute + `"?`
	}
	return ""
}
