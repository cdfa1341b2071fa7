package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/rs/zerolog"
	"golang.org/x/term"
)

// newLogger logs to standard error: for people, or as JSON for machines.
func newLogger(format, level string) (zerolog.Logger, error) {
	l, err := zerolog.ParseLevel(level)
	if err != nil || oneOf("log-level", level, "debug", "info", "warn", "error") != nil {
		return zerolog.Nop(), usageError{fmt.Sprintf("--log-level %q is not known: use debug, info, warn, error", level)}
	}
	if err := oneOf("log-format", format, "console", "json"); err != nil {
		return zerolog.Nop(), err
	}
	var out io.Writer = os.Stderr
	if format == "console" {
		out = zerolog.ConsoleWriter{Out: os.Stderr, TimeFormat: time.TimeOnly, NoColor: !isTerminal(os.Stderr)}
	}
	return zerolog.New(out).Level(l).With().Timestamp().Logger(), nil
}

func isTerminal(f *os.File) bool { return term.IsTerminal(int(f.Fd())) }
