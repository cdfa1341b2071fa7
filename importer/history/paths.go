package history

import (
	"encoding/csv"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"leadimport/importer/results"
)

// Files are those that Options.Previous means, where Options.Self is self.
func Files(paths []string, self string) ([]string, error) { return expand(paths, self) }

// expand turns paths and globs into files, each once, in an order that does
// not depend on that of the arguments. Side files and rejects that a glob
// catches are left out; a plain path that is one is an error.
func expand(paths []string, self string) ([]string, error) {
	var files []string
	var infos []os.FileInfo
	if info, err := os.Stat(self); err == nil {
		infos = append(infos, info)
	}
	for _, path := range paths {
		matches, glob, err := match(path)
		if err != nil {
			return nil, err
		}
		for _, file := range matches {
			// What belongs to results lies beside the file, not beside a link to it.
			if real, err := filepath.EvalSymlinks(file); err == nil {
				file = real
			}
			info, err := os.Stat(file)
			if err != nil && filepath.Clean(file) == filepath.Clean(self) {
				continue // not there yet
			}
			if err == nil && slices.ContainsFunc(infos, func(i os.FileInfo) bool { return os.SameFile(i, info) }) {
				continue
			}
			if what := otherFile(file); what != "" && glob {
				continue
			} else if what != "" {
				return nil, &results.PathError{Path: file, Problem: what}
			}
			files, infos = append(files, file), append(infos, info) // who opens it says what is wrong with it
		}
	}
	slices.Sort(files)
	return files, nil
}

// match returns the files that a path or a glob means.
func match(path string) (files []string, glob bool, err error) {
	if _, err := os.Lstat(path); err == nil || !strings.ContainsAny(path, "*?[") {
		return []string{path}, false, nil
	}
	files, err = filepath.Glob(path)
	if err != nil {
		return nil, true, &results.PathError{Path: path, Problem: "is not a pattern: " + err.Error(), Err: err}
	}
	return files, true, nil
}

// otherFile says what a file of ours is that holds no results; empty: it may
// hold some.
func otherFile(path string) string {
	if results.IsSideFile(path) {
		return "lies beside results and is none: name the results file itself, what lies beside it is read with it"
	}
	if header, err := header(path); err == nil && results.IsRejects(header) {
		return "holds rejects, rows that were not imported: mend it and import it like any list; the results file of that run tells what was"
	}
	return ""
}

func header(path string) ([]string, error) {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() { // opening a pipe would wait
		err = errors.New("is not a regular file")
	}
	if err != nil {
		return nil, err
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	in := csv.NewReader(io.LimitReader(f, 1<<20))
	names, err := in.Read()
	if len(names) > 0 {
		names[0] = strings.TrimPrefix(names[0], "\uFEFF")
	}
	return names, err
}
