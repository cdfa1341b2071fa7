package client_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"leadimport/client"

	"github.com/rs/zerolog"
)

var quiet = log.New(io.Discard, "", 0)

const canary = "canary-token"

func TestTokenNeverShows(t *testing.T) {
	token := client.NewToken(canary)
	c, err := client.New(client.Config{BaseURL: "https://api.intercom.io", Version: client.Version2, Token: token})
	if err != nil {
		t.Fatal(err)
	}
	type holder struct {
		Token   client.Token
		private client.Token
	}
	for _, v := range []any{token, &token, []client.Token{token}, map[string]client.Token{"t": token}, holder{token, token}, &holder{token, token}, client.Config{Token: token}, c} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%X", "%d", "%T", "%10s"} {
			if s := fmt.Sprintf(verb, v); strings.Contains(s, canary) || strings.Contains(s, fmt.Sprintf("%x", canary)) {
				t.Errorf("%s of %T: %s", verb, v, s)
			}
		}
		if b, err := json.Marshal(v); err == nil && bytes.Contains(b, []byte(canary)) {
			t.Errorf("JSON of %T: %s", v, b)
		}
	}
	if s := fmt.Sprint(token); s != "[redacted]" {
		t.Error(s)
	}
	if b, _ := json.Marshal(map[client.Token]int{token: 1}); bytes.Contains(b, []byte(canary)) {
		t.Errorf("%s", b)
	}
}

func TestTokenIsChecked(t *testing.T) {
	for text, fine := range map[string]bool{
		"dG9rOmFiYw==":        true,
		" padded-token\n":     true,
		"":                    false,
		" \n":                 false,
		"two words":           false,
		"canary\nInjected: x": false,
		"canary\x00":          false,
		"canary\x7f":          false,
		"canaryé":             false,
	} {
		_, err := client.New(client.Config{BaseURL: "https://api.intercom.io", Version: client.Version2, Token: client.NewToken(text)})
		if (err == nil) != fine {
			t.Errorf("%q: %v", text, err)
		}
		if err != nil && strings.Contains(err.Error(), "canary") {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// A canary token and a canary person appear in no error and no log line, even
// when the API writes them into its answers' edges or the network into its errors.
func TestNothingLeaks(t *testing.T) {
	var lines bytes.Buffer
	logged := func(cfg *client.Config) { cfg.Log = zerolog.New(&lines) }
	person := client.Lead{Fields: []client.Field{field("email", "canary@example.com")}}
	check := func(t *testing.T, err error) {
		t.Helper()
		if err == nil {
			t.Fatal("no error")
		}
		for _, s := range []string{err.Error(), fmt.Sprintf("%+v", err), fmt.Sprintf("%v", deep(err))} {
			if strings.Contains(s, "canary") {
				t.Errorf("leaks: %s", s)
			}
		}
	}
	for _, answer := range []step{
		says(401, apiError("unauthorized", "Access Token Invalid: canary-token")),
		says(500, "canary@example.com canary-token"),
		says(200, "<p>canary@example.com"),
		says(404, "canary@example.com"),
		says(302, "", "Location", "https://elsewhere.example/contacts?email=canary@example.com"),
		unreachable, lost, silent,
		func(req *http.Request) (*http.Response, error) { return http.DefaultTransport.RoundTrip(badURL(req)) },
	} {
		synctest.Test(t, func(t *testing.T) {
			c, _ := scripted(t, client.Version1, []step{answer}, logged)
			_, err := c.Save(background, person, nil)
			check(t, err)
			_, err = c.ByEmail(background, []string{"canary@example.com"})
			check(t, err)
			_, err = c.Me(background)
			check(t, err)
		})
	}
	// http.Client wraps its errors in the request's URL.
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { abandon(w, true, "") }))
	defer server.Close()
	c, _ := scripted(t, client.Version1, []step{func(req *http.Request) (*http.Response, error) {
		connected(req)
		return http.Get(server.URL + "/contacts?email=canary@example.com&token=canary-token")
	}}, logged, impatient)
	_, err := c.ByEmail(background, []string{"canary@example.com"})
	check(t, err)
	if strings.Contains(lines.String(), "canary") {
		t.Errorf("the log: %s", lines.String())
	}
	if lines.Len() == 0 {
		t.Error("nothing was logged, so nothing was tested")
	}
}

func badURL(req *http.Request) *http.Request {
	bad := req.Clone(req.Context())
	bad.URL.Scheme = "nonsense"
	return bad
}

// deep is err and all that it wraps.
func deep(err error) (texts []string) {
	for err != nil {
		texts = append(texts, err.Error())
		u, ok := err.(interface{ Unwrap() error })
		if !ok {
			break
		}
		err = u.Unwrap()
	}
	return texts
}

// The first failure of the preflight is told at once, and it ends in time.
func TestMeGivesUpSoon(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var lines bytes.Buffer
		c, _ := scripted(t, client.Version2, []step{unreachable}, func(cfg *client.Config) {
			cfg.Log, cfg.RetryFor = zerolog.New(&lines), 5*time.Minute
		})
		start := time.Now()
		_, err := c.Me(background)
		if took := time.Since(start); kindOf(err) != client.Unavailable || took < 10*time.Second || took > 30*time.Second {
			t.Errorf("%v after %v", err, took)
		}
		if strings.Count(lines.String(), "no connection") != 1 {
			t.Errorf("the log: %s", lines.String())
		}
	})
}
