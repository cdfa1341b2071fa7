package plan

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Applied tells of the run that applies a plan, or has applied it. A plan is
// applied once: of two runs that begin at the same time, with results of their
// own, each would create everybody.
type Applied struct {
	Seal    string    `json:"seal"` // of the plan
	Results string    `json:"results"`
	At      time.Time `json:"at"`
}

// AppliedPath is the file that tells of it.
func AppliedPath(path string) string { return path + ".applied" }

// ReadApplied tells whether the plan at path, about which a tells, was applied;
// nil: it was not.
func ReadApplied(path string, a *About) (*Applied, error) {
	data, err := os.ReadFile(AppliedPath(path))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var done Applied
	if err == nil {
		err = json.Unmarshal(data, &done)
	}
	if err != nil {
		return nil, &Error{AppliedPath(path), fmt.Sprintf("tells whether the plan was applied, and cannot be read: %v: %s", cause(err), again)}
	}
	if done.Seal != a.Seal { // an earlier plan of this name
		return nil, nil
	}
	return &done, nil
}

// MarkApplied notes, durably, that the plan is about to be applied. An error
// that is fs.ErrExist tells that another run was quicker.
func MarkApplied(path string, a *About, results string) error {
	if done, err := ReadApplied(path, a); err == nil && done == nil {
		_ = os.Remove(AppliedPath(path)) // an earlier plan's, or there is none
	}
	data, err := json.Marshal(Applied{a.Seal, results, time.Now().UTC()})
	if err != nil {
		return err
	}
	f, err := os.OpenFile(AppliedPath(path), os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(append(data, '\n'))
	if err == nil {
		err = f.Sync()
	}
	err = errors.Join(err, f.Close())
	if err != nil {
		_ = os.Remove(AppliedPath(path))
		return err
	}
	if dir, err := os.Open(filepath.Dir(path)); err == nil {
		_ = dir.Sync() // not every file system can
		dir.Close()
	}
	return nil
}

// UnmarkApplied takes that back for a run that has sent nothing.
func UnmarkApplied(path string) error { return os.Remove(AppliedPath(path)) }
