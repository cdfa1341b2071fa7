package mapping

import (
	"slices"
	"strings"
)

// observation is what the values of a column have in common so far.
type observation struct {
	count int   // values that said something
	may   shape // the types that each of them has
	at    bool  // the attribute's name ends in _at: the API takes its numbers for dates
	dates slashes
	// cells are the languages in whose spreadsheets each value is true or false;
	// yes and no: which of the two were seen.
	cells   uint64
	yes, no bool
	comma   bool   // some value is a number with a decimal comma alone
	lost    string // the first number whose written form a number would not keep
}

// shape is a set of types that a text has at sight.
type shape uint8

const (
	mayBoolean shape = 1 << iota
	mayInteger
	mayFloat
	mayDate
	mayEpoch
	mayNumber // a number, whose written form may be lost

	mayAll = mayBoolean | mayInteger | mayFloat | mayDate | mayEpoch | mayNumber
)

func (o *observation) start(at bool) {
	o.may, o.at, o.cells = mayAll, at, cellLanguages
}

// look takes a value that is not blank into account. A date of zeros is blank
// once the column is one of dates.
func (o *observation) look(s string) {
	s = trim(s)
	if isZeroDate(s) {
		return
	}
	o.count++
	if o.cells != 0 {
		a, ok := answerOf(s)
		o.cells &= a.languages
		o.yes, o.no = o.yes || ok && a.is, o.no || ok && !a.is
	}
	if o.may == 0 {
		return
	}
	is := shapeOf(s)
	if is == mayNumber && o.lost == "" && !isShortened(s) {
		o.lost = strings.Clone(cut(s))
	}
	o.may &= is
}

// shapeOf tells which types s has beyond doubt: true or false; a number whose
// written form a number keeps (no leading zeros, no zeros at the end of a
// fraction, no exponent) and which is exact in 15 digits; a date of ISO 8601.
func shapeOf(s string) shape {
	if s == "" || len(s) > 40 {
		return 0
	}
	if strings.EqualFold(s, "true") || strings.EqualFold(s, "false") {
		return mayBoolean
	}
	if n, ok := plainNumber(s, '.'); ok {
		digits := len(strings.Trim(s, "-")) - strings.Count(s, ".")
		switch point := strings.Contains(s, "."); {
		case n.leading || digits > 15 || s == "-0":
			return 0
		case point && s[len(s)-1] == '0':
			return mayNumber
		case point:
			return mayFloat | mayNumber
		}
		if _, ok := parseEpoch(s); ok && (len(s) == 10 || len(s) == 13) {
			return mayInteger | mayFloat | mayNumber | mayEpoch
		}
		return mayInteger | mayFloat | mayNumber
	}
	if (isDigit(s[0]) || s[0] == '-') && strings.ContainsAny(s, "eE") {
		if _, ok := parseNumber(s, '.'); ok {
			return mayNumber
		}
	}
	if len(s) >= 10 && s[4] == '-' && s[7] == '-' {
		if _, ok := parseISO(s); ok {
			return mayDate
		}
	}
	return 0
}

// isText reports whether what was seen makes the column one of texts, whatever
// follows.
func (o *observation) isText() bool { return o.may == 0 && o.cells == 0 }

// form is the type that every value seen has.
func (o *observation) form() form {
	switch {
	case o.count == 0 && o.may == mayAll: // no default either
		return asText
	case o.may&mayBoolean != 0, o.cells != 0 && o.yes && o.no:
		return asBoolean
	case o.at && o.may&mayEpoch != 0, o.may&mayDate != 0:
		return asDate
	case o.may&mayInteger != 0:
		return asInteger
	case o.may&mayFloat != 0:
		return asFloat
	}
	return asText
}

// slashes is what a column of dates tells about the order of day and month.
type slashes struct {
	day, month bool   // some value does not fit this order
	ambiguous  string // the first value that fits both
}

func (s *slashes) look(text string) {
	d, ok := parseSlashed(trim(text))
	if !ok {
		return
	}
	day, month := d.as(dayFirst).valid(), d.as(monthFirst).valid()
	if day != month {
		s.day, s.month = s.day || !day, s.month || !month
	} else if day && d.first != d.second && s.ambiguous == "" {
		s.ambiguous = trim(text)
	}
}

func (s *slashes) order() dayOrder {
	switch {
	case s.month && !s.day:
		return dayFirst
	case s.day && !s.month:
		return monthFirst
	}
	return orderUnknown
}

// Observes reports whether Observe has anything left to learn. Otherwise the
// first pass, or the rest of it, can be spared.
func (p *Plan) Observes() bool {
	if !p.settled && len(p.consent)+len(p.consents)+len(p.strays) > 0 {
		return true
	}
	for _, b := range p.every {
		if !p.settled && b.observes() {
			return true
		}
	}
	return false
}

// observes reports whether another value may change what b is read as.
func (b *bound) observes() bool {
	return b.open && !b.seen.isText() || b.freeDate() || b.freeNumber() && !b.seen.comma
}

// freeNumber reports whether b takes numbers, and nothing states their decimal
// sign.
func (b *bound) freeNumber() bool {
	return (b.conv.form == asFloat || b.conv.form == asInteger) && !b.spec.decimal.set() && b.constant == nil
}

// lookAtSign notes a decimal comma.
func (o *observation) lookAtSign(s string) {
	if strings.IndexByte(s, ',') < 0 {
		return
	}
	if _, ok := parseNumber(s, '.'); !ok {
		_, o.comma = parseNumber(s, ',')
	}
}

// freeDate reports whether b takes dates in any format that has one reading.
func (b *bound) freeDate() bool {
	return b.conv.form == asDate && len(b.conv.layouts) == 0 && b.constant == nil
}

// Observe looks at a row for the types of attributes that have none yet, and
// for the order of day and month; to be called for each row of the first pass,
// from one goroutine.
func (p *Plan) Observe(cells []string) {
	for i := range p.strays {
		p.strays[i].look(cell(cells, p.strays[i].index))
	}
	for i := range p.consent {
		p.consent[i].look(cell(cells, p.consent[i].Index))
	}
	for i := range p.consents {
		p.consents[i].look(cell(cells, p.consents[i].Index))
	}
	for _, b := range p.every {
		if !b.observes() {
			continue
		}
		text := b.text(cells)
		if isBlank(text) {
			continue
		}
		switch {
		case b.open:
			b.seen.look(text)
		case b.freeDate():
			b.seen.dates.look(text)
		default:
			b.seen.lookAtSign(text)
		}
	}
}

// Settle ends the observation: an attribute without a type gets the one that
// every value of its column has (true/false, integers without leading zeros,
// numbers, ISO dates), else text; dates such as 3/4/2026 get the one order of
// day and month that fits the whole column. Where both orders fit, Ambiguous
// tells. In a column with a decimal comma that the mapping does not state, 1,234
// has no value.
func (p *Plan) Settle() {
	p.settled = true
	for _, b := range p.every {
		if b.open {
			b.open = false
			b.read(b.seen.form())
		} else if b.freeDate() {
			b.conv.order = b.seen.dates.order()
		} else if b.freeNumber() {
			b.conv.unsureSign = b.seen.comma
		}
	}
}

// Ambiguous is an error when, after Settle, the rows leave open what only a
// person can decide: the dates of a column fit both DD/MM/YYYY and MM/DD/YYYY,
// or somebody wants no e-mail, and nothing says what becomes of that.
func (p *Plan) Ambiguous() error {
	var open mistakes
	open.add(p.Consent())
	open.add(p.strayAddresses())
	open.add(p.ambiguousDates())
	return open.err()
}

// stray is a column that an inferred mapping without an e-mail address leaves
// out: leads without the address that stands in it are nobody's.
type stray struct {
	name                     string
	index, filled, addresses int
}

func (s *stray) look(text string) {
	if text != "" {
		s.filled++
	}
	if strings.IndexByte(text, '@') > 0 {
		s.addresses++
	}
}

func (p *Plan) findStrays(header []string) {
	if !p.mapping.inferred || slices.ContainsFunc(p.bound, func(b bound) bool { return b.isEmail() }) {
		return
	}
	for i, name := range header {
		if len(p.columns[i].Attributes) == 0 && !strings.HasPrefix(strings.ToLower(name), "import_") {
			p.strays = append(p.strays, stray{name: name, index: i})
		}
	}
}

func (p *Plan) strayAddresses() error {
	for _, s := range p.strays {
		if s.addresses*2 > s.filled {
			return file(p.mapping.name).errorf(place{}, "name the column Email, or write a mapping file (leadimport suggest FILE drafts it)",
				"column %q holds e-mail addresses, and nothing tells that they are the leads' own: without them nobody is known again", s.name)
		}
	}
	return nil
}

func (p *Plan) ambiguousDates() error {
	var open mistakes
	for _, b := range p.every {
		s := b.seen.dates
		if s.ambiguous == "" || b.conv.order != orderUnknown {
			continue
		}
		d, _ := parseSlashed(s.ambiguous)
		open.add(file(p.mapping.name).errorf(b.spec.at, "state format: "+d.layout(dayFirst)+" or format: "+d.layout(monthFirst),
			"the dates of column %q fit two formats, %q is %s or %s", b.from, cut(s.ambiguous), d.as(dayFirst).show(), d.as(monthFirst).show()))
	}
	return open.err()
}
