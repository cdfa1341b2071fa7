package samples

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// container is what a manifest says of the program. .ci/kubernetes checks the
// manifests as a whole, against the types of Kubernetes.
type container struct {
	Args []string `yaml:"args"`
	Env  []struct {
		Name      string `yaml:"name"`
		Value     string `yaml:"value"`
		ValueFrom struct {
			FieldRef struct {
				FieldPath string `yaml:"fieldPath"`
			} `yaml:"fieldRef"`
			ResourceFieldRef struct {
				Resource string `yaml:"resource"`
			} `yaml:"resourceFieldRef"`
		} `yaml:"valueFrom"`
	} `yaml:"env"`
	Resources map[string]map[string]string `yaml:"resources"`
}

// containerOf reads the only container of a Job or CronJob.
func containerOf(t *testing.T, manifest string) container {
	t.Helper()
	data, err := os.ReadFile(filepath.Join("kubernetes", manifest))
	if err != nil {
		t.Fatal(err)
	}
	type template struct {
		Spec struct {
			Containers []container `yaml:"containers"`
		} `yaml:"spec"`
	}
	var job struct {
		Spec struct {
			Template    template `yaml:"template"`
			JobTemplate struct {
				Spec struct {
					Template template `yaml:"template"`
				} `yaml:"spec"`
			} `yaml:"jobTemplate"`
		} `yaml:"spec"`
	}
	if err := yaml.Unmarshal(data, &job); err != nil {
		t.Fatal(err)
	}
	all := append(job.Spec.Template.Spec.Containers, job.Spec.JobTemplate.Spec.Template.Spec.Containers...)
	if len(all) != 1 {
		t.Fatalf("%s: %d containers, want 1", manifest, len(all))
	}
	return all[0]
}

// pod is a Pod that the Job controller made.
type pod struct {
	container
	fields map[string]string // the downward API's
	host   map[string]string // where what is mounted lies here, by its path in the Pod
}

var (
	reference = regexp.MustCompile(`\$\$|\$\(([A-Za-z_][A-Za-z0-9_]*)\)`)
	mebibytes = regexp.MustCompile(`^(\d+)Mi$`)
)

// expand does to $(NAME) what the kubelet does: a name that is not known, or
// not yet, stays as it is.
func expand(text string, known map[string]string) string {
	return reference.ReplaceAllStringFunc(text, func(s string) string {
		if s == "$$" {
			return "$"
		}
		if value, ok := known[s[2:len(s)-1]]; ok {
			return value
		}
		return s
	})
}

// process is the Pod's program with its arguments and exactly its environment,
// but for the folders; more is added to it.
func (p pod) process(b *bench, more ...string) *exec.Cmd {
	b.Helper()
	here := func(text string) string {
		for path, dir := range p.host {
			text = strings.ReplaceAll(text, path, dir)
		}
		return text
	}
	known := map[string]string{}
	var env []string
	for _, v := range p.Env {
		value := expand(v.Value, known)
		switch from := v.ValueFrom; {
		case from.FieldRef.FieldPath != "":
			var ok bool
			if value, ok = p.fields[from.FieldRef.FieldPath]; !ok {
				b.Fatalf("%s: a Pod has no %s", v.Name, from.FieldRef.FieldPath)
			}
		case from.ResourceFieldRef.Resource != "":
			list, name, _ := strings.Cut(from.ResourceFieldRef.Resource, ".")
			m := mebibytes.FindStringSubmatch(p.Resources[list][name])
			if m == nil {
				b.Fatalf("%s: %s is %q", v.Name, from.ResourceFieldRef.Resource, p.Resources[list][name])
			}
			n, _ := strconv.Atoi(m[1])
			value = fmt.Sprint(n << 20)
		}
		known[v.Name] = value
		env = append(env, v.Name+"="+here(value))
	}
	var args []string
	for _, arg := range p.Args {
		args = append(args, here(expand(arg, known)))
	}
	cmd := exec.Command(b.binary, args...)
	cmd.Dir, cmd.Env = b.dir, slices.Concat(env, more)
	return cmd
}

// The kubelet's own examples, from its tests of the expansion.
func TestExpand(t *testing.T) {
	known := map[string]string{"A": "1", "EMPTY": ""}
	for text, want := range map[string]string{
		"$(A)-$(A)": "1-1", "x$(EMPTY)x": "xx", "$(NOT_YET)": "$(NOT_YET)",
		"$$(A)": "$(A)", "$$$(A)": "$1", "$A": "$A", "$(A": "$(A", "*.$(A)-of-4": "*.1-of-4",
	} {
		if got := expand(text, known); got != want {
			t.Errorf("%s becomes %s, want %s", text, got, want)
		}
	}
}
