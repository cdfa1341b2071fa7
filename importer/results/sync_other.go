//go:build !windows

package results

import (
	"errors"
	"os"
	"syscall"
)

// syncDir makes what was created or renamed in a folder durable. Some network
// file systems know no fsync of a folder, and say so; they are synchronous.
func syncDir(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return &WriteError{Path: dir, Err: err}
	}
	defer d.Close()
	if err := d.Sync(); err != nil && !errors.Is(err, syscall.EINVAL) && !errors.Is(err, syscall.ENOTSUP) {
		return &WriteError{Path: dir, Err: err}
	}
	return nil
}
