package samples

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
)

// bench is a folder to run leadimport in.
type bench struct {
	*testing.T
	binary, dir string
	env         []string
}

// built is the program, which all tests share.
var (
	built     string
	buildOnce sync.Once
	buildErr  error
)

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "leadimport-samples-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	built = filepath.Join(dir, "leadimport")
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

func newBench(t *testing.T) *bench {
	t.Helper()
	buildOnce.Do(func() {
		if out, err := exec.Command("go", "build", "-o", built, "../cmd/leadimport").CombinedOutput(); err != nil {
			buildErr = fmt.Errorf("go build: %w\n%s", err, out)
		}
	})
	if buildErr != nil {
		t.Fatal(buildErr)
	}
	return &bench{t, built, t.TempDir(), []string{"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "TMPDIR=" + t.TempDir()}}
}

func (b *bench) command(args ...string) *exec.Cmd {
	cmd := exec.Command(b.binary, args...)
	cmd.Dir, cmd.Env = b.dir, b.env
	return cmd
}

// run imports a list and returns what the summary counts.
func (b *bench) run(wantCode int, args ...string) map[string]any {
	b.Helper()
	cmd := b.command(append([]string{"run", "--summary", "summary.json"}, args...)...)
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil {
		b.Fatal(err)
	}
	if code := cmd.ProcessState.ExitCode(); code != wantCode {
		b.Fatalf("leadimport run %s: exit code %d, want %d\n%s", strings.Join(args, " "), code, wantCode, out)
	}
	data, err := os.ReadFile(filepath.Join(b.dir, "summary.json"))
	if err != nil {
		b.Fatal(err)
	}
	var counts map[string]any
	if err := json.Unmarshal(data, &counts); err != nil {
		b.Fatal(err)
	}
	return counts
}

func (b *bench) want(counts map[string]any, name string, n int) {
	b.Helper()
	if counts[name] != float64(n) {
		b.Errorf("%v %s, want %d", counts[name], name, n)
	}
}

// sandbox serves until the test ends, and has b's runs use it.
func (b *bench) sandbox(args ...string) (url string) {
	b.Helper()
	cmd := b.command(append([]string{"sandbox", "--listen", "127.0.0.1:0", "--token", "token-of-the-samples"}, args...)...)
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() {
		cmd.Process.Signal(os.Interrupt)
		cmd.Wait()
	})
	first, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		b.Fatal(err)
	}
	go io.Copy(io.Discard, out)
	for _, word := range strings.Fields(first) {
		if strings.HasPrefix(word, "http://") {
			b.env = append(b.env, "INTERCOM_ACCESS_TOKEN=token-of-the-samples", "LEADIMPORT_API_URL="+word)
			return word
		}
	}
	b.Fatalf("the sandbox says %q", first)
	return ""
}

func (b *bench) read(name string) [][]string {
	b.Helper()
	f, err := os.Open(filepath.Join(b.dir, name))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.FieldsPerRecord = -1 // a row of too many cells comes back as it was
	all, err := r.ReadAll()
	if err != nil {
		b.Fatal(err)
	}
	return all
}

func abs(t *testing.T, name string) string {
	t.Helper()
	path, err := filepath.Abs(name)
	if err != nil {
		t.Fatal(err)
	}
	return path
}

// What the comment in mappings/leads-with-problems.yaml says.
func TestRunProblems(t *testing.T) {
	b := newBench(t)
	counts := b.run(3, "--sandbox", "--mapping", abs(t, "mappings/leads-with-problems.yaml"),
		"--results", "out.results.csv", "--rejects", "rejects.csv", abs(t, "leads-with-problems.csv"))
	b.want(counts, "created", 29)
	b.want(counts, "invalid", 13)
	if rejects := b.read("rejects.csv"); len(rejects) != 1+13 {
		t.Errorf("%d lines of rejects, want a header and 13", len(rejects))
	}
}

// What the comments in mappings/updates-*.yaml say.
func TestRunUpdates(t *testing.T) {
	b := newBench(t)
	b.sandbox()
	byID, leads := abs(t, "mappings/updates-by-id.yaml"), abs(t, "leads.csv")
	counts := b.run(0, "--limit", "30", "--results", "leads.results.csv", leads)
	b.want(counts, "created", 30)

	// The ids as they stand are nobody's.
	counts = b.run(3, "--create-attributes", "--mapping", byID, "--results", "nobody.results.csv", abs(t, "updates.csv"))
	b.want(counts, "failed", 12)
	for _, line := range b.read("nobody.results.csv")[1:] {
		if !strings.Contains(strings.Join(line, " "), "404") {
			t.Errorf("not the API's 404: %q", line)
		}
	}

	// Some that are somebody's.
	imported := b.read("leads.results.csv")
	_, updates := read(t, "updates.csv")
	f, err := os.Create(filepath.Join(b.dir, "copy.csv"))
	if err != nil {
		t.Fatal(err)
	}
	w := csv.NewWriter(f)
	w.Write([]string{"Contact id", "Plan", "MRR", "Trial end", "Newsletter"})
	for i, row := range updates {
		w.Write(append([]string{imported[1+i][2]}, row[1:]...)) // import_id
	}
	w.Flush()
	if err := f.Close(); err != nil || w.Error() != nil {
		t.Fatal(err, w.Error())
	}
	counts = b.run(0, "--mapping", byID, "copy.csv")
	b.want(counts, "updated", 12)

	// And a results file itself.
	counts = b.run(0, "--create-attributes", "--mapping", abs(t, "mappings/updates-from-results.yaml"), "--results", "second.results.csv", "leads.results.csv")
	b.want(counts, "updated", 30)
	b.want(counts, "created", 0)
}

// What the comment in mappings/find-existing.yaml says.
func TestRunFindExisting(t *testing.T) {
	b := newBench(t)
	b.sandbox()
	existing, leads := abs(t, "mappings/find-existing.yaml"), abs(t, "leads.csv")
	counts := b.run(0, "--limit", "30", "--results", "lost.results.csv", leads)
	b.want(counts, "created", 30)
	counts = b.run(0, "--limit", "50", "--mapping", existing, "--only", "update", "--results", "update.results.csv", leads)
	b.want(counts, "updated", 30)
	b.want(counts, "skipped", 20)
	counts = b.run(0, "--limit", "50", "--mapping", existing, "--results", "all.results.csv", leads)
	b.want(counts, "updated", 30)
	b.want(counts, "created", 20)
}
