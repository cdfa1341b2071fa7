package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// BenchmarkStart starts a Go program that does nothing, `leadimport version`
// and `leadimport --help` in turns. The ratios are of the medians: 2 is twice
// as long as the bare program.
func BenchmarkStart(b *testing.B) {
	dir := b.TempDir()
	build := func(name, pkg string) string {
		path := filepath.Join(dir, name)
		if out, err := exec.Command("go", "build", "-o", path, pkg).CombinedOutput(); err != nil {
			b.Fatalf("%v: %s", err, out)
		}
		return path
	}
	source := filepath.Join(dir, "bare.go")
	if err := os.WriteFile(source, []byte("package main\n\nfunc main() {}\n"), 0o600); err != nil {
		b.Fatal(err)
	}
	bare, ours := build("bare", source), build("leadimport", ".")
	commands := [][]string{{bare}, {ours, "version"}, {ours, "--help"}}
	took := make([][]time.Duration, len(commands))
	for b.Loop() {
		for i, c := range commands {
			began := time.Now()
			if err := exec.Command(c[0], c[1:]...).Run(); err != nil {
				b.Fatal(err)
			}
			took[i] = append(took[i], time.Since(began))
		}
	}
	median := func(i int) float64 {
		slices.Sort(took[i])
		return float64(took[i][len(took[i])/2])
	}
	b.ReportMetric(median(0)/1e6, "bare-ms")
	b.ReportMetric(median(1)/median(0), "version-ratio")
	b.ReportMetric(median(2)/median(0), "help-ratio")
}
