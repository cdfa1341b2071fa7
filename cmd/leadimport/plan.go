package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"leadimport/importer"
	"leadimport/importer/history"
	"leadimport/importer/plan"
	"leadimport/importer/results"
)

const planHelp = `Do what check does, read every contact that would be updated, and write down
what would be done: one line a row, with each attribute before → after. Nothing
is created or changed. The plan can be read in a spreadsheet, looked at as a page
(leadimport report --html), and kept; leadimport apply does what it says.

Beside PLAN stands PLAN.json, which tells what it was made from: the list and the
mapping by their digests, the workspace, the flags. Keep both together. Both hold
people's data as the list does.

Exit codes as of check. More: leadimport help plan`

func newPlan() *cobra.Command {
	flags := &jobFlags{}
	format, path := "text", ""
	cmd := &cobra.Command{
		Use:   "plan FILE",
		Short: "Write down what run would do, attribute by attribute, to be approved and applied",
		Long:  planHelp,
		Example: `  leadimport plan --mapping leads.yaml leads.csv
  leadimport plan --mapping leads.yaml --plan out.plan.csv leads.csv`,
		Args: oneFile,
		RunE: func(cmd *cobra.Command, args []string) error {
			return makePlan(cmd, flags, format, path, args[0])
		},
	}
	flags.add(cmd.Flags())
	cmd.Flags().StringVar(&path, "plan", "", "write the plan to `FILE` (CSV); default: the input's name with .plan.csv in place of its ending")
	cmd.Flags().StringVar(&format, "format", "text", "`text|json`")
	groupFlags(cmd)
	return cmd
}

// deciding are the flags that decide what becomes of rows: a plan keeps them.
// Files among them are kept by their digests, too.
var deciding = []string{
	"encoding", "delimiter", "quote", "escape", "no-header", "skip-lines",
	"api-version", "limit", "shard", "duplicates", "only", "tag", "create-attributes",
}

func makePlan(cmd *cobra.Command, flags *jobFlags, format, path, file string) error {
	switch {
	case file == "-":
		return usageError{"apply reads the list again, and standard input cannot be: save it to a file"}
	case flags.resume:
		return usageError{"a plan is of a run that has not begun: finish the other one with run --resume, or name its results with --previous"}
	case flags.sandbox:
		return usageError{"--sandbox starts empty each time, and nobody could apply the plan: start `leadimport sandbox` in another terminal and use --api-url"}
	}
	flags.findMapping(file)
	if path == "" {
		path = strings.TrimSuffix(file, compression(file))
		path = strings.TrimSuffix(path, filepath.Ext(path)) + ".plan.csv"
	}
	for _, p := range []string{path, plan.AboutPath(path), plan.AppliedPath(path)} {
		if err := flags.checkOutput("--plan", p, file); err != nil {
			return err
		}
	}
	// The run that apply is writes them anew; who they tell of must be known to
	// the plan, or it creates them again.
	if own, err := resultsPath(file, flags); err != nil {
		return err
	} else if _, err := os.Lstat(own); err == nil {
		return usageError{fmt.Sprintf("%s exists already, and a plan is of a run that has not begun: name its people with --previous %s, and where the new results go with --results NEW", own, own)}
	}
	if info, err := os.Lstat(path); err == nil && info.Size() > 0 && !plan.IsPlan(path) {
		return usageError{fmt.Sprintf("--plan %s is there already and is not a plan: name another file", path)}
	}
	about, err := planOf(cmd.Flags(), flags, path, file)
	if err != nil {
		return err
	}
	return checked(cmd, flags, format, file, func(ctx context.Context, j *job, prepared *importer.Job) (*made, error) {
		err := j.writePlan(ctx, prepared, about, path)
		return &made{path, about.Counts}, err
	})
}

// made is what the JSON of a plan says beside that of a check.
type made struct {
	Plan   string              `json:"plan"`
	Counts map[plan.Action]int `json:"plan_counts"`
}

// planOf is what a plan at path is made from, as far as flags and files tell.
func planOf(set *pflag.FlagSet, flags *jobFlags, path, file string) (*plan.About, error) {
	about := &plan.About{Format: plan.Format, Version: version, MadeAt: time.Now().UTC().Truncate(time.Second), Flags: []plan.Flag{}}
	own, err := resultsPath(file, flags)
	if err != nil {
		return nil, err
	}
	if about.List, err = inputOf(path, file, []string{file}); err != nil {
		return nil, err
	}
	if flags.results != "" {
		about.Results = placed(path, flags.results)
	}
	if flags.mapping != "" {
		in, err := inputOf(path, flags.mapping, []string{flags.mapping})
		if err != nil {
			return nil, fmt.Errorf("--mapping: %w", err)
		}
		about.Mapping = &in
	}
	for _, p := range flags.previous {
		files, err := history.Files([]string{p}, own)
		if err != nil {
			return nil, fmt.Errorf("--previous: %w", err)
		}
		in, err := inputOf(path, p, files)
		if err != nil {
			return nil, fmt.Errorf("--previous: %w", err)
		}
		about.Previous = append(about.Previous, in)
	}
	if shard, err := flags.shardOf(); err == nil && shard.Of > 0 { // also by --shards
		about.Flags = append(about.Flags, plan.Flag{Name: "shard", Values: []string{shard.String()}})
	}
	for _, name := range deciding {
		f := set.Lookup(name)
		switch list, several := f.Value.(pflag.SliceValue); {
		case !f.Changed || name == "shard":
		case several:
			about.Flags = append(about.Flags, plan.Flag{Name: name, Values: list.GetSlice()})
		default:
			about.Flags = append(about.Flags, plan.Flag{Name: name, Values: []string{f.Value.String()}})
		}
	}
	return about, nil
}

// placed is the name of a file as seen from the folder of a plan at path.
func placed(path, file string) string {
	dir, err1 := filepath.Abs(filepath.Dir(path))
	full, err2 := filepath.Abs(file)
	if err1 == nil && err2 == nil {
		if rel, err := filepath.Rel(dir, full); err == nil {
			return filepath.ToSlash(rel)
		}
	}
	return file
}

// inputOf names a file, or a pattern of some, as a plan at path keeps it.
func inputOf(path, given string, files []string) (plan.Input, error) {
	in := plan.Input{Path: placed(path, given), Given: given}
	var err error
	in.SHA256, err = digestOf(files)
	return in, err
}

// digestOf is that of files and of what belongs to results: who was taken back
// by undo is nobody.
func digestOf(files []string) (string, error) {
	sum := sha256.New()
	for _, file := range files {
		for n, name := range append([]string{file}, results.SideFiles(file)...) {
			if strings.HasSuffix(name, ".lock") {
				continue
			}
			f, err := os.Open(name)
			if err != nil && n > 0 {
				continue
			}
			one := sha256.New()
			if err == nil {
				_, err = io.Copy(one, f)
				f.Close()
			}
			if err != nil {
				return "", usageError{pathError(name, err).Error()}
			}
			fmt.Fprintf(sum, "%d %x\n", n, one.Sum(nil))
		}
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// writePlan makes the plan. Both files come to their places whole, that with the
// rows first: an old one beside a new one is found out by its digest.
func (j *job) writePlan(ctx context.Context, prepared *importer.Job, about *plan.About, path string) error {
	f := prepared.Forecast()
	about.Workspace, about.API = f.Workspace.ID, j.version.String()
	about.Attributes, about.Types = prepared.Planned(), typesOf(f)
	about.Tags, about.RowTags = slices.Clone(f.Tags), f.RowTagNames
	var stopped error // by the API, not by the disk
	err := replaceFile(path, 0o600, func(w io.Writer) error {
		p, err := plan.NewWriter(w, about)
		if err != nil {
			return err
		}
		if j.flags.excelSafe {
			p.Guard = results.Guard
		}
		var written error
		err = prepared.Plan(ctx, func(l plan.Line) error {
			written = p.Write(l)
			return written
		})
		if err != nil && written == nil {
			stopped = err
		}
		if written != nil {
			return written
		}
		if err != nil {
			return err
		}
		return p.Close()
	})
	if stopped != nil {
		return stopped
	}
	if err != nil {
		return &results.WriteError{Path: path, Err: err}
	}
	data, err := about.Encode()
	if err != nil {
		return err
	}
	err = replaceFile(plan.AboutPath(path), 0o600, func(w io.Writer) error {
		_, err := io.Copy(w, bytes.NewReader(data))
		return err
	})
	if err != nil {
		return &results.WriteError{Path: plan.AboutPath(path), Err: err}
	}
	return nil
}

// typesOf are the types of the attributes, some of which the workspace says.
func typesOf(f importer.Forecast) map[string]string {
	types := map[string]string{}
	for _, a := range slices.Concat(f.Attributes, f.OfCompanies) {
		types[a.Name] = string(a.Type)
	}
	return types
}

// countsText is what a plan comes to, in one line.
func countsText(counts map[plan.Action]int) string {
	var parts []string
	for _, a := range plan.Actions {
		if n := counts[a]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, strings.ReplaceAll(string(a), "_", " ")))
		}
	}
	if len(parts) == 0 {
		return "no rows"
	}
	return strings.Join(parts, ", ")
}
