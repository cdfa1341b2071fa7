package main

import (
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/spf13/cobra"

	"leadimport/client"
	"leadimport/mapping"
)

const suggestHelp = `Write a mapping file for FILE to standard output, with comments: for each column
the attribute it is likely to be, from its name and from its values, and how sure
that is. Guesses are commented out. With a token the workspace's own attributes
count too.

What it writes is accepted by run as it is. Read it first.`

func newSuggest() *cobra.Command {
	f := &jobFlags{}
	cmd := &cobra.Command{
		Use:   "suggest FILE",
		Short: "Write a mapping file for this CSV",
		Long:  suggestHelp,
		Example: `  leadimport suggest leads.csv > leads.yaml
  leadimport check --mapping leads.yaml leads.csv`,
		Args: oneFile,
		RunE: func(cmd *cobra.Command, args []string) error { return suggest(cmd, f, args[0]) },
	}
	flags := cmd.Flags()
	addSourceFlags(flags, &f.source)
	flags.StringVar(&f.apiURL, "api-url", defaultURL, "base `URL` of the API")
	flags.StringVar(&f.apiVersion, "api-version", "", "`VERSION` of the API: 1.0 to 1.4 (leads) or 2.0 to 2.17 (contacts); default: what the columns ask for")
	flags.StringVar(&f.tokenFile, "token-file", "", "`FILE` that holds the access token; default: INTERCOM_ACCESS_TOKEN")
	flags.SortFlags = false
	return cmd
}

func suggest(cmd *cobra.Command, f *jobFlags, path string) error {
	input, err := openSource(cmd, path, f.source)
	if err != nil {
		return err
	}
	defer input.Close()
	v := mapping.Infer(input.Header()).NeededVersion()
	if f.apiVersion != "" {
		if v, err = client.ParseVersion(f.apiVersion); err != nil {
			return usageError{"--api-version: " + err.Error()}
		}
	}
	known, err := f.workspaceAttributes(cmd, v)
	if err != nil {
		return err
	}
	s := mapping.NewSuggester(input.Header())
	rows, err := input.Rows()
	if err != nil {
		return err
	}
	for {
		r, err := rows.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		if r.Problem == nil {
			s.Add(r.Cells)
		}
	}
	_, err = fmt.Fprint(cmd.OutOrStdout(), s.Suggest(v, known))
	return err
}

// workspaceAttributes asks the workspace for its attributes, if there is a token.
func (f *jobFlags) workspaceAttributes(cmd *cobra.Command, v client.Version) ([]client.DataAttribute, error) {
	token, err := readToken(f.tokenFile)
	if err != nil || token == "" {
		return nil, err
	}
	log, err := newLogger("console", "info")
	if err != nil {
		return nil, err
	}
	c, err := client.New(client.Config{
		BaseURL: f.apiURL, Version: v, Token: client.NewToken(token), UserAgent: "leadimport/" + version, Log: log,
		RetryFor: 30 * time.Second, // somebody waits
	})
	if err != nil {
		return nil, usageError{err.Error()}
	}
	ctx, cancel := interruptible(cmd.Context(), "")
	defer cancel()
	known, _, err := c.DataAttributes(ctx, client.OfContacts)
	return known, apiError(err)
}
