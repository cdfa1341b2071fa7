package mapping

import (
	"strings"
)

// said is what a row says of an attribute.
type said struct {
	text  string    // "": nothing
	blank []Problem // remarks on words that were read as blank
	odd   []Problem // remarks on what is sent
}

// says is what the row says of b: its cells decoded, by the mapping's values,
// and "" where they say nothing.
func (b *bound) says(cells []string) (s said) {
	if len(b.columns) == 1 {
		s.text = b.decoded(cell(cells, b.columns[0]))
	} else {
		s = b.joined(cells)
	}
	to, listed := b.meaning(s.text)
	if listed {
		s.text, s.odd = to, nil
	} else if b.differsByCase(s.text) {
		s.odd = append(s.odd, b.remark(trim(s.text), otherCase))
	} else if len(b.columns) == 1 {
		if word, why := b.nothing(s.text); why != nil {
			return said{blank: []Problem{b.remark(word, why)}}
		}
	}
	switch {
	case isBlank(s.text):
		s.text = ""
	case b.filled != "" && !listed:
		s.text, s.odd = b.filled, nil
	}
	return s
}

// text is what says reads, without its remarks.
func (b *bound) text(cells []string) string { return b.says(cells).text }

// joined are the parts of b, trimmed, without those that say nothing. What there
// is to say of a part names its own column.
func (b *bound) joined(cells []string) (s said) {
	var joined strings.Builder
	for n, i := range b.columns {
		part := trim(b.decoded(cell(cells, i)))
		if part == "" {
			continue
		}
		if word, why := b.nothing(part); why != nil {
			s.blank = append(s.blank, b.remarkOn(n, word, why))
			continue
		}
		if b.conv.form == asText && !b.conv.isPhone {
			if why := little(part); why != nil {
				s.odd = append(s.odd, b.remarkOn(n, part, why))
			}
		}
		if joined.Len() > 0 {
			joined.WriteString(b.spec.join)
		}
		joined.WriteString(part)
	}
	s.text = joined.String()
	return s
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

// cell is blank where a row is too short. Every cell that means something comes
// by here.
func cell(cells []string, i int) string {
	if i < len(cells) {
		return unforced(cells[i])
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
	if b.values != nil {
		text = trim(text)
		if to, ok := b.values[text]; ok {
			return to, true
		}
		if to, ok := b.folded[foldWord(text)]; ok {
			return to, true
		}
	}
	return "", false
}

// differsByCase reports whether the mapping's values have a text in several
// spellings, which mean different things, and this is another one.
func (b *bound) differsByCase(text string) bool {
	return len(b.clash) > 0 && b.clash[foldWord(text)]
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
	b.clash = twice
}

var (
	noIdentity = &fault{CodeNoIdentity, "says nothing, so it identifies nobody: read as blank"}
	blankWord  = &fault{CodeBlankWord, "says nothing: read as blank"}
	zeroID     = &fault{CodeSaysNothing, "programs write zeros where they have no id: taken as one"}
	decimalID  = &fault{"decimal_id", "a program has written a whole number as a decimal one: taken as it stands"}
	otherCase  = &fault{"values_case", "the mapping's values have it in capitals and in small letters, which mean different things, and in none as it stands here: taken as it stands"}
	zeroDate   = &fault{CodeBlankWord, "a date of zeros says nothing: read as blank"}
)

// nothing tells that s says nothing and why, as a remark; nil: it says
// something.
func (b *bound) nothing(s string) (word string, remark *fault) {
	word = trim(s)
	switch {
	case b.identifies && (saysNothing(word) || !isASCII(word) && saysNothing(identity(word))):
		return word, noIdentity
	case b.blank != nil && b.blank.has(word):
		return word, blankWord
	case b.conv.form == asDate && isZeroDate(word):
		return word, zeroDate
	}
	return "", nil
}
