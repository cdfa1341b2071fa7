package samples

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const (
	jobName  = "metadata.labels['batch.kubernetes.io/job-name']"
	jobIndex = "metadata.annotations['batch.kubernetes.io/job-completion-index']"
)

// cluster is what Pods have around them: volumes, and an API in a process of
// its own.
type cluster struct {
	*bench
	url string
}

func newCluster(t *testing.T, sandbox ...string) *cluster {
	t.Helper()
	b := newBench(t)
	c := &cluster{b, b.sandbox(sandbox...)}
	for _, dir := range []string{"leads", "results", "secret"} {
		if err := os.Mkdir(filepath.Join(b.dir, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	c.write("secret/token", "token-of-the-samples\n")
	return c
}

func (c *cluster) write(name, text string) {
	c.Helper()
	if err := os.WriteFile(filepath.Join(c.dir, name), []byte(text), 0o644); err != nil {
		c.Fatal(err)
	}
}

// list writes leads.csv: of each person as many rows as the number says.
func (c *cluster) list(people map[string]int) {
	c.Helper()
	var text strings.Builder
	w := csv.NewWriter(&text)
	w.Write([]string{"Email", "First name", "Last name", "Mobile", "Signed up"})
	most := slices.Max(slices.Collect(maps.Values(people)))
	for n := range most {
		for _, name := range slices.Sorted(maps.Keys(people)) {
			if n < people[name] {
				w.Write([]string{name + "@example.com", name, fmt.Sprintf("row %d", n+1), "", "2026-11-01"})
			}
		}
	}
	w.Flush()
	c.write("leads/leads.csv", text.String())
}

// pod is a Pod of a manifest, whose termination message is a file of that
// name in the folder.
func (c *cluster) pod(manifest string, fields map[string]string, message string) pod {
	c.Helper()
	at := func(name string) string { return filepath.Join(c.dir, name) }
	return pod{containerOf(c.T, manifest), fields, map[string]string{
		"/data/leads": at("leads"), "/data/results": at("results"), "/run/secrets/intercom": at("secret"),
		"/etc/leadimport": abs(c.T, "kubernetes/base"), "/dev/termination-log": at(message),
	}}
}

// start has a Pod talk to the sandbox, and decide soon what a killed one left
// in doubt.
func (c *cluster) start(p pod) *exec.Cmd {
	c.Helper()
	cmd := p.process(c.bench, "LEADIMPORT_API_URL="+c.url, "LEADIMPORT_SETTLE=500ms", "LEADIMPORT_TIMEOUT=1s")
	cmd.Stdout, cmd.Stderr = new(strings.Builder), new(strings.Builder)
	if err := cmd.Start(); err != nil {
		c.Fatal(err)
	}
	return cmd
}

// end waits for a Pod that must end with code, and returns its termination
// message.
func (c *cluster) end(cmd *exec.Cmd, code int, message string) map[string]any {
	c.Helper()
	cmd.Wait()
	if got := cmd.ProcessState.ExitCode(); got != code {
		c.Fatalf("exit code %d, want %d\n%s%s", got, code, cmd.Stdout, cmd.Stderr)
	}
	data, err := os.ReadFile(filepath.Join(c.dir, message))
	if err != nil {
		c.Fatal(err)
	}
	if len(data) > 4096 { // what the kubelet keeps
		c.Errorf("a termination message of %d bytes, want 4096 at most", len(data))
	}
	var counts map[string]any
	if err := json.Unmarshal(data, &counts); err != nil {
		c.Fatal(err)
	}
	return counts
}

// state is what the API holds and counted.
type state struct {
	Contacts []struct{ Email, Name string }
	Counters struct {
		RateLimited int `json:"rate_limited"`
		Applied     map[string]int
	}
}

func (c *cluster) state() (s state) {
	c.Helper()
	res, err := http.Get(c.url + "/_sandbox/state?token=token-of-the-samples")
	if err != nil {
		c.Fatal(err)
	}
	defer res.Body.Close()
	if err := json.NewDecoder(res.Body).Decode(&s); err != nil {
		c.Fatal(err)
	}
	return s
}

// leads are the names of the leads that the API holds, by e-mail; a second
// lead of an e-mail is an error.
func (c *cluster) leads() map[string]string {
	c.Helper()
	all := map[string]string{}
	for _, lead := range c.state().Contacts {
		if _, twice := all[lead.Email]; twice {
			c.Errorf("%s is there twice", lead.Email)
		}
		all[lead.Email] = lead.Name
	}
	return all
}
