package client_test

import (
	"crypto/x509"
	"errors"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"leadimport/client"
)

// TestWhatAnAnswerMeans is the table of what each answer means for a create
// and for an update, row by row. Each answer is given once and then a good
// one, so that what is sent again ends well.
func TestWhatAnAnswerMeans(t *testing.T) {
	const (
		fine = client.Kind(0)
		once = 1 // requests: it was not sent again
		more = 2 // it was sent again
	)
	list := func(code string) string { return apiError(code, "no") }
	for _, tt := range []struct {
		name     string
		answer   step
		create   client.Kind
		creates  int
		update   client.Kind
		updates  int
		code     string // of the error, when there is one
		attempts int    // of a create; a byte may have been sent
	}{
		{"never connected", unreachable, fine, more, fine, more, "", 1},
		{"unknown authority", fails(x509.UnknownAuthorityError{}), client.Misdirected, once, client.Misdirected, once, "bad_certificate", 0},
		{"another host's certificate", fails(x509.HostnameError{Certificate: &x509.Certificate{}, Host: "x"}), client.Misdirected, once, client.Misdirected, once, "bad_certificate", 0},
		{"answer lost", lost, client.Ambiguous, once, fine, more, "no_answer", 1},
		{"no answer in time", silent, client.Ambiguous, once, fine, more, "timeout", 1},
		{"answer cut short", cutShort(200), client.Ambiguous, once, fine, more, "no_answer", 1},
		{"refusal cut short", cutShort(400), client.Ambiguous, once, fine, more, "not_the_api", 1},
		{"outage cut short", cutShort(503), client.Ambiguous, once, fine, more, "no_answer", 1},
		{"timeout cut short", cutShort(408), client.Ambiguous, once, fine, more, "no_answer", 1},

		{"400", says(400, list("parameter_invalid")), client.Refused, once, client.Refused, once, "parameter_invalid", 1},
		{"400 of 1.x, type for code", says(400, `{"type":"error.list","errors":[{"type":"client_error","message":"no"}]}`), client.Refused, once, client.Refused, once, "client_error", 1},
		{"404", says(404, list("not_found")), client.Misdirected, once, client.Refused, once, "not_found", 1},
		{"409", says(409, list("conflict")), client.Refused, once, client.Refused, once, "conflict", 1},
		{"410", says(410, list("contact_merged")), client.Refused, once, client.Refused, once, "contact_merged", 1},
		{"413", says(413, list("too_large")), client.Refused, once, client.Refused, once, "too_large", 1},
		{"422", says(422, list("data_invalid")), client.Refused, once, client.Refused, once, "data_invalid", 1},
		{"an unknown 4xx", says(423, list("something_new")), client.Refused, once, client.Refused, once, "something_new", 1},
		{"error list in a 200", says(200, list("parameter_invalid")), client.Refused, once, client.Refused, once, "parameter_invalid", 1},

		{"401", says(401, list("unauthorized")), client.Unauthorised, once, client.Unauthorised, once, "unauthorized", 1},
		{"402", says(402, list("api_plan_restricted")), client.Unauthorised, once, client.Unauthorised, once, "api_plan_restricted", 1},
		{"403", says(403, list("forbidden")), client.Unauthorised, once, client.Unauthorised, once, "forbidden", 1},
		{"401 in a 200", says(200, list("token_revoked")), client.Unauthorised, once, client.Unauthorised, once, "token_revoked", 1},

		{"405", says(405, list("x")), client.Misdirected, once, client.Misdirected, once, "x", 1},
		{"406", says(406, list("media_type_not_acceptable")), client.Misdirected, once, client.Misdirected, once, "media_type_not_acceptable", 1},
		{"415", says(415, list("x")), client.Misdirected, once, client.Misdirected, once, "x", 1},
		{"wrong version", says(400, list("intercom_version_invalid")), client.Misdirected, once, client.Misdirected, once, "intercom_version_invalid", 1},
		{"301", says(301, "", "Location", "https://elsewhere.example/"), client.Misdirected, once, client.Misdirected, once, "redirect", 1},
		{"302", says(302, "", "Location", "https://elsewhere.example/"), client.Misdirected, once, client.Misdirected, once, "redirect", 1},
		{"307", says(307, "", "Location", "https://elsewhere.example/"), client.Misdirected, once, client.Misdirected, once, "redirect", 1},
		{"308", says(308, "", "Location", "https://elsewhere.example/"), client.Misdirected, once, client.Misdirected, once, "redirect", 1},
		{"304", says(304, ""), client.Misdirected, once, client.Misdirected, once, "redirect", 1},
		{"400 in HTML", says(400, html), client.Ambiguous, once, fine, more, "not_the_api", 1},
		{"401 in HTML", says(401, html), client.Ambiguous, once, fine, more, "not_the_api", 1},
		{"402 of a gateway", says(402, `{"message":"no"}`), client.Ambiguous, once, fine, more, "not_the_api", 1},
		{"403 cut in its JSON", says(403, list("forbidden")[:30]), client.Ambiguous, once, fine, more, "not_the_api", 1},
		{"404 in HTML", says(404, html), client.Ambiguous, once, fine, more, "not_the_api", 1},
		{"404 without a body", says(404, ""), client.Ambiguous, once, fine, more, "not_the_api", 1},
		{"405 without a body", says(405, ""), client.Ambiguous, once, fine, more, "not_the_api", 1},
		{"409 in HTML", says(409, html), client.Ambiguous, once, fine, more, "not_the_api", 1},
		{"413 in HTML", says(413, html), client.Ambiguous, once, fine, more, "not_the_api", 1},
		{"422 with null", says(422, "null"), client.Ambiguous, once, fine, more, "not_the_api", 1},
		{"oversized 400", says(400, strings.Repeat(" ", 1<<20)+list("x")), client.Ambiguous, once, fine, more, "not_the_api", 1},
		{"408 in HTML", says(408, html), client.Ambiguous, once, fine, more, "http_408", 1},

		{"408", says(408, list("request_timeout")), client.Ambiguous, once, fine, more, "request_timeout", 1},
		{"500", says(500, "null"), client.Ambiguous, once, fine, more, "http_500", 1},
		{"502", says(502, html), client.Ambiguous, once, fine, more, "http_502", 1},
		{"503", says(503, list("service_unavailable")), client.Ambiguous, once, fine, more, "service_unavailable", 1},
		{"504", says(504, html), client.Ambiguous, once, fine, more, "http_504", 1},
		{"599", says(599, ""), client.Ambiguous, once, fine, more, "http_599", 1},
		{"server error in a 200", says(200, list("server_error")), client.Ambiguous, once, fine, more, "server_error", 1},
		{"101", says(101, ""), client.Ambiguous, once, fine, more, "http_101", 1},

		{"429", says(429, list("rate_limit_exceeded")), fine, more, fine, more, "", 2},
		{"429 with null", says(429, "null"), fine, more, fine, more, "", 2},
		{"429 in HTML", says(429, html), fine, more, fine, more, "", 2},
		{"429 cut short", cutShort(429), fine, more, fine, more, "", 2},
		{"rate limit in a 200", says(200, list("rate_limit_exceeded")), fine, more, fine, more, "", 2},

		{"HTML in a 200", says(200, html), client.Ambiguous, once, fine, more, "not_the_api", 1},
		{"broken JSON", says(200, contactBody[:30]), client.Ambiguous, once, fine, more, "not_the_api", 1},
		{"more after the JSON", says(200, contactBody+"{}"), client.Ambiguous, once, fine, more, "not_the_api", 1},
		{"a list", says(200, `[`+contactBody+`]`), client.Ambiguous, once, fine, more, "not_the_api", 1},
		{"null", says(200, "null"), client.Ambiguous, once, fine, more, "not_the_api", 1},
		{"no body", says(204, ""), client.Ambiguous, once, fine, more, "not_the_api", 1},
		{"another type", says(200, strings.Replace(contactBody, "contact", "user", 1)), client.Ambiguous, once, fine, more, "not_the_api", 1},
		{"no id", says(200, strings.Replace(contactBody, "c1", "", 1)), client.Ambiguous, once, fine, more, "not_the_api", 1},
		{"oversized", says(200, `{"type":"contact","id":"c1","x":"`+strings.Repeat("x", 1<<20)+`"}`), client.Ambiguous, once, fine, more, "not_the_api", 1},
	} {
		check := func(t *testing.T, v client.Version, lead client.Lead, kind client.Kind, requests int) {
			synctest.Test(t, func(t *testing.T) {
				c, s := scripted(t, v, []step{tt.answer, nil}, func(cfg *client.Config) { cfg.RetryFor = 10 * time.Minute })
				intents := 0
				answer, err := c.Save(background, lead, func(a client.Attempt) error {
					intents++
					if a.N != intents || a.Create != !lead.IsUpdate() || !a.Deadline.Equal(a.At.Add(30*time.Second)) {
						t.Errorf("attempt %+v", a)
					}
					return nil
				})
				if kindOf(err) != kind || (err == nil) != (kind == fine) {
					t.Fatalf("kind %d, want %d: %v", kindOf(err), kind, err)
				}
				if n := s.requests(); n != requests || intents != n {
					t.Errorf("%d requests after %d intents, want %d", n, intents, requests)
				}
				if err != nil && codeOf(err) != tt.code {
					t.Errorf("code %q, want %q", codeOf(err), tt.code)
				}
				if err == nil && answer.Contact.ID != "c1" {
					t.Errorf("answer %+v", answer)
				}
				if !lead.IsUpdate() && answer.Attempts != tt.attempts {
					t.Errorf("%d attempts, want %d", answer.Attempts, tt.attempts)
				}
				if err != nil {
					mustBeFit(t, err)
					var e *client.Error
					if errors.As(err, &e) && e.MayBeApplied() != (kind == client.Ambiguous) {
						t.Errorf("may be applied: %v", e.MayBeApplied())
					}
				}
			})
		}
		for _, v := range []client.Version{client.Version1, client.Version2} {
			t.Run(v.String()+" create "+tt.name, func(t *testing.T) { check(t, v, jane, tt.create, tt.creates) })
			t.Run(v.String()+" update "+tt.name, func(t *testing.T) { check(t, v, janeAt("c1"), tt.update, tt.updates) })
		}
	}
}

// TestWhatAnAnswerMeansToARead is the same table for reads: those of the
// preflight, where somebody waits to hear that this is not the API, and later
// ones. Each answer is given once and then a good one.
func TestWhatAnAnswerMeansToARead(t *testing.T) {
	const fine = client.Kind(0)
	list := func(code string) string { return apiError(code, "no") }
	for _, tt := range []struct {
		name             string
		answer           step
		preflight, later client.Kind
	}{
		{"never connected", unreachable, fine, fine},
		{"bad certificate", fails(x509.UnknownAuthorityError{}), client.Misdirected, client.Misdirected},
		{"answer lost", lost, fine, fine},
		{"answer cut short", cutShort(200), fine, fine},
		{"400", says(400, list("parameter_invalid")), client.Refused, client.Refused},
		{"401", says(401, list("unauthorized")), client.Unauthorised, client.Unauthorised},
		{"402", says(402, list("api_plan_restricted")), client.Unauthorised, client.Unauthorised},
		{"403", says(403, list("forbidden")), client.Unauthorised, client.Unauthorised},
		{"404", says(404, list("not_found")), client.Misdirected, fine}, // of a contact: it is not there
		{"405", says(405, list("x")), client.Misdirected, client.Misdirected},
		{"wrong version", says(400, list("intercom_version_invalid")), client.Misdirected, client.Misdirected},
		{"302", says(302, "", "Location", "https://elsewhere.example/"), client.Misdirected, client.Misdirected},
		{"401 in HTML", says(401, html), client.Misdirected, fine},
		{"403 of a gateway", says(403, `{"message":"no"}`), client.Misdirected, fine},
		{"404 in HTML", says(404, html), client.Misdirected, fine},
		{"404 without a body", says(404, ""), client.Misdirected, fine},
		{"refusal cut short", cutShort(400), client.Misdirected, fine},
		{"408", says(408, "null"), fine, fine},
		{"429", says(429, html), fine, fine},
		{"502", says(502, html), fine, fine},
		{"HTML in a 200", says(200, html), fine, fine},
		{"oversized", says(200, strings.Repeat(" ", 1<<20)+"{}"), fine, fine},
	} {
		check := func(t *testing.T, want client.Kind, good string, read func(*client.Client) error) {
			synctest.Test(t, func(t *testing.T) {
				c, s := scripted(t, client.Version2, []step{tt.answer, says(200, good)})
				err := read(c)
				if kindOf(err) != want || (err == nil) != (want == fine) {
					t.Fatalf("kind %d, want %d: %v", kindOf(err), want, err)
				}
				if n := s.requests(); want != fine && n != 1 {
					t.Errorf("%d requests", n)
				}
			})
		}
		t.Run("preflight "+tt.name, func(t *testing.T) {
			check(t, tt.preflight, `{"type":"admin"}`, func(c *client.Client) error { _, err := c.Me(background); return err })
		})
		t.Run("later "+tt.name, func(t *testing.T) {
			check(t, tt.later, contactBody, func(c *client.Client) error { _, _, err := c.Contact(background, "c1"); return err })
		})
	}
}

func fails(err error) step {
	return func(*http.Request) (*http.Response, error) { return nil, err }
}

// mustBeFit checks that an error may be shown to anybody.
func mustBeFit(t *testing.T, err error) {
	t.Helper()
	var e *client.Error
	if !errors.As(err, &e) {
		return
	}
	for _, s := range []string{e.Message, e.Hint, e.Code} {
		if strings.ContainsAny(s, "\n\r\t\x1b") || len(s) > 1200 || strings.Contains(s, "canary") || strings.Contains(strings.ToLower(s), "jane@") || strings.Contains(s, "https://api.example.com/") {
			t.Errorf("not fit to be shown: %q", s)
		}
	}
	if e.Message == "" || e.Code == "" {
		t.Errorf("says nothing: %+v", e)
	}
}
