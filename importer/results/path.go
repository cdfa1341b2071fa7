package results

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
)

// CheckPath tells whether a regular file can be at path: what is there is one,
// or nothing is there and the folder exists. It writes nothing. The error is a
// *PathError.
func CheckPath(path string) error {
	if err := checkRegular(path); err != nil {
		return err
	}
	dir := filepath.Dir(path)
	info, err := os.Stat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return &PathError{Path: dir, Problem: "there is no such folder: create it, or name another file", Err: err}
	case err != nil:
		return &PathError{Path: dir, Problem: rootCause(err).Error(), Err: err}
	case !info.IsDir():
		return &PathError{Path: dir, Problem: "is not a folder: name another file"}
	}
	return nil
}

// checkRegular refuses what is no regular file. A link is refused, too: the
// file is replaced by a rename, which would leave the link's target behind.
func checkRegular(path string) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case errors.Is(err, syscall.ENOTDIR):
		return &PathError{Path: filepath.Dir(path), Problem: "is not a folder: name another file", Err: err}
	case err != nil:
		return &PathError{Path: path, Problem: rootCause(err).Error(), Err: err}
	case info.Mode().IsRegular():
		return nil
	}
	what := "a special file"
	switch mode := info.Mode(); {
	case mode.IsDir():
		what = "a folder"
	case mode&fs.ModeSymlink != 0:
		what = "a symbolic link"
	case mode&fs.ModeNamedPipe != 0:
		what = "a pipe"
	case mode&fs.ModeDevice != 0:
		what = "a device"
	case mode&fs.ModeSocket != 0:
		what = "a socket"
	}
	return &PathError{Path: path, Problem: "is " + what + ": results go to a regular file, name one"}
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

// checkOurs refuses a file at path that is no results file, so that a mistyped
// name costs nobody their data.
func checkOurs(path string) error {
	f, err := openWritable(path)
	if f == nil {
		return err
	}
	defer f.Close()
	want := strings.Join(ours, ",")
	head := make([]byte, len(want))
	n, err := io.ReadFull(f, head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return &PathError{Path: path, Problem: rootCause(err).Error(), Err: err}
	}
	if !strings.HasPrefix(want, string(head[:n])) {
		return &PathError{Path: path, Problem: "is not a results file of this program and is left alone: name another results file"}
	}
	return nil
}

// openWritable opens a file that is there, nil when there is none, in the way
// in which Begin is going to.
func openWritable(path string) (*os.File, error) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, &PathError{Path: path, Problem: "cannot be written: " + rootCause(err).Error(), Err: err}
	}
	return f, nil
}
