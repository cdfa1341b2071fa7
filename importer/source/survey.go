package source

import (
	"bytes"
	"encoding/binary"
	"io"
	"unicode/utf8"
)

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
