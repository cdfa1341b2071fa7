package mapping

import (
	"slices"

	"leadimport/client"
)

// Row is what a plan makes of the cells of a row.
type Row struct {
	Lead client.Lead
	// Key is the row's identity with its kind, as the results file shows it:
	// "id:5811…", "user_id:…", "email:joe@example.com", "row:<digest of all
	// mapped values>" when NoKey. The parts of a key of several are joined by
	// commas, in the order of the mapping, blank ones too; a comma within one is
	// written "\,".
	Key   Key
	NoKey bool // no part of the key says anything: nothing identifies the row
	// Problems are why the row is invalid; its lead is not to be sent.
	Problems []Problem
	// Omitted are values that the lead lacks because they are invalid and
	// on_invalid says omit.
	Omitted []Problem
	// Remarks are values that are sent and look wrong, or that were mended, or
	// read as blank. Their codes are below.
	Remarks []Problem
}

// Codes of remarks. Problems have others.
const (
	// CodeBlankWord is a word that blank_words reads as blank, or a zero date.
	CodeBlankWord = "blank_word"
	// CodeNoIdentity is a word that says nothing where an identity is wanted.
	CodeNoIdentity = "no_identity"
	// CodeOmitted is a value that the lead lacks because it is invalid.
	CodeOmitted = "value_omitted"
	// CodeSaysNothing is a word that is sent and may say nothing.
	CodeSaysNothing = "says_nothing"
)

// LetIn names the attributes, in the order of Problems and each once, whose
// on_invalid: omit would let an invalid row in; nil when other attributes are
// invalid as well, or when nothing would be left of the row.
func (r *Row) LetIn() []string {
	var names []string
	for _, p := range r.Problems {
		if !p.CanOmit {
			return nil
		}
		names = append(names, p.Attribute)
	}
	return names
}

// Convert makes a lead of the cells of a row. It may be called from several
// goroutines.
func (p *Plan) Convert(cells []string) Row {
	var r Row
	r.Lead.Fields = make([]client.Field, 0, p.fields)
	// A row says something when one of its cells does; left says that something
	// of it is left to be sent.
	blank, left := true, false
	for i := range p.bound {
		b := &p.bound[i]
		v, said, ok := r.take(b, cells)
		blank = blank && said == ""
		if !ok {
			continue
		}
		left = left || said != ""
		switch b.to {
		case toID:
			r.Lead.ID = v.Text()
		case toUserID:
			r.Lead.UserID = v.Text()
		default:
			r.Lead.Fields = append(r.Lead.Fields, client.Field{Name: b.name, Value: v})
		}
	}
	if p.parts != nil {
		p.addCompanies(&r, cells)
	}
	if p.tags != nil {
		p.addTags(&r, cells)
	}
	if r.Lead.ID != "" {
		r.Lead.UserID = "" // 1.x looks at id first; one identifier is enough
	}
	switch {
	case blank:
		r.Problems = []Problem{{Code: "blank_row", Message: "every mapped column of the row is blank: it would make a lead that nobody can tell from another"}}
	case !left && len(r.Problems) == 0:
		// What was left out was all that the row says.
		r.Problems, r.Omitted = r.Omitted, nil
	case !left:
		for i := range r.Problems {
			r.Problems[i].CanOmit = false
		}
	}
	r.Remarks = append(r.Remarks, p.forced(cells)...)
	p.setKey(&r, cells)
	r.Key = Key(unmarkKey(string(r.Key)))
	if len(r.Problems) == 0 {
		r.Remarks = append(r.Remarks, p.notOptions(cells)...)
	}
	return r
}

// take is the value that the row gives b, and what the row's cells say of it. ok
// is false when there is none: why is among the row's problems, or what it omits,
// unless the cells say nothing.
func (r *Row) take(b *bound, cells []string) (v client.Value, said string, ok bool) {
	var f, remark *fault
	var odd []Problem
	if b.constant != nil {
		v, f = b.constant.value, b.constant.fault
	} else {
		s := b.says(cells)
		said, odd = s.text, s.odd
		r.Remarks = append(r.Remarks, s.blank...)
		if said == "" {
			switch {
			case b.fallback != nil:
				v, f = b.fallback.value, b.fallback.fault
			case b.spec.required:
				f = &fault{"required_blank", "blank, and the mapping requires it"}
			case !b.spec.clear:
				return v, said, false
			}
		} else if v, remark, f = b.conv.convert(said); b.identifies && isShortened(said) {
			f = shortened
		} else if b.identifies && f == nil && isUnfilled(said) {
			f = unfilledID
		} else if b.identifies && f == nil && isMarked(said) && b.conv.form != asEmail && b.conv.form != asPhone {
			f = marked
		}
	}
	if b.name == client.EmailVerified && f == nil && !r.hasEmail() {
		if said == "" {
			return v, said, false // what the mapping says of every address
		}
		if r.refuses("email") {
			return v, said, false // that is told already
		}
		f = faultf("no_email", "it is about an e-mail address, and the row has none")
	}
	if f != nil {
		r.fail(b, b.problem(cells, f))
		return v, said, false
	}
	r.Remarks = append(r.Remarks, odd...)
	if remark != nil && !slices.ContainsFunc(odd, func(p Problem) bool { return p.Code == remark.code }) {
		r.Remarks = append(r.Remarks, b.problem(cells, remark))
	}
	return v, said, true
}

// fail notes what is wrong with a value of b: the row is invalid, or goes in
// without it.
func (r *Row) fail(b *bound, problem Problem) {
	if b.omit && problem.Code != codeRequired {
		r.Omitted = append(r.Omitted, problem)
		return
	}
	problem.CanOmit = b.mayOmit && problem.Code != codeRequired
	r.Problems = append(r.Problems, problem)
}

// hasEmail reports whether the lead has an e-mail address.
func (r *Row) hasEmail() bool {
	v, _ := r.Lead.Value("email")
	return v.Text() != ""
}

// refuses reports whether a value of an attribute is why the row is invalid.
func (r *Row) refuses(attribute string) bool {
	return slices.ContainsFunc(r.Problems, func(p Problem) bool { return p.Attribute == attribute })
}

// Lead is Convert for those who need no remarks.
func (p *Plan) Lead(cells []string) (lead client.Lead, key Key, problems []Problem) {
	r := p.Convert(cells)
	return r.Lead, r.Key, r.Problems
}

// Remarks are those of Convert and the values that it omits, for those who tell
// of both in one place.
func (p *Plan) Remarks(cells []string) []Problem {
	r := p.Convert(cells)
	for _, o := range r.Omitted {
		o.Code, o.Message = CodeOmitted, "left out: "+o.Message
		r.Remarks = append(r.Remarks, o)
	}
	return r.Remarks
}
