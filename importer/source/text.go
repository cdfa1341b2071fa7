package source

import (
	"bytes"
	"fmt"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/encoding/charmap"
)

var utf8BOM = []byte("\xef\xbb\xbf")

// badText finds the first byte of b that is not text, and says what it may be;
// -1 when there is none.
func badText(b []byte) (int, string) {
	for i := 0; i < len(b); {
		if b[i] == 0 {
			return i, "a NUL byte (0x00) is not text: save the file again as UTF-8"
		}
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n == 1 {
			return i, badByte(b[i])
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
	{"\xff\xfe\x00\x00", "is UTF-32 text: save it as UTF-8"},
	{"\x00\x00\xfe\xff", "is UTF-32 text: save it as UTF-8"},
	{"\xff\xfe", "is UTF-16 text: save it as UTF-8 (in Excel: CSV UTF-8)"},
	{"\xfe\xff", "is UTF-16 text: save it as UTF-8 (in Excel: CSV UTF-8)"},
	{"PK\x03\x04", "is a zip archive or an Excel workbook: save the sheet as CSV UTF-8"},
	{"\xd0\xcf\x11\xe0", "is an Excel workbook: save the sheet as CSV UTF-8"},
	{"\x1f\x8b", "is compressed with gzip: decompress it (gunzip)"},
	{"\x28\xb5\x2f\xfd", "is compressed with zstd: decompress it (unzstd)"},
	{"BZh", "is compressed with bzip2: decompress it (bunzip2)"},
	{"\xfd7zXZ\x00", "is compressed with xz: decompress it (unxz)"},
	{"%PDF-", "is a PDF document: export the table as CSV UTF-8"},
}

// notText tells why a file that begins with head cannot be read; "" if it can.
func notText(head []byte) string {
	for _, k := range kinds {
		if bytes.HasPrefix(head, []byte(k.magic)) {
			return k.message
		}
	}
	nul, control := bytes.Count(head, []byte{0}), 0
	for _, c := range head {
		if c > 0 && c < ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\f' && c != 0x1b {
			control++
		}
	}
	switch {
	case nul > 0 && nul >= len(head)/4:
		return "looks like UTF-16 text or binary data: save it as UTF-8"
	case control > 0 && control > len(head)/20:
		return "is binary data, not delimited text: export the table as CSV UTF-8"
	}
	return ""
}
