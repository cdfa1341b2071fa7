package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"

	"leadimport/importer/report"
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
		_, err := os.Stdout.Write(data)
		return err
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return fmt.Errorf("writing --summary: %w", pathError(path, err))
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
		return fmt.Errorf("writing --summary %s: %w", path, err)
	}
	return nil
}
