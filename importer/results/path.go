package results

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
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
// name costs nobody their data, and one that has other names.
func checkOurs(path string) error {
	f, err := openWritable(path)
	if f == nil {
		return err
	}
	defer f.Close()
	if err := checkLinks(f); err != nil {
		return err
	}
	info, err := f.Stat()
	if err != nil {
		return &PathError{Path: path, Problem: rootCause(err).Error(), Err: err}
	}
	switch _, _, err = readLayout(f, info.Size()); err {
	case nil, io.EOF:
		return nil
	case errUTF16:
		return &PathError{Path: path, Problem: err.Error(), Err: err}
	case errTorn: // Begin was interrupted
		want := strings.Join(ours, ",")
		head := make([]byte, min(info.Size(), int64(len(want))))
		if _, err := f.ReadAt(head, 0); err == nil && strings.HasPrefix(want, string(head)) {
			return nil
		}
	}
	return &PathError{Path: path, Problem: "is not a results file of this program and is left alone: name another results file"}
}

// checkLinks refuses a file that has more than one name.
func checkLinks(f *os.File) error {
	n, err := linksTo(f)
	if err != nil {
		return &PathError{Path: f.Name(), Problem: rootCause(err).Error(), Err: err}
	}
	if n > 1 {
		return &LinkedError{Path: f.Name(), Links: int(n)}
	}
	return nil
}

// SideFiles are the files that lie beside results, or beside any file that the
// program replaces: no other output may be named like one of them.
func SideFiles(path string) []string {
	return []string{journalPath(path), path + ".lock", undonePath(path), path + tmp, journalPath(path) + tmp}
}

// IsSideFile tells whether path is named like one of the files that lie beside
// results.
func IsSideFile(path string) bool {
	return slices.ContainsFunc(SideFiles(""), func(ending string) bool { return strings.HasSuffix(path, ending) })
}

func dirOf(path string) string { return filepath.Dir(path) }

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
