package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// A file that may be written but not replaced, as a Pod finds its termination
// message: root mounts it by itself, others find it in a folder that is not
// theirs.
func TestSummaryInPlace(t *testing.T) {
	list := newList(t, nil, "http://127.0.0.1:1") // nobody serves there
	dir := t.TempDir()
	summary := filepath.Join(dir, "termination-log")
	if err := os.WriteFile(summary, []byte(strings.Repeat("what an earlier container left ", 200)), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := list.run("--summary", summary, "--retry-for", "1ms")
	if os.Getuid() == 0 {
		sh := []string{"sh", "-c", `mount --bind "$0" "$0" || exit 77; exec "$@"`, summary}
		cmd.Args = append(sh, cmd.Args...)
		var err error
		if cmd.Path, err = exec.LookPath("sh"); err != nil {
			t.Skip("there is no shell to mount a file with")
		}
		cmd.SysProcAttr = &syscall.SysProcAttr{Unshareflags: syscall.CLONE_NEWNS}
	} else {
		os.Chmod(dir, 0o500)
		t.Cleanup(func() { os.Chmod(dir, 0o700) })
	}
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil && os.Getuid() == 0 || cmd.ProcessState.ExitCode() == 77 {
		t.Skipf("may not mount: %v %s", err, out)
	}
	code := cmd.ProcessState.ExitCode()
	data, err := os.ReadFile(summary)
	if err != nil {
		t.Fatal(err)
	}
	var s struct {
		ExitCode int `json:"exit_code"`
	}
	if err := json.Unmarshal(data, &s); err != nil || s.ExitCode == 0 || s.ExitCode != code {
		t.Errorf("exit code %d, the summary is %q (%v)\n%s", code, data, err, out)
	}
	if files, _ := os.ReadDir(dir); len(files) != 1 {
		t.Errorf("%d files beside the summary and with it, want 1", len(files))
	}
}
