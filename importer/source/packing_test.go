package source

import (
	"archive/zip"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"runtime"
	"strings"
	"testing"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

func gz(t testing.TB, content string) string {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	io.WriteString(w, content)
	w.Close()
	return b.String()
}

func zst(t testing.TB, content string) string {
	var b bytes.Buffer
	w, err := zstd.NewWriter(&b)
	if err != nil {
		t.Fatal(err)
	}
	io.WriteString(w, content)
	w.Close()
	return b.String()
}

func zipped(t testing.TB, method uint16, files ...string) string {
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for i := 0; i < len(files); i += 2 {
		f, err := w.CreateHeader(&zip.FileHeader{Name: files[i], Method: method})
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(f, files[i+1])
	}
	w.Close()
	return b.String()
}

// bz is "a,b\n1,2\n" as bzip2 writes it; Go has no compressor.
const bz = "BZh91AY&SY\xbf\x87\x40\x7f\x00\x00\x03\x59\x00\x00\x10\x00\x04\x30\x00\x30\x00\x20\x00\x30\xc0\x08\x69\xb2\x88\x23\x27\x8b\xb9\x22\x9c\x28\x48\x5f\xc3\xa0\x3f\x80"

func TestBzip2(t *testing.T) {
	f := open(t, bz)
	if got := show(all(t, f)); got != "1@2 [\"1\" \"2\"]\n" || f.Compression() != "bzip2" {
		t.Error(got, f.Compression())
	}
}

func TestCompressed(t *testing.T) {
	content := lotOf(8000)
	half := len(content) / 2
	tests := []struct{ name, kind, in string }{
		{"gzip", "gzip", gz(t, content)},
		{"gzip members", "gzip", gz(t, content[:half]) + gz(t, content[half:])},
		{"zstd", "zstd", zst(t, content)},
		{"zstd frames", "zstd", zst(t, content[:half]) + zst(t, content[half:])},
		{"zip", "zip", zipped(t, zip.Deflate, "leads.csv", content)},
		{"zip stored", "zip", zipped(t, zip.Store, "leads.csv", content)},
		{"zip of a Mac", "zip", zipped(t, zip.Deflate, "leads/", "", "leads/leads.csv", content, "__MACOSX/leads/._leads.csv", "x")},
	}
	want := show(all(t, open(t, content)))
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := open(t, tt.in)
			for range 2 {
				if show(all(t, f)) != want {
					t.Error("rows differ")
				}
			}
			if f.Compression() != tt.kind {
				t.Errorf("compression %q", f.Compression())
			}
			sum := sha256.Sum256([]byte(tt.in))
			if f.SHA256() != hex.EncodeToString(sum[:]) {
				t.Error("not the digest of the compressed file")
			}
		})
	}
}

func TestCompressedBroken(t *testing.T) {
	content := lotOf(30000)
	tests := []struct{ name, in, want string }{
		{"gzip cut short", gz(t, content)[:5000], "decompressing (gzip): it is cut short"},
		{"gzip, bad sum", strings.TrimSuffix(gz(t, content), "\x00") + "xxxxxxxx", "decompressing (gzip)"},
		{"zstd cut short", zst(t, content)[:5000], "decompressing (zstd)"},
		{"zip cut short", zipped(t, zip.Deflate, "a.csv", content)[:5000], "it seems to be cut short"},
		{"zip of two", zipped(t, zip.Deflate, "a.csv", content, "b.csv", content), "a zip archive with 2 files"},
		{"zip of none", zipped(t, zip.Deflate), "a zip archive with 0 files"},
		{"workbook", zipped(t, zip.Deflate, "[Content_Types].xml", "<x/>", "xl/workbook.xml", "<x/>"), "is an Excel workbook"},
		{"twice", gz(t, gz(t, content)), "is compressed twice"},
		{"nothing inside", gz(t, ""), "is empty"},
		{"bomb", gz(t, "a,b\n"+strings.Repeat("1,2\n", 9<<20)), "decompresses to more than 250 times its size"},
		{"xz", "\xfd7zXZ\x00\x00", "compressed with xz"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f, err := Open(write(t, tt.in), nil)
			if err == nil {
				f.Close()
				t.Fatal("no error")
			}
			var e *Error
			if !errors.As(err, &e) || !strings.Contains(err.Error(), tt.want) || strings.Contains(err.Error(), "\n") {
				t.Errorf("got %q, want %q", err, tt.want)
			}
		})
	}
}

// TestCompressedChanged: the bytes on disk are compared, not those inside.
func TestCompressedChanged(t *testing.T) {
	f := open(t, gz(t, lotOf(30000)))
	all(t, f)
	if err := os.WriteFile(f.Name(), []byte(gz(t, lotOf(30001))), 0o600); err != nil {
		t.Fatal(err)
	}
	r, err := f.Rows()
	for err == nil {
		_, err = r.Next()
	}
	if !errors.Is(err, ErrChanged) {
		t.Error(err)
	}
}

// TestMemory reads files that a naive reader takes into memory whole.
func TestMemory(t *testing.T) {
	big := 4 << 20
	for name, content := range map[string]string{
		"unclosed quotes": "a,b\n1,\"x\n" + strings.Repeat("2,y\n", big/4),
		"one line":        "a,b\n" + strings.Repeat("x", big),
		"gzip":            gz(t, lotOf(100000)),
	} {
		t.Run(name, func(t *testing.T) {
			path := write(t, content)
			var before, after runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&before)
			f, err := Open(path, nil)
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			r, err := f.Rows()
			for n := 0; err == nil; n++ {
				_, err = r.Next()
				if n%400000 != 0 && err == nil {
					continue
				}
				runtime.GC() // only what is still in use counts
				if runtime.ReadMemStats(&after); after.HeapAlloc > before.HeapAlloc+8<<20 {
					t.Fatalf("%d MiB after %d rows", (after.HeapAlloc-before.HeapAlloc)>>20, n)
				}
			}
		})
	}
}
