//go:build !windows

package results

import (
	"os"
	"syscall"
)

// linksTo is how many names f has in its file system.
func linksTo(f *os.File) (uint64, error) {
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	if s, ok := info.Sys().(*syscall.Stat_t); ok {
		return uint64(s.Nlink), nil
	}
	return 1, nil
}
