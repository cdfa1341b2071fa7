package sandbox

import (
	"fmt"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestLeadListPages(t *testing.T) {
	r := open(t, Config{Version: "1.4"})
	var ids []string
	for i := range 120 {
		ids = append(ids, r.ok("POST", "/contacts", fmt.Sprintf(`{"email":"p%d@example.com"}`, i)).text("id"))
	}
	path, seen := "/contacts?email=", []string{}
	path = "/contacts"
	for pages := 1; ; pages++ {
		a := r.ok("GET", path, "")
		a.want("type", "contact.list", "pages.page", pages, "pages.per_page", 50, "pages.total_pages", 3, "total_count", 120, "limited", false)
		for _, c := range a.at("contacts").([]any) {
			seen = append(seen, c.(map[string]any)["id"].(string))
		}
		next, ok := a.at("pages.next").(string)
		if !ok {
			break
		}
		path = strings.TrimPrefix(next, "http://sandbox")
		if path == next {
			t.Fatalf("next is not absolute: %s", next)
		}
	}
	for i, id := range seen {
		if id != ids[len(ids)-1-i] {
			t.Fatalf("place %d holds %s: not newest first", i, id)
		}
	}
	if len(seen) != 120 {
		t.Errorf("%d of 120 leads were listed", len(seen))
	}
	r.ok("GET", "/contacts?per_page=5&order=asc", "").want("contacts.0.id", ids[0], "pages.total_pages", 24)
	r.ok("POST", "/contacts", `{"id":"`+ids[7]+`","last_request_at":1477660267}`)
	r.ok("GET", "/contacts?sort=last_request_at&per_page=1", "").want("contacts.0.id", ids[7])
	r.ok("GET", "/contacts?segment_id=7", "").want("total_count", 0)
	for _, bad := range []string{"per_page=51", "per_page=0", "page=x", "page=201&per_page=50", "order=up", "sort=shoe_size", "created_since=monday"} {
		if a := r.call("GET", "/contacts?"+bad, ""); a.status != 400 {
			t.Errorf("%s: %d", bad, a.status)
		}
	}
}

func TestCreatedSince(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := open(t, Config{Version: "1.4"})
		r.ok("POST", "/contacts", `{}`)
		time.Sleep(48 * time.Hour)
		r.ok("POST", "/contacts", `{}`)
		r.ok("GET", "/contacts?created_since=1", "").want("total_count", 1)
		r.ok("GET", "/contacts?created_since=3", "").want("total_count", 2)
	})
}

func TestScroll(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		r := open(t, Config{Version: "1.4"})
		for range 150 {
			r.ok("POST", "/contacts", `{}`)
		}
		first := r.ok("GET", "/contacts/scroll", "")
		if n := len(first.at("contacts").([]any)); n != 100 {
			t.Errorf("%d leads on a scroll page", n)
		}
		a := r.call("GET", "/contacts/scroll", "")
		if code, _ := a.failure(); code != "scroll_exists" || a.status != 423 {
			t.Errorf("a second scroll: %d %s", a.status, code)
		}
		next := "/contacts/scroll?scroll_param=" + first.text("scroll_param")
		if n := len(r.ok("GET", next, "").at("contacts").([]any)); n != 50 {
			t.Errorf("%d leads on the second page", n)
		}
		r.ok("GET", next, "").want("contacts", []any{})
		r.refused("GET", next, "", 404, "not_found", "scroll parameter not found") // its end closed it

		idle := "/contacts/scroll?scroll_param=" + r.ok("GET", "/contacts/scroll", "").text("scroll_param")
		time.Sleep(59 * time.Second)
		r.ok("GET", idle, "")
		time.Sleep(60 * time.Second)
		r.refused("GET", idle, "", 404, "not_found", "scroll parameter not found")
		r.ok("GET", "/contacts/scroll", "")
	})
}

func TestContactListCursor(t *testing.T) {
	r := open(t, Config{})
	for i := range 25 {
		r.ok("POST", "/contacts", fmt.Sprintf(`{"role":"lead","name":"%d"}`, i))
	}
	var names []string
	path := "/contacts"
	for {
		a := r.ok("GET", path, "")
		a.want("type", "list", "total_count", 25, "pages.per_page", 10, "pages.total_pages", 3)
		for i := range a.at("data").([]any) {
			names = append(names, a.text(fmt.Sprintf("data.%d.name", i)))
		}
		pages := a.at("pages").(map[string]any)
		next, ok := pages["next"].(map[string]any)
		if !ok {
			if _, there := pages["next"]; there {
				t.Error("next is there on the last page")
			}
			break
		}
		r.ok("POST", "/contacts", `{"role":"lead","name":"late"}`) // a newer one must not shift the pages
		r.ok("DELETE", "/contacts/"+r.s.people.all[len(r.s.people.all)-1].id, "")
		path = "/contacts?starting_after=" + url.QueryEscape(next["starting_after"].(string))
	}
	if len(names) != 25 || names[0] != "24" || names[24] != "0" {
		t.Errorf("listed %v", names)
	}
	r.refused("GET", "/contacts?starting_after=nonsense", "", 400, "client_error", "Invalid starting_after param")
	if a := r.call("GET", "/contacts?per_page=151", ""); a.status != 400 {
		t.Errorf("per_page=151: %d", a.status)
	}
	r.ok("GET", "/contacts?per_page=150&email=nobody%40example.com", "").want("total_count", 25) // no filter in 2.x
}

// The index lags behind writes; a read by id does not.
func TestLag(t *testing.T) {
	for _, version := range []string{"1.4", "2.15"} {
		synctest.Test(t, func(t *testing.T) {
			r := open(t, Config{Version: version, Lag: time.Minute})
			find := func(email string) string {
				if version == "1.4" {
					return r.ok("GET", "/contacts?email="+email, "").text("total_count")
				}
				return r.ok("POST", "/contacts/search", `{"query":{"field":"email","operator":"=","value":"`+email+`"}}`).text("total_count")
			}
			all := func() string { return r.ok("GET", "/contacts", "").text("total_count") }
			id := r.ok("POST", "/contacts", `{"role":"lead","email":"a@example.com"}`).text("id")
			r.ok("GET", "/contacts/"+id, "").want("email", "a@example.com")
			time.Sleep(time.Minute - time.Nanosecond)
			if find("a@example.com") != "0" || all() != "0" {
				t.Error("the index shows a lead before its time")
			}
			time.Sleep(time.Nanosecond)
			if find("a@example.com") != "1" || all() != "1" {
				t.Error("the index does not show a lead in time")
			}
			r.ok("PUT", "/contacts/"+id, `{"email":"b@example.com"}`)
			time.Sleep(30 * time.Second)
			r.ok("PUT", "/contacts/"+id, `{"email":"c@example.com"}`)
			check := func(when string, a, b, c string) {
				t.Helper()
				if got := find("a@example.com") + find("b@example.com") + find("c@example.com"); got != a+b+c {
					t.Errorf("%s: found %s, want %s", when, got, a+b+c)
				}
			}
			check("just after the updates", "1", "0", "0")
			time.Sleep(30 * time.Second)
			check("when the first is due", "0", "1", "0")
			time.Sleep(30 * time.Second)
			check("when both are", "0", "0", "1")
			r.ok("GET", "/contacts/"+id, "").want("email", "c@example.com")
		})
	}
}
