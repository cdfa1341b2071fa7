package results

import (
	"fmt"
	"path/filepath"
	"sync"
	"testing"
	"time"
)

func BenchmarkSettle(b *testing.B) {
	s := begin(b, filepath.Join(b.TempDir(), "r.csv"), New, "Email", "First name", "Last name", "Company", "Plan")
	b.ReportAllocs()
	row := 0
	for b.Loop() {
		row++
		if err := s.Settle(created(row, "5811b40d2bb5f9a1c4a1e2d3", fmt.Sprintf("jane%d@example.com", row), "Jane", "Doe", "Acme, Inc.", "pro")); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkIntent(b *testing.B) {
	for _, waiters := range []int{1, 16, 64} {
		b.Run(fmt.Sprint(waiters), func(b *testing.B) {
			s := begin(b, filepath.Join(b.TempDir(), "r.csv"), New, "Email")
			b.ReportAllocs()
			work := make(chan int)
			var all sync.WaitGroup
			for range waiters {
				all.Go(func() {
					for row := range work {
						if err := s.Intent(Intent{Row: row, Number: 1, Key: "email:jane@example.com", Body: "0123456789abcdef0123456789abcdef", At: noon, Deadline: noon.Add(30 * time.Second)}); err != nil {
							b.Error(err)
						}
					}
				})
			}
			b.ResetTimer()
			for row := 1; row <= b.N; row++ {
				work <- row
			}
			close(work)
			all.Wait()
		})
	}
}

// BenchmarkResume opens what a run of 100,000 rows left.
func BenchmarkResume(b *testing.B) {
	path := filepath.Join(b.TempDir(), "r.csv")
	s := begin(b, path, New, "Email", "First name", "Last name", "Company", "Plan")
	for row := 1; row <= 100_000; row++ {
		key := fmt.Sprintf("jane%d@example.com", row)
		rec, _ := entry{Intent: &intentRecord{Intent: Intent{Row: row, Number: 1, Key: "email:" + key, Body: "0123456789abcdef0123456789abcdef", At: noon, Deadline: noon.Add(30 * time.Second)}}}.encode()
		if err := s.journal.append(rec); err != nil {
			b.Fatal(err)
		}
		if err := s.Settle(created(row, "5811b40d2bb5f9a1c4a1e2d3", key, "Jane", "Doe", "Acme, Inc.", "pro")); err != nil {
			b.Fatal(err)
		}
	}
	if err := s.Close(); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		s, err := Open(path, Resume)
		must(b, err)
		must(b, s.Files().Read(Visitor{}))
		s.Close()
	}
}

// BenchmarkLines reads the lines of a results file: those that tell keys apart
// need, and all of them by gocsv.
func BenchmarkLines(b *testing.B) {
	path := filepath.Join(b.TempDir(), "r.csv")
	const rows = 20_000
	s := begin(b, path, New, "Email", "First name", "Last name", "Company", "Plan")
	for row := 1; row <= rows; row++ {
		must(b, s.Settle(created(row, "5811b40d2bb5f9a1c4a1e2d3", fmt.Sprintf("jane%d@example.com", row), "Jane", "Doe", "Acme, Inc.", "pro")))
	}
	must(b, s.Finish())
	must(b, s.Close())
	b.Run("brief", func(b *testing.B) {
		for b.Loop() {
			f, err := OpenFiles(path)
			must(b, err)
			must(b, f.Read(Visitor{}))
			f.Close()
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/rows, "ns/row")
	})
	b.Run("gocsv", func(b *testing.B) {
		for b.Loop() {
			r, err := Read(path)
			must(b, err)
			for err == nil {
				_, _, err = r.Next()
			}
			r.Close()
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/rows, "ns/row")
	})
}
