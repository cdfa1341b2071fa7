package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"leadimport/importer/source"
)

const catHelp = `Print FILE as it was read, as clean CSV: UTF-8, commas, double quotes, LF.

Text stays the text it was. A row that is too short or too long stays so, no
header is made up, lines above and below the table stay. How the file was read,
and everything that was read in another way than it is written, is said on
standard error; --format json prints that instead of the rows.`

func newCat() *cobra.Command {
	var opt source.Options
	format := "csv"
	cmd := &cobra.Command{
		Use:   "cat FILE",
		Short: "Print the file as it was read, as clean CSV",
		Long:  catHelp,
		Example: `  leadimport cat samples/messy/semicolon-windows-1252.csv
  leadimport cat --encoding macintosh --delimiter tab list.txt`,
		Args: oneFile,
		RunE: func(cmd *cobra.Command, args []string) error { return cat(cmd, opt, format, args[0]) },
	}
	addSourceFlags(cmd.Flags(), &opt)
	cmd.Flags().StringVar(&format, "format", "csv", "`csv|json`")
	cmd.Flags().SortFlags = false
	return cmd
}

// addSourceFlags adds what overrides the findings about a file, one by one.
func addSourceFlags(flags *pflag.FlagSet, opt *source.Options) {
	flags.StringVar(&opt.Encoding, "encoding", "", "`NAME` of the encoding, such as windows-1252; default: found out, like all that follow")
	flags.StringVar(&opt.Delimiter, "delimiter", "", "`CHARACTERS` between cells, or comma, semicolon, tab, pipe, space, colon, caret, tilde")
	flags.StringVar(&opt.Quote, "quote", "", "`CHARACTER` around cells, or double, single, none")
	flags.StringVar(&opt.Escape, "escape", "", "`CHARACTER` before a quote that belongs to the text, or doubled, backslash")
	flags.BoolVar(&opt.NoHeader, "no-header", false, "the first row is data; columns are column_1, column_2 and so on")
	flags.IntVar(&opt.SkipLines, "skip-lines", 0, "leave out the first `N` lines")
}

// openSource opens FILE, or says which flag about it is wrong.
func openSource(cmd *cobra.Command, path string, opt source.Options) (*source.File, error) {
	if flag, err := opt.Check(); err != nil {
		return nil, usageError{fmt.Sprintf("--%s: %v", flag, err)}
	}
	return source.OpenWith(path, cmd.InOrStdin(), opt)
}

// findings is what cat --format json prints.
type findings struct {
	File        string        `json:"file"`
	Compression string        `json:"compression"`
	Encoding    string        `json:"encoding"`
	Delimiter   string        `json:"delimiter"`
	Quote       string        `json:"quote"`
	Escape      string        `json:"escape"`
	HeaderLine  int           `json:"header_line"` // 0: none
	Header      []string      `json:"header"`
	Records     int           `json:"records"`
	BlankLines  int           `json:"blank_lines"`
	Notes       []source.Note `json:"notes"`
	NotesMore   int           `json:"notes_more"` // that came after maxNotes
}

// maxNotes is how many notes cat --format json prints: it holds them all in
// memory until the end.
const maxNotes = 1000

// note takes one more note, or counts it.
func (f *findings) note(n source.Note) {
	if len(f.Notes) < maxNotes {
		f.Notes = append(f.Notes, n)
	} else {
		f.NotesMore++
	}
}

func cat(cmd *cobra.Command, opt source.Options, format, path string) error {
	if err := oneOf("format", format, "csv", "json"); err != nil {
		return err
	}
	opt.AnyHeader = true
	f, err := openSource(cmd, path, opt)
	if err != nil {
		return err
	}
	defer f.Close()
	rows, err := f.Records()
	if err != nil {
		return err
	}
	rows.NoCells = true
	found := findings{
		File: f.Name(), Compression: f.Compression(), Encoding: f.Encoding(),
		HeaderLine: f.HeaderLine(), Header: f.Header(), Notes: append([]source.Note{}, f.Findings()...),
	}
	d := f.Dialect()
	found.Delimiter, found.Quote, found.Escape = d.Delimiter, character(d.Quote), character(d.Escape)
	out := bufio.NewWriterSize(cmd.OutOrStdout(), 64<<10)
	said := bufio.NewWriter(cmd.ErrOrStderr())
	defer said.Flush()
	if format == "json" {
		out.Reset(io.Discard)
	} else {
		if found.Encoding == "" {
			fmt.Fprintf(said, "%s: empty\n", printable(found.File))
		} else {
			fmt.Fprintf(said, "%s: %s, %s\n", printable(found.File), found.Encoding, d)
		}
		for _, n := range found.Notes {
			if n.Code != source.NoteEncoding && n.Code != source.NoteDialect {
				fmt.Fprintln(said, printable(noteText(n)))
			}
		}
	}
	var line []byte
	for {
		r, err := rows.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			out.Flush()
			return err
		}
		found.Records++
		line = rows.AppendCSV(line[:0])
		if _, err := out.Write(line); err != nil {
			return err
		}
		if r.Problem != nil {
			r.Notes = append(r.Notes, source.Note{Line: r.Problem.Line, Column: r.Problem.Column, Code: r.Problem.Code, Message: r.Problem.Message})
		}
		for _, n := range r.Notes {
			if format == "json" {
				found.note(n)
			} else {
				fmt.Fprintln(said, printable(noteText(n)))
			}
		}
	}
	if found.BlankLines = rows.BlankLines(); found.BlankLines > 0 && format == "csv" {
		fmt.Fprintf(said, "%s left out\n", plural(found.BlankLines, "blank line was", "blank lines were"))
	}
	if err := out.Flush(); err != nil {
		return err
	}
	if format == "json" {
		return json.NewEncoder(cmd.OutOrStdout()).Encode(found)
	}
	return nil
}

func character(c byte) string {
	if c == 0 {
		return ""
	}
	return string(rune(c))
}
