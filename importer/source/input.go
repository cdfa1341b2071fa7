package source

import (
	"archive/zip"
	"bytes"
	"compress/bzip2"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"hash/maphash"
	"io"
	"io/fs"
	"os"
	"path"
	"strings"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
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

// pass reads an input from its start, a checked chunk at a time.
type pass struct {
	in    *input
	chunk int    // number of the next one
	rest  []byte // of a chunk that did not fit the caller's buffer
	own   []byte
	err   error
}

// Read fills at most one chunk. It copies less when b has room for a whole one.
func (p *pass) Read(b []byte) (int, error) {
	if len(p.rest) > 0 {
		n := copy(b, p.rest)
		p.rest = p.rest[n:]
		return n, nil
	}
	if p.err != nil {
		return 0, p.err
	}
	if len(b) >= chunkSize {
		return p.load(b[:chunkSize])
	}
	if p.own == nil {
		p.own = make([]byte, chunkSize)
	}
	n, err := p.load(p.own)
	p.rest = p.own[:n]
	if n == 0 {
		return 0, err
	}
	n = copy(b, p.rest)
	p.rest = p.rest[n:]
	return n, nil
}

// load reads and checks the next chunk. An error comes alone: bytes are handed
// out only when they are known to be the right ones.
func (p *pass) load(b []byte) (int, error) {
	n, err := p.in.file.ReadAt(b, int64(p.chunk)*chunkSize)
	if err != nil && err != io.EOF {
		p.err = &Error{File: p.in.name, Message: "reading: " + cause(err), Err: err}
		return 0, p.err
	}
	if err := p.in.check(p.chunk, b[:n]); err != nil {
		p.err = err
		return 0, err
	}
	p.chunk++
	if n < len(b) {
		p.err = io.EOF
	}
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}

// Bounds of what a compressed file may become.
const (
	maxRatio   = 250      // bytes of text for one compressed byte
	ratioFrom  = 32 << 20 // bytes of text from which on maxRatio counts
	zstdMemory = 16 << 20 // bytes; what zstd -19 needs, and no more
)

// packing is how a file is compressed; the zero value is not at all.
type packing struct {
	kind  string
	at    int64 // zip: where the member's data begin
	size  int64 // zip: of the data, compressed
	crc   uint32
	store bool // zip: not compressed
}

// unpack tells by its first bytes how a file is compressed.
func unpack(in *input, head []byte) (packing, error) {
	switch {
	case bytes.HasPrefix(head, []byte("\x1f\x8b")):
		return packing{kind: "gzip"}, nil
	case bytes.HasPrefix(head, []byte("\x28\xb5\x2f\xfd")):
		return packing{kind: "zstd"}, nil
	case len(head) > 10 && bytes.HasPrefix(head, []byte("BZh")) && bytes.HasPrefix(head[4:], []byte("\x31\x41\x59\x26\x53\x59")):
		return packing{kind: "bzip2"}, nil
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		return unzip(in)
	}
	return packing{}, nil
}

// unzip looks for the one file in a zip archive.
func unzip(in *input) (packing, error) {
	fail := func(format string, args ...any) (packing, error) {
		return packing{}, &Error{File: in.name, Message: fmt.Sprintf(format, args...)}
	}
	info, err := in.file.Stat()
	if err != nil {
		return fail("reading the zip archive: %s", cause(err))
	}
	z, err := zip.NewReader(in.file, info.Size())
	if err != nil {
		return fail("reading the zip archive: %s: it seems to be cut short; fetch it again", cause(err))
	}
	var members []*zip.File
	for _, m := range z.File {
		base := path.Base(m.Name)
		if m.Name == "[Content_Types].xml" {
			return fail("is an Excel workbook or another Office document: save the sheet as CSV UTF-8")
		}
		if !m.FileInfo().IsDir() && !strings.HasPrefix(m.Name, "__MACOSX/") && !strings.HasPrefix(base, ".") {
			members = append(members, m)
		}
	}
	if len(members) != 1 {
		return fail("is a zip archive with %s, not one: unpack it and name the one to import", count(len(members), "file"))
	}
	m := members[0]
	if m.Flags&1 != 0 {
		return fail("is a zip archive with a password: unpack it first")
	}
	if m.Method != zip.Deflate && m.Method != zip.Store {
		return fail("is a zip archive of a kind (%d) that is not known here: unpack it first", m.Method)
	}
	at, err := m.DataOffset()
	if err != nil {
		return fail("reading the zip archive: %s: it seems to be cut short; fetch it again", cause(err))
	}
	return packing{kind: "zip", at: at, size: int64(m.CompressedSize64), crc: m.CRC32, store: m.Method == zip.Store}, nil
}

// open starts a pass over the decompressed bytes.
func (p packing) open(in *input) (io.Reader, error) {
	raw := &pass{in: in}
	if p.kind == "" {
		return raw, nil
	}
	u := &unpacker{in: in, raw: raw, kind: p.kind}
	var err error
	switch p.kind {
	case "gzip":
		u.text, err = gzip.NewReader(u.counted())
	case "zstd":
		u.text, err = zstd.NewReader(u.counted(), zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
			zstd.WithDecoderMaxWindow(zstdMemory), zstd.WithDecoderMaxMemory(zstdMemory))
	case "bzip2":
		u.text = bzip2.NewReader(u.counted())
	case "zip":
		if _, err := io.CopyN(io.Discard, raw, p.at); err != nil {
			return nil, u.fail(err)
		}
		data := io.LimitReader(u.counted(), p.size)
		u.sum, u.crc = crc32.NewIEEE(), p.crc
		if u.text = data; !p.store {
			u.text = flate.NewReader(data)
		}
	}
	if err != nil {
		return nil, u.fail(err)
	}
	return u, nil
}

// unpacker decompresses a pass within bounds.
type unpacker struct {
	in   *input
	raw  *pass
	text io.Reader
	kind string
	n    int64 // bytes of raw
	out  int64
	sum  hash.Hash32 // zip: of the text
	crc  uint32
	err  error
}

// countReader counts what a decompressor takes.
type countReader struct {
	in io.Reader
	n  *int64
}

func (c countReader) Read(b []byte) (int, error) {
	n, err := c.in.Read(b)
	*c.n += int64(n)
	return n, err
}

func (u *unpacker) counted() io.Reader { return countReader{u.raw, &u.n} }

func (u *unpacker) Read(b []byte) (int, error) {
	if u.err != nil {
		return 0, u.err
	}
	n, err := u.text.Read(b)
	u.out += int64(n)
	if u.sum != nil {
		u.sum.Write(b[:n])
	}
	switch {
	case err == io.EOF:
		u.err = u.end()
	case err != nil:
		u.err = u.fail(err)
	case u.out > ratioFrom && u.out/max(u.n, 1) > maxRatio:
		u.err = &Error{File: u.in.name, Message: fmt.Sprintf(
			"decompresses to more than %d times its size: if that is right, decompress it first", maxRatio)}
	}
	return n, u.err
}

// end reads the rest of the file, so that all of it is checked and digested.
func (u *unpacker) end() error {
	if u.sum != nil && u.sum.Sum32() != u.crc {
		return u.fail(zip.ErrChecksum)
	}
	if _, err := io.Copy(io.Discard, u.raw); err != nil {
		return u.fail(err)
	}
	return io.EOF
}

func (u *unpacker) fail(err error) error {
	if _, ok := err.(*Error); ok { // of the pass below
		return err
	}
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return &Error{File: u.in.name, Message: fmt.Sprintf("decompressing (%s): it is cut short; fetch it again", u.kind), Err: err}
	}
	return &Error{File: u.in.name, Message: fmt.Sprintf("decompressing (%s): %s: it seems to be cut short or damaged; fetch it again", u.kind, cause(err)), Err: err}
}
