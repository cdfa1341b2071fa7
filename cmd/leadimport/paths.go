package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"leadimport/importer/results"
)

// resultsPath is where the results go: as named, or beside the input.
func resultsPath(file string, flags *jobFlags) (string, error) {
	path := flags.results
	if path == "" {
		if file == "-" {
			return "", usageError{"standard input has no name: say where the results go with --results FILE"}
		}
		path = strings.TrimSuffix(file, compression(file))
		path = strings.TrimSuffix(path, filepath.Ext(path))
		if flags.sandbox {
			path += ".sandbox"
		}
		if s, err := flags.shardOf(); err == nil && s.Of > 0 {
			path += fmt.Sprintf(".%d-of-%d", s.Index, s.Of)
		}
		path += ".results.csv"
	}
	for _, other := range []struct{ what, path string }{
		{"the input", file}, {"--rejects", flags.rejects}, {"--mapping", flags.mapping},
	} {
		if samePath(path, other.path) {
			return "", usageError{fmt.Sprintf("%s: --results and %s are the same file", path, other.what)}
		}
	}
	if results.IsSideFile(path) {
		return "", usageError{fmt.Sprintf("%s: files with this ending belong to results: name the results otherwise", path)}
	}
	if samePath(flags.rejects, file) {
		return "", usageError{fmt.Sprintf("%s: --rejects and the input are the same file", file)}
	}
	return path, nil
}

// findMapping takes the mapping that lies beside the list under its name, where
// no other is named: leads.mapping.yaml for leads.csv.
func (f *jobFlags) findMapping(file string) {
	if f.mapping != "" || file == "" || file == "-" {
		return
	}
	path := strings.TrimSuffix(file, compression(file))
	path = strings.TrimSuffix(path, filepath.Ext(path)) + ".mapping.yaml"
	if info, err := os.Stat(path); err == nil && info.Mode().IsRegular() {
		f.mapping, f.beside = path, true
	}
}

func compression(file string) string {
	switch ext := filepath.Ext(file); strings.ToLower(ext) {
	case ".gz", ".zst", ".bz2", ".zip":
		return ext
	}
	return ""
}

// samePath reports whether two names are one file, also through links.
func samePath(a, b string) bool {
	if a == "" || b == "" || a == "-" || b == "-" {
		return false
	}
	if filepath.Clean(a) == filepath.Clean(b) {
		return true
	}
	x, err1 := os.Stat(a)
	y, err2 := os.Stat(b)
	return err1 == nil && err2 == nil && os.SameFile(x, y)
}

// pathError says what is wrong with a file without Go's verb in front.
func pathError(file string, err error) error {
	var p *os.PathError
	if errors.As(err, &p) {
		return fmt.Errorf("%s: %w", file, p.Err)
	}
	return err
}

// checkOutput tells whether what flag names can be written at path: it is a
// place for a file, and not that of another one that the run reads or writes.
func (f *jobFlags) checkOutput(flag, path, file string) error {
	own, _ := resultsPath(file, f) // its error is told elsewhere
	for _, other := range []struct{ what, path string }{
		{"the input", file}, {"--results", own}, {"--rejects", f.rejects}, {"--mapping", f.mapping},
		{"--token-file", f.tokenFile}, {"--summary", f.summary}, {"--metrics-file", f.metrics},
	} {
		if other.what != flag && samePath(path, other.path) {
			return usageError{fmt.Sprintf("%s: %s and %s are the same file", path, other.what, flag)}
		}
	}
	for _, p := range append([]string{own, f.rejects}, f.previous...) {
		for _, side := range results.SideFiles(p) {
			if p != "" && samePath(path, side) {
				return usageError{fmt.Sprintf("%s: %s would write over a file that belongs to %s: name another", path, flag, p)}
			}
		}
	}
	for _, p := range f.previous {
		if samePath(path, p) {
			return usageError{fmt.Sprintf("%s: --previous reads it and %s would write over it: name another", path, flag)}
		}
	}
	return results.CheckPath(path)
}

// proveWritable writes nothing into the file that flag names and finds out all
// the same whether it could be written at the end: a run that has sent
// everything should not lose what it has to say.
func proveWritable(flag, path string) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err == nil {
		return errors.Join(tmp.Close(), os.Remove(tmp.Name()))
	}
	if irreplaceable(err) && flag != "--rejects" { // those are only ever replaced
		if f, err := os.OpenFile(path, os.O_WRONLY, 0); err == nil {
			return f.Close()
		}
	}
	return usageError{fmt.Sprintf("%s: %v: name a file in a folder that is writable", flag, pathError(path, err))}
}
