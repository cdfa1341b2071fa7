package mapping

import (
	"fmt"
	"strings"

	"leadimport/client"
)

// Warnings are what a person should know of the mapping before anything is
// sent, a line each, in mapping order. After Settle they know every type.
func (p *Plan) Warnings() []string {
	var list []string
	if advice := p.mapping.VersionAdvice(); advice != "" {
		list = append(list, advice)
	}
	for _, b := range p.every {
		if p.version.Family() == client.Leads && b.typ == client.TypeDate &&
			b.isCustom() && !strings.HasSuffix(b.name, "_at") {
			// Create or Update User, 1.x: a number is a date when the name ends in _at.
			list = append(list, fmt.Sprintf("%s holds dates, which 1.x takes for numbers: end its name in _at", b.name))
		}
		if b.seen.lost != "" && b.seen.may == mayNumber && b.typ == client.TypeString {
			list = append(list, fmt.Sprintf("%s is text: as a number %s would not stay as it is written; write type: float if it is an amount", b.name, quote(b.seen.lost)))
		}
	}
	for i := range p.bound {
		if b := &p.bound[i]; b.identifies && b.conv.isPhone && b.conv.form != asPhone {
			list = append(list, "phone tells people apart, and numbers that are spelled in two ways are two people: write type: phone, and region")
		}
	}
	if len(p.key) == 0 {
		identified := false
		for i := range p.bound {
			identified = identified || p.bound[i].to != toField
		}
		if !identified {
			list = append(list, "no e-mail address is mapped and no key is named: a row is known by all its values, and one that changes is a new lead")
		}
	}
	return append(list, p.consentWarnings()...)
}

// VersionAdvice says that api_version is newer than any that is known, which a
// slip of the pen makes it; empty: it is known, or not named.
func (m *Mapping) VersionAdvice() string {
	if !m.named {
		return ""
	}
	last := client.Latest[m.version.Family()]
	if !last.Before(m.version) {
		return ""
	}
	return fmt.Sprintf("api_version %q is newer than any that is known here (up to %s): is %q meant?", m.version, last, map[client.Family]client.Version{client.Leads: client.Version1, client.Contacts: client.Version2}[m.version.Family()])
}
