package history

import (
	"fmt"
	"path/filepath"
	"runtime"
	"testing"

	"leadimport/importer/results"
)

// big writes finished results of many rows.
func big(t testing.TB, path string, rows int) {
	t.Helper()
	s := begin(t, path, results.New, "Email", "First name", "Last name", "Company", "Plan")
	for row := 1; row <= rows; row++ {
		email := fmt.Sprintf("jane%d@example.com", row)
		must(t, s.Settle(results.Outcome{
			Line: results.Line{
				Row: row, Status: results.Created, ID: fmt.Sprintf("5811b40d2bb5f9a1c4%06x", row), HTTPStatus: 200, Attempts: 1, At: noon,
				Key: "email:" + email, Hash: "00112233445566778899aabbccddeeff", Ms: 12, Workspace: "ws",
			},
			Cells: []string{email, "Jane", "Doe", "Acme, Inc.", "pro"}, Number: 1, UpdatedAt: noon,
		}))
	}
	must(t, s.Finish())
	must(t, s.Close())
}

// TestMemory holds the promise of at most 64 bytes for each key, while it is
// loaded and afterwards, for earlier results and for the run's own.
func TestMemory(t *testing.T) {
	const rows = 20_000
	path := filepath.Join(quickDir(t), "big.csv")
	big(t, path, rows)
	f, err := results.OpenFiles(path)
	must(t, err)
	defer f.Close()
	h := &History{undone: map[string]bool{}, own: newLedger(), earlier: newLedger()}
	before := heap()
	l := &loader{ledger: h.earlier, h: h}
	must(t, l.load(f))
	l.end()
	loading := float64(heap()-before) / rows
	runtime.KeepAlive(l)
	l = nil
	each := float64(heap()-before) / rows
	t.Logf("%.1f bytes a key while it is loaded, %.1f afterwards", loading, each)
	if loading > 64 || each > 50 {
		t.Errorf("%.1f bytes a key while it is loaded, %.1f afterwards", loading, each)
	}
	for row := 1; row <= rows; row += 7 {
		if k := find(t, h, fmt.Sprintf("email:jane%d@example.com", row)); k.Line.Row != row {
			t.Fatalf("row %d: %+v", row, k)
		}
	}
	runtime.KeepAlive(h)

	s, err := results.Open(path, results.Resume)
	must(t, err)
	defer s.Close()
	before = heap()
	own, err := Open(Options{Own: s})
	must(t, err)
	each = float64(heap()-before) / rows
	t.Logf("%.1f bytes a key of the run's own", each)
	if each > 50 {
		t.Errorf("%.1f bytes a key of the run's own", each)
	}
	runtime.KeepAlive(own)
}

func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

func BenchmarkLoad(b *testing.B) {
	const rows = 20_000
	path := filepath.Join(b.TempDir(), "big.csv")
	big(b, path, rows)
	b.ReportAllocs()
	for b.Loop() {
		h, err := Open(Options{Previous: []string{path}})
		must(b, err)
		h.Close()
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/rows, "ns/row")
}

func BenchmarkFind(b *testing.B) {
	const rows = 20_000
	path := filepath.Join(b.TempDir(), "big.csv")
	big(b, path, rows)
	h, err := Open(Options{Previous: []string{path}})
	must(b, err)
	defer h.Close()
	for i := 0; b.Loop(); i++ {
		if k, err := h.Find(fmt.Sprintf("email:jane%d@example.com", i%rows+1)); err != nil || k.Line.ID == "" {
			b.Fatal(k, err)
		}
	}
}
