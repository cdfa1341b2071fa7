package samples

import (
	"os"
	"path"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
)

// cronJob is the part of batch/v1 CronJob that the manifest uses. A key that
// is not here is a misspelling: decoding is strict.
type cronJob struct {
	APIVersion string `yaml:"apiVersion"`
	Kind       string `yaml:"kind"`
	Metadata   struct {
		Name string `yaml:"name"`
	} `yaml:"metadata"`
	Spec struct {
		Schedule                string `yaml:"schedule"`
		TimeZone                string `yaml:"timeZone"`
		ConcurrencyPolicy       string `yaml:"concurrencyPolicy"`
		StartingDeadlineSeconds int    `yaml:"startingDeadlineSeconds"`
		JobTemplate             struct {
			Spec struct {
				BackoffLimit     int `yaml:"backoffLimit"`
				PodFailurePolicy struct {
					Rules []struct {
						Action      string `yaml:"action"`
						OnExitCodes struct {
							ContainerName string `yaml:"containerName"`
							Operator      string `yaml:"operator"`
							Values        []int  `yaml:"values"`
						} `yaml:"onExitCodes"`
					} `yaml:"rules"`
				} `yaml:"podFailurePolicy"`
				Template struct {
					Spec pod `yaml:"spec"`
				} `yaml:"template"`
			} `yaml:"spec"`
		} `yaml:"jobTemplate"`
	} `yaml:"spec"`
}

type pod struct {
	RestartPolicy                 string `yaml:"restartPolicy"`
	AutomountServiceAccountToken  bool   `yaml:"automountServiceAccountToken"`
	TerminationGracePeriodSeconds int    `yaml:"terminationGracePeriodSeconds"`
	SecurityContext               struct {
		RunAsNonRoot   bool              `yaml:"runAsNonRoot"`
		RunAsUser      int               `yaml:"runAsUser"`
		RunAsGroup     int               `yaml:"runAsGroup"`
		FSGroup        int               `yaml:"fsGroup"`
		SeccompProfile map[string]string `yaml:"seccompProfile"`
	} `yaml:"securityContext"`
	Containers []struct {
		Name            string   `yaml:"name"`
		Image           string   `yaml:"image"`
		Args            []string `yaml:"args"`
		SecurityContext struct {
			AllowPrivilegeEscalation bool                `yaml:"allowPrivilegeEscalation"`
			ReadOnlyRootFilesystem   bool                `yaml:"readOnlyRootFilesystem"`
			Capabilities             map[string][]string `yaml:"capabilities"`
		} `yaml:"securityContext"`
		Resources    map[string]map[string]string `yaml:"resources"`
		VolumeMounts []struct {
			Name      string `yaml:"name"`
			MountPath string `yaml:"mountPath"`
			ReadOnly  bool   `yaml:"readOnly"`
		} `yaml:"volumeMounts"`
	} `yaml:"containers"`
	Volumes []struct {
		Name                  string            `yaml:"name"`
		PersistentVolumeClaim map[string]string `yaml:"persistentVolumeClaim"`
		ConfigMap             map[string]string `yaml:"configMap"`
		Secret                struct {
			SecretName  string `yaml:"secretName"`
			DefaultMode int    `yaml:"defaultMode"`
		} `yaml:"secret"`
	} `yaml:"volumes"`
}

func TestCronJob(t *testing.T) {
	data, err := os.ReadFile("kubernetes/cronjob.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var job cronJob
	if err := yaml.UnmarshalWithOptions(data, &job, yaml.Strict()); err != nil {
		t.Fatal(err)
	}
	p := job.Spec.JobTemplate.Spec.Template.Spec
	if len(p.Containers) != 1 {
		t.Fatalf("%d containers, want 1", len(p.Containers))
	}
	c := p.Containers[0]
	must := func(ok bool, why string) {
		t.Helper()
		if !ok {
			t.Error(why)
		}
	}
	must(job.APIVersion == "batch/v1" && job.Kind == "CronJob", "not a batch/v1 CronJob")
	must(job.Spec.ConcurrencyPolicy == "Forbid", "two runs at once would want the same results file")
	must(p.RestartPolicy == "Never", "podFailurePolicy needs restartPolicy Never")
	must(p.SecurityContext.RunAsNonRoot && p.SecurityContext.RunAsUser > 0, "the Pod may run as root")
	must(c.SecurityContext.ReadOnlyRootFilesystem && !c.SecurityContext.AllowPrivilegeEscalation, "the container may write to its image or gain rights")
	must(slices.Contains(c.SecurityContext.Capabilities["drop"], "ALL"), "the container keeps capabilities")
	must(p.TerminationGracePeriodSeconds > 30, "an attempt takes up to 30 s (--timeout) and is awaited")
	must(strings.Contains(c.Image, ":") && !strings.HasSuffix(c.Image, ":latest"), "the image has no version")
	for _, rule := range job.Spec.JobTemplate.Spec.PodFailurePolicy.Rules {
		for _, code := range []int{0, 6, 7, 8, 130} {
			must(!slices.Contains(rule.OnExitCodes.Values, code), "an exit code that another try may mend fails the job")
		}
		must(rule.OnExitCodes.ContainerName == c.Name, "the failure policy names another container")
	}
	must(slices.Contains(c.Args, "--resume"), "a killed Pod would begin again: --resume is missing")

	// Where each file lies, by the volume that is mounted there.
	mounted := func(file string) (volume string, readOnly bool) {
		for _, m := range c.VolumeMounts {
			if path.Dir(file) == m.MountPath {
				return m.Name, m.ReadOnly
			}
		}
		return "", true
	}
	volumes := map[string]bool{}
	var secret string
	for _, v := range p.Volumes {
		volumes[v.Name] = true
		if v.Secret.SecretName != "" {
			secret = v.Name
			must(v.Secret.DefaultMode&0o007 == 0, "everybody may read the token")
		}
	}
	for _, m := range c.VolumeMounts {
		must(volumes[m.Name], "no volume "+m.Name)
	}
	flags := map[string]string{}
	for _, arg := range c.Args {
		if name, value, ok := strings.Cut(arg, "="); ok {
			flags[name] = value
		}
	}
	volume, readOnly := mounted(flags["--results"])
	must(volume != "" && !readOnly, "the results do not outlive the Pod")
	volume, _ = mounted(flags["--token-file"])
	must(volume != "" && volume == secret, "the token is not the secret's")
	volume, _ = mounted(flags["--mapping"])
	must(volume != "", "the mapping is not mounted")
}
