package results

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

var noon = time.Date(2026, 11, 21, 12, 0, 0, 123e6, time.UTC)

// begin opens a store and begins with the given header.
func begin(t testing.TB, path string, mode Mode, header ...string) *Store {
	t.Helper()
	s, err := Open(path, mode)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	if err := s.Begin(Meta{Input: "leads.csv", KeyKind: "email", Started: noon}, header); err != nil {
		t.Fatal(err)
	}
	return s
}

func created(row int, id string, cells ...string) Outcome {
	return Outcome{
		Line:  Line{Row: row, Status: Created, ID: id, HTTPStatus: 200, Attempts: 1, At: noon, Key: "email:" + cells[0], Hash: strings.Repeat("0", 32), Ms: 12, Workspace: "ws"},
		Cells: cells, Number: 1, UpdatedAt: noon,
	}
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func read(t testing.TB, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	must(t, err)
	return string(b)
}

func TestRunInOrder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.csv")
	s := begin(t, path, New, "Email", "import_id", "Note")
	must(t, s.Intent(Intent{Row: 1, Number: 1, Key: "email:a@x.ie", At: noon, Deadline: noon.Add(30 * time.Second)}))
	must(t, s.Settle(created(1, "65f1", "a@x.ie", "old", "two\r\nlines, \"quoted\"")))
	must(t, s.Settle(Outcome{Line: Line{Row: 2, Status: Invalid, ErrorCode: "row_length", Error: "too short", At: noon}, Cells: []string{"b@x.ie"}}))
	must(t, s.Finish())
	must(t, s.Close())
	must(t, s.Close())
	want := "import_row,import_status,import_id,import_user_id,import_error_code,import_error,import_http_status,import_attempts,import_request_id,import_at,import_key,import_hash,import_ms,import_workspace,import_note,Email,Note\n" +
		"1,created,65f1,,,,200,1,,2026-11-21T12:00:00.123Z,email:a@x.ie,00000000000000000000000000000000,12,ws,,a@x.ie,\"two\r\nlines, \"\"quoted\"\"\"\n" +
		"2,invalid,,,row_length,too short,,0,,2026-11-21T12:00:00.123Z,,,0,,,b@x.ie,\n"
	if got := read(t, path); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	info, err := os.Stat(path)
	must(t, err)
	if info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v", info.Mode())
	}
	if exists(path + ".lock") {
		t.Error("the lock file is still there")
	}
	if _, err := Open(path, New); !errors.As(err, new(*ExistsError)) {
		t.Errorf("mode New on existing results: %v", err)
	}
}

func TestFinishSorts(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.csv")
	s := begin(t, path, New, "Email")
	for _, row := range []int{3, 1, 2, 5000, 1} {
		must(t, s.Settle(created(row, "id", "a\nb")))
	}
	must(t, s.Finish())
	must(t, s.Close())
	r, err := Open(path, Resume)
	must(t, err)
	defer r.Close()
	e := whatIsFound(t, r)
	if len(e.lines) != 4 || e.status(2) != Created || e.status(4) != "" {
		t.Errorf("found %+v", e.lines)
	}
	l, cells, err := e.Line(e.places[5000])
	if err != nil || l.Row != 5000 || cells[0] != "a\nb" {
		t.Errorf("line %+v, %q, %v", l, cells, err)
	}
	if e.places[1] >= e.places[2] || e.places[2] >= e.places[3] || e.places[3] >= e.places[5000] || e.Files.lines != 4 {
		t.Errorf("the lines stand at %v", e.places)
	}
	if exists(path + tmp) {
		t.Error("a temporary file is left")
	}
}

func TestDiscard(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.csv")
	left := func() (n int) {
		list, err := os.ReadDir(filepath.Dir(path))
		must(t, err)
		return len(list)
	}
	s := begin(t, path, New, "Email")
	must(t, s.Settle(Outcome{Line: Line{Row: 1, Status: Invalid}}))
	must(t, s.Discard())
	must(t, s.Close())
	if left() != 0 {
		t.Errorf("%d files are left of a run in vain", left())
	}
	s, err := Open(path, New)
	must(t, err)
	must(t, s.Discard())
	if left() != 0 {
		t.Errorf("%d files are left of a run that never began", left())
	}
	s = begin(t, path, New, "Email")
	must(t, s.Settle(created(1, "65f1", "a@x.ie")))
	must(t, s.Discard())
	if left() != 2 {
		t.Errorf("%d files are left of a run that created a lead", left())
	}
	must(t, begin(t, path, Resume, "Email").Discard())
	if left() != 2 {
		t.Errorf("%d files are left of an earlier run", left())
	}
}
