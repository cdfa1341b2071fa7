package samples

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// engine builds an image and runs it. Its commands are those of docker and
// podman; buildah, which runs nothing, has chroot run it.
type engine struct {
	*testing.T
	tool   []string
	chroot bool
}

// newEngine finds one that works here.
func newEngine(t *testing.T) *engine {
	t.Helper()
	for _, tool := range []string{"docker", "podman"} {
		if exec.Command(tool, "info").Run() == nil { // a client alone is no engine
			return &engine{T: t, tool: []string{tool}}
		}
	}
	dir := t.TempDir()
	e := &engine{t, []string{"buildah", "--storage-driver", "vfs", "--root", filepath.Join(dir, "root"), "--runroot", filepath.Join(dir, "run")}, true}
	if out, err := e.command("info").CombinedOutput(); err != nil {
		t.Skipf("neither docker nor podman nor buildah works here: %v %s", err, out)
	}
	if out, err := exec.Command("unshare", "--mount", "true").CombinedOutput(); err != nil {
		t.Skipf("buildah is here, but nothing may be mounted: %v %s", err, out)
	}
	return e
}

func (e *engine) command(args ...string) *exec.Cmd {
	return exec.Command(e.tool[0], append(e.tool[1:len(e.tool):len(e.tool)], args...)...)
}

func (e *engine) must(args ...string) string {
	e.Helper()
	cmd := e.command(args...)
	cmd.Stderr = new(strings.Builder)
	out, err := cmd.Output()
	if err != nil {
		e.Fatalf("%v: %v\n%s%s", cmd.Args, err, out, cmd.Stderr)
	}
	return strings.TrimSpace(string(out))
}

// image is an image as the engine tells of it.
type image struct {
	*engine
	name   string
	root   string // where it is mounted, for chroot
	User   string
	Labels map[string]string
	Size   int64 // bytes, not compressed
}

func (e *engine) build(context string, args ...string) *image {
	e.Helper()
	name := fmt.Sprintf("localhost/leadimport-test:%d", os.Getpid())
	if !e.chroot {
		e.must(append(append([]string{"build", "-t", name}, args...), context)...)
		e.Cleanup(func() { e.command("rmi", "-f", name).Run() })
		var found []struct {
			Size   int64
			Config struct {
				User   string
				Labels map[string]string
			}
		}
		e.decode(e.must("image", "inspect", name), &found)
		return &image{engine: e, name: name, User: found[0].Config.User, Labels: found[0].Config.Labels, Size: found[0].Size}
	}
	e.must(append(append([]string{"bud", "--isolation", "chroot", "-t", name}, args...), context)...)
	var found struct {
		OCIv1 struct {
			Config struct {
				User   string
				Labels map[string]string
			} `json:"config"`
		}
	}
	e.decode(e.must("inspect", "--type", "image", name), &found)
	i := &image{engine: e, name: name, User: found.OCIv1.Config.User, Labels: found.OCIv1.Config.Labels}
	i.root = e.must("mount", e.must("from", "--pull-never", name))
	err := filepath.WalkDir(i.root, func(_ string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := d.Info()
		i.Size += info.Size()
		return err
	})
	if err != nil {
		e.Fatal(err)
	}
	return i
}

func (e *engine) decode(text string, into any) {
	e.Helper()
	if err := json.Unmarshal([]byte(text), into); err != nil {
		e.Fatal(err)
	}
}

// confine mounts an image read-only and a folder at its /data, and becomes the
// user: what a container engine does, but for the namespaces that matter less.
const confine = `mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && mount --bind "$1" "$0/data" || exit 125
root=$0 user=$2 && shift 2 && exec chroot --userspec="$user" "$root" /leadimport "$@"`

// run runs the image with a root that is read-only, data as its volume, and
// loopback for a network.
func (i *image) run(data string, args ...string) (code int, output string) {
	i.Helper()
	var cmd *exec.Cmd
	if i.chroot {
		cmd = exec.Command("unshare", append([]string{"--mount", "sh", "-c", confine, i.root, data, i.User}, args...)...)
		cmd.Env = []string{"PATH=" + os.Getenv("PATH")}
	} else {
		cmd = i.command(append([]string{"run", "--rm", "--read-only", "--network", "none", "--cap-drop", "ALL",
			"--security-opt", "no-new-privileges", "-v", data + ":/data", i.name}, args...)...)
	}
	out, err := cmd.CombinedOutput()
	if cmd.ProcessState == nil {
		i.Fatal(err)
	}
	code = cmd.ProcessState.ExitCode()
	if code >= 125 && code <= 127 { // the engine's own, not the program's
		i.Skipf("%s builds images here but does not run them: %s", i.tool[0], out)
	}
	return code, string(out)
}
