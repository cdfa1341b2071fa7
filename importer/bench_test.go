package importer_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"leadimport/client"
	"leadimport/client/sandbox"
	"leadimport/importer"
	"leadimport/importer/results"
	"leadimport/importer/source"
	"leadimport/mapping"
)

const benchWorkers = 64

// BenchmarkRun is a whole import over loopback, journal and results included.
// Side by side with BenchmarkBareHTTP, which sends the same bodies and keeps
// nothing, it tells what never-twice costs.
func BenchmarkRun(b *testing.B) {
	api := httptest.NewServer(newBenchSandbox(b))
	defer api.Close()
	dir := b.TempDir()
	path := filepath.Join(dir, "leads.csv")
	var text strings.Builder
	text.WriteString("Email,Name,Phone,Plan\n")
	for i := range b.N {
		fmt.Fprintf(&text, "person%d@example.com,Person %d,+35387%07d,Pro\n", i, i, i)
	}
	if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
		b.Fatal(err)
	}
	b.ResetTimer()
	input, err := source.Open(path, nil)
	if err != nil {
		b.Fatal(err)
	}
	defer input.Close()
	store, err := results.Open(filepath.Join(dir, "leads.results.csv"), results.New)
	if err != nil {
		b.Fatal(err)
	}
	defer store.Close()
	c, err := client.New(client.Config{
		BaseURL: api.URL, Version: client.Version2, Token: client.NewToken("bench"), Rate: 1e6, Workers: benchWorkers,
	})
	if err != nil {
		b.Fatal(err)
	}
	m, err := mapping.Parse("m.yaml", []byte("attributes: {email: Email, name: Name, phone: Phone, custom_attributes.plan: Plan}"))
	if err != nil {
		b.Fatal(err)
	}
	job, err := importer.Prepare(context.Background(), importer.Config{
		Input: input, Mapping: m, Version: client.Version2, Client: c, Store: store, Workers: benchWorkers,
	})
	if err != nil {
		b.Fatal(err)
	}
	res, err := job.Run(context.Background())
	if err != nil || res.Totals.Of(results.Created) != b.N {
		b.Fatal(res.Totals, err)
	}
}

// BenchmarkBareHTTP sends the requests that BenchmarkRun sends, and reads the
// answers.
func BenchmarkBareHTTP(b *testing.B) {
	api := httptest.NewServer(newBenchSandbox(b))
	defer api.Close()
	web := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: benchWorkers}}
	rows := make(chan int)
	var workers sync.WaitGroup
	b.ResetTimer()
	for range benchWorkers {
		workers.Go(func() {
			for i := range rows {
				body := fmt.Sprintf(`{"role":"lead","email":"person%d@example.com","name":"Person %d","phone":"+35387%07d","custom_attributes":{"plan":"Pro"}}`, i, i, i)
				req, _ := http.NewRequest("POST", api.URL+"/contacts", bytes.NewReader([]byte(body)))
				req.Header.Set("Authorization", "Bearer bench")
				req.Header.Set("Content-Type", "application/json")
				req.Header.Set("Intercom-Version", "2.15")
				res, err := web.Do(req)
				if err != nil || res.StatusCode != http.StatusOK {
					b.Error(err)
					continue
				}
				io.Copy(io.Discard, res.Body)
				res.Body.Close()
			}
		})
	}
	for i := range b.N {
		rows <- i
	}
	close(rows)
	workers.Wait()
}

func newBenchSandbox(b *testing.B) http.Handler {
	s, err := sandbox.New(sandbox.Config{Token: "bench", Limit: -1, Attributes: map[string]string{"plan": "string"}})
	if err != nil {
		b.Fatal(err)
	}
	return s
}
