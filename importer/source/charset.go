package source

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"leadimport/importer/source/detect"
)

// charset is how a file writes characters; the zero value is UTF-8.
type charset struct {
	name string            // as the IANA calls it, in lower case
	enc  encoding.Encoding // nil: UTF-8
}

// foreign is the charset's name when what is read was not UTF-8.
func (c charset) foreign() string {
	if c.enc == nil {
		return ""
	}
	return c.name
}

// open makes UTF-8 of bytes, without a byte order mark.
func (c charset) open(r io.Reader) io.Reader {
	if c.enc != nil {
		// The decoder puts U+FFFD where it finds no character; the scanner
		// looks for those.
		r = transform.NewReader(r, c.enc.NewDecoder())
	}
	return &skipBOM{in: r}
}

var utf8BOM = []byte("\xef\xbb\xbf")

// skipBOM leaves out the byte order mark that Excel puts before UTF-8.
type skipBOM struct {
	in   io.Reader
	past bool
	rest []byte
}

func (s *skipBOM) Read(b []byte) (int, error) {
	if !s.past {
		s.past = true
		first := make([]byte, len(utf8BOM))
		n, err := io.ReadFull(s.in, first)
		if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
			return 0, err
		}
		if s.rest = first[:n]; bytes.Equal(s.rest, utf8BOM) {
			s.rest = nil
		}
	}
	if len(s.rest) == 0 {
		return s.in.Read(b)
	}
	n := copy(b, s.rest)
	if s.rest = s.rest[n:]; len(s.rest) > 0 || len(b) == n {
		return n, nil
	}
	more, err := s.in.Read(b[n:])
	if err == io.EOF && n+more > 0 {
		err = nil
	}
	return n + more, err
}

// marks are byte order marks and what they stand for. UTF-32 comes before
// UTF-16, whose mark it begins with.
var marks = []struct {
	mark, name string
}{
	{"\xff\xfe\x00\x00", "utf-32le"},
	{"\x00\x00\xfe\xff", "utf-32be"},
	{"\xff\xfe", "utf-16le"},
	{"\xfe\xff", "utf-16be"},
	{"\xef\xbb\xbf", "utf-8"},
}

// findCharset finds the encoding of a file that begins with head: by its byte
// order mark, by where its NUL bytes stand, and by whether all of it is UTF-8.
func (f *File) findCharset(head []byte) (charset, error) {
	if f.opt.Encoding != "" {
		return f.namedCharset(f.opt.Encoding)
	}
	for _, m := range marks {
		if bytes.HasPrefix(head, []byte(m.mark)) {
			return f.namedCharset(m.name)
		}
	}
	if name := utf16Without(head); name != "" {
		return f.namedCharset(name)
	}
	s, err := f.survey(head[:min(len(head), sampleSize)])
	if err != nil {
		return charset{}, err
	}
	f.late = s.late
	// Bytes make characters of UTF-8 by chance so rarely that those which do
	// not are mistakes of single rows, or stand in lines from another program.
	if s.bad <= s.good || s.whole*2 >= s.broken {
		return charset{name: "utf-8"}, nil
	}
	return f.namedCharset(detect.Encoding(s.sample))
}

func (f *File) namedCharset(name string) (charset, error) {
	switch name {
	case "utf-16le":
		return charset{name, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)}, nil
	case "utf-16be":
		return charset{name, unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)}, nil
	case "utf-32le", "utf-32be":
		return charset{}, &Error{File: f.in.name, Message: "is UTF-32 text: save it as UTF-8"}
	}
	enc, full, err := detect.Named(name)
	if err != nil {
		return charset{}, &Error{File: f.in.name, Message: fmt.Sprintf("%q is no encoding that is known here: give one such as utf-8, windows-1252, utf-16le, ibm850, shift_jis, gbk", name), Err: err}
	}
	name = full
	switch name {
	case "utf-8":
		return charset{name: name}, nil
	case "replacement", "x-user-defined":
		return charset{}, &Error{File: f.in.name, Message: fmt.Sprintf("%q cannot be read: save the file as UTF-8", name)}
	}
	return charset{name, enc}, nil
}

// utf16Without recognises UTF-16 without a byte order mark: in the text of
// most languages every other byte of some characters at least is zero.
func utf16Without(head []byte) string {
	var nul [2]int
	for i, c := range head {
		if c == 0 {
			nul[i%2]++
		}
	}
	half := len(head) / 2
	switch {
	case nul[1] > half/3 && nul[0] <= nul[1]/20:
		return "utf-16le"
	case nul[0] > half/3 && nul[1] <= nul[0]/20:
		return "utf-16be"
	}
	return ""
}

// incomplete is how many bytes at the end of b begin a character.
func incomplete(b []byte) int {
	for i := 1; i < utf8.UTFMax && i <= len(b); i++ {
		if c := b[len(b)-i]; utf8.RuneStart(c) {
			if c >= utf8.RuneSelf && !utf8.FullRune(b[len(b)-i:]) {
				return i
			}
			break
		}
	}
	return 0
}

// survey is what a pass over all bytes found.
type survey struct {
	good   int    // characters of UTF-8 that are not ASCII
	bad    int    // bytes that are not UTF-8
	whole  int    // lines that are not ASCII, and UTF-8
	broken int    // lines that are not UTF-8
	sample []byte // lines around bytes that are not ASCII
	late   []byte // lines with quotes or escapes of a kind that the head lacks
}

// maxSurveySample is how much text is kept to detect an encoding, in bytes.
const maxSurveySample = 64 << 10

// maxLate is how much of what comes late in a file takes part in finding its
// dialect, in bytes.
const maxLate = 16 << 10

// survey reads all of the file, which is as fast as memory, for an encoding
// must fit the last line as well as the first, and so must a dialect.
func (f *File) survey(head []byte) (survey, error) {
	var s survey
	var missing []byte
	if bytes.IndexByte(head, '"') < 0 {
		missing = []byte(`"`)
	} else if !bytes.Contains(head, []byte(`\"`)) {
		missing = []byte(`\"`)
	}
	read := 0
	r, err := f.bytes()
	if err != nil {
		return s, err
	}
	b := make([]byte, 2*chunkSize)
	kept := 0
	for err == nil {
		var n int
		n, err = r.Read(b[kept:])
		window := b[:kept+n]
		kept = 0
		if err == nil {
			kept = incomplete(window)
		}
		if fresh := window[:len(window)-kept]; !utf8.Valid(fresh) {
			s.add(fresh)
		} else if s.good < 1<<20 {
			s.good += countWide(fresh)
		}
		if read += n; read > len(head) && missing != nil && len(s.late) < maxLate {
			s.late = append(s.late, linesWith(window, missing)...)
		}
		copy(b, window[len(window)-kept:])
	}
	if err != io.EOF {
		return s, err
	}
	return s, nil
}

// linesWith is the first line of b that has what in it, and the one after it.
func linesWith(b, what []byte) []byte {
	i := bytes.Index(b, what)
	if i < 0 {
		return nil
	}
	begin := bytes.LastIndexByte(b[:i], '\n') + 1
	end := i
	for range 2 {
		n := bytes.IndexByte(b[end:], '\n')
		if n < 0 {
			return nil
		}
		end += n + 1
	}
	if end-begin > maxLate/4 {
		return nil
	}
	return b[begin:end]
}

// countWide counts the characters of b beyond ASCII.
func countWide(b []byte) int {
	n := 0
	for len(b) >= 8 {
		if binary.LittleEndian.Uint64(b)&0x8080808080808080 != 0 {
			for _, c := range b[:8] {
				if c >= 0xc0 {
					n++
				}
			}
		}
		b = b[8:]
	}
	for _, c := range b {
		if c >= 0xc0 {
			n++
		}
	}
	return n
}

// add counts the characters of b, and keeps its lines that are not ASCII.
func (s *survey) add(b []byte) {
	for i := 0; i < len(b); {
		if b[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			s.bad++
		} else {
			s.good++
		}
		i += n
	}
	for line := range bytes.Lines(b) {
		if !utf8.Valid(line) {
			s.broken++
		} else if countWide(line) > 0 {
			s.whole++
		}
	}
	for line := range bytes.Lines(b) {
		if len(s.sample) >= maxSurveySample {
			return
		}
		if bytes.IndexFunc(line, func(r rune) bool { return r >= utf8.RuneSelf }) >= 0 {
			s.sample = append(s.sample, line...)
		}
	}
}
