package results

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"
	"time"

	"leadimport/client"
)

// TestListOfAnotherDay resumes with a list that has other columns, in another
// order, and whose rows have moved, gone and come.
func TestListOfAnotherDay(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.csv")
	s := begin(t, path, New, "Email", "Note", "Phone")
	for row, name := range map[int]string{1: "a", 2: "b", 3: "c", 4: "d"} {
		must(t, s.Settle(created(row, "65f"+name, name+"@x.ie", "note\n"+name, "+1"+name)))
	}
	must(t, s.Settle(Outcome{Line: Line{ErrorCode: RowVanished, Status: Updated, ID: "65fz", Key: "email:z@x.ie", At: noon}, Cells: []string{"z@x.ie", "note z"}}))
	must(t, s.Close())

	s, e := resume(t, path, "Phone", "Email", "import_id", "Plan")
	for range 2 {
		l, cells, err := e.Line(e.places[3])
		if err != nil || l.ID != "65fc" || fmt.Sprint(cells) != "[+1c c@x.ie ]" || fmt.Sprint(e.Columns()) != "[Phone Email Plan]" {
			t.Errorf("row 3 is %+v, %q under %q, %v", l, cells, e.Columns(), err)
		}
		must(t, s.Settle(Outcome{Line: e.lines[1].in(2), Cells: []string{"+1a", "a@x.ie", "", "pro"}})) // the file is read while it grows
	}
	must(t, s.Keep(3, e.places[3], nil))
	must(t, s.Settle(created(1, "65fn", "+1n", "n@x.ie", "", "pro")))
	gone := e.lines[4].in(0)
	gone.ErrorCode = RowVanished
	_, cells, err := e.Line(e.places[4])
	must(t, err)
	must(t, s.Settle(Outcome{Line: gone, Cells: cells}))
	must(t, s.Finish())
	want := "import_row,import_status,import_id,import_user_id,import_error_code,import_error,import_http_status,import_attempts,import_request_id,import_at,import_key,import_hash,import_ms,import_workspace,import_note,Phone,Email,Plan\n" +
		"1,created,65fn,+1n,n@x.ie,pro\n2,created,65fa,+1a,a@x.ie,pro\n3,created,65fc,+1c,c@x.ie,\n,created,65fd,+1d,d@x.ie,\n"
	short := func() (out string) {
		for i, line := range strings.SplitAfter(read(t, path), "\n") {
			if cells := strings.Split(line, ","); i > 0 && len(cells) == 18 {
				line = strings.Join(append(cells[:3:3], cells[15:]...), ",")
			}
			out += line
		}
		return out
	}
	if got := short(); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	must(t, s.Close())
	s, _ = resume(t, path, "Phone", "Email", "Plan")
	must(t, s.Finish())
	if got := read(t, path); strings.Count(got, "\n") != 1 {
		t.Errorf("lines that nobody kept are left:\n%s", got)
	}
}

// in is l as the line of another row.
func (l Line) in(row int) Line {
	l.Row = row
	return l
}

// TestMigrationIsAtomic fails while the file is written anew, and is cut where
// a crash would cut it.
func TestMigrationIsAtomic(t *testing.T) {
	c := crash(t)
	dir := quickDir(t)
	path := c.lay(t, dir, len(c.journal), len(c.results))
	must(t, os.WriteFile(path+tmp, []byte("of a crash"), 0o600))
	s, err := Open(path, Resume)
	must(t, err)
	e := whatIsFound(t, s)
	must(t, os.Remove(path+tmp))
	must(t, os.Mkdir(path+tmp, 0o700)) // nothing can be written there
	must(t, os.WriteFile(filepath.Join(path+tmp, "x"), nil, 0o600))
	if err := s.Begin(Meta{}, []string{"Note"}); !errors.As(err, new(*WriteError)) {
		t.Errorf("begin: %v", err)
	}
	if l, cells, err := e.Line(e.places[1]); err != nil || l.ID != "65f1a9" || len(cells) != 2 {
		t.Errorf("%+v, %q, %v", l, cells, err)
	}
	must(t, s.Close())
	if read(t, path) != string(c.results) || read(t, journalPath(path)) != string(c.journal) {
		t.Error("a failed start has changed the files")
	}
	must(t, os.RemoveAll(path+tmp))
	// The new file is in place and the journal does not know of it.
	s, _ = resume(t, path, "Note")
	migrated := read(t, path)
	must(t, s.Close())
	must(t, os.WriteFile(journalPath(path), c.journal, 0o600))
	must(t, os.WriteFile(path, []byte(migrated), 0o600))
	_, e = resume(t, path, "Note")
	if len(e.lines) != 6 || e.missing(1) || e.lines[6].ID != "65f1ab" || read(t, path) != migrated {
		t.Errorf("%+v\n%s", e.lines, read(t, path))
	}
}

func TestKeepNeedsTheRow(t *testing.T) {
	c := crash(t)
	s, e := resume(t, c.lay(t, t.TempDir(), len(c.journal), int(c.settled[0].results)), c.header...)
	if err := s.Keep(2, e.places[3], nil); err == nil {
		t.Error("the line of row 3, of the journal, was kept for row 2")
	}
	if err := s.Keep(1, 0, nil); err == nil {
		t.Error("nothing was kept")
	}
	if err := s.Keep(2, e.places[1], nil); err == nil || !strings.Contains(err.Error(), "row 2 is that of row 1") {
		t.Errorf("the line of row 1 was kept for row 2: %v", err)
	}
}

// TestResavedBySpreadsheet resumes results that a spreadsheet has saved again.
func TestResavedBySpreadsheet(t *testing.T) {
	c := crash(t)
	for name, change := range map[string]func(string) string{
		"CRLF":      func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") },
		"semicolon": func(s string) string { return strings.ReplaceAll(s, ",", ";") },
		"tab, BOM":  func(s string) string { return "\uFEFF" + strings.ReplaceAll(s, ",", "\t") },
		"dates":     func(s string) string { return strings.ReplaceAll(s, "2026-11-21T12:00:", "21/11/2026 12:00:") },
	} {
		t.Run(name, func(t *testing.T) {
			path := c.lay(t, t.TempDir(), len(c.journal), 0)
			text := string(c.results)
			text = text[:strings.Index(text, "\n1,")+1] + strings.NewReplacer("hello\nthere,\n", "hello", "\"say \"\"hi\"\"\r\n\"", "hi", ".123Z", "").Replace(text[strings.Index(text, "\n1,")+1:])
			if name != "dates" {
				text = strings.NewReplacer("hello\nthere,\n", "hello", "\"say \"\"hi\"\"\r\n\"", "hi").Replace(string(c.results))
			}
			must(t, os.WriteFile(path, []byte(change(text)), 0o600))
			s, e := resume(t, path, c.header...)
			if len(e.lines) != 6 || e.lines[3].ID != "65f1a9b" || e.lines[6].Key != "email:6" {
				t.Errorf("%+v", e.lines)
			}
			for row := 1; row <= 6; row++ {
				must(t, s.Keep(row, e.places[row], c.cells[row]))
			}
			must(t, s.Finish())
			if got := read(t, path); !strings.Contains(got, "\n6,updated,65f1ab,") || strings.Contains(got, ";;") || strings.Count(got, "\r\n") > 1 {
				t.Errorf("finished as\n%q", got)
			}
		})
	}
}

func TestTimesOfSpreadsheets(t *testing.T) {
	at := time.Date(2026, 11, 28, 18, 45, 0, 0, time.UTC)
	for text, want := range map[string]time.Time{
		"":                          {},
		"2026-11-28T18:45:00.000Z":  at,
		"2026-11-28T19:45:00+01:00": at,
		"28/11/2026 18:45":          at,
		"11/28/2026 18:45:00":       at,
		"11/28/2026 6:45:00 PM":     at,
		"2026-11-28 18:45":          at,
		"28.11.2026 18:45":          at,
		"28/11/26 18:45":            at,
		"28/11/2026":                at.Add(-18*time.Hour - 45*time.Minute),
		"5/11/2026 18:45":           {}, // either
		"11/11/2026 18:45":          time.Date(2026, 11, 11, 18, 45, 0, 0, time.UTC),
	} {
		if got, err := readTime(text); err != nil || !got.Equal(want) {
			t.Errorf("%s is %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"soon", "32/11/2026", "46354.78125", "2026-11-28T18:45"} {
		if got, err := readTime(text); err == nil {
			t.Errorf("%s is %v", text, got)
		}
	}
}

// TestJournalOfTheVersionBefore reads what version 1 wrote, goes on with it,
// and is no journal to version 1 from then on.
func TestJournalOfTheVersionBefore(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.csv")
	lines := []string{
		`{"journal":1,"size":"SIZE","run":{"input":"leads.csv","key_kind":"email","started":"2026-11-21T12:00:00Z"}}`,
		`{"intent":{"row":1,"n":1,"key":"email:a","body":"ab","at":"2026-11-21T12:00:00.5Z","deadline":"2026-11-21T12:00:30.5Z","skew_ns":60000000000}}`,
		`{"intent":{"row":2,"n":1,"key":"email:b","at":"2026-11-21T12:00:01Z","deadline":"2026-11-21T12:00:31Z"}}`,
		`{"intent":{"row":3,"n":1,"key":"email:c","at":"2026-11-21T12:00:02Z","deadline":"2026-11-21T12:00:32Z","skew_ns":-3000000000}}`,
		`{"doubt":{"row":3,"n":1,"key":"email:c","first":"2026-11-21T12:00:02Z","last":"2026-11-21T12:00:32Z","since":"2026-11-21T12:00:07Z","skew_ns":-3000000000}}`,
		`{"intent":{"row":4,"n":1,"key":"email:d","at":"2026-11-21T12:00:03Z","deadline":"2026-11-21T12:00:33Z"}}`,
		`{"unsent":{"row":4,"n":1}}`,
		`{"outcome":{"row":2,"status":"updated","id":"65f2","http_status":200,"at":"2026-11-21T12:00:08Z","key":"email:b","n":1,"skew_ns":60000000000,"doubtful":"2026-11-21T12:00:06Z"}}`,
	}
	text := strings.Join(lines, "\n") + "\n"
	text = strings.Replace(text, "SIZE", mark(int64(len(text)+12)), 1)
	must(t, os.WriteFile(journalPath(path), []byte(text), 0o600))
	s, e := resume(t, path, "Email")
	about := func(sec, skew int) client.Moment {
		at := time.Date(2026, 11, 21, 12, 0, sec+skew, 0, time.UTC)
		return client.Moment{Low: at.Add(-2 * time.Second), High: at.Add(2 * time.Second)}
	}
	if _, ok := e.Meta(); !ok || len(e.doubts) != 2 || e.lines[2].ID != "65f2" {
		t.Errorf("meta %v, doubts %+v, lines %+v", ok, e.doubts, e.lines)
	}
	half := 500 * time.Millisecond
	d := e.doubts[1]
	if len(d.Lead.Fields) != 0 || d.First != about(0, 60).Add(half) || d.Last != about(30, 60).Add(half) || d.SinceServer != d.Last || !d.Since.Equal(d.LastAt) || d.Body != "ab" {
		t.Errorf("row 1 is in doubt: %+v", d)
	}
	d = e.doubts[3]
	if d.First != about(2, -3) || d.Last != about(32, -3) || d.SinceServer != about(7, -3) || d.FirstAt.Second() != 2 || d.Since.Second() != 7 {
		t.Errorf("row 3 is in doubt: %+v", d)
	}
	e.EachLate(func(key string, l Late) {
		if key != "email:b" || l.At.Second() != 6 || l.Server != about(6, 60) {
			t.Errorf("%s may be late: %+v", key, l)
		}
	})
	if got := read(t, journalPath(path)); !strings.HasPrefix(got, `{"journal":2,"size":"`) || !strings.HasPrefix(got[len(`{"journal":2,"size":"0123456789012345`):], text[len(`{"journal":2,"size":"0123456789012345`):]) {
		t.Errorf("the journal is\n%s", got)
	}
	must(t, s.Close())
}

// TestLaterIntents adds attempts to a doubt, and takes them back.
func TestLaterIntents(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.csv")
	s := begin(t, path, New, "Email")
	at := func(n int) client.Moment {
		return client.Moment{Low: noon.Add(time.Duration(n) * time.Hour), High: noon.Add(time.Duration(n)*time.Hour + time.Second)}
	}
	intent := func(n int) {
		must(t, s.Intent(Intent{Row: n, Number: n, Key: "email:a", At: noon.Add(time.Duration(n) * time.Minute), Deadline: noon.Add(time.Duration(n)*time.Minute + time.Second), Server: at(n), Lead: leadOf(n)}))
	}
	open := func() *Doubt {
		s.mu.Lock()
		defer s.mu.Unlock()
		if d := s.open.doubts["email:a"]; d != nil {
			got, err := d.doubtOf()
			must(t, err)
			return &got
		}
		return nil
	}
	intent(1)
	must(t, s.Doubt(Doubt{Row: 1, Number: 1, Key: "email:a", FirstAt: noon.Add(time.Minute), First: at(1), Last: at(1).Add(time.Second), Since: noon, NotOurs: []string{"65f0"}}))
	intent(2) // the row has moved
	want := Doubt{
		Row: 2, Number: 2, Key: "email:a", Lead: leadOf(2), First: at(1), FirstAt: noon.Add(time.Minute), Last: at(2).Add(time.Second),
		LastAt: noon.Add(2*time.Minute + time.Second), Since: noon.Add(2*time.Minute + time.Second), SinceServer: at(2).Add(time.Second), NotOurs: []string{"65f0"},
	}
	if got := open(); got == nil || !reflect.DeepEqual(*got, want) {
		t.Errorf("in doubt is\n%+v, not\n%+v", got, want)
	}
	must(t, s.Unsent(Unsent{Row: 2, Number: 1, Key: "email:a"}))
	if open() == nil {
		t.Error("the second intent was taken back with the first")
	}
	must(t, s.Close())
	s, e := resume(t, path, "Email")
	if got := e.doubts[2]; !reflect.DeepEqual(got, want) {
		t.Errorf("read back:\n%+v, not\n%+v", got, want)
	}
	must(t, s.Unsent(Unsent{Number: 2, Key: "email:a"}))
	if open() != nil {
		t.Error("nothing was taken back")
	}
	must(t, s.Close())
	_, e = resume(t, path, "Email")
	if len(e.doubts) != 0 {
		t.Errorf("in doubt are %+v", e.doubts)
	}
}

// TestFinishedJournal leaves a journal out only when it says that the results
// file tells all, and it is the one.
func TestFinishedJournal(t *testing.T) {
	for name, test := range map[string]struct {
		end     func(*Store)
		change  func(path string)
		trusted bool
	}{
		"finished":     {nil, nil, true},
		"open intent":  {func(s *Store) { s.Intent(Intent{Row: 3, Number: 1, Key: "email:c", At: noon, Deadline: noon}) }, nil, false},
		"late attempt": {func(s *Store) { o := created(2, "65f2", "b"); o.Doubtful = noon; s.Settle(o) }, nil, false},
		"same size": {nil, func(path string) {
			must(t, os.WriteFile(path, []byte(strings.Replace(read(t, path), ",65f1,", ",65f9,", 1)), 0o600))
		}, false},
		"longer":      {nil, func(path string) { must(t, os.WriteFile(path, []byte(read(t, path)+"\n"), 0o600)) }, false},
		"not its end": {nil, func(path string) { s, _ := resume(t, path, "Email"); must(t, s.Close()) }, false},
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "r.csv")
			s := begin(t, path, New, "Email")
			must(t, s.Settle(created(2, "65f2", "b")))
			must(t, s.Settle(created(1, "65f1", "a")))
			if test.end != nil {
				test.end(s)
			}
			must(t, s.Finish())
			must(t, s.Close())
			if test.change != nil {
				test.change(path)
			}
			f, err := OpenFiles(path)
			must(t, err)
			defer f.Close()
			if trusted := f.tellsAll(); trusted != test.trusted {
				t.Errorf("the journal is left out: %v", trusted)
			}
		})
	}
}

func TestSideFilesAndRejects(t *testing.T) {
	for _, path := range SideFiles("r.csv") {
		if !IsSideFile(path) || !strings.HasPrefix(path, "r.csv.") {
			t.Errorf("%s is no side file", path)
		}
	}
	if len(SideFiles("r.csv")) != 5 || IsSideFile("r.csv") {
		t.Error("a results file is a side file")
	}
	for header, want := range map[string]string{
		"import_row,import_status,import_id,import_key,Email": "results",
		"Email,import_error_code,import_error":                "rejects",
		"import_error_code,import_error":                      "rejects",
		"import_row,Email,import_error_code,import_error":     "",
		"Email,import_error":                                  "",
		"import_row,import_id,undo_status,undo_error,undo_at": "",
	} {
		names := strings.Split(header, ",")
		if IsResults(names) != (want == "results") || IsRejects(names) != (want == "rejects") {
			t.Errorf("%s: results %v, rejects %v", header, IsResults(names), IsRejects(names))
		}
	}
}

func TestColumnsAreWhereTheyAreSaidToBe(t *testing.T) {
	for at, name := range map[int]string{
		rowColumn: "row", statusColumn: "status", idColumn: "id", codeColumn: "error_code", httpColumn: "http_status",
		atColumn: "at", keyColumn: "key", hashColumn: "hash", workspaceColumn: "workspace",
	} {
		if ours[at] != prefix+name {
			t.Errorf("column %d is %s", at, ours[at])
		}
	}
}
