package kubernetes

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	batch "k8s.io/api/batch/v1"
	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	"k8s.io/apimachinery/pkg/runtime"
)

const manifests = "../../samples/kubernetes"

// read is a manifest as it stands.
func read(t *testing.T, name string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(manifests, name))
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// Every file, whether a kustomization takes it up or not.
func TestDecode(t *testing.T) {
	n := 0
	err := filepath.WalkDir(manifests, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || d.Name() == "kustomization.yaml" || d.Name() == "mapping.yaml" {
			return err
		}
		for doc := range bytes.SplitSeq(read(t, strings.TrimPrefix(path, manifests)), []byte("\n---\n")) {
			n++
			if _, err := Decode(doc); err != nil {
				t.Errorf("%s: %v", path, err)
			}
		}
		return nil
	})
	if err != nil || n < 8 {
		t.Errorf("%d documents were read: %v", n, err)
	}
}

// What strict means.
func TestDecodeRefuses(t *testing.T) {
	text := string(read(t, "cronjob/cronjob.yaml"))
	for _, c := range []struct{ old, new, want string }{
		{"backoffLimit:", "backofLimit:", `unknown field "spec.jobTemplate.spec.backofLimit"`},
		{"backoffLimit:", "backofflimit:", `unknown field "spec.jobTemplate.spec.backofflimit"`},
		{"podReplacementPolicy:", "backoffLimit: 7\n      podReplacementPolicy:", "already set"},
		{"values: [2,", "values: [two,", "cannot unmarshal"},
		{"apiVersion: batch/v1", "apiVersion: batch/v1beta1", "no kind"},
	} {
		if strings.Count(text, c.old) != 1 {
			t.Fatalf("%q is not there once", c.old)
		}
		if _, err := Decode([]byte(strings.Replace(text, c.old, c.new, 1))); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %s", c.new, err, c.want)
		}
	}
}

// built is a kustomization, by kind.
type built struct {
	*testing.T
	job      *batch.JobSpec // of the Job, or of those that the CronJob makes
	cronJob  *batch.CronJob
	pod      core.PodTemplateSpec
	program  core.Container
	policies []networking.NetworkPolicy
	maps     map[string]core.ConfigMap
	env      map[string]string // as it is written
}

func build(t *testing.T, dir string) *built {
	t.Helper()
	objects, err := Build(filepath.Join(manifests, dir))
	if err != nil {
		t.Fatal(err)
	}
	b := &built{T: t, maps: map[string]core.ConfigMap{}, env: map[string]string{}}
	for _, o := range objects {
		b.take(o)
	}
	if b.job == nil {
		t.Fatalf("%s has no Job", dir)
	}
	b.pod = b.job.Template
	if n := len(b.pod.Spec.Containers); n != 1 || len(b.pod.Spec.InitContainers) > 0 {
		t.Fatalf("%s: %d containers, want 1 and no other", dir, n)
	}
	b.program = b.pod.Spec.Containers[0]
	for _, v := range b.program.Env {
		if _, twice := b.env[v.Name]; twice {
			t.Errorf("%s is set twice", v.Name)
		}
		b.env[v.Name] = v.Value
	}
	return b
}

func (b *built) take(o runtime.Object) {
	b.Helper()
	switch o := o.(type) {
	case *batch.CronJob:
		b.cronJob, b.job = o, &o.Spec.JobTemplate.Spec
	case *batch.Job:
		b.job = &o.Spec
	case *networking.NetworkPolicy:
		b.policies = append(b.policies, *o)
	case *core.ConfigMap:
		b.maps[o.Name] = *o
	default:
		b.Errorf("a %T, which nothing here checks", o)
	}
}

// each checks every kustomization that has a Job.
func each(t *testing.T, check func(t *testing.T, b *built)) {
	for _, dir := range []string{"cronjob", "indexed-job", "app-per-shard", "report"} {
		t.Run(dir, func(t *testing.T) { check(t, build(t, dir)) })
	}
}

// imports leaves out the one that sends nothing.
func imports(t *testing.T, check func(t *testing.T, b *built)) {
	for _, dir := range []string{"cronjob", "indexed-job", "app-per-shard"} {
		t.Run(dir, func(t *testing.T) { check(t, build(t, dir)) })
	}
}

func (b *built) must(ok bool, why string) {
	b.Helper()
	if !ok {
		b.Error(why)
	}
}
