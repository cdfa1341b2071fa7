package importer_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"leadimport/client/sandbox"
	"leadimport/importer"
	"leadimport/importer/results"
)

// A full batch is looked up at a time, and no more requests are sent than were
// forecast, however many workers wait for something to do.
func TestMatchInBatches(t *testing.T) {
	for _, c := range []struct {
		version, route string
		lookUps        int64
	}{{"2.15", "POST /contacts/search", 3}, {"1.4", "GET /contacts", 40}} {
		inBubble(t, c.version, func(t *testing.T) {
			e := newEncounter(t, c.version, sandbox.Config{})
			e.mapping = "match: email\nattributes: {email: Email, name: Name}"
			e.text = "Email,Name\n"
			created := 0
			for i := range 40 {
				if email := fmt.Sprintf("p%d@example.com", i); i%2 == 0 {
					e.there("email", email)
				}
				e.text += fmt.Sprintf("p%d@example.com,New %d\n", i, i)
			}
			e.text += "P1@example.com,Last\n"
			if err := e.run(); err != nil {
				t.Fatal(err)
			}
			f := e.forecast
			if f.Create != 20 || f.Update != 21 || f.LookUp != 40 || f.LookUps != int(c.lookUps) || f.Calls != 41+20+f.LookUps {
				t.Errorf("forecast %+v", f)
			}
			if n := e.server.State().Counters.Routes[c.route]; n != c.lookUps {
				t.Errorf("%d look-ups, want %d", n, c.lookUps)
			}
			for _, l := range e.server.State().Contacts {
				if strings.HasPrefix(l.Name, "New") || l.Name == "Last" {
					created++
				}
			}
			if n := len(e.server.State().Contacts); n != 40 || created != 40 || e.result.Totals.Of(results.Updated) != 21 {
				t.Errorf("%d people, %d of them as the list says, %+v", n, created, e.result.Totals)
			}
		})
	}
}

// An archived contact is so by what the API shows of it, or by the conflict
// with a user whom the search does not show.
func TestMatchArchived(t *testing.T) {
	for _, c := range []struct{ policy, want string }{
		{"fail", "failed match_is_archived"}, {"skip", "skipped match_is_archived"}, {"update", "updated  "},
	} {
		for _, shown := range []bool{true, false} {
			inBubble(t, fmt.Sprint(c.policy, shown), func(t *testing.T) {
				e := newEncounter(t, "2.15", sandbox.Config{ArchivedInSearch: shown, ArchivedShown: shown})
				e.mapping = "match: {by: email, archived: " + c.policy + ", user: update}\nattributes: {email: Email, name: Name, role: Role}"
				e.text = "Email,Name,Role\nold@example.com,New,user\nboth@example.com,New,\n"
				old := e.there("email", "old@example.com", "role", "user")
				gone := e.there("email", "both@example.com")
				live := e.there("email", "both@example.com")
				for _, id := range []string{old, gone} {
					if err := e.api.Archive(context.Background(), id); err != nil {
						t.Fatal(err)
					}
				}
				if err := e.run(); err != nil {
					t.Fatal(err)
				}
				want := c.want
				if c.policy == "update" {
					want += old
				}
				e.want(want, "updated  "+live)
			})
		}
	}
}

// What is in doubt is looked up and recorded, whatever --only says; what was
// not created stays so when only updates are to be sent.
func TestOnlyAndDoubt(t *testing.T) {
	for _, c := range []struct {
		only    importer.Only
		applied bool
		want    []string
	}{
		{importer.OnlyUpdate, true, []string{"created", "skipped only_update", "skipped only_update"}},
		{importer.OnlyUpdate, false, []string{"skipped only_update", "skipped only_update", "skipped only_update"}},
		{importer.OnlyCreate, true, []string{"created", "created", "created"}},
		{importer.OnlyCreate, false, []string{"created", "created", "created"}},
	} {
		inBubble(t, fmt.Sprint(c.only, c.applied), func(t *testing.T) {
			e := newEncounter(t, "2.15", sandbox.Config{Lag: 5 * time.Second})
			e.mapping = "match: email\nattributes: {email: Email}"
			e.text = "Email\na@example.com\nb@example.com\nc@example.com\n"
			// The first run dies with its first create, before it is sent or when it
			// is answered: after who we are and the look-up.
			grave := shm(t)
			p := &process{dir: e.dir, grave: grave, at: 3, after: c.applied}
			p.ctx, p.kill = context.WithCancel(context.Background())
			e.ctx = p.ctx
			e.through = func(next http.RoundTripper) http.RoundTripper { p.next = next; return p }
			e.change = func(cfg *importer.Config) { cfg.Workers = 1 }
			if err := e.run(); err == nil || len(e.server.State().Contacts) == 0 == c.applied {
				t.Fatalf("it did not die as it should: %v", err)
			}
			e.dir, e.through, e.ctx = grave, nil, nil
			time.Sleep(time.Minute)
			e.change = func(cfg *importer.Config) { cfg.Only = c.only }
			if err := e.run(); err != nil {
				t.Fatal(err)
			}
			for i, line := range e.lines() {
				if !strings.HasPrefix(line, c.want[i]) {
					t.Errorf("row %d: %s, want %s", i+1, line, c.want[i])
				}
			}
		})
	}
}

type roundTrip func(*http.Request) (*http.Response, error)

func (f roundTrip) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// An attribute that is created by this run is nobody's yet; one that cannot be
// searched ends the run before it has sent anything.
func TestMatchByAttribute(t *testing.T) {
	inBubble(t, "new", func(t *testing.T) {
		e := newEncounter(t, "2.15", sandbox.Config{})
		e.mapping = "match: custom_attributes.crm\nkey: custom_attributes.crm\nattributes: {custom_attributes.crm: {column: CRM, type: string}}"
		e.text = "CRM\nc-1\n"
		e.change = func(cfg *importer.Config) { cfg.CreateAttributes = true }
		if err := e.run(); err != nil {
			t.Fatal(err)
		}
		if e.forecast.LookUp != 0 || e.server.State().Counters.Routes["POST /contacts/search"] != 0 {
			t.Errorf("%+v", e.forecast)
		}
		id := strings.Fields(e.lines()[0])[1]
		e.dir = shm(e.t)
		e.text = "CRM\nc-1\nc-2\n"
		if err := e.run(); err != nil {
			t.Fatal(err)
		}
		if l := e.lines(); l[0] != "updated  "+id || !strings.HasPrefix(l[1], "created") {
			t.Errorf("%q", l)
		}
	})
	inBubble(t, "refused", func(t *testing.T) {
		e := newEncounter(t, "2.15", sandbox.Config{Attributes: map[string]string{"crm": "string"}})
		e.mapping = "match: custom_attributes.crm\nattributes: {custom_attributes.crm: {column: CRM, type: string}, email: Email}"
		e.text = "CRM,Email\nc-1,a@example.com\n"
		e.through = func(next http.RoundTripper) http.RoundTripper {
			return roundTrip(func(r *http.Request) (*http.Response, error) {
				if strings.HasSuffix(r.URL.Path, "/search") {
					r.Body.Close()
					r = r.Clone(r.Context())
					r.Body = http.NoBody
				}
				return next.RoundTrip(r)
			})
		}
		err := e.run()
		var stopped *importer.StopError
		if !errors.As(err, &stopped) || stopped.Reason != importer.NothingSent || !strings.Contains(err.Error(), "looking contacts up by custom_attributes.crm: ") || !strings.Contains(err.Error(), "check match:") {
			t.Errorf("%v", err)
		}
		if _, err := os.Stat(filepath.Join(e.dir, resultsName)); !os.IsNotExist(err) {
			t.Error("a run that sent nothing has left its results")
		}
	})
}

// Rows that match several count as refused.
func TestMatchAndMaxErrors(t *testing.T) {
	inBubble(t, "", func(t *testing.T) {
		e := newEncounter(t, "1.4", sandbox.Config{})
		e.mapping = "match: email\nattributes: {email: Email}"
		e.text = "Email\n"
		for i := range 9 {
			email := fmt.Sprintf("p%d@example.com", i)
			e.there("email", email)
			e.there("email", email)
			e.text += email + "\n"
		}
		e.change = func(cfg *importer.Config) { cfg.MaxErrors, cfg.Workers = importer.MaxErrors{Set: true, Rows: 2}, 1 }
		var stopped *importer.StopError
		if err := e.run(); !errors.As(err, &stopped) || stopped.Reason != importer.TooManyErrors {
			t.Errorf("%v", err)
		}
		if n := e.result.Totals.Of(results.Failed); n != 3 {
			t.Errorf("%d failed, want 3", n)
		}
	})
}

// A run that died while it updated whom it had found, by a row whose key
// others share, goes on with that contact: it was there before the run, so no
// create of it can be in doubt, even if it is only a second older.
func TestMatchAfterCrash(t *testing.T) {
	for _, version := range []string{"1.4", "2.15"} {
		inBubble(t, version, func(t *testing.T) {
			e := newEncounter(t, version, sandbox.Config{})
			e.mapping = "match: email\nattributes: {email: Email, name: Name}"
			e.text = "Email,Name\njoe@example.com,One\njoe@example.com,Two\n"
			joe := e.there("email", "joe@example.com")
			grave := shm(t)
			p := &process{dir: e.dir, grave: grave, after: true, at: 4} // who we are, the look-up, the read, the first update
			p.ctx, p.kill = context.WithCancel(context.Background())
			e.ctx = p.ctx
			e.through = func(next http.RoundTripper) http.RoundTripper { p.next = next; return p }
			if err := e.run(); err == nil || !p.dead {
				t.Fatalf("it did not die: %v", err)
			}
			if c := e.server.State().Contacts; len(c) != 1 || c[0].Name != "One" {
				t.Fatalf("the first run left %+v", c)
			}
			e.dir, e.through, e.ctx = grave, nil, nil
			if err := e.run(); err != nil {
				t.Fatal(err)
			}
			e.want("updated  "+joe, "updated  "+joe)
			if c := e.server.State().Contacts; len(c) != 1 || c[0].Name != "Two" {
				t.Errorf("%+v", c)
			}
		})
	}
}
