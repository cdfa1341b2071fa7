package results

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"leadimport/client"
)

// settled is one outcome of the run that cut tests cut, and how long the files
// were right after it.
type settled struct {
	Outcome
	journal, results int64
}

// crashed is a run that ended without Finish: created, updated, failed,
// invalid, unresolved and in doubt, out of order, with cells that hold line
// breaks, a failed row that was tried again, and a row that is too long.
type crashed struct {
	journal, results []byte
	header           []string
	settled          []settled
	intents          map[int]int64 // row to where its newest intent ends
	doubts           map[int]int64 // the same for its Doubt
	cells            map[int][]string
	marked           int64
}

func crash(t *testing.T) crashed {
	path := filepath.Join(t.TempDir(), "r.csv")
	c := crashed{header: []string{"Email", "import_key", "Note"}, intents: map[int]int64{}, doubts: map[int]int64{}, cells: map[int][]string{}}
	s := begin(t, path, New, c.header...)
	clock := noon
	tick := func() time.Time { clock = clock.Add(time.Second); return clock }
	intent := func(row, n int) {
		at := tick()
		must(t, s.Intent(Intent{
			Row: row, Number: n, Key: fmt.Sprint("email:", row), Body: "ab", At: at, Deadline: at.Add(30 * time.Second),
			Server: client.Moment{Low: at.Add(time.Hour), High: at.Add(61 * time.Minute)}, Lead: leadOf(row),
		}))
		c.intents[row] = s.journal.size
		c.marked = s.journal.size
	}
	settle := func(row, n int, status Status, id string, cells ...string) {
		o := Outcome{Line: Line{Row: row, Status: status, ID: id, At: tick(), Key: fmt.Sprint("email:", row), Workspace: "ws"}, Cells: cells, Number: n, UpdatedAt: clock}
		if status == Failed {
			o.Line.ErrorCode, o.Line.Error, o.Line.HTTPStatus = "parameter_invalid", "name is\nnot \"ä\" name", 422
		}
		must(t, s.Settle(o))
		c.settled = append(c.settled, settled{o, s.journal.size, s.results.size})
		c.cells[row] = cells
		if status != Unresolved {
			delete(c.intents, row)
			delete(c.doubts, row)
		}
	}
	intent(1, 1)
	settle(1, 1, Created, "65f1a9", "a@x.ie", "k", "hello\nthere,\n")
	intent(3, 1)
	intent(2, 1)
	settle(2, 1, Failed, "", "b@x.ie", "k", "say \"hi\"\r\n")
	settle(3, 1, Created, "65f1a9b", "c@x.ie", "k", "")
	settle(4, 0, Invalid, "", "d@x.ie", "k", "x", "too", "many\n")
	intent(5, 1)
	must(t, s.Doubt(Doubt{Row: 5, Number: 1, Key: "email:5", FirstAt: noon, LastAt: noon.Add(time.Minute), Since: noon.Add(time.Hour), NotOurs: []string{"65f0"}}))
	c.doubts[5] = s.journal.size
	settle(5, 1, Unresolved, "", "e@x.ie", "k", "ü")
	intent(2, 2)
	settle(2, 2, Created, "65f1aa", "b@x.ie", "k", "say \"hi\"\r\n")
	settle(6, 0, Updated, "65f1ab", "f@x.ie", "k", ",")
	intent(7, 1)
	intent(8, 1)
	must(t, s.Close())
	c.journal, c.results = []byte(read(t, journalPath(path))), []byte(read(t, path))
	return c
}

// leadOf is what the row was sent as.
func leadOf(row int) client.Lead {
	return client.Lead{Fields: []client.Field{{Name: "email", Value: client.String(fmt.Sprint("é\"", row))}, {Name: "custom_attributes.n", Value: client.Integer(int64(row))}}}
}

// lay puts the files into a folder of their own, cut.
func (c crashed) lay(t *testing.T, dir string, journal, results int) string {
	t.Helper()
	path := filepath.Join(dir, "r.csv")
	must(t, os.WriteFile(journalPath(path), c.journal[:journal], 0o600))
	must(t, os.WriteFile(path, c.results[:results], 0o600))
	return path
}

// check opens the cut files and holds what Open says of them against what was
// written, then resumes and finishes, and looks at the file.
func (c crashed) check(t *testing.T, dir string, journal, results int) {
	t.Helper()
	path := c.lay(t, dir, journal, results)
	s, err := Open(path, Resume)
	if err != nil {
		t.Fatalf("journal cut at %d, results at %d: %v", journal, results, err)
	}
	defer s.Close()
	bad := func(format string, args ...any) {
		t.Helper()
		t.Errorf("journal cut at %d of %d, results at %d of %d: %s", journal, len(c.journal), results, len(c.results), fmt.Sprintf(format, args...))
	}
	headerEnd := strings.IndexByte(string(c.results), '\n') + 1
	metaEnd := strings.IndexByte(string(c.journal), '\n') + 1
	e, err := readFound(s)
	if err != nil {
		t.Fatalf("journal cut at %d, results at %d: %v", journal, results, err)
	}
	if e.Files == nil {
		if journal >= metaEnd || results >= headerEnd {
			bad("nothing was found")
		}
		return
	}
	want := map[int]settled{}
	inFile := map[int]bool{}
	for _, o := range c.settled {
		intact := o.results <= int64(results)
		if intact || o.journal <= int64(journal) {
			want[o.Line.Row] = o
			inFile[o.Line.Row] = intact
		}
	}
	for row := 1; row <= 9; row++ {
		w, known := want[row]
		if e.status(row) != w.Line.Status {
			bad("row %d is %q, not %q", row, e.status(row), w.Line.Status)
		}
		if known {
			l, cells, err := e.Line(e.places[row])
			if err != nil || l != w.Line.normal() {
				bad("row %d is %+v, not %+v (%v)", row, l, w.Line, err)
			}
			if inFile[row] == e.missing(row) {
				bad("row %d: missing is %v", row, e.missing(row))
			}
			if kept := []string{w.Cells[0], w.Cells[2]}; inFile[row] && strings.Join(kept, "|") != strings.Join(cells, "|") {
				bad("row %d has cells %q, not %q", row, cells, kept)
			}
		}
		d, doubt := e.doubts[row]
		begun := c.intents[row] > 0 && c.intents[row] <= int64(journal)
		if row >= 5 && doubt != begun {
			bad("row %d: in doubt is %v", row, doubt)
		}
		if doubt && !reflect.DeepEqual(d.Lead, leadOf(row)) {
			bad("row %d was sent as %+v", row, d.Lead)
		}
		if known && w.Line.ID != "" && doubt {
			bad("row %d has an id and is in doubt", row)
		}
	}
	if d, ok := e.doubts[5]; ok && c.doubts[5] <= int64(journal) && (!d.Since.Equal(noon.Add(time.Hour)) || len(d.NotOurs) != 1) {
		bad("the doubt lost its time: %+v", d)
	}
	_, ok := e.Meta()
	_, lost := e.Lost()
	if ok == lost || lost != (int64(journal) < c.marked) {
		bad("meta %v, lost %v", ok, lost)
	}

	if (journal+results)%8 != 0 && !c.atEnd(journal, results) {
		return // that what is read is right was shown; going on costs more
	}
	must(t, s.Begin(Meta{Input: "again"}, c.header))
	for row := range want {
		must(t, s.Keep(row, e.places[row], c.cells[row]))
	}
	for _, o := range c.settled { // the rest of the run
		if _, known := want[o.Line.Row]; !known && o.journal == last(c.settled, o.Line.Row).journal {
			must(t, s.Settle(o.Outcome))
		}
	}
	must(t, s.Finish())
	must(t, s.Close())
	final := map[int]settled{}
	for _, o := range c.settled {
		final[o.Line.Row] = o
	}
	for row, o := range want {
		final[row] = o
	}
	w := newLineWriter(false)
	head, _ := w.header([]string{"Email", "Note"})
	text := string(head)
	for row := 1; row <= 6; row++ {
		b, _ := w.line(final[row].Line.normal(), []string{c.cells[row][0], c.cells[row][2]})
		text += string(b)
	}
	if got := read(t, path); got != text {
		bad("finished as\n%s\nnot\n%s", got, text)
	}
	again, err := Open(path, Resume)
	must(t, err)
	defer again.Close()
	if _, ok := whatIsFound(t, again).Meta(); ok == lost {
		bad("that intents are lost was forgotten")
	}
}

// atEnd tells whether a cut is at the end of a record, or beside it.
func (c crashed) atEnd(journal, results int) bool {
	near := func(text []byte, n int) bool {
		return n < len(text) && bytes.IndexByte(text[max(0, n-2):n+1], '\n') >= 0
	}
	return near(c.journal, journal) || near(c.results, results)
}

// quickDir is a folder in memory where there is one: these tests ask what is
// read back, not whether fsync keeps its word.
func quickDir(t testing.TB) string {
	dir, err := os.MkdirTemp("/dev/shm", "results")
	if err != nil {
		return t.TempDir()
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func last(all []settled, row int) settled {
	for i := len(all) - 1; ; i-- {
		if all[i].Line.Row == row {
			return all[i]
		}
	}
}

func TestCutAtEveryByte(t *testing.T) {
	c := crash(t)
	dir := quickDir(t)
	step := 1
	if sparse {
		step = 7
	}
	for n := 0; n <= len(c.journal); n += step {
		c.check(t, dir, n, len(c.results))
	}
	for n := 0; n <= len(c.results); n += step {
		c.check(t, dir, len(c.journal), n)
	}
	// Both at once: a power cut takes what no fsync covered of either.
	for _, o := range c.settled {
		for n := 0; n <= len(c.journal); n += 61 {
			c.check(t, dir, n, int(o.results)-1)
		}
		for n := 0; n <= len(c.results); n += 61 {
			c.check(t, dir, int(o.journal)-1, n)
		}
	}
}
