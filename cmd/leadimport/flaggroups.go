package main

import (
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
)

// flagGroups order the flags of run and check in their help. A test finds a
// flag that is in none.
var flagGroups = []struct {
	title string
	flags []string
}{
	{"What is imported", []string{"mapping", "limit", "shard", "shards", "duplicates", "only", "tag", "create-attributes"}},
	{"How the file is read (found out, unless told)", []string{"encoding", "delimiter", "quote", "escape", "no-header", "skip-lines"}},
	{"Results, and going on from them", []string{"plan", "results", "rejects", "resume", "overwrite", "previous", "excel-safe"}},
	{"Guards", []string{"max-errors", "accept-rejects", "max-change", "new-columns", "canary", "refuse-stale"}},
	{"The API", []string{"sandbox", "api-url", "api-version", "token-file", "rate", "share", "workers", "timeout", "retry-for", "settle"}},
	{"What is told", []string{"format", "summary", "metrics-file", "pushgateway", "log-format", "log-level", "progress"}},
}

// groupFlags shows the flags of a command in groups, and has a shell complete
// their values: those that the usage names as a|b, and files where it says
// FILE.
func groupFlags(cmd *cobra.Command) {
	cobra.AddTemplateFunc("grouped", grouped)
	const all = "Flags:\n{{.LocalFlags.FlagUsages | trimTrailingWhitespaces}}"
	cmd.SetUsageTemplate(strings.Replace(cmd.UsageTemplate(), all, "{{grouped .LocalFlags}}", 1))
	completeFlags(cmd)
}

// grouped is the help of flags, a part a group; those of none come last.
func grouped(flags *pflag.FlagSet) string {
	var parts []string
	part := func(title string, names ...string) {
		set := pflag.NewFlagSet("", pflag.ContinueOnError)
		set.SortFlags = false
		for _, name := range names {
			if f := flags.Lookup(name); f != nil {
				set.AddFlag(f)
			}
		}
		if set.HasFlags() {
			parts = append(parts, title+":\n"+set.FlagUsages())
		}
	}
	for _, g := range flagGroups {
		part(g.title, g.flags...)
	}
	part("Others", ungrouped(flags)...)
	return strings.TrimRight(strings.Join(parts, "\n"), "\n ")
}

// ungrouped are the flags of no group.
func ungrouped(flags *pflag.FlagSet) (names []string) {
	flags.VisitAll(func(f *pflag.Flag) {
		for _, g := range flagGroups {
			if slices.Contains(g.flags, f.Name) {
				return
			}
		}
		names = append(names, f.Name)
	})
	return names
}

// completeFlags has a shell complete the values of flags.
func completeFlags(cmd *cobra.Command) {
	cmd.Flags().VisitAll(func(f *pflag.Flag) {
		kind, _ := pflag.UnquoteUsage(f)
		var values []cobra.Completion
		directive := cobra.ShellCompDirectiveNoFileComp
		switch {
		case f.Name == "mapping":
			values, directive = []cobra.Completion{"yaml", "yml"}, cobra.ShellCompDirectiveFilterFileExt
		case kind == "FILE":
			directive = cobra.ShellCompDirectiveDefault
		case strings.Contains(kind, "|"):
			values = strings.Split(kind, "|")
		}
		// It fails for a flag that is unknown, or registered already.
		_ = cmd.RegisterFlagCompletionFunc(f.Name, cobra.FixedCompletions(values, directive))
	})
}
