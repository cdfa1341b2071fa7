package importer_test

import (
	"bufio"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"testing"
	"time"

	"leadimport/client"
	"leadimport/importer"
	"leadimport/importer/source"
	"leadimport/mapping"
)

const benchList = 200_000 // rows

// benchMapping converts values of every kind.
const benchMapping = `
attributes:
  email: Email
  name: {columns: [First name, Last name], join: " "}
  phone: {column: Mobile, type: phone, region: IE}
  custom_attributes.company: Company
  custom_attributes.plan: {column: Plan, values: {pro: Pro}}
  custom_attributes.monthly_spend: {column: MRR, type: float}
  custom_attributes.signed_up_at: {column: Signed up, type: date}
  custom_attributes.notes: Notes
`

// BenchmarkCheck does in turns what cat does, what check does, by an inferred
// and by a full mapping, and what encoding/csv does that reads the same list
// and writes it again. The ratios are plain time to ours: 0.5 is half as fast.
func BenchmarkCheck(b *testing.B) {
	path := filepath.Join(b.TempDir(), "leads.csv")
	writeBenchList(b, path)
	full, err := mapping.Parse("m.yaml", []byte(benchMapping))
	if err != nil {
		b.Fatal(err)
	}
	var plain, cat, inferred, mapped time.Duration
	timed := func(sum *time.Duration, do func(string) error) {
		began := time.Now()
		if err := do(path); err != nil {
			b.Fatal(err)
		}
		*sum += time.Since(began)
	}
	for b.Loop() {
		timed(&plain, plainPass)
		timed(&cat, catPass)
		timed(&inferred, func(path string) error { return checkPass(path, nil) })
		timed(&mapped, func(path string) error { return checkPass(path, full) })
	}
	b.ReportMetric(float64(plain)/float64(cat), "cat-ratio")
	b.ReportMetric(float64(plain)/float64(inferred), "check-ratio")
	b.ReportMetric(float64(plain)/float64(mapped), "check-mapped-ratio")
}

func writeBenchList(b *testing.B, path string) {
	f, err := os.Create(path)
	if err != nil {
		b.Fatal(err)
	}
	w := bufio.NewWriter(f)
	fmt.Fprintln(w, "First name,Last name,Email,Mobile,Company,City,Country,Plan,MRR,Signed up,Notes")
	for i := range benchList {
		note := "met at the fair"
		if i%10 == 0 {
			note = `"said ""call me"", twice"`
		}
		fmt.Fprintf(w, "Jane%d,Doe,jane%d@example.com,+35387%07d,Example %d Ltd,Dublin,IE,pro,%d.50,2026-11-%02d,%s\n",
			i, i, i, i%1000, i%500, i%28+1, note)
	}
	if err := w.Flush(); err != nil {
		b.Fatal(err)
	}
	f.Close()
}

func plainPass(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	r, w := csv.NewReader(bufio.NewReaderSize(f, 1<<16)), csv.NewWriter(io.Discard)
	for {
		record, err := r.Read()
		if err == io.EOF {
			w.Flush()
			return w.Error()
		}
		if err == nil {
			err = w.Write(record)
		}
		if err != nil {
			return err
		}
	}
}

func catPass(path string) error {
	f, err := source.Open(path, nil)
	if err != nil {
		return err
	}
	defer f.Close()
	r, err := f.Records()
	if err != nil {
		return err
	}
	r.NoCells = true
	var out []byte
	for {
		_, err := r.Next()
		if err == io.EOF {
			_, err = io.Discard.Write(out)
			return err
		}
		if err != nil {
			return err
		}
		if out = r.AppendCSV(out); len(out) > 60<<10 {
			io.Discard.Write(out)
			out = out[:0]
		}
	}
}

func checkPass(path string, m *mapping.Mapping) error {
	f, err := source.Open(path, nil)
	if err != nil {
		return err
	}
	defer f.Close()
	if m == nil {
		m = mapping.Infer(f.Header())
	}
	_, err = importer.Prepare(context.Background(), importer.Config{Input: f, Mapping: m, Version: client.Version2})
	return err
}
