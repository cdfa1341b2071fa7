package mapping

import (
	"errors"
	"strings"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
	"github.com/goccy/go-yaml/token"
)

// nodeKind is what a value of the mapping file is.
type nodeKind uint8

const (
	nullNode nodeKind = iota
	textNode
	numberNode
	boolNode
	listNode
	mapNode
)

func (k nodeKind) String() string {
	return [...]string{"nothing", "text", "a number", "true or false", "a list", "a map"}[k]
}

// node is a value of the mapping file, reduced to what the format uses. Text
// is kept as it was written, so that 2.10 stays 2.10.
type node struct {
	kind  nodeKind
	at    place
	text  string // of a scalar
	null  string // of what is written and is nothing, such as NULL
	list  []node
	pairs []pair
}

type pair struct{ key, value node }

const (
	maxFile  = 256 << 10 // bytes; a mapping of 1,000 columns has 100 KiB
	maxDepth = 8         // the format itself needs 5
)

// parseYAML reads data as one YAML document. Anchors, aliases and tags are
// refused: they have no use here, and what they expand to has no place of its
// own for an error to name.
func parseYAML(f file, data []byte) (node, error) {
	start := place{1, 1}
	switch {
	case len(data) > maxFile:
		return node{}, f.errorf(start, "is this the CSV file?", "a mapping file has at most 256 KiB")
	case !utf8.Valid(data):
		return node{}, f.errorf(badText(data), "save it as UTF-8", "the mapping file is not UTF-8 text")
	}
	data = []byte(strings.TrimPrefix(string(data), "\ufeff"))
	if at, deep := tooDeep(data); deep {
		return node{}, f.errorf(at, "", "brackets or dashes are nested too deeply")
	}
	doc, err := parser.ParseBytes(data, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		return node{}, syntaxError(f, data, err)
	}
	var body ast.Node
	for _, d := range doc.Docs {
		if d.Body == nil {
			continue
		}
		if body != nil {
			return node{}, f.errorf(placeOf(d.Body), "", "a mapping file is one YAML document, this begins a second one")
		}
		body = d.Body
	}
	if body == nil {
		return node{}, f.errorf(start, "", "the mapping file is empty")
	}
	return f.node(body, 0)
}

// badText is the place of the first byte that is no UTF-8.
func badText(data []byte) place {
	at := place{1, 1}
	for len(data) > 0 {
		r, n := utf8.DecodeRune(data)
		switch {
		case r == utf8.RuneError && n == 1:
			return at
		case r == '\n':
			at = place{at.line + 1, 1}
		default:
			at.column++
		}
		data = data[n:]
	}
	return at
}

// tooDeep finds brackets, or dashes at the start of a line, that are nested
// deeper than the format can be: the YAML parser recurses, and takes time that
// grows with the square of the depth.
func tooDeep(data []byte) (place, bool) {
	at, depth, dashes := place{1, 1}, 0, 0
	for _, c := range string(data) {
		switch c {
		case '\n':
			at, dashes = place{at.line + 1, 0}, 0
		case '[', '{':
			depth++
		case ']', '}':
			depth = max(0, depth-1)
		case '-', '?':
			if dashes == (at.column-1)/2 {
				dashes++
			}
		}
		if depth > 100 || dashes > 20 && dashes == (at.column+1)/2 {
			return at, true
		}
		at.column++
	}
	return place{}, false
}

func syntaxError(f file, data []byte, err error) *Error {
	var syntax yaml.Error
	if !errors.As(err, &syntax) {
		return f.errorf(place{1, 1}, "", "not YAML: %s", oneLine(err.Error()))
	}
	at := place{1, 1}
	if t := syntax.GetToken(); t != nil && t.Position != nil {
		at = place{t.Position.Line, t.Position.Column}
	}
	if line, ok := lineOf(data, at.line); ok && strings.Contains(line[:len(line)-len(strings.TrimLeft(line, " \t"))], "\t") {
		return f.errorf(place{at.line, 1}, "indent with blanks", "not YAML: a tab in the indentation")
	}
	return f.errorf(at, "", "not YAML: %s", oneLine(syntax.GetMessage()))
}

func lineOf(data []byte, n int) (string, bool) {
	for line := range strings.Lines(string(data)) {
		if n--; n == 0 {
			return line, true
		}
	}
	return "", false
}

func oneLine(s string) string { return strings.Join(strings.Fields(s), " ") }

func placeOf(n ast.Node) place {
	// A block map begins at its first key, not at the colon behind it.
	switch n := n.(type) {
	case *ast.MappingNode:
		if !n.IsFlowStyle && len(n.Values) > 0 {
			return placeOf(n.Values[0].Key)
		}
	case *ast.MappingValueNode:
		return placeOf(n.Key)
	}
	if t := n.GetToken(); t != nil && t.Position != nil {
		return place{t.Position.Line, t.Position.Column}
	}
	return place{1, 1}
}

func (f file) node(n ast.Node, depth int) (node, error) {
	out := node{at: placeOf(n)}
	if depth > maxDepth {
		return out, f.errorf(out.at, "", "nested too deeply")
	}
	switch n := n.(type) {
	case *ast.NullNode:
		if t := n.GetToken(); t.Type != token.ImplicitNullType {
			out.null = t.Value
		}
		return out, nil
	case *ast.StringNode:
		out.kind, out.text = textNode, n.Value
	case *ast.LiteralNode:
		out.kind, out.text = textNode, n.Value.Value
	case *ast.InfinityNode, *ast.NanNode:
		out.kind, out.text = textNode, n.GetToken().Value
	case *ast.IntegerNode, *ast.FloatNode:
		out.kind, out.text = numberNode, n.GetToken().Value
	case *ast.BoolNode:
		out.kind, out.text = boolNode, strings.ToLower(n.GetToken().Value)
	case *ast.SequenceNode:
		out.kind = listNode
		for _, v := range n.Values {
			item, err := f.node(v, depth+1)
			if err != nil {
				return out, err
			}
			out.list = append(out.list, item)
		}
	case *ast.MappingNode:
		out.kind = mapNode
		for _, v := range n.Values {
			p, err := f.pair(v, depth)
			if err != nil {
				return out, err
			}
			out.pairs = append(out.pairs, p)
		}
	case *ast.MappingValueNode:
		p, err := f.pair(n, depth)
		if err != nil {
			return out, err
		}
		out.kind, out.pairs = mapNode, []pair{p}
	default:
		return out, f.errorf(out.at, "write the value out", "anchors, aliases and tags are not used in a mapping")
	}
	return out, nil
}

func (f file) pair(n *ast.MappingValueNode, depth int) (pair, error) {
	var p pair
	var err error
	switch n.Key.(type) {
	case *ast.MappingKeyNode, *ast.MergeKeyNode:
		return p, f.errorf(placeOf(n.Key), "write key: value", "%q keys are not used in a mapping", n.Key.GetToken().Value)
	}
	if p.key, err = f.node(n.Key, depth+1); err != nil {
		return p, err
	}
	if p.key.kind == nullNode { // ~ or null as the text of a cell
		p.key.kind, p.key.text = textNode, n.Key.GetToken().Value
	}
	p.value, err = f.node(n.Value, depth+1)
	if n.Value.GetToken().Type == token.ImplicitNullType {
		p.value.at = p.key.at // what is not there has no place of its own
	}
	return p, err
}
