package importer_test

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
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

// encounter is an import over a workspace that holds people already. Each call
// of run is one process; all share the results file.
type encounter struct {
	t       *testing.T
	server  *sandbox.Server
	api     *client.Client // of whoever fills the workspace
	version client.Version
	dir     string
	mapping string
	text    string
	change  func(*importer.Config)
	through func(http.RoundTripper) http.RoundTripper // stands before the server
	ctx     context.Context                           // of the next run
	before  []string                                  // earlier results

	forecast importer.Forecast
	result   importer.Result
}

func newEncounter(t *testing.T, version string, cfg sandbox.Config) *encounter {
	cfg.Seed, cfg.Limit, cfg.Workspace, cfg.Token = 3, -1, "encounter", "simulated"
	server, err := sandbox.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	e := &encounter{t: t, server: server, dir: shm(t)}
	if e.version, err = client.ParseVersion(version); err != nil {
		t.Fatal(err)
	}
	e.api = e.client(server.Transport())
	return e
}

func (e *encounter) client(through http.RoundTripper) *client.Client {
	c, err := client.New(client.Config{BaseURL: "https://sandbox.test", Version: e.version, Token: client.NewToken("simulated"), Timeout: 10 * time.Second, Transport: through})
	if err != nil {
		e.t.Fatal(err)
	}
	return c
}

// there puts somebody into the workspace: name, value, …
func (e *encounter) there(fields ...string) string {
	var lead client.Lead
	for i := 0; i < len(fields); i += 2 {
		lead.Fields = append(lead.Fields, client.Field{Name: fields[i], Value: client.String(fields[i+1])})
	}
	a, err := e.api.Save(context.Background(), lead, nil)
	if err != nil {
		e.t.Fatal(err)
	}
	return a.Contact.ID
}

func (e *encounter) run() error {
	return e.prepared(func(ctx context.Context, job *importer.Job) (err error) {
		e.result, err = job.Run(ctx)
		return err
	})
}

// prepared has do go on with a job for which everything is prepared.
func (e *encounter) prepared(do func(context.Context, *importer.Job) error) error {
	t := e.t
	input := filepath.Join(e.dir, "leads.csv")
	if err := os.WriteFile(input, []byte(e.text), 0o600); err != nil {
		t.Fatal(err)
	}
	m, err := mapping.Parse("m.yaml", []byte(e.mapping))
	if err != nil {
		t.Fatal(err)
	}
	store, err := results.Open(filepath.Join(e.dir, resultsName), results.Resume)
	if err != nil {
		t.Fatal(err)
	}
	defer store.Close()
	known, err := history.Open(history.Options{Own: store, Previous: e.before, Self: filepath.Join(e.dir, resultsName)})
	if err != nil {
		t.Fatal(err)
	}
	defer known.Close()
	file, err := source.Open(input, nil)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	through := e.server.Transport()
	if e.through != nil {
		through = e.through(through)
	}
	cfg := importer.Config{
		Input: file, Mapping: m, Version: e.version, Client: e.client(through), Store: store, History: known,
		Workers: 8, Timeout: 10 * time.Second, Settle: time.Minute,
	}
	if e.change != nil {
		e.change(&cfg)
	}
	ctx := e.ctx
	if ctx == nil {
		ctx = context.Background()
	}
	job, err := importer.Prepare(ctx, cfg)
	if err != nil {
		return err
	}
	e.forecast = job.Forecast()
	return do(ctx, job)
}

// lines are the results: status, code and id of each row.
func (e *encounter) lines() (list []string) {
	f, err := os.Open(filepath.Join(e.dir, resultsName))
	if err != nil {
		e.t.Fatal(err)
	}
	defer f.Close()
	lines, err := invariants.ReadResults(f)
	if err != nil {
		e.t.Fatal(err)
	}
	for _, l := range lines {
		list = append(list, strings.TrimSpace(l["import_status"]+" "+l["import_error_code"]+" "+l["import_id"]))
	}
	return list
}

func (e *encounter) want(want ...string) {
	e.t.Helper()
	if got := e.lines(); strings.Join(got, "\n") != strings.Join(want, "\n") {
		e.t.Errorf("results:\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}
