package source

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
)

// lotOf is a file of n rows whose cells tell their row.
func lotOf(n int) string {
	var b strings.Builder
	b.WriteString("email,name\n")
	for i := range n {
		fmt.Fprintf(&b, "joe%07d@example.com,Joe %d\n", i, i)
	}
	return b.String()
}

// TestChanged changes a file between two passes: no row may be handed out that
// the first pass did not see.
func TestChanged(t *testing.T) {
	content := lotOf(20000)
	exact := content[:4*chunkSize]
	tests := []struct {
		name   string
		before string
		after  string
	}{
		{"one byte", content, strings.Replace(content, "Joe 15000\n", "Joe 15001\n", 1)},
		{"first byte", content, "E" + content[1:]},
		{"last byte", content, content[:len(content)-2] + "x\n"},
		{"longer", content, content + "a,b\n"},
		{"shorter", content, content[:len(content)-30]},
		{"shorter by chunks", content, content[:2*chunkSize]},
		{"empty", content, ""},
		{"longer than whole chunks", exact, exact + "a,b\n"},
		{"shorter than whole chunks", exact, exact[:3*chunkSize]},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			f := open(t, tt.before)
			first := all(t, f)
			if err := os.WriteFile(f.Name(), []byte(tt.after), 0o600); err != nil {
				t.Fatal(err)
			}
			r, err := f.Rows()
			n := 0
			for ; err == nil; n++ {
				var row Row
				if row, err = r.Next(); err == nil && show([]Row{row}) != show(first[n:n+1]) {
					t.Fatalf("row %d differs: %v", n, row)
				}
			}
			if !errors.Is(err, ErrChanged) {
				t.Errorf("after %d rows: %v", n, err)
			}
		})
	}
}

func TestSHA256(t *testing.T) {
	for _, content := range []string{"a,b\n", lotOf(20000), lotOf(20000)[:4*chunkSize], "\ufeffa\n1\n"} {
		f := open(t, content)
		r, err := f.Rows()
		if err != nil {
			t.Fatal(err)
		}
		for err != io.EOF {
			_, err = r.Next()
		}
		sum := sha256.Sum256([]byte(content))
		if got := f.SHA256(); got != hex.EncodeToString(sum[:]) {
			t.Errorf("digest of %d bytes: %s", len(content), got)
		}
	}
}

// TestPassesInterleaved: a pass that is given up, and one that overtakes
// another, leave the digest right.
func TestPassesInterleaved(t *testing.T) {
	content := lotOf(20000)
	f := open(t, content)
	given, err := f.Rows()
	if err != nil {
		t.Fatal(err)
	}
	for range 12000 {
		if _, err := given.Next(); err != nil {
			t.Fatal(err)
		}
	}
	all(t, f)
	sum := sha256.Sum256([]byte(content))
	if got := f.SHA256(); got != hex.EncodeToString(sum[:]) {
		t.Errorf("digest %s", got)
	}
	for err == nil {
		_, err = given.Next()
	}
	if err != io.EOF {
		t.Error(err)
	}
}
