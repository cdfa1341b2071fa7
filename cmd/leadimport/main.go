// Leadimport imports CSV rows as leads into Intercom, exactly once each.
package main

import (
	"errors"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // a mapping names time zones; not every machine has them

	"leadimport/mapping"
)

// version is set by the build: -ldflags "-X main.version=v1.2.3".
var version = "dev"

func main() {
	// A closed pipe on standard output or error must not end a run half way:
	// with the signal ignored, the write fails instead and the run goes on.
	signal.Ignore(syscall.SIGPIPE)
	tuneCollector()
	os.Exit(execute(os.Args[1:]))
}

// execute runs one command and returns its exit code.
func execute(args []string) (code int) {
	defer func() {
		if v := recover(); v != nil {
			code = bug(v)
		}
	}()
	root := newRoot()
	root.SetArgs(args)
	err := root.Execute()
	var mistakes mapping.Mistakes
	switch {
	case err == nil || err.Error() == "":
	case errors.As(err, &mistakes):
		for _, e := range mistakes {
			fmt.Fprintln(os.Stderr, "leadimport: "+printable(brief(oneLine(e.Error()))))
		}
	default:
		fmt.Fprintln(os.Stderr, "leadimport: "+printable(brief(oneLine(err.Error()))))
	}
	return exitCode(err)
}
