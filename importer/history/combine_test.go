package history

import (
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"leadimport/client"
	"leadimport/importer/results"
)

// made is what one run left of the key email:a.
type made struct {
	line    string // "", created, unresolved
	intent  string // "", older or newer than the line; without an outcome, if the line allows
	undone  bool
	journal bool
}

func (m made) String() string {
	return fmt.Sprintf("line %q, intent %q, undone %v, journal %v", m.line, m.intent, m.undone, m.journal)
}

// makings are all of them.
func makings() (list []made) {
	for _, line := range []string{"", "created", "unresolved"} {
		for _, intent := range []string{"", "older", "newer"} {
			for _, undone := range []bool{false, true} {
				for _, journal := range []bool{true, false} {
					if undone && line != "created" {
						continue // there is no id
					}
					list = append(list, made{line, intent, undone, journal})
				}
			}
		}
	}
	return list
}

const allKey = "email:a"

// lay writes the files of m: the intents at hour h+10 and h+30, the line at
// h+20.
func (m made) lay(t *testing.T, path string, h int) {
	t.Helper()
	at := func(hour int) time.Time { return noon.Add(time.Duration(h+hour) * time.Hour) }
	s := begin(t, path, results.New, "Email")
	must(t, s.Settle(results.Outcome{Line: results.Line{Row: 1, Status: results.Created, ID: "65f0", Key: "email:other", At: at(0)}}))
	intent := func(n, hour int) {
		must(t, s.Intent(results.Intent{
			Row: 2, Number: n, Key: allKey, At: at(hour), Deadline: at(hour).Add(time.Minute),
			Server: client.Moment{Low: at(hour), High: at(hour)}, Lead: leadOf(path + m.intent),
		}))
	}
	number := 0
	if m.intent == "older" {
		intent(1, 10)
		number = 1
	}
	line := results.Line{Row: 2, Status: results.Status(m.line), Key: allKey, At: at(20)}
	switch m.line {
	case "created":
		line.ID, line.Hash = m.id(path), "h"+path
		fallthrough
	case "unresolved":
		must(t, s.Settle(results.Outcome{Line: line, Number: number, Cells: []string{"a"}}))
	}
	if m.intent == "newer" {
		intent(2, 30)
	}
	must(t, s.Close())
	if m.undone {
		undo(t, path, line.ID)
	}
	if !m.journal {
		must(t, os.Remove(path+".journal"))
	}
}

func (m made) id(path string) string { return "id of " + filepath.Base(path) }

// expect says by the rules alone what is known of the key when these runs were
// made, each at its hour. It is written down without any of the ways of ledgers.
func expect(all map[string]made, hours map[string]int, own string) (k Known) {
	line, decided, undone, id := -1000, -1000, -1000, ""
	for path, m := range all {
		h := hours[path] + 20
		if m.line != "created" {
			continue
		}
		decided = max(decided, h)
		switch {
		case m.undone:
			if h > undone {
				undone, id = h, m.id(path)
			}
		case h > line:
			line = h
			k.Line = results.Line{Row: 2, Status: results.Created, ID: m.id(path), Key: allKey, Hash: "h" + path, At: noon.Add(time.Duration(h) * time.Hour)}
			k.Own = path == own
		}
	}
	if undone > line {
		k.Undone = id
	}
	// What was begun since the last decision: intents of journals, else lines.
	first, last, unsure := 1000, -1000, -1000
	for path, m := range all {
		h := hours[path]
		intent := h + map[string]int{"older": 10, "newer": 30}[m.intent]
		open := m.intent != "" && m.journal && !(m.intent == "older" && m.line == "created")
		if open && intent >= decided {
			first = min(first, intent)
			if intent > last {
				last = intent
				k.Doubt = &results.Doubt{Row: 2, Number: 1, Key: allKey, Lead: leadOf(path + m.intent)}
				if m.intent == "newer" {
					k.Doubt.Number = 2
				}
			}
		}
		if m.line == "unresolved" && h+20 >= decided && h+20 > unsure {
			unsure = h + 20
		}
	}
	at := func(hour int) time.Time { return noon.Add(time.Duration(hour) * time.Hour) }
	switch {
	case k.Doubt != nil:
		d := k.Doubt
		d.FirstAt, d.LastAt = at(first), at(last).Add(time.Minute)
		d.First, d.Last = client.Moment{Low: d.FirstAt, High: d.FirstAt}, client.Moment{Low: d.LastAt, High: d.LastAt}
		d.Since, d.SinceServer = d.LastAt, d.Last
	case unsure > -1000:
		k.Doubt = &results.Doubt{Row: 2, Key: allKey, Since: at(unsure)}
	}
	if k.Doubt != nil {
		k.Line.Hash = ""
	}
	// A line that is older than what nobody knew the outcome of, whatever was
	// decided later, says nothing of what the API holds.
	for path, m := range all {
		if m.line == "unresolved" && hours[path]+20 > line || m.intent == "newer" && m.journal && hours[path]+30 > line {
			k.Line.Hash = ""
		}
	}
	return k
}

// TestEveryCombination asks about each thing that one run may have left, as
// the run's own and as an earlier one's.
func TestEveryCombination(t *testing.T) {
	dir := quickDir(t)
	n := 0
	for _, m := range makings() {
		for _, own := range []bool{true, false} {
			n++
			path := filepath.Join(dir, fmt.Sprint(n, ".csv"))
			m.lay(t, path, 0)
			hours, all := map[string]int{path: 0}, map[string]made{path: m}
			var h *History
			if own {
				h = open(t, path)
				want := expect(all, hours, path)
				check(t, h, want, m)
				if _, whole := h.Meta(); whole != m.journal {
					t.Errorf("%s: the journal is whole: %v", m, whole)
				}
			} else {
				h = open(t, "", path)
				want := expect(all, hours, "")
				want.Newest = want.Line.ID != ""
				check(t, h, want, m)
				if len(h.Warnings()) == 0 != m.journal {
					t.Errorf("%s: %q", m, h.Warnings())
				}
			}
		}
	}
	t.Logf("%d histories", n)
}

// TestEveryPair asks about each thing that the run itself may have left, with
// each that an earlier or a later run has.
func TestEveryPair(t *testing.T) {
	dir := quickDir(t)
	n := 0
	for _, mine := range makings() {
		for i, theirs := range makings() {
			if sparse && i%3 != 0 {
				continue
			}
			for _, hour := range []int{-100, 100} {
				if (i+n)%2 == 0 && sparse {
					continue
				}
				n++
				own, other := filepath.Join(dir, fmt.Sprint(n, "-own.csv")), filepath.Join(dir, fmt.Sprint(n, "-other.csv"))
				mine.lay(t, own, 0)
				theirs.lay(t, other, hour)
				h := open(t, own, other)
				want := expect(map[string]made{own: mine, other: theirs}, map[string]int{own: 0, other: hour}, own)
				want.Newest = want.Line.ID != "" && !want.Own
				check(t, h, want, fmt.Sprint("own: ", mine, "; other at ", hour, ": ", theirs))
				h.Close()
				for _, path := range []string{own, other} {
					for _, end := range []string{"", ".journal", ".undo"} {
						os.Remove(path + end)
					}
				}
			}
		}
	}
	t.Logf("%d histories", n)
}

func check(t *testing.T, h *History, want Known, of any) {
	t.Helper()
	got := find(t, h, allKey)
	if !reflect.DeepEqual(got, want) {
		t.Errorf("%v:\n%+v, doubt %+v, not\n%+v, doubt %+v", of, got, got.Doubt, want, want.Doubt)
	}
	if id := got.Undone; id != "" {
		if _, ok := h.Owner(id); ok {
			t.Errorf("%v: %s was taken back and is somebody's", of, id)
		}
	}
}
