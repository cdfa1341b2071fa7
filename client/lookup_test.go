package client_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"leadimport/client"
	"leadimport/client/sandbox"
)

// sandboxed runs f with a client of an embedded API in virtual time.
func sandboxed(t *testing.T, v client.Version, cfg sandbox.Config, f func(*testing.T, *client.Client, *sandbox.Server)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		server, err := sandbox.New(cfg)
		if err != nil {
			t.Fatal(err)
		}
		c, err := client.New(client.Config{
			BaseURL:   "https://sandbox.example.com",
			Version:   v,
			Token:     client.NewToken(server.Token()),
			Transport: server.Transport(),
		})
		if err != nil {
			t.Fatal(err)
		}
		f(t, c, server)
	})
}

func families(t *testing.T, f func(*testing.T, client.Version)) {
	for _, v := range []client.Version{client.Version1, client.Version2} {
		t.Run(v.String(), func(t *testing.T) { f(t, v) })
	}
}

func save(t *testing.T, c *client.Client, lead client.Lead) client.Contact {
	t.Helper()
	answer, err := c.Save(background, lead, nil)
	if err != nil {
		t.Fatal(err)
	}
	return answer.Contact
}

func ids(list []client.Contact) (out []string) {
	for _, c := range list {
		out = append(out, c.ID)
	}
	slices.Sort(out)
	return out
}

func TestWorkspace(t *testing.T) {
	families(t, func(t *testing.T, v client.Version) {
		sandboxed(t, v, sandbox.Config{Workspace: "ecahpwf5", Timezone: "Europe/Dublin", Region: "EU"}, func(t *testing.T, c *client.Client, s *sandbox.Server) {
			w, err := c.Me(background)
			if err != nil || w.ID != "ecahpwf5" || w.Timezone != "Europe/Dublin" || w.Admin == "" {
				t.Errorf("%+v, %v", w, err)
			}
			s.Revoke("token_revoked")
			if _, err := c.Me(background); kindOf(err) != client.Unauthorised || codeOf(err) != "token_revoked" {
				t.Error(err)
			}
		})
	})
}

func TestSaveAndFind(t *testing.T) {
	families(t, func(t *testing.T, v client.Version) {
		sandboxed(t, v, sandbox.Config{Lag: 2 * time.Minute}, func(t *testing.T, c *client.Client, s *sandbox.Server) {
			lead := client.Lead{Fields: []client.Field{field("email", "Jane@Example.com"), field("name", "Jane"), field("phone", "+35312345678")}}
			made := save(t, c, lead)
			if got, found, err := c.Contact(background, made.ID); err != nil || !found || got.Email != "jane@example.com" || got.Name != "Jane" {
				t.Errorf("by id: %+v %v %v", got, found, err)
			}
			if l := made.Compare(lead, []string{"email", "name", "phone", "custom_attributes.n"}); l != client.Exact {
				t.Errorf("%+v is what was sent: %d", made, l)
			}
			if v == client.Version1 {
				if got, err := c.Holds(background, client.Lead{UserID: made.UserID}); err != nil || got.Contact.ID != made.ID {
					t.Errorf("by user_id: %+v %v", got, err)
				}
				var no *client.Error
				if _, err := c.Holds(background, client.Lead{UserID: "unknown"}); !errors.As(err, &no) || no.Status != 404 {
					t.Errorf("by an unknown user_id: %v", err)
				}
			}
			if list, err := c.ByEmail(background, []string{"Jane@Example.com"}); err != nil || len(list) != 0 {
				t.Errorf("before the index has caught up: %+v %v", list, err)
			}
			time.Sleep(3 * time.Minute)
			twin := save(t, c, lead)
			time.Sleep(3 * time.Minute)
			list, err := c.ByEmail(background, []string{"Jane@Example.com", "nobody@example.com", ""})
			want := []string{made.ID, twin.ID}
			slices.Sort(want)
			if err != nil || !slices.Equal(ids(list), want) {
				t.Errorf("by e-mail: %v, want %v, %v", ids(list), want, err)
			}
			if _, found, err := c.Contact(background, "6762f0dd1bb69f9f2193bb83"); err != nil || found {
				t.Errorf("an unknown id: %v %v", found, err)
			}
			for _, id := range []string{"", ".", ".."} {
				if _, found, err := c.Contact(background, id); err != nil || found {
					t.Errorf("id %q: %v %v", id, found, err)
				}
			}
			save(t, c, client.Lead{ID: made.ID, Fields: []client.Field{field("name", "Janet")}})
			if got, _, _ := c.Contact(background, made.ID); got.Name != "Janet" || got.Email != "jane@example.com" {
				t.Errorf("after an update: %+v", got)
			}
			if _, err := c.Save(background, client.Lead{ID: "6762f0dd1bb69f9f2193bb83", Fields: lead.Fields}, nil); kindOf(err) != client.Refused {
				t.Errorf("an update of an unknown id: %v", err)
			}
			for _, con := range s.State().Contacts {
				if con.Role != "lead" {
					t.Errorf("%s is a %s", con.ID, con.Role)
				}
			}
		})
	})
}

func TestByEmailAsksForMany(t *testing.T) {
	families(t, func(t *testing.T, v client.Version) {
		sandboxed(t, v, sandbox.Config{}, func(t *testing.T, c *client.Client, s *sandbox.Server) {
			var emails, want []string
			for i := range 40 {
				emails = append(emails, fmt.Sprintf("p%d@example.com", i))
				if i%3 == 0 {
					want = append(want, save(t, c, client.Lead{Fields: []client.Field{field("email", emails[i])}}).ID)
				}
			}
			before := c.Stats().Calls
			list, err := c.ByEmail(background, emails)
			slices.Sort(want)
			if err != nil || !slices.Equal(ids(list), want) {
				t.Errorf("%d found, want %d: %v", len(list), len(want), err)
			}
			calls := c.Stats().Calls - before
			if most := map[client.Version]int64{client.Version1: 40, client.Version2: 3}[v]; calls > most {
				t.Errorf("%d requests, want at most %d", calls, most)
			}
		})
	})
}

func TestByAttribute(t *testing.T) {
	cfg := sandbox.Config{Attributes: map[string]string{"row": "string", "n": "integer"}}
	sandboxed(t, client.Version2, cfg, func(t *testing.T, c *client.Client, s *sandbox.Server) {
		made := save(t, c, client.Lead{Fields: []client.Field{field("phone", "+35312345678"), field("custom_attributes.row", "abc"), {Name: "custom_attributes.n", Value: client.Integer(7)}}})
		save(t, c, jane)
		for _, f := range []client.Field{field("phone", "+35312345678"), field("custom_attributes.row", "abc"), {Name: "custom_attributes.n", Value: client.Integer(7)}} {
			if list, err := c.ByAttribute(background, f.Name, f.Value); err != nil || len(list) != 1 || list[0].ID != made.ID {
				t.Errorf("%s: %+v %v", f.Name, list, err)
			}
		}
		many := []client.Value{client.Integer(7)}
		for i := range 20 {
			many = append(many, client.Integer(int64(100+i)))
		}
		other := save(t, c, client.Lead{Fields: []client.Field{{Name: "custom_attributes.n", Value: client.Integer(119)}}})
		before := c.Stats().Calls
		want := []string{made.ID, other.ID}
		slices.Sort(want)
		if list, err := c.ByAttribute(background, "custom_attributes.n", append(many, many[0])...); err != nil || !slices.Equal(ids(list), want) || c.Stats().Calls-before != 2 {
			t.Errorf("many values: %v, want %v by 2 requests, %v", ids(list), want, err)
		}
		if list, err := c.ByAttribute(background, "custom_attributes.row", client.String("x")); err != nil || len(list) != 0 {
			t.Errorf("%+v %v", list, err)
		}
	})
	c, s := scripted(t, client.Version1, nil)
	if _, err := c.ByAttribute(background, "phone", client.String("1")); kindOf(err) != client.Refused || s.requests() != 0 {
		t.Error(err)
	}
}

func TestCreatedBetween(t *testing.T) {
	families(t, func(t *testing.T, v client.Version) {
		sandboxed(t, v, sandbox.Config{Timezone: "Pacific/Kiritimati"}, func(t *testing.T, c *client.Client, s *sandbox.Server) {
			time.Sleep(20 * time.Hour) // days turn on the way
			var all []string
			var at []time.Time
			for range 400 {
				all = append(all, save(t, c, jane).ID)
				at = append(at, time.Now())
				time.Sleep(5 * time.Minute)
			}
			from, to := at[100], at[300]
			var got []string
			complete, err := c.CreatedBetween(background, from, to, func(con client.Contact) bool {
				got = append(got, con.ID)
				return true
			})
			want := slices.Clone(all[100:301])
			slices.Sort(want)
			slices.Sort(got)
			if err != nil || !complete || !slices.Equal(got, want) {
				t.Errorf("%d contacts, want %d; complete %v, %v", len(got), len(want), complete, err)
			}
			n := 0
			complete, err = c.CreatedBetween(background, from, to, func(client.Contact) bool { n++; return n < 5 })
			if err != nil || complete || n != 5 {
				t.Errorf("stopped after %d; complete %v, %v", n, complete, err)
			}
		})
	})
}

// pages1x is a 1.x list of n leads, one a second, newest first, that ends
// after deep of them.
type pages1x struct {
	n, deep int
	newest  time.Time
	scroll  step // what a scroll answers; nil: all leads
	pages   atomic.Int64
}

func (p *pages1x) answer(req *http.Request) (*http.Response, error) {
	q := req.URL.Query()
	item := func(i int) string {
		return fmt.Sprintf(`{"type":"contact","id":"c%d","created_at":%d}`, i, p.newest.Add(-time.Duration(i)*time.Second).Unix())
	}
	var items []string
	if strings.HasSuffix(req.URL.Path, "/scroll") {
		if p.scroll != nil {
			return p.scroll(req)
		}
		var from int
		fmt.Sscan(q.Get("scroll_param"), &from)
		for i := from; i < min(from+100, p.n); i++ {
			items = append(items, item(i))
		}
		return says(200, fmt.Sprintf(`{"type":"contact.list","scroll_param":"%d","contacts":[%s]}`, from+len(items), strings.Join(items, ",")))(req)
	}
	p.pages.Add(1)
	var page int
	fmt.Sscan(q.Get("page"), &page)
	if q.Get("order") != "desc" || q.Get("sort") != "created_at" || q.Get("per_page") != "50" {
		return says(400, apiError("parameter_invalid", "sort"))(req)
	}
	if page*50 > p.deep {
		return says(400, apiError("parameter_invalid", "too deep"))(req)
	}
	for i := (page - 1) * 50; i < min(page*50, p.n); i++ {
		items = append(items, item(i))
	}
	next := `"https://api.intercom.io/contacts?page=n"`
	if page*50 >= p.n {
		next = "null"
	}
	return says(200, fmt.Sprintf(`{"type":"contact.list","contacts":[%s],"pages":{"type":"pages","next":%s,"page":%d,"per_page":50,"total_pages":%d}}`, strings.Join(items, ","), next, page, (p.n+49)/50))(req)
}

func TestCreatedBetweenListsWhatItMust(t *testing.T) {
	for _, tt := range []struct {
		name     string
		leads    int
		deep     int
		scroll   step
		from, to int // seconds before the newest
		want     int
		complete bool
		pages    int64
	}{
		{"near the top", 5000, 10000, nil, 120, 100, 21, true, 4},
		{"all of a short list", 130, 10000, nil, 1000, 0, 130, true, 3},
		{"none", 0, 10000, nil, 100, 0, 0, true, 1},
		{"beyond the list, by a scroll", 10500, 10000, nil, 10400, 10300, 101, true, 200},
		{"beyond an early end, by a scroll", 5000, 1000, nil, 2000, 1900, 101, true, 21},
		{"somebody else scrolls", 10500, 10000, says(423, apiError("scroll_exists", "scroll already exists")), 10400, 10300, 0, false, 200},
		{"a page of the scroll is lost", 10500, 10000, lost, 10400, 10300, 0, false, 200},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				now := time.Now()
				p := &pages1x{n: tt.leads, deep: tt.deep, newest: now, scroll: tt.scroll}
				c, _ := scripted(t, client.Version1, []step{p.answer})
				got := map[string]bool{}
				complete, err := c.CreatedBetween(background, now.Add(-time.Duration(tt.from)*time.Second), now.Add(-time.Duration(tt.to)*time.Second), func(con client.Contact) bool {
					if got[con.ID] {
						t.Errorf("%s twice", con.ID)
					}
					got[con.ID] = true
					return true
				})
				if err != nil || complete != tt.complete || len(got) != tt.want || p.pages.Load() != tt.pages {
					t.Errorf("%d leads on %d pages, complete %v, %v", len(got), p.pages.Load(), complete, err)
				}
			})
		})
	}
}

func TestRemove(t *testing.T) {
	sandboxed(t, client.Version1, sandbox.Config{}, func(t *testing.T, c *client.Client, s *sandbox.Server) {
		made := save(t, c, jane)
		if err := c.Delete(background, made.ID); err != nil {
			t.Error(err)
		}
		if _, found, _ := c.Contact(background, made.ID); found {
			t.Error("it is still there")
		}
		if err := c.Delete(background, made.ID); kindOf(err) != client.Refused {
			t.Errorf("again: %v", err)
		}
		if err := c.Archive(background, made.ID); kindOf(err) != client.Refused {
			t.Error(err)
		}
	})
	sandboxed(t, client.Version2, sandbox.Config{}, func(t *testing.T, c *client.Client, s *sandbox.Server) {
		made := save(t, c, jane)
		if err := c.Archive(background, made.ID); err != nil {
			t.Error(err)
		}
		if list := s.State().Contacts; len(list) != 1 || !list[0].Archived {
			t.Errorf("%+v", list)
		}
	})
	for _, id := range []string{"", ".", ".."} {
		c, s := scripted(t, client.Version2, nil)
		if err := c.Archive(background, id); kindOf(err) != client.Refused || s.requests() != 0 {
			t.Errorf("id %q: %v", id, err)
		}
	}
	// An answer that was lost, then gone: it was done.
	synctest.Test(t, func(t *testing.T) {
		c, _ := scripted(t, client.Version2, []step{lost, says(404, apiError("not_found", "User Not Found"))})
		if err := c.Archive(background, "c1"); err != nil {
			t.Error(err)
		}
	})
}

func TestDataAttributes(t *testing.T) {
	cfg := sandbox.Config{Attributes: map[string]string{"plan": "string", "trial_ends_at": "date"}}
	families(t, func(t *testing.T, v client.Version) {
		sandboxed(t, v, cfg, func(t *testing.T, c *client.Client, s *sandbox.Server) {
			list, known, err := c.DataAttributes(background, client.OfContacts)
			if err != nil || !known {
				t.Fatal(known, err)
			}
			types := map[string]client.Type{}
			standard := false
			for _, a := range list {
				if a.Custom {
					types[a.Name] = a.Type
				}
				standard = standard || !a.Custom && a.Name == "email"
			}
			if len(types) != 2 || types["plan"] != client.TypeString || types["trial_ends_at"] != client.TypeDate || !standard {
				t.Errorf("%+v", list)
			}
		})
	})
	sandboxed(t, client.Version2, cfg, func(t *testing.T, c *client.Client, s *sandbox.Server) {
		lead := client.Lead{Fields: []client.Field{field("custom_attributes.source", "web")}}
		if _, err := c.Save(background, lead, nil); kindOf(err) != client.Refused || codeOf(err) != "parameter_invalid" {
			t.Errorf("before it exists: %v", err)
		}
		for _, ty := range []client.Type{client.TypeString, client.TypeInteger, client.TypeFloat, client.TypeBoolean, client.TypeDate} {
			if err := c.CreateDataAttribute(background, client.OfContacts, "new "+string(ty), ty); err != nil {
				t.Errorf("%s: %v", ty, err)
			}
		}
		if err := c.CreateDataAttribute(background, client.OfContacts, "custom_attributes.source", client.TypeString); err != nil {
			t.Error(err)
		}
		save(t, c, lead)
		if err := c.CreateDataAttribute(background, client.OfContacts, "source", client.TypeString); kindOf(err) != client.Refused {
			t.Errorf("a second time: %v", err)
		}
	})
	old, _ := client.ParseVersion("1.2")
	c, s := scripted(t, old, nil)
	if _, known, err := c.DataAttributes(background, client.OfContacts); known || err != nil || s.requests() != 0 {
		t.Errorf("1.2: %v %v", known, err)
	}
	c, _ = scripted(t, client.Version1, []step{says(404, apiError("not_found", "Resource Not Found"))})
	if _, known, err := c.DataAttributes(background, client.OfContacts); known || err != nil {
		t.Errorf("1.4 that has none: %v %v", known, err)
	}
	if err := c.CreateDataAttribute(background, client.OfContacts, "x", client.TypeString); kindOf(err) != client.Refused {
		t.Error(err)
	}
}

// An answer to the creation of an attribute that was lost is made up for by a
// look at the list.
func TestCreateDataAttributeTwice(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _ := scripted(t, client.Version2, []step{lost,
			says(400, apiError("parameter_invalid", "You already have 'plan' in your people data")),
			says(200, `{"type":"list","data":[{"type":"data_attribute","name":"plan","full_name":"custom_attributes.plan","data_type":"string","custom":true}]}`)})
		if err := c.CreateDataAttribute(background, client.OfContacts, "plan", client.TypeString); err != nil {
			t.Error(err)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		c, _ := scripted(t, client.Version2, []step{lost,
			says(400, apiError("parameter_invalid", "Data Type isn't an option")),
			says(200, `{"type":"list","data":[]}`)})
		if err := c.CreateDataAttribute(background, client.OfContacts, "plan", client.TypeString); kindOf(err) != client.Refused {
			t.Error(err)
		}
	})
}

// A reader that is interrupted returns at once, with the caller's error.
func TestReadsAreCut(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := timeout(time.Second)
		defer cancel()
		c, _ := scripted(t, client.Version2, []step{silent})
		start := time.Now()
		if _, _, err := c.Contact(ctx, "c1"); err != ctx.Err() || time.Since(start) != time.Second {
			t.Errorf("%v after %v", err, time.Since(start))
		}
	})
}
