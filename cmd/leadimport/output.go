package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"leadimport/importer/results"
)

// writeJSON writes v as one line of JSON: to standard output (-), or to a
// file.
func writeJSON(path string, v any) error {
	if path == "" {
		return nil
	}
	data, err := json.Marshal(v)
	if err != nil {
		return err
	}
	data = append(escapeJSON(data), '\n')
	if path == "-" {
		// Whoever read it may have gone; what was asked for is done all the same.
		_, _ = os.Stdout.Write(data)
		return nil
	}
	return writeFile(path, data, 0o600)
}

// standardOutput is that, with errors that have their exit codes: a full disk
// is one, a reader who has seen enough, as head does, is none.
type standardOutput struct{}

func (standardOutput) Write(b []byte) (int, error) {
	n, err := os.Stdout.Write(b)
	switch {
	case errors.Is(err, syscall.EPIPE):
		err = statusError{code: exitOK}
	case err != nil:
		err = &results.WriteError{Path: "standard output", Err: err}
	}
	return n, err
}

// writeFile replaces the file at path whole or not at all, where it can be
// replaced. The error is a *results.WriteError.
func writeFile(path string, data []byte, mode fs.FileMode) error {
	err := replaceFile(path, mode, func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	})
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

// replaceFile puts what write writes at path whole, or not at all, also when
// the power fails.
func replaceFile(path string, mode fs.FileMode, write func(io.Writer) error) error {
	tmp, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name()) // after a rename there is nothing to remove
	out := bufio.NewWriter(tmp)
	err = write(out)
	if err == nil {
		err = out.Flush()
	}
	if err == nil {
		err = tmp.Chmod(mode)
	}
	if err == nil {
		err = tmp.Sync()
	}
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

// escapeJSON writes the characters that a terminal obeys, and that JSON lets
// through, as escapes: it means the same.
func escapeJSON(data []byte) []byte {
	var out bytes.Buffer
	for _, r := range string(data) {
		if r != '\n' && commands(r) {
			fmt.Fprintf(&out, `\u%04x`, r)
		} else {
			out.WriteRune(r)
		}
	}
	return out.Bytes()
}
