package results

import (
	"errors"
	"io/fs"
	"os"
)

// file is a file that only grows. Its fields are guarded by the store's mutex,
// but for sync, which may run beside append.
type file struct {
	*os.File
	path string
	size int64  // where the next append goes, behind what is held
	held []byte // records that are not written yet
	err  error  // the first failure, a *WriteError; nothing is written after it
}

// createFile creates path, which must not exist.
func createFile(path string) (*file, error) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
	if err != nil {
		return nil, &WriteError{Path: path, Err: err}
	}
	return &file{File: f, path: path}, nil
}

// openFile opens path to continue at size, and cuts off what is behind.
func openFile(path string, size int64) (*file, error) {
	f, err := os.OpenFile(path, os.O_RDWR, 0)
	if err != nil {
		return nil, &WriteError{Path: path, Err: err}
	}
	if err := f.Truncate(size); err != nil {
		f.Close()
		return nil, &WriteError{Path: path, Err: err}
	}
	return &file{File: f, path: path, size: size}, nil
}

// append writes b whole or not at all, as far as the disk allows: what a full
// disk took of it is cut off again. What is held is written with it.
func (f *file) append(b []byte) error {
	if f.err != nil {
		return f.err
	}
	at := f.size - int64(len(f.held))
	if len(f.held) > 0 {
		f.held = append(f.held, b...)
		b = f.held
	}
	if _, err := f.WriteAt(b, at); err != nil {
		f.err = &WriteError{Path: f.path, Err: err}
		f.Truncate(at) // best effort: the next start repairs a torn tail
		return f.err
	}
	f.size, f.held = at+int64(len(b)), f.held[:0]
	return nil
}

// hold appends b, to be written with the next append or flush.
func (f *file) hold(b []byte) error {
	if f.err != nil {
		return f.err
	}
	f.held = append(f.held, b...)
	f.size += int64(len(b))
	return nil
}

// flush writes what is held.
func (f *file) flush() error {
	if len(f.held) == 0 {
		return f.err
	}
	return f.append(nil)
}

// sync is fsync; the caller keeps its error in f.err.
func (f *file) sync() error {
	if err := f.Sync(); err != nil {
		return &WriteError{Path: f.path, Err: err}
	}
	return nil
}

// remove takes path away; that it is not there is fine.
func remove(path string) error {
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return &WriteError{Path: path, Err: err}
	}
	return nil
}
