package main

import (
	"bytes"
	"io"
	"strings"
	"unicode/utf8"
)

// commands reports whether a terminal obeys r instead of showing it: control
// characters, line ends among them, and what turns the direction of text.
func commands(r rune) bool {
	switch {
	case r < 0x20, r >= 0x7f && r < 0xa0:
		return true
	case r == 0x061c, r == 0x200e, r == 0x200f, r >= 0x202a && r <= 0x202e, r >= 0x2066 && r <= 0x2069:
		return true
	case r == 0x2028, r == 0x2029: // line and paragraph separators
		return true
	}
	return false
}

// printable keeps what a file or a server says from commanding the terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if commands(r) {
			return utf8.RuneError
		}
		return r
	}, s)
}

// visible passes text on to a terminal without what would command it; lines
// stay lines. It is the last door, behind printable where a name is shown: a
// message may hold a cell's text, too. Not for use from two goroutines.
type visible struct {
	w    io.Writer
	rest []byte // of a character that is not complete yet
}

// Write reports p as written whole: what it became may be longer.
func (v *visible) Write(p []byte) (int, error) {
	data := append(v.rest, p...)
	cut := len(data)
	for n := 1; n < utf8.UTFMax && n <= len(data); n++ {
		if tail := data[len(data)-n:]; utf8.RuneStart(tail[0]) {
			if !utf8.FullRune(tail) {
				cut = len(data) - n
			}
			break
		}
	}
	v.rest = bytes.Clone(data[cut:])
	out := bytes.Map(func(r rune) rune {
		if r != '\n' && commands(r) {
			return utf8.RuneError
		}
		return r
	}, data[:cut])
	if _, err := v.w.Write(out); err != nil {
		return 0, err
	}
	return len(p), nil
}
