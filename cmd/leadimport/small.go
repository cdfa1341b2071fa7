package main

import (
	"fmt"
	"io"
	"io/fs"
	"os"
	"syscall"
)

// The most that is read of files that are small, in bytes: a device or a pipe
// may have no end.
const (
	maxToken   = 16 << 10
	maxMapping = 1 << 20
)

// readSmall reads a file of at most so many bytes. A pipe is read, too, as
// shells make one of <(command), but nobody is waited for to open it.
func readSmall(path string, most int64) ([]byte, error) {
	mode := os.O_RDONLY
	if info, err := os.Stat(path); err == nil && info.Mode()&fs.ModeNamedPipe != 0 {
		mode |= syscall.O_NONBLOCK
	}
	f, err := os.OpenFile(path, mode, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, most+1))
	if err == nil && int64(len(data)) > most {
		err = fmt.Errorf("%s is larger than %d KiB: is it the right file?", path, most>>10)
	}
	return data, err
}
