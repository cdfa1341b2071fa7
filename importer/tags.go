package importer

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"leadimport/client"
	"leadimport/importer/results"
	"leadimport/mapping"
)

// nameTags settles the names of the run's tags. A run that is resumed keeps
// the names that it began with: the day may have changed since.
func (j *Job) nameTags() error {
	j.began = time.Now().UTC().Truncate(time.Second)
	var then []results.Tag
	if j.earlier != nil {
		meta, _ := j.earlier.Meta()
		then = meta.Tags
		if !meta.Started.IsZero() {
			j.began = meta.Started
		}
	}
	for _, t := range slices.Concat(j.cfg.Mapping.Tags(), j.cfg.Tags) {
		name, err := j.tagName(t, then)
		if err != nil {
			return err
		}
		if !slices.ContainsFunc(j.tags, func(have results.Tag) bool { return strings.EqualFold(have.Name, name) }) {
			j.tags = append(j.tags, results.Tag{Template: t.String(), Name: name})
			j.forecast.Tags = append(j.forecast.Tags, name)
		}
	}
	if j.earlier != nil && !j.blind() && !slices.Equal(tagNames(then), j.forecast.Tags) {
		had := "none"
		if len(then) > 0 {
			had = quoted(tagNames(then))
		}
		j.forecast.Notes = append(j.forecast.Notes, "the tags have changed since the run was interrupted: rows that are done keep what they got: "+had)
	}
	return nil
}

func (j *Job) tagName(t mapping.Tag, then []results.Tag) (string, error) {
	for _, have := range then {
		if have.Template == t.String() {
			return have.Name, nil
		}
	}
	if t.NamesFile() && j.cfg.Input.Name() == "standard input" {
		return "", stop(NothingSent, "name the file, or leave {file} out", "tag %q holds the name of the file, and standard input has none", t)
	}
	name, err := t.Name(j.began, j.cfg.Input.Name())
	if err != nil {
		return "", &StopError{Reason: NothingSent, Err: err, Hint: "shorten it"}
	}
	return name, nil
}

func tagNames(list []results.Tag) (names []string) {
	for _, t := range list {
		names = append(names, t.Name)
	}
	return names
}

// makeTags creates the tags that the workspace lacks, before anybody is
// created: a tag that cannot be made must not be found out by its leads. It
// returns their ids, nil when no row is to be sent.
func (j *Job) makeTags(ctx context.Context) ([]string, error) {
	f := &j.forecast
	if len(j.tags) == 0 || f.Create+f.Update+f.Doubt+f.Open == 0 {
		return nil, nil
	}
	ids := make([]string, len(j.tags))
	for i, t := range j.tags {
		id, err := j.cfg.Client.SaveTag(ctx, t.Name)
		var refusal *client.Error
		if errors.As(err, &refusal) && refusal.Kind == client.Refused {
			return nil, stop(NothingSent, "choose another name for it", "the API does not take the tag %q: %s", t.Name, refusal.Message)
		}
		if refusal != nil && refusal.Kind == client.Unauthorised && refusal.Status != 401 {
			return nil, &StopError{Reason: Unauthorised, Err: fmt.Errorf("creating the tag %q: %w", t.Name, err), Hint: `nobody was created: in the Developer Hub give the app "Write tags", or leave the tags out`}
		}
		if err != nil {
			return nil, fmt.Errorf("creating the tag %q: %w", t.Name, err)
		}
		ids[i] = id
	}
	return ids, nil
}
