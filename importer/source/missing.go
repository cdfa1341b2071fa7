package source

import "bytes"

// maxMissing is how many quotes of a line are looked at for a delimiter that is
// missing before one.
const maxMissing = 60

// missing reads a line in which one delimiter is missing before a quote, as in
// `5,Lock"Steel, heavy",9`: with it, and only there, the line has the table's
// width and no quote is out of place. A line of the width stays as it is,
// unless the quotes are around a delimiter.
func (s *scanner) missing(cells int) bool {
	raw := s.raw()
	if s.width < 2 || s.d.Quote == 0 || s.d.Delimiter == "" || len(raw) > maxMendSize || bytes.ContainsAny(raw, "\r\n") {
		return false
	}
	var found []byte
	for i, n := 1, 0; i+1 < len(raw); i++ {
		if raw[i] != s.d.Quote {
			continue
		}
		if n++; n > maxMissing {
			return false
		}
		before, after := raw[i-1], raw[i+1]
		if !wordy(after) || !wordy(before) && bytes.IndexByte([]byte(".!?)"), before) < 0 {
			continue
		}
		if cells == s.width {
			j := bytes.IndexByte(raw[i+1:], s.d.Quote)
			if j < 0 || !bytes.Contains(raw[i+1:i+1+j], []byte(s.d.Delimiter)) {
				continue
			}
		}
		line := bytes.Join([][]byte{raw[:i], raw[i:]}, []byte(s.d.Delimiter))
		if !s.isRow(line) {
			continue
		}
		if found != nil {
			return false
		}
		found = line
	}
	if found == nil || !s.reread(found, s.width) {
		return false
	}
	s.plain, s.odd, s.how = false, -1, readMissing
	return true
}

// wordy tells whether c may be part of a word or a figure.
func wordy(c byte) bool { return isAlnum(c) || c >= 0x80 }
