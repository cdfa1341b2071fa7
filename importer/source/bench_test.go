package source

import (
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
)

// leads is a file of n leads such as people import, a tenth of them quoted.
func leads(n int) string {
	var b strings.Builder
	b.WriteString("First name,Last name,Email,Mobile,Company,City,Country,Plan,MRR,Signed up,Notes\n")
	for i := range n {
		note := "met at the fair"
		if i%10 == 0 {
			note = "\"said \"\"call me\"\", twice\""
		}
		fmt.Fprintf(&b, "Jane%d,Doe,jane%d@example.com,+35387%07d,Example %d Ltd,Dublin,IE,pro,%d.50,2026-11-%02d,%s\n",
			i, i, i, i%1000, i%500, i%28+1, note)
	}
	return b.String()
}

func BenchmarkRows(b *testing.B)      { benchRows(b, false) }
func BenchmarkRowsReuse(b *testing.B) { benchRows(b, true) }

func benchRows(b *testing.B, reuse bool) {
	content := leads(100000)
	path := write(b, content)
	b.SetBytes(int64(len(content)))
	b.ReportAllocs()
	for b.Loop() {
		f, err := Open(path, nil)
		if err != nil {
			b.Fatal(err)
		}
		r, err := f.Rows()
		if err != nil {
			b.Fatal(err)
		}
		r.ReuseCells = reuse
		for {
			row, err := r.Next()
			if err == io.EOF {
				break
			}
			if err != nil || row.Problem != nil {
				b.Fatal(err, row)
			}
		}
		f.Close()
	}
}

func BenchmarkEncodingCSV(b *testing.B) {
	content := leads(100000)
	path := write(b, content)
	b.SetBytes(int64(len(content)))
	b.ReportAllocs()
	for b.Loop() {
		f, err := os.Open(path)
		if err != nil {
			b.Fatal(err)
		}
		r := csv.NewReader(f)
		for err == nil {
			_, err = r.Read()
		}
		if err != io.EOF {
			b.Fatal(err)
		}
		f.Close()
	}
}

// BenchmarkCat and BenchmarkCatEncodingCSV read a file and write it again.
func BenchmarkCat(b *testing.B) {
	content := leads(100000)
	path := write(b, content)
	b.SetBytes(int64(len(content)))
	b.ReportAllocs()
	for b.Loop() {
		f, err := Open(path, nil)
		if err != nil {
			b.Fatal(err)
		}
		r, err := f.Records()
		if err != nil {
			b.Fatal(err)
		}
		r.NoCells = true
		var out []byte
		for {
			_, err := r.Next()
			if err == io.EOF {
				break
			}
			if err != nil {
				b.Fatal(err)
			}
			if out = r.AppendCSV(out); len(out) > 60<<10 {
				io.Discard.Write(out)
				out = out[:0]
			}
		}
		f.Close()
	}
}

func BenchmarkCatEncodingCSV(b *testing.B) {
	content := leads(100000)
	path := write(b, content)
	b.SetBytes(int64(len(content)))
	b.ReportAllocs()
	for b.Loop() {
		f, err := os.Open(path)
		if err != nil {
			b.Fatal(err)
		}
		r := csv.NewReader(f)
		r.ReuseRecord = true
		w := csv.NewWriter(io.Discard)
		for err == nil {
			var record []string
			if record, err = r.Read(); err == nil {
				w.Write(record)
			}
		}
		if err != io.EOF {
			b.Fatal(err)
		}
		w.Flush()
		f.Close()
	}
}

func BenchmarkOpen(b *testing.B) {
	content := leads(100000)
	path := write(b, content)
	b.SetBytes(int64(len(content)))
	for b.Loop() {
		f, err := Open(path, nil)
		if err != nil {
			b.Fatal(err)
		}
		f.Close()
	}
}
