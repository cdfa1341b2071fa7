package mapping

import "strings"

// Shops and CRMs write ="00123" where a spreadsheet must not make a number of
// the text, and spreadsheets show '1001 for the same reason. Neither is part of
// what the cell says.

var (
	forcedText = &fault{"forced_text", "a formula that makes a spreadsheet take a cell for text: read as the text in it"}
	textMark   = &fault{"text_mark", "the apostrophe by which a spreadsheet marks text stands before the number: compared without it"}
)

// unforced is the text in ="…", in which quotes are doubled; other texts are
// what they are.
func unforced(s string) string {
	if s == "" || s[0] != '=' && isGraphASCII(s[0]) {
		return s
	}
	inner, begins := strings.CutPrefix(trim(s), `="`)
	inner, ends := strings.CutSuffix(inner, `"`)
	if !begins || !ends {
		return s
	}
	if strings.IndexByte(inner, '"') < 0 {
		return inner
	}
	if strings.Contains(strings.ReplaceAll(inner, `""`, ""), `"`) {
		return s // a longer formula
	}
	return strings.ReplaceAll(inner, `""`, `"`)
}

// readColumns are the columns that the plan reads, each once.
func (p *Plan) readColumns() (list []int) {
	seen := make([]bool, len(p.columns))
	add := func(columns ...int) {
		for _, i := range columns {
			if i >= 0 && !seen[i] {
				seen[i] = true
				list = append(list, i)
			}
		}
	}
	for _, b := range p.every {
		add(b.columns...)
		for _, i := range b.columns {
			p.phones[i] = p.phones[i] || b.conv.form == asPhone
		}
	}
	for _, c := range p.parts {
		add(c.id.columns...)
		if c.name != nil {
			add(c.name.columns...)
		}
		for _, a := range c.attributes {
			add(a.columns...)
		}
	}
	for _, t := range p.tags {
		add(t.columns...)
	}
	for _, k := range p.key {
		add(k.column)
	}
	return list
}

// forced are remarks on the cells of a row that unforced changes.
func (p *Plan) forced(cells []string) (list []Problem) {
	for _, i := range p.reads {
		if i < len(cells) && unforced(cells[i]) != cells[i] {
			list = append(list, Problem{Column: p.columns[i].Name, Value: cut(cells[i]), Code: forcedText.code, Message: forcedText.message})
		}
	}
	return list
}

// unmarkKey is a key whose parts have neither ="…" nor the text mark before a
// number: it compares with what earlier versions recorded with them. An id of
// the API is sent as it stands, so it is compared so.
func unmarkKey(key string) string {
	if strings.IndexByte(key, '\'') < 0 && strings.IndexByte(key, '"') < 0 || strings.HasPrefix(key, "id:") || strings.HasPrefix(key, "user_id:") {
		return key
	}
	parts := splitKey(key)
	for i, part := range parts {
		at := strings.LastIndexByte(part, ':') + 1
		if n := strings.Index(part, `:="`); n >= 0 {
			at = n + 1
		}
		text := unforced(part[at:])
		if at > 0 && isTextMarked(text) {
			text = text[1:]
		}
		parts[i] = part[:at] + text
	}
	return strings.Join(parts, ",")
}

// isTextMarked reports whether the text mark stands before a number.
func isTextMarked(s string) bool { return strings.HasPrefix(s, "'") && allDigits(s[1:]) }

var guardMark = &fault{"guard_mark", "begins with the apostrophe that --excel-safe puts before what a spreadsheet would run as a formula, and is sent with it: take it off, or give rejects their columns import_error_code and import_error back, and it is taken off"}

// GuardMarks are remarks on cells that begin as --excel-safe leaves them, and
// how many others begin with an apostrophe: that is for those to judge who see
// all rows. Phone numbers lose theirs anyway.
func (p *Plan) GuardMarks(cells []string) (marked []Problem, others int) {
	for _, i := range p.reads {
		text := cell(cells, i)
		switch {
		case !strings.HasPrefix(text, "'") || p.phones[i]:
		case len(text) > 1 && strings.IndexByte("=+-@", text[1]) >= 0:
			marked = append(marked, Problem{Column: p.columns[i].Name, Value: cut(text), Code: guardMark.code, Message: guardMark.message})
		default:
			others++
		}
	}
	return marked, others
}
