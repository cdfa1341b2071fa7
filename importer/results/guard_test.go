package results

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

func FuzzGuard(f *testing.F) {
	for _, cell := range []string{"", "=1", "'=1", "''=1", "'", "''", "'a", "a", "\t", "'\r", "-"} {
		f.Add(cell)
	}
	f.Fuzz(func(t *testing.T, cell string) {
		safe := Guard(cell)
		if Unguard(safe) != cell {
			t.Errorf("%q became %q and then %q", cell, safe, Unguard(safe))
		}
		if safe != "" && strings.IndexByte(formula, safe[0]) >= 0 {
			t.Errorf("%q became %q", cell, safe)
		}
	})
}

// TestExcelSafe guards every column, and reads all of it back as it was.
func TestExcelSafe(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.csv")
	s, err := Open(path, New)
	must(t, err)
	defer s.Close()
	s.ExcelSafe = true
	header := []string{"Email", "=Phone"}
	must(t, s.Begin(Meta{}, header))
	one := Line{Row: 1, Status: Failed, ID: "=1+1", UserID: "@u", ErrorCode: "-code", Error: "=HYPERLINK()", RequestID: "+r", Key: "=email:a", Workspace: "-ws", At: noon}
	must(t, s.Settle(Outcome{Line: one, Cells: []string{"@a", "'+353", "-extra"}}))
	must(t, s.Settle(Outcome{Line: Line{Row: 2, Status: Created, ID: "1", At: noon}, Cells: []string{"\ttab", "\rcr"}}))
	_, err = s.WriteRejects(path + ".rejects")
	must(t, err)
	must(t, s.Finish())
	must(t, s.Close())
	got := read(t, path)
	for _, cell := range []string{"Email,'=Phone\n", "1,failed,'=1+1,'@u,'-code,'=HYPERLINK(),", ",'+r,", ",'=email:a,", ",'-ws,,'@a,''+353\n", ",'\ttab,\"'\rcr\"\n"} {
		if !strings.Contains(got, cell) {
			t.Errorf("%q is not in\n%s", cell, got)
		}
	}
	if got := read(t, path+".rejects"); got != "Email,'=Phone,import_error_code,import_error\n'@a,''+353,'-extra,'-code,'=HYPERLINK()\n" {
		t.Errorf("rejects are\n%s", got)
	}
	again, err := Open(path, Resume)
	must(t, err)
	defer again.Close()
	e := whatIsFound(t, again)
	l, cells, err := e.Line(e.places[1])
	if err != nil || l != one || !slices.Equal(cells, []string{"@a", "'+353"}) || !slices.Equal(e.Columns(), header) {
		t.Errorf("%+v, %q under %q, %v", l, cells, e.Columns(), err)
	}
	again.ExcelSafe = true
	must(t, again.Begin(Meta{}, header))
	if read(t, path) != got {
		t.Errorf("the file was written anew:\n%s", read(t, path))
	}
}

// TestExcelSafeFromNowOn guards the lines of the runs before, too, and frees
// them again, once each.
func TestExcelSafeFromNowOn(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r.csv")
	s := begin(t, path, New, "Email", "Note")
	must(t, s.Settle(created(1, "65f1", "+a@x.ie", "'=1")))
	must(t, s.Finish())
	must(t, s.Close())
	plain := read(t, path)
	for _, test := range []struct {
		safe bool
		want string
	}{{true, ",ws,,'+a@x.ie,''=1\n"}, {true, ",ws,,'+a@x.ie,''=1\n"}, {false, ",ws,,+a@x.ie,'=1\n"}, {false, ",ws,,+a@x.ie,'=1\n"}} {
		s, err := Open(path, Resume)
		must(t, err)
		e := whatIsFound(t, s)
		s.ExcelSafe = test.safe
		must(t, s.Begin(Meta{}, []string{"Email", "Note"}))
		if _, cells, err := e.Line(e.places[1]); err != nil || !slices.Equal(cells, []string{"+a@x.ie", "'=1"}) {
			t.Errorf("safe %v: %q, %v", test.safe, cells, err)
		}
		must(t, s.Keep(1, e.places[1], nil))
		must(t, s.Finish())
		must(t, s.Close())
		if got := read(t, path); !strings.HasSuffix(got, test.want) {
			t.Errorf("safe %v:\n%s", test.safe, got)
		}
	}
	if read(t, path) != plain {
		t.Errorf("it is not what it was:\n%s", read(t, path))
	}
}

func TestWhatTheServerSaysIsCleaned(t *testing.T) {
	l := Line{ID: "a\x1b[2Jb", UserID: "u\u0085", ErrorCode: "c\x00", Error: "one\ntwo\u202ethree é", RequestID: "\r", Key: "email:a\nb", Workspace: "w\t"}.normal()
	want := Line{ID: "a [2Jb", UserID: "u ", ErrorCode: "c ", Error: "one twothree é", RequestID: " ", Key: "email:a\nb", Workspace: "w "}
	if l != want {
		t.Errorf("%+v", l)
	}
}
