package client_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync"
	"testing"
	"time"

	"leadimport/client"
)

// script is a transport that plays one step for each request, the last one
// for ever. A step of nil answers with the contact c1.
type script struct {
	steps []step

	mu   sync.Mutex
	seen []*http.Request
	sent [][]byte
	at   []time.Time
}

type step func(*http.Request) (*http.Response, error)

func (s *script) RoundTrip(req *http.Request) (*http.Response, error) {
	var body []byte
	if req.Body != nil {
		body, _ = io.ReadAll(req.Body)
		req.Body.Close()
	}
	s.mu.Lock()
	n := min(len(s.seen), len(s.steps)-1)
	s.seen = append(s.seen, req)
	s.sent = append(s.sent, body)
	s.at = append(s.at, time.Now())
	s.mu.Unlock()
	if trace := httptrace.ContextClientTrace(req.Context()); trace != nil {
		trace.GetConn(req.URL.Host)
	}
	if n < 0 || s.steps[n] == nil {
		return says(200, contactBody)(req)
	}
	return s.steps[n](req)
}

func (s *script) requests() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.seen)
}

const contactBody = `{"type":"contact","id":"c1","email":"jane@example.com","role":"lead"}`

func connected(req *http.Request) {
	if trace := httptrace.ContextClientTrace(req.Context()); trace != nil {
		trace.GotConn(httptrace.GotConnInfo{})
	}
}

// says answers with a status and a body, and headers as name, value, ….
func says(status int, body string, headers ...string) step {
	return func(req *http.Request) (*http.Response, error) {
		connected(req)
		h := http.Header{"Content-Type": {"application/json"}}
		for i := 0; i < len(headers); i += 2 {
			h.Set(headers[i], headers[i+1])
		}
		return &http.Response{StatusCode: status, Header: h, Body: io.NopCloser(strings.NewReader(body)), ContentLength: int64(len(body)), Request: req}, nil
	}
}

// lost breaks the connection after the request was sent.
func lost(req *http.Request) (*http.Response, error) {
	connected(req)
	return nil, io.ErrUnexpectedEOF
}

// unreachable never connects.
func unreachable(req *http.Request) (*http.Response, error) {
	return nil, errors.New("connect: connection refused")
}

// silent sends nothing until the request's time is over.
func silent(req *http.Request) (*http.Response, error) {
	connected(req)
	<-req.Context().Done()
	return nil, req.Context().Err()
}

// cutShort breaks the connection in the middle of an answer.
func cutShort(status int) step {
	return func(req *http.Request) (*http.Response, error) {
		resp, _ := says(status, contactBody)(req)
		resp.Body = io.NopCloser(io.MultiReader(strings.NewReader(contactBody[:20]), broken{}))
		return resp, nil
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errors.New("read: connection reset by peer") }

func apiError(code, message string) string {
	return `{"type":"error.list","request_id":"req1","errors":[{"code":"` + code + `","message":"` + message + `"}]}`
}

const html = "<html><h1>504 Gateway Time-out</h1></html>"

// scripted is a client whose requests steps answer.
func scripted(t testing.TB, v client.Version, steps []step, change ...func(*client.Config)) (*client.Client, *script) {
	t.Helper()
	s := &script{steps: steps}
	cfg := client.Config{
		BaseURL:   "https://api.example.com",
		Version:   v,
		Token:     client.NewToken("canary-token"),
		Transport: s,
		RetryFor:  time.Minute,
	}
	for _, f := range change {
		f(&cfg)
	}
	c, err := client.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	return c, s
}

var jane = client.Lead{Fields: []client.Field{{Name: "email", Value: client.String("Jane@example.com")}}}

func janeAt(id string) client.Lead { return client.Lead{ID: id, Fields: jane.Fields} }

// kindOf is the kind of err, 0 when it is no *client.Error.
func kindOf(err error) client.Kind {
	var e *client.Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return 0
}

func codeOf(err error) string {
	var e *client.Error
	if errors.As(err, &e) {
		return e.Code
	}
	return ""
}

var background = context.Background()

func timeout(d time.Duration) (context.Context, context.CancelFunc) {
	return context.WithTimeout(background, d)
}
