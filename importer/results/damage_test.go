package results

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTailsOfAPowerCut(t *testing.T) {
	c := crash(t)
	for name, tail := range map[string]string{
		"zeros": strings.Repeat("\x00", 700), "garbage": "\xff\xfe{\"inte\n\x00\x00\nxx", "half a line": `{"intent":{"row":9,"n":1`,
		"a whole line without newline": `{"intent":{"row":9,"n":1}}`,
	} {
		for _, file := range []string{"journal", "results"} {
			path := c.lay(t, t.TempDir(), len(c.journal), len(c.results))
			torn := path
			if file == "journal" {
				torn = journalPath(path)
			}
			must(t, os.WriteFile(torn, []byte(read(t, torn)+tail), 0o600))
			s, err := Open(path, Resume)
			if err != nil {
				t.Errorf("%s with %s: %v", file, name, err)
				continue
			}
			e, err := readFound(s)
			if err != nil {
				t.Errorf("%s with %s: %v", file, name, err)
				s.Close()
				continue
			}
			if _, ok := e.doubts[9]; ok || e.status(6) != Updated {
				t.Errorf("%s with %s was read wrongly", file, name)
			}
			if _, ok := e.Meta(); !ok {
				t.Errorf("%s with %s: intents are said to be lost", file, name)
			}
			must(t, s.Begin(Meta{}, c.header))
			must(t, s.Close())
			if got := read(t, torn); strings.Contains(got, tail) {
				t.Errorf("%s with %s was not repaired", file, name)
			}
		}
	}
}

func TestDamageInTheMiddle(t *testing.T) {
	c := crash(t)
	for name, test := range map[string]struct {
		journal  bool
		old, new string
		line     int
	}{
		"journal":         {true, `{"intent":{"row":3,`, "\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00", 4},
		"newer journal":   {true, `{"journal":2,`, `{"journal":9,`, 1},
		"no opening":      {true, `{"journal":2,`, `{`, 1},
		"row":             {false, "\n3,created,", "\nx,created,", 7},
		"status":          {false, "\n3,created,", "\n3,creates,", 7},
		"columns":         {false, "\n3,created,", "\n3;created;", 7},
		"quote":           {false, "\n3,created,65f1a9b,,,,", "\n3,created,65f1a9b,\"x\"y,,,", 7},
		"quote at a line": {false, "\n6,updated,", "\n\"6,updated,", 14},
	} {
		path := c.lay(t, t.TempDir(), len(c.journal), len(c.results))
		broken := path
		if test.journal {
			broken = journalPath(path)
		}
		text := read(t, broken)
		if !strings.Contains(text, test.old) {
			t.Fatalf("%s: %q is not in\n%s", name, test.old, text)
		}
		text = strings.Replace(text, test.old, test.new, 1)
		must(t, os.WriteFile(broken, []byte(text), 0o600))
		s, err := Open(path, Resume)
		must(t, err)
		e, err := readFound(s)
		must(t, s.Close())
		if name == "quote at a line" { // a tail, then: the journal has the line
			if err != nil || !e.missing(6) {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		var d *DamagedError
		if !errors.As(err, &d) || d.Path != broken || d.Line != test.line {
			t.Errorf("%s: %v", name, err)
		}
		if read(t, broken) != text {
			t.Errorf("%s: the file was changed", name)
		}
	}
}

// Without a journal nobody can tell whether lines behind an open quote are
// lines; they may hold ids.
func TestOpenQuoteWithoutJournal(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.csv")
	s := begin(t, path, New, "Email")
	for row := 1; row < 4; row++ {
		must(t, s.Settle(created(row, fmt.Sprint("65f", row), "a@x.ie")))
	}
	must(t, s.Close())
	text := strings.Replace(read(t, path), "\n2,created,65f2,,", "\n2,created,65f2,\",", 1)
	must(t, os.WriteFile(path, []byte(text), 0o600))
	s, err := Open(path, Resume)
	must(t, err) // the journal has them
	if e := whatIsFound(t, s); e.status(3) != Created || !e.missing(2) || !e.missing(3) || e.missing(1) {
		t.Error("the journal was not asked")
	}
	must(t, s.Close())
	must(t, os.Remove(journalPath(path)))
	s, err = Open(path, Resume)
	must(t, err)
	_, err = readFound(s)
	must(t, s.Close())
	var d *DamagedError
	if !errors.As(err, &d) || d.Path != path || d.Line != 3 {
		t.Errorf("%v", err)
	}
	if read(t, path) != text {
		t.Error("the file was changed")
	}
}

// TestJournalKnowsItsLength cuts a journal where each record ends: nothing but
// its own note tells that an intent is lost.
func TestJournalKnowsItsLength(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.csv")
	s := begin(t, path, New, "Email")
	copied := filepath.Join(t.TempDir(), "r.csv")
	lost := func(cut int) bool {
		t.Helper()
		text := read(t, journalPath(path))
		must(t, os.WriteFile(journalPath(copied), []byte(text[:len(text)-cut]), 0o600))
		must(t, os.WriteFile(copied, []byte(read(t, path)), 0o600))
		s, err := Open(copied, Resume)
		must(t, err)
		defer s.Close()
		_, lost := whatIsFound(t, s).Lost()
		return lost
	}
	before := len(read(t, journalPath(path)))
	must(t, s.Intent(Intent{Row: 1, Number: 1}))
	if intent := len(read(t, journalPath(path))) - before; lost(0) || !lost(intent) || !lost(1) {
		t.Error("that an intent was cut off goes unnoticed")
	}
	before = len(read(t, journalPath(path)))
	must(t, s.Settle(created(1, "65f1", "a@x.ie")))
	must(t, s.Close())
	if outcome := len(read(t, journalPath(path))) - before; lost(0) || !lost(outcome) {
		t.Error("that an outcome was cut off after the end of a run goes unnoticed")
	}
}

// resume begins where an interrupted run stopped.
func resume(t testing.TB, path string, header ...string) (*Store, found) {
	t.Helper()
	s, err := Open(path, Resume)
	must(t, err)
	t.Cleanup(func() { s.Close() })
	e := whatIsFound(t, s)
	must(t, s.Begin(Meta{Input: "again"}, header))
	return s, e
}

func TestFilesStayAsTheyWere(t *testing.T) {
	c := crash(t)
	s, e := resume(t, c.lay(t, t.TempDir(), len(c.journal), len(c.results)), c.header...)
	for row := 1; row <= 7; row++ {
		must(t, s.Settle(Outcome{Line: Line{Row: row, Status: Skipped}}))
	}
	if l, cells, err := e.Line(e.places[1]); err != nil || l.ID != "65f1a9" || cells[0] != "a@x.ie" || e.status(5) != Unresolved || e.status(7) != "" {
		t.Errorf("row 1 is now %+v, %q, %v", l, cells, err)
	}
}

// A spreadsheet makes a number of what looks like one; the journal does not.
func TestChangedIDIsNotBelieved(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.csv")
	s := begin(t, path, New, "Email")
	must(t, s.Settle(created(1, "65e1", "a@x.ie")))
	must(t, s.Close())
	must(t, os.WriteFile(path, []byte(strings.Replace(read(t, path), ",65e1,", ",650,", 1)), 0o600))
	s, e := resume(t, path, "Email")
	if e.lines[1].ID != "65e1" {
		t.Errorf("%+v", e.lines[1])
	}
	must(t, s.Keep(1, e.places[1], []string{"a@x.ie"}))
	must(t, s.Finish())
	if got := read(t, path); !strings.Contains(got, "\n1,created,65e1,") || strings.Contains(got, "650") {
		t.Errorf("got\n%s", got)
	}
}

// Broken lines at the end are cut off when the journal has them, else kept.
func TestBrokenTailWithoutJournal(t *testing.T) {
	c := crash(t)
	path := c.lay(t, t.TempDir(), len(c.journal), len(c.results))
	text := strings.Replace(read(t, path), "\n6,updated,", "\nsix,updated,", 1)
	must(t, os.WriteFile(path, []byte(text), 0o600))
	s, err := Open(path, Resume)
	must(t, err)
	if !whatIsFound(t, s).missing(6) {
		t.Error("row 6 is not missing")
	}
	must(t, s.Close())
	must(t, os.Remove(journalPath(path)))
	s, err = Open(path, Resume)
	must(t, err)
	defer s.Close()
	if err := s.Begin(Meta{}, c.header); !errors.As(err, new(*DamagedError)) || read(t, path) != text {
		t.Errorf("%v", err)
	}
}

func TestOnlyOneFileIsLeft(t *testing.T) {
	c := crash(t)
	path := c.lay(t, t.TempDir(), len(c.journal), len(c.results))
	must(t, os.Remove(journalPath(path)))
	for range 2 { // it is not forgotten when the next run is interrupted, too
		s, e := resume(t, path, c.header...)
		_, ok := e.Meta()
		since, lost := e.Lost()
		if ok || !lost || since.IsZero() || e.status(1) != Created || e.status(5) != Unresolved {
			t.Errorf("meta %v, lost %v since %v", ok, lost, since)
		}
		must(t, s.Close())
	}

	path = c.lay(t, t.TempDir(), len(c.journal), len(c.results))
	must(t, os.Remove(path))
	s, e := resume(t, path, c.header...)
	if _, ok := e.Meta(); !ok || len(e.lines) != 6 || e.status(6) != Updated || !e.missing(6) {
		t.Errorf("meta %v, %+v", ok, e.lines)
	}
	for row := 1; row < 6; row++ {
		must(t, s.Keep(row, e.places[row], c.cells[row]))
	}
	l := e.lines[6] // no row has its key: its id must not be lost
	l.Row, l.ErrorCode = 0, RowVanished
	must(t, s.Settle(Outcome{Line: l}))
	must(t, s.Finish())
	must(t, s.Close())
	got := read(t, path)
	if !strings.HasSuffix(got, ",ws,,,\n") || strings.Count(got, "\n") != 10 || !strings.Contains(got, "\n,updated,65f1ab,,row_vanished,") {
		t.Errorf("finished as\n%s", got)
	}
}

// What sends nothing for a row cannot tell what became of an earlier create.
func TestDoubtOutlivesOtherFates(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.csv")
	s := begin(t, path, New, "Email")
	for row, l := range map[int]Line{
		1: {Status: Invalid}, 2: {Status: Failed, ErrorCode: "waits_for_row"}, 3: {Status: Unresolved},
		4: {Status: Failed, HTTPStatus: 422}, 5: {Status: Created, ID: "65f1", HTTPStatus: 200}, 6: {Status: Skipped}, 7: {Status: Skipped},
	} {
		key := fmt.Sprint("email:", row)
		must(t, s.Intent(Intent{Row: row, Number: 1, Key: key, At: noon, Deadline: noon}))
		l.Row, l.Key = row, key
		number := 1
		if row == 7 { // by policy, of another row of the key
			l.Row, number = 8, 0
		}
		must(t, s.Settle(Outcome{Line: l, Number: number}))
	}
	must(t, s.Intent(Intent{Row: 4, Number: 2, Key: "email:4", At: noon, Deadline: noon}))
	must(t, s.Settle(Outcome{Line: Line{Row: 4, Status: Failed, HTTPStatus: 422, Key: "email:4"}, Number: 1}))
	must(t, s.Close())
	s, err := Open(path, Resume)
	must(t, err)
	defer s.Close()
	e := whatIsFound(t, s)
	for row := 1; row <= 7; row++ {
		if _, doubt := e.doubts[row]; doubt != (row <= 4 || row == 7) {
			t.Errorf("row %d, %s: in doubt is %v", row, e.status(row), doubt)
		}
	}
}
