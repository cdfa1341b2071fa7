package source

import (
	"archive/zip"
	"bytes"
	"compress/bzip2"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"path"
	"strings"

	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

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
