package source

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"hash/maphash"
	"io"
	"io/fs"
	"os"
)

// chunkSize is what is hashed at once, in bytes: a changed file is noticed
// before any row of the changed chunk is handed out.
const chunkSize = 64 << 10

// input is the file as it lies on disk, with what is known of its bytes.
type input struct {
	name string
	file *os.File
	tmp  string // spooled copy that is still to be removed

	seed maphash.Seed // secret, so that no other content can be made to fit
	sums []uint64     // of the chunks read so far
	done bool         // the end was seen: sums is complete
	size int64        // bytes, once done

	sha  hash.Hash // of the first hashed chunks
	next int       // chunk that sha waits for
	sum  string
}

// stdinName is what messages call the path "-".
const stdinName = "standard input"

func openInput(path string, stdin io.Reader) (*input, error) {
	in := &input{name: path, seed: maphash.MakeSeed(), sha: sha256.New()}
	if path == "-" {
		in.name = stdinName
		return in, in.spool(stdin)
	}
	// Opening a FIFO would block: look first.
	info, err := os.Stat(path)
	if err == nil {
		err = regular(info)
	}
	if err == nil {
		in.file, err = os.Open(path)
	}
	if err != nil {
		return nil, &Error{File: path, Message: openMessage(err), Err: err}
	}
	return in, nil
}

type kindError string

func (e kindError) Error() string { return string(e) }

func regular(info fs.FileInfo) error {
	switch mode := info.Mode(); {
	case mode.IsRegular():
		return nil
	case mode.IsDir():
		return kindError("is a directory: name one file in it")
	case mode&fs.ModeNamedPipe != 0:
		return kindError("is a pipe, which can be read only once: give - as the file and redirect the pipe to standard input")
	case mode&fs.ModeSocket != 0:
		return kindError("is a socket: name a regular file")
	default:
		return kindError("is a device: name a regular file, or give - to read standard input")
	}
}

func openMessage(err error) string {
	var kind kindError
	switch {
	case errors.As(err, &kind):
		return string(kind)
	case errors.Is(err, fs.ErrNotExist):
		return "there is no such file: check the path"
	case errors.Is(err, fs.ErrPermission):
		return "may not be read: permission denied; check its owner and mode"
	}
	return "opening: " + cause(err)
}

// cause is the error without the path that os puts in front of it.
func cause(err error) string {
	if pe, ok := errors.AsType[*fs.PathError](err); ok {
		err = pe.Err
	}
	if se, ok := errors.AsType[*os.SyscallError](err); ok {
		err = se.Err
	}
	return err.Error()
}

// spool copies standard input to a file of our own, for the second pass.
func (in *input) spool(stdin io.Reader) error {
	fail := func(doing string, err error) error {
		in.close()
		return &Error{File: in.name, Message: fmt.Sprintf("%s: %s", doing, cause(err)), Err: err}
	}
	tmp, err := os.CreateTemp("", "leadimport-stdin-*") // 0600
	if err != nil {
		return fail("making a temporary copy (set TMPDIR to a folder with room)", err)
	}
	in.file = tmp
	// Without a name nothing is left behind, however the process ends. Where a
	// file in use cannot be removed, close does it.
	if os.Remove(tmp.Name()) != nil {
		in.tmp = tmp.Name()
	}
	if stdin == nil {
		return nil
	}
	if _, err := io.Copy(tmp, stdin); err != nil {
		return fail("copying to a temporary file (set TMPDIR to a folder with room)", err)
	}
	return nil
}

func (in *input) close() error {
	if in.file == nil {
		return nil
	}
	err := in.file.Close()
	in.file = nil
	if in.tmp != "" {
		err = errors.Join(err, os.Remove(in.tmp))
		in.tmp = ""
	}
	return err
}

// check compares chunk number i with what was read there before, or remembers
// it. An empty chunk is the end.
func (in *input) check(i int, chunk []byte) error {
	if len(chunk) == 0 {
		if in.done {
			if i != len(in.sums) {
				return in.changed("it is shorter now")
			}
			return nil
		}
		if i < len(in.sums) {
			return in.changed("it is shorter now")
		}
		in.finish(int64(i) * chunkSize)
		return nil
	}
	if in.done && i >= len(in.sums) {
		return in.changed("it is longer now")
	}
	sum := maphash.Bytes(in.seed, chunk)
	if i < len(in.sums) {
		if in.sums[i] != sum {
			return in.changed(fmt.Sprintf("near byte %d", int64(i)*chunkSize))
		}
	} else {
		in.sums = append(in.sums, sum)
	}
	if i == in.next && in.sum == "" {
		in.sha.Write(chunk)
		in.next++
	}
	if len(chunk) < chunkSize && !in.done {
		in.finish(int64(i)*chunkSize + int64(len(chunk)))
	}
	if in.done && in.next == len(in.sums) {
		in.digest()
	}
	return nil
}

func (in *input) finish(size int64) {
	in.done, in.size = true, size
	if in.next == len(in.sums) {
		in.digest()
	}
}

func (in *input) digest() {
	if in.sum == "" {
		in.sum = hex.EncodeToString(in.sha.Sum(nil))
	}
}

func (in *input) changed(where string) error {
	return &Error{
		File:    in.name,
		Message: ErrChanged.Error() + " (" + where + "): start again when nothing writes to it",
		Err:     ErrChanged,
	}
}
