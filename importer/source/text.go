package source

import (
	"bytes"
	"fmt"
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
		if c > 1 && c < 0x1e && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 0x1b {
			control++
		}
	}
	return nul > 0 && nul >= len(head)/4 || control > len(head)/20
}
