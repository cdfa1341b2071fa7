package source

import (
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/txtar"
)

var fill = flag.Bool("fill", false, "write what is missing in testdata/messy, to be looked at before it is committed")

// TestMessy reads the catalogue of messy files. Each archive in testdata/messy
// holds, for a file called NAME, what it contains (NAME.in, or NAME.quoted with
// one Go string without its quotes a line, joined without line ends), and what
// it must become: as cat shows it (NAME.cat) and, where the table differs from
// the file, its header and rows (NAME.rows; see show).
func TestMessy(t *testing.T) {
	paths, err := filepath.Glob("testdata/messy/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatal(err, paths)
	}
	total := 0
	for _, path := range paths {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		var out []txtar.File
		for i := 0; i < len(archive.Files); i++ {
			file := archive.Files[i]
			name, kind, _ := strings.Cut(file.Name, ".")
			in := string(file.Data)
			switch kind {
			case "in":
			case "quoted":
				in = unquote(t, file.Name, in)
			default:
				t.Fatalf("%s: %s follows no input", path, file.Name)
			}
			out = append(out, file)
			wants := map[string]string{}
			for ; i+1 < len(archive.Files); i++ {
				next := archive.Files[i+1]
				if next.Name != name+".cat" && next.Name != name+".rows" {
					break
				}
				wants[next.Name[len(name)+1:]] = string(next.Data)
			}
			total++
			t.Run(filepath.Base(path)+"/"+name, func(t *testing.T) {
				got, f := cat(t, in)
				if want, ok := wants["cat"]; !ok && *fill {
					wants["cat"] = got
				} else if !ok {
					t.Errorf("there is no %s.cat: what it must become is not said", name)
				} else if got != want && !(strings.TrimSuffix(got, "\n") == "" && want == "") {
					t.Errorf("%v, %s\n got\n%s\nwant\n%s", f.Dialect(), f.Encoding(), got, want)
				}
				if want, ok := wants["rows"]; ok {
					if got := rows(t, in); want == "" && *fill {
						wants["rows"] = got
					} else if want == "" {
						t.Errorf("%s.rows is empty: it says nothing", name)
					} else if got != want {
						t.Errorf("got rows\n%s\nwant\n%s", got, want)
					}
				}
			})
			for _, kind := range []string{"cat", "rows"} {
				if data, ok := wants[kind]; ok {
					out = append(out, txtar.File{Name: name + "." + kind, Data: []byte(data)})
				}
			}
		}
		if *fill {
			archive.Files = out
			if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	t.Logf("%d files", total)
}

// eachMessy calls do for each file of the catalogue.
func eachMessy(t *testing.T, do func(name, in string)) {
	paths, err := filepath.Glob("testdata/messy/*.txtar")
	if err != nil || len(paths) == 0 {
		t.Fatal(err, paths)
	}
	for _, path := range paths {
		archive, err := txtar.ParseFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range archive.Files {
			switch name, kind, _ := strings.Cut(file.Name, "."); kind {
			case "in":
				do(name, string(file.Data))
			case "quoted":
				do(name, unquote(t, file.Name, string(file.Data)))
			}
		}
	}
}

func unquote(t *testing.T, name, in string) string {
	var b strings.Builder
	for line := range strings.Lines(in) {
		s, err := strconv.Unquote(`"` + strings.ReplaceAll(strings.TrimSuffix(line, "\n"), `"`, `\x22`) + `"`)
		if err != nil {
			t.Fatalf("%s: %q: %v", name, line, err)
		}
		b.WriteString(s)
	}
	return b.String()
}

// rows is the table of a file: header, rows, and what is said of them and of
// what stands below them.
func rows(t *testing.T, in string) string {
	f, err := Open("-", strings.NewReader(in))
	if err != nil {
		return err.Error() + "\n"
	}
	defer f.Close()
	out := show([]Row{{At: At{Line: f.HeaderLine()}, Cells: f.Header()}})
	r, err := f.Rows()
	if err != nil {
		t.Fatal(err)
	}
	for {
		row, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			return out + err.Error() + "\n"
		}
		out += show([]Row{row})
	}
	for _, n := range r.Rest() {
		out += fmt.Sprintf("rest %s %d: %s\n", n.Code, n.Line, n.Message)
	}
	for _, n := range f.Findings() {
		out += n.Code + ": " + n.Message + "\n"
	}
	return out
}
