package samples

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"
)

// instructions reads a Dockerfile: comments out, continued lines joined.
func instructions(t *testing.T) [][2]string {
	t.Helper()
	data, err := os.ReadFile("../Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	var all [][2]string
	var whole string
	for _, line := range strings.Split(string(data), "\n") {
		line = strings.TrimSpace(line)
		if line == "" || strings.HasPrefix(line, "#") {
			continue
		}
		if part, more := strings.CutSuffix(line, `\`); more {
			whole += part
			continue
		}
		name, rest, _ := strings.Cut(whole+line, " ")
		all, whole = append(all, [2]string{name, strings.TrimSpace(rest)}), ""
	}
	if whole != "" {
		t.Fatalf("Dockerfile ends within %q", whole)
	}
	return all
}

var (
	pinnable = regexp.MustCompile(`^[a-z0-9./-]+:\d+\.\d+[\w.-]*$`)
	numeric  = regexp.MustCompile(`^[1-9]\d*:[1-9]\d*$`)
	fromFlag = regexp.MustCompile(`--from=(\S+)`)
)

// TestImage reads what no engine is needed for; .ci/run runs the build command,
// and TestImageRuns the rest where there is a builder.
func TestImage(t *testing.T) {
	args, stages := map[string]string{}, map[string]bool{}
	last := map[string]string{} // of the final stage, by instruction
	for _, in := range instructions(t) {
		name, rest := in[0], in[1]
		switch name {
		case "ARG":
			arg, value, _ := strings.Cut(rest, "=")
			args["${"+arg+"}"] = value
		case "FROM":
			fields := strings.Fields(strings.TrimPrefix(rest, "--platform=$BUILDPLATFORM "))
			image := fields[0]
			if value, ok := args[image]; ok {
				image = value
			}
			if image != "scratch" && !pinnable.MatchString(image) {
				t.Errorf("FROM %s: want a name and a version, such as golang:1.26-bookworm", image)
			}
			if len(fields) == 3 {
				stages[fields[2]] = true
			}
			last = map[string]string{"FROM": image}
			continue
		case "COPY":
			if m := fromFlag.FindStringSubmatch(rest); m != nil && !stages[m[1]] {
				t.Errorf("COPY %s: there is no such stage", rest)
			}
		}
		last[name] += rest + "\n"
	}
	if last["FROM"] != "scratch" || last["RUN"] != "" {
		t.Errorf("the final stage is FROM %s and runs %q: want scratch, which has no shell", last["FROM"], last["RUN"])
	}
	if user := strings.TrimSpace(last["USER"]); !numeric.MatchString(user) {
		t.Errorf("USER %s: want numbers other than 0, or runAsNonRoot refuses the image", user)
	}
	var entry []string
	if err := json.Unmarshal([]byte(last["ENTRYPOINT"]), &entry); err != nil || len(entry) != 1 || entry[0] != "/leadimport" {
		t.Errorf("ENTRYPOINT %s: want the exec form of /leadimport: a shell would keep SIGTERM to itself", last["ENTRYPOINT"])
	}
	if strings.TrimSpace(last["WORKDIR"]) != "/data" {
		t.Errorf("WORKDIR %s, want /data", last["WORKDIR"])
	}
	for _, want := range []string{"/etc/ssl/certs/ca-certificates.crt", "/", "/leadimport"} {
		if !strings.Contains(last["COPY"], " "+want+"\n") {
			t.Errorf("nothing is copied to %s in the final stage", want)
		}
	}
	if last["VOLUME"] != "" {
		t.Error("a volume without a name would take the results along when the container goes")
	}
}
