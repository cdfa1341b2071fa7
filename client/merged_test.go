package client_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"leadimport/client"
)

// moved is an API of which each contact answers a read as its entry says: "" is
// there, "404" is not, anything else is the Link of a 410.
type moved struct {
	links map[string]string
	asked []string // hosts and paths, with the authorization
}

func (m *moved) RoundTrip(r *http.Request) (*http.Response, error) {
	m.asked = append(m.asked, r.URL.Host+r.URL.Path)
	id := strings.TrimPrefix(r.URL.Path, "/contacts/")
	link, known := m.links[id]
	switch {
	case !known || link == "404":
		return says(404, apiError("not_found", "User Not Found"))(r)
	case link == "":
		return says(200, `{"type":"contact","id":"`+id+`","role":"user"}`)(r)
	case link == "none":
		return says(410, apiError("contact_merged", "merged"))(r)
	}
	return says(410, apiError("contact_merged", "merged"), "Link", link)(r)
}

func canonicalTo(id string) string { return "</contacts/" + id + `>; rel="canonical"` }

// TestSuccessor: a merged contact is followed, and every way of it ends.
func TestSuccessor(t *testing.T) {
	long := map[string]string{}
	for i := range 100 {
		long[fmt.Sprint("x", i)] = canonicalTo(fmt.Sprint("x", i+1))
	}
	ten := map[string]string{"x10": ""}
	for i := range 10 {
		ten[fmt.Sprint("x", i)] = long[fmt.Sprint("x", i)]
	}
	for _, tt := range []struct {
		name, id, into string
		links          map[string]string
		want, why      string
		asked          int
	}{
		{"is there", "a", "", map[string]string{"a": ""}, "", "", 1},
		{"gone", "a", "", nil, "", "", 1},
		{"merged", "a", "", map[string]string{"a": canonicalTo("b"), "b": ""}, "b", "", 2},
		{"merged, as an answer said", "a", "b", map[string]string{"b": ""}, "b", "", 1},
		{"merged in turn", "a", "", map[string]string{"a": canonicalTo("b"), "b": canonicalTo("c"), "c": ""}, "c", "", 3},
		{"into each other", "a", "", map[string]string{"a": canonicalTo("b"), "b": canonicalTo("a")}, "", "merged in a circle: a → b → a", 2},
		{"into each other, as an answer said", "a", "b", map[string]string{"b": canonicalTo("a")}, "", "merged in a circle: a → b → a", 1},
		{"into itself", "a", "", map[string]string{"a": canonicalTo("a")}, "", "merged in a circle: a → a", 1},
		{"into a circle", "a", "", map[string]string{"a": canonicalTo("b"), "b": canonicalTo("c"), "c": canonicalTo("b")}, "", "merged in a circle: a → b → c → b", 3},
		{"into somebody who is gone", "a", "", map[string]string{"a": canonicalTo("b")}, "", "it was merged (a → b), and knows no such contact: User Not Found", 2},
		{"ten times", "x0", "", ten, "x10", "", 11},
		{"too often", "x0", "", long, "", "more than 10 merges", 11},
		{"no Link", "a", "", map[string]string{"a": "none", "b": ""}, "", "merged", 1},
		{"another Link", "a", "", map[string]string{"a": `</contacts/b>; rel="next"`, "b": ""}, "", "merged", 1},
		{"another Link before", "a", "", map[string]string{"a": `</contacts/n>; rel="next", ` + canonicalTo("b"), "b": "", "n": ""}, "b", "", 2},
		{"a Link without quotes", "a", "", map[string]string{"a": `</contacts/b>;title="a, b; rel=next";REL=Canonical`, "b": ""}, "b", "", 2},
		{"a Link of several relations", "a", "", map[string]string{"a": `</contacts/b>; rel="alternate canonical"`, "b": ""}, "b", "", 2},
		{"a Link to something else", "a", "", map[string]string{"a": `</companies/b>; rel="canonical"`, "b": ""}, "", "merged", 1},
		{"a Link out of the path", "a", "", map[string]string{"a": `</contacts/..%2Fme>; rel="canonical"`, "b": ""}, "", "merged", 1},
		{"a Link to nobody", "a", "", map[string]string{"a": `</contacts/..>; rel="canonical"`}, "", "merged", 1},
		{"a whole URL", "a", "", map[string]string{"a": `<https://api.example.com/contacts/b>; rel="canonical"`, "b": ""}, "b", "", 2},
		{"another host", "a", "", map[string]string{"a": `<https://evil.example.net/contacts/b>; rel="canonical"`, "b": ""}, "", "its Link leads to another host, evil.example.net, and is not followed", 1},
		{"another host without a scheme", "a", "", map[string]string{"a": `<//evil.example.net/contacts/b>; rel="canonical"`, "b": ""}, "", "another host, evil.example.net", 1},
		{"another host behind a user", "a", "", map[string]string{"a": `<https://api.example.com@evil.example.net/contacts/b>; rel="canonical"`, "b": ""}, "", "another host, evil.example.net", 1},
		{"another host in the chain", "a", "", map[string]string{"a": canonicalTo("b"), "b": `<https://evil.example.net/contacts/c>; rel="canonical"`, "c": ""}, "", "it was merged (a → b), and knows no such contact: merged; its Link leads to another host", 2},
	} {
		api := &moved{links: tt.links}
		c, _ := scripted(t, client.Version2, nil, func(cfg *client.Config) { cfg.Rate, cfg.Transport = 1e6, api })
		got, err := c.Successor(background, tt.id, tt.into)
		if err != nil || got.Contact.ID != tt.want || (got.Why == "") != (tt.why == "") || !strings.Contains(got.Why, tt.why) || len(api.asked) != tt.asked {
			t.Errorf("%s: %q, %q, %v, asked %q", tt.name, got.Contact.ID, got.Why, err, api.asked)
		}
		for _, host := range api.asked {
			if !strings.HasPrefix(host, "api.example.com/contacts/") {
				t.Errorf("%s: %s was asked", tt.name, host)
			}
		}
	}
	// What cannot be read is no reason to think that there is nobody.
	c, _ := scripted(t, client.Version2, []step{says(401, apiError("unauthorized", "no"))})
	if _, err := c.Successor(background, "a", ""); kindOf(err) != client.Unauthorised {
		t.Errorf("%v", err)
	}
}

// FuzzLink: whatever a Link says, no other host is asked, and no other path.
func FuzzLink(f *testing.F) {
	for _, link := range []string{canonicalTo("b"), `<https://evil.example.net/contacts/b>; rel="canonical"`, `</contacts/a%2Fb>;rel=canonical`, `<</contacts/b>>; rel="canonical`, `<\\evil\contacts/b>; rel=canonical`, `<https:evil/contacts/b>; rel=canonical`} {
		f.Add(link)
	}
	f.Fuzz(func(t *testing.T, link string) {
		if strings.ContainsAny(link, "\r\n\x00") {
			return // no header
		}
		api := &moved{links: map[string]string{"a": link}}
		c, _ := scripted(t, client.Version2, nil, func(cfg *client.Config) { cfg.Rate, cfg.Transport = 1e6, api })
		if _, err := c.Successor(background, "a", ""); err != nil {
			t.Fatal(err)
		}
		for _, asked := range api.asked {
			id, ok := strings.CutPrefix(asked, "api.example.com/contacts/")
			if !ok || id == "" || id == ".." || id == "." || strings.Contains(id, "/") {
				t.Errorf("%q: asks %q", link, asked)
			}
		}
	})
}
