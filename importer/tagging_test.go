package importer_test

import (
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// TestTagsGoInLists: 50 leads a call, the last ones as soon as nothing else is
// to be sent.
func TestTagsGoInLists(t *testing.T) {
	each(t, func(t *testing.T, version string) {
		g := newTagged(t, version, 120)
		began := time.Now()
		g.good()
		if n := g.door.count("POST /tags"); n != 1+3 {
			t.Errorf("%d calls tagged 120 leads:\n%s", n, strings.Join(g.door.seen, "\n"))
		}
		if took := time.Since(began); took > 10*time.Second {
			t.Errorf("it took %v", took)
		}
		for _, s := range g.door.seen {
			if n := strings.Count(s, `"id"`); strings.HasPrefix(s, "POST /tags") && n > 50 {
				t.Errorf("%d leads in a list", n)
			}
		}
	})
}

// TestTagsDoNotWaitForOthers: while others are slow, a row waits a second for
// company and no longer.
func TestTagsDoNotWaitForOthers(t *testing.T) {
	inBubble(t, "", func(t *testing.T) {
		g := newTagged(t, "2.15", 4)
		var saved atomic.Int32
		g.door.next = answering(func(r *http.Request) (*http.Response, error) {
			if r.Method == http.MethodPost && r.URL.Path == "/contacts" {
				if saved.Add(1) > 2 {
					time.Sleep(5 * time.Second)
				}
			}
			return g.server.Transport().RoundTrip(r)
		})
		g.good()
		var first, list time.Time
		for i, s := range g.door.seen {
			switch {
			case strings.HasPrefix(s, "POST /contacts ") && first.IsZero():
				first = g.door.at[i]
			case strings.HasPrefix(s, "POST /tags ") && strings.Contains(s, "users") && list.IsZero():
				list = g.door.at[i]
			}
		}
		if wait := list.Sub(first); wait < time.Second || wait > 1500*time.Millisecond {
			t.Errorf("the first lead was tagged after %v", wait)
		}
	})
}

// TestListsThatAreNotTaken: an API of 2.x that refuses leads in a list, or
// takes the list and does nothing, gets each lead by itself.
func TestListsThatAreNotTaken(t *testing.T) {
	for _, answer := range []struct {
		status int
		text   string
		lists  int
	}{
		{404, refusal("not_found", "User Not Found"), 2},
		{200, `{"type":"tag","id":"17513","name":"newsletter"}`, 1},
	} {
		inBubble(t, answer.text, func(t *testing.T) {
			g := newTagged(t, "2.15", 180)
			g.door.answer = func(method, path, body string) (int, string) {
				if path == "/tags" && strings.Contains(body, "users") {
					return answer.status, answer.text
				}
				return 0, ""
			}
			g.good()
			if n := g.door.count(`POST /tags {"name":"newsletter","users"`); n != answer.lists {
				t.Errorf("%d lists were sent", n)
			}
		})
	}
}

// TestTagsThatMayNotBeRead: a token with the right to give tags and none to
// look at them does.
func TestTagsThatMayNotBeRead(t *testing.T) {
	inBubble(t, "", func(t *testing.T) {
		g := newTagged(t, "2.15", 60)
		g.door.answer = func(method, path, body string) (int, string) {
			if method == http.MethodGet && strings.HasSuffix(path, "/tags") {
				return 403, refusal("forbidden", "no such right")
			}
			return 0, ""
		}
		g.good()
		if n := g.door.count("POST /tags"); n != 3 {
			t.Errorf("%d calls tagged 60 leads", n)
		}
	})
}

// TestOneLeadIsRefused: the list that it is in fails, and only its row does.
// Resumed, it is not created again, and gets its tag when it can.
func TestOneLeadIsRefused(t *testing.T) {
	each(t, func(t *testing.T, version string) {
		g := newTagged(t, version, 60)
		bad := ""
		g.door.answer = func(method, path, body string) (int, string) {
			if bad == "" && strings.Contains(path, "/contacts") && method == http.MethodPost {
				return 0, ""
			}
			if strings.HasPrefix(path, "/tags") && strings.Contains(body, "users") && bad == "" {
				bad = strings.Split(strings.SplitAfter(body, `"id":"`)[7], `"`)[0]
			}
			if bad != "" && (path == "/tags" && strings.Contains(body, bad) || path == "/contacts/"+bad+"/tags" && method == http.MethodPost) {
				return 404, refusal("not_found", "User Not Found")
			}
			return 0, ""
		}
		if err := g.run(); err != nil {
			t.Fatal(err)
		}
		statuses := g.column("import_status")
		row := slices.Index(statuses, "failed")
		if row < 0 || slices.Contains(append(slices.Clone(statuses[:row]), statuses[row+1:]...), "failed") {
			t.Fatalf("not one row failed: %q", statuses)
		}
		if id, code, message := g.column("import_id")[row], g.column("import_error_code")[row], g.column("import_error")[row]; id != bad || code != "tag_failed" || message != `the tag "newsletter": User Not Found` || g.column("import_hash")[row] != "" {
			t.Errorf("%q, %q, %q", id, code, message)
		}
		bad = "nobody"
		g.good()
		if status := g.column("import_status")[row]; status != "created" {
			t.Errorf("resumed, the row is %s", status)
		}
	})
}
