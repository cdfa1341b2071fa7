package main

import (
	files "embed"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"leadimport/mapping"
)

// The reference, one Markdown file a topic but for the schema. The README links them, and a test
// runs their commands behind the README's.
//
//go:embed topics/*.md
var topicFiles files.FS

// topics are all of them, in the order in which help lists them.
var topics = []string{"mapping", schemaTopic, "values", "files", "existing", "plan", "results", "rejects", "guarantee", "nightly", "exit-codes", "summary", "metrics", "kubernetes", "trying-out", "upgrades"}

// schemaTopic is not a page: what it shows is kept in a file.
const schemaTopic = "schema"

// topicText is the Markdown of a topic.
func topicText(name string) (string, bool) {
	text, err := topicFiles.ReadFile("topics/" + name + ".md")
	return string(text), err == nil
}

// topicList is what help says of the topics.
func topicList() string {
	var b strings.Builder
	b.WriteString("Topics, shown by leadimport help TOPIC:\n")
	for _, name := range topics {
		title := "JSON Schema of the mapping file, for editors"
		if text, ok := topicText(name); ok {
			title, _, _ = strings.Cut(strings.TrimPrefix(text, "# "), "\n")
		}
		fmt.Fprintf(&b, "  %-11s %s\n", name, title)
	}
	return b.String()
}

func helpCommand(root *cobra.Command) *cobra.Command {
	return &cobra.Command{
		Use:       "help [command | topic]",
		Short:     "Show the help of a command, or a topic of the reference",
		Long:      "Shows the help of a command, or a topic of the reference.\n\n" + topicList(),
		ValidArgs: topics,
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) == 1 && slices.Contains(topics, args[0]) {
				if args[0] == schemaTopic {
					_, err := cmd.OutOrStdout().Write(mapping.Schema())
					return err
				}
				text, _ := topicText(args[0])
				return showTopic(cmd.OutOrStdout(), text)
			}
			cmd, rest, err := root.Find(args)
			if err != nil || len(rest) > 0 {
				if len(args) > 1 {
					return unknownCommand(root, strings.Join(args, " "))
				}
				return usageError{fmt.Sprintf("there is no command and no topic %q: the topics are %s; leadimport --help lists the commands", shortened(args[0]), strings.Join(topics, ", "))}
			}
			cmd.InitDefaultHelpFlag()
			if err := cmd.Help(); err != nil || cmd != root {
				return err
			}
			_, err = fmt.Fprint(cmd.OutOrStdout(), "\n", topicList())
			return err
		},
	}
}

const topicWidth = 80 // columns of a terminal, at least

// showTopic writes Markdown for a terminal: text is wrapped, the rows of
// tables become entries, and marks that only a page needs are left out. What
// stands in a fence stays as it is.
func showTopic(to io.Writer, text string) error {
	var out strings.Builder
	fence, table := false, false
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\n")
		was := table
		table = !fence && strings.HasPrefix(line, "|")
		switch {
		case strings.HasPrefix(line, "```"):
			fence = !fence
		case fence:
			out.WriteString("    " + line + "\n")
		case table && !was, strings.HasPrefix(line, "|--"): // the names of the columns
		case table:
			cells := strings.Split(strings.Trim(line, "| "), " | ")
			out.WriteString(unmarked(cells[0]) + "\n")
			wrap(&out, unmarked(strings.Join(cells[1:], " · ")), "    ", "    ")
		case strings.HasPrefix(line, "#"):
			out.WriteString(strings.TrimLeft(line, "# ") + "\n")
		case strings.HasPrefix(line, "> "):
			wrap(&out, unmarked(line[2:]), "    ", "    ")
		case strings.HasPrefix(line, "- "):
			wrap(&out, unmarked(line[2:]), "- ", "  ")
		default:
			wrap(&out, unmarked(line), "", "")
		}
	}
	_, err := io.WriteString(to, out.String())
	return err
}

// unmarked takes the marks of Markdown out of a line.
func unmarked(line string) string {
	return strings.NewReplacer("**", "", "`", "", `\|`, "|").Replace(line)
}

// wrap writes text in lines that begin with first, then with next.
func wrap(out *strings.Builder, text, first, next string) {
	line, words := first, 0
	for word := range strings.FieldsSeq(text) {
		if words > 0 && utf8.RuneCountInString(line)+1+utf8.RuneCountInString(word) > topicWidth {
			out.WriteString(line + "\n")
			line, words = next, 0
		}
		if words > 0 {
			line += " "
		}
		line += word
		words++
	}
	out.WriteString(strings.TrimRight(line, " ") + "\n")
}
