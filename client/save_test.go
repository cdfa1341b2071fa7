package client_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
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

func TestSaveSendsNothingWithoutIntent(t *testing.T) {
	c, s := scripted(t, client.Version2, nil)
	full := errors.New("disk full")
	_, err := c.Save(background, jane, func(client.Attempt) error { return full })
	if err != full || s.requests() != 0 {
		t.Errorf("%v after %d requests", err, s.requests())
	}
	ctx, cancel := context.WithCancel(background)
	cancel()
	if _, err := c.Save(ctx, jane, func(client.Attempt) error { t.Error("intent"); return nil }); err != context.Canceled {
		t.Error(err)
	}
	ctx, cancel = context.WithCancel(background)
	if _, err := c.Save(ctx, jane, func(client.Attempt) error { cancel(); return nil }); err != context.Canceled || s.requests() != 0 {
		t.Errorf("interrupted during the intent: %v after %d requests", err, s.requests())
	}
	// The gate got its ticket back each time.
	if _, err := c.Save(background, jane, nil); err != nil {
		t.Error(err)
	}
}

// An intent that took too long is written anew: the attempt's deadline counts
// from it.
func TestSaveRenewsAnOldIntent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, s := scripted(t, client.Version2, []step{silent})
		var attempts []client.Attempt
		_, err := c.Save(background, jane, func(a client.Attempt) error {
			attempts = append(attempts, a)
			if a.N == 1 {
				time.Sleep(16 * time.Second)
			} else {
				time.Sleep(14 * time.Second)
			}
			return nil
		})
		if kindOf(err) != client.Ambiguous || s.requests() != 1 || len(attempts) != 2 || attempts[1].N != 2 {
			t.Fatalf("%v after %d requests and %+v", err, s.requests(), attempts)
		}
		if !time.Now().Equal(attempts[1].Deadline) {
			t.Errorf("the attempt ended at %v, its deadline was %v", time.Now(), attempts[1].Deadline)
		}
	})
}

// What is in flight is awaited although the caller is gone, and nothing is
// begun.
func TestSaveDrains(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(background)
		slow := func(req *http.Request) (*http.Response, error) {
			cancel()
			time.Sleep(10 * time.Second)
			if err := req.Context().Err(); err != nil {
				return nil, err
			}
			return says(200, contactBody)(req)
		}
		c, _ := scripted(t, client.Version2, []step{slow})
		if answer, err := c.Save(ctx, jane, nil); err != nil || answer.Contact.ID != "c1" {
			t.Errorf("%+v %v", answer, err)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(background)
		c, s := scripted(t, client.Version2, []step{func(req *http.Request) (*http.Response, error) {
			cancel()
			return says(500, "null")(req)
		}, nil})
		_, err := c.Save(ctx, janeAt("c1"), nil)
		if kindOf(err) != client.Ambiguous || !errors.Is(err, context.Canceled) || s.requests() != 1 {
			t.Errorf("an update that may have been applied: %v after %d requests", err, s.requests())
		}
	})
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithCancel(background)
		c, s := scripted(t, client.Version2, []step{func(req *http.Request) (*http.Response, error) {
			cancel()
			return says(429, "null")(req)
		}, nil})
		if _, err := c.Save(ctx, jane, nil); err != context.Canceled || s.requests() != 1 {
			t.Errorf("%v after %d requests", err, s.requests())
		}
	})
}

func TestSaveGivesUp(t *testing.T) {
	for _, tt := range []struct {
		name   string
		answer step
		lead   client.Lead
		kind   client.Kind
		code   string
		from   time.Duration // how long it tries
		to     time.Duration
	}{
		{"create, never connected", unreachable, jane, client.Unavailable, "no_connection", 40 * time.Second, time.Minute},
		{"update, never connected", unreachable, janeAt("c1"), client.Unavailable, "no_connection", 40 * time.Second, time.Minute},
		{"update, server error", says(503, apiError("service_unavailable", "no")), janeAt("c1"), client.Ambiguous, "service_unavailable", 40 * time.Second, time.Minute},
		{"create, limited for ever", says(429, "null"), jane, client.Unavailable, "rate_limit_exceeded", time.Minute, 90 * time.Second},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				c, _ := scripted(t, client.Version2, []step{tt.answer})
				start := time.Now()
				_, err := c.Save(background, tt.lead, nil)
				took := time.Since(start)
				if kindOf(err) != tt.kind || codeOf(err) != tt.code || took < tt.from || took > tt.to {
					t.Errorf("%v, kind %d, after %v", err, kindOf(err), took)
				}
			})
		})
	}
}

// Time at the gate is not the row's: a pause longer than RetryFor ends no call.
func TestSaveDoesNotCountPauses(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		limit := says(429, "null", "Retry-After", "50")
		c, s := scripted(t, client.Version2, []step{unreachable, limit, unreachable, limit, unreachable, nil}, func(cfg *client.Config) { cfg.RetryFor = 55 * time.Second })
		if _, err := c.Save(background, jane, nil); err != nil {
			t.Errorf("%v after %d requests", err, s.requests())
		}
	})
}

func TestSaveChecksTheEcho(t *testing.T) {
	stamped := client.Lead{Fields: []client.Field{field("email", "jane@example.com"), field("name", "Jane"), field("custom_attributes.row", "abc")}}
	turkish := client.Lead{Fields: []client.Field{field("email", "İpek@example.com")}}
	unicode := client.Lead{Fields: []client.Field{field("email", "Jane@exämple.com")}}
	contact := func(id, email, name, row string) string {
		return `{"type":"contact","id":"` + id + `","user_id":"u1","email":"` + email + `","name":"` + name + `","custom_attributes":{"row":"` + row + `"}}`
	}
	for _, tt := range []struct {
		name   string
		stamp  string
		lead   client.Lead
		answer string
		again  string // GET /contacts/{id}; empty: 404
		ok     bool
		reads  int
	}{
		{"e-mail in another case", "", jane, contact("c1", "JANE@EXAMPLE.COM", "", ""), "", true, 0},
		{"stamp, whatever the e-mail", "row", stamped, contact("c1", "x@example.com", "", "abc"), "", true, 0},
		{"another stamp", "custom_attributes.row", stamped, contact("c1", "jane@example.com", "Jane", "xyz"), contact("c1", "jane@example.com", "Jane", "xyz"), false, 1},
		{"another e-mail at first", "", jane, contact("c1", "x@example.com", "", ""), contact("c1", "jane@example.com", "", ""), true, 1},
		{"the same letters in another e-mail", "", stamped, contact("c1", "ja.ne@example.com", "Jane", "abc"), contact("c1", "ja.ne@example.com", "Jane", "abc"), false, 1},
		{"the domain in Punycode", "", unicode, contact("c1", "jane@xn--exmple-cua.com", "", ""), "", true, 0},
		{"ipek for İpek", "", turkish, contact("c1", "ipek@example.com", "", ""), contact("c1", "ipek@example.com", "", ""), false, 1},
		{"another e-mail, the rest alike", "", stamped, contact("c1", "joe@example.com", "Jane", "abc"), contact("c1", "joe@example.com", "Jane", "abc"), false, 1},
		{"somebody else", "", stamped, contact("c1", "x@example.com", "Joe", "abc"), contact("c1", "x@example.com", "Joe", "abc"), false, 1},
		{"somebody else, nothing to compare", "", jane, contact("c1", "x@example.com", "", ""), contact("c1", "x@example.com", "", ""), false, 1},
		{"somebody who is gone", "", jane, contact("c1", "x@example.com", "", ""), "", false, 1},
		{"nothing but a name", "", client.Lead{Fields: []client.Field{field("name", "Jane")}}, contact("c1", "", "Jane", ""), "", true, 0},
		{"nothing but another name", "", client.Lead{Fields: []client.Field{field("name", "Jane")}}, contact("c1", "", "Joe", ""), contact("c1", "", "Joe", ""), false, 1},
		{"nothing that is echoed", "", client.Lead{Fields: []client.Field{field("last_seen_ip", "10.0.0.1")}}, contact("c1", "", "", ""), "", true, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			read := says(404, apiError("not_found", "User Not Found"))
			if tt.again != "" {
				read = says(200, tt.again)
			}
			c, s := scripted(t, client.Version1, []step{says(200, tt.answer), read}, func(cfg *client.Config) { cfg.Stamp, cfg.Rate = tt.stamp, 1e6 })
			answer, err := c.Save(background, tt.lead, nil)
			if (err == nil) != tt.ok || err != nil && kindOf(err) != client.Ambiguous {
				t.Errorf("%+v, %v", answer, err)
			}
			if reads := s.requests() - 1; reads != tt.reads {
				t.Errorf("%d reads, want %d", reads, tt.reads)
			}
			if answer.Contact.ID != "c1" {
				t.Errorf("the id that was answered is lost: %+v", answer)
			}
			var e *client.Error
			if errors.As(err, &e) && (e.ContactID != "c1" || e.Code != "another_contact" || !e.MayBeApplied()) {
				t.Errorf("%+v", e)
			}
		})
	}
	t.Run("an update whose e-mail is rewritten", func(t *testing.T) {
		other := says(200, contact("c1", "x@example.com", "", ""))
		c, s := scripted(t, client.Version2, []step{other})
		if _, err := c.Save(background, janeAt("c1"), nil); err != nil || s.requests() != 2 {
			t.Error(err, s.requests())
		}
	})
	t.Run("three saves in a row", func(t *testing.T) {
		other := says(200, contact("c1", "x@example.com", "", ""))
		c, s := scripted(t, client.Version2, []step{other, other, nil, other, other, other, other, other, other}, func(cfg *client.Config) { cfg.Rate = 1e6 })
		for i, kind := range []client.Kind{client.Ambiguous, 0, client.Ambiguous, client.Ambiguous, client.Misdirected} {
			answer, err := c.Save(background, jane, nil)
			if kindOf(err) != kind {
				t.Errorf("save %d: kind %d, want %d: %v", i+1, kindOf(err), kind, err)
			}
			var e *client.Error
			if errors.As(err, &e) && (!e.MayBeApplied() || e.ContactID != "c1" || answer.Contact.ID != "c1") {
				t.Errorf("save %d may have been applied, and to c1: %+v, %+v", i+1, e, answer)
			}
		}
		if s.requests() != 9 {
			t.Errorf("%d requests", s.requests())
		}
	})
	t.Run("the caller goes", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(background)
			c, _ := scripted(t, client.Version2, []step{func(req *http.Request) (*http.Response, error) {
				cancel()
				return says(200, contact("c1", "x@example.com", "", ""))(req)
			}, func(req *http.Request) (*http.Response, error) {
				time.Sleep(10 * time.Second)
				return says(200, contactBody)(req)
			}})
			if answer, err := c.Save(ctx, jane, nil); err != nil || answer.Contact.Email != "jane@example.com" {
				t.Errorf("%+v, %v", answer, err)
			}
		})
		synctest.Test(t, func(t *testing.T) {
			ctx, cancel := context.WithCancel(background)
			c, _ := scripted(t, client.Version2, []step{func(req *http.Request) (*http.Response, error) {
				cancel()
				return says(200, contact("c1", "x@example.com", "", ""))(req)
			}, says(503, "null")})
			start := time.Now()
			answer, err := c.Save(ctx, jane, nil)
			if kindOf(err) != client.Ambiguous || answer.Contact.ID != "c1" || time.Since(start) > 30*time.Second {
				t.Errorf("%+v, %v after %v", answer, err, time.Since(start))
			}
		})
	})
	t.Run("an update of another id", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			other := says(200, contact("c2", "jane@example.com", "", ""))
			c, _ := scripted(t, client.Version2, []step{other})
			if _, err := c.Save(background, janeAt("c1"), nil); kindOf(err) != client.Ambiguous {
				t.Error(err)
			}
		})
	})
}

func TestSaveReadsConflicts(t *testing.T) {
	for _, tt := range []struct{ message, code, id string }{
		{"A contact matching those details already exists with id=5da6f18e3d7cf967e4582d05", "conflict", "5da6f18e3d7cf967e4582d05"},
		{"An archived contact matching those details already exists with id=56547a5ec95b4fea0a001635", "conflict_archived", "56547a5ec95b4fea0a001635"},
		{"Multiple existing users match this email address - must be more specific using user_id", "conflict", ""},
	} {
		c, _ := scripted(t, client.Version2, []step{says(409, apiError("conflict", tt.message))})
		_, err := c.Save(background, jane, nil)
		var e *client.Error
		if !errors.As(err, &e) || e.Kind != client.Refused || e.Code != tt.code || e.ContactID != tt.id || e.Status != 409 || e.RequestID != "req1" {
			t.Errorf("%+v", e)
		}
	}
}

// Three answers in a row that are not the API's: it is not the API. The last
// one may have been applied as well as the others.
func TestSaveStopsAtStrangers(t *testing.T) {
	foreign := []step{says(200, html), says(403, html), nil, says(400, ""), says(200, html), cutShort(404)}
	c, s := scripted(t, client.Version2, foreign, func(cfg *client.Config) { cfg.Rate = 1e6 })
	want := []client.Kind{client.Ambiguous, client.Ambiguous, 0, client.Ambiguous, client.Ambiguous, client.Misdirected}
	for i, kind := range want {
		_, err := c.Save(background, jane, nil)
		if kindOf(err) != kind {
			t.Errorf("answer %d: kind %d, want %d: %v", i+1, kindOf(err), kind, err)
		}
		var e *client.Error
		if errors.As(err, &e) && !e.MayBeApplied() {
			t.Errorf("answer %d cannot have been applied: %+v", i+1, e)
		}
	}
	if s.requests() != len(want) {
		t.Errorf("%d requests", s.requests())
	}
}

// A refusal for the rate that comes as a 200 makes everybody wait, too.
func TestSaveWaitsWhateverTheStatus(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		c, _ := scripted(t, client.Version1, []step{says(200, apiError("rate_limit_exceeded", "no"), "Retry-After", "7"), nil})
		if _, err := c.Save(background, jane, nil); err != nil || time.Since(start) < 7*time.Second || c.Stats().RateLimited != 1 {
			t.Errorf("%v after %v, %+v", err, time.Since(start), c.Stats())
		}
	})
}

func TestSaveReportsTheAnswer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		c, _ := scripted(t, client.Version1, []step{func(req *http.Request) (*http.Response, error) {
			time.Sleep(300 * time.Millisecond)
			date := time.Now().Add(30 * time.Second).UTC().Format(http.TimeFormat)
			return says(200, `{"type":"contact","id":6762,"user_id":"u1","email":"JANE@example.com","phone":null,"name":"Jane","avatar":{"image_url":null},"created_at":1700000000,"updated_at":"1700000001","custom_attributes":{"plan":"Pro","n":3,"yes":true,"none":null}}`,
				"X-Request-Id", "r7", "Date", date)(req)
		}})
		answer, err := c.Save(background, jane, nil)
		if err != nil {
			t.Fatal(err)
		}
		want := client.Contact{
			ID: "6762", UserID: "u1", Email: "JANE@example.com", Name: "Jane",
			CreatedAt: time.Unix(1700000000, 0).UTC(), UpdatedAt: time.Unix(1700000001, 0).UTC(),
			Custom: map[string]any{"plan": "Pro", "n": 3.0, "yes": true, "none": nil},
		}
		if !reflect.DeepEqual(answer.Contact, want) {
			t.Errorf("contact %+v, want %+v", answer.Contact, want)
		}
		if answer.RequestID != "r7" || answer.Latency != 300*time.Millisecond || !answer.Ended.Equal(start.Add(answer.Latency)) {
			t.Errorf("%+v", answer)
		}
		// The date says :30, written at any time since the request was sent.
		if want := (client.Moment{Low: start.Add(30 * time.Second).UTC(), High: start.Add(31*time.Second + answer.Latency).UTC()}); answer.EndedServer != want {
			t.Errorf("ended at %v by the server's clock, want %v", answer.EndedServer, want)
		}
		if s := c.Stats(); s.Calls != 1 || s.Creates != 1 || s.Updates != 0 || s.Retries != 0 {
			t.Errorf("%+v", s)
		}
	})
}

// Where more than about a tenth of the requests are retries, these become
// rare: each waits nearly as long as any may. They still come to an end.
func TestRetriesAreFew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		c, _ := scripted(t, client.Version2, []step{flaky()}, func(cfg *client.Config) { cfg.Rate, cfg.RetryFor = 20, time.Hour })
		const workers, lastPause = 20, 30 * time.Second
		start := time.Now()
		var wg sync.WaitGroup
		rows := make(chan int)
		for range workers {
			wg.Go(func() {
				for range rows {
					if _, err := c.Save(background, janeAt("c1"), nil); err != nil {
						t.Error(err)
					}
				}
			})
		}
		for i := range 1000 {
			rows <- i
		}
		close(rows)
		wg.Wait()
		s, took := c.Stats(), time.Since(start)
		if least := time.Duration(s.Retries/2) * lastPause / 2 / workers; s.Retries < 300 || took < least {
			t.Errorf("%d retries took %v, want at least %v", s.Retries, took, least)
		}
	})
}

// flaky fails every third request.
func flaky() step {
	var n atomic.Int64
	return func(req *http.Request) (*http.Response, error) {
		if n.Add(1)%3 == 0 {
			return says(503, "null")(req)
		}
		return says(200, contactBody)(req)
	}
}
