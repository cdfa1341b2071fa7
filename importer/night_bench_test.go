package importer_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"leadimport/client"
	"leadimport/client/sandbox"
	"leadimport/importer"
	"leadimport/importer/history"
	"leadimport/importer/results"
	"leadimport/importer/source"
	"leadimport/mapping"
)

// BenchmarkUnchangedNight imports a list of which nothing changed since the
// night before. The ratio is the time of encoding/csv, which reads the list and
// writes it again, to ours.
func BenchmarkUnchangedNight(b *testing.B) {
	dir := b.TempDir()
	list := filepath.Join(dir, "leads.csv")
	writeBenchList(b, list)
	m, err := mapping.Parse("m.yaml", []byte(benchMapping))
	if err != nil {
		b.Fatal(err)
	}
	serve := func() *sandbox.Server {
		server, err := sandbox.New(sandbox.Config{Token: "bench", Limit: -1, Workspace: "bench", Attributes: map[string]string{
			"company": "string", "plan": "string", "monthly_spend": "float", "signed_up_at": "date", "notes": "string",
		}})
		if err != nil {
			b.Fatal(err)
		}
		return server
	}
	server := serve()
	night := func(path string, previous ...string) importer.Totals {
		input, err := source.Open(list, nil)
		if err != nil {
			b.Fatal(err)
		}
		defer input.Close()
		store, err := results.Open(path, results.New)
		if err != nil {
			b.Fatal(err)
		}
		defer store.Close()
		known, err := history.Open(history.Options{Own: store, Previous: previous, Self: path})
		if err != nil {
			b.Fatal(err)
		}
		defer known.Close()
		c, err := client.New(client.Config{
			BaseURL: "https://sandbox.test", Transport: server.Transport(), Version: client.Version2,
			Token: client.NewToken("bench"), Rate: 1e6, Workers: benchWorkers,
		})
		if err != nil {
			b.Fatal(err)
		}
		job, err := importer.Prepare(context.Background(), importer.Config{
			Input: input, Mapping: m, Version: client.Version2, Client: c, Store: store, History: known, Workers: benchWorkers,
		})
		if err != nil {
			b.Fatal(err)
		}
		res, err := job.Run(context.Background())
		if err != nil {
			b.Fatal(err)
		}
		return res.Totals
	}
	first := filepath.Join(dir, "first.csv")
	if t := night(first); t.Of(results.Created) != benchList {
		b.Fatal(t)
	}
	server = serve() // nobody is asked for, and a full one costs the collector time
	var plain, ours time.Duration
	for n := 0; b.Loop(); n++ {
		began := time.Now()
		if err := plainPass(list); err != nil {
			b.Fatal(err)
		}
		plain += time.Since(began)
		began = time.Now()
		if t := night(filepath.Join(dir, "next.csv")+string(rune('a'+n)), first); t.Of(results.Unchanged) != benchList {
			b.Fatal(t)
		}
		ours += time.Since(began)
	}
	b.ReportMetric(float64(plain)/float64(ours), "plain-ratio")
	b.ReportMetric(float64(b.N)*benchList/ours.Seconds(), "rows/s")
}
