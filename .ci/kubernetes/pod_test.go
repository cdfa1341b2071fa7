package kubernetes

import (
	"path"
	"regexp"
	"strings"
	"testing"

	core "k8s.io/api/core/v1"
	networking "k8s.io/api/networking/v1"
	meta "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/labels"
)

// What Kubernetes' profile "restricted" asks for, and more.
func TestConfined(t *testing.T) {
	each(t, func(t *testing.T, b *built) {
		p, c := b.pod.Spec, b.program
		b.must(*p.SecurityContext.RunAsNonRoot && *p.SecurityContext.RunAsUser == 65532 && *p.SecurityContext.RunAsGroup == 65532, "not the image's user")
		b.must(*p.SecurityContext.FSGroup == 65532, "a new volume is root's")
		b.must(p.SecurityContext.SeccompProfile.Type == core.SeccompProfileTypeRuntimeDefault, "all system calls are open")
		b.must(!*p.AutomountServiceAccountToken, "the Pod can speak to the cluster's API")
		b.must(!p.HostNetwork && !p.HostPID && !p.HostIPC, "the Pod sees the host")
		b.must(!*c.SecurityContext.AllowPrivilegeEscalation && *c.SecurityContext.ReadOnlyRootFilesystem, "the container may gain rights, or change its image")
		b.must(len(c.SecurityContext.Capabilities.Drop) == 1 && c.SecurityContext.Capabilities.Drop[0] == "ALL" && len(c.SecurityContext.Capabilities.Add) == 0, "the container has capabilities")
		b.must(!c.Resources.Limits.Memory().IsZero() && !c.Resources.Limits.Cpu().IsZero(), "no limits")
		b.must(c.Resources.Requests.Memory().Cmp(*c.Resources.Limits.Memory()) < 0, "GOMEMLIMIT is the request: the limit leaves no room above it")
		b.must(len(c.Command) == 0, "the image has no other program")
		image, tag, _ := strings.Cut(c.Image, ":")
		b.must(image == "registry.example.com/leadimport" && tag != "" && tag != "latest", "the image "+c.Image+" is not what the kustomization says, or has no version")
		for _, v := range p.Volumes {
			if v.Secret != nil {
				b.must(*v.Secret.DefaultMode == 0o440, "the token is not for the Pod's group alone")
			}
		}
	})
}

// Nothing may come in, and only names and HTTPS may go out.
func TestNetwork(t *testing.T) {
	imports(t, func(t *testing.T, b *built) {
		if len(b.policies) != 1 {
			t.Fatalf("%d network policies, want 1", len(b.policies))
		}
		spec := b.policies[0].Spec
		selector, err := meta.LabelSelectorAsSelector(&spec.PodSelector)
		if err != nil {
			t.Fatal(err)
		}
		b.must(selector.Matches(labels.Set(b.pod.Labels)), "the policy does not find the Pod")
		b.must(len(spec.PolicyTypes) == 2 && len(spec.Ingress) == 0, "the Pod can be called")
		for _, rule := range spec.Egress {
			for _, port := range rule.Ports {
				n := port.Port.IntValue()
				b.must(n == 53 || n == 443 && *port.Protocol == core.ProtocolTCP, "port "+port.Port.String()+" is open")
				b.must(n != 53 || !anywhere(rule.To), "names are asked for anywhere")
			}
			b.must(len(rule.To) > 0 && len(rule.Ports) > 0, "a rule without places or ports is open to all")
		}
	})
}

func anywhere(to []networking.NetworkPolicyPeer) bool {
	for _, peer := range to {
		if peer.IPBlock != nil && strings.HasSuffix(peer.IPBlock.CIDR, "/0") {
			return true
		}
	}
	return false
}

var reference = regexp.MustCompile(`\$\((\w+)\)`)

// What is named is there: volumes, claims, keys, folders, variables.
func TestNames(t *testing.T) {
	claims := map[string]*core.PersistentVolumeClaim{}
	for _, file := range []string{"cronjob/volumes.yaml", "indexed-job/volumes.yaml"} {
		for doc := range strings.SplitSeq(string(read(t, file)), "\n---\n") {
			o, err := Decode([]byte(doc))
			if err != nil {
				t.Fatal(err)
			}
			claim := o.(*core.PersistentVolumeClaim)
			claims[claim.Name] = claim
		}
	}
	b := build(t, "cronjob")
	b.must(claims[claimAt(b, "/data/results")].Spec.AccessModes[0] == core.ReadWriteOncePod, "two Pods may mount the results")
	for _, dir := range []string{"indexed-job", "app-per-shard", "report"} {
		b := build(t, dir)
		b.must(claims[claimAt(b, "/data/results")].Spec.AccessModes[0] == core.ReadWriteMany, "the Pods cannot all mount the results")
	}
	each(t, func(t *testing.T, b *built) {
		volumes := map[string]core.Volume{}
		for _, v := range b.pod.Spec.Volumes {
			volumes[v.Name] = v
			if v.PersistentVolumeClaim != nil {
				b.must(claims[v.PersistentVolumeClaim.ClaimName] != nil, "no claim "+v.PersistentVolumeClaim.ClaimName)
			}
		}
		for _, m := range b.program.VolumeMounts {
			_, ok := volumes[m.Name]
			b.must(ok, "no volume "+m.Name)
		}
		// The kubelet knows what stands before; in args, all.
		known := map[string]bool{}
		for _, v := range b.program.Env {
			for _, m := range reference.FindAllStringSubmatch(v.Value, -1) {
				b.must(known[m[1]], v.Name+" uses "+m[1]+", which is not known before it")
			}
			known[v.Name] = true
		}
		for _, m := range reference.FindAllStringSubmatch(strings.Join(b.program.Args, " "), -1) {
			b.must(known[m[1]], "the arguments use "+m[1]+", which is not known")
		}
		for _, name := range []string{"LEADIMPORT_RESULTS", "LEADIMPORT_REJECTS", "LEADIMPORT_HTML"} {
			if file, ok := b.env[name]; ok {
				m, ok := mountAt(b, path.Dir(file))
				b.must(ok && !m.ReadOnly && claimAt(b, path.Dir(file)) != "", name+" does not outlive the Pod")
			}
		}
	})
	imports(t, func(t *testing.T, b *built) {
		token, _ := mountAt(b, path.Dir(b.env["LEADIMPORT_TOKEN_FILE"]))
		mapping, _ := mountAt(b, path.Dir(b.env["LEADIMPORT_MAPPING"]))
		for _, v := range b.pod.Spec.Volumes {
			b.must(v.Name != token.Name || v.Secret != nil, "the token is no Secret")
			if v.Name == mapping.Name {
				_, ok := b.maps[v.ConfigMap.Name].Data[path.Base(b.env["LEADIMPORT_MAPPING"])]
				b.must(ok, "no ConfigMap "+v.ConfigMap.Name+" with the mapping")
			}
		}
	})
}

func mountAt(b *built, dir string) (core.VolumeMount, bool) {
	for _, m := range b.program.VolumeMounts {
		if m.MountPath == dir {
			return m, true
		}
	}
	return core.VolumeMount{}, false
}

// claimAt is the claim that is mounted at dir; empty: there is none.
func claimAt(b *built, dir string) string {
	m, _ := mountAt(b, dir)
	for _, v := range b.pod.Spec.Volumes {
		if v.Name == m.Name && v.PersistentVolumeClaim != nil {
			return v.PersistentVolumeClaim.ClaimName
		}
	}
	return ""
}
