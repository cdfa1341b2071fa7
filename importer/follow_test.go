package importer_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"leadimport/importer"
)

// TestCompanyIsRefused: the rows that name it fail, and no other.
func TestCompanyIsRefused(t *testing.T) {
	for _, refused := range []string{`POST /companies`, `/companies {"id"`} {
		inBubble(t, refused, func(t *testing.T) {
			g := newTagged(t, "2.15", 12)
			for i := range g.rows {
				g.rows[i].Company = []string{"good", "bad", ""}[i%3]
			}
			mended, id := false, ""
			g.door.answer = func(method, path, body string) (int, string) {
				switch {
				case mended || method != http.MethodPost || !strings.HasSuffix(path, "/companies"):
				case path == "/companies" && strings.Contains(body, `"bad"`) && strings.HasPrefix(refused, "POST"):
					return 400, refusal("bad_request", "bad 'name' parameter")
				case path != "/companies" && !strings.HasPrefix(refused, "POST") && id == "":
					id = body // of whichever company comes first
					fallthrough
				case path != "/companies" && body == id:
					return 400, refusal("contact_company_limit_exceeded", "Contact has reached the maximum of 1000 company associations")
				}
				return 0, ""
			}
			if err := g.run(); err != nil {
				t.Fatal(err)
			}
			failed := 0
			for i, status := range g.column("import_status") {
				if status != "failed" {
					continue
				}
				failed++
				if g.rows[i].Company == "" || g.column("import_error_code")[i] != "company_failed" || !strings.HasPrefix(g.column("import_error")[i], "the company ") || g.column("import_id")[i] == "" {
					t.Errorf("row %d failed: %s", i+1, g.column("import_error")[i])
				}
			}
			if failed != 4 {
				t.Errorf("%d rows failed: %q", failed, g.column("import_status"))
			}
			if n := g.door.count(`POST /companies {"company_id":"bad"`); n != 1 {
				t.Errorf("a company is saved once, whatever the answer, not %d times", n)
			}
			mended = true
			g.good()
		})
	}
}

// TestEverythingIsRefused: a company mapping that no company fits stops the
// run at the twentieth row, and loses nobody.
func TestEverythingIsRefused(t *testing.T) {
	inBubble(t, "", func(t *testing.T) {
		g := newTagged(t, "2.15", 300)
		for i := range g.rows {
			g.rows[i].Company = fmt.Sprint("c", i)
		}
		mended := false
		g.door.answer = func(method, path, body string) (int, string) {
			if path == "/companies" && !mended {
				return 400, refusal("bad_request", "bad 'name' parameter")
			}
			return 0, ""
		}
		g.stopped(importer.TooManyErrors, "for the first 20 rows")
		if n := len(g.server.State().Contacts); n > 60 {
			t.Errorf("%d leads were created before", n)
		}
		mended = true
		g.good()
		if n := len(g.server.State().Contacts); n != 300 {
			t.Errorf("there are %d leads", n)
		}
	})
}

// TestTagThatCannotBeMade: nobody is created, and no file is left.
func TestTagThatCannotBeMade(t *testing.T) {
	for status, want := range map[int]importer.Reason{400: importer.NothingSent, 401: importer.Unauthorised, 403: importer.Unauthorised} {
		inBubble(t, "", func(t *testing.T) {
			g := newTagged(t, "1.4", 3)
			g.door.answer = func(method, path, body string) (int, string) {
				if path == "/tags" {
					return status, refusal("x", "no such right")
				}
				return 0, ""
			}
			g.stopped(want, "no such right")
			if len(g.server.State().Contacts) != 0 {
				t.Error("somebody was created")
			}
			if _, err := os.Stat(filepath.Join(g.dir, resultsName)); err == nil {
				t.Error("there are results")
			}
			g.door.answer = nil
			g.good()
		})
	}
}

// TestTagsStopAndGoOn: the token loses a right, or the API goes away, between
// the saves and the tags. No row is blamed, and the resume creates nobody.
func TestTagsStopAndGoOn(t *testing.T) {
	for status, want := range map[int]importer.Reason{403: importer.Unauthorised, 503: importer.Unavailable} {
		each(t, func(t *testing.T, version string) {
			g := newTagged(t, version, 10)
			g.door.answer = func(method, path, body string) (int, string) {
				if strings.Contains(body, "users") || status == 503 && path == "/me" && strings.Contains(strings.Join(g.door.seen, " "), "users") {
					return status, refusal("x", "not now")
				}
				return 0, ""
			}
			g.stopped(want, "not now")
			if lines := g.column("import_row"); len(lines) != 0 {
				t.Errorf("rows %q have a line", lines)
			}
			g.door.answer = nil
			before := g.door.count("POST /contacts {")
			g.good()
			if n := g.door.count("POST /contacts {") - before; n != 0 {
				t.Errorf("%d leads were sent again", n)
			}
		})
	}
}

// TestTagsKeepTheirDay: a run that is resumed on another day gives the tag of
// the first, also when the mapping has another tag beside.
func TestTagsKeepTheirDay(t *testing.T) {
	each(t, func(t *testing.T, version string) {
		g := newTagged(t, version, 10)
		g.tags = []string{"import {date}"}
		g.door.answer = func(method, path, body string) (int, string) {
			if strings.Contains(body, "users") {
				return 403, refusal("x", "not now")
			}
			return 0, ""
		}
		g.stopped(importer.Unauthorised, "not now")
		time.Sleep(30 * time.Hour)
		g.door.answer = nil
		g.tags = []string{"import {date}", "of {date}"}
		g.good() // the judge knows the day on which time began
	})
}

// TestCompaniesAreSavedOnce: rows of one company wait for its first save.
func TestCompaniesAreSavedOnce(t *testing.T) {
	inBubble(t, "", func(t *testing.T) {
		g := newTagged(t, "2.15", 100)
		for i := range g.rows {
			g.rows[i].Company = fmt.Sprint("c", i%3)
		}
		g.good()
		if n := g.door.count("POST /companies"); n != 3 {
			t.Errorf("3 companies were saved %d times", n)
		}
		if n := g.door.count("POST /contacts/") - g.door.count("POST /contacts/search"); n != 100 {
			t.Errorf("100 leads were attached %d times", n)
		}
	})
}

// TestUndoAfterLateTags: a tag that a resume gave hours later is the run's own
// doing, and no reason to keep a lead.
func TestUndoAfterLateTags(t *testing.T) {
	each(t, func(t *testing.T, version string) {
		g := newTagged(t, version, 4)
		g.rows[3].Email = g.rows[0].Email
		g.door.answer = func(method, path, body string) (int, string) {
			if strings.Contains(body, "users") {
				return 403, refusal("x", "not now")
			}
			return 0, ""
		}
		g.stopped(importer.Unauthorised, "not now")
		if take, keep := g.undo(); take != 3 || keep != 0 {
			t.Errorf("unfinished: %d to be taken back, %d kept", take, keep)
		}
		time.Sleep(5 * time.Hour)
		g.door.answer = nil
		g.good()
		if take, keep := g.undo(); take != 3 || keep != 0 {
			t.Errorf("finished: %d to be taken back, %d kept", take, keep)
		}
	})
}

// TestForecastOfCalls holds what check says against what a run sends.
func TestForecastOfCalls(t *testing.T) {
	for _, n := range []int{1, 49, 50, 51, 101} {
		each(t, func(t *testing.T, version string) {
			g := newTagged(t, version, n)
			for i := range g.rows {
				g.rows[i].Company = []string{"a", "b", ""}[i%3]
			}
			g.tags = []string{"one", "two"}
			g.good()
			sent := 0
			for _, s := range g.door.seen {
				if strings.HasPrefix(s, "POST /contacts") && !strings.Contains(s, "/search") || strings.HasPrefix(s, "POST /tags") || strings.HasPrefix(s, "POST /companies") {
					sent++
				}
			}
			if f := g.forecast.Calls; f > sent || f < sent-4 {
				t.Errorf("%d rows: %d calls were foretold and %d sent", n, f, sent)
			}
		})
	}
}
