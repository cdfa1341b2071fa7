// Package mapping turns the cells of a row into a lead: the mapping file, the
// inference from a header, and the conversions of values. It is pure: no
// clock, no network, no file, no goroutine.
package mapping

import "leadimport/client"

// Mapping is a mapping file, or what was inferred in its place.
type Mapping struct{}

// Parse reads a mapping file; name is what errors call it. The error is an
// *Error with the place in the file.
func Parse(name string, data []byte) (*Mapping, error) { panic("") }

// Infer makes a mapping from the names of the columns alone. Only confident
// matches are taken, and never an attribute that decides whom a row reaches
// (client.Attribute.Identity).
func Infer(header []string) *Mapping { panic("") }

// Version is the API version that the mapping names; ok is false when it
// names none. Then NeededVersion says which one its attributes ask for.
func (m *Mapping) Version() (v client.Version, ok bool) { panic("") }

// NeededVersion is Version1 when an attribute is mapped that only 1.x takes,
// else Version2.
func (m *Mapping) NeededVersion() client.Version { panic("") }

// Compile binds m to the columns of a file and to an API version. The error
// names the place in the mapping file: a column that the file lacks (with the
// nearest name), an attribute that the version does not take.
func (m *Mapping) Compile(header []string, v client.Version) (*Plan, error) { panic("") }

// Plan converts rows. After the last call of SetType, Observe and Settle it
// does not change, and Lead may be called from several goroutines.
type Plan struct{}

// Column tells what becomes of one column of the file.
type Column struct {
	Name       string
	Attributes []string // empty: left out
	Why        string   // for an inferred mapping: why it was taken or left out
}

// Columns lists every column of the file, in file order.
func (p *Plan) Columns() []Column { panic("") }

// Attribute is a mapped attribute with the type that its values will have.
type Attribute struct {
	Name     string
	Type     client.Type
	Declared bool   // the mapping states the type; else the workspace's or the column's is taken
	From     string // columns or constant, for display
}

// Attributes lists the mapped attributes in mapping order.
func (p *Plan) Attributes() []Attribute { panic("") }

// SetType gives an undeclared custom attribute the workspace's own type.
func (p *Plan) SetType(attribute string, t client.Type) { panic("") }

// Observe looks at a row for the types of attributes that have none yet; to
// be called for each row of the first pass, from one goroutine.
func (p *Plan) Observe(cells []string) { panic("") }

// Settle ends the observation: an attribute without a type gets the one that
// every value of its column has (true/false, integers without leading zeros,
// numbers, ISO dates), else text.
func (p *Plan) Settle() { panic("") }

// Lead converts one row. With problems the lead is not to be sent. Key is the
// row's identity with its kind, as the results file shows it:
// "id:5811…", "user_id:…", "email:joe@example.com" (trimmed, e-mail
// case-folded), "row:<digest of all mapped values>" when the key's parts are
// all blank.
func (p *Plan) Lead(cells []string) (lead client.Lead, key Key, problems []Problem) { panic("") }

// Key is a row's identity.
type Key string

// Problem is a cell that cannot become what the mapping says.
type Problem struct {
	Column    string // of the file; several joined by " + "
	Attribute string
	Value     string // as it stands in the file, cut
	Code      string // snake_case
	Message   string // what would be right
}
