package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

const rootHelp = `leadimport imports a CSV of leads into Intercom, and creates nobody twice.

It reads rows, maps columns to attributes, creates or updates each lead at the
pace the API grants, and writes a results CSV with the id of every lead. When a
run is interrupted, the same command with --resume goes on where it stopped.

Try it without an account:
  leadimport run --sandbox leads.csv

Then look at what a real import would do, and do it:
  export INTERCOM_ACCESS_TOKEN=...
  leadimport check --mapping leads.yaml leads.csv
  leadimport run   --mapping leads.yaml leads.csv

Every flag can be set in the environment: --token-file is LEADIMPORT_TOKEN_FILE.`

func newRoot() *cobra.Command {
	root := &cobra.Command{
		Use:           "leadimport",
		Short:         "Import a CSV of leads into Intercom, and create nobody twice",
		Long:          rootHelp,
		Version:       version,
		SilenceErrors: true,
		SilenceUsage:  true,
		PersistentPreRunE: func(cmd *cobra.Command, _ []string) error {
			return flagsFromEnvironment(cmd.Flags())
		},
		Args: func(cmd *cobra.Command, args []string) error {
			if len(args) > 0 {
				return unknownCommand(cmd, args[0])
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetFlagErrorFunc(flagError)
	root.SuggestionsMinimumDistance = 2
	root.SetOut(standardOutput{})
	root.SetErr(os.Stderr)
	root.AddCommand(newRun(), newCheck(), newPlan(), newApply(), newSuggest(), newCat(), newUndo(), newReport(), newSandbox(), newVersion())
	root.SetHelpCommand(helpCommand(root))
	strictCompletion(root)
	return root
}

func newVersion() *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Print the version",
		Args:  noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			_, err := fmt.Fprintln(cmd.OutOrStdout(), "leadimport", version)
			return err
		},
	}
}

func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usageError{fmt.Sprintf("%s takes no arguments, not %q", cmd.CommandPath(), args[0])}
	}
	return nil
}

// oneFile is the argument rule of the commands that read FILE.
func oneFile(cmd *cobra.Command, args []string) error {
	switch len(args) {
	case 0:
		return usageError{fmt.Sprintf("%s needs a FILE, or - for standard input", cmd.CommandPath())}
	case 1:
		if args[0] == "" {
			return usageError{fmt.Sprintf("%s: the name of the FILE is blank: is a variable of the shell not set?", cmd.CommandPath())}
		}
		return nil
	default:
		return usageError{fmt.Sprintf("%s takes one FILE, not %d: %q", cmd.CommandPath(), len(args), args)}
	}
}

// environmentName is the variable that stands for a flag.
func environmentName(flag string) string {
	return "LEADIMPORT_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// flagsFromEnvironment gives each flag that the command line left out the
// value of its variable, so that a Pod needs no shell. Lists hold one item a
// line. Unknown LEADIMPORT_* are left alone: Kubernetes injects some for
// services of that name.
func flagsFromEnvironment(flags *pflag.FlagSet) error {
	var errs []error
	flags.VisitAll(func(f *pflag.Flag) {
		text, ok := os.LookupEnv(environmentName(f.Name))
		if !ok || f.Changed || f.Name == "help" || f.Name == "version" {
			return
		}
		items := []string{text}
		if f.Value.Type() == "stringArray" {
			items = strings.FieldsFunc(text, func(r rune) bool { return r == '\n' || r == '\r' }) // no blank items
		}
		for _, item := range items {
			if err := flags.Set(f.Name, item); err != nil {
				cause := err
				var invalid *pflag.InvalidValueError
				if errors.As(err, &invalid) {
					cause = invalid.Unwrap()
				}
				errs = append(errs, usageError{valueError(environmentName(f.Name), f, item, cause)})
			}
		}
	})
	if len(errs) > 1 {
		return usageError{fmt.Sprintf("%v (and %s)", errs[0], plural(len(errs)-1, "more variable", "more variables"))}
	}
	return errors.Join(errs...)
}
