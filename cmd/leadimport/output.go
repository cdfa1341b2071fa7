package main

import (
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"leadimport/importer/report"
	"leadimport/importer/results"
)

// writeSummary writes a run's totals as JSON where --summary says.
func writeSummary(path string, s report.Summary) error { return writeJSON(path, s) }

// writeJSON writes v as one line of JSON: to standard output (-), or to a
// file that is replaced whole or not at all, where it can be replaced.
func writeJSON(path string, v any) error {
	if path == "" {
		return nil
	}
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	data = append(data, '\n')
	if path == "-" {
		// Whoever read it may have gone; what was asked for is done all the same.
		_, _ = os.Stdout.Write(data)
		return nil
	}
	err = replaceFile(path, data)
	if irreplaceable(err) {
		if werr := overwriteFile(path, data); !errors.Is(werr, fs.ErrNotExist) {
			err = werr
		}
	}
	if err != nil {
		return &results.WriteError{Path: path, Err: err}
	}
	return nil
}

// replaceFile puts data at path whole, or not at all.
func replaceFile(path string, data []byte) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name()) // after a rename there is nothing to remove
	_, err = tmp.Write(data)
	if cerr := tmp.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	return err
}

// irreplaceable tells of a file that may be written but not replaced: it is
// mounted there by itself, or its folder is not ours. Kubernetes' termination
// message, /dev/termination-log, is both.
func irreplaceable(err error) bool {
	return errors.Is(err, syscall.EBUSY) || errors.Is(err, syscall.EROFS) || errors.Is(err, fs.ErrPermission)
}

// overwriteFile writes into a file that is there already.
func overwriteFile(path string, data []byte) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_TRUNC, 0)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	return err
}
