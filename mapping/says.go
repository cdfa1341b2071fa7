package mapping

import (
	"strings"
)

// says is what the row says of b: its cells decoded, by the mapping's values,
// and "" where they say nothing. A remark is on word, which was read as blank.
func (b *bound) says(cells []string) (text, word string, remark *fault) {
	if len(b.columns) == 1 {
		text = b.decoded(cell(cells, b.columns[0]))
		if to, ok := b.meaning(text); ok {
			text = to
		} else if word, remark = b.nothing(text); remark != nil {
			return "", word, remark
		}
	} else {
		text, word, remark = b.joined(cells)
		if to, ok := b.meaning(text); ok {
			text = to
		}
	}
	if isBlank(text) {
		return "", word, remark
	}
	return text, word, remark
}

// text is says without its remark.
func (b *bound) text(cells []string) string {
	text, _, _ := b.says(cells)
	return text
}

// joined are the parts of b, trimmed, without those that say nothing.
func (b *bound) joined(cells []string) (text, word string, remark *fault) {
	var joined strings.Builder
	for _, i := range b.columns {
		part := trim(b.decoded(cell(cells, i)))
		if part == "" {
			continue
		}
		if w, why := b.nothing(part); why != nil {
			word, remark = w, why
			continue
		}
		if joined.Len() > 0 {
			joined.WriteString(b.spec.join)
		}
		joined.WriteString(part)
	}
	return joined.String(), word, remark
}

// raw is the text of b's columns as it stands in the row, joined.
func (b *bound) raw(cells []string) string {
	if len(b.columns) == 1 {
		return cell(cells, b.columns[0])
	}
	var joined strings.Builder
	for _, i := range b.columns {
		part := trim(cell(cells, i))
		if part == "" {
			continue
		}
		if joined.Len() > 0 {
			joined.WriteString(b.spec.join)
		}
		joined.WriteString(part)
	}
	return joined.String()
}

// cell is blank where a row is too short.
func cell(cells []string, i int) string {
	if i < len(cells) {
		return cells[i]
	}
	return ""
}

func (b *bound) decoded(s string) string {
	for _, d := range b.conv.decode {
		s = d.run(s)
	}
	return s
}

// meaning is what the mapping's values make of a text; case is set aside where
// no two of them differ by it alone.
func (b *bound) meaning(text string) (string, bool) {
	if b.values == nil {
		return "", false
	}
	text = trim(text)
	to, ok := b.values[text]
	if !ok {
		to, ok = b.folded[foldWord(text)]
	}
	return to, ok
}

// meanings sets what the mapping's values say of texts.
func (b *bound) meanings(list []replacement) {
	if len(list) == 0 {
		return
	}
	b.values, b.folded = make(map[string]string, len(list)), make(map[string]string, len(list))
	twice := map[string]bool{}
	for _, r := range list {
		b.values[r.from] = r.to
		fold := foldWord(r.from)
		if other, ok := b.folded[fold]; ok && other != r.to {
			twice[fold] = true
		}
		b.folded[fold] = r.to
	}
	for fold := range twice {
		delete(b.folded, fold)
	}
}

var (
	noIdentity = &fault{CodeNoIdentity, "says nothing, so it identifies nobody: read as blank"}
	blankWord  = &fault{CodeBlankWord, "says nothing: read as blank"}
	zeroID     = &fault{CodeSaysNothing, "programs write zeros where they have no id: taken as one"}
	decimalID  = &fault{"decimal_id", "a program has written a whole number as a decimal one: taken as it stands"}
	zeroDate   = &fault{CodeBlankWord, "a date of zeros says nothing: read as blank"}
)

// nothing tells that s says nothing and why, as a remark; nil: it says
// something.
func (b *bound) nothing(s string) (word string, remark *fault) {
	word = trim(s)
	switch {
	case b.identifies && saysNothing(word):
		return word, noIdentity
	case b.blank != nil && b.blank.has(word):
		return word, blankWord
	case b.conv.form == asDate && isZeroDate(word):
		return word, zeroDate
	}
	return "", nil
}
