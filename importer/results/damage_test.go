package results

import (
	"errors"
	"fmt"
	"maps"
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
			if _, ok := s.Earlier().Doubt(9); ok || s.Earlier().Status(6) != Updated {
				t.Errorf("%s with %s was read wrongly", file, name)
			}
			if _, ok := s.Earlier().Meta(); !ok {
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
		"newer journal":   {true, `{"journal":1,`, `{"journal":9,`, 1},
		"no opening":      {true, `{"journal":1,`, `{`, 1},
		"row":             {false, "\n3,created,", "\nx,created,", 8},
		"status":          {false, "\n3,created,", "\n3,creates,", 8},
		"columns":         {false, "\n3,created,", "\n3;created;", 8},
		"quote":           {false, "\n3,created,65f1a9b,,,,", "\n3,created,65f1a9b,\"x\"y,,,", 8},
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
		if name == "quote at a line" { // a tail, then: the journal has the line
			if err != nil || !s.Earlier().Missing(6) {
				t.Errorf("%s: %v", name, err)
			} else {
				s.Close()
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
	if e := s.Earlier(); e.Status(3) != Created || !e.Missing(2) || !e.Missing(3) || e.Missing(1) {
		t.Error("the journal was not asked")
	}
	must(t, s.Close())
	must(t, os.Remove(journalPath(path)))
	_, err = Open(path, Resume)
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
		_, lost := s.Earlier().Lost()
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

func TestEarlierStaysAsItWas(t *testing.T) {
	c := crash(t)
	path := c.lay(t, t.TempDir(), len(c.journal), len(c.results))
	s := begin(t, path, Resume, c.header...)
	for row := 1; row <= 7; row++ {
		must(t, s.Settle(Outcome{Line: Line{Row: row, Status: Skipped}}))
	}
	e := s.Earlier()
	if l, _, err := e.Line(1); err != nil || l.ID != "65f1a9" || e.Status(5) != Unresolved || e.Status(7) != "" || e.Rows() != 8 {
		t.Errorf("row 1 is now %+v, %v; rows %d", l, err, e.Rows())
	}
}

// A spreadsheet makes a number of what looks like one; the journal does not.
func TestChangedIDIsNotBelieved(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.csv")
	s := begin(t, path, New, "Email")
	must(t, s.Settle(created(1, "65e1", "a@x.ie")))
	must(t, s.Close())
	must(t, os.WriteFile(path, []byte(strings.Replace(read(t, path), ",65e1,", ",650,", 1)), 0o600))
	s = begin(t, path, Resume, "Email")
	if l, _, err := s.Earlier().Line(1); err != nil || l.ID != "65e1" {
		t.Errorf("%+v, %v", l, err)
	}
	must(t, s.Restore(1, []string{"a@x.ie"}))
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
	if !s.Earlier().Missing(6) {
		t.Error("row 6 is not missing")
	}
	must(t, s.Close())
	must(t, os.Remove(journalPath(path)))
	if _, err := Open(path, Resume); !errors.As(err, new(*DamagedError)) {
		t.Errorf("%v", err)
	}
}

func TestOnlyOneFileIsLeft(t *testing.T) {
	c := crash(t)
	path := c.lay(t, t.TempDir(), len(c.journal), len(c.results))
	must(t, os.Remove(journalPath(path)))
	for range 2 { // it is not forgotten when the next run is interrupted, too
		s, err := Open(path, Resume)
		must(t, err)
		e := s.Earlier()
		_, ok := e.Meta()
		since, lost := e.Lost()
		if ok || !lost || since.IsZero() || e.Status(1) != Created || e.Status(5) != Unresolved || e.Rows() != 6 {
			t.Errorf("meta %v, lost %v since %v, rows %d", ok, lost, since, e.Rows())
		}
		must(t, s.Begin(Meta{}, c.header))
		must(t, s.Close())
	}

	path = c.lay(t, t.TempDir(), len(c.journal), len(c.results))
	must(t, os.Remove(path))
	s, err := Open(path, Resume)
	must(t, err)
	e := s.Earlier()
	if _, ok := e.Meta(); !ok || e.Header() != nil || e.Status(6) != Updated || !e.Missing(6) {
		t.Errorf("meta %v, header %q, row 6 %q", ok, e.Header(), e.Status(6))
	}
	lines := 0
	must(t, e.EachLine(func(l Line, cells []string) error {
		if lines++; cells != nil || l.Row != lines {
			t.Errorf("%+v, %q", l, cells)
		}
		return nil
	}))
	must(t, s.Begin(Meta{}, c.header))
	for row := 1; row < 6; row++ { // 6 is forgotten: its id must not be
		must(t, s.Restore(row, c.cells[row]))
	}
	must(t, s.Finish())
	must(t, s.Close())
	got := read(t, path)
	if lines != 6 || !strings.HasSuffix(got, ",ws,,\n") || !strings.Contains(got, "\n6,updated,65f1ab,") {
		t.Errorf("%d lines, then\n%s", lines, got)
	}
}

func TestOtherColumns(t *testing.T) {
	c := crash(t)
	path := c.lay(t, t.TempDir(), len(c.journal), len(c.results))
	s, err := Open(path, Resume)
	must(t, err)
	defer s.Close()
	if err := s.Begin(Meta{}, []string{"Email", "Other"}); !errors.As(err, new(*PathError)) {
		t.Errorf("%v", err)
	}
	if read(t, path) != string(c.results) {
		t.Error("the results were changed")
	}
}

// What sends nothing for a row cannot tell what became of an earlier create.
func TestDoubtOutlivesOtherFates(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.csv")
	s := begin(t, path, New, "Email")
	for row, l := range map[int]Line{
		1: {Status: Invalid}, 2: {Status: Failed, ErrorCode: "waits_for_row"}, 3: {Status: Unresolved},
		4: {Status: Failed, HTTPStatus: 422}, 5: {Status: Created, ID: "65f1", HTTPStatus: 200}, 6: {Status: Skipped},
	} {
		must(t, s.Intent(Intent{Row: row, Number: 1, At: noon, Deadline: noon}))
		l.Row = row
		must(t, s.Settle(Outcome{Line: l, Number: 1}))
	}
	must(t, s.Intent(Intent{Row: 4, Number: 2, At: noon, Deadline: noon}))
	must(t, s.Settle(Outcome{Line: Line{Row: 4, Status: Failed, HTTPStatus: 422}, Number: 1}))
	must(t, s.Close())
	s, err := Open(path, Resume)
	must(t, err)
	defer s.Close()
	for row := 1; row <= 6; row++ {
		if _, doubt := s.Earlier().Doubt(row); doubt != (row <= 4) {
			t.Errorf("row %d, %s: in doubt is %v", row, s.Earlier().Status(row), doubt)
		}
	}
}

func TestEachLineGivesTheNewest(t *testing.T) {
	c := crash(t)
	path := c.lay(t, t.TempDir(), len(c.journal), len(c.results))
	s, err := Open(path, Resume)
	must(t, err)
	defer s.Close()
	got := map[int]string{}
	must(t, s.Earlier().EachLine(func(l Line, cells []string) error {
		got[l.Row] += string(l.Status) + " " + cells[0]
		return nil
	}))
	want := map[int]string{1: "created a@x.ie", 2: "created b@x.ie", 3: "created c@x.ie", 4: "invalid d@x.ie", 5: "unresolved e@x.ie", 6: "updated f@x.ie"}
	if !maps.Equal(got, want) {
		t.Errorf("got %v", got)
	}
	stop := errors.New("stop")
	if err := s.Earlier().EachLine(func(Line, []string) error { return stop }); err != stop {
		t.Errorf("got %v", err)
	}
}
