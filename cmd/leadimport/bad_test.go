package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"
)

// bad is a command that cannot succeed, and what its one line must say.
//
// The mark « in a file stands before the fault and is taken out; {L} and {C}
// in say are then its line and its column in characters, both from 1, counted
// here and not by the program.
type bad struct {
	do    string            // the command line, split at blanks
	args  []string          // instead of do, word by word
	m     string            // m.yaml; do gets --mapping m.yaml, and say begins with its place when there is a «
	csv   string            // leads.csv; default: goodList
	files map[string]string // further files
	links map[string]string // symbolic links, by what they point to
	env   []string
	stdin string
	code  int    // default: 2
	say   string // parts of the line, in their order, with … between them
	out   bool   // the parts are looked for in standard output, and the rows are refused (exit 3)
	left  []string
}

const goodList = "Email,Name,Plan\njoe@example.com,Joe,pro\nann@example.com,Ann,free\n"

// canaryToken is the access token; it must be in no line, nor must anybody.
const canaryToken = "tok-c4n4ry-5ecret"

// nobody names an address at which no API is.
const nobody = "http://127.0.0.1:1"

func (b bad) words() []string {
	words := b.args
	if words == nil {
		words = strings.Fields(b.do)
	}
	if b.m != "" {
		words = append(slices.Clone(words), "--mapping", "m.yaml")
	}
	return words
}

func (b bad) String() string { return strings.Join(b.words(), " ") + " " + b.say }

// lay writes the files of b into the current folder, and returns what the
// places in say are.
func (b bad) lay(t *testing.T) (say []string) {
	t.Helper()
	files := map[string]string{"leads.csv": goodList, "token": canaryToken + "\n"}
	for name, text := range b.files {
		files[name] = text
	}
	if b.csv != "" {
		files["leads.csv"] = b.csv
	}
	text := b.say
	if b.m != "" {
		if files["m.yaml"] = b.m; strings.Contains(b.m, "«") {
			text = "leadimport: m.yaml:{L}:{C}: …" + text
		}
	}
	for name, content := range files {
		if before, after, marked := strings.Cut(content, "«"); marked {
			line := before[strings.LastIndex(before, "\n")+1:]
			text = strings.NewReplacer(
				"{L}", fmt.Sprint(1+strings.Count(before, "\n")),
				"{C}", fmt.Sprint(1+utf8.RuneCountInString(strings.TrimPrefix(line, "\ufeff"))),
			).Replace(text)
			content = before + after
		}
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for name, target := range b.links {
		if err := os.Symlink(target, name); err != nil {
			t.Fatal(err)
		}
	}
	return strings.Split(text, "…")
}

// listing is every file below the current folder, with its size.
func listing(t *testing.T) (names []string) {
	t.Helper()
	err := filepath.WalkDir(".", func(path string, d os.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if info, err := d.Info(); err == nil && !d.IsDir() {
			path = fmt.Sprintf("%s (%d bytes)", path, info.Size())
		}
		names = append(names, path)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// swapped gives *stream a file for the time of a test, and returns its name.
func swapped(t *testing.T, stream **os.File, dir, text string) string {
	t.Helper()
	f, err := os.CreateTemp(dir, "")
	if err == nil {
		_, err = f.WriteString(text)
	}
	if err == nil {
		_, err = f.Seek(0, io.SeekStart)
	}
	if err != nil {
		t.Fatal(err)
	}
	before := *stream
	*stream = f
	t.Cleanup(func() {
		*stream = before
		f.Close()
	})
	return f.Name()
}

// try runs b in this process, in a folder of its own.
func (b bad) try(t *testing.T) {
	t.Helper()
	dir, streams := t.TempDir(), t.TempDir()
	t.Chdir(dir)
	t.Setenv("TMPDIR", filepath.Join(dir, "tmp"))
	t.Setenv("INTERCOM_ACCESS_TOKEN", canaryToken)
	t.Setenv("LEADIMPORT_API_URL", nobody) // unless b says another
	t.Setenv("LEADIMPORT_RETRY_FOR", "100ms")
	if b.out {
		t.Setenv("INTERCOM_ACCESS_TOKEN", "")
	}
	if err := os.Mkdir("tmp", 0o755); err != nil {
		t.Fatal(err)
	}
	for _, pair := range b.env {
		name, value, _ := strings.Cut(pair, "=")
		t.Setenv(name, value)
	}
	say := b.lay(t)
	before := listing(t)
	swapped(t, &os.Stdin, streams, b.stdin)
	stdout := swapped(t, &os.Stdout, streams, "")
	stderr := swapped(t, &os.Stderr, streams, "")
	begun := time.Now()
	late := time.AfterFunc(20*time.Second, func() { panic(fmt.Sprintf("%q hangs", b.words())) })
	code := execute(b.words())
	late.Stop()
	took := time.Since(begun)
	b.judge(t, code, slurp(t, stdout), slurp(t, stderr), say)
	if took > 10*time.Second {
		t.Errorf("took %v", took)
	}
	if b.out {
		return
	}
	before = append(before, b.left...)
	for _, name := range listing(t) {
		if !slices.Contains(before, name) {
			t.Errorf("left behind: %s", name)
		}
	}
}

func slurp(t *testing.T, name string) string {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

var (
	// logLine is one of the lines that a run that went on may have said before.
	logLine = regexp.MustCompile(`^(\d\d:\d\d:\d\d (DBG|INF|WRN|ERR) |\{"level":)`)
	// goWords are those of Go and of libraries, not of a program for people.
	goWords = regexp.MustCompile(`goroutine |panic|runtime error|strconv\.|invalid syntax|%!|<nil>|unmarshal| (yaml|json): |dial tcp|lookup .*: no such host|0x[0-9a-f]{6}|\bEOF\b|\bopen [^ ]+: |\bstat [^ ]+: `)
	// people are those of the lists.
	people = regexp.MustCompile(`joe@example|ann@example`)
)

// judge holds what a command did against what it must do.
func (b bad) judge(t *testing.T, code int, stdout, stderr string, say []string) {
	t.Helper()
	want := b.code
	if b.out {
		want = exitNotImported
	} else if want == 0 {
		want = exitUsage
	}
	if code != want {
		t.Errorf("exit code %d, want %d", code, want)
	}
	text := stdout
	if !b.out {
		lines := strings.Split(strings.TrimSuffix(stderr, "\n"), "\n")
		text = lines[len(lines)-1]
		if !strings.HasPrefix(text, "leadimport: ") || !strings.HasSuffix(stderr, "\n") {
			t.Errorf("the last line is %q", text)
		}
		for _, line := range lines[:len(lines)-1] {
			if b.words()[0] != "cat" && !logLine.MatchString(line) { // the findings of cat are no error
				t.Errorf("beside the line of the error there is %q", line)
			}
		}
		if len(text) > 1100 {
			t.Errorf("the line has %d bytes", len(text))
		}
		if word := goWords.FindString(text); word != "" {
			t.Errorf("%q is a word of Go", word)
		}
		if who := people.FindString(stderr); who != "" {
			t.Errorf("it names %q", who)
		}
	}
	rest := text
	for _, part := range say {
		_, after, found := strings.Cut(rest, part)
		if !found {
			t.Errorf("it does not say %q", part)
		}
		rest = after
	}
	all := stdout + stderr
	if strings.Contains(all, canaryToken) {
		t.Error("it tells the token")
	}
	if !utf8.ValidString(all) {
		t.Error("it is not UTF-8")
	}
	if i := strings.IndexFunc(all, func(r rune) bool {
		return r != '\n' && r != '\t' && unicode.IsControl(r) || commands(r) && r != '\n'
	}); i >= 0 {
		t.Errorf("%q holds a control character", all[i:min(len(all), i+20)])
	}
	if os.Getenv("SHOW_BAD") != "" {
		t.Logf("%d %s", code, text)
	} else if t.Failed() {
		t.Logf("exit code %d\nstandard error: %s\nstandard output: %s", code, stderr, stdout)
	}
}

// tryAll is every one of a table.
func tryAll(t *testing.T, table []bad) {
	t.Helper()
	for _, b := range table {
		t.Run(fmt.Sprintf("%.70s", b), b.try)
	}
}
