package main

import (
	"fmt"
	"os"
	"runtime/debug"
	"slices"
)

// bug tells of a panic, which is a mistake of ours, in one line, and returns
// the exit code for it: Go's own would be 2, which means that nothing was
// sent. The trace is for whoever asks for it. Call it while panicking.
func bug(v any) int {
	fmt.Fprintf(os.Stderr, "leadimport: this is a bug, please report it: %s (LEADIMPORT_LOG_LEVEL=debug shows where; a run goes on with --resume)\n",
		printable(brief(oneLine(fmt.Sprint(v)))))
	if wantsTrace() {
		os.Stderr.Write(debug.Stack())
	}
	return exitUnexpected
}

// crash ends the process for a panic on a goroutine of the importer. Nothing
// is lost: the journal is written before anything is sent.
func crash(v any) { os.Exit(bug(v)) }

// wantsTrace looks at the words and not at the parsed flags: those may be what
// is broken.
func wantsTrace() bool {
	i := slices.Index(os.Args, "--log-level")
	return os.Getenv("GOTRACEBACK") != "" || os.Getenv(environmentName("log-level")) == "debug" ||
		slices.Contains(os.Args, "--log-level=debug") || i >= 0 && i+1 < len(os.Args) && os.Args[i+1] == "debug"
}
