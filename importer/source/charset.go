package source

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
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
	return f.namedCharset(detect(s.sample))
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
	enc, full, err := encodingOf(name)
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

// dosPages are the code pages of DOS, which web pages never had, and some
// programs for tills and stocks still write.
var dosPages = map[string]encoding.Encoding{
	"ibm437": charmap.CodePage437, "ibm850": charmap.CodePage850, "ibm852": charmap.CodePage852, "ibm866": charmap.CodePage866,
}

// encodingOf finds an encoding by one of its names, and its usual name.
func encodingOf(name string) (encoding.Encoding, string, error) {
	page := strings.NewReplacer("-", "", "_", "", "codepage", "", "cp", "", "dos", "", "ibm", "").Replace(strings.ToLower(name))
	if enc := dosPages["ibm"+page]; enc != nil {
		return enc, "ibm" + page, nil
	}
	enc, err := htmlindex.Get(name)
	if err != nil {
		return nil, "", err
	}
	if full, err := htmlindex.Name(enc); err == nil {
		name = full
	}
	return enc, name, nil
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
