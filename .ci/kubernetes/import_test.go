package kubernetes

import (
	"fmt"
	"os/exec"
	"path"
	"strconv"
	"strings"
	"testing"
	"time"
	_ "time/tzdata"

	batch "k8s.io/api/batch/v1"
)

// A variable that is no flag's is left alone, so that nothing would tell of one
// that is misspelt.
func TestFlags(t *testing.T) {
	help := map[string]string{}
	each(t, func(t *testing.T, b *built) {
		command := b.program.Args[0]
		if help[command] == "" {
			out, err := exec.Command("go", "-C", "../..", "run", "./cmd/leadimport", command, "--help").CombinedOutput()
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			help[command] = string(out)
		}
		for name := range b.env {
			if flag, ok := strings.CutPrefix(name, "LEADIMPORT_"); ok {
				flag = "--" + strings.ToLower(strings.ReplaceAll(flag, "_", "-"))
				b.must(strings.Contains(help[command], " "+flag+" ") || strings.Contains(help[command], " "+flag+"\n"), name+": "+command+" has no "+flag)
			}
		}
	})
}

func TestNightly(t *testing.T) {
	b := build(t, "cronjob")
	spec := b.cronJob.Spec
	b.must(spec.ConcurrencyPolicy == batch.ForbidConcurrent, "two nights may run at once")
	if _, err := time.LoadLocation(*spec.TimeZone); err != nil || *spec.TimeZone == "" {
		t.Errorf("time zone %q: %v", *spec.TimeZone, err)
	}
	b.must(*spec.StartingDeadlineSeconds >= 600, "a night is missed when the cluster is busy for a moment")
	b.must(*b.job.ActiveDeadlineSeconds < 24*3600, "a night may last longer than a day, and the next is left out")
	b.must(*spec.FailedJobsHistoryLimit >= 1 && *spec.SuccessfulJobsHistoryLimit >= 1, "nothing is left to look at")
	b.must(*b.job.BackoffLimit >= 3, "the API is away for a quarter of an hour, and the night is lost")
	b.earlierResults("leadimport-1", "leadimport-2", "")
}

// earlierResults checks that a Job finds the results of another one of its
// kind, and no rejects.
func (b *built) earlierResults(job, other, index string) {
	b.Helper()
	as := func(name, job string) string {
		return strings.NewReplacer("$(JOB_NAME)", job, "$(JOB_COMPLETION_INDEX)", index).Replace(b.env[name])
	}
	ok, err := path.Match(as("LEADIMPORT_PREVIOUS", job), as("LEADIMPORT_RESULTS", other))
	b.must(ok && err == nil, job+" does not know what "+other+" did")
	ok, _ = path.Match(as("LEADIMPORT_PREVIOUS", job), as("LEADIMPORT_REJECTS", other))
	b.must(!ok, "rejects are no results")
}

// Intercom's limits, in requests a minute.
const perApp, perWorkspace = 10_000, 25_000

func TestSharded(t *testing.T) {
	for dir, apps := range map[string]bool{"indexed-job": false, "app-per-shard": true} {
		t.Run(dir, func(t *testing.T) {
			b := build(t, dir)
			n := *b.job.Completions
			b.must(*b.job.CompletionMode == batch.IndexedCompletion, "the Pods have no index")
			b.must(*b.job.Parallelism == n && b.env["LEADIMPORT_SHARDS"] == fmt.Sprint(n), "not as many shards as Pods")
			b.must(*b.job.BackoffLimitPerIndex > 0 && *b.job.MaxFailedIndexes == n, "one shard's trouble ends others")
			for _, name := range []string{"LEADIMPORT_RESULTS", "LEADIMPORT_PREVIOUS", "LEADIMPORT_REJECTS"} {
				b.must(strings.Contains(b.env[name], fmt.Sprintf(".$(JOB_COMPLETION_INDEX)-of-%d.", n)), name+" is not one of each shard")
			}
			for i := range n {
				b.earlierResults("leadimport-a", "leadimport-b", fmt.Sprint(i))
			}
			share, err := strconv.ParseFloat(b.env["LEADIMPORT_SHARE"], 64)
			if err != nil {
				t.Fatal(err)
			}
			limit := perApp
			if apps {
				limit = perWorkspace
				b.must(strings.Contains(b.env["LEADIMPORT_TOKEN_FILE"], "$(JOB_COMPLETION_INDEX)"), "the Pods share an app")
			}
			if all := share * float64(n) * perApp; all > float64(limit) || all < 0.9*float64(limit) {
				t.Errorf("%v requests a minute together, of %d", all, limit)
			}
		})
	}
}
