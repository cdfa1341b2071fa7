package mapping

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"strings"

	"leadimport/client"
)

// findConsent notes, for Observe to count what they say, the columns that no
// attribute takes, for any may speak of consent, and those that
// unsubscribed_from_emails takes.
func (p *Plan) findConsent(header []string) {
	for i, column := range header {
		if p.mapping.ignores(column) || isRecorded(column) || columnName(column) == "" {
			continue
		}
		c := consentOf(header, i)
		switch to := p.columns[i].Attributes; {
		case len(to) == 0:
			p.consent = append(p.consent, c)
		case strings.HasPrefix(to[0], client.CustomPrefix) && !c.byValue && p.mapping.attribute(optOut) == nil:
			c.to = to[0]
			p.consent = append(p.consent, c)
		}
	}
	for i := range p.bound {
		if b := &p.bound[i]; b.name == optOut && len(b.columns) == 1 {
			c := consentOf(header, b.columns[0])
			c.byValue, c.bound = false, i
			p.consents = append(p.consents, c)
		}
	}
}

// Consent is an *Error when, after Settle, rows of an inferred mapping say that
// somebody wants no e-mail, and nothing would be done about it. It says the
// lines of a mapping that decide it.
func (p *Plan) Consent() error {
	if !p.mapping.inferred {
		return nil
	}
	for i := range p.consent {
		c := &p.consent[i]
		if c.to != "" || !c.clear() || !c.refuses() {
			continue
		}
		return file(p.mapping.name).errorf(place{}, c.decide(p.version), "column %q speaks of who wants no e-mail (%d of %s say something), and nothing says what becomes of it",
			c.Column, c.filled, plural(c.rows, "row"))
	}
	return nil
}

// decide says the two lines of which one decides what becomes of the column.
func (c *consented) decide(v client.Version) string {
	line, ok := c.line()
	ignore := "ignore: [" + scalarText(c.Column) + "]"
	first := "\"" + line + "\" under attributes"
	switch {
	case line == "":
		first = "\"unsubscribed_from_emails: COLUMN\" under attributes, for a column that you make of it with true or false"
	case c.nulls && c.timed():
		first += " and \"blank_words: default\" above them"
	case !ok:
		first += ", with true in the place of each ? that means no e-mail, else false"
	}
	return "write a mapping file (leadimport suggest FILE drafts it) with the line " + first + ", or with the line \"" + ignore + "\" to leave it out on purpose"
}

// consentWarnings tell of columns that speak of consent and are left out, and
// of one that is sent the wrong way round.
func (p *Plan) consentWarnings() (list []string) {
	for i := range p.consent {
		c := &p.consent[i]
		switch {
		case p.settled && c.filled == 0, !c.clear() && !c.hints():
		case c.to != "":
			if line, _ := c.line(); c.clear() && c.refuses() && p.settled {
				list = append(list, fmt.Sprintf("column %q speaks of who wants no e-mail, and goes into %s alone, which unsubscribes nobody: map %s as well", c.Column, c.to, cmp.Or(line, optOut)))
			}
		case c.clear() && !p.mapping.inferred:
			line, _ := c.line()
			list = append(list, fmt.Sprintf("column %q speaks of who wants no e-mail, and is left out: map %s, or write ignore: [%s]", c.Column, cmp.Or(line, optOut), scalarText(c.Column)))
		case p.mapping.inferred && !(c.clear() && c.refuses()): // else Consent says it
			list = append(list, fmt.Sprintf("column %q may speak of who wants e-mail, and is left out: a mapping file can say what becomes of it", c.Column))
		}
	}
	for i := range p.consents {
		if text := p.unturned(&p.consents[i]); text != "" {
			list = append(list, text)
		}
	}
	return list
}

// unturned says which words of a column unsubscribed_from_emails takes for
// their contrary, and the line that turns them all; "" when there are none.
func (p *Plan) unturned(c *consented) string {
	b := &p.bound[c.bound]
	var words []string
	for _, v := range slices.Sorted(maps.Keys(c.counts)) {
		means, known := c.unsubscribed(v)
		sent, ok := b.sends(v)
		if known && ok && means != sent {
			words = append(words, quote(v))
		}
	}
	line, all := c.line()
	switch {
	case !p.settled && c.Direction == OptIn && len(b.values) == 0: // its words are not known
		return fmt.Sprintf("column %q speaks of who does want e-mail, and is sent as who does not: turn its words round under values, such as {yes: false, no: true}", c.Column)
	case len(words) == 0:
		return ""
	}
	speaks := map[Direction]string{
		OptIn:  "speaks of who does want e-mail, and is sent as who does not",
		OptOut: "speaks of who wants no e-mail, and is sent as who does",
		Status: "says who wants e-mail, and is sent the wrong way round",
	}[c.Direction]
	text := fmt.Sprintf("column %q %s (%s): turn it, %s", c.Column, speaks, strings.Join(words, ", "), line)
	if !all {
		text += ", with true in the place of each ? that means no e-mail, else false"
	}
	return text
}

// sends is what b sends for a cell, where that is true or false.
func (b *bound) sends(cell string) (is, ok bool) {
	text := b.decoded(cell)
	if to, ok := b.meaning(text); ok {
		text = to
	} else if b.filled != "" {
		text = b.filled
	}
	return truth(trim(text))
}
