package importer_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

var rules = flag.Bool("rules", false, "TestRules builds this program with each rule of the guarantee taken out, and demands that a test finds a violation")

// mutations take the rules out, one each. The old text must be in the file
// exactly once, so that a mutation which the program has outgrown fails.
var mutations = []struct {
	rule     string
	file     string // from the module's root
	old, new string
	finds    string // the test that must fail, by default TestSimulation
}{
	{rule: "R1 no intent before the first byte",
		file: "importer/exchange.go", old: "return j.cfg.Store.Intent(in)", new: "_ = in; return nil"},
	{rule: "R2 rows of one key at the same time",
		file: "importer/scheduler.go", old: "if w.lane != nil && w.lane.busy {", new: "if false {"},
	{rule: "R3 an intent of any age is sent",
		file: "client/exchange.go", old: "took > c.cfg.Timeout/2 {", new: "took > 100*c.cfg.Timeout {", finds: "client TestSaveWithASlowDisk"},
	{rule: "R4 any contact is an answer",
		file: "client/echo.go", old: "if c.echoes(contact, x.lead) {", new: "if true {"},
	{rule: "R5 a doubt holds everybody up",
		file: "importer/scheduler.go", old: "return s.proven || len(s.flying) == 0 &&", new: "return len(s.doubts.rows) == 0 && (s.proven || len(s.flying) == 0) &&"},
	{rule: "R6 a restart begins the wait anew",
		file: "importer/facts.go", old: "Since: d.Since, SinceServer: d.SinceServer, Taken: j.opened, NotOurs", new: "Since: j.opened, Taken: j.opened, NotOurs"},
	{rule: "R6 a lag that earlier results saw is forgotten",
		file: "importer/run.go", old: "Earlier: cfg.History.Lag()}", new: "Earlier: 0}", finds: "importer TestLagIsMeasured"},
	{rule: "R6 leads that do not show keep no wait open",
		file: "importer/fate/lag.go", old: "age < 2*p.confirmed || 2*age <= l.Wait() {", new: "2*age <= l.Wait() {", finds: "importer TestDoubtSeesTheLag"},
	{rule: "R7 a lost journal is forgotten",
		file: "importer/facts.go", old: "} else if since, lost := j.lost(); lost {", new: "} else if since, lost := j.lost(); lost && since.IsZero() {"},
	{rule: "R8 the first create does not go alone",
		file: "importer/scheduler.go", old: "return s.proven || len(s.flying) == 0 && s.doubted < maxSuspects", new: "return true"},
	{rule: "R9 a negative is taken for absence at once",
		file: "importer/fate/doubt.go", old: "case !e.Over || contested && len(proved) == 0:", new: "case contested && len(proved) == 0:"},
	{rule: "R9 what is like it is taken for it",
		file: "importer/fate/evidence.go", old: "case likeness == client.Exact && d.within(c.CreatedAt) && !in.Rival:", new: "case likeness != client.Other:"},
	{rule: "R9 the clock is never set",
		file: "importer/fate/doubt.go", old: "if d.Reckoned.Known() && d.Reckoned.Low.Before(from) {", new: "if false {", finds: "importer/fate TestWeigh|TestWaitOfAnotherProcess"},
	{rule: "R10 updates overtake each other",
		file: "importer/scheduler.go", old: "if time.Now().Before(hold) {", new: "if false {"},
	{rule: "R10 who is gone is created again",
		file: "importer/fate/gone.go", old: "	case len(live) == 0:\n		why := ", new: "	case len(live) == 0:\n		if s.ID, s.UserID = \"\", \"\"; true {\n			return create(f, s)\n		}\n		why := "},
	{rule: "R11 undo does not look at what it takes",
		file: "importer/undo.go", old: "case item.what != \"\" && contentOf(c, u.attributes) != item.what:", new: "case false:"},
	{rule: "R11 undo forgets that it had begun",
		file: "importer/undo.go", old: "item.begun = u.lost || done[item.ID].Status == results.Taking", new: "item.begun = u.lost"},
	{rule: "R11 undo puts back what somebody has changed since",
		file: "importer/restore/contact.go", old: "		case i < 0:\n			item.Touched", new: "		case false:\n			item.Touched", finds: "importer TestUpdatesAreUndone"},
	{rule: "R11 undo puts back what the last attempt found",
		file: "importer/restore/contact.go", old: "if client.SameValue(a.name, v, a.writes[i].after) {", new: "if false {", finds: "importer TestUpdatesAreUndone"},
	{rule: "R12 earlier results are read while their run is on",
		file: "importer/results/files.go", old: "if err := checkHeld(path); err != nil {", new: "if err := error(nil); err != nil {"},
	{rule: "R13 a conflict after a doubt is ours",
		file: "importer/fate/match.go", old: "case c.Class == Ours || c.Class == Proved:\n			return found(f, s, c)\n		case s.Sends > 0", new: "case s.Sends > 0:\n			return found(f, s, c)\n		case s.Sends > 0", finds: "importer TestConflict"},
}

// TestRulesFit: each rule can be taken out, so that TestRules does not find
// out late that the code has moved.
func TestRulesFit(t *testing.T) {
	for _, m := range mutations {
		text, err := os.ReadFile(filepath.Join("..", filepath.FromSlash(m.file)))
		if err != nil {
			t.Fatal(err)
		}
		if n := strings.Count(string(text), m.old); n != 1 {
			t.Errorf("%s: %s: %q is in it %d times, and must be once", m.rule, m.file, m.old, n)
		}
	}
}

// TestRules shows that the tests can find what they are there for.
func TestRules(t *testing.T) {
	if !*rules {
		t.Skip("it builds the program once for each rule: -rules")
	}
	root, err := filepath.Abs("..")
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range mutations {
		t.Run(m.rule, func(t *testing.T) {
			path := filepath.Join(root, filepath.FromSlash(m.file))
			text, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if n := strings.Count(string(text), m.old); n != 1 {
				t.Fatalf("%s: %q is in it %d times, and must be once", m.file, m.old, n)
			}
			dir := t.TempDir()
			changed, overlay, binary := filepath.Join(dir, "changed.go"), filepath.Join(dir, "overlay.json"), filepath.Join(dir, "mutant.test")
			replace, err := json.Marshal(map[string]any{"Replace": map[string]string{path: changed}})
			if err != nil {
				t.Fatal(err)
			}
			for name, data := range map[string]string{changed: strings.Replace(string(text), m.old, m.new, 1), overlay: string(replace)} {
				if err := os.WriteFile(name, []byte(data), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			pkg, test := "importer", "TestSimulation$"
			if m.finds != "" {
				pkg, test, _ = strings.Cut(m.finds, " ")
			}
			build := exec.Command("go", "test", "-c", "-vet=off", "-overlay", overlay, "-o", binary, "./"+pkg)
			build.Dir = root
			if out, err := build.CombinedOutput(); err != nil {
				t.Fatalf("it does not build: %v\n%s", err, out)
			}
			args := []string{"-test.run", test, "-test.timeout", "5m"}
			if pkg == "importer" {
				args = append(args, fmt.Sprint("-simulations=", *simulations))
			}
			run := exec.Command(binary, args...)
			run.Dir = filepath.Join(root, pkg)
			out, err := run.CombinedOutput()
			if err == nil || !strings.Contains(string(out), "--- FAIL: ") {
				t.Fatalf("%s finds nothing: %v\n%s", test, err, out)
			}
			t.Log(firstViolation(string(out)))
		})
	}
}

// firstViolation is the line that says what was found.
func firstViolation(out string) string {
	for line := range strings.Lines(out) {
		if line = strings.TrimSpace(line); strings.Contains(line, "_test.go:") {
			return line
		}
	}
	return out
}
