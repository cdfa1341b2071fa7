package client_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"leadimport/client"
)

// serve starts an API that h answers for, and a client of it.
func serve(t testing.TB, v client.Version, h http.HandlerFunc, change ...func(*client.Config)) *client.Client {
	t.Helper()
	server := httptest.NewServer(h)
	t.Cleanup(server.Close)
	cfg := client.Config{
		BaseURL:  server.URL,
		Version:  v,
		Token:    client.NewToken("canary-token"),
		Rate:     1e6,
		RetryFor: 2 * time.Second,
	}
	for _, f := range change {
		f(&cfg)
	}
	c, err := client.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func newLead(id string, fields ...client.Field) client.Lead {
	return client.Lead{ID: id, Fields: fields}
}

func field(name, value string) client.Field {
	return client.Field{Name: name, Value: client.String(value)}
}

func TestSaveSendsWhatTheFamilyTakes(t *testing.T) {
	fields := []client.Field{
		field("email", "Jane@Example.com"),
		{Name: "phone"},
		field("avatar", "https://example.com/a.png"),
		{Name: "custom_attributes.plan", Value: client.String("Pro")},
		{Name: "custom_attributes.old"},
		{Name: "custom_attributes.n", Value: client.Integer(3)},
	}
	for _, tt := range []struct {
		name         string
		version      client.Version
		lead         client.Lead
		method, path string
		body         string
	}{
		{"create 1.4", client.Version1, client.Lead{Fields: fields}, "POST", "/contacts",
			`{"email":"Jane@Example.com","phone":"","avatar":{"type":"avatar","image_url":"https://example.com/a.png"},"custom_attributes":{"plan":"Pro","old":"","n":3}}`},
		{"update 1.4", client.Version1, client.Lead{ID: "c1", UserID: "u1", Fields: fields[:1]}, "POST", "/contacts",
			`{"id":"c1","email":"Jane@Example.com"}`},
		{"update 1.4 by user_id", client.Version1, client.Lead{UserID: "u1", Fields: fields[:1]}, "POST", "/contacts",
			`{"user_id":"u1","email":"Jane@Example.com"}`},
		{"create 2.15", client.Version2, client.Lead{Fields: fields}, "POST", "/contacts",
			`{"role":"lead","email":"Jane@Example.com","phone":null,"avatar":"https://example.com/a.png","custom_attributes":{"plan":"Pro","old":null,"n":3}}`},
		{"create 2.15 with a mapped role", client.Version2, client.Lead{Fields: []client.Field{field("role", "user"), fields[0]}}, "POST", "/contacts",
			`{"role":"user","email":"Jane@Example.com"}`},
		{"update 2.15", client.Version2, client.Lead{ID: "a/b c", Fields: fields[:1]}, "PUT", "/contacts/a%2Fb%20c",
			`{"email":"Jane@Example.com"}`},
		{"empty create 1.4", client.Version1, client.Lead{}, "POST", "/contacts", `{}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var body []byte
			var got *http.Request
			c := serve(t, tt.version, func(w http.ResponseWriter, r *http.Request) {
				body, _ = io.ReadAll(r.Body)
				got = r
				id := tt.lead.ID
				if id == "" {
					id = "c1"
				}
				io.WriteString(w, `{"type":"contact","id":"`+id+`","user_id":"u1","email":"jane@example.com"}`)
			})
			answer, err := c.Save(context.Background(), tt.lead, nil)
			if err != nil {
				t.Fatal(err)
			}
			if got.Method != tt.method || got.URL.EscapedPath() != tt.path || string(body) != tt.body {
				t.Errorf("sent %s %s\n%s\nwant %s %s\n%s", got.Method, got.URL.EscapedPath(), body, tt.method, tt.path, tt.body)
			}
			if answer.Contact.ID == "" || answer.Attempts != 1 || answer.Status != 200 {
				t.Errorf("answer: %+v", answer)
			}
			for name, want := range map[string]string{
				"Authorization":    "Bearer canary-token",
				"Accept":           "application/json",
				"Content-Type":     "application/json",
				"Intercom-Version": tt.version.String(),
				"User-Agent":       "leadimport",
				"Idempotency-Key":  "",
			} {
				if got.Header.Get(name) != want {
					t.Errorf("%s: %q, want %q", name, got.Header.Get(name), want)
				}
			}
		})
	}
}
