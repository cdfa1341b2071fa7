package main

import (
	"os/exec"
	"strings"
	"testing"
)

// crashing is leadimport with a mistake in it: see TestMain.
func crashing() {
	defer func() { crash(recover()) }()
	var none map[string][]int
	none["x"][3] = 1
}

// TestBug: a panic is exit code 1 and one line; the trace is for those who ask.
func TestBug(t *testing.T) {
	for _, debug := range []bool{false, true} {
		cmd := exec.Command("leadimport-crashing", "run", "--log-level", map[bool]string{false: "info", true: "debug"}[debug])
		out, _ := cmd.CombinedOutput()
		first, trace, _ := strings.Cut(string(out), "\n")
		if code := cmd.ProcessState.ExitCode(); code != exitUnexpected {
			t.Errorf("exit code %d", code)
		}
		if !strings.HasPrefix(first, "leadimport: this is a bug, please report it: runtime error: index out of range") {
			t.Errorf("it says %q", first)
		}
		if shown := strings.Contains(trace, "crashing()"); shown != debug || !debug && trace != "" {
			t.Errorf("debug %v: the trace is %q", debug, trace)
		}
	}
}
