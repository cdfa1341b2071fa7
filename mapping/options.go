package mapping

import (
	"fmt"
	"slices"
	"strings"
)

// notOptions are the values of a row that its lead will have and that the
// workspace does not list among an attribute's options. The API takes them
// all the same (its check was taken back, Intercom-OpenAPI PR 466), so they
// are no problems; what a CRM then shows is seldom what was meant.
func (p *Plan) notOptions(cells []string) []Problem {
	var list []Problem
	for _, b := range p.optional {
		text := b.text(cells)
		if b.constant != nil {
			text = b.constant.text
		}
		if isBlank(text) || slices.Contains(b.options, text) {
			continue
		}
		list = append(list, b.problem(cells, b.notAnOption(text)))
	}
	return list
}

func (b *bound) notAnOption(s string) *fault {
	plain := normal(s)
	for _, o := range b.options {
		if plain != "" && normal(o) == plain {
			return faultf("not_an_option", "the workspace knows %s: write that, or map it under values: {%s: %s}", quote(o), quote(cut(trim(s))), quote(o))
		}
	}
	if o, ok := nearest(s, b.options); ok {
		return faultf("not_an_option", "the workspace knows %s: is that meant?", quote(o))
	}
	list := b.options
	if len(list) > 10 {
		list = append(slices.Clone(list[:10]), fmt.Sprintf("and %d more", len(list)-10))
	}
	return faultf("not_an_option", "not in the workspace's list: %s", oneLine(strings.Join(list, ", ")))
}
