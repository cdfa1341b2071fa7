package importer_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"leadimport/client"
	"leadimport/client/sandbox"
	"leadimport/importer"
	"leadimport/importer/history"
	"leadimport/importer/invariants"
	"leadimport/importer/results"
	"leadimport/importer/source"
	"leadimport/mapping"
)

// scenario is how an import is set up.
type scenario struct {
	seed    uint64
	rows    []invariants.Row
	text    string // the rows as CSV
	version string
	stamp   bool
	workers int
	faults  sandbox.Faults
	lag     time.Duration
	timeout time.Duration
	settle  time.Duration
	tags    []string
	match   bool
	gone    string // what becomes of rows whose contact is gone; blank: follow
	canary  int    // creates after which a run stops; 0: none
}

const resultsName, journalName = "leads.results.csv", "leads.results.csv.journal"

// mapping is that of every simulated list.
func (s scenario) mapping(t testing.TB) *mapping.Mapping {
	text := invariants.Mapping
	if s.stamp {
		text += "stamp: custom_attributes.import_stamp\n"
	}
	if s.gone != "" {
		text += "gone: " + s.gone + "\n"
	}
	if len(s.tags) > 0 {
		text += `tags: ["` + strings.Join(s.tags, `", "`) + "\"]\n"
	}
	if slices.ContainsFunc(s.rows, func(r invariants.Row) bool { return r.Company != "" }) {
		text += invariants.CompanyMapping
	}
	switch {
	case s.match && s.version == "1.4":
		text += "match: email\n"
	case s.match:
		text += "match: [email, phone]\n"
	}
	m, err := mapping.Parse("m.yaml", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// errCanary is the end of a life that created as many leads as it was to try.
var errCanary = errors.New("as many leads as asked for were created")

// live is one process.
func (s scenario) live(t testing.TB, p *process) error {
	p.ctx, p.kill = context.WithCancel(context.Background())
	defer p.kill()
	input := filepath.Join(p.dir, "leads.csv")
	if err := os.WriteFile(input, []byte(s.text), 0o600); err != nil {
		t.Fatal(err)
	}
	store, err := results.Open(p.results(), results.Resume)
	if err != nil {
		t.Fatalf("seed %d: %v", s.seed, err)
	}
	defer store.Close()
	known, err := history.Open(history.Options{Own: store, Previous: p.previous, Self: p.results(), Mine: p.shard.Keys()})
	if err != nil {
		t.Fatalf("seed %d: %v", s.seed, err)
	}
	defer known.Close()
	file, err := source.Open(input, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	m := s.mapping(t)
	job, err := importer.Prepare(p.ctx, importer.Config{
		Input: file, Mapping: m, Version: s.apiVersion(t), Client: s.client(t, p, m.Stamp()), Store: store, History: known,
		Workers: s.workers, Timeout: s.timeout, Settle: s.settle, Canary: s.canary, Limit: p.limit, Shard: p.shard,
	})
	if err != nil {
		return err
	}
	p.forecast = job.Forecast()
	p.result, err = job.Run(p.ctx)
	if p.result.Canary {
		return errCanary
	}
	return err
}

func (s scenario) apiVersion(t testing.TB) client.Version {
	version, err := client.ParseVersion(s.version)
	if err != nil {
		t.Fatal(err)
	}
	return version
}

func (s scenario) client(t testing.TB, p *process, stamp string) *client.Client {
	api, err := client.New(client.Config{
		BaseURL: "https://sandbox.test", Version: s.apiVersion(t), Token: client.NewToken("simulated"),
		Workers: s.workers, Timeout: s.timeout, Stamp: stamp, Transport: p,
	})
	if err != nil {
		t.Fatal(err)
	}
	return api
}

// readLines reads the results at path.
func readLines(t testing.TB, path string) []invariants.Line {
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	lines, err := invariants.ReadResults(f)
	if err != nil {
		t.Fatal(err)
	}
	return lines
}

func stateOf(t testing.TB, server *sandbox.Server) []byte {
	state, err := json.Marshal(server.State())
	if err != nil {
		t.Fatal(err)
	}
	return state
}

// judge reads the results of one import and what the API holds, and compares.
func (s scenario) judge(t testing.TB, path string, server *sandbox.Server) []error {
	lines, state := readLines(t, path), stateOf(t, server)
	return append(invariants.Violations(s.rows, lines, state), invariants.Belongings(s.rows, lines, state, s.tagNames())...)
}

// tagNames are the tags with their variables filled in: virtual time begins at
// the start of a day, so no first run ends on another.
func (s scenario) tagNames() []string {
	tags := slices.Clone(s.tags)
	for i := range tags {
		tags[i] = strings.ReplaceAll(tags[i], "{date}", "2000-01-01")
	}
	return tags
}

// memory is a folder whose files are in memory, where there is one: thousands
// of imports need no disk to be slow.
func memory() string {
	if info, err := os.Stat("/dev/shm"); err == nil && info.IsDir() {
		return "/dev/shm"
	}
	return ""
}
