package importer

import (
	"slices"
	"strings"

	"leadimport/importer/results"
	"leadimport/mapping"
)

// meetPrevious refuses results that cannot tell who is who in this run.
func (j *Job) meetPrevious() error {
	p := j.cfg.Previous
	if p == nil {
		return nil
	}
	if now := j.forecast.Workspace.ID; now != "" && p.Workspace() != "" && p.Workspace() != now {
		return stop(NothingSent, "use the token of the workspace that they were made in",
			"the previous results are of workspace %s, the token is of %s: ids mean nothing elsewhere", p.Workspace(), now)
	}
	// Rows without a key, and rows that name an id, are known alike whatever
	// the key is.
	kind, _, _ := strings.Cut(strings.ReplaceAll(j.cfg.Mapping.KeyKind(), "+", ":"), ":")
	kinds := p.Kinds()
	foreign := slices.IndexFunc(kinds, func(k string) bool {
		return k != kind && k != "row" && k != "id" && k != "user_id"
	})
	none := !slices.Contains(kinds, kind) && slices.Contains(kinds, "row")
	if foreign >= 0 || none {
		return stop(NothingSent, "use the key of the mapping that they were made with",
			"the previous results know rows by %s, this mapping by %s: everybody would be created again",
			strings.Join(kinds, ", "), j.cfg.Mapping.KeyKind())
	}
	return nil
}

// lookPrevious looks a key up in the results of earlier runs; nil: nothing is
// known of it. For one goroutine at a time: Prepare, then the feed.
func (j *Job) lookPrevious(key mapping.Key) (*results.PreviousEntry, error) {
	if j.cfg.Previous == nil || key == "" {
		return nil, nil
	}
	e, ok, err := j.cfg.Previous.Find(string(key))
	if err != nil || !ok {
		return nil, err
	}
	return &e, nil
}

// doubtOf is the doubt that an earlier run was left in about a key.
func doubtOf(e results.PreviousEntry) *doubt {
	return &doubt{first: e.Doubt.First, last: e.Doubt.Last, since: e.Doubt.Since, skew: e.Doubt.Skew, body: e.Doubt.Body}
}
