package importer

import (
	"fmt"

	"leadimport/importer/results"
	"leadimport/mapping"
)

// meetEarlier looks at the run that is resumed, if there is one.
func (j *Job) meetEarlier() error {
	if j.cfg.Store == nil {
		return nil
	}
	j.earlier = j.cfg.Store.Earlier()
	if j.earlier == nil {
		return nil
	}
	f := &j.forecast
	then, ok := j.earlier.Meta()
	if !ok {
		f.Notes = append(f.Notes, "the journal of the interrupted run is gone: every row without a result is looked up before it is created")
		return nil
	}
	now := j.meta()
	if then.KeyKind != now.KeyKind {
		return stop(NothingSent, "resume with the mapping of the first run, or import the file anew with --previous and other --results",
			"the results know rows by %s, this mapping by %s: everybody would be created again", then.KeyKind, now.KeyKind)
	}
	if then.Shard != now.Shard {
		return stop(NothingSent, "resume with the same --shard",
			"the results are of shard %q, this run is of %q", then.Shard, now.Shard)
	}
	if now.Workspace != "" && then.Workspace != "" && then.Workspace != now.Workspace {
		return stop(NothingSent, "use the token of the workspace that the run was begun in",
			"the results are of workspace %s, the token is of %s: ids mean nothing elsewhere", then.Workspace, now.Workspace)
	}
	if then.Mapping != now.Mapping {
		f.Notes = append(f.Notes, "the mapping has changed since the run was interrupted: rows that are done stay as they were sent")
	}
	if then.APIVersion != now.APIVersion {
		f.Notes = append(f.Notes, fmt.Sprintf("the run was begun with API version %s and goes on with %s", then.APIVersion, now.APIVersion))
	}
	return nil
}

// meta identifies this run.
func (j *Job) meta() results.Meta {
	return results.Meta{
		Input:       j.cfg.Input.Name(),
		InputSHA256: j.cfg.Input.SHA256(),
		Mapping:     j.cfg.Mapping.Digest(),
		KeyKind:     j.cfg.Mapping.KeyKind(),
		APIVersion:  j.cfg.Version.String(),
		Workspace:   j.forecast.Workspace.ID,
		Shard:       j.cfg.Shard.String(),
		Rows:        j.forecast.Rows,
		Tags:        j.tags,
		Started:     j.began,
	}
}

// noteEarlier takes into account what the interrupted run left of a row. It
// reports whether the row stands as it is.
func (j *Job) noteEarlier(w *row, shared bool) (bool, error) {
	if j.earlier == nil {
		return false, nil
	}
	f := &j.forecast
	if a, ok := j.earlier.Applied(w.number); ok {
		return true, j.noteApplied(w, a, shared)
	}
	status := j.earlier.Status(w.number)
	if _, open := j.earlier.Doubt(w.number); open || (status == "" && j.blind()) || status == results.Unresolved {
		f.Doubt++
	}
	if status == "" || status == results.Invalid {
		return false, nil
	}
	if !shared && !j.changed() && stands(status) {
		f.Standing++
		return true, nil
	}
	line, _, err := j.earlier.Line(w.number)
	if err != nil {
		return false, err
	}
	// The journal tells the workspace; when it is gone, each line does (R7).
	if here := f.Workspace.ID; line.Workspace != "" && here != "" && line.Workspace != here {
		return false, stop(NothingSent, "use the token of the workspace that the run was begun in",
			"the results are of workspace %s, the token is of %s: ids mean nothing elsewhere", line.Workspace, here)
	}
	if line.Key != string(w.key) && (stands(status) || status == results.Unresolved) {
		return false, stop(NothingSent, "import the changed file with --previous and other --results",
			"the file has changed since the run was interrupted: row %d was %s and is another row now", w.number, status)
	}
	if shared && line.ID != "" {
		j.order[w.key] = &resumedKey{id: line.ID, userID: line.UserID}
	}
	if stands(status) {
		f.Standing++
		return true, nil
	}
	if line.ID != "" && line.Key == string(w.key) && !w.lead.IsUpdate() {
		w.lead.ID = line.ID
	}
	return false, nil
}

// stands reports whether a resumed run leaves a row as it is.
func stands(s results.Status) bool {
	switch s {
	case results.Created, results.Updated, results.Unchanged, results.Skipped:
		return true
	}
	return false
}

// blind reports whether the journal of the interrupted run is gone (R7).
func (j *Job) blind() bool {
	if j.earlier == nil {
		return false
	}
	_, ok := j.earlier.Meta()
	return !ok
}

// changed reports whether the input or the mapping are not those of the
// interrupted run, so that rows must be compared by their keys.
func (j *Job) changed() bool {
	then, ok := j.earlier.Meta()
	return !ok || then.InputSHA256 != j.cfg.Input.SHA256() || then.Mapping != j.cfg.Mapping.Digest()
}

// resumed returns the id that an interrupted run recorded for a shared key.
func (j *Job) resumed(key mapping.Key) (id, userID string) {
	if r := j.order[key]; r != nil {
		return r.id, r.userID
	}
	return "", ""
}
