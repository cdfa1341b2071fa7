package importer

import (
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"os"
	"path"
	"path/filepath"
	"slices"
	"sort"
	"strings"
	"testing"
)

const maxFiles = 18

// TestFilesGoOneWay keeps the package readable from its first file to its
// last: there is an order of the files in which none uses a later one.
func TestFilesGoOneWay(t *testing.T) {
	sources := map[string]string{}
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		if !strings.HasSuffix(name, "_test.go") {
			data, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			sources[name] = string(data)
		}
	}
	if len(sources) > maxFiles {
		t.Errorf("there are %d files, and %d are as many as one can keep in mind", len(sources), maxFiles)
	}
	order, circle := orderFiles(t, sources)
	for _, c := range circle {
		t.Error(c)
	}
	t.Logf("from the bottom: %s", strings.Join(order, ", "))
}

// The check has to find what it is there for.
func TestFilesGoOneWayFindsACircle(t *testing.T) {
	a := "package importer\n\ntype low struct{ n int }\n\nfunc (l *low) up() int { return high() }\n"
	b := "package importer\n\nfunc high() int { l := low{}; return l.n }\n"
	if _, circle := orderFiles(t, map[string]string{"a.go": a, "b.go": b}); len(circle) == 0 {
		t.Error("two files that use each other pass")
	}
	if order, circle := orderFiles(t, map[string]string{"b.go": b, "a.go": "package importer\n\ntype low struct{ n int }\n"}); len(circle) > 0 || order[0] != "a.go" {
		t.Errorf("a good order is refused: %v, %v", order, circle)
	}
}

// orderFiles sorts files so that each uses only those before it. What is left
// in a circle comes back with what is used.
func orderFiles(t *testing.T, sources map[string]string) (order, circle []string) {
	t.Helper()
	fset := token.NewFileSet()
	var files []*ast.File
	for name, text := range sources {
		f, err := parser.ParseFile(fset, name, text, 0)
		if err != nil {
			t.Fatal(err)
		}
		files = append(files, f)
	}
	info := &types.Info{Uses: map[*ast.Ident]types.Object{}, Selections: map[*ast.SelectorExpr]*types.Selection{}}
	// What other packages declare does not matter: an empty stand-in will do,
	// and the errors that it causes are not ours.
	conf := types.Config{Importer: nothing{}, Error: func(error) {}}
	pkg, _ := conf.Check("importer", fset, files, info)
	uses := map[string]map[string]string{} // file, file that it uses, what
	for name := range sources {
		uses[name] = map[string]string{}
	}
	for id, object := range info.Uses {
		if object.Pkg() != pkg || !object.Pos().IsValid() {
			continue
		}
		from, to := fset.Position(id.Pos()).Filename, fset.Position(object.Pos()).Filename
		if from != to {
			uses[from][to] = object.Name()
		}
	}
	for len(order) < len(sources) {
		var free []string
		for name := range sources {
			ready := !slices.Contains(order, name)
			for other := range uses[name] {
				ready = ready && slices.Contains(order, other)
			}
			if ready {
				free = append(free, name)
			}
		}
		if len(free) == 0 {
			break
		}
		sort.Strings(free)
		order = append(order, free...)
	}
	for name := range sources {
		if slices.Contains(order, name) {
			continue
		}
		for other, what := range uses[name] {
			if !slices.Contains(order, other) {
				circle = append(circle, name+" uses "+what+" of "+other)
			}
		}
	}
	sort.Strings(circle)
	return order, circle
}

type nothing struct{}

func (nothing) Import(name string) (*types.Package, error) {
	pkg := types.NewPackage(name, strings.TrimSuffix(path.Base(name), "/v4"))
	pkg.MarkComplete()
	return pkg, nil
}
