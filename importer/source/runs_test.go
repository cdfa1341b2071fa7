package source

import (
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

// TestCollapserInPieces: where the reads of a file end does not matter.
func TestCollapserInPieces(t *testing.T) {
	in := " a  b   c\n1 2  3 \n\"x  y\"   z  \"p q\"\n"
	for most, want := range map[int]string{1: "a b c\n1 2 3\n\"x  y\" z \"p q\"\n", 2: "a  b  c\n1 2  3\n\"x  y\"  z  \"p q\"\n"} {
		whole, err := io.ReadAll(&collapser{in: strings.NewReader(in), quote: '"', most: most})
		if string(whole) != want || err != nil {
			t.Errorf("%d: %q, %v", most, whole, err)
		}
		pieces, err := io.ReadAll(&collapser{in: iotest.OneByteReader(strings.NewReader(in)), quote: '"', most: most})
		if string(pieces) != want || err != nil {
			t.Errorf("%d, byte by byte: %q, %v", most, pieces, err)
		}
	}
}
