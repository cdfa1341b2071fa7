package results

import (
	"os"
	"os/exec"
	"testing"
)

// Some tests need a process of their own: to hold a lock, to be killed, to
// have a limit. It is this test binary, told by the environment what to do.
const childEnv = "RESULTS_TEST_CHILD"

func TestMain(m *testing.M) {
	if job := children[os.Getenv(childEnv)]; job != nil {
		job(os.Args[1:])
		os.Exit(0)
	}
	os.Exit(m.Run())
}

var children = map[string]func(args []string){}

func child(job string, args ...string) *exec.Cmd {
	cmd := exec.Command(os.Args[0], args...)
	cmd.Env = append(os.Environ(), childEnv+"="+job)
	cmd.Stderr = os.Stderr
	return cmd
}
