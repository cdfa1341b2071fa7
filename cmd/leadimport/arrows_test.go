package main_test

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"slices"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
)

const module = "leadimport"

// rooms are the packages of the program and which of its own packages each may
// import. Nothing points up, and the sandbox imports nothing of ours: a
// mistake that both sides share would be invisible.
var rooms = map[string][]string{
	"cmd/leadimport":         {"importer", "importer/history", "importer/restore", "importer/source", "importer/results", "importer/report", "importer/outcome", "importer/plan", "mapping", "client", "client/sandbox"},
	"importer":               {"importer/fate", "importer/history", "importer/restore", "importer/source", "importer/results", "importer/report", "importer/outcome", "importer/plan", "mapping", "client", "client/email"},
	"importer/fate":          {"importer/outcome", "mapping", "client"},
	"importer/history":       {"importer/results", "importer/outcome", "mapping", "client"},
	"importer/outcome":       nil,
	"importer/source":        {"importer/source/detect", "mapping/cell"},
	"importer/source/detect": nil,
	"importer/results":       {"importer/outcome", "client"},
	"importer/plan":          {"importer/outcome"},
	"importer/report":        {"importer/results", "importer/outcome", "importer/plan"},
	"importer/restore":       {"importer/fate", "importer/results", "importer/outcome", "client"},
	"importer/invariants":    nil, // judges runs in tests, by the files and the API's state alone
	"mapping":                {"client", "client/email", "mapping/cell"},
	"mapping/cell":           nil,
	"mapping/schematest":     nil, // judges mapping files in tests, as an editor does
	"client":                 {"client/email", "client/pace"},
	"client/pace":            nil,
	"client/email":           nil,
	"client/sandbox":         nil,
	"samples":                nil,
	"samples/generate":       nil,
}

// keepers are packages that only some rooms know. A path stands for the
// packages below it too.
var keepers = map[string][]string{
	"golang.org/x/time/rate":              {"client/pace"},
	"github.com/cenkalti/backoff":         {"client", "client/pace", "importer"},
	"github.com/rs/zerolog":               {"client", "cmd/leadimport"},
	"github.com/spf13/cobra":              {"cmd/leadimport"},
	"github.com/spf13/pflag":              {"cmd/leadimport"},
	"github.com/schollz/progressbar":      {"cmd/leadimport"},
	"golang.org/x/term":                   {"cmd/leadimport"},
	"flag":                                {"cmd/leadimport", "samples/generate"},
	"os/signal":                           {"cmd/leadimport"},
	"github.com/rogpeppe/go-internal":     {}, // tests alone
	"github.com/gofrs/flock":              {"importer/results"},
	"github.com/nyaruka/phonenumbers":     {"mapping"},
	"github.com/goccy/go-yaml":            {"mapping", "mapping/schematest"},
	"github.com/santhosh-tekuri":          {"mapping/schematest"},
	"github.com/klauspost/compress":       {"importer/source"},
	"github.com/prometheus/client_golang": {"cmd/leadimport", "importer/report"},
	"github.com/prometheus/common":        {"cmd/leadimport"},
}

// impure are what mapping must not touch, so that the same cells always make
// the same lead: files, network, logs.
var impure = []string{"os", "net/http", "log", "io/ioutil", "syscall", "crypto/rand", "math/rand"}

func TestArrows(t *testing.T) {
	broken, err := arrows(os.DirFS("../.."))
	if err != nil {
		t.Fatal(err)
	}
	for _, b := range broken {
		t.Error(b)
	}
}

// The check has to find what it is there for.
func TestArrowsFindsEachMistake(t *testing.T) {
	tests := []struct{ name, file, source, want string }{
		{"up", "client/a.go", `import "leadimport/mapping"`, "client imports leadimport/mapping"},
		{"sandbox from client", "client/sandbox/a.go", `import "leadimport/client"`, "client/sandbox imports leadimport/client"},
		{"sandbox in importer", "importer/a.go", `import "leadimport/client/sandbox"`, "importer imports leadimport/client/sandbox"},
		{"cobra in importer", "importer/a.go", `import "github.com/spf13/cobra"`, "importer imports github.com/spf13/cobra"},
		{"logs in importer", "importer/results/a.go", `import "github.com/rs/zerolog"`, "importer/results imports github.com/rs/zerolog"},
		{"major version", "importer/results/a.go", `import "github.com/cenkalti/backoff/v4"`, "importer/results imports github.com/cenkalti/backoff/v4"},
		{"files in mapping", "mapping/a.go", `import "os"`, "mapping imports os"},
		{"packages below", "mapping/a.go", `import "log/slog"`, "mapping imports log/slog"},
		{"network in mapping", "mapping/a.go", `import "net"`, "mapping imports net"},
		{"clock in mapping", "mapping/a.go", "import \"time\"\nvar now = time.Now()", "mapping/a.go uses time.Now"},
		{"goroutine in mapping", "mapping/a.go", "func f() { go f() }", "mapping/a.go starts a goroutine"},
		{"another platform", "mapping/a_windows.go", `import "os"`, "mapping imports os"},
		{"another room", "utils/a.go", `import "fmt"`, "utils has no place in the picture"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			tree := fstest.MapFS{test.file: {Data: []byte("package p\n" + test.source + "\n")}}
			broken, err := arrows(tree)
			if err != nil {
				t.Fatal(err)
			}
			if len(broken) != 1 || !strings.Contains(broken[0], test.want) {
				t.Errorf("found %q, want one with %q", broken, test.want)
			}
		})
	}
	innocent := fstest.MapFS{
		"importer/a_test.go":       {Data: []byte("package importer_test\nimport \"leadimport/client/sandbox\"\n")},
		"mapping/a.go":             {Data: []byte("package mapping\nimport (\"time\"; \"leadimport/client\")\nvar t = time.Unix(0, 0)\n")},
		"importer/testdata/bad.go": {Data: []byte("package bad\nimport \"os\"\n")},
		".ci/tool/main.go":         {Data: []byte("package main\nimport \"leadimport/mapping\"\n")},
	}
	if broken, err := arrows(innocent); err != nil || len(broken) != 0 {
		t.Errorf("found %q, %v in an innocent tree", broken, err)
	}
}

// arrows returns a line for each import that breaks the picture, whatever
// platform the file is for. Tests may import what they like.
func arrows(tree fs.FS) ([]string, error) {
	var broken []string
	err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() {
			base := d.Name()
			if name != "." && (strings.HasPrefix(base, ".") || strings.HasPrefix(base, "_") || base == "testdata") {
				return fs.SkipDir // as the go command does
			}
			return nil
		}
		if path.Ext(name) != ".go" || strings.HasSuffix(name, "_test.go") {
			return nil
		}
		source, err := fs.ReadFile(tree, name)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(token.NewFileSet(), name, source, parser.SkipObjectResolution)
		if err != nil {
			return err
		}
		broken = append(broken, mistakes(name, file)...)
		return nil
	})
	return broken, err
}

func mistakes(name string, file *ast.File) []string {
	room := path.Dir(name)
	allowed, known := rooms[room]
	if !known {
		return []string{fmt.Sprintf("%s: %s has no place in the picture: say in the table what it may import", name, room)}
	}
	var broken []string
	for _, spec := range file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return []string{fmt.Sprintf("%s: import %s: %v", name, spec.Path.Value, err)}
		}
		ours, isOurs := strings.CutPrefix(imported, module+"/")
		wrong := isOurs && !slices.Contains(allowed, ours)
		for kept, by := range keepers {
			wrong = wrong || within(imported, kept) && !slices.Contains(by, room)
		}
		for _, outside := range impure {
			wrong = wrong || room == "mapping" && within(imported, outside)
		}
		wrong = wrong || room == "mapping" && imported == "net" // net/netip and net/url are pure
		if wrong {
			broken = append(broken, fmt.Sprintf("%s: %s imports %s", name, room, imported))
		}
	}
	if room == "mapping" {
		broken = append(broken, impurities(name, file)...)
	}
	return broken
}

// impurities finds what no import shows: the clock, and goroutines.
func impurities(name string, file *ast.File) []string {
	var broken []string
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.GoStmt:
			broken = append(broken, fmt.Sprintf("%s starts a goroutine", name))
		case *ast.SelectorExpr:
			x, ok := n.X.(*ast.Ident)
			if ok && x.Name == "time" && slices.Contains([]string{"Now", "Since", "Until", "Local"}, n.Sel.Name) {
				broken = append(broken, fmt.Sprintf("%s uses time.%s", name, n.Sel.Name))
			}
		}
		return true
	})
	return broken
}

// within tells whether imported is the package at root or one below it.
func within(imported, root string) bool {
	return imported == root || strings.HasPrefix(imported, root+"/")
}
