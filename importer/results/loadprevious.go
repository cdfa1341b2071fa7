package results

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// LoadPrevious reads the results of earlier runs. paths may be globs: one that
// matches nothing is no error, a plain path that is missing is. self, the
// run's own results file, is left out. Several workspaces are an error. mine
// tells which keys are the caller's: a shard remembers no others; nil: all.
//
// A run that was interrupted and never resumed may have created leads that no
// line tells of: its journal is read for them.
func LoadPrevious(paths []string, self string, mine func(key string) bool) (*Previous, error) {
	files, err := expand(paths, self)
	if err != nil {
		return nil, err
	}
	l := previousLoader{Previous: &Previous{doubts: map[int]Doubt{}, kinds: map[string]bool{}, newest: -1}, mine: mine}
	for _, path := range files {
		r, err := Read(path)
		if err == nil {
			var more bool
			if more, err = l.read(r); err == nil {
				err = l.readJournal(path, more)
			}
		}
		if err != nil {
			l.Close()
			return nil, err
		}
	}
	l.weigh()
	return l.Previous, nil
}

// expand turns paths and globs into files, each once.
func expand(paths []string, self string) ([]string, error) {
	var files []string
	var infos []os.FileInfo
	if info, err := os.Stat(self); err == nil {
		infos = append(infos, info)
	}
	for _, path := range paths {
		matches := []string{path}
		if glob := strings.ContainsAny(path, "*?["); glob && !exists(path) {
			var err error
			if matches, err = filepath.Glob(path); err != nil {
				return nil, &PathError{Path: path, Problem: "is not a pattern: " + err.Error(), Err: err}
			}
			matches = slices.DeleteFunc(matches, beside)
		}
		for _, match := range matches {
			info, err := os.Stat(match)
			if err != nil && filepath.Clean(match) == filepath.Clean(self) {
				continue // not there yet
			}
			if err == nil && slices.ContainsFunc(infos, func(i os.FileInfo) bool { return os.SameFile(i, info) }) {
				continue
			}
			files, infos = append(files, match), append(infos, info) // Read says what is wrong with it
		}
	}
	return files, nil
}

// beside tells whether path is a file that lies beside results.
func beside(path string) bool {
	for _, ending := range []string{".journal", ".lock", ".undo", tmp} {
		if strings.HasSuffix(path, ending) {
			return true
		}
	}
	return false
}

// readJournal takes into account what only the journal of an unfinished run
// knows: creates in doubt, and lines that the results file lost.
func (l *previousLoader) readJournal(path string, unresolved bool) error {
	f, err := os.Open(journalPath(path))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return &PathError{Path: journalPath(path), Problem: rootCause(err).Error(), Err: err}
	}
	defer f.Close()
	if finished(f) && !unresolved {
		return nil
	}
	e := newEarlier(path)
	defer e.close()
	var found found
	var prints byRow[uint32]
	if err := e.loadResults(&found, &prints); err != nil {
		return err
	}
	if err := e.loadJournal(&found, &prints); err != nil {
		return err
	}
	e.dropSettled()
	if err := l.putRecords(e, f.Name()); err != nil {
		return err
	}
	for row, d := range e.doubts {
		if d.Key == "" {
			continue
		}
		at := later(d.Last, d.Since)
		if e.Status(row) != "" { // its line knows less, and is younger
			line, _, err := e.Line(row)
			if err != nil {
				return err
			}
			at = later(at, line.At)
		}
		l.open(at, true, d)
	}
	return nil
}

// putRecords takes in the lines that only the journal at path has: those that
// the results file lost, and those of rows that were applied and not finished.
func (l *previousLoader) putRecords(e *Earlier, path string) error {
	records, run := len(l.files), len(l.files)-1
	put := func(line Line, at int64) error {
		if records == len(l.files) {
			f, err := os.Open(path)
			if err != nil {
				return &PathError{Path: path, Problem: rootCause(err).Error(), Err: err}
			}
			l.files = append(l.files, &previousFile{path: path, file: f, run: run})
		}
		return l.put(line, at)
	}
	for row := 1; row <= e.lines.max; row++ {
		if !e.Missing(row) {
			continue
		}
		line, _, err := e.Line(row)
		if err == nil {
			err = put(line, e.lines.at(row).offset())
		}
		if err != nil {
			return err
		}
	}
	for _, a := range e.applied {
		if err := put(a.Line, a.at); err != nil {
			return err
		}
	}
	return nil
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// finished tells whether a journal ends with the record that its run is done.
func finished(f *os.File) bool {
	info, err := f.Stat()
	if err != nil {
		return false
	}
	tail := make([]byte, min(info.Size(), 256))
	if _, err := f.ReadAt(tail, info.Size()-int64(len(tail))); err != nil && err != io.EOF {
		return false
	}
	last := bytes.LastIndexByte(bytes.TrimSuffix(tail, []byte{'\n'}), '\n') + 1
	en, err := decodeEntry(tail[last:])
	return err == nil && en.End != nil && tail[len(tail)-1] == '\n'
}
