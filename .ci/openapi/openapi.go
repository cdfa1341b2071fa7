// Package openapi judges traffic by Intercom's own OpenAPI description of the
// API: every request and every answer that passes through a Judge is checked
// against it. It is a module of its own, so that the product does not carry
// the validator.
package openapi

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"strings"
	"sync"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
)

// DefaultFile is the description of the paths in use; OPENAPI_FILE names
// another one, such as Intercom's own.
const DefaultFile = "intercom-2.15.yaml"

// File is the description to use.
func File() string {
	if name := os.Getenv("OPENAPI_FILE"); name != "" {
		return name
	}
	return DefaultFile
}

// Judge checks requests and answers. It may be used from any goroutine.
type Judge struct {
	router  routers.Router
	failure *openapi3.Schema // of error answers

	mu   sync.Mutex
	seen map[string]int // exchanges by operation and status
}

// Load reads a description, mends its known faults and makes a judge of it.
func Load(file string) (*Judge, error) {
	doc, err := openapi3.NewLoader().LoadFromFile(file)
	if err != nil {
		return nil, fmt.Errorf("reading the OpenAPI description: %w", err)
	}
	if err := mend(doc); err != nil {
		return nil, err
	}
	doc.Servers = nil // any host will do
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		return nil, fmt.Errorf("reading the OpenAPI description: %w", err)
	}
	return &Judge{router: router, failure: doc.Components.Schemas["error"].Value, seen: map[string]int{}}, nil
}

// mend changes what the description gets wrong about the API by its own
// examples. Each change is one that lets a documented example through.
func mend(doc *openapi3.T) error {
	// POST /tags takes one of four bodies, but {"name", "users"} is also a
	// {"name"}: with oneOf no body but the first would ever be valid.
	tags := doc.Paths.Find("/tags")
	notes := doc.Paths.Find("/contacts/{contact_id}/notes")
	attributes := doc.Paths.Find("/data_attributes/{data_attribute_id}")
	if tags == nil || notes == nil || attributes == nil {
		return errors.New("the OpenAPI description lacks /tags, /contacts/{contact_id}/notes or /data_attributes/{data_attribute_id}: is it that of 2.15?")
	}
	body := tags.Post.RequestBody.Value.Content["application/json"].Schema.Value
	body.AnyOf, body.OneOf = body.OneOf, nil
	// The contact's id is an integer in the path of notes, a string everywhere
	// else and in the examples.
	for _, p := range notes.Post.Parameters {
		if p.Value.Name == "contact_id" {
			p.Value.Schema.Value.Type = &openapi3.Types{"string"}
		}
	}
	// The body of an update is one of {"options"} and {}, which overlap alike.
	update := attributes.Put.RequestBody.Value.Content["application/json"].Schema.Value
	update.AnyOf, update.OneOf = update.OneOf, nil
	return nil
}

// Check judges one exchange; the bodies were read before. valid tells whether
// the request was meant to be right: one that is wrong on purpose is not
// judged, its answer is.
func (j *Judge) Check(req *http.Request, reqBody []byte, resp *http.Response, respBody []byte, valid bool) error {
	req = req.Clone(context.WithoutCancel(req.Context()))
	req.Body = io.NopCloser(bytes.NewReader(reqBody))
	route, params, err := j.router.FindRoute(req)
	if err != nil {
		return fmt.Errorf("%s %s is not in the description: %w", req.Method, req.URL.Path, err)
	}
	name := route.Method + " " + route.Path
	in := &openapi3filter.RequestValidationInput{
		Request: req, PathParams: params, Route: route,
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, MultiError: true},
	}
	if valid {
		if err := openapi3filter.ValidateRequest(req.Context(), in); err != nil {
			return fmt.Errorf("the request %s: %w", name, err)
		}
	}
	j.mu.Lock()
	j.seen[fmt.Sprintf("%s %d", name, resp.StatusCode)]++
	j.mu.Unlock()
	documented := route.Operation.Responses.Status(resp.StatusCode) != nil
	if !documented && resp.StatusCode < 400 {
		return fmt.Errorf("the answer to %s: status %d is not in the description", name, resp.StatusCode)
	}
	if !documented { // the description names few of the errors; they share a form
		return j.checkError(name, resp.StatusCode, respBody)
	}
	out := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: in, Status: resp.StatusCode, Header: resp.Header,
		Options: &openapi3filter.Options{IncludeResponseStatus: true, MultiError: true},
	}
	out.SetBodyBytes(respBody)
	if err := openapi3filter.ValidateResponse(req.Context(), out); err != nil {
		return fmt.Errorf("the answer %d to %s: %w\n%s", resp.StatusCode, name, err, respBody)
	}
	return nil
}

func (j *Judge) checkError(name string, status int, body []byte) error {
	var v any
	if err := json.Unmarshal(body, &v); err != nil {
		return fmt.Errorf("the answer %d to %s is no JSON: %w", status, name, err)
	}
	if err := j.failure.VisitJSON(v); err != nil {
		return fmt.Errorf("the answer %d to %s is no error list: %w\n%s", status, name, err, body)
	}
	return nil
}

// Seen are the exchanges that were judged, by operation and status.
func (j *Judge) Seen() map[string]int {
	j.mu.Lock()
	defer j.mu.Unlock()
	out := map[string]int{}
	for k, v := range j.seen {
		out[k] = v
	}
	return out
}

// Proxy passes requests on to target and tells report of every exchange that
// the description does not allow. Answers that are not the API's own, HTML of
// a gateway and cut bodies, are passed on unjudged; report may be called from
// several goroutines.
func (j *Judge) Proxy(target *url.URL, report func(error)) http.Handler {
	proxy := &httputil.ReverseProxy{
		Rewrite: func(p *httputil.ProxyRequest) {
			p.SetURL(target)
			p.Out.Host = p.In.Host
		},
		ErrorHandler: func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) },
	}
	proxy.ModifyResponse = func(resp *http.Response) error {
		reqBody, _ := resp.Request.Context().Value(bodyKey{}).([]byte)
		if resp.ContentLength < 0 || !strings.HasPrefix(resp.Header.Get("Content-Type"), "application/json") {
			return nil
		}
		b, err := io.ReadAll(resp.Body)
		if err != nil {
			return err
		}
		resp.Body = io.NopCloser(bytes.NewReader(b))
		if !json.Valid(b) || string(b) == "null" {
			return nil
		}
		if err := j.Check(resp.Request, reqBody, resp, b, true); err != nil {
			report(err)
		}
		return nil
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, err := io.ReadAll(r.Body)
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		r = r.WithContext(context.WithValue(r.Context(), bodyKey{}, b))
		r.Body = io.NopCloser(bytes.NewReader(b))
		proxy.ServeHTTP(w, r)
	})
}

type bodyKey struct{}
