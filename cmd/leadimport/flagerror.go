package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"leadimport/mapping"
)

// flagError says what is wrong with a flag of the command line, and what would
// be right.
func flagError(cmd *cobra.Command, err error) error {
	var unknown *pflag.NotExistError
	var value *pflag.InvalidValueError
	var needs *pflag.ValueRequiredError
	see := fmt.Sprintf("see %s --help", cmd.CommandPath())
	switch {
	case errors.As(err, &value):
		return usageError{valueError("--"+value.GetFlag().Name, value.GetFlag(), value.GetValue(), value.Unwrap())}
	case errors.As(err, &needs):
		return usageError{fmt.Sprintf("--%s needs a value: %s", needs.GetSpecifiedName(), see)}
	case errors.As(err, &unknown) && unknown.GetSpecifiedShortnames() != "":
		return usageError{unknownShort(cmd, unknown.GetSpecifiedShortnames(), see)}
	case errors.As(err, &unknown):
		name := "--" + unknown.GetSpecifiedName()
		return usageError{fmt.Sprintf("unknown flag %s: %s", shortened(name), meant(cmd, unknown.GetSpecifiedName(), see))}
	}
	return usageError{fmt.Sprintf("%v: %s", err, see)}
}

// unknownShort is about a word with a single dash: one of the long flags, or a
// file. One word only: what stands behind it may be a secret.
func unknownShort(cmd *cobra.Command, word, see string) string {
	name, _, _ := strings.Cut(word, "=")
	if cmd.Flags().Lookup(name) != nil {
		return fmt.Sprintf("unknown flag -%s: did you mean --%s?", name, name)
	}
	if _, err := os.Lstat("-" + word); err == nil {
		return fmt.Sprintf("unknown flag -%s: the file of that name is ./-%s", shortened(word), shortened(word))
	}
	return fmt.Sprintf("unknown flag -%s: %s", shortened(name), meant(cmd, name, see))
}

// meant is a hint for an unknown flag: the one of the command that is nearest,
// else see.
func meant(cmd *cobra.Command, name, see string) string {
	switch name {
	case "dry-run", "dryrun", "n":
		return "leadimport check does what run does and sends nothing"
	}
	best, near, twice := 1<<30, "", false
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		d := mapping.Distance(name, f.Name)
		if len(name) > 3 && (strings.HasPrefix(f.Name, name+"-") || strings.HasSuffix(f.Name, "-"+name)) {
			d = 1
		}
		switch {
		case d > max(1, len(f.Name)/3) || d > best:
		case d == best:
			twice = true
		default:
			best, near, twice = d, f.Name, false
		}
	})
	if near == "" || twice {
		return see
	}
	return fmt.Sprintf("did you mean --%s? %s", near, see)
}

// valueError says what a flag takes, in the words of people; name is how it
// was set.
func valueError(name string, f *pflag.Flag, value string, cause error) string {
	want := ""
	switch f.Value.Type() {
	case "bool":
		want = "write true or false"
	case "int":
		want = "write a whole number"
	case "uint64":
		want = "write a whole number from 0 on"
	case "float64":
		want = "write a number, such as 0.5"
	case "duration":
		want = "write a time with its unit, such as 30s, 5m or 1h30m"
	default:
		want = cause.Error()
	}
	return fmt.Sprintf("%s %q: %s", name, shortened(value), want)
}

// shortened is a text as an error shows it.
func shortened(s string) string {
	const most = 80
	if r := []rune(s); len(r) > most {
		return string(r[:most]) + "..."
	}
	return s
}

// unknownCommand says what was meant by a word that is no command.
func unknownCommand(root *cobra.Command, word string) error {
	hint := "see leadimport --help"
	if near := root.SuggestionsFor(word); len(near) > 0 && word != "" {
		hint = "did you mean " + strings.Join(near, " or ") + "? " + hint
	} else if info, err := os.Stat(word); err == nil && info.Mode().IsRegular() {
		hint = fmt.Sprintf("to import it, leadimport run %s; %s", shortened(word), hint)
	}
	return usageError{fmt.Sprintf("unknown command %q: %s", shortened(word), hint)}
}

// strictCompletion has completion refuse shells that it does not know.
func strictCompletion(root *cobra.Command) {
	root.InitDefaultCompletionCmd()
	cmd, _, err := root.Find([]string{"completion"})
	if err != nil {
		return
	}
	cmd.Args = func(_ *cobra.Command, args []string) error {
		if len(args) > 0 {
			return usageError{fmt.Sprintf("completion for %q is not known: use bash, zsh, fish or powershell", shortened(args[0]))}
		}
		return nil
	}
	cmd.RunE = func(cmd *cobra.Command, _ []string) error { return cmd.Help() }
	for _, shell := range cmd.Commands() {
		shell.Args = noArgs
	}
}
