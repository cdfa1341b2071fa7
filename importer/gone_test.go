package importer_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"leadimport/client/sandbox"
)

// watched keeps what is asked of the API, and answers some of it itself.
type watched struct {
	next   http.RoundTripper
	answer func(method, path string) (status int, link string)

	mu   sync.Mutex
	seen []string
}

func (w *watched) RoundTrip(r *http.Request) (*http.Response, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if r.URL.Host != "sandbox.test" {
		return nil, fmt.Errorf("%s was asked", r.URL.Host)
	}
	if r.URL.Path != "/me" && r.URL.Path != "/data_attributes" {
		w.seen = append(w.seen, r.Method+" "+r.URL.Path)
	}
	status, link := 0, ""
	if w.answer != nil {
		status, link = w.answer(r.Method, r.URL.Path)
	}
	if status == 0 {
		return w.next.RoundTrip(r)
	}
	text := refusal("contact_merged", "This contact has been merged.")
	if status == http.StatusOK {
		text = fmt.Sprintf(`{"type":"contact","id":%q,"role":"user"}`, strings.TrimPrefix(r.URL.Path, "/contacts/"))
	}
	res := &http.Response{StatusCode: status, Header: http.Header{"Content-Type": {"application/json"}},
		Body: io.NopCloser(strings.NewReader(text)), ContentLength: int64(len(text)), Request: r}
	if link != "" {
		res.Header.Set("Link", link)
	}
	return res, nil
}

// requests are those since the last call, with people's names for their ids.
func (w *watched) requests(names ...string) string {
	w.mu.Lock()
	defer w.mu.Unlock()
	text := strings.NewReplacer(names...).Replace(strings.Join(w.seen, ", "))
	w.seen = nil
	return strings.ReplaceAll(text, "/contacts/", "/")
}

const (
	byMail = "attributes: {email: Email, name: Name}\n"
	byCRM  = "key: {column: CRM}\n" + byMail
)

// moving is an import of one person, known from a first night, to whom
// something happens before the second.
type moving struct {
	*encounter
	door             *watched
	lead, user, last string // of the list; a user with the same address; another
}

func newMoving(t *testing.T, version, mapping string, cfg sandbox.Config) *moving {
	m := &moving{encounter: newEncounter(t, version, cfg), door: &watched{}}
	m.through = func(next http.RoundTripper) http.RoundTripper { m.door.next = next; return m.door }
	m.mapping = mapping
	m.night("Joe")
	m.lead = m.server.State().Contacts[0].ID
	m.want("created  " + m.lead)
	return m
}

func (m *moving) night(name string) {
	m.t.Helper()
	m.text = "CRM,Email,Name\n7,joe@example.com," + name + "\n"
	m.door.seen = nil
	if err := m.run(); err != nil {
		m.t.Fatal(err)
	}
}

// asked compares the requests of the last night.
func (m *moving) asked(want string) {
	m.t.Helper()
	names := []string{m.lead, "lead"}
	for _, name := range [][2]string{{m.user, "user"}, {m.last, "last"}} {
		if name[0] != "" {
			names = append(names, name[0], name[1])
		}
	}
	if got := m.door.requests(names...); got != want {
		m.t.Errorf("asked %s\nwant  %s", got, want)
	}
}

func (m *moving) do(err error) {
	m.t.Helper()
	if err != nil {
		m.t.Fatal(err)
	}
}

// message is that of the only line.
func (m *moving) message() string {
	return readLines(m.t, m.dir+"/"+resultsName)[0]["import_error"]
}

// nameOf is the name of a contact as the API holds it.
func (m *moving) nameOf(id string) string {
	for _, c := range m.server.State().Contacts {
		if c.ID == id {
			return c.Name
		}
	}
	return ""
}

// TestMovedPeople: what happens to a person between two nights, by version, key
// and policy, what it comes to and what is asked for it.
func TestMovedPeople(t *testing.T) {
	merge := func(m *moving) {
		m.user = m.server.SignUp("user", "joe@example.com", "Visitor")
		m.do(m.server.Merge(m.lead, m.user))
	}
	chain := func(m *moving) {
		merge(m)
		m.last = m.server.SignUp("user", "", "Third")
		m.do(m.server.Merge(m.user, m.last))
	}
	remove := func(m *moving) { m.do(m.server.Delete(m.lead)) }
	signUpAgain := func(m *moving) {
		remove(m)
		m.user = m.server.SignUp("user", "joe@example.com", "Visitor")
	}
	convert := func(m *moving) { m.do(m.server.Convert(m.lead)) }
	told := sandbox.Config{MergedWrites: true}
	for _, tt := range []struct {
		name, version, mapping string
		cfg                    sandbox.Config
		happens                func(*moving)
		want, asked            string // in the words of asked
		says                   string
	}{
		{name: "became a user", version: "2.15", mapping: byMail, happens: convert, want: "updated  lead", asked: "GET /lead, PUT /lead"},
		{name: "became a user", version: "2.17", mapping: byMail, happens: convert, want: "updated  lead", asked: "GET /lead, PUT /lead"},
		{name: "became a user, whom 1.x does not show", version: "1.4", mapping: byMail, happens: convert, want: "skipped gone lead", asked: "GET /lead, GET /contacts"},
		{name: "merged", version: "2.15", mapping: byMail, happens: merge, want: "updated  user", asked: "GET /lead, POST /search, GET /user, PUT /user"},
		{name: "merged, no identity", version: "2.15", mapping: byCRM, happens: merge, want: "skipped gone lead", asked: "GET /lead"},
		{name: "merged", version: "2.17", mapping: byMail, happens: merge, want: "updated  user", asked: "GET /lead, GET /user, PUT /user"},
		{name: "merged, no identity", version: "2.17", mapping: byCRM, happens: merge, want: "updated  user", asked: "GET /lead, GET /user, PUT /user"},
		{name: "merged, and a write tells it", version: "2.16", mapping: byCRM, cfg: told, happens: merge, want: "updated  user", asked: "GET /lead, GET /user, PUT /user"},
		{name: "merged in turn", version: "2.17", mapping: byCRM, happens: chain, want: "updated  last", asked: "GET /lead, GET /last, PUT /last"},
		{name: "deleted", version: "2.15", mapping: byMail, happens: remove, want: "skipped gone lead", asked: "GET /lead, POST /search"},
		{name: "deleted", version: "2.17", mapping: byMail, happens: remove, want: "skipped gone lead", asked: "GET /lead, POST /search"},
		{name: "deleted, no identity", version: "2.17", mapping: byCRM, happens: remove, want: "skipped gone lead", asked: "GET /lead"},
		{name: "deleted, and signed up again", version: "2.17", mapping: byMail, happens: signUpAgain, want: "updated  user", asked: "GET /lead, POST /search, GET /user, PUT /user"},
		{name: "merged into somebody who is gone", version: "2.17", mapping: byMail, happens: func(m *moving) { merge(m); m.do(m.server.Delete(m.user)) },
			want: "skipped gone lead", asked: "GET /lead, GET /user, POST /search", says: "it was merged"},
		{name: "merged into somebody who was archived", version: "2.17", mapping: byMail, cfg: sandbox.Config{ArchivedShown: true},
			happens: func(m *moving) { merge(m); m.do(m.server.Archive(m.user)) }, want: "skipped gone lead", asked: "GET /lead, GET /user, POST /search"},

		{name: "skipped", version: "2.15", mapping: "gone: skip\n" + byMail, happens: merge, want: "skipped gone lead", asked: "GET /lead", says: "gone: skip"},
		{name: "skipped", version: "2.17", mapping: "gone: skip\n" + byMail, cfg: told, happens: merge, want: "skipped gone lead", asked: "GET /lead", says: "This contact has been merged"},
		{name: "skipped", version: "1.4", mapping: "gone: skip\n" + byMail, happens: convert, want: "skipped gone lead", asked: "GET /lead"},
		{name: "refused", version: "2.15", mapping: "gone: fail\n" + byMail, happens: merge, want: "failed not_found lead", asked: "GET /lead", says: "User Not Found"},
		{name: "refused", version: "2.17", mapping: "gone: fail\n" + byMail, cfg: told, happens: merge, want: "failed contact_merged lead", asked: "GET /lead", says: "for the canonical contact.: it is user now"},
		{name: "refused", version: "2.17", mapping: "gone: fail\n" + byMail, happens: signUpAgain, want: "failed not_found lead", asked: "GET /lead"},
		{name: "followed, as said", version: "2.17", mapping: "gone: follow\n" + byMail, happens: merge, want: "updated  user", asked: "GET /lead, GET /user, PUT /user"},
	} {
		inBubble(t, tt.version+": "+tt.name, func(t *testing.T) {
			m := newMoving(t, tt.version, tt.mapping, tt.cfg)
			tt.happens(m)
			words := strings.NewReplacer("lead", m.lead, "user", m.user, "last", m.last)
			m.night("Joseph")
			want := words.Replace(tt.want)
			m.want(want)
			m.asked(tt.asked)
			if !strings.Contains(m.message(), words.Replace(tt.says)) {
				t.Errorf("says %q", m.message())
			}
			id := want[strings.LastIndex(want, " ")+1:]
			if strings.HasPrefix(want, "updated") != (m.nameOf(id) == "Joseph") {
				t.Errorf("%s is called %q", id, m.nameOf(id))
			}
			before := len(m.server.State().Contacts)
			// The next night asks for nothing more, and nobody is made twice.
			m.night("Joseph")
			if strings.HasPrefix(want, "updated") {
				m.asked("")
			}
			m.want(want)
			m.night("Jo")
			if strings.HasPrefix(want, "updated") {
				name := map[string]string{m.lead: "lead", m.user: "user", m.last: "last"}[id]
				m.asked("GET /" + name + ", PUT /" + name)
			}
			if n := len(m.server.State().Contacts); n != before {
				t.Errorf("%d people, and there were %d", n, before)
			}
		})
	}
}

// TestMergesThatLeadNowhere: each ends, asks nobody else, and says why.
func TestMergesThatLeadNowhere(t *testing.T) {
	to := func(id string) string { return "</contacts/" + id + `>; rel="canonical"` }
	for _, tt := range []struct {
		name   string
		links  map[string]string // of GET and PUT, by id; "": it is there
		asked  string
		says   string
		puts   bool // of writes the API knows no merges
		mailed bool
	}{
		{name: "no Link", links: map[string]string{"lead": "none"}, asked: "GET /lead", says: "This contact has been merged."},
		{name: "into each other", links: map[string]string{"lead": to("b"), "b": to("lead")}, asked: "GET /lead, GET /b", says: "merged in a circle: lead → b → lead"},
		{name: "into each other, by reads", puts: true, links: map[string]string{"lead": to("b"), "b": to("lead")}, asked: "GET /lead, GET /b", says: "merged in a circle: lead → b → lead"},
		{name: "another host", links: map[string]string{"lead": `<https://evil.example.net/contacts/b>; rel="canonical"`, "b": ""}, asked: "GET /lead", says: "another host, evil.example.net, and is not followed"},
		{name: "another host, who has the address", mailed: true, links: map[string]string{"lead": `<https://evil.example.net/contacts/b>; rel="canonical"`, "b": ""}, asked: "GET /lead, POST /search", says: "another host, evil.example.net, and is not followed"},
	} {
		inBubble(t, tt.name, func(t *testing.T) {
			mapping := byCRM
			if tt.mailed {
				mapping = byMail
			}
			m := newMoving(t, "2.17", mapping, sandbox.Config{Lag: time.Hour}) // so that no search finds anybody
			m.door.answer = func(method, path string) (int, string) {
				id := strings.ReplaceAll(strings.TrimPrefix(path, "/contacts/"), m.lead, "lead")
				link, known := tt.links[id]
				switch {
				case !known:
					return 0, ""
				case tt.puts && method == http.MethodPut:
					return 404, ""
				case link == "":
					return 200, ""
				case link == "none":
					return 410, ""
				}
				return 410, strings.ReplaceAll(link, "lead", m.lead)
			}
			m.night("Joseph")
			m.want("skipped gone " + m.lead)
			m.asked(tt.asked)
			if got := strings.ReplaceAll(m.message(), m.lead, "lead"); !strings.Contains(got, tt.says) {
				t.Errorf("says %q", got)
			}
		})
	}
}

// TestMergedWhileFollowed: who it is now is merged in turn before the update
// gets there, and back again: it ends.
func TestMergedWhileFollowed(t *testing.T) {
	inBubble(t, "", func(t *testing.T) {
		m := newMoving(t, "2.17", byCRM, sandbox.Config{})
		m.door.answer = func(method, path string) (int, string) {
			other := map[string]string{"/contacts/" + m.lead: "b", "/contacts/b": m.lead}[path]
			switch {
			case other == "":
				return 0, ""
			case method == http.MethodGet:
				return 200, ""
			}
			return 410, "</contacts/" + other + `>; rel="canonical"`
		}
		m.night("Joseph")
		m.want("skipped gone b")
		m.asked("GET /lead, PUT /lead, GET /b, PUT /b, GET /lead")
		if want := "merged in a circle: " + m.lead + " → b → " + m.lead; !strings.Contains(m.message(), want) {
			t.Errorf("says %q", m.message())
		}
	})
}

// TestMergedIntoAnother: two people of the list are one now. The one who is
// known by the contact keeps it.
func TestMergedIntoAnother(t *testing.T) {
	for _, version := range []string{"2.15", "2.17"} {
		inBubble(t, version, func(t *testing.T) {
			e := newEncounter(t, version, sandbox.Config{})
			e.mapping = "key: {column: CRM}\nattributes: {email: Email, name: Name, role: Role}"
			e.text = "CRM,Email,Name,Role\n7,joe@example.com,Joe,\n8,boss@example.com,Boss,user\n"
			if err := e.run(); err != nil {
				t.Fatal(err)
			}
			lead, user := e.server.State().Contacts[0], e.server.State().Contacts[1]
			if lead.Role != "lead" {
				lead, user = user, lead
			}
			if err := e.server.Merge(lead.ID, user.ID); err != nil {
				t.Fatal(err)
			}
			e.text = "CRM,Email,Name,Role\n7,joe@example.com,Joseph,\n8,boss@example.com,Boss,user\n"
			if err := e.run(); err != nil {
				t.Fatal(err)
			}
			want := "skipped gone "
			if version == "2.17" {
				want = "failed match_taken "
			}
			e.want(want+lead.ID, "created  "+user.ID)
			if got := e.server.State().Contacts; len(got) != 1 || got[0].Name != "Boss" {
				t.Errorf("%+v", got)
			}
		})
	}
}

// TestGoneIsNoRefusal: rows that are left out by policy stop no run, however
// many they are; refused ones do.
func TestGoneIsNoRefusal(t *testing.T) {
	for _, policy := range []string{"skip", "fail"} {
		inBubble(t, policy, func(t *testing.T) {
			e := newEncounter(t, "2.15", sandbox.Config{})
			e.mapping = "gone: " + policy + "\n" + byMail
			list := func(name string) {
				e.text = "Email,Name\n"
				for i := range 40 {
					e.text += fmt.Sprintf("p%d@example.com,%s\n", i, name)
				}
			}
			list("One")
			if err := e.run(); err != nil {
				t.Fatal(err)
			}
			for _, c := range e.server.State().Contacts {
				if err := e.server.Delete(c.ID); err != nil {
					t.Fatal(err)
				}
			}
			list("Two")
			err := e.run()
			if stopped := err != nil; stopped != (policy == "fail") {
				t.Errorf("%v", err)
			}
			if n := len(e.server.State().Contacts); n != 0 {
				t.Errorf("%d people were created again", n)
			}
		})
	}
}
