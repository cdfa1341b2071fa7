package plan

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"
)

// Format is that of both files. Plans of another one are not read.
const Format = 1

// About is what a plan was made from.
type About struct {
	Format    int               `json:"format"`
	Version   string            `json:"version"` // of the program
	MadeAt    time.Time         `json:"made_at"`
	Workspace string            `json:"workspace"`
	API       string            `json:"api_version"`
	List      Input             `json:"list"`
	Mapping   *Input            `json:"mapping,omitempty"` // nil: it was inferred
	Previous  []Input           `json:"previous,omitempty"`
	Results   string            `json:"results,omitempty"` // from the folder of the plan; blank: those of the list
	Flags     []Flag            `json:"flags"`             // those that decide what becomes of rows
	Types     map[string]string `json:"types"`             // of the attributes, some of them the workspace's own
	Tags      []string          `json:"tags,omitempty"`
	RowTags   int               `json:"row_tags,omitempty"` // how many different ones rows name by themselves
	Rows      int               `json:"rows"`
	Counts    map[Action]int    `json:"counts"`
	Changes   map[string]int    `json:"changes"` // rows that write an attribute, by it
	// Attributes name the columns of the plan behind its own.
	Attributes []string `json:"attributes"`
	SHA256     string   `json:"plan_sha256"` // of the CSV file
	Seal       string   `json:"seal"`        // digest of all this, and so the name of the plan
}

// Input is a file that a plan was made from.
type Input struct {
	Path   string `json:"path"` // from the folder of the plan
	Given  string `json:"given"`
	SHA256 string `json:"sha256"` // of all files that belong to it
}

// Flag is a flag of the command that made the plan.
type Flag struct {
	Name   string   `json:"name"`
	Values []string `json:"values"`
}

// AboutPath is the JSON file of the plan at path.
func AboutPath(path string) string { return path + ".json" }

// Encode seals a and writes it.
func (a *About) Encode() ([]byte, error) {
	var err error
	if a.Seal, err = a.seal(); err != nil {
		return nil, err
	}
	data, err := json.MarshalIndent(a, "", "  ")
	return append(data, '\n'), err
}

func (a *About) seal() (string, error) {
	b := *a
	b.Seal = ""
	data, err := json.Marshal(b)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(data)
	return hex.EncodeToString(sum[:]), nil
}

// maxAbout bounds the JSON file; one of a plan has some kilobytes.
const maxAbout = 16 << 20

const again = "make the plan again"

// Load reads what the plan at path was made from, and finds out whether both
// files are as they were made. version is the program's; blank: any will do.
// The error is an *Error.
func Load(path, version string) (*About, error) {
	wrong := func(format string, args ...any) (*About, error) {
		return nil, &Error{path, fmt.Sprintf(format, args...)}
	}
	if _, err := os.Stat(path); err == nil && !regular(path) {
		return wrong("is not a file: leadimport plan FILE --plan PLAN makes a plan")
	}
	f, err := os.Open(path)
	if err != nil {
		return wrong("%v: leadimport plan FILE --plan PLAN makes one", cause(err))
	}
	defer f.Close()
	if ok, err := begins(f); err != nil || !ok {
		return wrong("is not a plan: its first column is %s, in UTF-8 with commas, as leadimport plan writes it; %s if a spreadsheet has saved it", columns[0], again)
	}
	beside := AboutPath(path)
	in, err := os.Open(beside)
	if err != nil {
		return wrong("%s, which tells what it was made from, cannot be read: %v: keep both together, or %s", beside, cause(err), again)
	}
	defer in.Close()
	data, err := io.ReadAll(io.LimitReader(in, maxAbout))
	if err != nil {
		return wrong("%s cannot be read: %v", beside, cause(err))
	}
	a := &About{}
	var head struct{ Format int }
	if json.Unmarshal(data, &head) == nil && head.Format != 0 && head.Format != Format {
		return wrong("it was made by another version of leadimport, in format %d and not %d: %s", head.Format, Format, again)
	}
	strict := json.NewDecoder(bytes.NewReader(data))
	strict.DisallowUnknownFields()
	if err := strict.Decode(a); err != nil {
		return wrong("%s is damaged: %v: %s", beside, err, again)
	}
	if seal, err := a.seal(); err != nil || seal != a.Seal {
		return wrong("%s was edited after the plan was made: %s", beside, again)
	}
	if version != "" && version != a.Version {
		return wrong("it was made by leadimport %s, and this is %s: %s", a.Version, version, again)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return wrong("%v", cause(err))
	}
	sum := sha256.New()
	if _, err := io.Copy(sum, f); err != nil {
		return wrong("%v", cause(err))
	}
	if hex.EncodeToString(sum.Sum(nil)) != a.SHA256 {
		return wrong("it was edited or cut after it was made: a plan is applied as it was made, so mend the list or the mapping, and %s", again)
	}
	return a, nil
}

// IsPlan reports whether the file at path begins as a plan does.
func IsPlan(path string) bool {
	if !regular(path) { // whoever opens a pipe waits
		return false
	}
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	ok, err := begins(f)
	return ok && err == nil
}

func regular(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.Mode().IsRegular()
}

func begins(r io.Reader) (bool, error) {
	want := []byte(columns[0] + "," + columns[1] + ",")
	head := make([]byte, len(want))
	_, err := io.ReadFull(r, head)
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return false, nil
	}
	return bytes.Equal(head, want), err
}

func cause(err error) error {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err
	}
	return err
}
