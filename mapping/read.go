package mapping

import (
	"cmp"
	"slices"
	"strings"
)

// scalar is a constant, a default or a meaning as the file states it.
type scalar struct {
	kind nodeKind // textNode, numberNode or boolNode
	text string
}

// each calls do for the pairs of a map, after it made sure that n is a map
// whose keys are each among known (any key, when there are none) and stand
// there once. The error is all that is wrong.
func (f file) each(n node, what string, known []string, do func(key, value node) error) error {
	return f.eachHinted(n, what, known, func(string) string { return "" }, do)
}

// eachHinted is each with hints of its own for unknown keys.
func (f file) eachHinted(n node, what string, known []string, hint func(key string) string, do func(key, value node) error) error {
	if n.kind != mapNode {
		return f.errorf(n.at, "", "%s must be a map, not %s", what, n.kind)
	}
	seen := make(map[string]place, len(n.pairs))
	var wrong mistakes
	for _, p := range n.pairs {
		key := p.key.text
		if p.key.kind == listNode || p.key.kind == mapNode {
			wrong.add(f.errorf(p.key.at, "", "a key of %s must be text, not %s", what, p.key.kind))
			continue
		}
		if first, ok := seen[key]; ok {
			wrong.add(f.errorf(p.key.at, "", "%q stands in %s twice, first in line %d", key, what, first.line))
			continue
		}
		seen[key] = p.key.at
		if len(known) > 0 && !slices.Contains(known, key) {
			wrong.add(f.errorf(p.key.at, cmp.Or(hint(key), oneOf(key, known)), "unknown key %q", key))
			continue
		}
		wrong.add(do(p.key, p.value))
	}
	return wrong.err()
}

// oneOf is a hint: the nearest of the known words, or all of them.
func oneOf(word string, known []string) string {
	if near, ok := nearest(word, known); ok {
		return `did you mean "` + near + `"?`
	}
	if len(known) == 0 {
		return ""
	}
	return "use one of " + strings.Join(known, ", ")
}

// underAttributes is a hint for an attribute that stands beside attributes.
func underAttributes(key string) string {
	if c, ok := claimOf(key); ok && c.part == "" {
		return "put it under attributes"
	}
	return ""
}

// text is a scalar as it was written, never blank.
func (f file) text(n node, what string) (option, error) {
	switch n.kind {
	case textNode, numberNode, boolNode:
		if strings.TrimSpace(n.text) != "" {
			return option{n.text, n.at}, nil
		}
		return option{}, f.errorf(n.at, "", "%s is blank", what)
	}
	return option{}, f.errorf(n.at, "", "%s must be text, not %s", what, n.kind)
}

// texts is a list of texts.
func (f file) texts(n node, what string) ([]option, error) {
	if n.kind != listNode {
		return nil, f.errorf(n.at, "write [A, B]", "%s must be a list, not %s", what, n.kind)
	}
	var list []option
	for _, item := range n.list {
		o, err := f.text(item, what+": an item")
		if err != nil {
			return nil, err
		}
		list = append(list, o)
	}
	return list, nil
}

// oneOrMore is a text, or a list of texts.
func (f file) oneOrMore(n node, what string) ([]option, error) {
	if n.kind != listNode {
		o, err := f.text(n, what)
		return []option{o}, err
	}
	list, err := f.texts(n, what)
	if err == nil && len(list) == 0 {
		err = f.errorf(n.at, "", "%s is an empty list", what)
	}
	return list, err
}

// word is a text that must be one of known.
func (f file) word(n node, what string, known ...string) (option, error) {
	o, err := f.text(n, what)
	if err == nil && !slices.Contains(known, o.text) {
		return o, f.errorf(n.at, oneOf(o.text, known), "%s %q is not known", what, o.text)
	}
	return o, err
}

func (f file) boolean(n node, what string) (bool, error) {
	if n.kind != boolNode {
		hint := ""
		if _, ok := truth(n.text); ok && n.kind == textNode {
			hint = "write true or false without quotes"
		}
		return false, f.errorf(n.at, hint, "%s must be true or false, not %s", what, n.kind)
	}
	return n.text == "true", nil
}

func (f file) scalar(n node, what string) (*scalar, error) {
	switch n.kind {
	case textNode, numberNode, boolNode:
		if strings.TrimSpace(n.text) != "" {
			return &scalar{n.kind, n.text}, nil
		}
		return nil, f.errorf(n.at, "leave it out", "%s is blank", what)
	}
	return nil, f.errorf(n.at, "", "%s must be text, a number, or true or false, not %s", what, n.kind)
}
