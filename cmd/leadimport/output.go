package main

import (
	"encoding/json"
	"os"
	"path/filepath"

	"leadimport/importer/report"
	"leadimport/importer/results"
)

// writeSummary writes a run's totals as JSON where --summary says.
func writeSummary(path string, s report.Summary) error { return writeJSON(path, s) }

// writeJSON writes v as one line of JSON: to standard output (-), or to a
// file that is replaced whole or not at all.
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
	tmp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return &results.WriteError{Path: path, Err: err}
	}
	defer os.Remove(tmp.Name()) // after a rename there is nothing to remove
	_, err = tmp.Write(data)
	if cerr := tmp.Close(); err == nil {
		err = cerr
	}
	if err == nil {
		err = os.Rename(tmp.Name(), path)
	}
	if err != nil {
		return &results.WriteError{Path: path, Err: err}
	}
	return nil
}
