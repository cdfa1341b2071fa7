package main

import (
	"bytes"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/pflag"
)

// Each flag of run and check is in one group of their help, and each group
// names flags that are there.
func TestFlagGroups(t *testing.T) {
	var grouped []string
	for _, g := range flagGroups {
		grouped = append(grouped, g.flags...)
	}
	known := map[string]bool{}
	for _, name := range []string{"run", "check", "plan", "apply"} {
		cmd, _, err := newRoot().Find([]string{name})
		if err != nil {
			t.Fatal(err)
		}
		if rest := ungrouped(cmd.Flags()); len(rest) > 0 {
			t.Errorf("%s: %q are in no group", name, rest)
		}
		cmd.Flags().VisitAll(func(f *pflag.Flag) { known[f.Name] = true })
		if help := cmd.UsageString(); strings.Contains(help, "\nFlags:\n") || strings.Count(help, "\nGuards:\n") != 1 {
			t.Errorf("%s shows no groups:\n%s", name, help)
		}
	}
	for i, name := range grouped {
		if !known[name] || slices.Contains(grouped[:i], name) {
			t.Errorf("%s is no flag, or in two groups", name)
		}
	}
}

// A shell completes values and files.
func TestCompletion(t *testing.T) {
	for words, want := range map[string]string{
		"run --duplicates ": "update\nskip\nreject\n:4\n",
		"check --format ":   "text\njson\n:4\n",
		"run --mapping ":    "yaml\nyml\n:8\n",
		"run --results ":    ":0\n",
		"run --settle ":     ":4\n",
	} {
		var out bytes.Buffer
		root := newRoot()
		root.SetOut(&out)
		root.SetErr(&bytes.Buffer{})
		root.SetArgs(append([]string{"__complete"}, strings.Split(words, " ")...))
		if err := root.Execute(); err != nil {
			t.Fatal(err)
		}
		if out.String() != want {
			t.Errorf("%s: %q, not %q", words, out.String(), want)
		}
	}
}
