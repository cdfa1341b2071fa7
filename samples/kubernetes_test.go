package samples

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// A Pod is killed, another one takes over, and the next nights know what was
// done.
func TestNights(t *testing.T) {
	t.Parallel()
	const people = 400
	c := newCluster(t, "--limit", "-1")
	list := map[string]int{}
	for n := range people {
		list[fmt.Sprintf("person%03d", n)] = 1
	}
	list["person000"] = 2
	c.list(list)
	night := func(n int) pod {
		return c.pod("cronjob/cronjob.yaml", map[string]string{jobName: fmt.Sprintf("leadimport-%d", n)}, "message.json")
	}

	first := c.start(night(1))
	for late := time.Now().Add(time.Minute); len(c.leads()) < people/20; {
		if time.Now().After(late) {
			t.Fatal("nothing is imported")
		}
	}
	first.Process.Kill()
	first.Wait()
	done := len(c.leads())
	if done > people*9/10 {
		t.Fatalf("%d of %d people were imported when the Pod was killed: nothing is left to resume", done, people)
	}
	counts := c.end(c.start(night(1)), 0, "message.json")
	c.want(counts, "rows", people+1)
	c.want(counts, "created", people)
	c.want(counts, "updated", 1)
	if got := c.leads(); len(got) != people || got["person000@example.com"] != "person000 row 2" {
		t.Errorf("the API holds %d leads, and the one of two rows is %q", len(got), got["person000@example.com"])
	}

	counts = c.end(c.start(night(2)), 0, "message.json")
	c.want(counts, "unchanged", people+1)
	c.want(counts, "calls", 1) // who is it

	list["person001"], list["somebody-new"] = 2, 1
	c.list(list)
	counts = c.end(c.start(night(3)), 0, "message.json")
	c.want(counts, "unchanged", people+1)
	c.want(counts, "updated", 1) // the first row of the two is what Intercom has
	c.want(counts, "created", 1)
	if got := c.leads(); len(got) != people+1 || got["person001@example.com"] != "person001 row 2" {
		t.Errorf("the API holds %d leads, and the one who changed is %q", len(got), got["person001@example.com"])
	}
	if nights, _ := filepath.Glob(filepath.Join(c.dir, "results", "leadimport-?.results.csv")); len(nights) != 3 {
		t.Errorf("results of %q, want those of three nights", nights)
	}
}

// Four Pods, one limit: every row is imported once, a person's rows in their
// order, and nobody is told to slow down.
func TestShards(t *testing.T) {
	t.Parallel()
	const shards, people, rowsEach, limit = 4, 100, 3, 1000
	c := newCluster(t, "--limit", fmt.Sprint(limit)) // in 10 s
	list := map[string]int{}
	for n := range people {
		list[fmt.Sprintf("person%03d", n)] = rowsEach
	}
	c.list(list)
	imports := func(job string) (all []map[string]any) {
		var running []*exec.Cmd
		message := func(i int) string { return fmt.Sprintf("message-%d.json", i) }
		for i := range shards {
			fields := map[string]string{jobName: job, jobIndex: fmt.Sprint(i)}
			running = append(running, c.start(c.pod("indexed-job/job.yaml", fields, message(i))))
		}
		for i, cmd := range running {
			all = append(all, c.end(cmd, 0, message(i)))
		}
		return all
	}
	sum := func(all []map[string]any, name string) (n int) {
		for _, counts := range all {
			n += int(counts[name].(float64))
		}
		return n
	}

	began := time.Now()
	all := imports("leadimport-2026-11")
	// However slow the machine is, nobody is faster than the limit; four who
	// take all of it each, as long as they know no better, are.
	if took, least := time.Since(began), people*rowsEach*10*time.Second/limit*8/10; took < least {
		t.Errorf("%d rows in %v, want %v at least", people*rowsEach, took, least)
	}
	if created, updated := sum(all, "created"), sum(all, "updated"); created != people || updated != people*(rowsEach-1) {
		t.Errorf("%d created and %d updated, want %d and %d", created, updated, people, people*(rowsEach-1))
	}
	for i, counts := range all {
		if counts["rows"] == 0.0 {
			t.Errorf("shard %d has no rows", i)
		}
	}
	for email, name := range c.leads() {
		if want := fmt.Sprintf("%s row %d", strings.TrimSuffix(email, "@example.com"), rowsEach); name != want {
			t.Errorf("%s is %q in the end, want %q", email, name, want)
		}
	}
	if n := c.state().Counters.RateLimited; n > 0 {
		t.Errorf("%d requests were told to slow down", n)
	}
	seen := map[string]int{}
	for i := range shards {
		for _, line := range c.read(fmt.Sprintf("results/leadimport-2026-11.%d-of-4.results.csv", i))[1:] {
			seen[line[0]]++
		}
	}
	for n := range people * rowsEach {
		if row := fmt.Sprint(n + 1); seen[row] != 1 {
			t.Errorf("row %s has %d lines of results, want 1", row, seen[row])
		}
	}

	all = imports("leadimport-2026-12")
	if got := sum(all, "unchanged"); got != people*rowsEach {
		t.Errorf("%d rows unchanged in the next list, want all %d", got, people*rowsEach)
	}

	report := c.pod("report/job.yaml", nil, "").process(c.bench)
	out, err := report.CombinedOutput()
	if err != nil || !strings.Contains(string(out), fmt.Sprintf("%d rows in %d files: %d created, %d updated", people*rowsEach, shards, people, people*(rowsEach-1))) {
		t.Errorf("report: %v\n%s", err, out)
	}
	if page, err := os.ReadFile(filepath.Join(c.dir, "results", "leadimport-2026-11.html")); err != nil || !strings.HasPrefix(string(page), "<!") {
		t.Errorf("no page: %v", err)
	}
}
