package main_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// session is a shell's state between commands.
type session struct {
	dir  string
	env  []string
	exit int
	swap []string // what the README shows, and what it is in this run, in turns
	said string   // by background commands
}

func newSession(t *testing.T, dir string) *session {
	if runtime.GOOS == "windows" {
		t.Skip("the README's commands are for sh")
	}
	env := []string{
		"PATH=" + dir + string(filepath.ListSeparator) + os.Getenv("PATH"),
		"HOME=" + t.TempDir(),
		"TMPDIR=" + t.TempDir(),
		"LC_ALL=C.UTF-8",
		"LEADIMPORT_PROGRESS=off", // how many lines it takes depends on the machine
	}
	if !*updateReadme { // the port that the README shows may be taken
		env = append(env, "LEADIMPORT_LISTEN=127.0.0.1:0")
	}
	return &session{dir: dir, env: env}
}

// check runs c and compares what it prints with what is shown.
func (s *session) check(t *testing.T, c shown) (got string, ok bool) {
	t.Helper()
	text := strings.NewReplacer(s.swap...).Replace(c.text)
	if args, isRun := strings.CutPrefix(text, "go run ./cmd/leadimport"); isRun {
		text = "leadimport" + args
	}
	if variable, isExport := strings.CutPrefix(text, "export "); isExport {
		s.env = append(s.env, variable)
		return "", len(c.output) == 0
	}
	if s.exit != 0 && text != "echo $?" {
		t.Errorf("%q: the command before it exits with %d: show it by \"$ echo $?\"", c.text, s.exit)
	}
	if c.background {
		lines := slices.Index(c.output, "...")
		if lines < 0 {
			lines = len(c.output)
		}
		got = s.start(t, text, lines)
		s.learn(c.output, got)
		s.said += got
	} else {
		got = s.run(t, text)
	}
	got = strings.TrimRight(strings.ReplaceAll(got, s.dir+"/", ""), "\n")
	return got, matches(c.output, strings.Split(got, "\n"))
}

// told replaces the value of an export by the one that a background command
// told to set.
func (s *session) told(export string) string {
	name, _, _ := strings.Cut(export, "=")
	for line := range strings.Lines(s.said) {
		if line = strings.TrimSpace(line); strings.HasPrefix(line, name+"=") {
			return line
		}
	}
	return export
}

// shell makes a command that finds in $? how the one before it ended.
func (s *session) shell(ctx context.Context, text string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "sh", "-c", fmt.Sprintf("(exit %d); %s", s.exit, text))
	cmd.Dir, cmd.Env = s.dir, s.env
	return cmd
}

func (s *session) run(t *testing.T, text string) string {
	ctx, cancel := context.WithTimeout(t.Context(), 2*time.Minute)
	defer cancel()
	cmd := s.shell(ctx, text)
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil || ctx.Err() != nil {
		t.Fatalf("$ %s: %v\n%s", text, err, out)
	}
	s.exit = cmd.ProcessState.ExitCode()
	return string(out)
}

// start leaves a command running until the test ends and returns its first
// lines, once it has printed so many.
func (s *session) start(t *testing.T, text string, lines int) string {
	cmd := s.shell(context.Background(), "exec "+text)
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdout, cmd.Stderr = w, w
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	w.Close()
	drained := make(chan struct{})
	t.Cleanup(func() {
		cmd.Process.Signal(os.Interrupt)
		<-drained
		cmd.Wait()
	})
	defer func() { // what it prints later must not fill the pipe and stop it
		r.SetReadDeadline(time.Time{})
		go func() {
			io.Copy(io.Discard, r)
			r.Close()
			close(drained)
		}()
	}()
	var first bytes.Buffer
	patience := time.Minute
	if *updateReadme { // then nothing says how many lines there are
		lines, patience = math.MaxInt, 2*time.Second
	}
	for b := bufio.NewReader(r); lines > 0; lines-- {
		r.SetReadDeadline(time.Now().Add(patience))
		line, err := b.ReadString('\n')
		first.WriteString(line)
		if errors.Is(err, os.ErrDeadlineExceeded) && *updateReadme {
			break
		} else if err != nil {
			t.Fatalf("$ %s &: %v after\n%s", text, err, &first)
		}
	}
	return first.String()
}

// learn notes which words of a background command differ in this run.
func (s *session) learn(want []string, got string) {
	words := func(text string) []string {
		return strings.FieldsFunc(text, func(r rune) bool { return strings.ContainsRune(" \n\t=\"',()", r) })
	}
	w, g := words(strings.Join(want, "\n")), words(got)
	for i := range min(len(w), len(g)) {
		if w[i] != g[i] {
			s.swap = append(s.swap, w[i], g[i])
		}
	}
}

// A session as a README shows it, of commands that every system has.
func TestSession(t *testing.T) {
	commands, err := readSession("```console\n" + `$ echo created 3 > out; cat out
created 3
$ sh -c 'exit 3'
$ echo $?
3
$ sh -c 'echo http://127.0.0.1:$$ token=sandbox-0123456789-$$; exec tail -f /dev/null' &
http://127.0.0.1:4242 token=sandbox-0123456789-4242
$ export TOKEN=sandbox-0123456789-4242
$ echo "${TOKEN##*-}" > a; echo http://127.0.0.1:4242 > b; [ "$(cat b)" = "http://127.0.0.1:$(cat a)" ]
$ echo "$HOME" | grep -c tmp; ls "$HOME"
1
$ cat a | tr -d 0-9; echo created 4
created 5
` + "```\n")
	if err != nil {
		t.Fatal(err)
	}
	s := newSession(t, t.TempDir())
	for i, c := range commands {
		got, ok := s.check(t, c)
		if last := i == len(commands)-1; ok == last {
			t.Errorf("$ %s prints %q: %t", c.text, got, ok)
		}
	}
}
