package mapping

import (
	"slices"
	"strings"

	"leadimport/client"
)

// Policy says what becomes of a row whose contact is of a certain kind.
type Policy string

const (
	// Update updates them as any other match.
	Update Policy = "update"
	// Skip leaves the row out.
	Skip Policy = "skip"
	// Fail refuses the row.
	Fail Policy = "fail"
	// Follow looks for who the contact is now.
	Follow Policy = "follow"
)

// Match says how a row that names no id finds the contact that it is about,
// before one is created.
type Match struct {
	// By are the attributes to look up by, in order: the first that finds
	// anybody decides. Rows that name an id need no look-up, so id is not
	// among them. Empty: nothing is looked up.
	By []string
	// User is for a match that is a user (2.x; 1.x finds leads only). Skip,
	// when the mapping does not say: what is known of a user comes from the
	// product, and a list of leads is no reason to write over it.
	User Policy
	// Archived is for a match that is archived. Fail, when the mapping does
	// not say: somebody put that contact away on purpose, and whether it can
	// be had back is for a person to find out.
	Archived Policy
}

// match is the same as it stands in the file.
type match struct {
	by             []option
	user, archived option
}

// Match is what the mapping says under match; the zero Match when it says
// nothing.
func (m *Mapping) Match() Match {
	if len(m.match.by) == 0 {
		return Match{}
	}
	out := Match{User: Skip, Archived: Fail}
	for _, o := range m.match.by {
		if !namesContact(o.text) {
			out.By = append(out.By, o.text)
		}
	}
	if m.match.user.set() {
		out.User = Policy(m.match.user.text)
	}
	if m.match.archived.set() {
		out.Archived = Policy(m.match.archived.text)
	}
	return out
}

// namesContact tells whether an attribute is the API's own identifier, which
// makes a row an update without any look-up.
func namesContact(attribute string) bool { return attribute == "id" || attribute == "user_id" }

// policies are the words for them.
var policies = []string{string(Update), string(Skip), string(Fail)}

// matchSettings are the keys of match.
var matchSettings = []setting[*match]{
	{name: "by",
		about:  "An attribute, or a list: the first that finds anybody decides.",
		schema: listSchema(identifierSchema, 1),
		read: func(f file, m *match, n node) (err error) {
			m.by, err = f.identities(n, "by")
			return err
		}},
	{name: "user",
		about:  "What a row does whose match is a user. Default: skip.",
		schema: wordSchema(policies),
		read: func(f file, m *match, n node) (err error) {
			m.user, err = f.word(n, "user", policies...)
			return err
		}},
	{name: "archived",
		about:  "What a row does whose match is archived. Default: fail.",
		schema: wordSchema(policies),
		read: func(f file, m *match, n node) (err error) {
			m.archived, err = f.word(n, "archived", policies...)
			return err
		}},
}

// parseMatch reads an attribute, a list of them, or a map.
func (m *Mapping) parseMatch(f file, n node) (err error) {
	if n.kind != mapNode {
		m.match.by, err = f.identities(n, "match")
		return err
	}
	err = readMap(f, n, "match", matchSettings, &m.match)
	if err == nil && len(m.match.by) == 0 {
		err = f.errorf(n.at, "add by: [email]", "match does not say by what")
	}
	return err
}

// identities is one attribute that tells people apart, or a list of them.
func (f file) identities(n node, what string) ([]option, error) {
	items := []node{n}
	if n.kind == listNode {
		items = n.list
	}
	if len(items) == 0 {
		return nil, f.errorf(n.at, "write [email]", "%s is an empty list", what)
	}
	var list []option
	for _, item := range items {
		if item.kind == nullNode {
			return nil, f.errorf(item.at, "write "+what+": email", "%s names no attribute", what)
		}
		o, err := f.text(item, what)
		if err != nil {
			return nil, err
		}
		if !tellsApart(o.text) {
			return nil, f.errorf(o.at, "use id, external_id, email, phone or a custom attribute", "nobody can be found by %q", o.text)
		}
		if i := slices.IndexFunc(list, func(other option) bool { return other.text == o.text }); i >= 0 {
			return nil, f.errorf(o.at, "", "%s names %s twice", what, o.text)
		}
		if namesContact(o.text) && len(list) > 0 && !namesContact(list[len(list)-1].text) {
			return nil, f.errorf(o.at, "put it first", "a row with its %s is an update of that contact, whatever else it says", o.text)
		}
		list = append(list, o)
	}
	return list, nil
}

// identifiers are the standard attributes that tell people apart.
var identifiers = []string{"id", "user_id", "external_id", "email", "phone"}

func tellsApart(attribute string) bool {
	return slices.Contains(identifiers, attribute) || strings.HasPrefix(attribute, client.CustomPrefix)
}

// checkMatch makes sure that what a row is found by comes from the row.
func (m *Mapping) checkMatch(f file) error {
	if len(m.match.by) == 0 {
		return nil
	}
	mapped := false
	for _, o := range m.match.by {
		a := m.attribute(o.text)
		mapped = mapped || a != nil
		switch {
		case a == nil && namesContact(o.text):
		case a == nil:
			return f.errorf(o.at, "map it, or take it out", "match goes by %q, which is not among the mapped attributes", o.text)
		case a.constant != nil:
			return f.errorf(o.at, "", "match goes by %q, which is a constant: every row would be the same contact", o.text)
		case a.fallback != nil:
			return f.errorf(o.at, "", "match goes by %q, which has a default: every row without one would be the same contact", o.text)
		case a.typ.text == string(client.TypeBoolean):
			return f.errorf(o.at, "", "match goes by %q, and true or false tells nobody apart", o.text)
		}
	}
	if !mapped {
		return f.errorf(m.match.by[0].at, "map it, or match by email", "match goes by %q, which is not among the mapped attributes", m.match.by[0].text)
	}
	return nil
}

// bindMatch refuses what the version cannot look up. 1.x lists leads by
// e-mail ("List Leads", 1.3), and neither users nor archived leads are in it.
func (m *Mapping) bindMatch(f file, v client.Version) error {
	if v.Family() != client.Leads {
		return nil
	}
	for _, o := range m.match.by {
		if !namesContact(o.text) && o.text != "email" {
			return f.errorf(o.at, "match by email, or use api_version "+client.Version2.String(), "api version %s cannot look leads up by %q", v, o.text)
		}
	}
	for _, p := range []struct {
		option
		name, what string
	}{{m.match.user, "user", "users"}, {m.match.archived, "archived", "archived leads"}} {
		if p.set() {
			return f.errorf(p.at, "leave "+p.name+" out, or use api_version "+client.Version2.String(), "api version %s does not list %s, so that none can be matched", v, p.what)
		}
	}
	return nil
}
