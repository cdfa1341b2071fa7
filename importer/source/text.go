package source

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

// badText finds the first byte of b that is not text, and says what it may be;
// -1 when there is none. What was read from a foreign charset has U+FFFD there.
func badText(b []byte, charset string) (int, string) {
	for i := 0; i < len(b); {
		if b[i] == 0 {
			return i, "a NUL byte (0x00) is not text: save the file again as UTF-8"
		}
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			return i, badByte(b[i])
		}
		if r == utf8.RuneError && charset != "" {
			return i, "what stands here is no character of " + charset + ": mend it, or say which encoding the file has"
		}
		i += n
	}
	return -1, ""
}

// appendUTF8 appends text to b with the characters that Windows-1252 has for
// bytes which are not UTF-8: mixed files come from there.
func appendUTF8(b, text []byte) []byte {
	for len(text) > 0 {
		r, n := utf8.DecodeRune(text)
		if r == utf8.RuneError && n == 1 {
			b = utf8.AppendRune(b, charmap.Windows1252.DecodeByte(text[0]))
		} else {
			b = append(b, text[:n]...)
		}
		text = text[n:]
	}
	return b
}

func badByte(c byte) string {
	if r := charmap.Windows1252.DecodeByte(c); r != utf8.RuneError && unicode.IsPrint(r) {
		return fmt.Sprintf("byte 0x%02x is not UTF-8 (it would be %q in Windows-1252): save the file as UTF-8", c, r)
	}
	return fmt.Sprintf("byte 0x%02x is not UTF-8: save the file as UTF-8", c)
}

// kinds are files that people give by mistake, by how they begin.
var kinds = []struct{ magic, message string }{
	{"\xd0\xcf\x11\xe0", "is an Excel workbook: save the sheet as CSV UTF-8"},
	{"\x1f\x8b", "is compressed twice: decompress it first"},
	{"\x28\xb5\x2f\xfd", "is compressed twice: decompress it first"},
	{"\xfd7zXZ\x00", "is compressed with xz: decompress it (unxz)"},
	{"%PDF-", "is a PDF document: export the table as CSV UTF-8"},
	{"{\\rtf", "is an RTF document: export the table as CSV UTF-8"},
	{"7z\xbc\xaf\x27\x1c", "is a 7z archive: unpack it first"},
	{"Rar!\x1a\x07", "is a RAR archive: unpack it first"},
	{"\x04\x22\x4d\x18", "is compressed with lz4: decompress it (unlz4)"},
	{"PAR1", "is a Parquet file: export it as CSV UTF-8"},
	{"SQLite format 3\x00", "is a SQLite database: export the table as CSV UTF-8"},
	{"\x89PNG\r\n\x1a\n", "is a picture: export the table as CSV UTF-8"},
	{"\xff\xd8\xff", "is a picture: export the table as CSV UTF-8"},
	{"GIF8", "is a picture: export the table as CSV UTF-8"},
	{"\x7fELF", "is a program: name the list of leads"},
}

// markups are texts that are no tables, by how they begin. A page is what
// downloads leave behind when a login has expired.
var markups = []struct{ begin, message string }{
	{"<!doctype html", "is a web page, perhaps of a login that has expired: export the list again"},
	{"<html", "is a web page, perhaps of a login that has expired: export the list again"},
	{"<?xml", "is XML: export the list as CSV UTF-8"},
}

// markup tells that a text which begins with head is no table; "" if it may be.
func markup(head []byte) string {
	head = bytes.TrimSpace(head)
	for _, m := range markups {
		if n := len(m.begin); len(head) >= n && strings.EqualFold(string(head[:n]), m.begin) {
			return m.message
		}
	}
	if isJSON(head) {
		return "is JSON: export the list as CSV UTF-8"
	}
	return ""
}

// isJSON tells whether head begins with an object, or a list of objects or
// lists, that takes its lines for itself: a cell may hold one, too. It may be
// cut.
func isJSON(head []byte) bool {
	if len(head) == 0 || head[0] != '{' && head[0] != '[' {
		return false
	}
	d := json.NewDecoder(bytes.NewReader(head))
	for depth, n := 0, 0; ; n++ {
		token, err := d.Token()
		switch {
		case err == io.EOF || err == io.ErrUnexpectedEOF:
			return n > 2
		case err != nil:
			return false
		case token == json.Delim('{') || token == json.Delim('['):
			depth++
		case n == 1 && head[0] == '[': // a list of plain values
			return false
		case token == json.Delim('}') || token == json.Delim(']'):
			if depth--; depth == 0 {
				rest := bytes.TrimLeft(head[d.InputOffset():], " \t")
				return len(rest) == 0 || rest[0] == '\n' || rest[0] == '\r'
			}
		}
	}
}

// otherKind tells what a file is that begins with head and is no text; "" when
// it may be text.
func otherKind(head []byte) string {
	for _, k := range kinds {
		if bytes.HasPrefix(head, []byte(k.magic)) {
			return k.message
		}
	}
	return ""
}

// isBinary tells whether what was decoded has too many control characters.
func isBinary(head []byte) bool {
	nul, control := bytes.Count(head, []byte{0}), 0
	for _, c := range head {
		if c > 1 && c < 0x1c && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != '\v' && c != 0x1b {
			control++
		}
	}
	return nul > 0 && nul >= len(head)/4 || control > len(head)/20
}
