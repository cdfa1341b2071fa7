package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"

	"github.com/rs/zerolog"
	"github.com/spf13/cobra"

	"leadimport/client"
	"leadimport/importer"
	"leadimport/importer/history"
	"leadimport/importer/plan"
	"leadimport/importer/results"
	"leadimport/importer/source"
	"leadimport/mapping"
)

// job is what run and check have in common: everything that flags name, open.
type job struct {
	flags   *jobFlags
	file    string
	results string    // path
	sends   bool      // it is run, not check
	plan    *applied  // that it goes by; nil: none
	out     io.Writer // for people
	log     zerolog.Logger

	input   *source.File
	mapping *mapping.Mapping
	version client.Version
	why     string // the version was chosen
	client  *client.Client
	store   *results.Store
	history *history.History // nil: nothing is known
	api     *embedded        // --sandbox
}

// openJob opens what the flags name, cheapest first. sends tells run from
// check: check records nothing and can do without a token.
func openJob(cmd *cobra.Command, flags *jobFlags, file string, sends bool) (_ *job, err error) {
	if err := flags.validate(); err != nil {
		return nil, err
	}
	j := &job{flags: flags, file: file, sends: sends, out: &visible{w: cmd.OutOrStdout()}}
	if flags.summary == "-" {
		j.out = &visible{w: cmd.ErrOrStderr()}
	}
	if j.log, err = newLogger(flags.logFormat, flags.logLevel); err != nil {
		return nil, err
	}
	if j.results, err = resultsPath(file, flags); err != nil {
		return nil, err
	}
	for _, output := range []struct{ flag, path string }{
		{"--rejects", flags.rejects}, {"--summary", flags.summary}, {"--metrics-file", flags.metrics},
	} {
		if output.path == "" || output.path == "-" {
			continue
		}
		if err := flags.checkOutput(output.flag, output.path, file); err != nil {
			return nil, err
		}
		if sends {
			if err := proveWritable(output.flag, output.path); err != nil {
				return nil, err
			}
		}
	}
	defer func() {
		if err != nil {
			j.close()
		}
	}()
	if err := j.openStore(sends); err != nil {
		return nil, err
	}
	if j.input, err = openSource(cmd, file, flags.source); err != nil {
		return nil, err
	}
	if err := j.openMapping(importer.Columns(j.input)); err != nil {
		return nil, err
	}
	if err := j.openClient(sends); err != nil {
		return nil, err
	}
	return j, j.openHistory(cmd.Context())
}

// openHistory reads what earlier runs did, and what the run that is resumed
// did. A results file that is the input is its own earlier run: nobody in it is
// created again.
func (j *job) openHistory(ctx context.Context) error {
	paths := j.flags.previous
	if j.file != "-" && results.IsResults(j.input.Header()) {
		paths = append(slices.Clone(paths), j.file)
	}
	if len(paths) == 0 {
		if err := j.flags.needPrevious(); err != nil {
			return err
		}
	}
	resumed := j.store != nil && j.store.Files() != nil
	if len(paths) == 0 && !resumed {
		return nil
	}
	if j.flags.sandbox && len(paths) > 0 {
		return usageError{j.file + " holds results, and the ids in it mean nothing to --sandbox: start `leadimport sandbox` in another terminal and use --api-url"}
	}
	shard, err := j.flags.shardOf()
	if err != nil {
		return err
	}
	options := history.Options{Previous: paths, Self: j.results, Mine: shard.Keys()}
	if resumed {
		options.Own = j.store
	}
	if j.client != nil {
		options.Gone = j.client.IsGone(ctx)
	}
	if j.history, err = history.Open(options); err != nil && len(j.flags.previous) > 0 {
		err = fmt.Errorf("--previous: %w", err)
	}
	return err
}

func (j *job) close() error {
	var errs []error
	if j.history != nil {
		errs = append(errs, j.history.Close())
	}
	if j.store != nil {
		errs = append(errs, j.store.Close())
	}
	if j.input != nil {
		errs = append(errs, j.input.Close())
	}
	if j.api != nil {
		j.api.close()
	}
	return errors.Join(errs...)
}

// openStore takes the lock and looks at earlier results. check does so only
// to see what a resume would do.
func (j *job) openStore(sends bool) error {
	mode := results.New
	switch {
	case j.flags.resume:
		mode = results.Resume
	case j.flags.overwrite, j.flags.sandbox && j.flags.results == "":
		mode = results.Overwrite // of the default file of --sandbox, whose API is gone
	}
	if !sends && mode != results.Resume {
		if _, err := os.Lstat(j.results); err == nil {
			j.log.Warn().Str("results", j.results).Msg("the results file exists already: run will refuse it without --resume or --overwrite")
		}
		return nil
	}
	store, err := results.Open(j.results, mode)
	var exists *results.ExistsError
	if errors.As(err, &exists) {
		return fmt.Errorf("%w: if that run was interrupted, continue it with --resume; for the next delivery of the list use --previous %s --results NEW; --overwrite creates everybody again",
			err, j.results)
	}
	if err != nil {
		return err
	}
	store.ExcelSafe = j.flags.excelSafe
	j.store = store
	return nil
}

// openMapping reads the mapping, or infers one, and settles the API version.
func (j *job) openMapping(header []string) error {
	if j.flags.mapping == "" {
		j.mapping = mapping.Infer(header)
		if err := unsharedNames(j.input); err != nil {
			return err
		}
	} else {
		data, err := readSmall(j.flags.mapping, maxMapping)
		if err != nil {
			return usageError{fmt.Sprintf("--mapping: %v", pathError(j.flags.mapping, err))}
		}
		var wrong error
		if j.mapping, wrong = mapping.Parse(j.flags.mapping, data); j.mapping == nil {
			return wrong
		}
		if wrong != nil {
			if header == nil {
				header = j.mapping.Columns()
			}
			if err := j.settleVersion(); err != nil {
				return err
			}
			return j.mapping.Wrong(wrong, header, j.version)
		}
	}
	return j.settleVersion()
}

// settleVersion finds the API version: as the flag or the mapping name it, or
// the attributes need it.
func (j *job) settleVersion() error {
	if j.flags.apiVersion != "" {
		v, err := client.ParseVersion(j.flags.apiVersion)
		if err != nil {
			return usageError{"--api-version: " + err.Error()}
		}
		j.version, j.why = v, "--api-version"
		return nil
	}
	if v, ok := j.mapping.Version(); ok {
		j.version, j.why = v, "the mapping"
		return nil
	}
	j.version = j.mapping.NeededVersion()
	j.why = "the default"
	if j.version.Family() == client.Leads {
		j.why = "an attribute is mapped that only 1.x takes"
	}
	return nil
}

// unsharedNames refuses a file without a mapping in which several columns have
// a name that would be mapped: which of them is meant, nobody knows.
func unsharedNames(f *source.File) error {
	for _, s := range f.SharedNames() {
		header, first := slices.Clone(f.Header()), s.Columns[0]-1
		called := header[first]
		header[first] = s.Name
		m := mapping.Infer(header)
		plan, err := m.Compile(header, m.NeededVersion())
		if err != nil || len(plan.Columns()[first].Attributes) == 0 {
			continue
		}
		return &source.Error{File: f.Name(), Line: f.HeaderLine(), Message: fmt.Sprintf(
			"%s of the header are named %q, and it is not known which one is meant: rename the others, or write a mapping, where the first is called %q",
			s.Places(), s.Name, called)}
	}
	return nil
}

// openClient finds the token and the API to talk to.
func (j *job) openClient(sends bool) error {
	url, token := j.flags.apiURL, ""
	if j.flags.sandbox {
		if name := j.mapping.NamesContacts(); name != "" {
			return usageError{fmt.Sprintf("%s: %s is mapped, and --sandbox starts empty each time, so that it knows nobody's: start `leadimport sandbox` in another terminal and use --api-url", j.flags.mapping, name)}
		}
		api, err := embed(j.version.String())
		if err != nil {
			return err
		}
		j.api = api
		url, token = api.url, api.server.Token()
		j.flags.create = true
	} else {
		var err error
		if token, err = readToken(j.flags.tokenFile); err != nil {
			return err
		}
	}
	if token == "" {
		if sends {
			return usageError{noToken + " (--sandbox tries it without one)"}
		}
		return nil
	}
	c, err := client.New(client.Config{
		BaseURL: url, Version: j.version, Token: client.NewToken(token),
		UserAgent: "leadimport/" + version,
		Workers:   j.flags.workers, Timeout: j.flags.timeout, Rate: float64(j.flags.rate),
		Share: j.flags.share, RetryFor: j.flags.retryFor, Stamp: j.mapping.Stamp(), Log: j.log,
	})
	if err != nil {
		return usageError{err.Error()}
	}
	j.client = c
	return nil
}

func (j *job) prepare(ctx context.Context) (*importer.Job, error) {
	shard, err := j.flags.shardOf()
	if err != nil {
		return nil, err
	}
	tags, err := j.flags.runTags()
	if err != nil {
		return nil, err
	}
	var lines *plan.Reader
	if j.plan != nil {
		lines = j.plan.lines
	}
	return importer.Prepare(ctx, importer.Config{
		Plan: lines, RefuseStale: lines != nil && j.plan.refuseStale,
		Input: j.input, Mapping: j.mapping, Version: j.version, Client: j.client, Store: j.store, History: j.history,
		ShowAll:          !j.sends,
		CreateAttributes: j.flags.create,
		Tags:             tags,
		Duplicates:       importer.Duplicates(j.flags.duplicates),
		Only:             importer.Only(j.flags.only),
		MaxErrors:        j.flags.maxErrors.MaxErrors,
		MaxChange:        j.flags.maxChange.MaxChange,
		NewColumns:       importer.NewColumns(j.flags.newColumns),
		Canary:           j.flags.canary,
		Shard:            shard,
		Limit:            j.flags.limit,
		Workers:          j.flags.workers, Timeout: j.flags.timeout, RetryFor: j.flags.retryFor, Settle: j.flags.settle,
		Crash: crash,
	})
}
