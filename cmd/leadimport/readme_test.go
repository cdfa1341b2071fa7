package main_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// The README and the topics must keep this format, so that what it shows can be run:
//
//   - A block fenced with ```console is run, block after block, in one folder
//     that holds a copy of samples/ and the binary, which is on PATH too.
//   - A line that begins with "$ " is a command, for sh; with a "\" at its end
//     it goes on in the next line. "$ export NAME=VALUE" lasts.
//   - The lines below it are all that it prints, both streams. A line of "..."
//     stands for any lines. Times, durations, rates, ids, ports and tokens may
//     differ (see changing), numbers of rows may not.
//   - A command that fails must be followed by "$ echo $?".
//   - A command that ends in " &" is left running until the end; what differs in
//     its first lines (a port, a token) is put into the commands after it.
//   - "go run ./cmd/leadimport" is run as "leadimport" and must stand in
//     .ci/run, like "go test ./...", which is not run here.
//   - Blocks of another kind (sh, for git, docker and kubectl) show no command
//     of leadimport's.
//
// go test ./cmd/leadimport -run README -update-readme writes what the commands
// print now where the README shows something else.
var updateReadme = flag.Bool("update-readme", false, "write what the commands print into README.md and the topics")

// shown is a command with the output that the README shows for it.
type shown struct {
	line       int // of the command, from 1
	text       string
	output     []string
	from, to   int // the output's place among the README's lines, from 0
	background bool
}

// documents are the README and the topics of the reference, whose commands are
// run behind each other.
func documents(t *testing.T) []string {
	topics, err := filepath.Glob("topics/*.md")
	if err != nil || len(topics) == 0 {
		t.Fatal("there are no topics", err)
	}
	// What undo shows is of the README's run; other topics go on with its contacts.
	first := slices.IndexFunc(topics, func(path string) bool { return filepath.Base(path) == "guarantee.md" })
	topics = slices.Insert(slices.Delete(topics, first, first+1), 0, topics[first])
	return append([]string{filepath.Join("..", "..", "README.md")}, topics...)
}

func TestReadme(t *testing.T) {
	t.Parallel() // it waits for the pace of imports most of the time
	dir := t.TempDir()
	build := exec.Command("go", "build", "-o", dir+string(filepath.Separator), ".")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	if err := os.CopyFS(filepath.Join(dir, "samples"), os.DirFS("../../samples")); err != nil {
		t.Fatal(err)
	}
	s := newSession(t, dir)
	for n, name := range documents(t) {
		text, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		commands, err := readSession(string(text))
		if err != nil && (n == 0 || !errors.Is(err, errNoCommand)) {
			t.Fatalf("%s: %v", name, err)
		}
		if n == 0 {
			checkGoCommands(t, commands)
		}
		s.play(t, name, string(text), commands)
	}
}

// play runs the commands of a document.
func (s *session) play(t *testing.T, name, text string, commands []shown) {
	lines, moved := strings.Split(text, "\n"), 0
	for _, c := range commands {
		if strings.HasPrefix(c.text, "go test") || strings.HasPrefix(c.text, "go build") {
			continue
		}
		if *updateReadme && strings.HasPrefix(c.text, "export ") {
			c.text = s.told(c.text)
			lines[c.line-1+moved] = "$ " + c.text
		}
		got, ok := s.check(t, c)
		if !ok && !*updateReadme {
			t.Errorf("%s:%d: $ %s\nprints\n%s\n\nand what is shown is\n%s", name, c.line, c.text, got, strings.Join(c.output, "\n"))
		} else if !ok {
			now := strings.Split(got, "\n")
			lines = slices.Replace(lines, c.from+moved, c.to+moved, now...)
			moved += len(now) - (c.to - c.from)
		}
	}
	if *updateReadme {
		if err := os.WriteFile(name, []byte(strings.Join(lines, "\n")), 0o644); err != nil {
			t.Fatal(err)
		}
	}
}

// The README is a front door: it stays short, and leads to every topic.
func TestReadmeLeadsOn(t *testing.T) {
	all := documents(t)
	readme, err := os.ReadFile(all[0])
	if err != nil {
		t.Fatal(err)
	}
	if len(readme) > 14_000 {
		t.Errorf("the README has %d bytes: the reference is in topics", len(readme))
	}
	help := exec.Command("go", "run", ".", "help")
	list, err := help.Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range all[1:] {
		name := strings.TrimSuffix(filepath.Base(path), ".md")
		if !strings.Contains(string(readme), "(cmd/leadimport/topics/"+name+".md)") {
			t.Errorf("the README does not lead to %s", name)
		}
		if !strings.Contains(string(list), "\n  "+name+" ") {
			t.Errorf("leadimport help does not list %s", name)
		}
	}
}

// checkGoCommands keeps the README's own commands and CI the same.
func checkGoCommands(t *testing.T, commands []shown) {
	ci, err := os.ReadFile(filepath.Join("..", "..", ".ci", "run"))
	if err != nil {
		t.Fatal(err)
	}
	runs := func(text string) bool {
		return slices.ContainsFunc(strings.Split(string(ci), "\n"), func(line string) bool {
			line = strings.TrimSpace(line)
			return line == text || strings.HasSuffix(line, " "+text)
		})
	}
	missing := []string{"go run ./cmd/leadimport run --sandbox samples/leads.csv", "go test ./..."}
	for _, c := range commands {
		missing = slices.DeleteFunc(missing, func(m string) bool { return m == c.text })
		if strings.HasPrefix(c.text, "go ") && !strings.HasPrefix(c.text, "go build") && !runs(c.text) {
			t.Errorf("README.md:%d: .ci/run does not run %q", c.line, c.text)
		}
	}
	for _, m := range missing {
		t.Errorf("README.md does not show %q", m)
	}
}

var errNoCommand = errors.New("no ```console block with a command")

// readSession finds the commands of a README and their output.
func readSession(readme string) ([]shown, error) {
	var all []shown
	var fence string // the kind of the block, "-" outside
	fence = "-"
	more := false // the command goes on in this line
	for i, line := range strings.Split(readme, "\n") {
		kind, isFence := strings.CutPrefix(strings.TrimSpace(line), "```")
		switch {
		case isFence && fence == "-":
			fence, more = strings.TrimSpace(kind), false
			if fence == "console" {
				all = append(all, shown{}) // a block begins without a command
			}
		case isFence:
			if fence == "console" && more {
				return nil, fmt.Errorf("line %d: the block ends within a command", i+1)
			}
			fence = "-"
		case fence == "console" && more:
			c := &all[len(all)-1]
			c.text = strings.TrimSuffix(c.text, `\`) + strings.TrimSpace(line)
			more = strings.HasSuffix(line, `\`)
			c.from, c.to = i+1, i+1
		case fence == "console" && strings.HasPrefix(line, "$ "):
			all = append(all, shown{line: i + 1, text: strings.TrimPrefix(line, "$ "), from: i + 1, to: i + 1})
			more = strings.HasSuffix(line, `\`)
		case fence == "console":
			c := &all[len(all)-1]
			if c.text == "" {
				return nil, fmt.Errorf("line %d: a console block begins with a command (\"$ ...\")", i+1)
			}
			c.output, c.to = append(c.output, line), i+1
		case fence != "-" && (strings.HasPrefix(line, "$ ") || strings.HasPrefix(line, "leadimport ") || strings.HasPrefix(line, "go run ")):
			return nil, fmt.Errorf("line %d: a command in a block that is not run: fence it with ```console", i+1)
		}
	}
	if fence != "-" {
		return nil, errors.New("the last block has no end")
	}
	all = slices.DeleteFunc(all, func(c shown) bool { return c.text == "" })
	for i := range all {
		all[i].text, all[i].background = strings.CutSuffix(all[i].text, " &")
	}
	if len(all) == 0 {
		return nil, errNoCommand
	}
	return all, nil
}

func TestReadSession(t *testing.T) {
	tests := []struct{ name, readme, want string }{
		{"commands and output", "# A\n```console\n$ one\nout\n\nmore\n$ two\n```\n", `3 "one" ["out" "" "more"] false, 7 "two" [] false`},
		{"goes on", "```console\n$ one \\\n    --two \\\n    three\nout\n```\n", `2 "one --two three" ["out"] false`},
		{"background", "```console\n$ serve &\nready\n```\n", `2 "serve" ["ready"] true`},
		{"other blocks", "```yaml\nkey: email\n```\n  ```console\n$ one\n  ```\n", `5 "one" [] false`},
		{"none", "# A\n\nText alone.\n", "error: no ```console block with a command"},
		{"not run", "```sh\nleadimport run list.csv\n```\n", "error: line 2: a command in a block that is not run: fence it with ```console"},
		{"not run either", "```\n$ leadimport run list.csv\n```\n", "error: line 2: a command in a block that is not run: fence it with ```console"},
		{"output of nothing", "```console\n$ one\n```\n```console\nout\n```\n", `error: line 5: a console block begins with a command ("$ ...")`},
		{"cut command", "```console\n$ one \\\n```\n", "error: line 3: the block ends within a command"},
		{"open block", "```console\n$ one\n", "error: the last block has no end"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			commands, err := readSession(test.readme)
			var got []string
			for _, c := range commands {
				got = append(got, fmt.Sprintf("%d %q %q %t", c.line, c.text, c.output, c.background))
			}
			if err != nil {
				got = []string{"error: " + err.Error()}
			}
			if s := strings.Join(got, ", "); s != test.want {
				t.Errorf("got  %s\nwant %s", s, test.want)
			}
		})
	}
}

// The files that CONTRIBUTING.md leads to are there.
func TestContributing(t *testing.T) {
	root := filepath.Join("..", "..")
	text, err := os.ReadFile(filepath.Join(root, ".github", "CONTRIBUTING.md"))
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for i, name := range strings.Split(string(text), "`") {
		if i%2 == 0 || !strings.Contains(name, "/") || strings.Contains(name, " ") {
			continue
		}
		if _, err := os.Stat(filepath.Join(root, filepath.FromSlash(name))); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		n++
	}
	if n < 10 {
		t.Errorf("%d paths", n)
	}
}
