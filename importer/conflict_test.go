package importer_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"leadimport/client/sandbox"
	"leadimport/importer"
)

// The first create of a user is lost, and somebody else signs up with the
// address meanwhile: whoever the look-up, or a conflict, names then is not
// called created (R13).
func TestConflictAfterDoubt(t *testing.T) {
	for _, applied := range []bool{false, true} {
		for _, match := range []bool{false, true} {
			inBubble(t, fmt.Sprint(applied, match), func(t *testing.T) {
				e := newEncounter(t, "2.15", sandbox.Config{})
				e.mapping = "attributes: {email: Email, name: Name, role: Role}\n"
				if match {
					e.mapping += "match: {by: email, user: update}\n"
				}
				e.text = "Email,Name,Role\njoe@example.com,New,user\n"
				lost := 0
				e.through = func(next http.RoundTripper) http.RoundTripper {
					return roundTrip(func(r *http.Request) (*http.Response, error) {
						if r.Method != http.MethodPost || r.URL.Path != "/contacts" || lost > 0 {
							return next.RoundTrip(r)
						}
						lost++
						if applied {
							if res, err := next.RoundTrip(r); err == nil {
								res.Body.Close()
							}
						} else {
							e.server.SignUp("user", "joe@example.com", "Old Joe") // between match and create
							time.Sleep(time.Minute)
						}
						return nil, io.EOF
					})
				}
				if err := e.run(); err != nil {
					t.Fatal(err)
				}
				people := e.server.State().Contacts
				joe := people[0]
				switch {
				case applied:
					e.want("created  " + joe.ID)
				default: // who came between the intent and the conflict may be ours
					e.want("unresolved in_doubt")
				}
				if !applied && joe.Name != "Old Joe" {
					t.Errorf("he was overwritten: %+v", joe)
				}
			})
		}
	}
}

// An old user whom no look-up shows is named by the conflict with the second
// create: that one is not ours, whatever doubt there was (R13).
func TestConflictWithAnOldUser(t *testing.T) {
	inBubble(t, "", func(t *testing.T) {
		e := newEncounter(t, "2.15", sandbox.Config{})
		e.mapping = "attributes: {email: Email, name: Name, role: Role}\n"
		e.text = "Email,Name,Role\njoe@example.com,New,user\n"
		old := e.there("email", "joe@example.com", "name", "Old Joe", "role", "user")
		if err := e.api.Archive(context.Background(), old); err != nil { // a search does not show the archived
			t.Fatal(err)
		}
		time.Sleep(time.Hour)
		lost := false
		e.through = func(next http.RoundTripper) http.RoundTripper {
			return roundTrip(func(r *http.Request) (*http.Response, error) {
				if r.Method == http.MethodPost && r.URL.Path == "/contacts" && !lost {
					lost = true
					return nil, io.EOF
				}
				return next.RoundTrip(r)
			})
		}
		if err := e.run(); err != nil {
			t.Fatal(err)
		}
		if line := e.lines()[0]; !strings.HasPrefix(line, "failed conflict") {
			t.Error(line)
		}
		if joe := e.server.State().Contacts[0]; joe.Name != "Old Joe" {
			t.Errorf("he was overwritten: %+v", joe)
		}
	})
}

// A create is answered with the lead of another row, in doubt, which holds all
// that this row says and more: that is no answer to it (R4).
func TestAnsweredWithATwin(t *testing.T) {
	inBubble(t, "", func(t *testing.T) {
		e := newEncounter(t, "2.15", sandbox.Config{})
		e.mapping = "attributes: {email: Email, name: Name}\n"
		e.text = "Email,Name\nfirst@example.com,First\njoe@example.com,Joe\n,Joe\n"
		e.change = func(cfg *importer.Config) { cfg.Workers = 1 }
		var twin []byte
		e.through = func(next http.RoundTripper) http.RoundTripper {
			return roundTrip(func(r *http.Request) (*http.Response, error) {
				res, err := next.RoundTrip(r)
				if err != nil || r.Method != http.MethodPost || r.URL.Path != "/contacts" {
					return res, err
				}
				body, err := io.ReadAll(res.Body)
				switch {
				case twin == nil && strings.Contains(string(body), "joe@example.com"):
					twin = body
					return nil, io.EOF
				case strings.Contains(string(body), `"name":"Joe"`):
					body = twin
				}
				res.Body, res.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
				return res, err
			})
		}
		if err := e.run(); err != nil {
			t.Fatal(err)
		}
		people := e.server.State().Contacts
		if len(people) != 3 {
			t.Fatalf("%d leads: %+v", len(people), people)
		}
		e.want("created  "+people[0].ID, "created  "+people[1].ID, "created  "+people[2].ID)
	})
}
