package kubernetes

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	batch "k8s.io/api/batch/v1"
	core "k8s.io/api/core/v1"
)

// mends tells whether another try may mend what an exit code stands for, as the
// contract has it.
var mends = map[string]bool{
	"exitUnexpected":   true, // ours: perhaps it was the machine
	"exitUsage":        false,
	"exitNotImported":  false,
	"exitTooMany":      false,
	"exitUnauthorised": false,
	"exitUnavailable":  true,
	"exitHeld":         true,
	"exitCannotWrite":  true,
	"exitInterrupted":  true,
}

// exitCodes are the constants of the program.
func exitCodes(t *testing.T) map[string]int32 {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "../../cmd/leadimport/exit.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	codes := map[string]int32{}
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok || len(spec.Names) != 1 || len(spec.Values) != 1 || !strings.HasPrefix(spec.Names[0].Name, "exit") {
			return true
		}
		if lit, ok := spec.Values[0].(*ast.BasicLit); ok {
			code, err := strconv.Atoi(lit.Value)
			if err != nil {
				t.Fatal(err)
			}
			codes[spec.Names[0].Name] = int32(code)
		}
		return true
	})
	return codes
}

// verdict is what the Job controller does about a Pod whose program ended with
// a code: the first rule that fits counts, and without one the Pod is another
// failed try.
func verdict(job *batch.JobSpec, container string, code int32) batch.PodFailurePolicyAction {
	for _, rule := range job.PodFailurePolicy.Rules {
		if on := rule.OnExitCodes; on != nil && (on.ContainerName == nil || *on.ContainerName == container) &&
			slices.Contains(on.Values, code) == (on.Operator == batch.PodFailurePolicyOnExitCodesOpIn) {
			return rule.Action
		}
	}
	return batch.PodFailurePolicyActionCount
}

func TestExitCodes(t *testing.T) {
	codes := exitCodes(t)
	if codes["exitOK"] != 0 || len(codes) != len(mends)+1 {
		t.Fatalf("the program's exit codes are %v: say of each whether another try may mend it", codes)
	}
	imports(t, func(t *testing.T, b *built) {
		indexed := b.job.CompletionMode != nil && *b.job.CompletionMode == batch.IndexedCompletion
		for name, mend := range mends {
			want := batch.PodFailurePolicyActionFailJob
			switch {
			case mend:
				want = batch.PodFailurePolicyActionCount
			case indexed && name != "exitTooMany": // the other shards have done nothing wrong
				want = batch.PodFailurePolicyActionFailIndex
			}
			if got := verdict(b.job, b.program.Name, codes[name]); got != want {
				t.Errorf("%s (%d): %s, want %s", name, codes[name], got, want)
			}
		}
		for _, signal := range []int32{137, 143} {
			b.must(verdict(b.job, b.program.Name, signal) == batch.PodFailurePolicyActionCount, "a Pod that was killed is not tried again")
		}
		first := b.job.PodFailurePolicy.Rules[0]
		b.must(first.Action == batch.PodFailurePolicyActionIgnore && len(first.OnPodConditions) == 1 &&
			first.OnPodConditions[0].Type == core.DisruptionTarget && first.OnPodConditions[0].Status == core.ConditionTrue,
			"the first rule does not leave disruptions out")
		b.must(b.pod.Spec.RestartPolicy == core.RestartPolicyNever, "podFailurePolicy takes restartPolicy Never")
		b.must(*b.job.PodReplacementPolicy == batch.Failed, "a second Pod would start while the first still drains")
		b.must(b.env["LEADIMPORT_RESUME"] == "true", "a Pod that takes over would be refused")
		b.must(*b.job.ActiveDeadlineSeconds > 0 && *b.job.TTLSecondsAfterFinished > 0, "the Job has no deadline, or stays for ever")
	})
}

var timeoutFlag = regexp.MustCompile(`"timeout", (\d+)\*time\.Second`)

// A Pod that is told to end awaits what is in flight: an attempt may take all
// of --timeout, and then the results are put in order.
func TestGrace(t *testing.T) {
	flags, err := os.ReadFile("../../cmd/leadimport/flags.go")
	if err != nil {
		t.Fatal(err)
	}
	m := timeoutFlag.FindSubmatch(flags)
	if m == nil {
		t.Fatal("flags.go does not tell the default of --timeout")
	}
	imports(t, func(t *testing.T, b *built) {
		timeout, _ := time.ParseDuration(string(m[1]) + "s")
		if text, ok := b.env["LEADIMPORT_TIMEOUT"]; ok {
			if timeout, err = time.ParseDuration(text); err != nil {
				t.Fatal(err)
			}
		}
		grace := time.Duration(*b.pod.Spec.TerminationGracePeriodSeconds) * time.Second
		if grace < timeout+30*time.Second {
			t.Errorf("%v to end in, and one attempt may take %v", grace, timeout)
		}
	})
}
