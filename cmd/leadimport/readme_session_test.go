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
	"regexp"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// changing is what differs from run to run.
var changing = []struct {
	find *regexp.Regexp
	show string
}{
	{regexp.MustCompile(`\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?`), "TIME"},
	{regexp.MustCompile(`\b\d{1,2}:\d\d(:\d\d)?(\.\d+)?([AP]M)?\b`), "TIME"},
	{regexp.MustCompile(`\b(127\.0\.0\.1|localhost):\d+`), "$1:PORT"},
	{regexp.MustCompile(`\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b`), "UUID"},
	{regexp.MustCompile(`\b[0-9a-f]{32,64}\b`), "DIGEST"},
	{regexp.MustCompile(`\b[0-9a-f]{24}\b`), "ID"},
	{regexp.MustCompile(`\b(\d+h)?(\d+m)?\d+(\.\d+)?(µs|ms|s)\b`), "DURATION"},
	{regexp.MustCompile(`\b\d+m\b`), "DURATION"},
	{regexp.MustCompile(`\b\d+(\.\d+)? (s|min|h|seconds?|minutes?|hours?)\b`), "DURATION"},
	{regexp.MustCompile(`\b\d[\d,.]*( \w+)?/(s|min|m)\b`), "RATE"},
	{regexp.MustCompile(`((?i:token)\b[ =:"]+)[\w.-]{16,}`), "${1}TOKEN"},
	{regexp.MustCompile(`(\bworkspace"?:? ?"?)[a-z0-9]{8}\b`), "${1}WORKSPACE"},
	{regexp.MustCompile(`,DIGEST,\d+,[a-z0-9]{8}\b`), ",DIGEST,MS,WORKSPACE"}, // a line of results
	{regexp.MustCompile(`go1\.\d+(\.\d+)?`), "GO"},
}

// session is a shell's state between commands.
type session struct {
	dir  string
	env  []string
	exit int
	swap []string // what the README shows, and what it is in this run, in turns
}

func newSession(t *testing.T, dir string) *session {
	if runtime.GOOS == "windows" {
		t.Skip("the README's commands are for sh")
	}
	path := "PATH=" + dir + string(filepath.ListSeparator) + os.Getenv("PATH")
	return &session{dir: dir, env: []string{path, "HOME=" + t.TempDir(), "TMPDIR=" + t.TempDir(), "LC_ALL=C.UTF-8",
		"LEADIMPORT_LISTEN=127.0.0.1:0", // a sandbox of the reader's may hold the port that the README shows
		"LEADIMPORT_PROGRESS=off"}}      // how many lines it takes depends on the machine
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
		return "", true
	}
	if s.exit != 0 && text != "echo $?" {
		t.Errorf("README.md:%d: the command before it exits with %d: show it by \"$ echo $?\"", c.line, s.exit)
	}
	if c.background {
		lines := slices.Index(c.output, "...")
		if lines < 0 {
			lines = len(c.output)
		}
		got = s.start(t, text, lines)
		s.learn(c.output, got)
	} else {
		got = s.run(t, text)
	}
	got = strings.TrimRight(strings.ReplaceAll(got, s.dir+"/", ""), "\n")
	return got, matches(c.output, strings.Split(got, "\n"))
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

// matches compares line by line after what changes from run to run is hidden.
func matches(want, got []string) bool {
	trim := func(lines []string) []string {
		var all []string
		for _, line := range lines {
			for _, c := range changing {
				line = c.find.ReplaceAllString(line, c.show)
			}
			all = append(all, strings.TrimRight(line, " \r"))
		}
		for len(all) > 0 && all[len(all)-1] == "" {
			all = all[:len(all)-1]
		}
		return all
	}
	return matchLines(trim(want), trim(got))
}

func matchLines(want, got []string) bool {
	switch {
	case len(want) == 0:
		return len(got) == 0
	case want[0] == "...":
		for i := range len(got) + 1 {
			if matchLines(want[1:], got[i:]) {
				return true
			}
		}
		return false
	}
	return len(got) > 0 && want[0] == got[0] && matchLines(want[1:], got[1:])
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

func TestMatches(t *testing.T) {
	tests := []struct {
		want, got string
		ok        bool
	}{
		{"1,200 rows in 7.3 s (164 rows/s)", "1,200 rows in 8.1 s (148.2 rows/s)", true},
		{"1,200 rows in 7.3 s", "1,199 rows in 7.3 s", false},
		{"at http://127.0.0.1:8080", "at http://127.0.0.1:40123", true},
		{"2026-11-21T10:00:00Z ok", "2027-01-02T03:04:05.678+01:00 ok", true},
		{"id 6762f0dd1bb69f9f2193bb83", "id 6762f0dd1bb69f9f2193bb84", true},
		{"took 1m3.5s", "took 900ms", true},
		{"workspace ecahpwf5: Sandbox, region US", "workspace 4tykq0zd: Sandbox, region US", true},
		{"1,created,6762f0dd1bb69f9f2193bb83,,,,200,1,,2026-11-21T10:00:00.123Z,email:a@example.com,0123456789abcdef0123456789abcdef,12,ecahpwf5,a",
			"1,created,6762f0dd1bb69f9f2193bb84,,,,200,1,,2026-11-22T10:00:00.123Z,email:a@example.com,0123456789abcdef0123456789abcdee,7,4tykq0zd,a", true},
		{"1,created,6762f0dd1bb69f9f2193bb83,,,,200,1,", "1,created,6762f0dd1bb69f9f2193bb83,,,,200,2,", false},
		{"created 28, invalid 13", "created 28, invalid 12", false},
		{"one\n...\nlast", "one\ntwo\nthree\nlast", true},
		{"one\n...\nlast", "one\nlast", true},
		{"one\n...\nlast", "one\ntwo", false},
		{"one", "one\ntwo", false},
		{"one\ntwo", "one", false},
		{"exit 3", "exit 0", false},
	}
	for _, test := range tests {
		if ok := matches(strings.Split(test.want, "\n"), strings.Split(test.got, "\n")); ok != test.ok {
			t.Errorf("README %q against %q: %t, want %t", test.want, test.got, ok, test.ok)
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
