package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"leadimport/client"
	"leadimport/importer"
	"leadimport/importer/history"
	"leadimport/importer/restore"
	"leadimport/importer/results"
)

const undoHelp = `Take back what a run did: archive the leads that it created in 2.x, delete them
in 1.x, and put back what it changed of contacts that were there before.

Without --yes it only shows what it would do. Taken back are leads that the
run's journal saw it create and that still are what it sent; each is read again
right before. A lead that was changed since is kept, as is one that has become a
user, and one that the journal does not tell of.

Of a contact that was updated, each attribute that the run changed gets back
what was there before, where the contact still holds what the run wrote; what
somebody has changed since is kept. Not put back, and named, are attributes that
the API does not show (avatar, last_seen_at and the like), those that it cannot
unset again (email; in 1.x numbers and yes or no), and the consent of whom the
run unsubscribed: the person may have done so since. Updates by a version that
kept no record of what was there stay. So do tags, companies, and messages that
Intercom has sent.

Interrupted, it goes on where it stopped. It records what it did in
RESULTS.undo, before and after each contact. A later run knows by it that the
leads are gone, and creates them again, and that the others are what they were,
and updates them again.`

// undoFlags are the flags of undo.
type undoFlags struct {
	yes        bool
	apiURL     string
	apiVersion string
	tokenFile  string
	rate       rate
	share      float64
	timeout    time.Duration
	retryFor   time.Duration
	logFormat  string
	logLevel   string
}

func newUndo() *cobra.Command {
	f := &undoFlags{rate: rate(10_000.0 / 60)}
	cmd := &cobra.Command{
		Use:   "undo RESULTS",
		Short: "Take back what a run created and updated",
		Long:  undoHelp,
		Example: `  leadimport undo leads.results.csv
  leadimport undo --yes leads.results.csv`,
		Args: oneFile,
		RunE: func(cmd *cobra.Command, args []string) error { return undo(cmd, f, args[0]) },
	}
	flags := cmd.Flags()
	flags.BoolVar(&f.yes, "yes", false, "do it")
	flags.StringVar(&f.apiURL, "api-url", defaultURL, "base `URL` of the API")
	flags.StringVar(&f.apiVersion, "api-version", "", "`VERSION` of the API; default: the run's own")
	flags.StringVar(&f.tokenFile, "token-file", "", "`FILE` that holds the access token; default: INTERCOM_ACCESS_TOKEN")
	flags.Var(&f.rate, "rate", "upper bound on requests, `N/s or N/m`")
	flags.Float64Var(&f.share, "share", 1, "part of what the API grants that may be used, `0..1`")
	flags.DurationVar(&f.timeout, "timeout", 30*time.Second, "`TIME` for one attempt")
	flags.DurationVar(&f.retryFor, "retry-for", 5*time.Minute, "`TIME` for which one request is retried, and the API may be away")
	flags.StringVar(&f.logFormat, "log-format", "console", "`console|json`")
	flags.StringVar(&f.logLevel, "log-level", "info", "`debug|info|warn|error`")
	flags.SortFlags = false
	return cmd
}

func undo(cmd *cobra.Command, f *undoFlags, path string) error {
	ctx, cancel := interruptible(cmd.Context(), "interrupted: waiting for what is in flight; once more to end at once")
	defer cancel()
	for _, p := range []struct {
		name  string
		ok    bool
		value any
		want  string
	}{
		{"share", f.share > 0 && f.share <= 1, f.share, "above 0 and at most 1"},
		{"timeout", f.timeout > 0, f.timeout, "above 0, such as 30s"},
		{"retry-for", f.retryFor > 0, f.retryFor, "above 0, such as 5m"},
	} {
		if !p.ok {
			return usageError{fmt.Sprintf("--%s %v is out of range: it must be %s", p.name, p.value, p.want)}
		}
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return usageError{fmt.Sprintf("%s: there is no such file: name the results of the run", path)}
	}
	store, err := results.Open(path, results.Resume)
	if err != nil {
		return err
	}
	defer store.Close()
	known, err := history.Open(history.Options{Own: store, Undoing: true})
	if err != nil {
		return err
	}
	defer known.Close()
	c, v, err := f.open(known, path)
	if err != nil {
		return err
	}
	u, err := importer.PrepareUndo(ctx, importer.UndoConfig{Store: store, History: known, Path: path, Client: c, Version: v, Crash: crash})
	if err != nil {
		return err
	}
	showUndo(cmd, u, v)
	if !f.yes {
		if u.Count(importer.UndoTake)+u.CountUpdates(importer.UndoRestore) > 0 {
			fmt.Fprintln(cmd.OutOrStdout(), "nothing was changed: add --yes to do it")
		}
		return nil
	}
	before, restored := u.Count(importer.UndoDone), u.CountUpdates(importer.UndoRestored)
	doErr := u.Do(ctx)
	fmt.Fprintf(cmd.OutOrStdout(), "%d taken back, %d refused\n", u.Count(importer.UndoDone)-before, u.Count(importer.UndoFail))
	if len(u.Updates()) > 0 {
		fmt.Fprintf(cmd.OutOrStdout(), "%d restored, %d refused\n", u.CountUpdates(importer.UndoRestored)-restored, u.CountUpdates(importer.UndoFail))
		showRefused(cmd, u)
	}
	if doErr != nil {
		return doErr
	}
	if n := u.Count(importer.UndoFail) + u.CountUpdates(importer.UndoFail); n > 0 {
		return statusError{exitNotImported, fmt.Sprintf("%s: undo again takes up what is left, and %s.undo says why", plural(n, "lead was refused", "leads were refused"), path)}
	}
	return nil
}

// showRefused names the contacts whose restoring the API refused.
func showRefused(cmd *cobra.Command, u *importer.Undo) {
	var texts []string
	for _, item := range u.Updates() {
		if item.Status == importer.UndoFail {
			texts = append(texts, fmt.Sprintf("refused: row %d, %s, %s: %s", item.Row, item.ID, strings.Join(item.Restored, ", "), item.Reason))
		}
	}
	listSome(&visible{w: cmd.OutOrStdout()}, texts)
}

// open makes the client, in the API version of the run.
func (f *undoFlags) open(known *history.History, path string) (*client.Client, client.Version, error) {
	var none client.Version
	text := f.apiVersion
	if text == "" {
		meta, _ := known.Meta()
		text = meta.APIVersion
	}
	if text == "" {
		return nil, none, usageError{fmt.Sprintf("%s does not tell the API version of the run: say it with --api-version", path)}
	}
	v, err := client.ParseVersion(text)
	if err != nil {
		return nil, none, usageError{"--api-version: " + err.Error()}
	}
	token, err := readToken(f.tokenFile)
	if err != nil {
		return nil, none, err
	}
	if token == "" {
		return nil, none, usageError{noToken}
	}
	log, err := newLogger(f.logFormat, f.logLevel)
	if err != nil {
		return nil, none, err
	}
	c, err := client.New(client.Config{
		BaseURL: f.apiURL, Version: v, Token: client.NewToken(token), UserAgent: "leadimport/" + version,
		Timeout: f.timeout, Rate: float64(f.rate), Share: f.share, RetryFor: f.retryFor, Log: log,
	})
	if err != nil {
		return nil, none, usageError{err.Error()}
	}
	return c, v, nil
}

// showUndo says what would be done, and what would not, and why.
func showUndo(cmd *cobra.Command, u *importer.Undo, v client.Version) {
	out := &visible{w: cmd.OutOrStdout()}
	verb := "archived"
	if v.Family() == client.Leads {
		verb = "deleted"
	}
	fmt.Fprintf(out, "workspace %s: %s\n", printable(u.Workspace.ID), printable(u.Workspace.Name))
	fmt.Fprintf(out, "%s created by the run: %d to be %s, %d kept, %d gone already, %d taken back before\n",
		plural(u.Created, "lead was", "leads were"), u.Count(importer.UndoTake), verb, u.Count(importer.UndoKeep), u.Count(importer.UndoGone), u.Count(importer.UndoDone))
	var kept []string
	for _, item := range u.Items() {
		if item.Status == importer.UndoKeep {
			kept = append(kept, fmt.Sprintf("kept: row %d, %s: %s", item.Row, item.ID, item.Reason))
		}
	}
	listSome(out, kept)
	showUpdates(out, u)
	if u.Unwitnessed > 0 {
		fmt.Fprintf(out, "%s created, and no journal shows that this run did it: %s left alone\n",
			plural(u.Unwitnessed, "line says", "lines say"), either(u.Unwitnessed, "its lead is", "their leads are"))
	}
	if u.Updated > 0 {
		fmt.Fprintf(out, "%s: what was there before is not known, %s\n",
			plural(u.Updated, "row was an update", "rows were updates"), either(u.Updated, "it stays", "they stay"))
	}
	if u.Unresolved > 0 {
		fmt.Fprintf(out, "%s unresolved: what %s may have created is not known, resume the run first\n",
			plural(u.Unresolved, "row is", "rows are"), either(u.Unresolved, "it", "they"))
	}
}

// showUpdates says what would be put back of contacts that were updated.
func showUpdates(out io.Writer, u *importer.Undo) {
	updates := u.Updates()
	if len(updates) == 0 {
		return
	}
	var kept []string
	var until time.Time
	attributes, losses := map[string]int{}, map[restore.Loss]int{}
	late := 0
	for _, item := range updates {
		for _, name := range item.Restored {
			attributes[name]++
		}
		for _, loss := range item.Lost {
			losses[loss]++
		}
		switch {
		case item.Status == importer.UndoKeep:
			kept = append(kept, fmt.Sprintf("kept: row %d, %s: %s", item.Row, item.ID, item.Reason))
		case len(item.Touched) > 0:
			kept = append(kept, fmt.Sprintf("kept: row %d, %s: %s changed since", item.Row, item.ID, strings.Join(item.Touched, ", ")))
		}
		if item.Until.After(until) {
			until = item.Until
		}
		if !item.Until.IsZero() {
			late++
		}
	}
	fmt.Fprintf(out, "%s updated by the run: %d to be restored, %d changed since and kept, %d gone already, %d restored before\n",
		plural(len(updates), "contact was", "contacts were"), u.CountUpdates(importer.UndoRestore), len(kept), u.CountUpdates(importer.UndoGone), u.CountUpdates(importer.UndoRestored))
	for _, name := range slices.Sorted(maps.Keys(attributes)) {
		fmt.Fprintf(out, "  to be restored: %s of %s\n", name, plural(attributes[name], "contact", "contacts"))
	}
	listSome(out, kept)
	for _, loss := range slices.SortedFunc(maps.Keys(losses), func(a, b restore.Loss) int {
		return cmp.Or(strings.Compare(a.Attribute, b.Attribute), strings.Compare(a.Why, b.Why))
	}) {
		fmt.Fprintf(out, "  not restored: %s of %s: %s\n", loss.Attribute, plural(losses[loss], "contact", "contacts"), loss.Why)
	}
	if late > 0 {
		fmt.Fprintf(out, "%s had no answer to an update, which may still be applied until %s: undo once more after that\n",
			plural(late, "contact", "contacts"), until.UTC().Format(time.RFC3339))
	}
}

// listSome prints the first texts.
func listSome(out io.Writer, texts []string) {
	const most = 20
	for i, text := range texts {
		if i == most {
			fmt.Fprintf(out, "  and %d more\n", len(texts)-most)
			return
		}
		fmt.Fprintf(out, "  %s\n", text)
	}
}
