package samples

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// TestImageRuns builds the image's last stage for real and runs it as the
// README and the manifests do. The first stage needs a base image, which needs
// a network: what it leaves is made here.
func TestImageRuns(t *testing.T) {
	t.Parallel()
	e := newEngine(t)
	data, err := os.ReadFile("../Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	_, last, ok := strings.Cut(string(data), "\nFROM scratch\n")
	if !ok {
		t.Fatal("the Dockerfile has no stage FROM scratch")
	}
	context := t.TempDir()
	at := func(name string) string { return filepath.Join(context, name) }
	for _, dir := range []string{"out/root/data", "out/root/tmp"} {
		if err := os.MkdirAll(at(dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chmod(at("out/root/tmp"), 0o777|os.ModeSticky); err != nil {
		t.Fatal(err)
	}
	roots, err := os.ReadFile("/etc/ssl/certs/ca-certificates.crt")
	if err != nil {
		roots = []byte(strings.Repeat("# a certificate\n", 16<<10)) // about as much
	}
	for name, content := range map[string]string{
		"Dockerfile":          "FROM scratch AS build\nCOPY out /out\nCOPY ca-certificates.crt /etc/ssl/certs/\n\nFROM scratch\n" + last,
		"ca-certificates.crt": string(roots),
	} {
		if err := os.WriteFile(at(name), []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	build := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w -X main.version=1.2.3-test", "-o", at("out/leadimport"), "../cmd/leadimport")
	build.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOFLAGS=-race=false")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}

	i := e.build(context, "--build-arg", "VERSION=1.2.3-test", "--build-arg", "REVISION=abc")
	t.Logf("%s: %.1f MB", strings.Join(e.tool[:1], ""), float64(i.Size)/1e6)
	if i.Size > 25e6 {
		t.Errorf("the image takes %d bytes, want 25 MB at most", i.Size)
	}
	for label, want := range map[string]string{"title": "leadimport", "version": "1.2.3-test", "revision": "abc"} {
		if got := i.Labels["org.opencontainers.image."+label]; got != want {
			t.Errorf("label %s is %q, want %q", label, got, want)
		}
	}
	if code, out := i.run(t.TempDir(), "version"); code != 0 || !strings.Contains(out, "1.2.3-test") {
		t.Errorf("version: exit code %d\n%s", code, out)
	}

	volume := t.TempDir()
	list, err := os.ReadFile("leads.csv")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(volume, "leads.csv"), list, 0o644); err != nil {
		t.Fatal(err)
	}
	mine := volume
	for range 2 { // and t's folder above it, which is closed to others
		if err := os.Chmod(mine, 0o777); err != nil {
			t.Fatal(err)
		}
		mine = filepath.Dir(mine)
	}
	if code, out := i.run(volume, "run", "--sandbox", "--limit", "20", "/data/leads.csv"); code != 0 || !strings.Contains(out, "20 rows: 20 created") {
		t.Errorf("run: exit code %d\n%s", code, out)
	}
	info, err := os.Stat(filepath.Join(volume, "leads.sandbox.results.csv"))
	if err != nil {
		t.Fatal(err)
	}
	owner := info.Sys().(*syscall.Stat_t)
	if got := fmt.Sprintf("%d:%d", owner.Uid, owner.Gid); got != "65532:65532" || i.User != got {
		t.Errorf("the results belong to %s, and the image runs as %s", got, i.User)
	}
	if code, out := i.run(volume, "run", "--sandbox", "--limit", "1", "--results", "/results.csv", "/data/leads.csv"); code != 8 && code != 2 || !strings.Contains(out, "read-only") {
		t.Errorf("results outside of the volume: exit code %d\n%s", code, out)
	}
}
