package source

import (
	"bytes"
	"io"
	"strings"
	"testing"
)

// cat reads a file the way leadimport cat does.
func cat(t testing.TB, in string) (string, *File) {
	t.Helper()
	f, err := OpenWith("-", strings.NewReader(in), Options{AnyHeader: true})
	if err != nil {
		t.Errorf("%v", err)
		return "", nil
	}
	defer f.Close()
	r, err := f.Records()
	if err != nil {
		t.Fatal(err)
	}
	var fast, slow []byte
	r.NoCells = true
	for {
		_, err := r.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		fast = r.AppendCSV(fast)
	}
	again, err := f.Records()
	if err != nil {
		t.Fatal(err)
	}
	var records [][]string
	for {
		record, err := again.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		records = append(records, record.Cells)
	}
	if slow = []byte(clean(records)); !bytes.Equal(fast, slow) {
		t.Errorf("lines are\n%s\ncells are\n%s", fast, slow)
	}
	return string(fast), f
}
