package importer_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"leadimport/client/sandbox"
	"leadimport/importer"
)

// Before the first write an answer is waited for three times, whatever number
// of calls that takes: for whose the token is, for what attributes there are,
// and for who is known of fifteen addresses.
func TestPreflightSideBySide(t *testing.T) {
	for _, c := range []struct {
		version string
		calls   int
	}{{"2.15", 3}, {"1.4", 17}} {
		inBubble(t, c.version, func(t *testing.T) {
			e := newEncounter(t, c.version, sandbox.Config{Attributes: map[string]string{"score": "integer"}})
			e.mapping = "attributes: {email: Email, custom_attributes.score: Score}"
			e.text = "Email,Score\n"
			for i := range 20 {
				e.text += fmt.Sprintf("p%d@example.com,%d\n", i, i)
			}
			e.change = func(cfg *importer.Config) { cfg.Workers = 16 }
			door := &door{}
			e.through = func(next http.RoundTripper) http.RoundTripper {
				door.next = answering(func(r *http.Request) (*http.Response, error) {
					time.Sleep(time.Second)
					return next.RoundTrip(r)
				})
				return door
			}
			if err := e.run(); err != nil {
				t.Fatal(err)
			}
			if f := e.forecast; f.EmailsAsked != 15 || f.Create != 20 {
				t.Errorf("forecast %+v", f)
			}
			for i, request := range door.seen {
				if !strings.HasPrefix(request, "POST /contacts ") {
					continue
				}
				if took := door.at[i].Sub(door.at[0]); i != c.calls || took < 3*time.Second || took > 3500*time.Millisecond {
					t.Errorf("the first write came after %d calls and %v", i, took)
				}
				break
			}
		})
	}
}

// Of several calls that are refused the first in their order tells why,
// whichever is answered first.
func TestFirstRefusalWins(t *testing.T) {
	type refused struct {
		part, code string
		after      time.Duration
	}
	for _, c := range []struct {
		name     string
		refusals [2]refused
	}{
		{"third before ninth", [2]refused{{"p2@example.com", "token_revoked", 1}, {"p8@example.com", "token_blocked", 2}}},
		{"ninth before third", [2]refused{{"p2@example.com", "token_revoked", 2}, {"p8@example.com", "token_blocked", 1}}},
		// What hangs behind a refusal is not waited for.
		{"ninth away", [2]refused{{"p2@example.com", "token_revoked", 1}, {"p8@example.com", "", 25}}},
	} {
		inBubble(t, c.name, func(t *testing.T) {
			e := newEncounter(t, "1.4", sandbox.Config{})
			e.mapping = "attributes: {email: Email, custom_attributes.score: Score}"
			e.text = "Email,Score\n"
			for i := range 15 {
				e.text += fmt.Sprintf("p%d@example.com,%d\n", i, i)
			}
			e.through = func(next http.RoundTripper) http.RoundTripper {
				return answering(func(r *http.Request) (*http.Response, error) {
					for _, f := range c.refusals {
						if r.URL.Query().Get("email") != f.part {
							continue
						}
						select {
						case <-time.After(f.after * time.Second):
						case <-r.Context().Done():
							return nil, r.Context().Err()
						}
						if f.code == "" {
							return nil, errors.New("connection reset by peer")
						}
						text := refusal(f.code, "because of "+f.part)
						return &http.Response{StatusCode: 401, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(text)), Request: r}, nil
					}
					return next.RoundTrip(r)
				})
			}
			began := time.Now()
			err := e.run()
			var stopped *importer.StopError
			if !errors.As(err, &stopped) || stopped.Reason != importer.Unauthorised || !strings.Contains(err.Error(), c.refusals[0].part) {
				t.Errorf("%v", err)
			}
			if took := time.Since(began); took > 5*time.Second {
				t.Errorf("it took %v", took)
			}
		})
	}
}
