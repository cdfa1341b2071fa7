package importer_test

import (
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"leadimport/client/sandbox"
	"leadimport/importer"
	"leadimport/importer/invariants"
)

var cutsAll = flag.Bool("cuts-all", false, "TestCut cuts at every byte, not at every one near the ends of records and at some between")

// severed is a small import that ends early, whose files are then cut. It runs
// in virtual time with one seed, so that each run of it is the same.
//
// What a crash may cut off is what no fsync has covered: outcomes and doubts
// of the last second, and intents whose requests were not sent yet. The
// journal notes how long it was when it was last made durable, so a longer cut
// is damage, and is noticed: every row without a line is then looked up before
// it is created.
//
// So whichever of the files is cut, and wherever, the rows come to what they
// come to without the cut, and no id that is on record changes. When both are
// damaged more than a crash can, there is one thing less to promise: a row
// whose lead a later row of its key has changed since cannot be told from a
// stranger's with the same e-mail, and may be unresolved. Never is a row two
// leads, nor a lead lost.
type severed struct {
	scenario
	dies int // at so many requests; 0: never
}

// newSevered is a list with all that makes a difference: rows with an e-mail,
// with a phone or a name alone, shared keys, and cells that hold line breaks.
func newSevered(version string, dies int) severed {
	s := severed{dies: dies}
	s.seed, s.version, s.workers = 7, version, 3
	s.lag, s.timeout, s.settle = 5*time.Second, 10*time.Second, 30*time.Second
	s.faults = sandbox.Faults{LostApplied: 0.2, LostUnapplied: 0.2}
	for i := range 9 {
		s.rows = append(s.rows, invariants.Row{Email: fmt.Sprintf("p%d@x.ie", i), Phone: fmt.Sprintf("+3538700000%d", i), Name: fmt.Sprint("P", i), Score: fmt.Sprint(i)})
	}
	s.rows[3].Email = ""
	s.rows[4].Email, s.rows[4].Phone = "", ""
	s.rows[5].Email = "P1@x.ie"
	s.rows[7].Email = ""
	s.rows[8].Email = "p2@x.ie"
	s.write()
	return s
}

// belong has the leads of s get tags and companies.
func (s severed) belong() severed {
	s.tags = []string{"newsletter", "import {date}"}
	for i, company := range []string{"a", "b", "a", "", "c", "a", "", "b", "b"} {
		s.rows[i].Company = company
	}
	s.write()
	return s
}

// write makes the file of the rows, with a column of cells that are hard to
// cut right.
func (s *severed) write() {
	lines := strings.Split(strings.TrimSpace(invariants.CSV(s.rows)), "\n")
	s.text = lines[0] + ",Note\n"
	for i, line := range lines[1:] {
		s.text += line + [...]string{",\n", ",\"two\nlines, \"\"quoted\"\"\"\n", ",ü\n"}[i%3]
	}
}

// sitting is the first run of an import: its files as it left them, and every
// request that it sent, by which another server is brought to the same state.
type sitting struct {
	severed
	root             string
	results, journal []byte

	next  http.RoundTripper
	mu    sync.Mutex
	tape  []http.Request
	body  [][]byte
	times []time.Time
	ended time.Time
}

// RoundTrip lets requests pass one at a time, so that the tape has their order.
func (s *sitting) RoundTrip(r *http.Request) (*http.Response, error) {
	var body []byte
	if r.Body != nil {
		body, _ = io.ReadAll(r.Body)
		r.Body.Close()
		r.Body = io.NopCloser(bytes.NewReader(body))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tape, s.body, s.times = append(s.tape, *r.Clone(context.Background())), append(s.body, body), append(s.times, time.Now())
	return s.next.RoundTrip(r)
}

func (s severed) server(t *testing.T) *sandbox.Server {
	server, err := sandbox.New(sandbox.Config{
		Seed: s.seed, Lag: s.lag, Faults: s.faults, Limit: -1, Workspace: "severed", Token: "simulated",
		Attributes: map[string]string{"score": "integer"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return server
}

// sit runs the import until it ends or dies.
func (s severed) sit(t *testing.T) *sitting {
	out := &sitting{severed: s, root: shm(t)}
	inBubble(t, "the first run", func(t *testing.T) {
		server := s.server(t)
		out.next = server.Transport()
		p := &process{next: out, dir: filepath.Join(out.root, "first"), grave: filepath.Join(out.root, "cut"), at: s.dies, after: true}
		for _, dir := range []string{p.dir, p.grave} {
			if err := os.Mkdir(dir, 0o700); err != nil {
				t.Fatal(err)
			}
		}
		err := s.live(t, p)
		if err != nil && !p.dead {
			t.Fatalf("the first run: %v", err)
		}
		if s.dies > 0 && !p.dead {
			return // it was done before that
		}
		p.mu.Lock() // what waits for the end of the run may still look
		if !p.dead {
			p.die()
		}
		p.mu.Unlock()
		out.ended = time.Now()
		out.results, err = os.ReadFile(filepath.Join(p.grave, resultsName))
		if errors.Is(err, fs.ErrNotExist) {
			return // it died before it created anybody
		}
		if err != nil {
			t.Fatal(err)
		}
		if out.journal, err = os.ReadFile(filepath.Join(p.grave, journalName)); err != nil {
			t.Fatal(err)
		}
	})
	return out
}

// replay brings a new server into the state in which the first run left its
// own, at the same time.
func (s *sitting) replay(t *testing.T) *sandbox.Server {
	server := s.server(t)
	for i := range s.tape {
		time.Sleep(time.Until(s.times[i]))
		r := s.tape[i].Clone(context.Background())
		if s.body[i] != nil {
			r.Body = io.NopCloser(bytes.NewReader(s.body[i]))
		}
		if res, err := server.Transport().RoundTrip(r); err == nil {
			res.Body.Close()
		}
	}
	time.Sleep(time.Until(s.ended))
	return server
}

// end is what became of an import.
type end struct {
	results  string // the file
	statuses []string
	codes    []string
	ids      []string
	writes   int // that it sent
}

// resume cuts the files, resumes the import until it ends, and judges it.
func (s *sitting) resume(t *testing.T, c cut) end {
	server := s.replay(t)
	before := len(server.State().Writes)
	dir := filepath.Join(s.root, "cut")
	for name, text := range map[string][]byte{resultsName: s.results[:c.results], journalName: s.journal[:c.journal]} {
		if err := os.WriteFile(filepath.Join(dir, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	err := s.live(t, &process{next: server.Transport(), dir: dir})
	// Two answers of five are lost: by chance the first creates are all in doubt
	// (rule R8), and the run asks to be resumed.
	var stopped *importer.StopError
	for n := 0; n < 5 && errors.As(err, &stopped) && stopped.Reason == importer.Unavailable; n++ {
		err = s.live(t, &process{next: server.Transport(), dir: dir})
	}
	if err != nil {
		t.Error(err)
		return end{}
	}
	for _, v := range s.judge(t, filepath.Join(dir, resultsName), server) {
		if s.damaged(c) && strings.HasPrefix(v.Error(), "honesty") {
			continue // that it was sent is what the files have lost
		}
		t.Error(v)
	}
	text, err := os.ReadFile(filepath.Join(dir, resultsName))
	if err != nil {
		t.Fatal(err)
	}
	e := end{results: string(text), writes: len(server.State().Writes) - before}
	lines, err := invariants.ReadResults(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range lines {
		e.statuses = append(e.statuses, line["import_status"])
		e.codes = append(e.codes, line["import_error_code"])
		e.ids = append(e.ids, line["import_id"])
	}
	return e
}

// cut is one way to cut the files, by what is left of them.
type cut struct{ results, journal int }

// cuts are the ones to try: each file alone, and both.
func cuts(results, journal []byte) []cut {
	var list []cut
	for n := range len(results) + 1 {
		if worthCutting(results, n) {
			list = append(list, cut{n, len(journal)})
		}
	}
	for n := range len(journal) {
		if worthCutting(journal, n) {
			list = append(list, cut{len(results), n})
		}
	}
	step := 7
	if *cutsAll {
		step = 1
	}
	ends := func(b []byte) (at []int) {
		for n := 1; n <= len(b); n++ {
			if b[n-1] == '\n' {
				at = append(at, n)
			}
		}
		return at
	}
	n := 0
	for _, r := range ends(results) {
		for _, j := range ends(journal) {
			if n++; n%step == 0 {
				list = append(list, cut{r - n%2, j - n/2%2})
			}
		}
	}
	if !*cutsAll { // under the race detector, a part of them
		kept := list[:0]
		for i, c := range list {
			if i%cutsEvery == 0 {
				kept = append(kept, c)
			}
		}
		list = kept
	}
	return list
}

// worthCutting chooses the cuts of the normal test run: around the ends of
// records, where it matters most, and some between.
func worthCutting(b []byte, n int) bool {
	return *cutsAll || n%max(37, len(b)/60) == 0 || bytes.IndexByte(b[max(0, n-2):min(len(b), n+1)], '\n') >= 0
}

// knownIDs are the ids that a results file has on record, by row.
func knownIDs(t *testing.T, results []byte) map[int]string {
	lines, err := invariants.ReadResults(bytes.NewReader(results))
	if err != nil {
		t.Fatal(err)
	}
	known := map[int]string{}
	for _, line := range lines {
		var row int
		fmt.Sscan(line["import_row"], &row)
		if id := line["import_id"]; id != "" {
			known[row] = id
		}
	}
	return known
}

func TestCut(t *testing.T) {
	for _, name := range []string{"1.4", "2.15", "1.4 with tags", "2.15 with tags"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			version, _, belong := strings.Cut(name, " with")
			// The first crash that leaves rows of every kind.
			var s *sitting
			var known map[int]string
			worth := false
			for n := 0; n < 500 && !worth; n++ {
				v := newSevered(version, 11+n%50)
				v.seed += uint64(n / 50)
				if belong {
					v = v.belong()
				}
				if s = v.sit(t); len(s.results) == 0 {
					continue
				}
				known = knownIDs(t, s.results)
				doubts := bytes.Contains(s.journal, []byte(`"doubt"`))
				worth = doubts && (len(known) >= 3 && len(known) <= len(s.rows)-3 && !belong || len(known) > 0 && s.inBetween())
			}
			if !worth {
				t.Fatalf("no import ends where it is worth while, the last:\n%s\n%s", s.results, s.journal)
			}
			list := cuts(s.results, s.journal)
			for _, c := range list {
				inBubble(t, s.name(c), func(t *testing.T) {
					got := s.resume(t, c)
					if len(got.ids) != len(s.rows) {
						return // the judge has said so
					}
					for row, id := range known {
						if s.lost(c, row) {
							continue // neither file has it: the judge knows whether it was found
						}
						if got.ids[row-1] != id {
							t.Errorf("row %d was on record as %s and is %s", row, id, got.ids[row-1])
						}
					}
					for i, want := range s.statuses() {
						switch status := got.statuses[i]; {
						case status == want:
						case s.forgot(c) && status == "updated" && got.codes[i] == "adopted":
							// It was found, and nothing tells that the run created it (R7).
						case s.damaged(c) && (status == "unresolved" || status == "failed"):
						default:
							t.Errorf("row %d is %s, not %s", i+1, status, want)
						}
					}
				})
				if t.Failed() {
					return
				}
			}
			t.Logf("%d cuts of %d and %d bytes, %d ids known", len(list), len(s.results), len(s.journal), len(known))
		})
	}
}

// inBetween reports whether a row was left applied and not finished.
func (s *sitting) inBetween() bool {
	for row := range s.rows {
		if bytes.Contains(s.journal, fmt.Appendf(nil, `{"applied":{"row":%d,`, row+1)) &&
			!bytes.Contains(s.journal, fmt.Appendf(nil, `{"outcome":{"row":%d,`, row+1)) {
			return true
		}
	}
	return false
}

// statuses are what the rows come to, whatever happens: the first of a shared
// key is created, the others update it.
func (s severed) statuses() []string {
	var list []string
	seen := map[string]bool{}
	for _, r := range s.rows {
		if seen[r.Key()] {
			list = append(list, "updated")
		} else {
			list = append(list, "created")
		}
		seen[r.Key()] = true
	}
	return list
}

func (s *sitting) name(c cut) string {
	return fmt.Sprintf("results cut to %d of %d, journal to %d of %d", c.results, len(s.results), c.journal, len(s.journal))
}

// damaged reports whether both files were cut, and the journal by more than a
// crash can.
func (s *sitting) damaged(c cut) bool { return c.results < len(s.results) && s.forgot(c) }

// forgot reports whether the journal was cut by more than a crash can.
func (s *sitting) forgot(c cut) bool {
	line, _, _ := bytes.Cut(s.journal, []byte{'\n'})
	var first struct {
		Size int `json:"size,string"` // at the last fsync
	}
	if err := json.Unmarshal(line, &first); err != nil {
		panic(err)
	}
	return c.journal < first.Size
}

// lost reports whether a cut takes the line of a row from both files.
func (s *sitting) lost(c cut, row int) bool {
	in := csv.NewReader(bytes.NewReader(s.results[:c.results]))
	for {
		record, err := in.Read()
		if err != nil || in.InputOffset() == int64(c.results) && s.results[c.results-1] != '\n' {
			break
		}
		if record[0] == fmt.Sprint(row) {
			return false
		}
	}
	_, rest, found := bytes.Cut(s.journal[:c.journal], fmt.Appendf(nil, `{"outcome":{"row":%d,`, row))
	return !found || bytes.IndexByte(rest, '\n') < 0
}

// TestCutWhenFinished cuts the files of an import that is done: resumed, it
// sends nothing, and its results are what they were, byte for byte, whichever
// of the files was cut; but for the details of a request, which a journal does
// not keep once its run is done.
func TestCutWhenFinished(t *testing.T) {
	t.Parallel()
	s := newSevered("2.15", 0)
	s.faults = sandbox.Faults{}
	done := s.sit(t)
	for _, c := range cuts(done.results, done.journal) {
		if c.results < len(done.results) && c.journal < len(done.journal) {
			continue
		}
		inBubble(t, done.name(c), func(t *testing.T) {
			got := done.resume(t, c)
			if was := string(done.results); got.results != was && (c.results == len(was) || coarse(t, got.results) != coarse(t, was)) {
				t.Errorf("the results were\n%s\nand are\n%s", done.results, got.results)
			}
			if got.writes != 0 {
				t.Errorf("%d writes were sent", got.writes)
			}
		})
		if t.Failed() {
			return
		}
	}
}

// coarse is a results file without the details of its requests.
func coarse(t *testing.T, text string) string {
	records, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	details := []string{"import_user_id", "import_http_status", "import_attempts", "import_request_id", "import_ms", "import_workspace"}
	for _, record := range records[1:] {
		for i, name := range records[0] {
			if slices.Contains(details, name) {
				record[i] = ""
			}
		}
	}
	return fmt.Sprint(records)
}

// inBubble runs do in virtual time; what fails in it is told with its name.
func inBubble(t *testing.T, name string, do func(t *testing.T)) {
	synctest.Test(t, func(t *testing.T) {
		defer func() {
			if t.Failed() {
				t.Log(name)
			}
		}()
		do(t)
	})
}

// shm is a folder in memory, where there is one.
func shm(t *testing.T) string {
	dir, err := os.MkdirTemp(memory(), "cut")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}
