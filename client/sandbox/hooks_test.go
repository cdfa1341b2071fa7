package sandbox

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

// What becomes of a person between two nights, as both families tell it.
func TestHooks(t *testing.T) {
	for _, c := range []struct {
		name        string
		do          func(s *Server, lead, user string) error
		read        map[string]string // version: what GET /contacts/{id} of the lead answers
		user        string            // what a create of a user with the lead's e-mail address answers, once the lead is a user
		found       int               // by e-mail in 2.15, after the lag
		leadsListed int               // in 1.4, after the lag
	}{
		{"archive", func(s *Server, lead, user string) error { return s.Archive(lead) }, map[string]string{"1.4": "404", "2.15": "lead", "2.16": "lead"}, "created", 0, 0},
		{"delete", func(s *Server, lead, user string) error { return s.Delete(lead) }, map[string]string{"1.4": "404", "2.15": "404", "2.16": "404"}, "created", 0, 0},
		{"convert", func(s *Server, lead, user string) error { return s.Convert(lead) }, map[string]string{"1.4": "404", "2.15": "user", "2.16": "user"}, "A contact matching those details already exists with id=LEAD", 1, 0},
		{"merge", func(s *Server, lead, user string) error { return s.Merge(lead, user) }, map[string]string{"1.4": "404", "2.15": "404", "2.16": "410"}, "A contact matching those details already exists with id=USER", 1, 0},
		{"archive a user", func(s *Server, lead, user string) error {
			s.Convert(lead)
			return s.Archive(lead)
		}, map[string]string{"1.4": "404", "2.15": "user", "2.16": "user"}, "An archived contact matching those details already exists with id=LEAD", 0, 0},
		{"delete a user", func(s *Server, lead, user string) error {
			s.Convert(lead)
			return s.Delete(lead)
		}, map[string]string{"1.4": "404", "2.15": "404", "2.16": "404"}, "created", 0, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				r := open(t, Config{Lag: time.Minute})
				lead := r.ok("POST", "/contacts", `{"role":"lead","email":"joe@example.com","phone":"+353871234567"}`).text("id")
				user := r.s.SignUp("user", "", "Joe")
				time.Sleep(time.Hour)
				if err := c.do(r.s, lead, user); err != nil {
					t.Fatal(err)
				}
				for version, want := range c.read {
					r.version = version
					a := r.call("GET", "/contacts/"+lead, "")
					got := strconv.Itoa(a.status)
					if a.status == 200 {
						got = fmt.Sprint(a.json["role"])
					}
					if got != want {
						t.Errorf("%s: GET answers %d %s, want %s", version, a.status, a.body, want)
					}
					if a.status == 410 && a.header.Get("Link") != "</contacts/"+user+`>; rel="canonical"` {
						t.Errorf("Link: %q", a.header.Get("Link"))
					}
				}
				r.version = "2.15"
				const query = `{"query":{"field":"phone","operator":"=","value":"+353871234567"}}`
				r.ok("POST", "/contacts/search", query).want("total_count", 1, "data.0.id", lead, "data.0.role", "lead") // the index lags
				time.Sleep(time.Minute)
				r.ok("POST", "/contacts/search", query).want("total_count", c.found)
				r.version = "1.4"
				r.ok("GET", "/contacts?email=joe%40example.com", "").want("total_count", c.leadsListed)
				r.version = "2.15"
				want := strings.NewReplacer("LEAD", lead, "USER", user).Replace(c.user)
				if want == "created" {
					r.ok("POST", "/contacts", `{"email":"joe@example.com"}`)
				} else {
					r.refused("POST", "/contacts", `{"email":"joe@example.com"}`, 409, "conflict", want)
				}
				st := r.s.State()
				if into := st.Merged[lead]; (into == user) != (c.name == "merge") {
					t.Errorf("merged: %v", st.Merged)
				}
				if n := len(st.Writes); n != 2 {
					t.Errorf("%d writes are in the log, want those of requests, 2", n)
				}
			})
		})
	}
}

func TestHooksRefuse(t *testing.T) {
	r := open(t, Config{})
	user := r.s.SignUp("user", "ann@example.com", "")
	for name, err := range map[string]error{
		"archive": r.s.Archive("nobody"), "delete": r.s.Delete("nobody"), "convert": r.s.Convert(user), "merge": r.s.Merge(user, user), "merge into nobody": r.s.Merge(r.s.SignUp("lead", "", "x"), "nobody"),
	} {
		if err == nil {
			t.Errorf("%s was done", name)
		}
	}
}

// A create whose answer was lost, and sent again: a user conflicts with itself.
func TestConflictAfterALostAnswer(t *testing.T) {
	r := open(t, Config{Lag: time.Hour, Faults: Faults{LostApplied: 1}})
	r.rt.RoundTrip(r.request("POST", "/contacts", `{"email":"joe@example.com"}`))
	r.s.SetFaults(Faults{})
	id := r.s.State().Contacts[0].ID
	r.ok("POST", "/contacts/search", `{"query":{"field":"email","operator":"=","value":"joe@example.com"}}`).want("total_count", 0)
	r.refused("POST", "/contacts", `{"email":"joe@example.com"}`, 409, "conflict", "A contact matching those details already exists with id="+id)
}

// Pages that are too large end as a gateway ends them; smaller ones do not.
func TestMaxPage(t *testing.T) {
	for _, version := range []string{"1.4", "2.15"} {
		r := open(t, Config{Version: version, MaxPage: 20000})
		for range 40 {
			r.ok("POST", "/contacts", `{"role":"lead"}`)
		}
		for _, c := range []struct {
			path, body string
			status     int
		}{
			{"/contacts?per_page=40", "", 502},
			{"/contacts?per_page=5", "", 200},
			{"/contacts/search", `{"query":{"field":"role","operator":"=","value":"lead"}}`, 502},
			{"/contacts/search", `{"query":{"field":"role","operator":"=","value":"lead"},"pagination":{"per_page":5}}`, 200},
		} {
			method := "GET"
			if c.body != "" {
				method = "POST"
				if version == "1.4" {
					continue
				}
			}
			if a := r.call(method, c.path, c.body); a.status != c.status || c.status == 502 && !strings.HasPrefix(string(a.body), "<html>") {
				t.Errorf("%s %s: %d %.80s", version, c.path, a.status, a.body)
			}
		}
		if n := r.s.State().Counters.Faults["too-large"]; n == 0 {
			t.Error("too large pages are not counted")
		}
	}
}
