package report

import (
	"go/ast"
	"go/parser"
	"go/token"
	"strconv"
	"testing"

	"leadimport/importer/results"
)

// Every code of a row has a title and says what to do.
func TestHints(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "../outcome/outcome.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	other := hintFor("nobody_knows_this", results.Failed)
	n := 0
	for _, d := range file.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.CONST {
			continue
		}
		for _, spec := range g.Specs {
			v := spec.(*ast.ValueSpec)
			if v.Type != nil || len(v.Values) != 1 {
				continue // a status
			}
			literal, ok := v.Values[0].(*ast.BasicLit)
			if !ok {
				continue
			}
			code, err := strconv.Unquote(literal.Value)
			if err != nil {
				t.Fatal(err)
			}
			n++
			if h := hintFor(code, results.Failed); h == other || h.title == "" || h.do == "" {
				t.Errorf("%s has no hint: %+v", code, h)
			}
		}
	}
	if n < 15 {
		t.Errorf("%d codes", n)
	}
}
