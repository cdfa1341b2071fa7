package source

import (
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

// TestGridInPieces: where the reads of a file end does not matter, nor how
// little is asked for.
func TestGridInPieces(t *testing.T) {
	in := "email first last   city\na@x.y Ann          New Ross\r\nb@x.y Bob   Byrne  \"Cork\"\n\nc@x.y Cy           Cork City\nd@x.y Di    Daly   Cork"
	want := "email first last city\na@x.y Ann \"\" \"New Ross\"\r\nb@x.y Bob Byrne \"Cork\"\n\nc@x.y Cy \"\" \"Cork City\"\nd@x.y Di Daly Cork"
	d := Dialect{Delimiter: " ", Quote: '"', Runs: true}
	g := newGrid([]byte(in), d, 4)
	if g == nil {
		t.Fatal("no columns are found")
	}
	for _, reader := range []io.Reader{strings.NewReader(in), iotest.OneByteReader(strings.NewReader(in))} {
		got, err := io.ReadAll(iotest.OneByteReader(newGridReader(reader, g, &collapser{quote: '"', most: 1})))
		if string(got) != want || err != nil {
			t.Errorf("%q, %v", got, err)
		}
	}
}

// Tables whose cells stand in no fixed places have none.
func TestNoGrid(t *testing.T) {
	for _, in := range []string{
		"a  b  c\n1  22222  3\n4444444  5  6\n7  8  9999\n",
		"a  b\n1  2\n", // one line says nothing
		"",
		"one\ntwo\n",
	} {
		if g := newGrid([]byte(in), Dialect{Delimiter: gap, Quote: '"', Runs: true}, 3); g != nil {
			t.Errorf("%q: %v", in, g.gutters)
		}
	}
}
