package source

import "bytes"

// padded tells whether the cells of sample are aligned with blanks: nearly every
// delimiter has one after it, and many have more than one on a side.
func padded(sample []byte, delimiter string) bool {
	if len(delimiter) != 1 || delimiter == " " || delimiter == "\t" {
		return false
	}
	all, after, wide := 0, 0, 0
	for i, c := range sample {
		if c != delimiter[0] {
			continue
		}
		all++
		rest, before := sample[i+1:], sample[:i]
		if len(rest) == 0 || rest[0] == '\n' || rest[0] == '\r' {
			after++
		} else if rest[0] == ' ' {
			after++
			if bytes.HasPrefix(rest, []byte(gap)) || bytes.HasSuffix(before, []byte(gap)) {
				wide++
			}
		}
	}
	return after*10 >= all*9 && wide*5 >= all && wide > 0
}
