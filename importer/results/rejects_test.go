package results

import (
	"io"
	"os"
	"path/filepath"
	"testing"
)

func TestRejectsOfAResumedRun(t *testing.T) {
	dir := t.TempDir()
	path, rejects := filepath.Join(dir, "r.csv"), filepath.Join(dir, "rejects.csv")
	header := []string{"import_row", "Email", "Note", "import_error_code", "import_error"}
	s := begin(t, path, New, header...)
	must(t, s.Settle(Outcome{Line: Line{Row: 4, Status: Failed, ErrorCode: "x", Error: "a, \"b\"", At: noon}, Cells: []string{"9", "d@x.ie", "=1", "old", "old"}}))
	must(t, s.Settle(Outcome{Line: Line{Row: 2, Status: Failed, ErrorCode: "y", Error: "then mended", At: noon}, Cells: []string{"9", "b@x.ie", "", "old", "old"}}))
	must(t, s.Settle(Outcome{Line: Line{Row: 1, Status: Invalid, ErrorCode: "row_length", Error: "1 cell too many", At: noon}, Cells: []string{"9", "a@x.ie", "two", "cells", "old", "old"}}))
	must(t, s.Close())

	s = begin(t, path, Resume, header...)
	must(t, s.Settle(Outcome{Line: Line{Row: 4, Status: Failed, ErrorCode: "x", Error: "a, \"b\"", At: noon}, Cells: []string{"9", "d@x.ie", "=1", "old", "old"}}))
	must(t, s.Settle(created(2, "65f1", "9", "b@x.ie", "", "old", "old")))
	must(t, s.Settle(Outcome{Line: Line{Row: 1, Status: Invalid, ErrorCode: "row_length", Error: "1 cell too many", At: noon}, Cells: []string{"9", "a@x.ie", "two", "cells", "old", "old"}}))
	must(t, s.Settle(Outcome{Line: Line{Row: 3, Status: Invalid, ErrorCode: "z", Error: "short", At: noon}, Cells: []string{"9", "c@x.ie"}}))
	want := "Email,Note,import_error_code,import_error\n" +
		"a@x.ie,two,cells,row_length,1 cell too many\n" +
		"c@x.ie,,z,short\n" +
		"d@x.ie,=1,x,\"a, \"\"b\"\"\"\n"
	for _, finish := range []bool{false, true} {
		if finish {
			must(t, s.Finish())
		}
		n, err := s.WriteRejects(rejects)
		must(t, err)
		if got := read(t, rejects); n != 3 || got != want {
			t.Errorf("finished %v: %d rows\n%s", finish, n, got)
		}
	}
	if exists(rejects + tmp) {
		t.Error("a temporary file is left")
	}
}

func TestRejectsEmptyAndAborted(t *testing.T) {
	path := filepath.Join(t.TempDir(), "rejects.csv")
	r, err := NewRejects(path, []string{"Email"}, false)
	must(t, err)
	must(t, r.Add([]string{"a"}, "c", "m"))
	r.Abort()
	if exists(path) || exists(path+tmp) {
		t.Error("an aborted file is there")
	}
	r, err = NewRejects(path, []string{"Email"}, false)
	must(t, err)
	must(t, r.Commit())
	r.Abort()
	if got := read(t, path); got != "Email,import_error_code,import_error\n" {
		t.Errorf("got %q", got)
	}
}

func TestReadForeignShapes(t *testing.T) {
	dir := t.TempDir()
	path := filepath.Join(dir, "r.csv")
	for name, text := range map[string]string{
		"as written": "import_row,import_status,import_id,import_key,Email\n1,created,65f1,email:a,\" a\n\"\n",
		"BOM, CRLF":  "\uFEFFimport_row,import_status,import_id,import_key,Email\r\n1,created,65f1,email:a,\" a\n\"\r\n",
		"reordered":  "Email,import_key,import_id,import_status,import_row\n\" a\n\",email:a,65f1,created,1\n",
		"newer":      "import_row,import_new,import_status,import_id,import_key,Email\n1,x,created,65f1,email:a,\" a\n\"\n",
		"quoted":     "\"import_row\",\"import_status\",\"import_id\",\"import_key\",\"Email\"\n\"1\",\"created\",\"65f1\",\"email:a\",\" a\n\"\n",
		"torn":       "import_row,import_status,import_id,import_key,Email\n1,created,65f1,email:a,\" a\n\"\n2,created,65f2,email:b,b",
	} {
		must(t, os.WriteFile(path, []byte(text), 0o600))
		r, err := Read(path)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		l, cells, err := r.Next()
		if err != nil || l != (Line{Row: 1, Status: Created, ID: "65f1", Key: "email:a"}) || len(cells) != 1 || cells[0] != " a\n" {
			t.Errorf("%s: %+v, %q, %v", name, l, cells, err)
		}
		if _, _, err := r.Next(); err != io.EOF || r.Torn != (name == "torn") {
			t.Errorf("%s: end %v, torn %v", name, err, r.Torn)
		}
		r.Close()
	}
	// gocsv would take " import_id" for import_id.
	must(t, os.WriteFile(path, []byte("import_row,import_status,import_id,import_key, import_id,import_id \n1,created,65f1,email:a,other,another\n"), 0o600))
	r, err := Read(path)
	must(t, err)
	defer r.Close()
	if l, cells, err := r.Next(); err != nil || l.ID != "65f1" || len(cells) != 1 || cells[0] != "other" {
		t.Errorf("%+v, %q, %v", l, cells, err)
	}
}
