package mapping

import (
	"slices"
	"strings"

	"leadimport/client"
)

// Plan converts rows. After the last call of SetType, Observe and Settle it
// does not change, and Lead may be called from several goroutines.
type Plan struct {
	mapping *Mapping
	version client.Version
	columns []Column
	bound   []bound // in the order of Lead.Fields: the catalogue's, then custom ones by name
	listed  []int   // indexes of bound, in mapping order
	fields  int     // how many of bound are fields of a lead
	key     []boundKey
	parts   []boundCompany
	tags    []boundTag
	every   []*bound    // in mapping order, attributes of companies last
	consent []consented // left out, and not on purpose
	// consents are the columns of unsubscribed_from_emails.
	consents []consented
	strays   []stray
	settled  bool
	optional []*bound     // those that have options
	reads    []int        // columns
	phones   map[int]bool // of them, those that phone numbers are read from
}

// Column tells what becomes of one column of the file.
type Column struct {
	Name       string
	Attributes []string // empty: left out
	Why        string   // why it was left out; for an inferred mapping also why it was taken
}

// Attribute is a mapped attribute with the type that its values will have.
type Attribute struct {
	Name     string
	Type     client.Type // empty: a custom attribute whose type is not settled yet
	Declared bool        // the mapping or the API states the type; else the workspace's or the column's is taken
	From     string      // columns or constant, for display
}

// bound is an attribute bound to the columns of a file.
type bound struct {
	spec    *attribute
	name    string
	to      target
	columns []int
	from    string // columns joined by " + "
	values  map[string]string
	folded  map[string]string // by foldWord
	clash   map[string]bool   // by foldWord: texts that differ by case alone, and mean different things
	filled  string            // what any other text means; "": itself
	blank   *blanks           // words read as blank; nil: none
	conv    conversion
	omit    bool // invalid values are left out
	mayOmit bool // and would be if the mapping's on_invalid said so
	rule    Rule
	// identifies: its values tell people or companies apart.
	identifies bool
	typ        client.Type
	declared   bool
	options    []string // that the workspace lists; none: any
	open       bool     // the type is taken from the values seen
	constant   *given
	fallback   *given
	seen       observation
}

// target is the part of a lead that an attribute fills.
type target uint8

const (
	toField target = iota
	toID
	toUserID
)

// given is a value that the mapping states: a constant or a default.
type given struct {
	text  string
	value client.Value
	fault *fault
}

// boundKey is a part of the key: a column, or one of bound.
type boundKey struct {
	column int // -1: an attribute
	bound  int
	name   string
}

// Columns lists every column of the file, in file order.
func (p *Plan) Columns() []Column {
	list := append([]Column(nil), p.columns...)
	for i := range list {
		list[i].Attributes = append([]string(nil), list[i].Attributes...)
	}
	return list
}

// Attributes lists the mapped attributes in mapping order.
func (p *Plan) Attributes() []Attribute {
	list := make([]Attribute, 0, len(p.listed))
	for _, i := range p.listed {
		b := &p.bound[i]
		list = append(list, Attribute{Name: b.name, Type: b.typ, Declared: b.declared, From: b.source()})
	}
	return list
}

// CompanyAttributes lists the attributes of companies besides their ids and names,
// in mapping order, each once. Their names begin with "companies.".
func (p *Plan) CompanyAttributes() []Attribute {
	var list []Attribute
	for _, b := range p.every {
		if isOfCompany(b.name) && !slices.ContainsFunc(list, func(a Attribute) bool { return a.Name == b.name }) {
			list = append(list, Attribute{Name: b.name, Type: b.typ, Declared: b.declared, From: b.source()})
		}
	}
	return list
}

func (b *bound) isCustom() bool {
	return strings.HasPrefix(strings.TrimPrefix(b.name, companyPrefix), client.CustomPrefix)
}

// KeyKind names what identifies a row, see Mapping.KeyKind.
func (p *Plan) KeyKind() string { return p.mapping.KeyKind() }

// KeyColumns are the columns of the file that the key is made of, as problems
// and remarks name them.
func (p *Plan) KeyColumns() []string {
	var list []string
	for _, k := range p.key {
		if k.column >= 0 {
			list = append(list, p.columns[k.column].Name)
		} else {
			list = append(list, p.bound[k.bound].from)
		}
	}
	return list
}

// Describe shows the mapping in effect, a line for each attribute, such as
//
//	custom_attributes.trial_ends_at ← Trial end (date, DD/MM/YYYY, Europe/Dublin)
func (p *Plan) Describe() []string {
	var lines []string
	for _, b := range p.every {
		lines = append(lines, b.name+" ← "+b.source()+" ("+b.reading()+")")
	}
	return lines
}

func (b *bound) source() string {
	if b.constant != nil {
		return quote(b.constant.text)
	}
	return b.from
}

// reading is the type of b in the mapping's words, with what it depends on.
func (b *bound) reading() string {
	var words []string
	switch b.conv.form {
	case asEmail:
		words = append(words, "email")
	case asPhone:
		words = append(words, "phone")
		if b.conv.region != "" {
			words = append(words, b.conv.region)
		}
		if b.conv.several {
			words = append(words, "the first of several")
		}
	case asDate:
		words = append(words, "date")
		if len(b.conv.layouts) > 0 {
			words = append(words, b.spec.format())
		} else if b.conv.order != orderUnknown {
			words = append(words, b.conv.order.String())
		}
		words = append(words, b.conv.zone.String())
	default:
		if b.typ == "" {
			words = append(words, "the type of the workspace, else of the column")
		} else {
			words = append(words, string(b.typ))
		}
	}
	if b.filled != "" {
		words = append(words, "any text "+b.filled)
	}
	if b.fallback != nil {
		words = append(words, "default "+quote(b.fallback.text))
	}
	if b.spec.required {
		words = append(words, "required")
	}
	if b.spec.clear {
		words = append(words, "blank clears")
	}
	for _, d := range b.conv.decode {
		words = append(words, "decoded from "+d.name)
	}
	if b.omit {
		words = append(words, "left out when invalid")
	}
	if b.rule.Write != WriteAlways {
		words = append(words, b.rule.Write.reading())
	}
	return strings.Join(words, ", ")
}

// read sets how b is read.
func (b *bound) read(f form) {
	b.conv.form, b.typ = f, f.sends()
	b.fix()
}

// fix converts the values that the mapping states.
func (b *bound) fix() {
	for _, g := range []*given{b.constant, b.fallback} {
		if g != nil {
			g.value, _, g.fault = b.conv.convert(g.text)
		}
	}
}

// SetType gives an undeclared custom attribute the workspace's own type. Other
// attributes keep theirs.
func (p *Plan) SetType(attribute string, t client.Type) {
	for _, b := range p.every {
		if b.name == attribute && !b.declared {
			b.open = false
			b.read(formOf(string(t)))
			b.typ = t
		}
	}
}

// SetOptions gives a custom attribute the values that the workspace lists for
// it: other texts are remarks, which name the option that was meant.
func (p *Plan) SetOptions(attribute string, options []string) {
	for _, b := range p.every {
		if b.name == attribute && b.isCustom() {
			b.options = slices.Clone(options)
			p.optional = append(p.optional, b)
		}
	}
}
