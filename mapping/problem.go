package mapping

// Problem is a cell that cannot become what the mapping says.
type Problem struct {
	Column    string // of the file; several joined by " + "; empty: the row, or a constant
	Attribute string
	Value     string // as it stands in the file, cut
	Code      string // snake_case
	Message   string // what would be right
	// CanOmit: with on_invalid: omit the attribute would be left out, and the
	// row would not be invalid for it. Keys, ids and the like have to say so by
	// name.
	CanOmit bool
}

// String is the problem in one line, such as
//
//	column "Trial end", value "soon": not a date: write 2026-11-21 …
func (p Problem) String() string {
	where := ""
	switch {
	case p.Column != "" && p.Value != "":
		where = "column " + quote(p.Column) + ", value " + quote(p.Value) + ": "
	case p.Column != "":
		where = "column " + quote(p.Column) + ": "
	case p.Attribute != "":
		where = p.Attribute + ", value " + quote(p.Value) + ": "
	}
	return where + p.Message
}

// codeRequired is the code of a blank cell that the mapping requires.
const codeRequired = "required_blank"

func (b *bound) remark(word string, f *fault) Problem {
	return Problem{Column: b.from, Attribute: b.name, Value: cut(word), Code: f.code, Message: f.message}
}

// remarkOn is a remark on one of several columns.
func (b *bound) remarkOn(n int, word string, f *fault) Problem {
	p := b.remark(word, f)
	p.Column = b.spec.columns[n].text
	return p
}

func (b *bound) problem(cells []string, f *fault) Problem {
	p := Problem{Column: b.from, Attribute: b.name, Code: f.code, Message: f.message}
	switch {
	case b.constant != nil:
		p.Value = cut(b.constant.text)
	default:
		p.Value = cut(b.raw(cells))
	}
	return p
}
